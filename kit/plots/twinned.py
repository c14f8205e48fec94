"""Twins drawn: the curves of both sides, and how far their layers are from each other."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kit.checks import check_choice, chosen_names, listed
from kit.plots.ends import End, name_ends, shown_name, width_of
from kit.plots.groups import (
    band_words,
    draw_group,
    floor_of,
    has_zeros,
    is_log,
    looks,
    middles_of,
)
from kit.plots.layer_names import every_words, name_layers
from kit.plots.styling import LABELS, subplots
from kit.quantities import QUANTITIES
from kit.recordings import Runs
from kit.recordings.profiles import at_ends, check_parameter, over_runs, reported, values_of

__all__ = ["plot_twins"]

_BESIDE = 0.1  # of a layer's place, on both sides
_THIN = 0.5  # of a line's width, at the end of training


def plot_twins(
    runs: Runs,
    *,
    metrics: Mapping[str, str] | None = None,
    quantity: str = "gradient",
    by: str = "network",
) -> Figure:
    """Draw the curves of two sides with bands, and beside them a profile of their layers.

    Lines are medians over the seeds, bands reach from the lowest to the highest. The profile has
    the standard deviation in each layer, before training (full lines, with bands) and at the end
    (thin lines).

    Parameters
    ----------
    runs
        Of `kit.twin`; ``twins.plot()`` draws them as well.
    metrics
        A panel for each: the column of ``runs.history``, and its words for the axis. None takes
        the loss.
    quantity
        Of the profile, one of z, activation, delta, weight, gradient; in layers that both sides
        have.
    by
        The parameter that tells the sides apart.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError, UnknownNameError
        For what is no Runs, for an unknown quantity, metric or parameter, and where nothing of it
        was measured.

    Examples
    --------
    >>> from kit.recordings.common import LayerSketches
    >>> from kit.stats import Sketch
    >>> layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([-1.0, 1.0])})
    >>> capture = {"epoch": 0, "step": 0, "loss": 0.7, "samples": 2, "layers": [layer]}
    >>> grid = [{"network": network} for network in ("as given", "relu")]
    >>> runs = Runs.create(names=["a", "b"], parameters=grid)
    >>> runs.add({"a": capture, "b": capture})
    >>> runs.add_history(1, {"a": {"loss": 0.7}, "b": {"loss": 0.6}})
    >>> len(plot_twins(runs, quantity="z").axes)
    2
    """
    if not isinstance(runs, Runs):
        raise TypeError(f"`runs` must be a Runs, as `twins.runs`; got a {type(runs).__name__}")
    check_choice("quantity", quantity, QUANTITIES)
    check_parameter("by", runs, by)
    panels = {"loss": "loss"} if metrics is None else dict(metrics)
    chosen_names("metrics", list(panels), [*map(str, runs.history.columns)])
    lines = _lines(runs, quantity, by)
    curves = {metric: _curves(runs, metric, by) for metric in panels}
    axes = subplots(1, len(panels) + 1, squeeze=False)[1][0]
    every = [found for some in curves.values() for found in some.values() if len(found)]
    log = is_log("auto", middles_of(every))
    ends = []
    for ax, (metric, some) in zip(axes, curves.items(), strict=False):
        ax.sharey(axes[0]) if ax is not axes[0] else None  # one scale for training and validation
        ends = _draw_curves(ax, some, panels[metric], log, floor_of(every, log))
    name_ends(axes[-2], ends)  # of several panels the last has the names
    _draw_profile(axes[-1], lines, quantity, named=len(panels) == 1)
    figure: Figure = axes[0].figure
    return figure


def _curves(runs: Runs, metric: str, by: str) -> dict[str, pd.DataFrame]:
    """By side, a metric over the seeds; the index is the epoch."""
    history = reported(runs)
    history = history[history["metric"] == metric].sort_values("epoch", kind="stable")
    return {
        value: over_runs(history[history["run"].isin(some)], "value", "epoch")
        for value, some in values_of(runs, by).items()
    }


def _draw_curves(
    ax: Axes, lines: Mapping[str, pd.DataFrame], words: str, log: bool, floor: float
) -> list[End]:
    """A metric over the epochs; where its lines end."""
    if log:
        ax.set_yscale("log")
    ax.set_ylabel(f"{words} (log scale)" if log else words)
    of_runs = band_words([int(found["runs"].max()) for found in lines.values()])
    ax.set_xlabel(f"epoch\n{of_runs}".rstrip())
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.margins(x=0.02, y=0.08)
    return [
        draw_group(ax, found, shown_name(value), look, floor=floor)
        for (value, found), look in zip(lines.items(), looks(len(lines)), strict=True)
    ]


_Lines = dict[tuple[str, int], pd.DataFrame]


def _lines(runs: Runs, quantity: str, by: str) -> _Lines:
    """By side and epoch, the std over the seeds; the index is the layer's name."""
    names = runs.layers_with(quantity, outputs=False) or runs.layers_with(quantity)
    if not names:
        raise ValueError(
            f"`quantity` must be one that was measured; got {quantity!r}, with the layers "
            f"{listed(runs.layers)}"
        )
    first, last = runs.epochs[0], runs.epochs[-1]
    frame = at_ends(runs, quantity, [*dict.fromkeys((first, last))])
    groups = values_of(runs, by)
    own = [set(frame["layer"][frame["run"].isin(some)]) for some in groups.values()]
    shared = [name for name in names if all(name in some for some in own)]
    place = {name: k for k, name in enumerate(shared or names)}
    frame = frame[frame["layer"].isin(place)]
    frame = frame.assign(place=frame["layer"].map(place)).sort_values("place", kind="stable")
    found = {}
    for epoch in dict.fromkeys((first, last)):
        for value, some in groups.items():
            part = frame[(frame["epoch"] == epoch) & frame["run"].isin(some)]
            found[value, epoch] = over_runs(part, "std", "place")
            found[value, epoch].attrs["layers"] = list(place)
    return found


def _draw_profile(ax: Axes, lines: _Lines, quantity: str, named: bool) -> None:
    epochs = list(dict.fromkeys(epoch for _, epoch in lines))
    sides = list(dict.fromkeys(value for value, _ in lines))
    names = next(iter(lines.values())).attrs["layers"]
    log = is_log("auto", middles_of(lines.values()))
    floor = floor_of(lines.values(), log)
    if log:
        ax.set_yscale("log")
    styles = dict(zip(sides, looks(len(sides)), strict=True))
    thin = _THIN * float(plt.rcParams["lines.linewidth"])
    ends: list[End] = []
    for (value, epoch), found in lines.items():
        before = epoch == epochs[0]
        look = dict(styles[value]) if before else {**styles[value], "linewidth": thin}
        name = "before" if before else "after"
        name = f"{shown_name(value)}, {name}" if named else name
        ends.append(draw_group(ax, found, name, look, band=before, floor=floor, lost="not finite"))
    if log and has_zeros(lines.values()):
        ax.set_ylim(bottom=floor)
    elif not log:
        ax.set_ylim(bottom=0)
    every = name_layers(ax, names, beside=width_of([end.name for end in ends]))
    ax.set_xlim(-_BESIDE, max(len(names) - 1, 0) + _BESIDE)
    label = f"std of {LABELS[quantity]}"
    ax.set_ylabel(f"{label} (log scale)" if log else label)
    runs = [int(np.max(found["runs"])) for found in lines.values() if len(found)]
    when = f"layer, before training and after {epochs[-1]} epochs"
    zero = "on the lower edge: 0" if log and has_zeros(lines.values()) else ""
    said = (when, every_words(every, len(names)), band_words(runs), zero)
    ax.set_xlabel("\n".join(one for one in said if one))
    name_ends(ax, ends)
