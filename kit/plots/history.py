"""Learning curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kit.checks import chosen_names, shown
from kit.plots.histories import plot_histories
from kit.plots.styling import series_styles, subplots
from kit.recordings import Runs

__all__ = ["plot_history"]


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
        A Recording, a Keras History, or a table with a row for each epoch; or Runs.
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
    own = [name for name in history.columns if not name.startswith("val_")]
    if metrics is None:
        # the loss first, wherever Keras put it
        metrics = sorted(own, key=lambda name: name != "loss")[:2]
    metrics = chosen_names("metrics", metrics, own)
    if len(metrics) > 2:
        raise ValueError(f"`metrics` must be one or two names; got {shown(metrics)}")
    if ax is None:
        ax = subplots()[1]
    sides = [ax, ax.twinx()] if len(metrics) == 2 else [ax]
    for side, name, look in zip(sides, metrics, series_styles(2), strict=False):
        _draw(side, history, name, look["color"])
    if len(sides) == 2:
        sides[1].spines["right"].set_visible(True)
        sides[1].grid(False)
    ax.set_xlabel("epoch")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


def _draw(ax: Axes, history: pd.DataFrame, name: str, color: str) -> None:
    for column, line, mark in ((name, "-", "o"), (f"val_{name}", "--", "s")):
        if column in history:
            curve = history[column].dropna()
            ax.plot(curve.index, curve, line, color=color, marker=mark, markevery=0.1, label=column)
            if len(curve):
                ax.annotate(
                    column,
                    (curve.index[-1], curve.iloc[-1]),
                    xytext=(-8, 10),
                    ha="right",
                    textcoords="offset points",
                    color=color,
                    annotation_clip=False,
                )
    ax.set_ylabel(name, color=color)
    ax.tick_params(axis="y", colors=color)


def _as_table(data: object) -> pd.DataFrame:
    history = data if isinstance(data, pd.DataFrame) else getattr(data, "history", None)
    if isinstance(history, dict):  # of a Keras History, whose first epoch is done when it is noted
        epochs = [epoch + 1 for epoch in getattr(data, "epoch", ())]
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
