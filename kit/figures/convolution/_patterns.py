"""Drawn patterns in pixels, and frames around places of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from kit.board.matrices import draw_frame


def pixels(rows: tuple[str, ...]) -> np.ndarray:
    return np.array([[float(letter == "#") for letter in row] for row in rows])


def outline(ax: Axes, places: Iterable[tuple[int, int]], side: int, **look: Any) -> None:
    """Frame the windows of an image that have these upper left corners."""
    look = {"thick": 1.8} | look
    for i, j in places:  # pixels have their middle at whole numbers
        draw_frame(ax, i - 0.5, j - 0.5, side, side, **look)
