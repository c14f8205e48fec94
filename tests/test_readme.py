"""What the README shows runs as it stands there."""

import re
from pathlib import Path

import matplotlib.pyplot as plt

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_python_of_the_readme_runs_from_top_to_bottom(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 4
    names = {}
    for block in blocks:
        exec(compile(block, str(README), "exec"), names)
    assert names["recording"].epochs == list(range(11))
    assert "(1000, 30)" in capsys.readouterr().out
    assert len(plt.get_fignums()) == 13
    assert (tmp_path / "panel.png").exists()


def test_its_commands_are_those_of_the_makefile_and_the_command():
    from kit.cli import _parser

    text = README.read_text("utf-8")
    makefile = (README.parent / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make (\w+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    for line in re.findall(r"^kit (.*?)(?:  +#.*)?$", text, re.MULTILINE):
        _parser().parse_args(line.replace("'", "").split())


def test_its_picture_is_there():
    for path in re.findall(r"!\[.*?\]\((.*?)\)", README.read_text("utf-8")):
        assert (README.parent / path).is_file()
