"""Numbers in cells: inputs, kernels and outputs of the worked examples."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from kit.checks import as_matrix, check_number, shown
from kit.numerals import general
from kit.plots.styling import SERIES, subplots

__all__ = ["draw_frame", "plot_matrix"]

NEGATIVE = SERIES[0][0]
"""The colour of what is below 0, where cells are shaded; their numbers say so too."""

WINDOW = SERIES[1][0]
"""The colour of what is looked at now."""

Padding = tuple[tuple[int, int], tuple[int, int]]

MARGIN = 0.05
"""Cells of room on every side of a matrix, for the lines of its outermost cells."""


def plot_matrix(
    values: ArrayLike,
    *,
    window: tuple[int, int, int, int] | None = None,
    weights: ArrayLike | None = None,
    padding: Padding = ((0, 0), (0, 0)),
    marked: Sequence[tuple[int, int]] = (),
    shades: bool = False,
    limit: float | None = None,
    number: Callable[[float], str] = general,
    size: float = 1.0,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a matrix as a grid of cells with its numbers.

    Parameters
    ----------
    values
        (rows, columns) numbers; NaN leaves a cell empty.
    window
        (row, column, height, width) of a part to frame and tint, in cells of `values`.
    weights
        (height, width): small numbers in the corner of the window's cells, a kernel's. The
        numbers of these cells make room for them.
    padding
        ((above, below), (left, right)) cells of `values` that are padding: drawn in grey with
        a dashed edge.
    marked
        (row, column) of cells to frame and print bold.
    shades
        Whether the cells are shaded by their magnitude, from white for 0 to grey for `limit`, or
        to blue for its negative.
    limit
        Magnitude of the darkest grey, and of what is beyond; None takes the largest of `values`.
    number
        From a number to its text.
    size
        Of the letters, relative to the style's.
    title
        Above it.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        For values that are no matrix of numbers, a window, padding or marked cells that do not
        lie in it, weights without a window or of another shape, a `limit` that is not positive.

    Examples
    --------
    >>> plot_matrix([[1, 2], [3, 4]], window=(0, 0, 1, 2), weights=[[5, 6]]).get_title()
    ''
    """
    array = as_matrix("values", values, finite=False)
    rows, columns = array.shape
    _check_places(array.shape, window, padding, marked := list(marked))
    marked = [(i, j) for i, j in marked]
    kernel = None if weights is None else _kernel(weights, window)
    if limit is not None:
        check_number("limit", limit, 0, expected="a positive number or None", open_ends=True)
    if ax is None:
        ax = subplots()[1]
    weighted = np.zeros(array.shape, dtype=bool)
    if window is not None and kernel is not None:
        weighted[window[0] : window[0] + window[2], window[1] : window[1] + window[3]] = True
    largest = limit or np.abs(array, where=np.isfinite(array), out=np.zeros(array.shape)).max()
    for (i, j), value in np.ndenumerate(array):
        shaded = shades and largest and not np.isnan(value)
        shade = 0.45 * float(np.clip(value / largest, -1, 1)) if shaded else 0.0
        _draw_cell(ax, i, j, shade, _is_padding(i, j, array.shape, padding))
        if not np.isnan(value):
            at = (j + 0.31, i + 0.34) if weighted[i, j] else (j + 0.5, i + 0.5)
            _write(ax, at, number(value), size, (i, j) in marked)
    frames = [(i, j, 1, 1) for i, j in marked] + ([] if window is None else [window])
    for cells in frames:
        draw_frame(ax, *cells, facecolor=(*to_rgb(WINDOW), 0.18), clip_on=True)
    if window is not None:
        _write_weights(ax, window, kernel, size)
    ax.set_xlim(-MARGIN, columns + MARGIN)
    ax.set_ylim(rows + MARGIN, -MARGIN)
    ax.set(aspect="equal", xticks=[], yticks=[])
    ax.set_axis_off()
    if title is not None:
        ax.set_title(title)
    return ax


def draw_frame(
    ax: Axes,
    row: float,
    column: float,
    height: float,
    width: float,
    *,
    thick: float = 1.5,
    **look: Any,
) -> Rectangle:
    """Draw a frame around cells or pixels, as for a window.

    Parameters
    ----------
    ax
        Axes with rows that count downwards.
    row, column
        Of its upper left corner.
    height, width
        Of what it frames.
    thick
        Of the line, relative to the style's.
    look
        As for matplotlib's Rectangle; else the window's colour, empty, over what it frames.

    Returns
    -------
    Rectangle

    Examples
    --------
    >>> draw_frame(plot_matrix([[1, 2], [3, 4]]), 0, 1, 2, 1).get_xy()
    (1, 0)
    """
    usual = {"edgecolor": WINDOW, "facecolor": "none", "zorder": 3, "clip_on": False}
    options: dict[str, Any] = {"linewidth": thick * plt.rcParams["lines.linewidth"]}
    patch = Rectangle((column, row), width, height, **options | usual | look)
    ax.add_patch(patch)
    return patch


def _kernel(weights: ArrayLike, window: tuple[int, int, int, int] | None) -> np.ndarray:
    """The weights, if they have the shape of the window."""
    if window is None:
        raise ValueError("`weights` must come with the `window` whose cells they belong to")
    kernel = as_matrix("weights", weights)
    if kernel.shape != tuple(window[2:]):
        raise ValueError(
            f"`weights` must have the window's shape {tuple(window[2:])}; got {kernel.shape}"
        )
    return kernel


def _check_places(shape: tuple[int, ...], window: Any, padding: Any, marked: list[Any]) -> None:
    """Refuse what does not lie in the matrix."""
    rows, columns = shape
    size = f"{rows}x{columns}"
    if window is not None:
        good = _whole(window, 4) and min(window[2:]) > 0
        if not good or window[0] + window[2] > rows or window[1] + window[3] > columns:
            raise ValueError(
                f"`window` must be (row, column, height, width) within {size}; got {shown(window)}"
            )
    sides = list(padding) if isinstance(padding, (tuple, list)) else []
    good = len(sides) == 2 and all(_whole(side, 2) for side in sides)
    if not good or sum(sides[0]) > rows or sum(sides[1]) > columns:
        raise ValueError(
            f"`padding` must be ((above, below), (left, right)) within {size}; got {shown(padding)}"
        )
    for cell in marked:
        if not _whole(cell, 2) or cell[0] >= rows or cell[1] >= columns:
            raise ValueError(f"`marked` must hold (row, column) within {size}; got {shown(cell)}")


def _whole(values: Any, n: int) -> bool:
    """Whether they are n integers from 0."""
    return (
        isinstance(values, (tuple, list))
        and len(values) == n
        and all(isinstance(one, numbers.Integral) and int(one) >= 0 for one in values)
    )


def _is_padding(i: int, j: int, shape: tuple[int, ...], padding: Padding) -> bool:
    (above, below), (left, right) = padding
    return not (above <= i < shape[0] - below and left <= j < shape[1] - right)


def _draw_cell(ax: Axes, i: int, j: int, shade: float, is_padding: bool) -> None:
    ink, back = plt.rcParams["text.color"], plt.rcParams["axes.facecolor"]
    line = plt.rcParams["axes.linewidth"]
    if is_padding:
        look = {"facecolor": plt.rcParams["grid.color"], "linestyle": "--", "alpha": 0.6}
    else:
        look = {"facecolor": back}
    ax.add_patch(Rectangle((j, i), 1, 1, edgecolor=ink, linewidth=line, **look))
    if shade and not is_padding:
        color = ink if shade > 0 else NEGATIVE
        ax.add_patch(Rectangle((j, i), 1, 1, facecolor=color, alpha=abs(shade), linewidth=0))


def _write(ax: Axes, at: tuple[float, float], text: str, size: float, bold: bool) -> None:
    ax.text(
        *at, text, ha="center", va="center", zorder=4,
        fontsize=plt.rcParams["font.size"] * size, fontweight="bold" if bold else "normal",
    )  # fmt: skip


def _write_weights(
    ax: Axes, window: tuple[int, int, int, int], kernel: np.ndarray | None, size: float
) -> None:
    if kernel is None:
        return
    for (i, j), weight in np.ndenumerate(kernel):
        ax.text(
            window[1] + j + 0.95, window[0] + i + 0.9, f"×{general(weight)}",
            ha="right", va="baseline", color=WINDOW, zorder=4, fontweight="bold",
            fontsize=max(0.7, 0.7 * size) * plt.rcParams["font.size"],
        )  # fmt: skip
