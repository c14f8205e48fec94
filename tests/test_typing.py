"""What a checker of types knows of the kit, and how much it is not told."""

import ast
import inspect
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from kit.callbacks import LivePanel, Recorder, feature_maps, probe
from kit.files import cache_folder

ROOT = Path(__file__).resolve().parent.parent

SCRIPT = """\
import kit
from kit.callbacks import LivePanel, Recorder, feature_maps
from kit.models import build_block
model = build_block("relu", 0.01)
reveal_type(kit.probe(model, [[1.0]], [1]))
reveal_type(kit.probe(model, [[1.0]], [1], layers="h1").loss)
reveal_type(kit.Recording.load("runs.db").epochs)
reveal_type(Recorder([[1.0]]).recording)
reveal_type(LivePanel([[1.0]], [1], every=2, path="runs.db").recording)
reveal_type(feature_maps(model, [[1.0]], layers=["h1"]))
reveal_type(kit.callbacks.probe(model, [[1.0]]).samples)
reveal_type(kit.plots.style)
kit.probe(model, [[1.0]], layer="h1")
kit.probe(model, [[1.0]], batch_size="many")
LivePanel([[1.0]], [1], evry=2)
LivePanel([[1.0]], [1], raw="yes")
kit.nothing()
build_block(n_layers="five")
"""
EXPECTED = {  # by line: what mypy must say of it
    5: 'Revealed type is "kit.recordings.snapshot.Snapshot"',
    6: 'Revealed type is "float"',
    7: 'Revealed type is "list[int]"',
    8: 'Revealed type is "kit.recordings.recording.Recording | None"',
    9: 'Revealed type is "kit.recordings.recording.Recording | None"',
    10: 'Revealed type is "dict[str, numpy.ndarray',
    11: 'Revealed type is "int"',
    12: "def (",
    13: 'Unexpected keyword argument "layer" for "probe"',
    14: 'Argument "batch_size" to "probe" has incompatible type "str"; expected "int"',
    15: 'Unexpected keyword argument "evry" for "LivePanel"',
    16: 'Argument "raw" to "LivePanel" has incompatible type "str"; expected "bool"',
    17: '"object" not callable',
    18: 'Argument "n_layers" to "build_block" has incompatible type "str"; expected "int"',
}


def test_a_checker_knows_the_public_names(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(  # noqa: PLW1510 - it finds errors
        [
            *(sys.executable, "-m", "mypy", "--config-file", ROOT / "setup.cfg"),
            *("--cache-dir", cache_folder() / "mypy", "--hide-error-context", "--no-pretty"),
            tmp_path / "script.py",
        ],
        capture_output=True,
        text=True,
        timeout=280,
        env=os.environ | {"MYPYPATH": str(ROOT)},
        cwd=tmp_path,
    )
    said = [line for line in done.stdout.splitlines() if "script.py:" in line]
    for number, words in EXPECTED.items():
        found = [line for line in said if f"script.py:{number}:" in line]
        assert any(words in line for line in found), (number, found, done)
    errors = {int(line.split(":")[1]) for line in said if " error: " in line}
    assert errors == set(range(13, 19))  # and none of what is right


def test_the_panel_takes_what_a_recorder_takes():
    panel, recorder = (inspect.signature(one).parameters for one in (LivePanel, Recorder))
    own = {"title", "theme"}
    assert [panel[name] for name in panel if name not in own] == list(recorder.values())
    assert own < set(panel)


@pytest.mark.parametrize("function", [probe, feature_maps, Recorder, LivePanel])
def test_layers_may_be_one_name_everywhere(function):
    assert (
        inspect.signature(function).parameters["layers"].annotation == "str | Sequence[str] | None"
    )


# Bare `Any` where a value is passed on unseen: data and facts of figures, checks of whatever came.
# These numbers may fall.
MOST = {
    "board": 6,
    "catalogue": 20,
    "checks.py": 13,
    "datasets": 12,
    "films": 5,
    "plots": 12,
    "recordings": 4,
    "slides": 11,
    "stats": 9,
    "training": 8,  # arrays of any structure, and what a scheduler takes
}


def annotations(body, place=""):
    """(place, annotation) of every public argument, result and attribute."""
    for node in body:
        name = getattr(node, "name", None) or getattr(getattr(node, "target", None), "id", "")
        if isinstance(node, ast.If):
            yield from annotations([*node.body, *node.orelse], place)
        elif name.startswith("_") and not name.endswith("__"):
            continue
        elif isinstance(node, ast.ClassDef):
            yield from annotations(node.body, f"{place}{name}.")
        elif isinstance(node, ast.FunctionDef):
            given = node.args
            several = (given.vararg, given.kwarg)
            for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, several)):
                if one.annotation is not None:
                    yield f"{place}{name}({one.arg})", one.annotation
            if node.returns is not None:
                yield f"{place}{name} ->", node.returns
        elif isinstance(node, ast.AnnAssign):
            yield f"{place}{name}", node.annotation


def test_public_annotations_say_more_than_any():
    kit = ROOT / "kit"
    found = [
        (file.relative_to(kit).parts[0], f"{file.relative_to(kit)}: {place}")
        for file in sorted(kit.rglob("*.py"))
        for place, annotation in annotations(ast.parse(file.read_text("utf-8")).body)
        if isinstance(annotation, ast.Name) and annotation.id == "Any"
    ]
    many = Counter(room for room, _ in found if room != "figures")  # measure and draw pass data on
    for room, number in many.items():
        here = [place for where, place in found if where == room]
        assert number <= MOST.get(room, 0), f"{room} has {number}: {', '.join(here)}"


def test_the_count_sees_what_it_should():
    source = (
        "def f(a: Any, *, b: int, **c: Any) -> Any: ...\n"
        "class C:\n    x: Any\n    _y: Any\n    def __init__(self, z: Any): ...\n"
        "if X:\n    def g() -> Any: ...\ndef _h(a: Any): ...\n"
    )
    found = [
        place
        for place, annotation in annotations(ast.parse(source).body)
        if getattr(annotation, "id", "") == "Any"
    ]
    assert found == ["f(a)", "f(c)", "f ->", "C.x", "C.__init__(z)", "g ->"]
