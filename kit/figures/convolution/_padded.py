"""Matrices with a dash in every cell of padding: no number stands there."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from kit.board.stage import frame, place, say
from kit.numerals import general


def with_padding(ax: Axes, values: Any, at: tuple[float, float], **options: Any) -> Axes:
    """Place a matrix with its upper left corner at (row, column), a dash where it has NaN."""
    inner = place(ax, values, *at, **options)
    for i, j in np.argwhere(np.isnan(values)):
        font = 0.75 * plt.rcParams["font.size"]
        inner.text(j + 0.5, i + 0.5, "–", ha="center", va="center", fontsize=font, zorder=4)
    return inner


def draw_window(
    ax: Axes, values: Any, at: tuple[float, float], largest: float, look: int, **options: Any
) -> None:
    """Place a window in its frame, as for `frame`, with its maximum under it."""
    frame(with_padding(ax, values, at, **options), 0, 0, 2, 2, look)
    words = f"max {general(largest)}"
    say(ax, at[0] + 2.7, at[1] + 1, words, 0.85, fontweight="bold")
