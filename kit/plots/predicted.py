"""What theory predicts, drawn beside what was measured: a line, a band over draws, points on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kit.checks import check_choice, check_name, listed
from kit.plots.ends import End
from kit.recordings.prediction import PREDICTED, Prediction

__all__ = ["check_predictions", "draw_points", "draw_predicted", "stops_words",
           "values_of_prediction"]  # fmt: skip

_BAND = 0.22  # opacity
_MARK = 0.62  # of the letters' size


def check_predictions(
    prediction: Any, groups: Sequence[str], statistic: str
) -> dict[str, Prediction]:
    """The predictions by group: one for all, or one for each.

    Raises
    ------
    TypeError, ValueError, UnknownNameError
        For what is none; a statistic that theory has not; a name that is no group's.
    """
    check_choice("statistic", statistic, PREDICTED)
    given = prediction if isinstance(prediction, Mapping) else {"": prediction}
    for name, one in given.items():
        if not isinstance(one, Prediction):
            raise TypeError(
                "`prediction` must be a Prediction, as kit.predict(model, x) gives it, or one by "
                f"value of `color`; got {type(one).__name__}"
            )
        if isinstance(prediction, Mapping):
            check_name("prediction", name, list(groups))
    if not given:
        raise ValueError(f"`prediction` must have a Prediction for one of {listed(groups)}")
    return dict(given)


def values_of_prediction(
    prediction: Prediction, quantity: str, statistic: str, layers: Sequence[str]
) -> pd.DataFrame:
    """Columns low, middle, high, holds of each layer by its place; NaN where theory has none."""
    table = prediction.to_frame()
    table = table[table["quantity"] == quantity].set_index("layer").reindex(list(layers))
    middle, spread = table[statistic].to_numpy(float), table["spread"].to_numpy(float)
    holds = [pd.isna(one) or bool(one) for one in table["holds"]]
    return pd.DataFrame(
        {"low": middle / spread, "middle": middle, "high": middle * spread, "holds": holds}
    )


def draw_predicted(ax: Axes, found: pd.DataFrame, name: str, color: str) -> End:
    """Draw a line through what is predicted, and a band over draws; where the line ends.

    It is dashed where weights are not what theory takes.

    Parameters
    ----------
    ax
        Axes to draw on.
    found
        Of `values_of_prediction`.
    name
        At its end.
    color
        Of both.
    """
    low, middle, high = found[["low", "middle", "high"]].to_numpy(float).T
    places = np.arange(len(found))
    ax.fill_between(
        places, low, high, color=color, alpha=_BAND, linewidth=0, label="range of draws"
    )
    width = 1.2 * float(plt.rcParams["lines.linewidth"])
    style = "-" if found["holds"].all() else "--"
    ax.plot(
        places, middle, color=color, linestyle=style, linewidth=width, label=name or "predicted"
    )
    drawn = np.flatnonzero(np.isfinite(middle))
    at = int(drawn[-1]) if len(drawn) else -1
    return End(float(at), float(middle[at]), name, color)


def draw_points(ax: Axes, found: pd.DataFrame, name: str, look: Mapping[str, Any]) -> None:
    """Draw what was measured: a point for each layer, from the lowest run to the highest a bar.

    Parameters
    ----------
    ax
        Axes to draw on.
    found
        As of `kit.recordings.profiles.over_runs`.
    name
        Of the group.
    look
        Of `kit.plots.groups.looks`.
    """
    low, middle, high = found[["low", "middle", "high"]].to_numpy(float).T
    color = look["color"]
    if (found["runs"] > 1).any():
        ax.vlines(found.index, low, high, color=color, linewidth=0.14 * plt.rcParams["font.size"])
    ax.plot(
        found.index, middle, linestyle="", marker=look["marker"] or "o", color=color,
        markersize=_MARK * plt.rcParams["font.size"], markeredgecolor=plt.rcParams["text.color"],
        label=name or "measured", zorder=4,
    )  # fmt: skip


def stops_words(predictions: Mapping[str, Prediction]) -> str:
    """Where theory stops, in a line under the axis; nothing where it does not."""
    stops = {layer for one in predictions.values() for layer in one.stops}
    doubts = {layer for one in predictions.values() for layer in one.doubts}
    said = [f"theory stops at {listed(sorted(stops))}"] if stops else []
    return "; ".join(said + (["dashed: theory need not hold"] if doubts else []))
