"""What twins gave: runs, curves, layers, a verdict, and a picture of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pandas as pd

from kit.quantities import OF_SAMPLES, QUANTITIES
from kit.recordings.display import HTML_ROWS, TEXT_ROWS, Summary, printable, short_number
from kit.recordings.profiles import over_runs, reported
from kit.recordings.runs import Runs
from kit.training.changes import names_within
from kit.training.verdicts import Verdict, verdict_of

if TYPE_CHECKING:
    from kit.plots.diagnosed import Drawing

__all__ = ["Twins"]

_SIDES = ("given", "changed")
_SHOWN = tuple(one for one in QUANTITIES if one not in ("delta", "weight"))  # as many as fit


@dataclass(frozen=True)
class Twins:
    """Two sides of a training, with several seeds each.

    Attributes
    ----------
    runs
        A run for each side and seed, with the parameters ``side`` (given or changed), ``network``
        (the same in words) and ``seed``.
    change
        What differs: a dict of one change, or the function that built the other network.
    text
        The change in a few words.
    measure
        What the verdict compares: a column of `history`.
    words
        That in words, as ``"validation loss"``.
    """

    runs: Runs
    change: Mapping[str, Any] | Callable[..., keras.Model]
    text: str
    measure: str
    words: str

    @property
    def history(self) -> pd.DataFrame:
        """What Keras reported: a row for each run and epoch, as `Runs.history`.

        Without validation data the columns ``val_...`` are of the probe data, which are samples of
        the training data.
        """
        return self.runs.history

    @cached_property
    def layers(self) -> pd.DataFrame:
        """The standard deviation of each quantity in each layer, over the seeds.

        Columns: quantity (z, activation, delta, weight, gradient), layer, epoch, side, and of the
        std, in the quantity's unit, median, low and high (range over the seeds), seeds, and lost
        (how many of them are not finite). Where the change puts batch normalisation into a layer,
        its z is what the activation then receives, and its delta that of this.
        """
        frame = self._frame()
        keys = ["quantity", "layer", "epoch", "side"]
        parts = []
        for of, some in frame.groupby(keys, sort=False):
            found = over_runs(some.assign(all=0), "std", "all").iloc[0]
            row = dict(zip(keys, of, strict=True))
            row |= {"median": found["middle"], "low": found["low"], "high": found["high"]}
            parts.append(row | {"seeds": int(found["runs"]), "lost": int(found["lost"])})
        return pd.DataFrame(parts)

    def _frame(self) -> pd.DataFrame:
        frame = self.runs.frame()
        mine, new = (set(frame["layer"][frame["side"] == side]) for side in _SIDES)
        moved = {name: of for name, of in names_within(new).items() if name not in mine}
        through = frame["quantity"].isin(OF_SAMPLES)
        replaced = through & frame["layer"].isin(moved.values()) & (frame["side"] == "changed")
        frame = frame[~replaced]
        own = frame["layer"].where(~through, frame["layer"].replace(moved))
        return frame.assign(layer=own)

    @cached_property
    def verdict(self) -> Verdict:
        """Which side ends better, by how much, and whether that can be told.

        Raises
        ------
        ValueError
            Where training was interrupted before each network had an epoch.
        """
        table = reported(self.runs)
        table = table[table["metric"] == self.measure]
        reached = table.groupby("run")["epoch"].max()
        if len(reached) < len(self.runs):
            raise ValueError(
                f"`runs` must have an epoch each, for a verdict; got {len(reached)} of "
                f"{len(self.runs)} that have: training was interrupted"
            )
        last = int(reached.min())
        at_end = table[table["epoch"] == last].set_index("run")["value"]
        ends = [[float(at_end[name]) for name in self._names(side)] for side in _SIDES]
        return verdict_of(*ends, measure=self.words, epoch=last)

    def _names(self, side: str) -> list[str]:
        """The runs of a side, by seed."""
        parameters = self.runs.parameters
        found = parameters[parameters["side"] == side].sort_values("seed")
        return [str(name) for name in found.index]

    def plot(self, quantity: str = "gradient") -> Drawing:
        """Draw both sides, as `kit.plots.plot_twins` does; a matplotlib Figure.

        Parameters
        ----------
        quantity
            Of the profile, one of z, activation, delta, weight, gradient.
        """
        from kit.plots import plot_twins  # with matplotlib

        panels = {self.measure: self.words}
        if not self.words.startswith("training"):  # whose own samples were not evaluated apart
            metric = self.measure.removeprefix("val_")
            panels = {metric: f"training {metric.replace('_', ' ')}", **panels}
        return plot_twins(self.runs, metrics=panels, quantity=quantity)

    def __repr__(self) -> str:
        return self._summary(TEXT_ROWS).text()

    def _repr_html_(self) -> str:
        return self._summary(HTML_ROWS).html()

    def _summary(self, most: int) -> Summary:
        title = f"Twins: {self.text}, with {len(self.runs) // 2} seeds"
        try:
            said, table = str(self.verdict), self.layers
        except ValueError as error:  # interrupted, or runs that are closed
            return Summary(title, (str(error),))
        epochs = [int(epoch) for epoch in self.runs.epochs]
        quantities = [one for one in _SHOWN if (table["quantity"] == one).any()]
        names = list(dict.fromkeys(table["layer"]))
        found = table.set_index(["quantity", "layer", "epoch", "side"])["median"]

        def cell(quantity: str, layer: str, side: str) -> str:
            ends = [(quantity, layer, at, side) for at in dict.fromkeys((epochs[0], epochs[-1]))]
            return " → ".join(short_number(found.get(at, np.nan)) for at in ends)

        rows = [
            (printable(name), *(cell(one, name, side) for one in quantities for side in _SIDES))
            for name in names
        ]
        more = [f"and {len(rows) - most} more layers"] if len(rows) > most else []
        return Summary(
            title,
            (said,),
            caption=f"standard deviation σ, median of seeds, epoch {epochs[0]} → {epochs[-1]}",
            head=("layer", *(f"{one} {side}" for one in quantities for side in _SIDES)),
            rows=tuple(rows[:most]),
            notes=tuple(more),
        )
