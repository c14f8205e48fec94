"""The documentation: its examples run, its pages say what there is, and it holds in a browser."""

import base64
import functools
import html.parser
import http.server
import importlib.util
import itertools
import json
import pkgutil
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
import zlib
from pathlib import Path

import accessible
import numpy as np
import pandas as pd
import pytest
from browsing import requested
from bs4 import BeautifulSoup

import kit
from kit.catalogue.register import files, topics
from kit.datasets.ball import load_data
from kit.explorer import PAGE_SETTINGS
from kit.figures import find
from kit.recordings import LayerSketches

ROOT = Path(__file__).resolve().parent.parent
if not (ROOT / "docs" / "__main__.py").is_file():
    pytest.skip("no checkout", allow_module_level=True)
sys.path.insert(0, str(ROOT))

from docs import finished, gallery, numbers, site  # noqa: E402

PAGES = sorted((ROOT / "docs").glob("*.md"))
TOPICS = sorted((ROOT / "kit" / "figures").glob("*/topic.md"))
FEW = ("ball-data", "init-tanh-glorot-normal", "conv-sliding-kernel", "cnn-architecture")


def name_of(page):
    return page.stem if page.stem != "topic" else page.parent.name


def the_command(*arguments):
    command = [sys.executable, "-m", "docs", *map(str, arguments)]
    return subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A folder with a few figures."""
    from kit.catalogue.rendering import Options, regenerate

    folder = tmp_path_factory.mktemp("figures")
    done = regenerate(find(FEW), folder, Options(("png", "svg"), dpi=50))
    done += regenerate(find(FEW[:1]), folder / "dark", Options(theme="dark", dpi=50))
    assert [one.state for one in done] == ["drawn"] * (len(FEW) + 1)
    return folder


def needs_sphinx():
    for package in ("furo", "jupytext", "myst_nb", "numpydoc", "sphinx", "sphinx_design"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed: pip install '.[docs]'")


@pytest.fixture(scope="module")
def built(drawn, tmp_path_factory):
    """The site of these figures, built by the command; the folder of its pages."""
    needs_sphinx()
    folder = tmp_path_factory.mktemp("site")
    done = the_command(*FEW, "--figures", drawn, "--out", folder)
    assert done.returncode == 0, done.stderr
    assert "4 figures in" in done.stdout
    assert not done.stderr  # neither Sphinx nor TensorFlow nor a kernel has something to say
    return folder / "html"


# pages and their examples


def cells_of(page, html):
    """The cells of a page as they ran."""
    notebook = html.parent / "jupyter_execute" / f"{page}.ipynb"
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def printed_by(cell):
    """What a cell printed. Where it came in parts, the first of a stream was given all of them."""
    first = {}
    for one in cell["outputs"]:
        first.setdefault(one.get("name"), "".join(one.get("text", "")))
    return "".join(first.values())


def drawn_by(cell):
    data = [
        one["data"]["image/png"] for one in cell["outputs"] if "image/png" in one.get("data", ())
    ]
    return [base64.b64decode(one) for one in data]


@pytest.mark.parametrize("page", [page for page in PAGES if page.stem != "index"], ids=name_of)
def test_the_python_of_a_page_runs_from_top_to_bottom(page, built):
    cells = cells_of(page.stem, built)
    assert len(cells) == page.read_text("utf-8").count("```python") > 0
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    shown = html.unescape(re.sub(r"<[^>]+>", "", (built / f"{page.stem}.html").read_text("utf-8")))
    for cell in cells:
        printed, pictures = printed_by(cell), drawn_by(cell)
        assert "False" not in printed  # what is compared, holds
        assert printed in shown
        assert bool(pictures) == ("image" in cell["metadata"].get("mystnb", ()))  # and its words
        assert all(len(picture) > 5000 for picture in pictures)


def test_a_code_host_shows_the_pages_as_they_stand():
    for page in PAGES:
        text = page.read_text("utf-8")
        assert not text.startswith("---")
        kinds = set(re.findall(r"^```(\S+)", text, re.MULTILINE))
        # `sh` would be a cell of the notebook
        assert kinds <= {"python", "shell", "text", "{literalinclude}", "{toctree}"}, page.name


def test_the_examples_show_what_the_text_says(built):
    def printed(name):
        return "\n".join(map(printed_by, cells_of(name, built)))

    assert "{'ReLU': '4e-03', 'sigmoid': '2e-11'}" in printed("getting-started")
    mine = printed("record-your-own-model")
    for entry in ("encoder/wide[1]", "shared", "shared[2]"):
        assert f"'{entry}'" in mine
    assert "\nlstm/recurrent_kernel " in mine
    stored = printed("recordings")
    assert "[0, 1]\n" in stored and "of schema 99: a newer kit wrote it" in stored
    assert "[True, True, True]" in printed("add-a-figure")
    other = printed("disagreements")
    # ∫z² over half the line, less the square of 1/√(2π), the mean
    assert f"mean square {0.5:.2f}, variance {0.5 - 1 / (2 * np.pi):.2f} of before" in other
    assert "10 inputs, 100 outputs: 11 times" in other and "tanh(1) = 0.762, 24% below 1" in other
    assert "5.7 times too large" in other and "[0.25 0.25 0.25 0.25 0.25] for n = 4" in other
    assert "5 pictures" in printed("backpropagation")
    assert "slope 0.001: not within 3,000 updates" in other
    *_, own, shared = re.findall(r"kernels.*: h1 (\d+), h2 (\d+)", other)
    assert 20 < int(shared[0]) < int(own[0]) and 20 < int(shared[1]) < int(own[1]) / 1.5
    (film,) = [
        "".join(one["data"]["text/html"])
        for cell in cells_of("in-the-lecture-hall", built)
        for one in cell["outputs"]
        if "text/html" in one.get("data", ())
    ]
    assert film.startswith("<img alt=") and "data:image/gif;" in film


@pytest.fixture
def small_site(tmp_path):
    """A function that makes a site of one page, and gives what is to be read there."""
    needs_sphinx()
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    (source / "index.md").write_text("# Index\n\n```{toctree}\npage\n```\n")

    def make(text):
        (source / "page.md").write_text(f"# Page\n\n{text}\n")
        page = site.make_pages(source, out) / "page.html"
        return re.sub(r"<[^>]+>", "", page.read_text("utf-8"))

    return make


FORKED = """```python
import multiprocessing, os, sys
from pathlib import Path
forked = sys.modules["docs.preloaded"].SERVER == os.getppid() != os.getpgrp() == os.getpid()
default = multiprocessing.get_start_method() == multiprocessing.get_all_start_methods()[0]
print(f"forked: {forked}, by default: {default}, in its folder: {not list(Path().iterdir())}")
```"""


@pytest.mark.slow
def test_an_example_runs_again_only_where_it_or_the_kit_changed(small_site, tmp_path, monkeypatch):
    example = "```python\nimport random\nprint('drew', random.SystemRandom().random())\n```\n\n"
    number = re.compile(r"drew 0\.\d+")
    first = number.search(small_site(f"{example}Words."))[0]
    again = small_site(f"{example}More words.")
    assert "More words." in again
    assert number.search(again)[0] == first
    monkeypatch.setattr(site, "code_hash", lambda: "other")
    shown = small_site(f"{example}More words.\n\n{FORKED}")
    assert number.search(shown)[0] != first
    assert "forked: True, by default: True, in its folder: True" in shown
    assert [one.name for one in (tmp_path / "out" / "examples").iterdir()] == ["other"]


def test_the_kept_examples_are_those_of_the_code_and_its_versions(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "module.py").write_text("x = 1\n")
    first = site.code_hash(tmp_path)
    assert site.code_hash(tmp_path) == first != site.code_hash()
    (tmp_path / "deep" / "module.py").write_text("x = 2\n")
    second = site.code_hash(tmp_path)
    assert second != first
    monkeypatch.setattr(site, "versions", lambda: {"keras": "99"})
    assert site.code_hash(tmp_path) != second


@pytest.mark.slow
def test_what_is_wrong_with_a_page_is_named_and_ends_the_build(small_site, capfd):
    noisy = "```python\nimport sys\nprint('oh', file=sys.stderr)\n```"
    leads_nowhere = "{py:obj}`kit.no_such_name`"
    raises = "```python\n1 / 0\n```"
    with pytest.raises(RuntimeError, match="Sphinx must have nothing to warn of"):
        small_site("\n\n".join([noisy, leads_nowhere, raises]))
    errors = capfd.readouterr().err
    assert "page.md" in errors
    for said in ("stderr was found", "kit.no_such_name", "division by zero"):
        assert said in errors


@pytest.mark.parametrize("page", [*PAGES, *TOPICS], ids=name_of)
def test_its_commands_are_those_of_the_command_and_the_makefile(page):
    from kit.cli import _parser

    text = page.read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for block in re.findall(r"```(?:sh|shell)\n(.*?)```", text, re.DOTALL):
        for line in block.strip().splitlines():
            program, *arguments = line.split("  #")[0].replace("'", "").split()
            if program == "kit":
                _parser().parse_args(arguments)
            else:
                assert line.startswith(("pip install ", "%pip install ")), line
    extras = (ROOT / "setup.cfg").read_text("utf-8").split("[options.extras_require]")[1]
    for extra in re.findall(r"pip install '\.\[(\w+)\]'", text):
        assert re.search(rf"^{extra} =", extras, re.MULTILINE)
    for target in re.findall(r"`make (\w+)`", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_make_docs_draws_first_and_then_builds():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipe = makefile.split("\ndocs:")[1].split("\n\n")[0]
    assert recipe.index("figures --out $(OUT)") < recipe.index("-m docs --figures $(OUT)")
    assert re.search(r"^\.PHONY:.*\bdocs\b", makefile, re.MULTILINE)


@pytest.mark.parametrize("page", [*PAGES, *TOPICS], ids=name_of)
def test_the_names_in_its_text_are_those_of_the_kit(page):
    for name in re.findall(r"`(kit\.[a-z_]+(?:\.\w+)*)", page.read_text("utf-8")):
        assert pkgutil.resolve_name(name) is not None


def test_every_notebook_can_be_had():
    page = (ROOT / "docs" / "getting-started.md").read_text("utf-8")
    linked = re.findall(r"<notebooks/([\w-]+\.ipynb)>", page)
    assert sorted(linked) == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


# words, pictures, schema


def test_every_word_of_the_design_is_explained():
    def words(text, heading):
        table = text.split(heading)[1]
        cells = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
        return {re.sub(r"\(.*?\)|`", "", cell).strip() for cell in cells} - {"word"}

    design = (ROOT / "DESIGN.md").read_text("utf-8").split("## The house")[0]
    page = (ROOT / "docs" / "concepts.md").read_text("utf-8")
    asked = words(design, "## The words")
    assert {"z", "delta", "probe data", "Recording", "claim"} <= asked
    assert asked - words(page, "# The words") <= {"epoch"}
    assert {"epoch", "sketch"} <= words(page, "# The words")


def test_the_diagram_of_the_words_shows_what_the_arrows_say():
    from docs import diagrams

    x, snapshot = diagrams.small_probe()
    h1 = snapshot["h1"]
    assert np.tanh(h1.z) == pytest.approx(h1.activation, abs=1e-6)
    assert x @ h1.weight == pytest.approx(h1.z, abs=1e-6)  # no bias before training
    assert x.T @ h1.delta / len(x) == pytest.approx(h1.gradient, abs=1e-6)
    for_light, for_dark = diagrams.draw_layer()
    for figure in (for_light, for_dark):
        texts = [text.get_text() for text in figure.axes[0].texts]
        for array in (x, h1.weight, h1.z, h1.activation, h1.delta, h1.gradient):
            shown = {f"{value + 0.0:.2f}".replace("-", "−") for value in array.round(2).ravel()}
            assert shown <= set(texts)
        assert figure.patch.get_alpha() == 0
    inks = [figure.axes[0].texts[-1].get_color() for figure in (for_light, for_dark)]
    assert inks[0] != inks[1]


def test_the_diagram_of_a_run_has_a_sketch_for_each_layer_and_capture():
    from docs import diagrams

    for figure in diagrams.draw_run():
        assert len(figure.axes[0].collections) == 3 * 5
        texts = [text.get_text() for text in figure.axes[0].texts]
        assert {"h1", "h2", "h3", "epoch 0", "epoch 4"} <= set(texts)


def test_the_page_on_recordings_names_every_table():
    tables = re.findall(r"CREATE (?:TABLE|VIEW) (\w+)", site.schema())
    assert len(tables) >= 7
    page = (ROOT / "docs" / "recordings.md").read_text("utf-8")
    described = re.findall(r"^\| `(\w+)`", page, re.MULTILINE)
    assert sorted(described) == sorted(tables)


# the gallery


def test_every_topic_has_an_introduction():
    assert {page.parent.name for page in TOPICS} == set(topics())
    for topic in topics().values():
        assert topic.title and "What to look for:" in topic.text


def test_facts_are_readable():
    facts = {
        "share": 1 / 3,
        "output": [[1.0, 2.5], [3, 4]],
        "fits": True,
        "parameters": 83466,
        "first": {"he": {"h1": 1e-11}, "glorot": {"h1": 0.5}},
        "spelled": "a|b",
        "many": list(range(200)),
    }
    table = gallery.facts_table(facts)
    assert "| `share` | 0.3333 |" in table
    assert "| `output` | 1 2.5 / 3 4 |" in table
    assert "| `fits` | yes |" in table
    assert "| `parameters` | 83,466 |" in table
    assert "| `first, he` | h1 10⁻¹¹ |" in table
    assert r"| `spelled` | a\|b |" in table
    assert max(map(len, table.splitlines())) < 200 and "…" in table.splitlines()[-1]


def test_figures_that_are_not_drawn_are_named(tmp_path, drawn):
    with pytest.raises(ValueError, match=r"`--figures` must be a folder .* without ball-data: run"):
        gallery.read_entries(tmp_path, ["ball-data"])
    with pytest.raises(ValueError, match=r"without init-zeros: run kit figures --out"):
        gallery.read_entries(drawn, [*FEW, "init-zeros"])


def test_a_claim_that_does_not_hold_is_shown(tmp_path, drawn):
    (entry,) = gallery.read_entries(drawn, FEW[:1])
    broken = {"name": "all is well", "holds": False, "fails_with_seeds": [2, 3, 5]}
    gallery.write(tmp_path / "s", drawn, [entry | {"claims": [broken]}])
    page = (tmp_path / "s" / "gallery" / "ball-data.md").read_text("utf-8")
    assert "✗ all is well: **does not hold** with 2, 3 and 5" in page
    code = tmp_path / "s" / "gallery" / re.search(r"{literalinclude} (.*)\n", page)[1]
    assert code.resolve() == files()["ball-data"].path


def test_a_claim_is_shown_with_what_is_known_of_it(tmp_path, drawn):
    (entry,) = gallery.read_entries(drawn, FEW[:1])
    alone = {"name": "all is well", "holds": True, "fails_with_seeds": []}
    known = alone | {"evidence": "holds on 30 of 30 seeds (1 to 10, 101 to 120)"}
    broken = known | {"holds": False, "fails_with_seeds": [2]}
    for k, (claim, checked, shown) in enumerate(
        (
            (alone, "this figure, with seed 13 alone.", "- ✓ all is well\n"),
            (known, "this figure.", f"- ✓ all is well: {known['evidence']}\n"),
            (broken, "this figure.", f"**does not hold** with 2; {known['evidence']}\n"),
        )
    ):
        gallery.write(tmp_path / str(k), drawn, [entry | {"claims": [claim]}])
        page = (tmp_path / str(k) / "gallery" / "ball-data.md").read_text("utf-8")
        assert f"checked in the numbers of {checked}\n" in page and shown in page


def test_a_folder_with_something_else_is_left_alone(tmp_path, drawn):
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "mine.txt").write_text("mine")
    with pytest.raises(ValueError, match="`--out` must be new, empty or the folder of an earlier"):
        site.build(drawn, tmp_path, FEW)
    assert (tmp_path / "html" / "mine.txt").is_file()


def test_the_command_says_what_is_missing(tmp_path):
    done = the_command("ball-data", "--figures", tmp_path, "--out", tmp_path / "site")
    assert done.returncode == 1
    assert "without ball-data: run kit figures --out" in done.stderr


# the API


def public_names():
    """Every public name of the kit and of what is public in it, and the thing itself."""
    import kit

    todo, seen = [("kit", kit)], {}
    while todo:
        path, module = todo.pop()
        for name in module.__all__:
            thing = getattr(module, name)
            if isinstance(thing, type(kit)):
                todo.append((f"{path}.{name}", thing))
            else:
                seen[f"{path}.{name}"] = thing
    return seen


def test_the_built_api_documents_every_public_name(built):
    asked = public_names()
    assert {"kit.probe", "kit.datasets.ball.load_data", "kit.plots.COLORS"} <= set(asked)
    text = (built / "objects.inv").read_bytes()
    lines = zlib.decompress(text.split(b"\n", 4)[4]).decode().splitlines()
    places = {line.split(" ")[0]: line.split(" ")[3] for line in lines if " py:" in line}
    for name, thing in asked.items():
        homes = [other for other in asked if asked[other] is thing and other in places]
        assert homes, f"{name} is not documented"
        where = places[homes[0]].replace("$", homes[0]).split("#")[0]
        words = (built / where).read_text("utf-8")
        entry = words.split(f'id="{homes[0]}"')[1].split(' id="kit.')[0]
        assert "<p>" in entry, f"{name} is without words"
        module, _, short = name.rpartition(".")
        table = (built / "api" / f"{module}.html").read_text("utf-8").split("autosummary")[1:]
        assert any(f">{short}<" in part for part in table), f"{name} is not on its room's page"


def test_what_one_needs_to_add_a_figure_is_in_the_api(built):
    page = (built / "api" / "kit.catalogue.register.html").read_text("utf-8")
    assert 'id="kit.catalogue.register.add_folder"' in page
    assert 'href="kit.catalogue.html#kit.catalogue.find"' in page  # at home there
    assert 'id="kit.catalogue.register.find"' not in page


def test_a_signature_is_readable(built):
    page = re.sub(r"<[^>]+>", "", (built / "api" / "kit.recordings.html").read_text("utf-8"))
    assert "sketches: dict[str, Sketch] = ..." in page
    assert "~kit" not in page and "factory" not in page


def test_a_docstring_leads_to_what_it_names(built):
    recorder = (built / "api" / "kit.callbacks.html").read_text("utf-8")
    for target in ("kit.html#kit.probe", "#kit.callbacks.Recorder"):
        assert f'href="{target}"' in recorder
    recording = (built / "api" / "kit.html").read_text("utf-8")
    assert 'href="#kit.Recording.load"' in recording.split('id="kit.Recording"')[1]


# the site


class Links(html.parser.HTMLParser):
    """What a page points to, and the anchors that it has."""

    def __init__(self, text):
        super().__init__()
        self.links, self.resources, self.anchors, self.without_alt = [], [], {""}, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors |= {found[key] for key in ("id", "name") if found.get(key)}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag in ("img", "script", "video") and "src" in found:
            self.resources += [found[key] for key in ("src", "poster") if key in found]
        elif tag == "link" and found.get("rel") in ("stylesheet", "icon", "shortcut icon"):
            self.resources.append(found["href"])
        # without words of its own a picture is called by its file
        if tag == "img" and re.fullmatch(r"\S*\.png|", found.get("alt") or ""):
            self.without_alt.append(found.get("src"))


def inside(link):
    return urllib.parse.urlsplit(link).scheme in ("", "data")


def check_state(fragment):
    """Whether a page to play with takes what follows the # of a link to it."""
    named = dict(urllib.parse.parse_qsl(fragment, strict_parsing=True))
    return all(name in PAGE_SETTINGS for name in named) and "activation" in named


def test_every_link_of_the_site_leads_somewhere(built):
    pages = {path: Links(path.read_text("utf-8")) for path in built.rglob("*.html")}
    assert len(pages) > 20
    for path, page in pages.items():
        assert not page.without_alt, path
        assert all(map(inside, page.resources)), f"{path} takes something from elsewhere"
        for link in [*page.resources, *filter(inside, page.links)]:
            if link.startswith("data:"):
                continue
            parts = urllib.parse.urlsplit(link)
            target = (path.parent / urllib.parse.unquote(parts.path)).resolve()
            target = path if not parts.path else target
            assert target.is_file(), f"{path.name}: {link}"
            if target.parent.name == "play":  # what follows the # is its state
                assert not parts.fragment or check_state(parts.fragment), link
            elif target.suffix == ".html":
                assert urllib.parse.unquote(parts.fragment) in pages[target].anchors, (path, link)


def test_every_figure_has_its_page(built, drawn):
    entries = json.loads((drawn / "figures.json").read_text("utf-8"))["figures"]
    gallery_page = (built / "gallery" / "index.html").read_text("utf-8")
    for entry in entries:
        page = (built / "gallery" / f"{entry['id']}.html").read_text("utf-8")
        text = html.unescape(re.sub(r"<[^>]+>", "", page))
        assert " ".join(entry["caption"].split()) in " ".join(text.split())
        assert all(f"✓ {claim['name']}" in text for claim in entry["claims"])
        assert f"kit figures {entry['id']}" in text
        file = files()[entry["id"]]
        assert (f"kit animate {file.id}" in text) == bool(file.animation)
        assert file.path.read_text("utf-8").strip() in text  # the whole of its code
        assert html.escape(entry["alt"], quote=True) in page
        assert f'href="{entry["id"]}.html#code"' in gallery_page
        assert f"{entry['id']}-small.png" in gallery_page


def test_a_figure_can_be_taken_along(built, drawn):
    def taken(name):
        links = Links((built / "gallery" / f"{name}.html").read_text("utf-8")).links
        return {
            urllib.parse.unquote(link).rpartition("/")[2] for link in links if "_downloads" in link
        }

    assert taken("ball-data") == {
        *("ball-data.png", "ball-data.svg", "ball-data-dark.png", "ball-data.csv", "figures.json")
    }
    moving = taken("conv-sliding-kernel")
    assert {"conv-sliding-kernel.mp4", "conv-sliding-kernel.gif"} < moving
    assert "conv-sliding-kernel-dark.png" not in moving  # which is not drawn
    (table,) = built.glob("_downloads/*/ball-data.csv")
    rows = pd.read_csv(table)
    X, _ = load_data()
    norms = rows[rows.of == "‖x‖"].value
    assert norms.to_numpy() == pytest.approx(np.linalg.norm(X, axis=1), rel=1e-5)


def test_facts_and_code_are_folded(built):
    page = BeautifulSoup((built / "gallery" / "ball-data.html").read_text("utf-8"), "html.parser")
    for name in ("facts", "code"):
        (fold,) = page.find(id=name)("details")
        assert not fold.has_attr("open") and fold.summary.get_text(strip=True)
        assert fold.find("table" if name == "facts" else "pre")


def test_a_film_has_its_player_and_its_pictures(built):
    import imageio_ffmpeg

    page = (built / "gallery" / "conv-sliding-kernel.html").read_text("utf-8")
    (film,) = BeautifulSoup(page, "html.parser")("figure", class_="film")
    starts = json.loads(film["data-starts"])
    assert len(starts) == 9 and starts[0] == 0  # the kernel's stops
    assert all(one < other for one, other in itertools.pairwise(starts))
    assert film.video.has_attr("controls") and film.video["aria-label"]
    names = [one.get("aria-label") for one in film(("button", "input"))]
    assert names == ["Play", "One picture back", "Picture", "One picture on"]
    assert film.input["max"] == "8" and "1 / 9" in film.output
    path = built / "gallery" / film.video["src"]
    _, seconds = imageio_ffmpeg.count_frames_and_secs(str(path))
    assert starts[-1] < seconds
    gallery_page = (built / "gallery" / "index.html").read_text("utf-8")
    assert 'href="conv-sliding-kernel.html#in-motion"' in gallery_page
    assert "films.js" in gallery_page


def test_a_film_is_still_where_less_motion_is_asked_for():
    script = (ROOT / "docs" / "_static" / "films.js").read_text("utf-8")
    assert 'matchMedia("(prefers-reduced-motion: reduce)")' in script
    starts = re.findall(r"^.*video\.play\(\).*$", script, re.MULTILINE)
    by_itself = [line for line in starts if "calm.matches" in line]
    assert len(starts) == 2 and len(by_itself) == 1 and "!calm.matches && !stopped" in by_itself[0]


def test_the_gallery_begins_with_a_question_from_each_topic():
    assert {files()[name].topic for name in gallery.COURSE} == set(topics())
    assert all(question.endswith("?") for question in gallery.COURSE.values())


def test_the_gallery_reads_as_a_course(built):
    page = BeautifulSoup((built / "gallery" / "index.html").read_text("utf-8"), "html.parser")
    headings = [one.get_text().rstrip("¶") for one in page("h2")]
    shown = {files()[name].topic for name in FEW}
    titles = [one.title for name, one in topics().items() if name in shown]
    lectures = [f"Lecture {k}: {title}" for k, title in enumerate(titles, 1)]
    assert headings == ["Begin here", *lectures, "By teacher"]
    asked = [one.get_text().rstrip("¶") for one in page.find(id="begin-here")("h3")]
    assert asked == [f"1. {gallery.COURSE['conv-sliding-kernel']}"]


# data as CSV


def test_a_table_has_a_row_for_each_number_of_what_is_drawn():
    data = {"kernel": np.arange(4).reshape(2, 2), "more": {"bias": [0.5]}, "none": None}
    table, left_out = numbers.table_of(data)
    assert not left_out and list(table.of) == ["kernel"] * 4 + ["more"]
    assert list(table.value) == [0, 1, 2, 3, 0.5]
    assert table[(table.i == 1) & (table.j == 0)].value.item() == 2
    assert table.of_2.iloc[-1] == "bias"


def test_what_is_too_large_for_a_table_is_named(tmp_path):
    photo = np.zeros((200, 101))
    words = numbers.write({"photo": photo, "kernel": np.eye(2)}, tmp_path / "a.csv")
    assert words == "4 rows, without photo (too many numbers)"
    assert len(pd.read_csv(tmp_path / "a.csv")) == 4
    assert numbers.write({"photo": photo}, tmp_path / "b.csv") == ""
    assert numbers.write(None, tmp_path / "b.csv") == "" and not (tmp_path / "b.csv").exists()


def test_a_table_of_runs_has_their_curves_and_their_layers(tmp_path):
    runs = kit.Runs.create(None, ["a"], [{"seed": 1}])
    runs["a"].add_history(1, {"loss": 0.5})
    layer = LayerSketches("h1", 0, sketches={"z": kit.Sketch.of([1.0, 3.0])})
    runs["a"].add(epoch=0, step=0, loss=0.7, samples=2, layers=[layer])
    table, _ = numbers.table_of(runs)
    assert table[table.of == "history"].loss.item() == 0.5
    assert table[table.of == "layers"]["mean"].item() == 2


# for everybody


def test_every_page_can_be_read_and_reached_by_everybody(built):
    pages = sorted(built.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        assert not accessible.faults(page.read_text("utf-8")), page.relative_to(built)


def test_faults_of_a_page_are_found():
    page = (
        "<html><title></title><h1>a</h1><h3 id=x>b</h3><p id=x><img src=a.png><a href=b></a>"
        "<button></button><p onclick=f() tabindex=2>c<video autoplay src=v></video>"
    )
    found = "\n".join(accessible.faults(page))
    for one in (
        *("no language", "no title", "picture without words", "film without words"),
        *("control without a name: <a", "control without a name: <button", "by the mouse alone"),
        *("order of its own", "moves by itself", "cannot be stopped", "are called x"),
        "level 3 below one of level 1",
    ):
        assert one in found


def test_contrast_is_that_of_the_guidelines():
    assert accessible.contrast("#000", "#ffffff") == pytest.approx(21)
    assert accessible.contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)  # WCAG's own
    assert accessible.contrast("#abc", "#abc") == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_stand_out_from_their_ground(built, dark):
    theme = (built / "_static" / "styles" / "furo.css").read_text("utf-8")
    page = (built / "index.html").read_text("utf-8")
    own = "\n".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    known = accessible.variables([theme, own], dark)
    for words, ground in (
        ("foreground-primary", "background-primary"),
        ("foreground-primary", "background-secondary"),  # buttons, code in the text
        ("foreground-secondary", "background-secondary"),  # the list of pages
        ("foreground-muted", "background-primary"),
        ("foreground-muted", "background-secondary"),
        ("brand-content", "background-primary"),  # links
        ("brand-primary", "background-secondary"),
        ("brand-visited", "background-primary"),
    ):
        colors = [accessible.resolved(f"--color-{one}", known) for one in (words, ground)]
        assert accessible.contrast(*colors) >= 4.5, (words, ground, colors)
    # the ring around what the keyboard is at, and the edge of a button
    ground = accessible.resolved("--color-background-primary", known)
    for line in ("brand-primary", "foreground-muted"):
        assert accessible.contrast(accessible.resolved(f"--color-{line}", known), ground) >= 3


def test_code_stands_out_from_its_ground(built):
    sheet = (built / "_static" / "pygments.css").read_text("utf-8")
    for selector in (".highlight", 'body[data-theme="dark"] .highlight'):
        assert any(one == selector for one, _ in accessible.blocks(sheet))
        assert not accessible.pale_code(sheet, selector, 4.5)
    pale = ".highlight { background: #f0f0f0 }\n.highlight .c { color: #60A0B0 }"
    ((kind, ratio),) = accessible.pale_code(pale, ".highlight", 4.5)
    assert kind == ".highlight .c" and ratio < 3


def test_who_uses_the_keyboard_sees_where_he_is():
    sheet = (ROOT / "docs" / "_static" / "site.css").read_text("utf-8")
    rings = [body for one, body in accessible.blocks(sheet) if ":focus-visible" in one]
    assert rings and all("outline: 3px solid" in body for body in rings)
    assert not re.search(r"outline:\s*(none|0)", sheet)


@pytest.fixture(scope="module")
def served(built):
    """The site on localhost; its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words):
            pass

    handler = functools.partial(Quiet, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_figure_leads_to_the_page_in_which_its_network_can_be_played_with(browser, served):
    browser.get(f"{served}/gallery/init-tanh-glorot-normal.html")
    (link,) = browser.execute_script("return [...document.querySelectorAll('.play a')]")
    assert link.text == "▶ Play with it"
    link.click()
    told = "return [document.title, Kit.state.get('activation'), Kit.state.get('initializer')]"
    assert browser.execute_script(told) == ["Play with a network", "tanh", "glorot_normal"]


def test_the_gallery_holds_in_a_browser(browser, served):
    browser.get(f"{served}/gallery/index.html")
    look = "return [...document.images].map(i => [i.currentSrc, i.complete && i.naturalWidth])"
    images = browser.execute_script(look)
    assert len(images) == len(FEW) and all(width > 0 for _, width in images), images
    links = browser.execute_script("return [...document.links].map(link => link.href)")
    links = {link for link in links if link.startswith(served)}
    assert len(links) > 3 * len(FEW)
    pages = {}
    for link in sorted(links):
        address, _, anchor = link.partition("#")
        if address not in pages:
            with urllib.request.urlopen(address, timeout=10) as answer:
                assert answer.status == 200
                kind = answer.headers.get_content_type()
                pages[address] = Links(answer.read().decode()) if kind == "text/html" else None
        assert not anchor or urllib.parse.unquote(anchor) in pages[address].anchors, link


@pytest.mark.parametrize(
    "page",
    ["index", "gallery/index", "gallery/topic-cnn", "gallery/ball-data", "concepts", "api/kit"],
)
def test_a_page_is_at_peace_in_a_browser(browser, served, page):
    browser.get_log("browser"), browser.get_log("performance")
    browser.get(f"{served}/{page}.html")
    shown = "return [...document.images].filter(i => i.offsetParent && !i.naturalWidth).length"
    assert browser.execute_script(shown) == 0
    assert not browser.get_log("browser")
    asked = [url for url in requested(browser) if not url.startswith("data:")]
    assert len(asked) > 3 and all(url.startswith(served) for url in asked), asked


def test_a_picture_leads_to_itself_in_full(browser, served):
    from selenium.webdriver.common.by import By

    browser.get(f"{served}/gallery/ball-data.html")
    browser.find_element(By.CSS_SELECTOR, "a:has(> img.lecture-figure)").click()
    assert browser.current_url == f"{served}/_images/ball-data.png"


def test_the_search_finds_a_figure(browser, served):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get(f"{served}/search.html?q=ball-data")
    found = "#search-results a[href*='gallery/ball-data.html']"  # results come one by one
    WebDriverWait(browser, 20).until(lambda b: b.find_elements(By.CSS_SELECTOR, found))


@pytest.mark.parametrize("width", [400, 1400])
def test_nothing_sticks_out_of_a_page(browser, served, width):
    for page in ("index", "gallery/index", "gallery/ball-data", "recordings"):
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
        )
        browser.get(f"{served}/{page}.html")
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width, page
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


# an accessibility checker

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
"""Of axe-core: WCAG 2.1, levels A and AA, and what is good practice beyond."""


def faults_in(browser, address, theme):
    """What axe-core finds wrong with a page in the light or the dark, as lines."""
    selenium_axe_python = pytest.importorskip("selenium_axe_python")
    browser.get(address)
    browser.execute_script("document.body.dataset.theme = arguments[0]", theme)
    axe = selenium_axe_python.Axe(browser)
    axe.inject()
    found = axe.run(options=RULES)
    assert found["passes"], "the checker looked at nothing"
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:120]}: {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "page",
    [
        *("index", "getting-started", "gallery/index", "gallery/topic-cnn", "gallery/ball-data"),
        *("gallery/conv-sliding-kernel", "disagreements", "api/kit.models", "search", "genindex"),
    ],
)
def test_an_accessibility_checker_passes_a_page(browser, served, page, theme):
    assert not faults_in(browser, f"{served}/{page}.html", theme)


def test_what_sphinx_writes_is_put_right():
    drawer = '<aside class="sidebar-drawer"><p role="heading">Learn</p><pre>1</pre></aside>'
    page = finished.amended(drawer)
    assert 'aria-label="Pages"' in page and 'aria-level="2"' in page and 'tabindex="0"' in page
    assert finished.amended(page) == page
    lines = '<dd><em class="sig-param">a</em>,</dd>\n' * 2
    assert "<dl>" not in finished.amended(f"<dl>\n{lines}</dl>")
    definitions = "<dl><dt>z</dt><dd>x W + b</dd></dl>"
    assert finished.amended(definitions) == definitions


def test_the_checker_finds_what_is_planted(browser, served):
    """A page without words for its picture, with pale letters and a button without a name."""
    browser.get(f"{served}/gallery/ball-data.html")
    planted = "<p style='color: #bbb; background: #fff'>pale</p><button></button><img src='x.png'>"
    script = f'document.querySelector("article").innerHTML += "{planted}"'
    browser.execute_script(script)
    from selenium_axe_python import Axe

    axe = Axe(browser)
    axe.inject()
    found = {one["id"] for one in axe.run(options=RULES)["violations"]}
    assert {"color-contrast", "button-name", "image-alt"} <= found


# the player of films


@pytest.fixture
def film(browser, served):
    """A page with a film, loaded; a function that asks its player something."""
    browser.get(f"{served}/gallery/conv-sliding-kernel.html")

    def ask(script):
        return browser.execute_script(
            "const film = document.querySelector('.film'), video = film.querySelector('video');"
            f"return {script}"
        )

    return ask


def test_a_film_plays_stops_and_goes_on_by_one_picture(browser, film):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    wait = WebDriverWait(browser, 20)
    button = {
        name: browser.find_element(By.CSS_SELECTOR, f".film-{name}")
        for name in ("play", "back", "on")
    }
    film("film.scrollIntoView({block: 'center'})")
    wait.until(lambda _: not film("video.paused") and film("video.currentTime > 0"))
    button["play"].click()
    wait.until(lambda _: film("video.paused"))
    assert button["play"].get_attribute("aria-label") == "Play"
    number = int(film("film.querySelector('output').textContent").split("/")[0])
    starts = json.loads(film("film.dataset.starts"))
    for name, step in (("on", 1), ("on", 1), ("back", -1)):
        number = min(max(number + step, 1), len(starts))
        button[name].click()
        wait.until(
            lambda _, k=number: (
                film("film.querySelector('output').textContent") == f"{k} / {len(starts)}"
            )
        )
        wait.until(lambda _, k=number: abs(film("video.currentTime") - starts[k - 1]) < 0.05)
    slider = browser.find_element(By.CSS_SELECTOR, ".film input")
    slider.send_keys("\ue011")  # Home
    wait.until(lambda _: film("video.currentTime") < 0.05)
    assert film("video.paused")


def test_a_film_is_still_where_less_motion_is_asked_for_in_a_browser(browser, served, film):
    asked = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", asked)
    try:
        browser.get(f"{served}/gallery/conv-sliding-kernel.html")
        film("film.scrollIntoView({block: 'center'})")
        time.sleep(1.5)
        assert film("video.paused") and film("video.currentTime") == 0
        assert film("!film.querySelector('.film-controls').hidden")
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
