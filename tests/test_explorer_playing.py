"""Which page shows a figure's network, and the links that lead there."""

import re

import pytest

from kit.catalogue.register import files, find_files
from kit.explorer.playing import PLAY_PAGES, figure_settings, pages_at_hand, play_link
from kit.explorer.settings import check_settings

PLAYED = [file for file in files().values() if file.play is not None]


@pytest.mark.parametrize("file", PLAYED, ids=lambda file: file.id)
def test_what_a_figure_is_played_with_can_be_set(file):
    if "page" in file.play:
        assert set(file.play) == {"page"} and file.play["page"] in PLAY_PAGES
    else:
        assert file.play and check_settings(file.play) == dict(file.play)
        assert figure_settings(file.id) == dict(file.play)


@pytest.mark.parametrize(
    "topic", ["initialization", "vanishing", "variance", "diagnosis", "theory"]
)
def test_most_figures_of_dense_networks_can_be_played_with(topic):
    found = find_files(topic)
    assert sum(file.play is not None for file in found) >= len(found) / 3


def test_the_settings_of_a_panel_are_those_of_its_network():
    """The page draws the very network that the figure measures."""
    import inspect

    from kit.catalogue.register import figure_of

    for file in find_files("init-*-normal*") + find_files("init-*-uniform*"):
        taken = inspect.signature(figure_of(file).measure).parameters
        if "initializer" not in taken or "activation" not in taken:
            continue
        initializer, play = taken["initializer"].default, file.play
        assert play.get("activation", "sigmoid") == taken["activation"].default
        if isinstance(initializer, str):
            assert play["initializer"] == initializer
        else:
            assert "initializer" not in play and play["std"] == initializer


@pytest.mark.parametrize("name", ["init-tanh", "init-*", "nothing"])
def test_a_name_of_no_figure_is_refused(name):
    with pytest.raises(ValueError, match="`figure` must be the id of a figure"):
        figure_settings(name)


@pytest.mark.parametrize(
    ("name", "instead"),
    [("ball-data", "kit list --play"), ("cnn-filters", "kit explore --example cnn")],
)
def test_a_figure_that_the_page_cannot_show_is_refused(name, instead):
    said = f"whose network the page can show; got {name}; `{instead}`"
    with pytest.raises(ValueError, match=re.escape(said)):
        figure_settings(name)


def test_a_link_leads_to_a_page_that_is_there():
    cnn = files()["cnn-filters"]
    assert play_link(cnn) is None
    assert play_link(cnn, ["network", "cnn"]) == "explorer-cnn.html"
    assert play_link(files()["ball-data"]) is None
    assert play_link(files()["init-sigmoid-normal-0.1"]) == "explorer.html#std=0.1"


def test_a_page_with_a_trained_network_is_there_where_a_figure_trains_it():
    assert pages_at_hand(find_files("convolution")) == ["network"]
    assert pages_at_hand([files()["cnn-filters"]]) == ["network", "cnn"]
    assert pages_at_hand([files()["cnn-architecture"]]) == ["network"]


def test_the_list_can_be_of_those_alone(capsys):
    from kit.cli import main

    assert main(["list", "--play"]) == 0
    told = capsys.readouterr().out
    assert "init-sigmoid-normal-0.1 " in told and "ball-data" not in told
    assert "cnn-filters" not in told  # which another page shows
    assert main(["list", "ball-data", "--play"]) == 2
    assert "the page can show none of these" in capsys.readouterr().err
