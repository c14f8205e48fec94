"""Names at the ends of lines, one above the other where the ends lie close together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from kit.plots.texts import ems, room_of
from kit.recordings.display import printable, shortened

__all__ = ["End", "name_ends", "shown_name", "spread", "width_of"]

_HEIGHT = 1.3  # of a name, in font sizes
_AWAY = 0.03  # of the Axes' width, between a line and its name
_SIZE = 0.9  # of a name, in font sizes of the figure
_EARLY = 0.9  # of the Axes' width: to a line that ends before leads a line too
_LONGEST = 24  # characters of a name
_MOVED = 0.3  # from this share of its height on, a line leads from the end to its name


class End(NamedTuple):
    """Where a line ends, in data coordinates, and what is written there."""

    x: float
    y: float
    name: str
    color: str


def name_ends(ax: Axes, ends: Sequence[End]) -> None:
    """Write names to the right of Axes, at the heights of their lines' ends.

    Names that would lie on each other are moved apart, and a thin line leads to the end of each.
    The limits of the Axes are kept as they are from now on.

    Parameters
    ----------
    ax
        With everything drawn on it.
    ends
        Those without a finite y stand below the others.
    """
    ax.set_xlim(ax.get_xlim())
    ax.set_ylim(ax.get_ylim())
    shown = [end for end in ends if end.name]
    if not shown:
        return
    high = _HEIGHT * _letters() / _inner_height(ax)
    heights = [_height(ax, end) for end in shown]
    for end, height, place in zip(shown, heights, spread(heights, high), strict=True):
        moved = np.isfinite(end.y) and (
            abs(place - height) > _MOVED * high or _along(ax, end) < _EARLY
        )
        line = {"arrowstyle": "-", "linestyle": ":", "color": end.color, "shrinkA": 0, "shrinkB": 2}
        ax.annotate(
            end.name,
            (end.x, end.y) if moved else (1, place),
            xycoords="data" if moved else "axes fraction",
            xytext=(1 + _AWAY, place),
            textcoords="axes fraction",
            color=end.color,
            fontsize=_letters(),
            fontweight="bold",
            va="center",
            annotation_clip=False,
            arrowprops=line | {"relpos": (0, 0.5)} if moved else None,
            parse_math=False,
        )


def spread(
    places: Sequence[float],
    apart: float | Sequence[float],
    low: float = 0.0,
    high: float = 1.0,
) -> list[float]:
    """Places as near as can be to those given, at least `apart` from each other, in their order.

    Where what stands there is of several heights, `apart` has one for each place, and two places
    are as far apart as half of both.

    The sum of squared distances is the least possible (isotonic regression by pooling
    neighbours); what lies beyond `low` and `high` is moved within, while there is room.

    Examples
    --------
    >>> spread([0.5, 0.5], 0.2), spread([0.1, 0.9], 0.2)
    ([0.4, 0.6], [0.1, 0.9])
    >>> spread([0.5, 0.5], [0.4, 0.2])
    [0.35, 0.65]
    """
    if not places:
        return []
    order = np.argsort(places, kind="stable")
    heights = np.broadcast_to(np.asarray(apart, np.float64), len(places))[order]
    steps = np.append(0.0, np.cumsum((heights[1:] + heights[:-1]) / 2))
    # without the steps that there must be between them, they must not descend
    pools: list[tuple[float, int]] = []
    for place in np.asarray(places, np.float64)[order] - steps:
        mean, count = float(place), 1
        while pools and pools[-1][0] >= mean:
            other, more = pools.pop()
            mean, count = (mean * count + other * more) / (count + more), count + more
        pools.append((mean, count))
    sorted_ = np.repeat([mean for mean, _ in pools], [count for _, count in pools])
    sorted_ = np.clip(sorted_, low, max(low, high - steps[-1])) + steps
    found = np.empty(len(places))
    found[order] = sorted_
    return [float(place) for place in found.round(12)]


def width_of(names: Sequence[str]) -> float:
    """Points that the longest of the names takes."""
    return max((ems(name, "bold") for name in names if name), default=0.0) * _letters()


def _letters() -> float:
    return _SIZE * float(plt.rcParams["font.size"])


def _inner_height(ax: Axes) -> float:
    """Points from the lower to the upper edge of Axes, about, before the layout."""
    _, high = room_of(ax)
    return max(high - 5 * float(plt.rcParams["font.size"]), high / 3)


def shown_name(name: str) -> str:
    """A name as it is written: on one line, the end of a long one."""
    return shortened(printable(name), _LONGEST)


def _along(ax: Axes, end: End) -> float:
    """How far along the Axes a line ends, as a share of their width."""
    there, _ = ax.transAxes.inverted().transform(ax.transData.transform((end.x, end.y)))
    return float(there)


def _height(ax: Axes, end: End) -> float:
    """Height of an end, as a share of the Axes' height, within them."""
    if not np.isfinite(end.y):
        return 0.0
    _, there = ax.transAxes.inverted().transform(ax.transData.transform((end.x, end.y)))
    return float(np.clip(there, 0, 1)) if np.isfinite(there) else 0.0
