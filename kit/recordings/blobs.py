"""What stands in blobs, packed and unpacked: arrays, sketches, and what units show.

What is unpacked is bounded, and a ValueError tells where it is damaged. The unit evidence of a
capture is packed together: a call of NumPy takes as long for the hundred units of a layer as for
the thousands of all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from kit.recordings.common import LayerSketches
from kit.recordings.errors import number, whole, words
from kit.stats.sketch import Sketch
from kit.stats.units import MOST_UNITS, UnitEvidence

__all__: list[str] = []

_LONGEST_SHAPE = 1000  # characters: far more than NumPy's 64 axes need
_MOST_PARTS = 5_000  # of a pack
_LONGEST_LAYOUT = 1_000_000

Part = tuple[int, str, int, bool]
"""Of a pack of unit evidence: place of the layer, quantity, units, whether `saturated` is known."""


def packed_array(array: np.ndarray) -> tuple[str, str, bytes]:
    """Type, shape and bytes of an array."""
    array = np.ascontiguousarray(array)
    return array.dtype.str, json.dumps(array.shape), array.tobytes()


def unpacked_array(dtype: str, shape: str, data: bytes) -> np.ndarray:
    """The array that `packed_array` wrote down."""
    if not re.fullmatch(r"[<>|][bifuV]\d{1,2}", words(dtype)):
        raise ValueError(f"an array has dtype {dtype[:20]!r}")
    if len(words(shape)) > _LONGEST_SHAPE:
        raise ValueError(f"an array has a shape of {len(shape):,} characters")
    sizes = json.loads(shape)
    if not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise ValueError(f"an array has shape {shape[:40]}")
    return np.frombuffer(data, dtype).reshape(sizes).copy()


def unpacked_sketch(row: Mapping[str, Any]) -> Sketch:
    """The sketch in a row of the table ``sketches``, by column."""
    return Sketch.from_bytes(
        row["bins"],
        count=whole(row["count"]),
        mean=number(row["mean"]),
        m2=number(row["m2"]),
        min=number(row["min"]),
        max=number(row["max"]),
        zeros=whole(row["zeros"]),
        nonfinite=whole(row["nonfinite"]),
    )


def packed_units(
    layers: Sequence[LayerSketches], places: Mapping[str, int]
) -> Iterator[tuple[str, bytes]]:
    """The unit evidence of a capture: layout, as JSON, and bytes of each pack.

    One pack, as a rule. A layer of more than `MOST_UNITS` units has none.
    """
    parts: list[Part] = []
    pack: list[UnitEvidence] = []
    room = MOST_UNITS
    for layer in layers:
        for quantity, units in layer.units.items():
            if units.units > MOST_UNITS:
                continue
            if units.units > room or len(parts) == _MOST_PARTS:
                yield json.dumps(parts), _joined(pack).to_bytes()
                parts, pack, room = [], [], MOST_UNITS
            room -= units.units
            known = units.saturated is not None
            parts.append((places[layer.name], quantity, units.units, known))
            pack.append(units)
    if pack:
        yield json.dumps(parts), _joined(pack).to_bytes()


def _joined(pack: Sequence[UnitEvidence]) -> UnitEvidence:
    count, mean, m2, active = (
        np.concatenate([getattr(units, name) for units in pack])
        for name in ("count", "mean", "m2", "active")
    )
    saturated = np.concatenate(
        [np.zeros_like(one.count) if one.saturated is None else one.saturated for one in pack]
    )
    return UnitEvidence(count, mean, m2, active, saturated)


def unpacked_units(layout: str, data: bytes, place: int, quantity: str) -> UnitEvidence | None:
    """The evidence of one quantity of one layer in a pack; None where it has none."""
    first = 0
    for part in json.loads(words(layout, _LONGEST_LAYOUT)):
        of_layer, name, units, known = part
        if (of_layer, name) == (place, quantity):
            found = UnitEvidence.from_bytes(data)
            at = slice(first, first + units)
            if not 0 <= at.start <= at.stop <= found.units:
                raise ValueError("its units are not those of its layers")
            saturated = found.saturated[at] if known and found.saturated is not None else None
            return UnitEvidence(
                found.count[at], found.mean[at], found.m2[at], found.active[at], saturated
            )
        first += whole(units)
    return None
