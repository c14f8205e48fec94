"""Lines over five layers or many epochs, all on one logarithmic axis, with names where they end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from kit.plots.ends import spread

__all__ = ["about", "name_lines", "tidy_decades"]

_AIR = 0.05  # of a panel's width, between a line's end and its name

_BUNDLE = 1.8  # heights of a name, within which lines end together


def about(value: float) -> str:
    """A factor in two digits that count: 7,700,000; 4.1.

    Examples
    --------
    >>> about(7_654_321.0), about(4.06), about(12.4)
    ('7,700,000', '4.1', '12')
    """
    digits = 1 - int(np.floor(np.log10(value)))
    return f"{round(value, digits):,.{max(0, digits)}f}"


def name_lines(
    ax: Axes,
    ends: Mapping[str, tuple[float, float]],
    colors: Sequence[Any],
    *,
    left: bool = False,
    together: str | None = None,
    size: float = 0.85,
) -> None:
    """Write names beside the ends of lines, in their colours, none upon another.

    Parameters
    ----------
    ax
        With its limits as they stay; the room for the names lies within.
    ends
        By name, which may have several rows of text, where its line ends: (x, y).
    colors
        One for each.
    left
        Whether the names stand before their lines.
    together
        The one name of all lines, in the style's ink, where they end so close together that names
        of their own would not tell them apart; None names each.
    size
        Of the letters, relative to the style's.
    """
    figure: Any = ax.figure
    font = size * plt.rcParams["font.size"]
    high = figure.get_size_inches()[1] * 72 * 0.66  # points that a panel is high, about
    to_axes = ax.transData + ax.transAxes.inverted()
    places = [float(to_axes.transform(end)[1]) for end in ends.values()]
    row = 1.25 * font / high
    if together is not None and max(places) - min(places) < _BUNDLE * row:
        colors, places = [plt.rcParams["text.color"]], [float(np.mean(places))]
        ends = {together: next(iter(ends.values()))}
    apart = [row * (name.count("\n") + 1) for name in ends]
    for (name, (x, _)), place, color in zip(
        ends.items(), spread(places, apart, row / 2), colors, strict=True
    ):
        at = float(to_axes.transform((x, 1))[0]) + (-_AIR if left else _AIR)
        ax.text(
            at, place, name, transform=ax.transAxes, color=color, fontsize=font, linespacing=1.05,
            fontweight="bold", ha="right" if left else "left", va="center",
        )  # fmt: skip


def tidy_decades(ax: Axes, low: float, high: float, every: int = 2) -> None:
    """A logarithmic y axis from decade to decade, a tick for every few of them."""
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    ax.set_yscale("log")
    ax.set_ylim(10.0**first, 10.0**last)
    ax.set_yticks([10.0**k for k in range(last, first - 1, -every)])
    ax.minorticks_off()
