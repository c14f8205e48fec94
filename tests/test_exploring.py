"""`kit.explore` and `kit explore`: a page of one file, at the settings that were asked for."""

import json
import re
import subprocess
import sys
import webbrowser

import pytest

import kit
from kit.cli import main


def start_of(html):
    data = re.search(r'id="kit-data">(.*?)</script>', html, re.DOTALL)[1]
    return json.loads(data)["start"]


def test_a_page_opens_with_the_settings_that_were_asked_for(tmp_path):
    page = kit.explore(path=tmp_path / "new" / "page.html", activation="tanh", depth=10, std=0.1)
    assert start_of(page.html) == {"activation": "tanh", "depth": 10, "std": 0.1}
    assert (tmp_path / "new" / "page.html").read_text("utf-8") == page.html
    assert page.size < 1_000_000  # so that it can be mailed
    assert "iframe" in page._repr_html_()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"depth": 99}, "`depth` must be an integer from 1 to 20; got 99"),
        ({"dpth": 3}, "`setting` must be one of depth, "),
        ({"path": "page.txt"}, "`path` must be the name of a file that ends in .html"),
        ({"images": [[0.0]]}, "`images` must come with the model that sees them"),
        ({"model": object()}, "`images` must come with the model that sees them"),
        ({"labels": [1]}, "`labels` must come with the model that sees them"),
        ({"model": object(), "depth": 3}, "`settings` must be empty beside a model of one's own"),
        ({"model": object(), "figure": "init-zeros"}, "one's own; got figure"),
        ({"figure": "ball-data"}, "`figure` must be one whose network the page can show"),
        ({"figure": "nothing"}, "`figure` must be the id of a figure; got 'nothing'"),
    ],
)
def test_what_cannot_be_is_refused_with_what_it_must_be(settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        kit.explore(**settings)


def test_the_command_writes_a_page_and_opens_it(tmp_path, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    path = tmp_path / "page.html"
    assert (
        main(["explore", "--out", str(path), "--open", "depth=3", "std=0.5", "data=circles"]) == 0
    )
    assert start_of(path.read_text("utf-8")) == {"depth": 3, "std": 0.5, "data": "circles"}
    assert opened == [path.as_uri()]
    assert "it opens in any browser, offline" in capsys.readouterr().out
    assert main(["explore", "--out", str(path)]) == 2
    assert "`--out` must be free" in capsys.readouterr().err
    assert main(["explore", "--out", str(path), "depth=99"]) == 2  # what was typed is told first
    assert "`depth` must be" in capsys.readouterr().err
    assert main(["explore", "--out", str(path), "--force"]) == 0
    assert start_of(path.read_text("utf-8")) == {}


def test_the_command_says_one_line_and_what_tensorflow_says_is_not_seen(tmp_path):
    command = [sys.executable, "-m", "kit", "explore", "--out", "page.html"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert not done.stderr and len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("depth", "`SETTING=VALUE` must name a setting and its value; got 'depth'"),
        ("depth=2.5", "`depth` must be an integer from 1 to 20; got '2.5'"),
        ("activation=step", "`activation` must be one of"),
        ("colour=red", "`setting` must be one of"),
        ("path=page.html", "`setting` must be one of"),
    ],
)
def test_the_command_refuses_what_is_no_setting(tmp_path, word, said, capsys):
    assert main(["explore", "--out", str(tmp_path / "page.html"), word]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_page_opens_with_the_network_of_a_figure(tmp_path):
    page = kit.explore(figure="init-tanh-normal-0.1", depth=3)
    assert start_of(page.html) == {"activation": "tanh", "std": 0.1, "depth": 3}
    path = tmp_path / "page.html"
    assert main(["explore", "--figure", "init-relu-he-normal", "--out", str(path), "seed=4"]) == 0
    start = {"activation": "relu", "initializer": "he_normal", "seed": 4}
    assert start_of(path.read_text("utf-8")) == start


def test_the_command_writes_the_page_of_a_recording(tmp_path, capsys):
    from kit.datasets.example import example_recording

    example_recording().save(tmp_path / "runs.db").close()
    command = ["explore", "--recording", str(tmp_path / "runs.db")]
    assert main([*command, "--out", str(tmp_path / "runs.html")]) == 0
    assert "Panel" in (tmp_path / "runs.html").read_text("utf-8")
    assert main([*command, "--run", "other", "--out", str(tmp_path / "other.html")]) == 2
    assert "other" in capsys.readouterr().err
    assert not (tmp_path / "other.html").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--example", "cnn", "depth=3"], "`SETTING=VALUE` must stand without --example"),
        (["--recording", "a.db", "depth=3"], "`SETTING=VALUE` must stand without --recording"),
        (["--run", "one"], "`--run` must stand beside --recording; got one alone"),
        (["--figure", "ball-data"], "`figure` must be one whose network the page can show"),
        (["--check", "nowhere"], "`path` must be a folder of files of results"),
        (["--recording", "nothing.db"], "nothing.db"),
    ],
)
def test_the_command_refuses_what_does_not_go_together(tmp_path, monkeypatch, words, said, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["explore", *words]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
