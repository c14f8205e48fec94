"""What a Snapshot and a Recording have in common: columns, sketches of a layer, and questions.

The questions are checked here, so that both answer a wrong one in the same words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kit.checks import check_choice, check_name, shown
from kit.quantities import OF_SAMPLES, QUANTITIES
from kit.stats.quantiles import quantiles_of
from kit.stats.sketch import QUANTILES, Sketch
from kit.stats.units import UnitEvidence

__all__ = ["COLUMNS", "LayerSketches"]

COLUMNS = [
    *("run", "epoch", "step", "layer", "layer_index", "quantity", "count", "mean", "std", "rms"),
    *("min", *QUANTILES, "max", "zero_fraction", "nonfinite"),
    *("std_samples", "std_units", "saturated", "update"),
]
"""The columns of every tidy table, in their order."""


@dataclass
class LayerSketches:
    """The sketches of one layer, and its arrays where they are kept too.

    Attributes
    ----------
    name, index, output
        As of a `LayerSnapshot`. A recording knows layers by name; `index` says in which order they
        are listed.
    sketches
        By quantity.
    arrays
        By quantity, of any shape; empty where only sketches are kept.
    units
        What each unit shows, by quantity; none of weights and gradients.
    update
        What the weight changed since the last capture, beside all of it: ‖ΔW‖ / ‖W‖. NaN where
        there is none.
    """

    name: str
    index: int
    output: bool = False
    sketches: dict[str, Sketch] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    units: dict[str, UnitEvidence] = field(default_factory=dict)
    update: float = math.nan


def columns_of(sketches: Sequence[Sketch]) -> list[dict[str, float]]:
    """The columns of a tidy table that come from sketches, for each of them."""
    quantiles = quantiles_of(sketches, list(QUANTILES.values())).tolist()
    return [
        {
            "count": sketch.count,
            "mean": sketch.mean,
            "std": sketch.std,
            "rms": sketch.rms,
            "min": sketch.min,
            **dict(zip(QUANTILES, found, strict=True)),
            "max": sketch.max,
            "zero_fraction": sketch.zero_fraction,
            "nonfinite": sketch.nonfinite,
        }
        for sketch, found in zip(sketches, quantiles, strict=True)
    ]


def unit_columns(units: UnitEvidence | None) -> dict[str, float]:
    """The columns of a tidy table that come from unit evidence; NaN where there is none."""
    if units is None:
        return dict.fromkeys(("std_samples", "std_units", "saturated"), math.nan)
    share = math.nan
    if units.saturated is not None and (count := int(units.count.sum())):
        share = int(units.saturated.sum()) / count
    return {
        "std_samples": units.std_samples,
        "std_units": units.std_units,
        "saturated": share,
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
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]} to {numbers[-1]}"
    some = numbers if len(numbers) < 12 else [*numbers[:5], "...", numbers[-1]]
    return ", ".join(map(str, some)) or "none (nothing is captured yet)"


def missing(quantity: str, layer: str, has: Sequence[str]) -> str:
    """What is said where a layer has not what was asked for."""
    return f"layer {layer!r} has no {quantity}; it has {', '.join(has) or 'nothing'}"


def without_units(quantity: str, layer: str) -> str:
    """What is said where a layer has a quantity, and no unit evidence of it."""
    why = "; files that keras-teaching-kit 0.2 or older wrote have none"
    if quantity not in OF_SAMPLES:
        why = ": its values are not by sample"
    return f"layer {layer!r} has no unit evidence of {quantity}{why}"
