"""How a distribution moves over the epochs, or over the training batches."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

from kit.checks import check_choice
from kit.plots.distributions import axis_label
from kit.plots.layer_names import told_apart
from kit.plots.measured import (
    MOST_LAYERS,
    Measured,
    Moment,
    by_steps,
    chosen_layers,
    layers_words,
)
from kit.plots.scales import check_scale, choose_scale, set_scale
from kit.plots.styling import color_of, subplots
from kit.plots.texts import ems, room_of
from kit.stats.sketch import Sketch

__all__ = ["plot_epochs"]

_COLUMNS, _MOST_ROWS = 6, 3  # of Axes, where no more are needed
_LONGEST, _SHORTEST = 24, 6  # characters of a name above Axes
_NOTE = 0.7  # font sizes of what stands below all


def plot_epochs(
    data: Measured,
    quantity: str,
    *,
    layers: str | Sequence[str] | None = None,
    scale: str = "auto",
    by: str = "epoch",
    axes: Axes | Sequence[Axes] | None = None,
) -> np.ndarray:
    """Draw how a quantity's distribution moves over the epochs or steps, layer by layer.

    For each layer the median as a line, the middle half as a dark band and the middle 90 % as a
    light one; on a log scale of the magnitudes that are not 0.
    The layers share their y axis.

    Parameters
    ----------
    data
        A Recording.
    quantity
        One of z, activation, delta, weight, gradient.
    layers
        As for `plot_violins`; all where `axes` are given. Of more than 12 it takes 12, evenly
        spread, the first and the last among them, and the figure says so.
    scale
        As for `plot_violins`, for all layers together.
    by
        ``"epoch"`` draws the captures at the ends of epochs, ``"step"`` all, those within an
        epoch too, against the number of training batches done.
    axes
        One for each layer; None takes new ones, at most six in a row, or of more than 18 layers
        as many rows as a slide has room for.

    Returns
    -------
    ndarray of Axes
        One for each layer.

    Raises
    ------
    TypeError, UnknownNameError, ValueError
        As `plot_violins`; also for an unknown `by`, and for `axes` of another number than the
        layers.

    Examples
    --------
    >>> from kit.recordings import LayerSketches, Recording
    >>> recording = Recording.create()
    >>> for epoch in (0, 1):
    ...     layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([0.5, 1.0, 2.0])})
    ...     recording.add(epoch=epoch, step=epoch, loss=0.7, samples=3, layers=[layer])
    >>> plot_epochs(recording, "z").shape
    (1,)
    """
    check_scale(scale)
    check_choice("by", by, ("epoch", "step"))
    names = chosen_layers(data, quantity, layers, MOST_LAYERS if axes is None else None)
    moments = data.epochs if by == "epoch" else by_steps(data).steps
    table = {name: _over_time(data, quantity, name, moments, by) for name in names}
    everything = [sketch for sketches in table.values() for sketch in sketches]
    chosen = choose_scale(everything, scale)
    new = axes is None
    if axes is None:
        of = "" if layers is not None else layers_words(names, chosen_layers(data, quantity, None))
        axes = _new_axes(len(names), of)
    if isinstance(axes, Axes):
        axes = [axes]
    if len(axes) != len(names):
        raise ValueError(f"`axes` must be one for each of {len(names)} layers; got {len(axes)}")
    color = color_of(quantity)
    for ax, sketches in zip(axes, table.values(), strict=True):
        bands = chosen.all_quantiles(sketches, [0.05, 0.25, 0.5, 0.75, 0.95])
        low, first, middle, third, high = bands.T  # (epochs,) each
        set_scale(ax, chosen)
        ax.fill_between(moments, low, high, color=color, alpha=0.25, linewidth=0)
        ax.fill_between(moments, first, third, color=color, alpha=0.5, linewidth=0)
        ax.plot(moments, middle, color=plt.rcParams["text.color"])
        ax.set_xlabel(by)
        ax.xaxis.set_major_locator(
            MaxNLocator(4 if len(axes) <= _COLUMNS * _MOST_ROWS else 2, integer=True)
        )
        ax.margins(x=0)
    _entitle(axes, names)
    rows = len({_row_of(ax) for ax in axes}) if new else 1
    if rows > 1:
        axes[0].figure.supylabel(axis_label(quantity, chosen))
        _keep_below(axes)
    else:
        axes[0].set_ylabel(axis_label(quantity, chosen))
    return np.asarray(axes)


def _new_axes(count: int, note: str) -> list[Axes]:
    """Axes in rows, as many as there are layers, and what is said below all of them."""
    rows = -(-count // _COLUMNS)
    if rows > _MOST_ROWS:
        rows = max(_MOST_ROWS, math.ceil(math.sqrt(count / 1.7)))
    columns = -(-count // rows)
    figure, grid = subplots(-(-count // columns), columns, sharex=True, sharey=True, squeeze=False)
    for ax in grid.flat[count:]:
        ax.remove()
    if note:
        figure.supxlabel(note, fontsize=_NOTE * plt.rcParams["font.size"])
    return list(grid.flat[:count])


def _row_of(ax: Axes) -> int:
    spec = ax.get_subplotspec()
    return 0 if spec is None else spec.rowspan.start


def _keep_below(axes: Sequence[Axes]) -> None:
    """Ticks and words of the x axis where nothing is below, in the last row or above a gap."""
    columns = sum(_row_of(ax) == 0 for ax in axes)
    for k, ax in enumerate(axes):
        lowest = k + columns >= len(axes)
        ax.tick_params(labelbottom=lowest)
        if not lowest:
            ax.set_xlabel("")


def _entitle(axes: Sequence[Axes], names: Sequence[str]) -> None:
    """Write each layer's name above its Axes: cut, then smaller, where it would not fit."""
    size = FontProperties(size=plt.rcParams["axes.titlesize"]).get_size_in_points()
    room = min(room_of(ax)[0] for ax in axes) - size
    for letters in range(_LONGEST, _SHORTEST - 1, -1):
        titles = told_apart(names, letters)
        wide = max(ems(title, "bold") for title in titles)
        if wide * size <= room:
            break
    for ax, title in zip(axes, titles, strict=True):
        ax.set_title(title, fontsize=min(size, room / wide), parse_math=False)


def _over_time(
    data: Measured, quantity: str, layer: str, moments: Sequence[int], by: str
) -> list[Sketch]:
    """The sketches at all moments; read at one go where the data can."""
    read = getattr(data, "sketches", None)
    found = read(quantity, layer, by) if read is not None else {}
    return [
        found[at] if at in found
        # or the error that tells what is missing
        else Moment(*((at, None) if by == "epoch" else (None, at))).sketch(data, quantity, layer)
        for at in moments
    ]  # fmt: skip
