"""Another filter, another pattern: a black L around a white corner"""

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

KERNEL = [[-1, 1], [-1, -1]]
FORMULA = "max(0, −a + b − c − d)"
WHERE = "at the lower left corners of the ink"

LECTURES = ("Olteanu",)
CAPTION = detector_caption(FORMULA, "white in a black L", WHERE)
ALT = detector_alt(WHERE)
NOTES = Notes(
    look="One weight is positive and three are negative. Which patch of four cells can still come "
    "out above zero, and where does the letter have it?",
    point="White at the upper right and black in the other three cells: that gives {most:g}, and "
    "no other patch more than {next:g}. The letter has it in {fired} of {windows} windows.",
    misconception="The filter has no idea of corners. Some of the places where it fires are mere "
    "steps of the slanted leg, drawn in pixels. What we call the meaning of a filter is our "
    "reading of four numbers and a bias.",
)
CLAIMS = detector_claims([[[0, 1], [0, 0]]], 5)
CONTROL = Control(bias=1.0, refutes=("firing_count", "fired"), words="a bias of 1")


def measure(lab: Lab, seed: int, bias: float = 0.0) -> tuple[Any, Facts]:
    """All 16 patches and a letter; nothing here is random."""
    return measure_detector(KERNEL, bias)


def draw(data: Any, facts: Facts) -> Any:
    """The filter, the letter and its map above, the patches below."""
    return draw_detector(FORMULA, data, facts)
