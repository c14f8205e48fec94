"""This filter fires on one pattern only: black left, white right"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Control, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.convolution._detector import (
    detector_alt,
    detector_caption,
    detector_claims,
    draw_detector,
    measure_detector,
)

KERNEL = [[-1, 1], [-1, 1]]
FORMULA = "max(0, −a + b − c + d − 1)"
WHERE = "where black turns to white over two rows, never where white turns to black"

LECTURES = ("Olteanu",)
CAPTION = detector_caption(FORMULA, "black left of white", WHERE)
ALT = detector_alt(WHERE)
NOTES = Notes(
    look="For which of the 16 patches is this sum above zero? Give them a minute, then look for "
    "the same pattern on the letter.",
    point="For one only, black left of white. On the letter it fires in {fired} of {windows} "
    "windows. The next best patches reach {next:g} before ReLU, and that is not enough.",
    misconception="It does not find vertical edges of both kinds: white left of black gets "
    "{lowest:g}, the lowest sum of all. Nor do the four weights do it alone. Without the bias, "
    "patches that are half right would fire as well.",
)
CLAIMS = detector_claims([[[0, 1], [0, 1]]], 13)
CONTROL = Control(bias=0.0, refutes=("firing_count", "fired"), words="a bias of 0")


def measure(lab: Lab, seed: int, bias: float = -1.0) -> tuple[Any, Facts]:
    """All 16 patches and a letter; nothing here is random."""
    return measure_detector(KERNEL, bias)


def draw(data: Any, facts: Facts) -> Any:
    """The filter, the letter and its map above, the patches below."""
    return draw_detector(FORMULA, data, facts)
