"""A network as it is drawn on a board: units in columns, edges as thick as their weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from kit.board.columns import Columns, Paths, PerUnit, check_paths, per_column, wiring_of
from kit.board.pen import Pen, room_for
from kit.checks import as_numbers, check_choice, check_count, check_flag, check_number, shown
from kit.numerals import general
from kit.plots.styling import COLORS, subplots

__all__ = ["place_of", "plot_network"]


def two_decimals(value: float) -> str:
    """A number as it stands in a node or at an edge: short, and 0 only where it is 0.

    Examples
    --------
    >>> two_decimals(-0.916), two_decimals(1.0), two_decimals(0.0031), two_decimals(123.4)
    ('−0.92', '1', '0.003', '123')
    """
    if value and not 0.01 <= abs(value) < 100:
        return general(value, 1 if abs(value) < 1 else 3)
    return general(round(value, 2))


def plot_network(
    network: Any,
    *,
    values: PerUnit | None = None,
    quantity: str | None = None,
    biases: PerUnit | bool | None = None,
    paths: Paths = (),
    labels: Sequence[Sequence[str] | None] | None = None,
    names: Sequence[str] | None = None,
    edge_numbers: bool = False,
    most: int = 10,
    limit: float | None = None,
    number: Callable[[float], str] = two_decimals,
    key: bool = True,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a network of dense layers as units in columns and weights as edges.

    An edge is as thick as the magnitude of its weight; it is solid where the weight is positive,
    blue and dashed where it is negative, and left out where it is 0. Of a column with more units
    than `most` the first ones and the last are drawn, with ⋮ between.

    Parameters
    ----------
    network
        A list of arrays (units before, units), as Keras keeps kernels; or a built Keras model, a
        chain of dense layers. What has no weights, as dropout, is passed over.
    values
        For each column, the inputs first, the numbers (units,) in its nodes, or None; NaN leaves a
        node empty.
    quantity
        What they are: z, activation, delta, weight or gradient. The nodes then have its colour,
        the stronger the larger the magnitude. None leaves them white.
    biases
        For each layer of weights its biases (units,), or None: draws a bias unit, which is always
        1, above the units before, and an edge for each bias. True takes those of a Keras model.
    paths
        Lists of (column, unit), column by column, to be lit up, all else faint. Units count from
        0; ``"bias"`` is the bias unit of a column.
    labels
        For each column the texts above its units, or None.
    names
        A text above each column.
    edge_numbers
        Whether each edge has its weight beside it; for a few units a layer.
    most
        Units that are drawn in a column, the ⋮ counted; 3 at least.
    limit
        Magnitude of the thickest edge; None takes the largest of the weights and biases.
    number
        From a number to its text.
    key
        Whether a key below tells the signs of the edges apart.
    title
        Above it.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes
        x to the right and y up, in units of the pitch from one unit to the next; `place_of` tells
        where a unit stands.

    Raises
    ------
    TypeError, ValueError
        For what is no network of dense layers; values, biases, labels or names of other shapes;
        paths that do not lead from column to column through units that are drawn; an unknown
        quantity; a `limit` that is not positive.

    Examples
    --------
    >>> ax = plot_network([[[1, -2], [0.5, 3]], [[1], [-1]]], values=[[1, 0], [0.7, 0.1], [0.6]])
    >>> [text.get_text() for text in ax.texts]
    ['1', '0', '0.7', '0.1', '0.6']
    """
    wiring = wiring_of(network, biases)
    sizes = wiring.sizes
    check_count("most", most, 3)
    biased = [*(one is not None for one in wiring.biases), False]
    columns = Columns(sizes, biased, int(most))
    numbers, texts = per_column("values", values, sizes), per_column("labels", labels, sizes)
    for k, one in enumerate(numbers):
        if one is not None:
            as_numbers(f"values[{k}]", one, finite=False)
    if names is not None and (isinstance(names, str) or len(names) != len(sizes)):
        raise ValueError(f"`names` must be {len(sizes)} texts, one a column; got {shown(names)}")
    if quantity is not None:
        check_choice("quantity", quantity, COLORS)
    check_flag("edge_numbers", edge_numbers)
    if limit is not None:
        check_number("limit", limit, 0, expected="a positive number or None", open_ends=True)
    lit = check_paths(paths, columns)
    ax = subplots()[1] if ax is None else ax
    words = {"labels": labels is not None, "names": names is not None}
    room = room_for(ax, columns, **words, told=edge_numbers, key=key)
    columns = replace(columns, spacing=room.spacing)
    arrays = [*wiring.weights, *(one for one in wiring.biases if one is not None)]
    largest = limit or max(float(np.abs(one).max(initial=0)) for one in arrays) or 1.0
    pen = Pen(ax, columns, room, lit, number)
    pen.edges(wiring.into, largest, edge_numbers)
    pen.nodes(numbers, COLORS[quantity] if quantity else None)
    pen.words(texts, names)
    if key:
        pen.key(any((one < 0).any() for one in arrays))
    right = room.radius + room.side
    ax.set(xlim=(-right, columns.place(len(sizes) - 1, 0)[0] + right))
    ax.set(ylim=(columns.below - room.under, columns.above + room.over))
    ax.set(aspect="equal", xticks=[], yticks=[])
    ax.set_axis_off()
    if title is not None:
        ax.set_title(title)
    return ax


def place_of(ax: Axes, column: int, unit: int | str) -> tuple[float, float]:
    """Where a unit stands on what `plot_network` drew.

    Parameters
    ----------
    ax
        What it returned.
    column, unit
        As in a path.

    Returns
    -------
    tuple
        x and y of its middle, in data of the Axes.

    Raises
    ------
    ValueError
        For a unit that is not drawn there.

    Examples
    --------
    >>> place_of(plot_network([[[1], [2]]]), 0, 1)
    (0.0, -0.5)
    """
    for patch in ax.patches:
        if isinstance(patch, Circle) and patch.get_gid() == f"unit-{column}-{unit}":
            x, y = np.asarray(patch.get_center())
            return float(x), float(y)
    raise ValueError(f"`unit` must be one that is drawn; got ({column}, {unit!r})")
