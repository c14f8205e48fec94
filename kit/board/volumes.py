"""Volumes of numbers, height x width x channels, as slanted blocks."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

__all__ = ["plot_volume"]

SLANT = 0.5
"""How far one channel moves the back to the right and up, in pixels of the front."""


def plot_volume(
    ax: Axes,
    sides: Sequence[float],
    column: float,
    row: float,
    *,
    color: str,
    slices: bool = False,
) -> None:
    """Draw a block whose front has its upper left corner at (column, row).

    Parameters
    ----------
    ax
        Axes with rows that count downwards, as a stage's.
    sides
        (height, width, channels) of the block as it is drawn. A layer seen from its side has its
        channels as the width and its width as the depth.
    column, row
        Where, in units of the Axes; a pixel is one unit.
    color
        Of the front; top and side are darker.
    slices
        Whether the channels are told apart by lines.

    Examples
    --------
    >>> from kit.board.stage import new_stage
    >>> _, ax = new_stage(20, 20)
    >>> plot_volume(ax, (8, 8, 3), 2, 6, color="#0072B2")
    >>> len(ax.patches)
    3
    """
    height, width, channels = sides
    depth = SLANT * channels
    right, bottom = column + width, row + height
    back = plt.rcParams["axes.facecolor"]
    look = {"edgecolor": plt.rcParams["text.color"], "linewidth": plt.rcParams["axes.linewidth"]}
    faces = (
        ([(column, row), (right, row), (right, bottom), (column, bottom)], 0.45),
        ([(column, row), (column + depth, row - depth), (right + depth, row - depth),
          (right, row)], 0.7),
        ([(right, row), (right + depth, row - depth), (right + depth, bottom - depth),
          (right, bottom)], 0.9),
    )  # fmt: skip
    for corners, strength in faces:
        ax.add_patch(Polygon(corners, facecolor=_mixed(color, back, strength), **look))
    for k in range(1, round(channels)) if slices else ():
        at = SLANT * k
        ax.plot(
            [column + at, right + at, right + at], [row - at, row - at, bottom - at],
            color=look["edgecolor"], linewidth=look["linewidth"] * 0.5,
        )  # fmt: skip


def _mixed(color: str, back: str, strength: float) -> tuple[float, ...]:
    """Of `color` so much, the rest of the background's: opaque, so that nothing shines through."""
    from matplotlib.colors import to_rgb

    pairs = zip(to_rgb(color), to_rgb(back), strict=True)
    return tuple(strength * one + (1 - strength) * other for one, other in pairs)
