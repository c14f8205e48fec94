"""Many small panels of one quantity: rows against columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast

from matplotlib.figure import Figure

from kit.checks import check_choice
from kit.plots.distributions import FOOTNOTE, axis_label, plot_violins, set_limits
from kit.plots.margins import write_note
from kit.plots.measured import (
    MOST_LAYERS,
    Measured,
    Moment,
    check_measured,
    chosen_layers,
    layers_words,
)
from kit.plots.scales import check_scale, choose_scale
from kit.plots.styling import LABELS, subplots

__all__ = ["compare"]

SHARES = ("all", "row", "none")


def compare(
    grid: Mapping[str, Mapping[str, Measured]],
    quantity: str,
    *,
    epoch: int | None = None,
    step: int | None = None,
    layers: str | Sequence[str] | None = None,
    scale: str = "auto",
    share: str = "all",
    title: str | None = None,
) -> Figure:
    """Draw a grid of violin panels, as activations against initializers.

    Parameters
    ----------
    grid
        By row name and column name, a Snapshot or a Recording; every row has the same columns.
    quantity
        One of z, activation, delta, weight, gradient.
    epoch, step
        Which capture, as for `plot_violins`, in every panel.
    layers
        As for `plot_violins`, for every panel; the note below says how many of how many.
    scale
        As for `plot_violins`, for the panels that share an axis together.
    share
        Which panels share their y axis: ``"all"``, those of a ``"row"``, or ``"none"``. The
        figure says so.
    title
        Above the whole.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, UnknownNameError, ValueError
        As `plot_violins`; also for what is no grid, and an empty or ragged one.

    Examples
    --------
    >>> import numpy as np
    >>> from kit.recordings import LayerSnapshot, Snapshot
    >>> z = np.random.default_rng(0).normal(size=(100, 5))
    >>> one = Snapshot([LayerSnapshot("h1", 0, z=z)], loss=0.7, samples=100)
    >>> len(compare({"tanh": {"Glorot": one, "He": one}}, "z").axes)
    2
    """
    check_scale(scale)
    check_choice("share", share, SHARES)
    columns = _columns_of(grid)
    moment = Moment(epoch, step)
    names = {
        (row, column): chosen_layers(data, quantity, layers, MOST_LAYERS)
        for row, cells in grid.items()
        for column, data in cells.items()
    }
    sketches = {
        (row, column): [moment.sketch(grid[row][column], quantity, name) for name in found]
        for (row, column), found in names.items()
    }
    shared = cast(Literal["all", "row", "none"], share)  # the words are those of plt.subplots
    figure, axes = subplots(len(grid), len(columns), sharey=shared, squeeze=False)
    for i, (row, cells) in enumerate(grid.items()):
        for j, (column, data) in enumerate(cells.items()):
            ax = axes[i, j]
            together = [
                sketch
                for (r, c), found in sketches.items()
                for sketch in found
                if share == "all" or (r == row and (share == "row" or c == column))
            ]
            chosen = choose_scale(together, scale)
            plot_violins(
                *(data, quantity), epoch=epoch, step=step, layers=names[row, column],
                scale=chosen, numbers=False, ax=ax,
            )  # fmt: skip
            set_limits(ax, together, chosen)
            name = row if share == "all" else f"{row}\n({chosen.name} scale)"
            ax.set_ylabel(name if j == 0 else "", fontweight="bold")
            ax.set_title(column) if i == 0 else None
    words = {"all": "One axis for all panels.", "row": "One axis for each row."}
    figure.supylabel(axis_label(quantity, chosen) if share == "all" else LABELS[quantity])
    of = set() if layers is not None else _of_how_many(grid, quantity, names)
    note = [words.get(share, "An axis for each panel."), FOOTNOTE]
    if of:
        note.insert(0, f"{of.pop() if len(of) == 1 else f'At most {MOST_LAYERS} layers each'}.")
    labels = {ax.get_xlabel() for ax in axes.flat}
    if len(labels) == 1 and (label := labels.pop()):  # said once, not under each panel
        note.insert(0, f"{label[0].upper()}{label[1:]}.")
        for ax in axes.flat:
            ax.set_xlabel("")
    write_note(figure, " ".join(note))
    if title:
        figure.suptitle(title)
    return figure


def _of_how_many(
    grid: Mapping[str, Mapping[str, Measured]],
    quantity: str,
    names: Mapping[tuple[str, str], Sequence[str]],
) -> set[str]:
    """What is said of panels that show some of the layers; nothing where all show all."""
    said = {
        layers_words(found, chosen_layers(grid[row][column], quantity, None))
        for (row, column), found in names.items()
    }
    return said if said != {""} else set()


def _columns_of(grid: object) -> list[str]:
    """The columns of a grid, checked, cell by cell."""
    if not isinstance(grid, Mapping):
        raise TypeError(f"`grid` must be a dict of rows, by name; got {type(grid).__name__}")
    for row, cells in grid.items():
        if not isinstance(cells, Mapping):
            raise TypeError(
                "`grid` must have a dict for each row, as {'before': {'tanh': snapshot}}; got "
                f"{type(cells).__name__} as row {row!r}"
            )
    columns = list(next(iter(grid.values()), {}))
    if not columns or any(list(cells) != columns for cells in grid.values()):
        raise ValueError(
            "`grid` must have rows of the same columns, one at least; got "
            f"{ {name: list(cells) for name, cells in grid.items()} }"
        )
    for row, cells in grid.items():
        for column, data in cells.items():
            check_measured(data, f"grid[{row!r}][{column!r}]")
    return columns
