"""The layers of a network as blocks, with their sizes and parameters."""

from __future__ import annotations

from typing import Any

import keras

from kit import models
from kit.board import plot_architecture
from kit.catalogue import Claim
from kit.catalogue.claims import Facts

ARCHITECTURE_ALT = (
    "A row of blocks with the layers and the sizes of their outputs: {order}. In all "
    "{parameters:,} parameters, of them {most_parameters:,} in {most}."
)


def measure_architecture(model: keras.Model) -> tuple[Any, Facts]:
    """Descriptions of the layers, and their parameters."""
    layers = models.describe(model)
    by_layer = {one.name: one.parameters for one in layers}
    learning = {name: count for name, count in by_layer.items() if count}
    most = max(learning, key=lambda name: learning[name])
    facts: Facts = {
        "layers": by_layer,
        "parameters": sum(by_layer.values()),
        "most": most,
        "most_parameters": learning[most],
        "most_share": learning[most] / sum(by_layer.values()),
        "flat": next(one.shape[0] for one in layers if one.kind == "Flatten" and one.shape),
        "order": ", ".join(f"{one.name} ({_size(one)})" for one in layers),
    }
    return layers, facts


def _size(layer: Any) -> str:
    return "×".join(str(side) for side in layer.shape or ())


def draw_architecture(layers: Any, facts: Facts) -> Any:
    """The blocks, from input to output."""
    return plot_architecture(layers).figure


def architecture_claims(total: int) -> tuple[Claim, ...]:
    """The claims of a network with so many parameters."""
    return (
        Claim("parameters", "==", total, "{limit:,} parameters"),
        Claim("most_share", ">", 0.5, "over half of them are in one layer"),
    )
