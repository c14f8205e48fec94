"""What a Snapshot and a Recording have in common: columns, sketches of a layer, and questions.

The questions are checked here, so that both answer a wrong one in the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kit.checks import check_choice, check_name, shown
from kit.quantities import QUANTITIES
from kit.stats.sketch import QUANTILES, Sketch

__all__ = ["COLUMNS", "LayerSketches"]

COLUMNS = [
    *("run", "epoch", "step", "layer", "layer_index", "quantity", "count", "mean", "std", "rms"),
    *("min", *QUANTILES, "max", "zero_fraction", "nonfinite"),
]
"""The columns of every tidy table, in their order."""


@dataclass
class LayerSketches:
    """The sketches of one layer, and its arrays where they are kept too.

    Attributes
    ----------
    name, index, output
        As of a `LayerSnapshot`.
    sketches
        By quantity.
    arrays
        By quantity, of any shape; empty where only sketches are kept.
    """

    name: str
    index: int
    output: bool = False
    sketches: dict[str, Sketch] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)


def columns_of(sketch: Sketch) -> dict[str, float]:
    """The columns of a tidy table that come from one sketch."""
    quantiles = zip(QUANTILES, sketch.quantile(list(QUANTILES.values())).tolist(), strict=True)
    return {
        "count": sketch.count,
        "mean": sketch.mean,
        "std": sketch.std,
        "rms": sketch.rms,
        "min": sketch.min,
        **dict(quantiles),
        "max": sketch.max,
        "zero_fraction": sketch.zero_fraction,
        "nonfinite": sketch.nonfinite,
    }


def check_quantity(quantity: str) -> str:
    """The quantity, if it is one of the five; else a ValueError."""
    return check_choice("quantity", quantity, QUANTITIES)


def check_layer(layer: str, known: Sequence[str]) -> str:
    """The layer, if it is among those known; else an UnknownNameError."""
    return check_name("layer", layer, known)


def check_captured(at: object, known: Sequence[int], what: str = "epoch") -> int:
    """The epoch or step, if there is a capture at it; else a ValueError."""
    if isinstance(at, (bool, np.bool_)) or at not in known:
        raise ValueError(f"`{what}` must be one of {spans(known)}; got {shown(at)}")
    return int(at)  # type: ignore[call-overload]


def check_one_of(epoch: object, step: object) -> None:
    """Refuse neither and both: a ValueError."""
    if (epoch is None) == (step is None):
        raise ValueError(f"one of `epoch` and `step` must be given; got {epoch!r} and {step!r}")


def spans(numbers: Sequence[int]) -> str:
    """Ascending numbers in words: ``0 to 20``, or ``0, 5, 10``."""
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    some = numbers if len(numbers) < 12 else [*numbers[:5], "...", numbers[-1]]
    return ", ".join(map(str, some)) or "none (nothing is captured yet)"


def missing(quantity: str, layer: str, has: Sequence[str]) -> str:
    """What is said where a layer has not what was asked for."""
    return f"layer {layer!r} has no {quantity}; it has {', '.join(has) or 'nothing'}"
