"""What the README shows runs as it stands there."""

import re
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from PIL import Image

from kit.cli import _parser
from kit.figures import catalogue

README = Path(__file__).resolve().parent.parent / "README.md"
if not README.is_file():
    pytest.skip("no checkout", allow_module_level=True)
sys.path.insert(0, str(README.parent))
pictures = pytest.importorskip("docs.readme_pictures", reason="pip install '.[docs]'")


def test_the_python_of_the_readme_runs_from_top_to_bottom(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 4
    names = {}
    for block in blocks:
        exec(compile(block, str(README), "exec"), names)
    assert names["recording"].epochs == list(range(11))
    assert "(1000, 30)" in capsys.readouterr().out
    assert len(plt.get_fignums()) == 19
    assert (tmp_path / "panel.png").exists()


def test_its_commands_are_those_of_the_makefile_and_the_command():
    text = README.read_text("utf-8")
    makefile = (README.parent / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make (\w+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    for line in re.findall(r"^kit (.*?)(?:  +#.*)?$", text, re.MULTILINE):
        _parser().parse_args(line.replace("'", "").split())


def test_its_commands_are_told_with_the_time_they_take():
    text = README.read_text("utf-8")
    told = re.findall(r"^\| `((?:make|kit) [^`]+)` \|", text, re.MULTILINE)
    for command in (
        "make figures",
        "make test",
        "make docs",
        "kit list",
        "kit figures",
        "kit probe",
    ):
        assert any(one.startswith(command) for one in told), command
    for line in (one.removeprefix("kit ") for one in told if one.startswith("kit ")):
        _parser().parse_args(line.split())
    for extra in re.findall(r"pip install '\.\[([\w,]+)\]'", text):
        known = (README.parent / "setup.cfg").read_text("utf-8").split("extras_require]")[1]
        assert all(re.search(rf"^{one} =", known, re.MULTILINE) for one in extra.split(","))


@pytest.mark.parametrize("page", pictures.PAGES)
def test_its_pictures_are_small_and_told_in_their_own_words(page):
    path = README.parent / page
    shown = re.findall(r"!\[(.*?)\]\((.*?)\)", path.read_text("utf-8"), re.DOTALL)
    assert len(shown) == (3 if page == "README.md" else 1)
    for words, name in shown:
        with Image.open(path.parent / name) as picture:
            assert picture.text["Description"] == words and max(picture.size) <= 1000
        assert (path.parent / name).stat().st_size < 160_000


@pytest.mark.parametrize("name", pictures.SHOWN)
def test_its_pictures_say_what_the_figures_say(name, measured):
    figure = catalogue[name]
    with Image.open(README.parent / "docs" / f"{name}.png") as picture:
        assert picture.text["Title"] == figure.title, "run make pictures"
        assert picture.text["Description"] == " ".join(figure.alt_of(measured(name)[1]).split())
