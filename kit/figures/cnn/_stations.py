"""Stations of a digit on its way through a small network: images, arrows, a bar for each class."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from kit.board.stage import say
from kit.plots.styling import SERIES


def draw_image(ax: Axes, image: Any, column: float, row: float, side: float, **look: Any) -> None:
    """An image with its upper left corner at (column, row), in a thin frame."""
    usual: dict[str, Any] = {"cmap": "gray", "vmin": 0, "vmax": float(image.max()) or 1.0}
    extent = (column, column + side, row + side, row)
    ax.imshow(image, extent=extent, interpolation="nearest", zorder=2, **usual | look)
    edge = {"edgecolor": plt.rcParams["text.color"], "linewidth": 0.8, "fill": False, "zorder": 3}
    ax.add_patch(Rectangle((column, row), side, side, **edge))


def draw_arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ink = plt.rcParams["text.color"]
    look = {"arrowstyle": "-|>", "color": ink, "shrinkA": 3, "shrinkB": 3, "lw": 1.4}
    ax.annotate("", end, start, arrowprops=look, zorder=1)


def draw_bracket(ax: Axes, rows: tuple[float, float], column: float) -> None:
    """A bracket on the right of what stands between two rows: it goes on as one."""
    edges = [column, column + 1, column + 1, column]
    ax.plot(edges, np.repeat(rows, 2), color=plt.rcParams["text.color"], linewidth=1.4)


def draw_bars(
    ax: Axes, middle: float, column: float, room: float, values: Any, marked: int, title: str,
    number: str = "",
) -> None:  # fmt: skip
    """A bar for each class, one below the other; the one that is taken marked, with a number."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    unit = room / (high - low)
    zero = column - low * unit
    for label, value in enumerate(values):
        row = middle + 5.2 * (label - 4.5)
        taken = label == marked
        look: dict[str, Any] = {"facecolor": SERIES[1][0] if taken else SERIES[0][0]}
        look |= {"edgecolor": plt.rcParams["axes.facecolor"], "hatch": "//" if taken else ""}
        ax.add_patch(Rectangle((zero, row - 1.9), value * unit, 3.8, linewidth=0, **look))
        weight = "bold" if taken else "normal"
        say(ax, row, column - 0.8, f"{label}", 0.85, ha="right", fontweight=weight)
        if taken:
            say(ax, row, zero + value * unit + 0.8, number, 0.85, ha="left", fontweight=weight)
    ends = middle - 26.5, middle + 26.5
    ax.plot([zero, zero], ends, color=plt.rcParams["text.color"], linewidth=1)
    say(ax, middle - 28.5, column + room / 2, title, 0.9, va="bottom", fontweight="bold")
