"""This filter fires on one pattern only: black left, white right"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Control, Lab
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
CLAIMS = detector_claims([[[0, 1], [0, 1]]], 13)
CONTROL = Control(bias=0.0, refutes=("firing_count", "fired"), words="a bias of 0")


def measure(lab: Lab, seed: int, bias: float = -1.0) -> tuple[Any, Facts]:
    """All 16 patches and a letter; nothing here is random."""
    return measure_detector(KERNEL, bias)


def draw(data: Any, facts: Facts) -> Any:
    """The filter, the letter and its map above, the patches below."""
    return draw_detector(FORMULA, data, facts)
