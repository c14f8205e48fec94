"""The rules of the house: which room imports which, and what importing costs."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

KIT = Path(__file__).resolve().parent.parent / "kit"

# from the ground up, as in DESIGN.md: a room imports from itself and those before it
ROOMS = (
    "moved",
    "checks",
    "files",
    "quantities",
    "numerals",
    "stats",
    "recordings",
    "datasets",
    "models",
    "callbacks",
    "plots",
    "board",
    "films",
    "live",
    "training",
    "diagnosis",
    "catalogue",
    "figures",
    "explorer",
    "slides",
    "sheets",
    "cli",
)
FORBIDDEN = {
    "moved": {"keras", "tensorflow", "matplotlib", "pandas", "numpy"},
    "files": {"keras", "tensorflow", "matplotlib", "pandas", "numpy"},
    "checks": {"keras", "tensorflow", "matplotlib", "pandas"},
    "quantities": {"keras", "tensorflow", "matplotlib", "pandas", "numpy"},
    "numerals": {"keras", "tensorflow", "matplotlib", "pandas", "numpy"},
    "stats": {"keras", "tensorflow", "matplotlib", "pandas"},
    "recordings": {"keras", "tensorflow", "matplotlib", "IPython"},
    "models": {"matplotlib"},
    "callbacks": {"matplotlib"},
    "plots": {"keras", "tensorflow"},
    "board": {"keras", "tensorflow"},
    "films": {"keras", "tensorflow"},
    "training": {"matplotlib"},
    "diagnosis": {"matplotlib"},
}


def files_of(room):
    path = KIT / room
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def imported(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            if node.module == "kit":
                yield from (f"kit.{alias.name}" for alias in node.names)
            else:
                yield node.module


def test_every_room_is_known():
    found = {path.stem for path in KIT.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert found - {"__init__", "__main__", "__pycache__", "py"} == set(ROOMS)


def test_the_rooms_stand_in_design_md_in_this_order():
    text = (KIT.parent / "DESIGN.md").read_text("utf-8")
    places = [text.index(f"kit/{room}") for room in ROOMS]
    assert places == sorted(places)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_rooms_above_it(room):
    below = set(ROOMS[ROOMS.index(room) + 1 :])
    for file in files_of(room):
        promised = REACHES.get(file.relative_to(KIT).as_posix(), set())  # for checkers alone
        names = {name for name in imported(file) if name.startswith("kit.")} - promised
        rooms = {name.split(".")[1] for name in names}
        assert not rooms & below, f"{file.name} of {room} imports from {rooms & below}"


REACHES = {  # modules named in a text, to be loaded late; promised to users, or old names
    "callbacks/__init__.py": {"kit.live"},
    "models/__init__.py": {"kit.training.adversarial_inputs"},
    "callbacks/recorder.py": {"kit.diagnosis"},  # Recorder(diagnose=True)
    "recordings/recording.py": {"kit.explorer", "kit.explorer.run_pages"},  # Recording.explore
    "recordings/runs.py": {"kit.explorer", "kit.explorer.run_pages"},  # Runs.explore
    "catalogue/register.py": {"kit.figures"},  # found by folder, whatever is in it
    "catalogue/reach.py": {"kit.figures"},  # and its folders
}


def test_no_room_reaches_upward_by_a_text_that_is_not_named_here():
    for room in ROOMS:
        below = set(ROOMS[ROOMS.index(room) + 1 :])
        for file in files_of(room):
            texts = {
                node.value
                for node in ast.walk(ast.parse(file.read_text("utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            found = {t for t in texts if re.fullmatch(r"kit(\.\w+)+", t)}
            upward = {t for t in found if t.split(".")[1] in below}
            name = file.relative_to(KIT).as_posix()
            if room != "moved":  # which is the table of old names
                assert upward <= REACHES.get(name, set()), f"{name} reaches {upward}"


BESIDE = ("docs", "benchmarks")  # which users do not import, but who works on the kit reads


def named_modules():
    """The files of the kit, the docs and the benchmarks by their modules' names."""
    names = {}
    for folder in (KIT, *(KIT.parent / beside for beside in BESIDE)):
        for file in sorted(folder.rglob("*.py")):
            if not file.stem.startswith("_") and "_build" not in file.parts:
                names.setdefault(file.stem, []).append(file.relative_to(KIT.parent).as_posix())
    return names


def test_no_module_has_the_name_of_another():
    assert not {name: files for name, files in named_modules().items() if len(files) > 1}


# what every figure's file says of itself, and what figures that differ in it alone are given
IN_FIGURES = {
    "ALT",
    "ANIMATION",
    "CAPTION",
    "CLAIMS",
    "CONTROL",
    "CONTROLS",
    "ID",
    "LECTURES",
    "PLAY",
}
IN_FIGURES |= {"NOTES", "QUIZ", "SEED"}
IN_FIGURES |= {"FORMULA", "KERNEL", "NETWORK", "WHERE"}
# of each data set its own
OF_DATA = {"FILE", "FILES", "FOLDER", "SHA256", "SOURCE", "URL"}
CONSTANTS_TWICE = {"MARGIN", "MOST", "NAMES"}  # between other rooms


def constants_of(file):
    """The public constants at the top level of a file, and what they are bound to."""
    for statement in ast.parse(file.read_text("utf-8")).body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value:
            assigned = isinstance(statement, ast.Assign)
            targets = statement.targets if assigned else [statement.target]
            for target in targets:
                if isinstance(target, ast.Name) and re.fullmatch(r"[A-Z][A-Z0-9_]*", target.id):
                    yield target.id, ast.dump(statement.value)


def test_no_constant_has_the_name_of_another_that_means_something_else():
    values, places = {}, {}
    for file in sorted(KIT.rglob("*.py")):
        is_figure = "figures" in file.parts and not file.stem.startswith("_")
        for name, value in constants_of(file):
            if not (is_figure and name in IN_FIGURES) and name not in OF_DATA:
                values.setdefault(name, set()).add(value)
                places.setdefault(name, []).append(file.relative_to(KIT).as_posix())
    twice = {name for name, found in values.items() if len(found) > 1}
    assert not {name: places[name] for name in twice - CONSTANTS_TWICE}


def test_no_function_hides_a_module():
    for room in (path for path in KIT.iterdir() if (path / "__init__.py").is_file()):
        module = importlib.import_module(f"kit.{room.name}")
        for name in getattr(module, "__all__", ()):
            hidden = (room / f"{name}.py").exists() or (room / name).is_dir()
            assert not hidden or inspect.ismodule(getattr(module, name)), f"{room.name}.{name}"


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_keeps_a_forbidden_dependency_out(room):
    for file in files_of(room):
        packages = {name.split(".")[0] for name in imported(file)}
        assert not packages & FORBIDDEN[room], f"{file.name} imports {packages & FORBIDDEN[room]}"


@pytest.mark.parametrize(
    "statement",
    [
        "import kit",
        "import kit.datasets",
        "import kit.figures",
        "from kit.cli import main; main(['list'])",
        "from kit.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass",
    ],
)
def test_what_loads_neither_tensorflow_nor_matplotlib(statement):
    heavy = "{'tensorflow', 'keras', 'matplotlib', 'pandas', 'sklearn'}"
    code = f"{statement}\nimport sys\nassert not {heavy} & set(sys.modules), set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_importing_plots_changes_no_global_style():
    code = (
        "import matplotlib as mpl; before = dict(mpl.rcParams)\n"
        "import kit.plots\nassert dict(mpl.rcParams) == before"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_the_links_at_the_top_lead_into_the_package():
    for room in ("callbacks", "datasets", "figures"):
        link = KIT.parent / room
        if not link.exists():
            pytest.skip("no checkout")
        assert link.is_symlink() and link.resolve() == (KIT / room).resolve()


def test_every_public_name_can_be_had():
    import kit

    for name in kit.__all__:
        found = getattr(kit, name)
        assert not callable(found) or found.__name__ == name
    assert set(kit.__all__) <= set(dir(kit))
    with pytest.raises(AttributeError, match="'kit' has no attribute 'nothing'"):
        _ = kit.nothing
