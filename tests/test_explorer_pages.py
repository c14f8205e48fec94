"""Pages of the explorer: joined into one file that asks for nothing; settings and their links."""

import json
import re

import pytest

from kit.explorer import PAGE_SETTINGS, Page, fragment
from kit.explorer.assembling import Parts, assemble, read_part
from kit.explorer.settings import check_settings

SMALL = Parts(body="frame.html", scripts=("draw.js", "state.js"))


@pytest.mark.parametrize("name", ["init=1", "depths"])
def test_a_setting_that_is_not_known_is_named(name):
    with pytest.raises(ValueError, match="depth"):
        check_settings({name: 1})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"depth": 21}, "`depth` must be an integer from 1 to 20; got 21"),
        ({"depth": 2.5}, "`depth` must be an integer from 1 to 20; got 2.5"),
        ({"std": "much"}, "`std` must be a number from 0.001 to 3; got 'much'"),
        ({"activation": "step"}, "`activation` must be"),
        ({"seed": -1}, "`seed`"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_it_must_be(settings, said):
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        fragment(**settings)


def test_a_link_names_what_is_not_as_usual_and_nothing_else():
    assert fragment() == ""
    usual = {name: setting.default for name, setting in PAGE_SETTINGS.items()}
    assert fragment(**usual) == ""
    assert fragment(**{**usual, "std": 0.1, "activation": "relu"}) == "activation=relu&std=0.1"


@pytest.mark.parametrize("path", ["page.txt", "page"])
def test_a_page_is_written_as_html_alone(tmp_path, path):
    with pytest.raises(ValueError, match=re.escape("`path` must be the name of a file that ends")):
        Page("<p>", "A page").save(tmp_path / path)
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(ValueError, match="is a folder"):
        Page("<p>", "A page").save(tmp_path / "folder.html")


def test_nothing_in_the_data_of_a_page_becomes_an_element_of_it():
    hostile = "</script><script>alert(1)</script><!--\u2028"
    page = assemble(SMALL, {"name": hostile}, title="<b>")
    assert "alert(1)</script>" not in page.html and "<title>&lt;b&gt;</title>" in page.html
    data = re.search(r'id="kit-data">(.*?)</script>', page.html, re.DOTALL)[1]
    assert json.loads(data) == {"name": hostile}


def test_a_page_names_no_address_to_ask():
    page = assemble(SMALL, {}, title="A page")
    assert "default-src 'none'" in page.html
    names = r"https?://(?!www\.w3\.org/2000/svg)[^\s\"']*"  # but for the name of SVG's elements
    assert not re.findall(names, page.html)
    assert len(re.findall("'sha256-", page.html)) == 1 + len(SMALL.scripts)  # and kit.js


def test_the_policy_lets_the_scripts_of_a_page_run_and_nothing_else():
    page = assemble(SMALL, {}, title="A page")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page.html)[1]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    allowed = rules.pop("script-src").split()
    digests = [one for one in allowed if one.startswith("'sha256-")]
    assert len(digests) == 1 + len(SMALL.scripts)  # and kit.js
    # what a worker runs, and the compiling of WebAssembly, which evaluates no text
    assert [one for one in allowed if one not in digests] == ["blob:", "'wasm-unsafe-eval'"]
    assert rules == {
        **{"default-src": "'none'", "worker-src": "blob:", "style-src": "'unsafe-inline'"},
        **{"img-src": "data: blob:", "base-uri": "'none'", "form-action": "'none'"},
    }


def test_the_colours_of_quantities_come_from_the_table_of_quantities():
    from kit.quantities import BY_NAME

    page = assemble(SMALL, {}, title="A page")
    for name, quantity in BY_NAME.items():
        assert f"--{name}: {quantity.color};" in page.html
        assert f"--{name}:" not in read_part("base.css")
