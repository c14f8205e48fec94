"""Learning curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kit.checks import as_numbers, chosen_names, listed, shown
from kit.plots.ends import End, shown_name, spread, width_of
from kit.plots.histories import plot_histories
from kit.plots.styling import series_styles, subplots
from kit.plots.texts import room_of
from kit.recordings import Runs

__all__ = ["plot_history"]

_MARKED = 12  # epochs of a curve on which each has a mark; more are a smooth curve
_HEIGHT, _AWAY = 1.2, 0.6  # font sizes: of a name, and between it and its curve
_BESIDE = 5.0  # font sizes that an axis takes of the room


@overload
def plot_history(
    data: object,
    *,
    metrics: str | Sequence[str] | None = None,
    color: str | None = None,
    columns: None = None,
    guessing: float | None = None,
    scale: str = "auto",
    ax: Axes | None = None,
) -> Axes: ...


@overload
def plot_history(
    data: object,
    *,
    metrics: str | Sequence[str] | None = None,
    color: str | None = None,
    columns: str,
    guessing: float | None = None,
    scale: str = "auto",
    ax: None = None,
) -> np.ndarray: ...


def plot_history(
    data: object,
    *,
    metrics: str | Sequence[str] | None = None,
    color: str | None = None,
    columns: str | None = None,
    guessing: float | None = None,
    scale: str = "auto",
    ax: Axes | None = None,
) -> Axes | np.ndarray:
    """Draw loss and metric over the epochs, of one training or of many.

    Of one, the first name has the left axis, the second the right one; the validation's curve of
    each is dashed. Every curve is named at its end.

    Of many runs the line is their median, and the band reaches from the lowest run to the
    highest: every run lies within it. More than five lines have no bands. Lines are named at
    their ends, of panels without room for that in the last. A run whose loss is not finite is
    counted in the name, and the others are drawn.

    Parameters
    ----------
    data
        A Recording, a Keras History or what it holds, a trained model, or a table with a row for
        each epoch; or Runs.
    metrics
        A name or two, without ``val_``; None takes the loss and the first metric. Of Runs one,
        any that was reported; None takes the loss.
    color
        Of Runs: the parameter that tells the lines apart; None draws all runs as one line.
    columns
        Of Runs: the parameter that tells the panels apart, which share their y axis.
    guessing
        Of Runs: what guessing gives, as a dotted line; None draws none.
    scale
        Of Runs: ``"linear"``, ``"log"``, or ``"auto"``, which is log where the lines span over
        two decades. What is exactly 0 then stands on the lower edge.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes
        The left one; with `columns` an ndarray of Axes, one for each panel.

    Raises
    ------
    TypeError
        If `data` is nothing that has a history, and for what only Runs have.
    ValueError
        If the history is empty, for too many metrics, an unknown scale, and for `ax` with
        `columns`.
    UnknownNameError
        For a metric or parameter that is not there; a KeyError and a ValueError.

    Examples
    --------
    >>> table = pd.DataFrame({"loss": [0.7, 0.5], "accuracy": [0.5, 0.8]}, index=[1, 2])
    >>> plot_history(table).get_ylabel()
    'loss'
    """
    if isinstance(data, Runs):
        axes = plot_histories(
            data,
            metrics=metrics,
            color=color,
            columns=columns,
            guessing=guessing,
            scale=scale,
            ax=ax,
        )
        return axes[0] if columns is None else axes
    of_runs = {"color": color, "columns": columns, "guessing": guessing}
    of_runs["scale"] = None if scale == "auto" else scale
    for name, value in of_runs.items():
        if value is not None:
            raise TypeError(f"`{name}` needs Runs; got {shown(value)} with a {type(data).__name__}")
    return _plot_one(_as_table(data), metrics, ax)


def _plot_one(history: pd.DataFrame, metrics: str | Sequence[str] | None, ax: Axes | None) -> Axes:
    own = [name for name in map(str, history.columns) if not name.startswith("val_")]
    if not own:
        raise ValueError(
            "`data` must have a metric of the training, whose name does not begin with val_; got "
            f"{listed(history.columns)}"
        )
    if metrics is None:
        # the loss first, wherever Keras put it
        metrics = sorted(own, key=lambda name: name != "loss")[:2]
    metrics = chosen_names("metrics", metrics, own)
    if len(metrics) > 2:
        raise ValueError(f"`metrics` must be one or two names; got {shown(metrics)}")
    as_numbers("data", history.index)
    for name in (*metrics, *(f"val_{name}" for name in metrics)):
        if name in history:
            as_numbers(f"data[{name!r}]", history[name], finite=False)
    if ax is None:
        ax = subplots()[1]
    sides = [ax, ax.twinx()] if len(metrics) == 2 else [ax]
    ends = [
        (side, end)
        for side, name, look in zip(sides, metrics, series_styles(2), strict=False)
        for end in _draw(side, history, name, look["color"])
    ]
    if len(sides) == 2:
        sides[1].spines["right"].set_visible(True)
        sides[1].grid(False)
    ax.set_xlabel("epoch")
    if ends:
        _name_within(ax, ends, float(history.index.min()))
    return ax


def _draw(ax: Axes, history: pd.DataFrame, name: str, color: str) -> list[End]:
    """Draw a metric, of the training and of the validation; where the curves end."""
    ends = []
    for column, line, mark in ((name, "-", "o"), (f"val_{name}", "--", "s")):
        if column in history and len(curve := history[column].dropna()):
            marker = mark if len(curve) <= _MARKED else ""
            ax.plot(curve.index, curve, line, color=color, marker=marker, label=column)
            end = float(curve.index[-1]), float(curve.iloc[-1])
            ends.append(End(*end, shown_name(column), color))
    ax.set_ylabel(name, color=color)
    ax.tick_params(axis="y", colors=color)
    return ends


def _name_within(ax: Axes, ends: Sequence[tuple[Axes, End]], first: float) -> None:
    """Name curves right of their ends, between the last epoch and the right axis.

    Names that would lie on each other are moved apart, and a thin line leads to the end of each.
    """
    font = float(plt.rcParams["font.size"])
    wide, high = room_of(ax)
    wide = max(font, wide - _BESIDE * font * len({side for side, _ in ends}))
    beside = (width_of([end.name for _, end in ends]) + 2 * _AWAY * font) / wide
    beside = min(0.5, beside)
    low, last = ax.get_xlim()[0], max(end.x for _, end in ends)
    ax.set_xlim(low, low + (last - low) / (1 - beside))
    ticks = MaxNLocator(integer=True, min_n_ticks=1).tick_values(first, last)
    ax.set_xticks([tick for tick in ticks if first <= tick <= last])
    heights = [_height_of(*one) for one in ends]
    letter = font * _HEIGHT / max(high - 4 * font, 4 * font)
    places = spread(heights, letter, letter / 2, 1 - letter / 2)
    for (side, end), place, height in zip(ends, places, heights, strict=True):
        leads = abs(place - height) > letter / 4 or end.x < last
        look = {"arrowstyle": "-", "linestyle": ":", "color": end.color, "shrinkA": 0}
        side.annotate(
            end.name, (end.x, end.y) if leads else (1 - beside, place),
            xycoords="data" if leads else "axes fraction",
            xytext=(1 - beside + _AWAY * font / wide, place), textcoords="axes fraction",
            color=end.color, va="center", parse_math=False, annotation_clip=False,
            # a line of the grid ends at a name
            bbox={"facecolor": plt.rcParams["axes.facecolor"], "edgecolor": "none", "pad": 1},
            arrowprops=look | {"relpos": (0, 0.5)} if leads else None,
        )  # fmt: skip


def _height_of(ax: Axes, end: End) -> float:
    """Height of an end, as a share of the Axes' height, whose limits are kept from now on."""
    ax.set_ylim(ax.get_ylim())
    place = ax.transAxes.inverted().transform(ax.transData.transform((end.x, end.y)))[1]
    return float(np.clip(place, 0, 1)) if np.isfinite(place) else 0.0


def _as_table(data: object) -> pd.DataFrame:
    if hasattr(getattr(data, "history", None), "history"):  # a model's, once it was trained
        data = data.history  # type: ignore[attr-defined]
    tables = (pd.DataFrame, dict)
    history = data if isinstance(data, tables) else getattr(data, "history", None)
    if isinstance(history, dict):  # of a Keras History, whose first epoch is done when it is noted
        most = max([0, *map(np.size, history.values())])
        epochs = [epoch + 1 for epoch in getattr(data, "epoch", range(most))]
        history = pd.DataFrame(
            {name: _by_epoch(values, epochs) for name, values in history.items()}, index=epochs
        )
    if not isinstance(history, pd.DataFrame):
        raise TypeError(
            f"`data` must be a Recording, a Keras History or a table; got {_what_came(data)}"
        )
    if history.empty:
        raise ValueError("`data` must hold the history of an epoch at least; got none: train first")
    return history


def _what_came(data: object) -> str:
    if data is None:
        return "None: a recorder has its recording once training begins, so train first"
    if hasattr(data, "recording"):
        return f"{type(data).__name__}: pass its `recording`"
    return f"{type(data).__name__}, which has no history"


def _by_epoch(values: Sequence[float], epochs: list[int]) -> pd.Series:
    """Values of the epochs they belong to: with ``validation_freq=k`` there is one in every k."""
    every = max(1, -(-len(epochs) // max(1, len(values))))
    of = epochs if len(values) == len(epochs) else [e for e in epochs if e % every == 0]
    if len(of) != len(values):
        raise ValueError(
            f"`data` must have a value for every epoch or every k-th; got {len(values)} for "
            f"{len(epochs)} epochs: draw the recording instead"
        )
    return pd.Series(values, index=of, dtype="float64")
