"""Snapshot: the arrays of every layer at one moment. It answers what a Recording answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.quantities import OF_SAMPLES, QUANTITIES
from kit.recordings import display
from kit.recordings.common import (
    COLUMNS,
    check_captured,
    check_layer,
    check_quantity,
    columns_of,
    missing,
    unit_columns,
    without_units,
)
from kit.stats.sketch import Sketch
from kit.stats.units import UnitEvidence

__all__ = ["LayerSnapshot", "Snapshot"]


@dataclass
class LayerSnapshot:
    r"""The arrays of one layer (of one call of it, where it is called more than once).

    Attributes
    ----------
    name
        Path of the layer, as ``encoder/dense_1``; ``name[2]`` for its second call.
    index
        Its place among the entries of the snapshot.
    output
        Whether the model returns what this layer makes.
    z, activation, delta
        (samples, ...) float arrays, or None where the layer has none.
    weight, gradient
        Arrays of the kernel's shape, or None.
    saturates_beyond
        The \|z| beyond which the slope of the layer's activation is under 5 % of its largest;
        None where it does not saturate on both sides.

    Examples
    --------
    >>> LayerSnapshot("h1", 0, z=np.zeros((4, 2), "float32")).quantities
    ['z']
    """

    name: str
    index: int
    output: bool = False
    z: np.ndarray | None = None
    activation: np.ndarray | None = None
    delta: np.ndarray | None = None
    weight: np.ndarray | None = None
    gradient: np.ndarray | None = None
    saturates_beyond: float | None = None

    def __repr__(self) -> str:
        shapes = (f"{quantity} {getattr(self, quantity).shape}" for quantity in self.quantities)
        return f"<{self.name}: {', '.join(shapes)}>"

    @property
    def quantities(self) -> list[str]:
        """Names of the quantities that the layer has, in their order."""
        return [quantity for quantity in QUANTITIES if getattr(self, quantity) is not None]


class Snapshot:
    """The arrays of every layer at one moment, by layer name: ``snapshot["h1"].z``.

    Made by `kit.probe`.

    Parameters
    ----------
    entries
        One `LayerSnapshot` for each layer, in order.
    loss
        The compiled loss on the probe data, penalties included.
    samples
        Number of probe samples.
    not_heard
        Why layers could not be heard, by name.

    Examples
    --------
    >>> import numpy as np
    >>> layer = LayerSnapshot("h1", 0, z=np.zeros((4, 2), "float32"))
    >>> snapshot = Snapshot([layer], loss=0.7, samples=4)
    >>> snapshot["h1"].z.shape
    (4, 2)
    >>> snapshot.to_frame()[["layer", "quantity", "zero_fraction"]].values.tolist()
    [['h1', 'z', 1.0]]
    """

    epoch, step = 0, 0

    def __init__(
        self,
        entries: Iterable[LayerSnapshot],
        loss: float,
        samples: int,
        not_heard: Mapping[str, str] | None = None,
    ) -> None:
        self._entries = {entry.name: entry for entry in entries}
        self.loss = loss
        self.samples = samples
        self.not_heard = dict(not_heard or {})
        self._sketches: dict[tuple[str, str], Sketch] = {}
        self._units: dict[tuple[str, str], UnitEvidence] = {}

    def __getitem__(self, layer: str) -> LayerSnapshot:
        return self._entries[check_layer(layer, self.layers)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, layer: object) -> bool:
        return layer in self._entries

    def __repr__(self) -> str:
        return display.of_snapshot(self, display.TEXT_ROWS).text()

    def _repr_html_(self) -> str:
        return display.of_snapshot(self).html()

    @property
    def layers(self) -> list[str]:
        """Names of the entries, in order."""
        return list(self._entries)

    @property
    def epochs(self) -> list[int]:
        """The one epoch that a snapshot has, 0."""
        return [self.epoch]

    @property
    def steps(self) -> list[int]:
        """The one step that a snapshot has, 0."""
        return [self.step]

    def layers_with(self, quantity: str, *, outputs: bool = True) -> list[str]:
        """Names of the layers that have `quantity`; without the model's outputs on demand."""
        check_quantity(quantity)
        return [
            name
            for name, entry in self._entries.items()
            if getattr(entry, quantity) is not None and (outputs or not entry.output)
        ]

    def values(
        self, quantity: str, layer: str, epoch: int | None = None, *, step: int | None = None
    ) -> np.ndarray:
        """The array of one quantity of one layer.

        Parameters
        ----------
        quantity
            One of z, activation, delta, weight, gradient.
        layer
            Name of the layer.
        epoch, step
            0 or left out, as a snapshot is of one moment; so that it answers like a recording.

        Returns
        -------
        ndarray
            Of the layer's shape: (samples, ...), or the kernel's.

        Raises
        ------
        UnknownNameError
            For an unknown layer; a KeyError and a ValueError.
        ValueError
            For an unknown quantity, epoch or step, or a quantity that the layer does not have.
        """
        if epoch is not None:
            check_captured(epoch, self.epochs)
        if step is not None:
            check_captured(step, self.steps, "step")
        check_quantity(quantity)
        entry = self[layer]
        array = getattr(entry, quantity)
        if array is None:
            raise ValueError(missing(quantity, layer, entry.quantities))
        return array

    def sketch(
        self, quantity: str, layer: str, epoch: int | None = None, *, step: int | None = None
    ) -> Sketch:
        """The sketch of one quantity of one layer; arguments and errors as for `values`."""
        array = self.values(quantity, layer, epoch, step=step)
        key = (quantity, layer)
        if key not in self._sketches:
            self._sketches[key] = Sketch.of(array)
        return self._sketches[key]

    def units(
        self, quantity: str, layer: str, epoch: int | None = None, *, step: int | None = None
    ) -> UnitEvidence:
        """What each unit shows in one quantity of one layer.

        Of z, with the share beyond `LayerSnapshot.saturates_beyond`; arguments and errors as for
        `values`, and a ValueError for a weight and a gradient, whose values are not by sample.
        """
        array = self.values(quantity, layer, epoch, step=step)
        if quantity not in OF_SAMPLES:
            raise ValueError(without_units(quantity, layer))
        key = (quantity, layer)
        if key not in self._units:
            beyond = self[layer].saturates_beyond if quantity == "z" else None
            self._units[key] = UnitEvidence.of(array, beyond=beyond)
        return self._units[key]

    def to_frame(self) -> pd.DataFrame:
        """A tidy table: one row for each (layer, quantity), with the columns of a Recording's.

        Its `run` is the empty text, `epoch` and `step` are 0, and `update` is NaN: so that it can
        be joined with the tables of recordings, and grouped by run.
        """
        which = [
            (entry, quantity) for entry in self._entries.values() for quantity in entry.quantities
        ]
        found = columns_of([self.sketch(quantity, entry.name) for entry, quantity in which])
        rows = [
            columns
            | unit_columns(self.units(quantity, entry.name) if quantity in OF_SAMPLES else None)
            | {"run": "", "epoch": self.epoch, "step": self.step, "quantity": quantity}
            | {"layer": entry.name, "layer_index": entry.index, "update": math.nan}
            for (entry, quantity), columns in zip(which, found, strict=True)
        ]
        return pd.DataFrame(rows, columns=COLUMNS)
