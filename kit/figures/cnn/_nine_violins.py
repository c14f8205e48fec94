"""Violins of nine CNNs of one seed, a panel for each."""

from __future__ import annotations

from typing import Any

from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import ACTIVATIONS, INITIALIZERS
from kit.figures.cnn._comparison import COMPARED_LAYERS
from kit.plots import compare


def draw_gradients(runs: Any, facts: Facts) -> Any:
    """The gradients before training, layer by layer."""
    return compare(_nine_of_a_seed(runs, facts), "gradient", layers=list(COMPARED_LAYERS))


def _nine_of_a_seed(runs: Any, facts: Facts) -> dict[str, dict[str, Any]]:
    """Recordings of the first seed that is shown, by activation and initializer."""
    return {
        row: {column: runs[f"{row} {column} {facts['seed']}"] for column in INITIALIZERS}
        for row in ACTIVATIONS
    }
