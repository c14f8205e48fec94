"""kit.quantities: the words, symbols and colours of what is measured, each in one place."""

import dataclasses
import re
from pathlib import Path

import pytest

from kit.plots.distributions import layer_panel
from kit.plots.styling import COLORS, LABELS
from kit.quantities import BY_NAME, IN_PANEL, QUANTITIES
from kit.recordings import QUANTITIES as RECORDED
from kit.recordings import LayerSnapshot, Snapshot

KIT = Path(__file__).resolve().parent.parent / "kit"


def test_there_are_five_and_every_room_has_the_same():
    assert QUANTITIES == RECORDED == tuple(BY_NAME) == tuple(COLORS) == tuple(LABELS)
    assert QUANTITIES == ("z", "activation", "delta", "weight", "gradient")
    others = {"name", "index", "output", "saturates_beyond"}
    arrays = [one.name for one in dataclasses.fields(LayerSnapshot) if one.name not in others]
    assert tuple(arrays) == QUANTITIES
    assert len(set(COLORS.values())) == 5


def test_a_quantity_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        BY_NAME["z"].color = "#000000"


def test_the_panel_has_four_of_them_under_their_plurals():
    figure = layer_panel(Snapshot([LayerSnapshot("h1", 0)], loss=0.7, samples=1))
    assert [ax.get_title() for ax in figure.axes] == [BY_NAME[name].plural for name in IN_PANEL]


def test_no_other_room_lists_them_again():
    rows = re.compile(r'"z",\s*"(activation|weight)",')
    found = [file.name for file in KIT.rglob("*.py") if rows.search(file.read_text("utf-8"))]
    assert found == ["quantities.py"]
