"""Several matrices on one picture, all placed in units of a cell: equations and steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from kit.board.matrices import MARGIN, draw_frame, plot_matrix
from kit.plots.styling import SERIES, subplots

__all__ = ["arrow", "bracket", "dot", "frame", "new_stage", "place", "say", "set_stage"]

LOOKS = ((SERIES[1][0], "-"), (SERIES[0][0], "--"), (SERIES[2][0], "-."), (SERIES[3][0], ":"))
"""Colour and line of the frames, told apart in print too."""


def new_stage(columns: float, rows: float) -> tuple[Figure, Axes]:
    """A Figure of one stage."""
    figure, ax = subplots()
    return figure, set_stage(ax, columns, rows)


def set_stage(ax: Axes, columns: float, rows: float) -> Axes:
    """Make the Axes a bare plane of columns x rows cells, (0, 0) at the upper left."""
    ax.set(xlim=(0, columns), ylim=(rows, 0), aspect="equal", xticks=[], yticks=[])
    ax.set_axis_off()
    return ax


def place(
    ax: Axes,
    values: np.ndarray | Sequence[Sequence[float]],
    row: float,
    column: float,
    *,
    cell: float = 1.0,
    title: str | None = None,
    title_size: float = 0.85,
    **options: Any,
) -> Axes:
    """Draw a matrix with its upper left corner at (row, column) of a stage.

    Parameters
    ----------
    ax
        The stage.
    values
        (rows, columns), as for `plot_matrix`.
    row, column
        Where, in cells of the stage.
    cell
        Side of one of the matrix's cells, in cells of the stage.
    title, title_size
        Above it, and the size of its letters, relative to the style's.
    options
        As for `plot_matrix`.

    Returns
    -------
    Axes
        Of the matrix alone, in units of its cells.

    Examples
    --------
    >>> _, ax = new_stage(6, 4)
    >>> place(ax, [[1, 2], [3, 4]], 1, 1, title="input").get_title()
    'input'
    """
    columns, rows = ax.get_xlim()[1], ax.get_ylim()[0]
    edge = MARGIN * cell  # room for the lines of the outermost cells
    height, width = len(values) * cell + 2 * edge, len(values[0]) * cell + 2 * edge
    left, bottom = column - edge, rows - (row - edge + height)
    inner = ax.inset_axes((left / columns, bottom / rows, width / columns, height / rows))
    plot_matrix(values, ax=inner, **options)
    if title is not None:
        font = plt.rcParams["font.size"] * title_size
        inner.set_title(title, fontsize=font, fontweight="normal", pad=font * 0.35)
    return inner


def frame(ax: Axes, row: float, column: float, height: float, width: float, look: int = 0) -> None:
    """Frame a part; frames of different looks differ in colour and line."""
    color, line = LOOKS[look]
    draw_frame(ax, row, column, height, width, thick=1.4, edgecolor=color, ls=line, zorder=5)


def say(ax: Axes, row: float, column: float, words: str, size: float = 1.0, **options: Any) -> Text:
    """Write at (row, column), centred unless told otherwise."""
    options = {"ha": "center", "va": "center"} | options
    return ax.text(column, row, words, fontsize=plt.rcParams["font.size"] * size, **options)


def dot(ax: Axes, row: float, column: float) -> None:
    """Mark a point."""
    ax.plot(
        [column], [row], "o", color=LOOKS[0][0], markersize=plt.rcParams["font.size"] * 0.28,
        zorder=6, clip_on=False,
    )  # fmt: skip


def arrow(ax: Axes, row: float, start: float, end: float) -> None:
    """Draw an arrow along a row, from one column to another."""
    look = {"arrowstyle": "-|>", "color": plt.rcParams["text.color"], "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (end, row), (start, row), arrowprops=look)


def bracket(ax: Axes, row: float, first: float, last: float, words: str, look: int = 0) -> None:
    """Draw a bracket open to above from column `first` to `last`, with words under it."""
    ax.plot(
        [first, first, last, last], [row - 0.2, row, row, row - 0.2], color=LOOKS[look][0],
        linewidth=plt.rcParams["lines.linewidth"] * 1.6, clip_on=False,
    )  # fmt: skip
    say(ax, row + 0.1, (first + last) / 2, words, va="top")
