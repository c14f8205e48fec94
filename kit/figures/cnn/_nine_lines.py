"""Lines of nine CNNs, a panel for each activation."""

from __future__ import annotations

from typing import Any

from kit.catalogue.claims import Facts
from kit.figures.cnn._comparison import COMPARED_LAYERS
from kit.figures.initialization._grid import draw_nine_lines


def draw_gradients(runs: Any, facts: Facts) -> Any:
    """σ of the gradients before training, by layer: medians of the networks."""
    return draw_nine_lines(facts["first"], COMPARED_LAYERS, "gradient")
