"""`kit.explore` and `kit explore`: a page of one file, at the settings that were asked for."""

import json
import re
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
        ({"depth": 99}, "`depth` must be a number from 1 to 20; got 99"),
        ({"dpth": 3}, "`setting` must be one of depth, "),
        ({"path": "page.txt"}, "`path` must be the name of a file that ends in .html"),
        ({"images": [[0.0]]}, "`images` must come with the model that sees them"),
        ({"model": object()}, "`images` must come with the model that sees them"),
        ({"model": object(), "depth": 3}, "`settings` must be empty beside a model of one's own"),
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
    assert main(["explore", "--out", str(path), "--force"]) == 0
    assert start_of(path.read_text("utf-8")) == {}


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("depth", "`SETTING=VALUE` must name a setting and its value; got 'depth'"),
        ("depth=2.5", "`depth` must be a number from 1 to 20; got '2.5'"),
        ("activation=step", "`activation` must be one of"),
        ("colour=red", "`setting` must be one of"),
        ("path=page.html", "`setting` must be one of"),
    ],
)
def test_the_command_refuses_what_is_no_setting(tmp_path, word, said, capsys):
    assert main(["explore", "--out", str(tmp_path / "page.html"), word]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
