"""Lines of many runs: for each group the median, and a band from the lowest to the highest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from kit.plots.ends import End
from kit.plots.styling import THEMES, series_styles
from kit.plots.tables import DECADES

__all__ = [
    "MOST_BANDS",
    "band_words",
    "draw_group",
    "floor_of",
    "has_zeros",
    "is_log",
    "looks",
    "middles_of",
]

MOST_BANDS = 5
"""Lines that have a band each; the bands of more would hide each other."""

_BAND = 0.18  # opacity
_BELOW = 0.5  # of the smallest value: there 0 stands on a logarithmic axis
_MOST_MARKS = 12  # on a line: of more, each epoch's is no news
_ON_LIGHT, _ON_DARK = (0.0, 0.58), (0.4, 1.0)  # of the colours of many groups: 3:1 at least


def looks(count: int, color: str | None = None) -> list[dict[str, Any]]:
    """Colour, line and mark of each of several groups.

    Up to five have the colours of series, one has `color` if that is given; more have colours
    from dark to bright, in their order.
    """
    found = series_styles(count)
    if count == 1 and color is not None:
        found[0]["color"] = color
    if count > len({one["color"] for one in found}):
        dark = plt.rcParams["axes.facecolor"] == THEMES["dark"]["back"]
        shades = np.linspace(*(_ON_DARK if dark else _ON_LIGHT), count)
        for one, shade in zip(found, plt.get_cmap("viridis")(shades), strict=True):
            one["color"] = to_hex(shade)
    return found


def draw_group(
    ax: Axes,
    found: pd.DataFrame,
    name: str,
    look: Mapping[str, Any],
    *,
    band: bool = True,
    floor: float = -np.inf,
    lost: str = "not finite",
) -> End:
    """Draw a group's median and band; where its line ends.

    Parameters
    ----------
    ax
        Axes to draw on.
    found
        As of `kit.recordings.profiles.over_runs`; its index is where on the x axis.
    name
        Of the group.
    look
        Of `looks`.
    band
        Whether the band is drawn.
    floor
        What is below stands there: 0, on a logarithmic axis.
    lost
        What is said of runs that have no finite number somewhere.
    """
    x = found.index.to_numpy()
    low, middle, high = found[["low", "middle", "high"]].clip(lower=floor).to_numpy(np.float64).T
    if band and (found["runs"] > 1).any():
        ax.fill_between(x, low, high, color=look["color"], alpha=_BAND, linewidth=0)
    mark = look["marker"] if len(x) <= _MOST_MARKS else ""
    ax.plot(x, middle, label=name, **{**look, "marker": mark})
    drawn = np.flatnonzero(np.isfinite(middle))
    without, runs = int(found["lost"].max()), int(found["runs"].max())
    more = ""
    if not len(drawn):
        more = "no number"
    elif without:
        more = f"{without} of {runs} {lost}" if runs > 1 else lost
    at = int(drawn[-1]) if len(drawn) else -1
    told = ": ".join(part for part in (name, more) if part)
    return End(float(x[at]), float(middle[at]), told, look["color"])


def is_log(scale: str, values: Sequence[float] | np.ndarray) -> bool:
    """Whether an axis is logarithmic: as asked for, or where what is drawn spans decades."""
    finite = np.asarray(values, np.float64)
    finite = finite[np.isfinite(finite)]
    positive = finite[finite > 0]
    if scale != "auto":
        return scale == "log" and len(positive) > 0
    return (
        len(positive) > 0 and not (finite < 0).any() and positive.max() > DECADES * positive.min()
    )


def middles_of(lines: Iterable[pd.DataFrame]) -> np.ndarray:
    """The medians of several lines, one after the other."""
    return np.concatenate([found["middle"].to_numpy(np.float64) for found in lines])


def has_zeros(lines: Iterable[pd.DataFrame]) -> bool:
    """Whether something is exactly 0."""
    return any(bool((found[["low", "middle"]] == 0).any(axis=None)) for found in lines)


def floor_of(lines: Iterable[pd.DataFrame], log: bool) -> float:
    """Where 0 stands on a logarithmic axis: below all that is drawn; nowhere on another."""
    if not log:
        return -np.inf
    values = np.concatenate([found[["low", "middle"]].to_numpy().ravel() for found in lines])
    return _BELOW * float(values[np.isfinite(values) & (values > 0)].min())


def band_words(runs: Sequence[int], band: bool = True) -> str:
    """What a line, and its band where there is one, are in words; nothing of single runs."""
    few, many = min(runs, default=1), max(runs, default=1)
    if many < 2:
        return ""
    what = "median and range" if band else "median"
    return f"{what} of {many if few == many else f'{few} to {many}'} runs"
