"""The notebooks: paired with their text, committed bare, and run from top to bottom in a kernel."""

import ast
import base64
import importlib.util
import inspect
import io
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import jupytext
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
if not FOLDER.is_dir():
    pytest.skip("no checkout", allow_module_level=True)
sys.path.insert(0, str(ROOT))

from docs import address, forking  # noqa: E402
from kit.diagnosis import RECIPES, RULEBOOK  # noqa: E402

NAMES = (
    *("quickstart", "initialization", "backpropagation", "deep_networks"),
    *("which_optimizer", "overfitting", "cnn", "what_the_hidden_units_see", "homework_fashion"),
    *("what_is_wrong", "guess_and_play"),
)
LESSONS = NAMES[1:]
MINUTES = 3
DRAWING = re.compile(r"\b(plot_\w+|layer_panel|compare|plt\.subplots|LivePanel)\(|\.make\(")
START_UP = re.compile(
    r"WARNING: All log messages before absl|[IWE]\d{4} |\d{4}-\d\d-\d\d .*: [IWE] "
)
SOLUTION = re.compile(r"```python\n(.*?)```", re.DOTALL)


def read(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code_of(name):
    """The code cells, and the code of the answers, as Python."""
    cells = read(name).cells
    folded = [found for cell in cells for found in SOLUTION.findall(cell.source)]
    return "\n".join([cell.source for cell in cells if cell.cell_type == "code"] + folded)


@pytest.fixture
def kernel(monkeypatch, tmp_path):
    """Runs a notebook in a folder of its own, as a student's kernel would.

    A kernel that is forked finds TensorFlow and Keras loaded; the notebook still imports them.
    """
    for name in ("MPLBACKEND", "TF_CPP_MIN_LOG_LEVEL"):  # which conftest.py sets
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KIT_OFFLINE", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))

    def run(notebook, client=NotebookClient, forked=False):
        forking.fork_kernels(forked)
        running = client(
            notebook,
            timeout=60 * MINUTES,
            kernel_name="python3",
            resources={"metadata": {"path": str(tmp_path)}},
        )
        running.execute()
        return running

    yield run
    forking.fork_kernels(False)


class Watching(NotebookClient):
    """Counts the display messages of each kind."""

    def process_message(self, msg, cell, cell_index):
        self.kinds = getattr(self, "kinds", Counter())
        self.kinds[msg["msg_type"]] += 1
        return super().process_message(msg, cell, cell_index)


def test_all_notebooks_are_tested():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(NAMES)
    assert {path.stem for path in FOLDER.glob("*.py")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_notebook_and_text_are_the_same(name):
    notebook, text = read(name), jupytext.read(FOLDER / f"{name}.py")
    cells = [
        [(cell.cell_type, cell.source) for cell in one.cells if cell.source]
        for one in (notebook, text)
    ]
    assert cells[0] == cells[1], "change the .py, then run `make notebooks`"
    assert notebook.metadata.kernelspec == text.metadata.kernelspec
    assert notebook.metadata.jupytext.formats == "ipynb,py:percent"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_committed_without_outputs_and_without_the_machine(name):
    notebook = read(name)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.metadata == {}
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
    assert set(notebook.metadata) == {"jupytext", "kernelspec"}
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert notebook.metadata.kernelspec == spec


@pytest.fixture
def copied(tmp_path):
    """A function that sets the project's address in a copy of what tells it; the copy's folder."""
    for folder in ("docs", "notebooks"):
        (tmp_path / folder).mkdir()
    for path in ("setup.cfg", *address.PAGES, *(f"notebooks/{name}.py" for name in NAMES)):
        shutil.copyfile(ROOT / path, tmp_path / path)
        if path.startswith("notebooks"):
            shutil.copyfile(
                (ROOT / path).with_suffix(".ipynb"), (tmp_path / path).with_suffix(".ipynb")
            )
    settings = tmp_path / "setup.cfg"
    bare = re.sub(r"(?m)^(# )?url =.*\n", "", settings.read_text("utf-8"))

    def set_to(url):
        line = f"url = {url}\n" if url else ""
        settings.write_text(bare.replace("[metadata]\n", f"[metadata]\n{line}"), "utf-8")
        list(address.write(tmp_path))
        return tmp_path

    return set_to


def first_cell(name, root=ROOT):
    """The cell that installs the kit."""
    cells = nbformat.read(root / "notebooks" / f"{name}.ipynb", as_version=4).cells
    return next(cell.source for cell in cells if cell.cell_type == "code")


def test_what_is_committed_tells_the_address_of_setup_cfg():
    for path in (*address.PAGES, *(f"notebooks/{name}.py" for name in NAMES)):
        told = address.told(ROOT / path, address.address())
        assert told == (ROOT / path).read_text("utf-8"), "run `make notebooks`"


def test_the_address_is_set_in_one_place(copied):
    url = "https://github.com/ada/keras-teaching-kit"
    root = copied(url)
    for name in NAMES:
        cells = nbformat.read(root / "notebooks" / f"{name}.ipynb", as_version=4).cells
        there = (
            f"colab.research.google.com/github/ada/keras-teaching-kit/blob/main/notebooks/{name}"
        )
        assert f"{there}.ipynb)" in cells[0].source.splitlines()[2]
        assert f'ADDRESS = "{url}"' in first_cell(name, root)
    for page in address.PAGES:
        assert f"%pip install git+{url}\n" in (root / page).read_text("utf-8")
    elsewhere = "https://git.example.org/group/kit"  # whose notebooks Colab cannot open
    root = copied(elsewhere)
    assert "colab.research" not in (root / "notebooks" / "cnn.ipynb").read_text("utf-8")
    assert f'ADDRESS = "{elsewhere}"' in first_cell("cnn", root)


def test_without_an_address_nothing_leads_nowhere(copied):
    copied("https://github.com/ada/keras-teaching-kit")
    root = copied(None)
    for name in NAMES:
        path = root / "notebooks" / f"{name}.ipynb"
        assert "colab.research.google.com" not in path.read_text("utf-8")
        assert 'ADDRESS = ""' in first_cell(name, root)
    for page in address.PAGES:
        text = (root / page).read_text("utf-8")
        assert "git+" not in text and "`url` in `setup.cfg`" in text


def test_a_notebook_that_is_not_there_yet_is_written_from_its_text(copied):
    root = copied(None)
    path = root / "notebooks" / "backpropagation.ipynb"
    path.unlink()
    assert list(address.write(root)) == [path]
    new = nbformat.read(path, as_version=4)
    nbformat.validate(new)
    assert [(one.cell_type, one.source) for one in new.cells] == [
        (one.cell_type, one.source) for one in read("backpropagation").cells
    ]
    assert not list(address.write(root))


@pytest.mark.parametrize("url", ["github.com/a/b", "https://github.com/a/b.git", "https://x.org/"])
def test_an_address_that_pip_cannot_use_is_refused(url, copied):
    with pytest.raises(ValueError, match="must be a repository's address"):
        copied(url)


@pytest.mark.parametrize("name", NAMES)
def test_the_first_cell_installs_only_where_the_kit_is_missing(name, copied, monkeypatch):
    url = "https://github.com/ada/keras-teaching-kit"
    bare, addressed = first_cell(name, copied(None)), first_cell(name, copied(url))
    ran = []
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")  # which the cell sets, and is put back
    monkeypatch.setattr(subprocess, "run", lambda command, **how: ran.append((command, how)))
    for cell in (bare, addressed):
        exec(cell, {})
    assert not ran  # the kit is here
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n: None if n == "kit" else find(n))
    with pytest.raises(ModuleNotFoundError, match=r"address of your copy .* after ADDRESS, or run"):
        exec(bare, {})
    assert not ran
    exec(addressed, {})
    (command, how), *others = ran
    assert command[1:4] == ["-m", "pip", "install"] and command[-1] == f"git+{url}"
    assert how == {"check": True} and not others


@pytest.mark.parametrize("name", NAMES)
def test_only_public_names_of_the_kit_are_used(name):
    tree = ast.parse(code_of(name))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_"), node.attr
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "kit":
            module = importlib.import_module(node.module)
            for alias in node.names:
                assert alias.name in module.__all__, f"{node.module}.{alias.name}"
                assert inspect.getdoc(getattr(module, alias.name))


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_begins_with_a_picture_and_a_question(name):
    cells = read(name).cells
    drawing = [
        k
        for k, cell in enumerate(cells)
        if cell.cell_type == "code" and DRAWING.search(cell.source)
    ]
    before = "\n".join(
        cell.source for cell in cells[: drawing[0] + 2] if cell.cell_type == "markdown"
    )
    assert "?" in before.split("## 1.")[1] and "minute" in before


@pytest.mark.parametrize("name", LESSONS)
def test_guesses_are_taken_before_the_truth_is_drawn_beside_them(name):
    cells = read(name).cells
    code = [cell.source if cell.cell_type == "code" else "" for cell in cells]
    asked = {
        key: place
        for place, source in enumerate(code)
        for key in re.findall(r'^guesses\["(.*?)"\] = guess$', source, re.MULTILINE)
    }
    assert len(asked) >= 3
    for key, place in asked.items():
        assert "**Your guess" in "".join(cell.source for cell in cells[:place][-2:])
        assert re.search(
            r'^guess = ([\d.]+|"[\w-]+")  # @param ', code[place], re.MULTILINE
        )  # runs unattended
        reads = [k for k, source in enumerate(code) if f'guesses["{key}"]' in source and k > place]
        assert any(DRAWING.search(code[k]) for k in reads), f"{key} is never drawn"
        told = [k for k, source in enumerate(code) if f'truth["{key}"] = ' in source]
        assert all(k > place for k in told)


@pytest.mark.parametrize("name", LESSONS)
def test_every_question_of_a_lesson_has_an_answer_folded_away(name):
    text = "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")
    parts = re.split(r"\*\*(Question|Exercise) (\d+)\.\*\*", text)
    kinds, numbers, bodies = parts[1::3], [int(one) for one in parts[2::3]], parts[3::3]
    for kind, least in (("Question", 7), ("Exercise", 3)):
        of_kind = [number for one, number in zip(kinds, numbers, strict=True) if one == kind]
        assert of_kind == list(range(1, len(of_kind) + 1)) and len(of_kind) >= least
    for number, body in zip(numbers, bodies, strict=True):
        assert body.count("<details>") == body.count("</details>") == 1, number
        # markdown within HTML needs the empty lines
        assert re.search(r"<details>\n<summary>[^<]+</summary>\n\n.+\n\n</details>", body, re.S)


@pytest.mark.parametrize("name", NAMES)
def test_no_result_is_typed_into_the_prose(name):
    """Shapes, sizes and settings may be: whole numbers, σ of an initializer, and formulas."""
    for cell in read(name).cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"`[^`]*`|\$\$.*?\$\$|```.*?```", "", cell.source, flags=re.DOTALL)
            found = set(re.findall(r"\d+\.\d+|\d+(?:e|·10)-?\d+", prose))
            assert found <= {"0.01"}, found


def test_a_guess_that_is_no_root_is_told_the_roots(capsys):
    cells = [cell.source for cell in read("what_is_wrong").cells if cell.cell_type == "code"]
    source = next(one for one in cells if one.startswith("def answer("))
    patient = SimpleNamespace(recipe=RECIPES["tanh-5-small"])
    room = {"RULEBOOK": RULEBOOK, "patients": {1: patient}, "guesses": {"patient 1": "dead"}}
    room["truth"] = {}
    exec(source, room)
    assert room["truth"] == {"patient 1": "initialization"}
    assert "initializer = 0.01" in capsys.readouterr().out
    room["answer"](1, "initialization")
    assert "right." in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"`guess` must be one of non-finite, .*; got 'ill'"):
        room["answer"](1, "ill")


def test_any_seed_draws_five_patients_with_roots_of_their_own():
    cells = [cell.source for cell in read("what_is_wrong").cells if cell.cell_type == "code"]
    source = next(one for one in cells if one.startswith("SEED = "))
    drawings = set()
    for seed in range(20):
        room = {"RECIPES": RECIPES, "np": np}
        exec(re.sub(r"(?m)^SEED = \d+", f"SEED = {seed}", source, count=1), room)
        names = tuple(recipe.name for recipe in room["drawn"])
        assert len({recipe.root for recipe in room["drawn"]}) == 5
        drawings.add(names)
    assert len(drawings) > 15  # a student's neighbour has others


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_from_top_to_bottom_with_its_answers(name, kernel):
    notebook = read(name)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        cells += [nbformat.v4.new_code_cell(code) for code in SOLUTION.findall(cell.source)]
    notebook.cells = cells
    began = time.monotonic()
    client = kernel(notebook, Watching, forked=name in LESSONS)  # the first as a student starts it
    assert time.monotonic() - began < 60 * MINUTES
    for cell in notebook.cells:
        if cell.cell_type == "code":
            check_outputs(cell)
    if name == "quickstart":
        # the table, and at least the last panel in its place
        assert client.kinds["update_display_data"] >= 1
        html = [output for output in outputs_of(notebook) if "text/html" in output.get("data", {})]
        assert any("Recording &#x27;run-1&#x27;" in one.data["text/html"] for one in html)
        assert any("Snapshot of 1,000 samples" in one.data["text/html"] for one in html)
        assert any("kit figures" in one.data["text/html"] for one in html)


def outputs_of(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def check_outputs(cell):
    """No error, nothing on stderr but TensorFlow's start, and a picture where one is drawn."""
    for output in cell.outputs:
        if output.get("name") == "stderr":
            lines = [line for line in output.text.splitlines() if line.strip()]
            assert all(START_UP.match(line) for line in lines), output.text
    pictures = [
        output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})
    ]
    drawn = DRAWING.search(cell.source) is not None
    assert len(pictures) == drawn, f"{len(pictures)} pictures of:\n{cell.source}"
    for picture in pictures:
        image = Image.open(io.BytesIO(base64.b64decode(picture)))
        assert min(image.size) >= 200 and len(image.convert("RGB").getcolors(1 << 24)) > 10


def test_figures_are_shown_after_a_first_one_within_a_style(kernel):
    """Matplotlib's issue 24351: the kit's style switched the notebook's pictures off."""
    code = "import matplotlib.pyplot as plt\nfrom kit.plots import style\n"
    sources = (
        code + "with style():\n    plt.figure()",
        "plt.figure()",
        "with style():\n    plt.figure()",
    )
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    kernel(notebook)
    for cell in notebook.cells:
        assert [output.output_type for output in cell.outputs if "data" in output].count(
            "display_data"
        ) == 1
