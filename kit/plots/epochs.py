"""How a distribution moves over the epochs, or over the training batches."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kit.checks import check_choice
from kit.plots.distributions import axis_label
from kit.plots.measured import Measured, Moment, by_steps, chosen_layers
from kit.plots.scales import check_scale, choose_scale, set_scale
from kit.plots.styling import color_of, subplots
from kit.recordings.display import printable, shortened
from kit.stats.sketch import Sketch

__all__ = ["plot_epochs"]


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
        As for `plot_violins`.
    scale
        As for `plot_violins`, for all layers together.
    by
        ``"epoch"`` draws the captures at the ends of epochs, ``"step"`` all, those within an
        epoch too, against the number of training batches done.
    axes
        One for each layer; None takes a new row of them.

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
    names = chosen_layers(data, quantity, layers)
    moments = data.epochs if by == "epoch" else by_steps(data).steps
    table = {name: _over_time(data, quantity, name, moments, by) for name in names}
    everything = [sketch for sketches in table.values() for sketch in sketches]
    chosen = choose_scale(everything, scale)
    if axes is None:
        axes = subplots(1, len(names), sharey=True, squeeze=False)[1][0]
    if isinstance(axes, Axes):
        axes = [axes]
    if len(axes) != len(names):
        raise ValueError(f"`axes` must be one for each of {len(names)} layers; got {len(axes)}")
    color = color_of(quantity)
    for ax, (name, sketches) in zip(axes, table.items(), strict=True):
        bands = chosen.all_quantiles(sketches, [0.05, 0.25, 0.5, 0.75, 0.95])
        low, first, middle, third, high = bands.T  # (epochs,) each
        set_scale(ax, chosen)
        ax.fill_between(moments, low, high, color=color, alpha=0.25, linewidth=0)
        ax.fill_between(moments, first, third, color=color, alpha=0.5, linewidth=0)
        ax.plot(moments, middle, color=plt.rcParams["text.color"])
        ax.set_title(shortened(printable(name), max(12, 60 // len(names))), parse_math=False)
        ax.set_xlabel(by)
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        ax.margins(x=0)
    axes[0].set_ylabel(axis_label(quantity, chosen))
    return np.asarray(axes)


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
