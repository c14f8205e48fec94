"""A row of layers: their feature maps in pixels of one size, and the probabilities at its end."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from kit.board.stage import say
from kit.plots.styling import SERIES
from kit.plots.tiles import mosaic

MAPS_MIDDLE = 168.0  # of the row, in pixels from above


def draw_maps(
    ax: Axes, maps: Any, column: float, columns: int, scale: float = 1.0
) -> tuple[float, float]:
    """Draw maps (n, height, width) in so many columns, black for 0; how wide and high they are."""
    whole = mosaic(maps, columns, gap=2)
    high, wide = (scale * side for side in whole.shape)
    top = MAPS_MIDDLE - high / 2
    back: dict[str, Any] = {"facecolor": plt.rcParams["grid.color"], "linewidth": 0}
    ax.add_patch(Rectangle((column, top), wide, high, zorder=0, **back))
    bright = float(np.quantile(maps, 0.998)) or 1.0
    ax.imshow(
        whole, cmap="gray", vmin=min(0.0, float(maps.min())), vmax=bright, interpolation="nearest",
        extent=(column, column + wide, top + high, top), zorder=1,
    )  # fmt: skip
    return wide, high


def draw_probabilities(ax: Axes, probabilities: Any, name: str, at: float, marked: int) -> None:
    """Draw a bar for each class from column `at` on, one of them marked; name: of the layer."""
    ink, accent = plt.rcParams["text.color"], SERIES[1][0]
    step, longest = 13.0, 568 - at
    for label, probability in enumerate(probabilities):
        row = MAPS_MIDDLE + step * (label - 4.5)
        taken = label == marked
        look: dict[str, Any] = {
            "facecolor": accent if taken else SERIES[0][0],
            "hatch": "//" if taken else "",
        }
        ax.add_patch(
            Rectangle(
                (at, row - 4.5),
                longest * probability,
                9,
                edgecolor=plt.rcParams["axes.facecolor"],
                **look,
            )
        )
        ax.plot([at, at], [row - 5, row + 5], color=ink, linewidth=1)
        weight = "bold" if taken else "normal"
        say(ax, row, at - 3, f"{label}", 0.8, ha="right", fontweight=weight)
        if taken:
            end = at + longest * probability
            say(ax, row, end + 3, f"{probability:.3f}", 0.8, ha="left", fontweight=weight)
    say(ax, MAPS_MIDDLE - 5 * step - 4, at, f"{name}: probability\nof each class", 0.8, ha="left",
        va="bottom", linespacing=1.1)  # fmt: skip
