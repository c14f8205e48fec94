"""What rules are asked about: a network at one moment, layer by layer, in plain numbers.

From a snapshot or from a capture of a recording, the same numbers: sizes are those of whole layers
and of one sample (the norm of the delta of all of a layer's units and places), so that layers of
different shapes can stand beside each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kit.recordings.recording import Recording
from kit.recordings.snapshot import Snapshot
from kit.stats.units import UnitEvidence

__all__ = ["LayerState", "Moment", "moments_of"]

MOST_MOMENTS = 12
"""Captures of a recording that are looked at, evenly spread, the first and the last among them."""

_ALIKE = 1e-3  # of a unit's std: units whose answers are nearer than that are copies


@dataclass
class LayerState:
    """A layer with weights at one moment; what it has not is NaN.

    Attributes
    ----------
    name
        Of the layer.
    output
        Whether it makes the model's answer.
    weight
        Rms of its kernel; ``kernel_std`` its std.
    gradient
        Rms of the gradient by it.
    z
        Rms of z; ``signal`` is the part of its std across samples.
    delta
        Norm of a sample's delta, the root of the mean square over samples.
    dead, saturated, copies
        Shares: of the units, of the values, of the units.
    update
        What the kernel changed since the capture before, beside all of it.
    nonfinite
        Values that are NaN or infinite, of all quantities.
    """

    name: str
    output: bool = False
    weight: float = math.nan
    kernel_std: float = math.nan
    gradient: float = math.nan
    z: float = math.nan
    signal: float = math.nan
    delta: float = math.nan
    dead: float = math.nan
    saturated: float = math.nan
    copies: float = math.nan
    update: float = math.nan
    nonfinite: int = 0


@dataclass
class Moment:
    """A network at one moment: its epoch, its loss on the probe data, its layers in order."""

    epoch: int
    loss: float
    layers: list[LayerState]

    @property
    def hidden(self) -> list[LayerState]:
        """Layers with weights before the output."""
        return [one for one in self.layers if not one.output]

    @property
    def nonfinite(self) -> int:
        """Values that are NaN or infinite, in all layers."""
        return sum(one.nonfinite for one in self.layers)


def moments_of(subject: Snapshot | Recording, activations: dict[str, str]) -> list[Moment]:
    """What a snapshot, or the captures of a recording, show.

    Parameters
    ----------
    subject
        Measured.
    activations
        By layer, the name of its activation, where it is known.
    """
    hidden = set(subject.layers_with("weight", outputs=False))
    if isinstance(subject, Snapshot):
        rows, ask = _rows(subject.to_frame()), _asking(subject)
        return [_moment(rows, 0, subject.loss, subject.samples, ask, activations, hidden)]
    frame = subject.to_frame()
    losses = subject.losses.groupby("epoch").last()
    epochs = subject.epochs
    if len(epochs) > MOST_MOMENTS:
        some = np.unique(np.linspace(0, len(epochs) - 1, MOST_MOMENTS).round().astype(int))
        epochs = [epochs[k] for k in some]
    last_steps = frame.groupby("epoch")["step"].max()
    return [
        _moment(
            _rows(frame[(frame["epoch"] == epoch) & (frame["step"] == last_steps[epoch])]),
            epoch,
            float(losses["loss"][epoch]),
            int(losses["samples"][epoch]),
            _asking(subject, epoch),
            activations,
            hidden,
        )
        for epoch in epochs
    ]


Rows = dict[str, dict[str, dict[str, Any]]]
"""By layer, in order, and by quantity: a row of the tidy table."""


def _rows(frame: pd.DataFrame) -> Rows:
    found: Rows = {}
    for row in frame[_COLUMNS].sort_values("layer_index", kind="stable").to_dict("records"):
        found.setdefault(str(row["layer"]), {})[str(row["quantity"])] = row
    return found


_COLUMNS = ["layer", "layer_index", "quantity", "count", "std", "rms", "nonfinite", "std_samples",
            "std_units", "saturated", "update"]  # fmt: skip

Ask = Callable[[str, str], "UnitEvidence | None"]


def _asking(subject: Snapshot | Recording, epoch: int | None = None) -> Ask:
    where: dict[str, Any] = {} if epoch is None else {"epoch": epoch}

    def ask(quantity: str, layer: str) -> UnitEvidence | None:
        try:
            return subject.units(quantity, layer, **where)
        except ValueError:  # the layer has no such quantity, or none was kept
            return None

    return ask


def _moment(
    rows: Rows,
    epoch: int,
    loss: float,
    samples: int,
    ask: Ask,
    activations: dict[str, str],
    hidden: set[str],
) -> Moment:
    layers, beside = [], 0
    for name, quantities in rows.items():
        nonfinite = int(sum(row["nonfinite"] for row in quantities.values()))
        if "weight" in quantities:
            one = _layer(name, quantities, samples, ask, activations.get(name, ""))
            # what layers without weights have made of it counts where it goes next
            one.nonfinite, beside = nonfinite + beside, 0
            one.output = name not in hidden
            layers.append(one)
        else:
            beside += nonfinite
    if layers:
        layers[-1].output = True  # an activation of its own may stand behind it
        layers[-1].nonfinite += beside
    return Moment(epoch, loss, layers)


def _layer(
    name: str, rows: dict[str, dict[str, Any]], samples: int, ask: Ask, activation: str
) -> LayerState:
    def of(quantity: str, column: str) -> float:
        return float(rows[quantity][column]) if quantity in rows else math.nan

    found = LayerState(name)
    found.weight, found.kernel_std = of("weight", "rms"), of("weight", "std")
    found.update, found.gradient = of("weight", "update"), of("gradient", "rms")
    found.z, found.signal = of("z", "rms"), of("z", "std_samples")
    found.saturated = of("z", "saturated")
    if "delta" in rows and samples:
        found.delta = of("delta", "rms") * math.sqrt(of("delta", "count") / samples)
    active = ask("activation", name) if activation == "relu" else None
    if active is not None and active.units > 1:
        found.dead = float(np.mean((active.active == 0) & (active.count > 0)))
    z = ask("z", name)
    if z is not None and z.units > 1:
        found.copies = _copies(z, found)
    return found


def _copies(z: UnitEvidence, layer: LayerState) -> float:
    """Share of the units that another one answers like, to all samples."""
    if layer.weight == 0 or layer.kernel_std < 1e-6 * layer.weight:
        return 1.0  # a kernel of one number
    std = z.std
    order = np.lexsort((std, z.mean))
    mean, std = z.mean[order], std[order]
    near = (np.abs(np.diff(mean)) <= _ALIKE * std[1:]) & (np.abs(np.diff(std)) <= _ALIKE * std[1:])
    near &= std[1:] > 0  # units that are constants differ by their biases alone
    alike = np.zeros(z.units, bool)
    alike[1:] |= near
    alike[:-1] |= near
    return float(alike.mean())
