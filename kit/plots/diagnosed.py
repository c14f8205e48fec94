"""A diagnosis drawn: gradients by layer beside theory's, and losses, shares or the signal."""

from __future__ import annotations

import io
from typing import TypeAlias

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from kit.plots.ends import End, name_ends
from kit.plots.layer_names import name_layers
from kit.plots.styling import series_styles, style, subplots

__all__ = ["Drawing", "picture_of", "plot_diagnosis"]

Drawing: TypeAlias = Figure
"""What is drawn on, for rooms that know no matplotlib."""

_SHARES = ("dead", "saturated", "copies")
_SEEN = 0.05  # from which share on bars are drawn
_DECADES = 2  # of a log axis at least, so that small differences look small


def plot_diagnosis(
    layers: pd.DataFrame, losses: pd.DataFrame | None = None, constant: float | None = None
) -> Figure:
    """Draw how large gradients are by layer, and beside it losses, or shares of units.

    Parameters
    ----------
    layers
        Of ``diagnosis.layers()``: a row for each layer at the first and the last moment, with
        ``layer``, ``epoch``, ``delta``, the norm of a sample's delta, ``expected``, what theory has
        of it, ``signal``, and the shares ``dead``, ``saturated`` and ``copies``.
    losses
        Of a training: ``loss`` and, if there is one, ``val_loss``; the index is the epoch. None
        draws the shares, and where these are 0 the signal.
    constant
        The loss of the best constant answer.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        Where there are no layers.

    Examples
    --------
    >>> rows = {"layer": ["h1", "h2"], "epoch": 0, "delta": [0.1, 1.0], "expected": [0.1, 1.0]}
    >>> shares = {"signal": 1.0, "dead": 0.0, "saturated": 0.5, "copies": 0.0}
    >>> len(plot_diagnosis(pd.DataFrame(rows | shares)).axes)
    2
    """
    if not len(layers):
        raise ValueError("`layers` must have a row for each layer; got an empty table")
    first, second = subplots(1, 2)[1]
    _draw_gradients(first, layers)
    if losses is not None and len(losses):
        _draw_losses(second, losses, constant)
    else:
        last = layers[layers["epoch"] == layers["epoch"].max()]
        shares = last[list(_SHARES)].to_numpy(float)
        draw = _draw_shares if np.nanmax(shares, initial=0.0) > _SEEN else _draw_signal
        draw(second, last)
    figure: Drawing = first.figure
    return figure


def picture_of(
    layers: pd.DataFrame, losses: pd.DataFrame | None = None, constant: float | None = None
) -> bytes:
    """What `plot_diagnosis` draws, with the same arguments, as a PNG file in the kit's style."""
    buffer = io.BytesIO()
    with style():
        figure = plot_diagnosis(layers, losses, constant)
        figure.savefig(buffer, format="png", dpi=80)
        plt.close(figure)
    return buffer.getvalue()


def _draw_gradients(ax: Axes, layers: pd.DataFrame) -> None:
    names = list(dict.fromkeys(layers["layer"]))
    epochs = list(dict.fromkeys(layers["epoch"]))
    ends = []
    expected = layers[layers["epoch"] == epochs[0]].set_index("layer")["expected"].reindex(names)
    positive = layers["delta"][(layers["delta"] > 0) & np.isfinite(layers["delta"])]
    styles = series_styles(3)
    for epoch, look in zip(epochs, styles[:2], strict=False):
        found = layers[layers["epoch"] == epoch].set_index("layer")["delta"].reindex(names)
        heights = found.where(found > 0).to_numpy(float)
        ax.plot(range(len(names)), heights, **look)
        words = "measured" if len(epochs) == 1 else f"epoch {epoch}"
        ends.append(End(len(names) - 1, heights[-1], words, look["color"]))
    if expected.notna().any():
        look = {**styles[2], "linestyle": "--", "marker": ""}
        ax.plot(range(len(names)), expected.to_numpy(float), **look)
        words = "theory" if len(epochs) == 1 else f"theory, epoch {epochs[0]}"
        ends.append(End(len(names) - 1, float(expected.iloc[-1]), words, look["color"]))
    if len(positive):
        _set_log(ax)
    if len(positive) < np.isfinite(layers["delta"]).sum():
        ax.set_xlabel("hidden layer (where a gradient is 0, no point)")
    else:
        ax.set_xlabel("hidden layer")
    ax.set_ylabel("norm of a sample's delta (log scale)")
    name_layers(ax, names)
    name_ends(ax, ends)


def _set_log(ax: Axes) -> None:
    ax.set_yscale("log")
    low, high = np.log10(ax.get_ylim())
    short = max(_DECADES - (high - low), 0) / 2
    ax.set_ylim(10 ** (low - short), 10 ** (high + short))


def _draw_signal(ax: Axes, layers: pd.DataFrame) -> None:
    """The part of z's std that is across samples."""
    signal = layers["signal"].where(layers["signal"] > 0).to_numpy(float)
    ax.plot(range(len(layers)), signal, **series_styles(1)[0])
    if np.isfinite(signal).any():
        _set_log(ax)
    ax.set_ylabel("std of z across samples (log scale)")
    ax.set_xlabel("hidden layer")
    name_layers(ax, list(layers["layer"]))


def _draw_losses(ax: Axes, losses: pd.DataFrame, constant: float | None) -> None:
    ends = []
    words = {"loss": "training", "val_loss": "validation"}
    for (column, name), look in zip(words.items(), series_styles(2), strict=True):
        if column not in losses:
            continue
        look = {**look, "marker": ""}
        values = losses[column].where(np.isfinite(losses[column]))
        ax.plot(losses.index, values, **look)
        ends.append(End(float(losses.index[-1]), float(values.iloc[-1]), name, look["color"]))
    if constant:
        color = plt.rcParams["axes.edgecolor"]
        ax.axhline(constant, color=color, linestyle=":")
        ends.append(End(float(losses.index[-1]), constant, "constant\nanswer", color))
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    name_ends(ax, ends)


def _draw_shares(ax: Axes, layers: pd.DataFrame) -> None:
    known = [one for one in _SHARES if layers[one].max() > _SEEN]
    width = 0.8 / len(known)
    for k, (one, look) in enumerate(zip(known, series_styles(len(known)), strict=True)):
        places = np.arange(len(layers)) + (k - (len(known) - 1) / 2) * width
        ax.bar(places, layers[one].fillna(0), width, color=look["color"], label=one)
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.set_ylabel("share of the units (saturated: of z)")
    ax.set_xlabel("hidden layer")
    name_layers(ax, list(layers["layer"]))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(known))
