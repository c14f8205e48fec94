"""What a pass found, batch by batch, made into arrays or sketches of the whole probe data.

Loss and gradients of batches count by their number of samples, as in ``model.evaluate``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from kit.callbacks.entries import Entry, Found
from kit.quantities import QUANTITIES
from kit.recordings.common import LayerSketches
from kit.stats.sketch import Sketch, measured
from kit.stats.units import MOST_UNITS, UnitEvidence

__all__ = ["Arrays", "Sketches", "Total"]


class Total:
    """Loss, weights and gradients of the whole probe data from those of its batches.

    Parameters
    ----------
    samples
        Of the probe data.

    Attributes
    ----------
    loss
        The compiled loss.
    weights, gradients
        By row.
    not_heard
        By layer, why its z is missing.
    """

    def __init__(self, samples: int) -> None:
        self.samples = samples
        self.loss = 0.0
        self.weights: dict[str, np.ndarray] = {}
        self.gradients: dict[str, np.ndarray] = {}
        self.not_heard: dict[str, str] = {}
        self._entries: dict[str, Entry] = {}

    @property
    def entries(self) -> list[Entry]:
        """The rows, in order."""
        return list(self._entries.values())

    def add(self, samples: int, found: Found) -> None:
        """Take in what a batch of so many samples gave."""
        share = samples / self.samples
        self.loss += share * float(found.loss)
        self._entries.update((row.name, row) for row in found.entries)
        self.not_heard.update(found.not_heard)
        self.weights = {name: to_numpy(one) for name, one in found.weights.items()}
        for name, one in found.gradients.items():
            array = to_numpy(one) if share == 1 else to_numpy(one) * share
            self.gradients[name] = array + self.gradients.get(name, 0) if share < 1 else array

    def kernels(self) -> dict[tuple[str, str], np.ndarray]:
        """(row, quantity) to array of weights and gradients."""
        found = {(name, "weight"): one for name, one in self.weights.items()}
        return found | {(name, "gradient"): one for name, one in self.gradients.items()}


class Arrays(Total):
    """The arrays of the whole probe data."""

    def __init__(self, samples: int) -> None:
        super().__init__(samples)
        self._pieces: dict[tuple[str, str], list[np.ndarray]] = {}

    def add(self, samples: int, found: Found) -> None:
        """Take in what a batch of so many samples gave."""
        super().add(samples, found)
        for name, values in found.arrays.items():
            for quantity, tensor in values.items():
                self._pieces.setdefault((name, quantity), []).append(to_numpy(tensor))

    def of(self, name: str) -> dict[str, np.ndarray]:
        """The arrays of one row, by quantity."""
        kernels = self.kernels()
        found = {}
        for quantity in QUANTITIES:
            parts = self._pieces.get((name, quantity))
            if parts is not None:
                found[quantity] = parts[0].copy() if len(parts) == 1 else np.concatenate(parts)
            elif (name, quantity) in kernels:
                found[quantity] = kernels[name, quantity].copy()
        return found


class Sketches(Total):
    """The sketches of the whole probe data, and what each unit shows, merged batch by batch."""

    def __init__(self, samples: int) -> None:
        super().__init__(samples)
        self._sketches: dict[tuple[str, str], Sketch] = {}
        self._units: dict[tuple[str, str], UnitEvidence] = {}

    def add(self, samples: int, found: Found) -> None:
        """Take in what a batch of so many samples gave."""
        super().add(samples, found)
        bounds = {row.name: row.saturates_beyond for row in found.entries}
        for name, values in found.arrays.items():
            seen: dict[int, tuple[Sketch, UnitEvidence]] = {}  # an activation may be z itself
            for quantity, tensor in values.items():
                if id(tensor) not in seen:
                    beyond = bounds[name] if quantity == "z" else None
                    seen[id(tensor)] = measured(to_numpy(tensor), beyond=beyond)
                self._merge((name, quantity), *seen[id(tensor)])

    def _merge(self, key: tuple[str, str], sketch: Sketch, units: UnitEvidence) -> None:
        if key not in self._sketches:
            self._sketches[key] = sketch
            if units.units <= MOST_UNITS:  # more are no units that anybody looks at
                self._units[key] = units
            return
        self._sketches[key] = self._sketches[key].merge(sketch)
        before = self._units.get(key)
        if before is not None and before.units == units.units:
            self._units[key] = before.merge(units)
        else:  # as many as there are time steps, say, in this batch
            self._units.pop(key, None)

    def layers(
        self, before: Mapping[str, np.ndarray], arrays: Arrays | None
    ) -> list[LayerSketches]:
        """The sketches by row.

        Parameters
        ----------
        before
            The weights at the last capture, by row.
        arrays
            The arrays themselves, where they are kept too.
        """
        for key, array in self.kernels().items():
            self._sketches[key] = Sketch.of(array)
        rows = []
        for index, row in enumerate(self.entries):
            mine = LayerSketches(row.name, index, output=row.output)
            for quantity in QUANTITIES:
                key = row.name, quantity
                if key in self._sketches:
                    mine.sketches[quantity] = self._sketches[key]
                if key in self._units:
                    mine.units[quantity] = self._units[key]
            if row.name in self.weights:
                mine.update = update(before.get(row.name), self.weights[row.name])
            if arrays is not None:
                mine.arrays.update(arrays.of(row.name))
            rows.append(mine)
        return rows


def update(before: np.ndarray | None, now: np.ndarray) -> float:
    """‖now - before‖ / ‖before‖, in float64; NaN where there was nothing before."""
    if before is None or before.shape != now.shape:
        return math.nan
    old = before.astype(np.float64).ravel()
    with np.errstate(over="ignore", invalid="ignore"):
        moved = now.ravel() - old
        norm = float(np.sqrt(old @ old))
        return float(np.sqrt(moved @ moved)) / norm if norm else math.nan


def to_numpy(tensor: object) -> np.ndarray:
    """A tensor as an array of float32 or float64."""
    array = np.asarray(tensor)
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float32)
