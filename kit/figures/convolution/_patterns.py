"""Drawn patterns in pixels, and frames around places of them."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.board.matrices import WINDOW


def pixels(rows: tuple[str, ...]) -> Any:
    return np.array([[float(letter == "#") for letter in row] for row in rows])


def outline(ax: Any, places: Any, side: int, **look: Any) -> None:
    """Frame the windows of an image that have these upper left corners."""
    wide = plt.rcParams["lines.linewidth"] * 1.8
    look = {"edgecolor": WINDOW, "facecolor": "none", "linewidth": wide, "zorder": 3, **look}
    for i, j in places:
        ax.add_patch(plt.Rectangle((j - 0.5, i - 0.5), side, side, clip_on=False, **look))
