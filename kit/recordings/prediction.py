"""Prediction: what theory says of every layer, as a table; made by `kit.predict`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from kit.checks import check_choice, check_name
from kit.quantities import QUANTITIES
from kit.recordings.profiles import at_ends

if TYPE_CHECKING:
    from kit.recordings.recording import Recording
    from kit.recordings.runs import Runs
    from kit.recordings.snapshot import Snapshot

__all__ = ["PREDICTED", "Prediction"]

PREDICTED = ("std", "rms", "std_samples", "std_units")
"""The statistics that theory has."""

_COLUMNS = (
    "layer",
    "layer_index",
    "quantity",
    *PREDICTED,
    "spread",
    "chi",
    "xi_q",
    "xi_c",
    "holds",
)


@dataclass
class Prediction:
    """What mean-field theory says of a network's profiles, from its random weights.

    Attributes
    ----------
    table
        As `to_frame` gives it.
    stops
        By layer, why theory says nothing of it and what is behind it.
    doubts
        By layer, why theory need not hold, though it has numbers: weights that are not independent.
    weights
        ``"drawn"``, with the variances of the initializers, or ``"now"``, of the weights.
    silent
        By layer, why theory says nothing of its gradient, though it says something of others.

    Examples
    --------
    >>> rows = [{"layer": "h1", "quantity": "z", "std": 1.0, "rms": 1.0, "spread": 1.1}]
    >>> prediction = Prediction.of(rows)
    >>> prediction.value("z", "h1"), prediction.range("z", "h1")[1]
    (1.0, 1.1)
    """

    table: pd.DataFrame
    stops: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    weights: str = "drawn"
    silent: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        rows: list[dict[str, object]],
        stops: Mapping[str, str] | None = None,
        doubts: Mapping[str, str] | None = None,
        weights: str = "drawn",
        silent: Mapping[str, str] | None = None,
    ) -> Prediction:
        """A prediction from rows with some of the columns of `to_frame`."""
        table = pd.DataFrame(rows).reindex(columns=list(_COLUMNS))
        table["holds"] = [True if pd.isna(one) else bool(one) for one in table["holds"]]
        return cls(table, dict(stops or {}), dict(doubts or {}), weights, dict(silent or {}))

    def __repr__(self) -> str:
        lines = [
            f"<Prediction of {', '.join(self.layers) or 'no layer'}, weights as {self.weights}>"
        ]
        lines += [f"  stops at {layer}: {why}" for layer, why in self.stops.items()]
        lines += [f"  no gradient of {layer}: {why}" for layer, why in self.silent.items()]
        lines += [f"  need not hold at {layer}: {why}" for layer, why in self.doubts.items()]
        return "\n".join(lines)

    @property
    def layers(self) -> list[str]:
        """Names of the layers that theory says something of."""
        return list(dict.fromkeys(self.table["layer"]))

    @property
    def holds(self) -> bool:
        """Whether theory went through the whole network, and found nothing to doubt."""
        return not self.stops and not self.doubts

    def to_frame(self) -> pd.DataFrame:
        """A tidy table, a row for each layer and quantity.

        Returns
        -------
        DataFrame
            ``std``, ``rms``, ``std_samples``, ``std_units``: as measured tables have them, NaN
            where theory has none. ``spread``: the factor within which, up or down, a std lies with
            about 95 of 100 draws of the weights. ``chi``: by what the layer multiplies a delta's
            second moment. ``xi_q``, ``xi_c``: layers over which size and correlation come 2.7 times
            nearer to where they would stay, in a network of such layers. ``holds``: False where
            there is a doubt.
        """
        return self.table.copy()

    def value(self, quantity: str, layer: str, statistic: str = "std") -> float:
        """A predicted number; NaN where theory has none.

        Parameters
        ----------
        quantity
            One of z, activation, delta, weight, gradient.
        layer
            Name of the layer.
        statistic
            One of `PREDICTED`.

        Raises
        ------
        ValueError, UnknownNameError
            For unknown names.
        """
        check_choice("statistic", statistic, PREDICTED)
        return self._cell(quantity, layer, statistic)

    def range(self, quantity: str, layer: str, statistic: str = "std") -> tuple[float, float]:
        """Between what a number lies with about 95 of 100 draws; arguments as for `value`."""
        value, spread = (
            self.value(quantity, layer, statistic),
            self._cell(quantity, layer, "spread"),
        )
        return value / spread, value * spread

    def _cell(self, quantity: str, layer: str, column: str) -> float:
        check_choice("quantity", quantity, QUANTITIES)
        check_name("layer", layer, self.layers, " that theory says something of")
        rows = self.table[(self.table["layer"] == layer) & (self.table["quantity"] == quantity)]
        return float(rows[column].iloc[0]) if len(rows) else math.nan

    def against(
        self, data: Snapshot | Recording | Runs, *, statistic: str = "std", epoch: int = 0
    ) -> pd.DataFrame:
        """Measured beside predicted: whether theory holds here.

        Parameters
        ----------
        data
            What was measured; each run of runs by itself.
        statistic
            One of `PREDICTED`.
        epoch
            At whose end.

        Returns
        -------
        DataFrame
            A row for each run, layer and quantity that both have: ``measured``, ``predicted``,
            ``ratio``, ``low``, ``high``, ``within``.

        Examples
        --------
        >>> import numpy as np
        >>> from kit.recordings import LayerSnapshot, Snapshot
        >>> z = np.array([[1.0, -1.0], [-1.0, 1.0]])
        >>> measured = Snapshot([LayerSnapshot("h1", 0, z=z)], loss=0.7, samples=2)
        >>> rows = [{"layer": "h1", "quantity": "z", "std": 2.0, "rms": 2.0, "spread": 1.1}]
        >>> Prediction.of(rows).against(measured)[["ratio", "within"]].values.tolist()
        [[0.5, False]]
        """
        check_choice("statistic", statistic, PREDICTED)
        known = [one for one in QUANTITIES if one in set(self.table["quantity"])]
        found = pd.concat([at_ends(data, quantity, [epoch]) for quantity in known])
        keys = ["layer", "quantity"]
        mine = self.table[[*keys, statistic, "spread"]].rename(columns={statistic: "predicted"})
        both = found[["run", *keys, statistic]].rename(columns={statistic: "measured"})
        both = both.merge(mine, on=keys).dropna(subset=["predicted"])
        both["ratio"] = both["measured"] / both["predicted"]
        spread = both.pop("spread")
        both["low"], both["high"] = both["predicted"] / spread, both["predicted"] * spread
        slack = 1e-6 * both["predicted"]  # what is known exactly is so to float32's rounding
        both["within"] = (both["measured"] >= both["low"] - slack) & (
            both["measured"] <= both["high"] + slack
        )
        return both.reset_index(drop=True)
