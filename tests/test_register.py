"""The register: figures are found by their folder, and nothing else has to know them."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from trial import added, forget, write_figure

import kit
from kit.catalogue import CATALOGUE, Claim, Quiz, find, find_animation, register
from kit.catalogue.claims import fact_at
from kit.checks import UnknownNameError

PACKAGE = Path(kit.__file__).resolve().parent

FIGURE = '''"""Twice as much"""

import matplotlib.pyplot as plt

from kit.catalogue import Answer, Claim, Quiz

LECTURES = ("Nobody",)
CAPTION = ALT = "Twice {half} is {whole}."
CLAIMS = (Claim("whole", "==", 6, "the whole is {limit}"),)
QUIZ = Quiz("What is (1)?", (Answer("six", r"\\b6\\b"),))


def measure(lab, seed):
    return [3, 6], {"half": 3, "whole": 6}


def draw(data, facts):
    figure, ax = plt.subplots()
    ax.plot(data)
    return figure
'''

RUN = """
import json, sys
from kit.cli import main
assert main(["list"]) == 0
assert main(["slides", "arithmetic", "--quiz", "--out", "out", "--jobs", "1"]) == 0
from docs import gallery
from pathlib import Path
gallery.write(Path("site"), Path("out"), gallery.read_entries(Path("out"), ["twice"]))
"""


def test_a_topic_of_one_figure_is_found_everywhere(tmp_path):
    pptx = pytest.importorskip("pptx")
    pytest.importorskip("jinja2", reason="the pages need the extra docs")
    if not (PACKAGE.parent / "docs" / "gallery.py").is_file():
        pytest.skip("no checkout")
    skip = shutil.ignore_patterns("__pycache__", "_build")
    shutil.copytree(PACKAGE, tmp_path / "kit", ignore=skip)
    shutil.copytree(PACKAGE.parent / "docs", tmp_path / "docs", ignore=skip)
    topic = tmp_path / "kit" / "figures" / "arithmetic"
    topic.mkdir()
    (topic / "topic.md").write_text("# Arithmetic, as it is\n\nWhat to look for: doubles.\n")
    (topic / "twice.py").write_text(FIGURE)
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "KIT_CACHE": str(tmp_path / "cache")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^arithmetic\n  twice +Twice as much$", done.stdout, re.MULTILINE)
    assert "1/1 claims hold" in done.stdout
    out = tmp_path / "out"
    assert (out / "arithmetic" / "twice.png").read_bytes()[:4] == b"\x89PNG"
    (entry,) = json.loads((out / "figures.json").read_text("utf-8"))["figures"]
    assert entry["claims"] == [{"name": "the whole is 6", "holds": True, "fails_with_seeds": []}]
    for name, title in (("lecture", "Twice as much"), ("quiz", "What is (1)?")):
        slides = pptx.Presentation(str(out / f"{name}.pptx")).slides
        titles = [slide.shapes.title.text for slide in slides]
        assert title in titles and "Arithmetic, as it is" in titles
    page = (tmp_path / "site" / "gallery" / "twice.md").read_text("utf-8")
    assert "✓ the whole is 6" in page
    code = re.search(r"{literalinclude} (.*)\n", page)[1]
    assert (tmp_path / "site" / "gallery" / code).read_text("utf-8") == FIGURE
    topics = (tmp_path / "site" / "gallery" / "topic-arithmetic.md").read_text("utf-8")
    assert topics.startswith("# Arithmetic, as it is\n") and "doubles" in topics


def lines_of(text):
    """How many lines a figure's file has, what is spoken aside."""
    spoken = [
        node.end_lineno - node.lineno + 1
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "NOTES"
    ]
    return len(text.splitlines()) - sum(spoken)


def test_every_figure_is_a_file_of_at_most_120_lines_and_half_of_them_have_60():
    lengths = {
        name: lines_of(file.path.read_text("utf-8")) for name, file in register.files().items()
    }
    assert len(lengths) == len(CATALOGUE)
    assert not {name: lines for name, lines in lengths.items() if lines > 120}
    assert sum(lines <= 60 for lines in lengths.values()) * 2 >= len(lengths)


def test_a_claim_is_data_and_its_threshold_stands_once():
    for figure in CATALOGUE.values():
        for claim in figure.claims:
            assert claim.fact and claim.comparison and claim.words, (figure.id, claim)
            fields = re.findall(r"\{(\w+)", claim.words)
            known = {"limit", "percent", "listed", "rows", "low", "high", "value", "tolerance"}
            assert set(fields) <= known | {"low_percent", "high_percent", "share"}, claim


@pytest.mark.parametrize(
    ("claim", "facts", "holds"),
    [
        (Claim("a", "<", 2), {"a": 1}, True),
        (Claim("a", "<", 2), {"a": {"x": 1, "y": 2}}, False),
        (Claim("a.y", "<=", 2), {"a": {"x": 9, "y": 2}}, True),
        (Claim("a", ">", than="b"), {"a": 2, "b": 1}, True),
        (Claim("a", ">", than="b"), {"a": 1, "b": 1}, False),
        (Claim("a", ">=", 1), {"a": [1, 2]}, True),
        (Claim("a", "==", [1, 2]), {"a": [1, 2]}, True),
        (Claim("a", "==", [1, 2]), {"a": [2, 1]}, False),
        (Claim("a", "==", (1, 2)), {"a": [1, 2]}, True),
        (Claim("a", "!=", 0), {"a": 0}, False),
        (Claim("a", "within", (0.5, 2)), {"a": 2}, True),
        (Claim("a", "within", (0.5, 2)), {"a": 2.1}, False),
        (Claim("a", "near", (1, 0.1)), {"a": 0.95}, True),
        (Claim("a", "near", (1, 0.1)), {"a": 0.85}, False),
        (Claim("a", "falls"), {"a": {"h1": 3, "h2": 2, "h3": 1}}, True),
        (Claim("a", "falls"), {"a": [3, 2, 2]}, False),
        (Claim("a", "rises"), {"a": [1, 2, 3]}, True),
        (Claim("a", "rises"), {"a": [1, 3, 2]}, False),
    ],
)
def test_claims_compare(claim, facts, holds):
    assert claim.holds(facts) is holds


def test_the_words_of_a_claim_have_its_numbers():
    assert Claim("a", "<", 0.01, "under {percent:g} %").name == "under 1%"
    assert Claim("a", "within", (0.3, 0.7), "{low_percent:g} to {high}").name == "30 to 0.7"
    assert Claim("a", "near", (1, 0.1), "{value}, within {tolerance}").name == "1, within 0.1"
    assert Claim("a", "==", [[1, 2], [3, 4]], "{rows}").name == "1 2 / 3 4"
    assert Claim("a", "==", [1, 2], "{listed}").name == "1, 2"


def test_what_is_wrong_with_a_claim_is_told():
    with pytest.raises(ValueError, match=r"`comparison` must be one of <, <=, .*; got '=<'"):
        Claim("a", "=<", 1)
    with pytest.raises(ValueError, match="`limit` must be what 'a' is compared with; got None"):
        Claim("a", "<")
    with pytest.raises(UnknownNameError, match=r"got 'a\.z', and 'z' is not in x, y"):
        fact_at({"a": {"x": 1, "y": 2}}, "a.z")
    with pytest.warns(DeprecationWarning, match="is now `Claim"):
        old = Claim("it is over 1", lambda facts: facts["a"] > 1)
    assert old.name == "it is over 1" and old.holds({"a": 2}) and not old.holds({"a": 1})


def test_what_is_wrong_with_a_folder_is_told(tmp_path):
    with pytest.raises(ValueError, match="`folder` must have a topic"):
        register.add_folder(tmp_path)
    write_figure(tmp_path, "trial-a")
    (tmp_path / "trial" / "topic.md").write_text("no heading")
    with pytest.raises(ValueError, match="must begin with a heading"), added(tmp_path, "trial"):
        register.topics()
    (tmp_path / "trial" / "topic.md").write_text("---\nfigures:\n  - other\n---\n# T\n")
    wrong = "must name figures of its folder; got other"
    with pytest.raises(ValueError, match=wrong), added(tmp_path, "trial"):
        register.files()
    forget("trial")
    assert isinstance(CATALOGUE["ball-data"].quiz, Quiz)


def test_figures_without_a_place_come_after_the_others(tmp_path):
    write_figure(tmp_path, "trial-b")
    write_figure(tmp_path, "trial-a")
    write_figure(tmp_path, "trial-c")
    (tmp_path / "trial" / "topic.md").write_text("---\nfigures:\n  - trial-c\n---\n# T\n\nX.\n")
    with added(tmp_path, "trial"):
        assert list(CATALOGUE)[-3:] == ["trial-c", "trial-a", "trial-b"]
        assert list(register.topics())[-1] == "trial"


def test_a_mistyped_topic_is_told_the_topic():
    with pytest.raises(UnknownNameError, match=r"got 'convolutio'; near: convolution, "):
        find(["convolutio"])


@pytest.mark.parametrize("find_one", [CATALOGUE.__getitem__, find, find_animation])
def test_a_name_that_is_not_there_is_told_with_near_ones(find_one):
    near = r"got 'init-relu-he'.*; near: init-relu-he-normal, init-relu-he-uniform"
    with pytest.raises(UnknownNameError, match=near):
        find_one("init-relu-he")
    with pytest.raises(UnknownNameError, match=r"got 'CONV-sliding'.*; near: conv-sliding-kernel"):
        find_one("CONV-sliding")


def test_asking_whether_a_figure_is_there_imports_none():
    assert "ball-data" in CATALOGUE and "balls" not in CATALOGUE and 3 not in CATALOGUE
    assert CATALOGUE.get("balls") is None


def test_one_pattern_may_be_a_text():
    assert [figure.id for figure in find("init-relu-he-*")] == [
        "init-relu-he-normal",
        "init-relu-he-uniform",
    ]
    with pytest.raises(TypeError, match="`patterns` must be a name or a list of names; got 3"):
        find(3)
