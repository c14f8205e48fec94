"""Histograms over the samples of two classes: what a binary classifier says, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kit.checks import check_count
from kit.plots.planes import check_names, check_representation
from kit.plots.styling import series_styles, subplots
from kit.recordings.representation import SMALLEST_PROBABILITY, Representation

__all__ = ["plot_losses", "plot_probabilities"]

_ROOM = 1.45  # of the highest bar, for what is written above
_A_DECADE = 6  # bins of a loss's tenfold


def plot_probabilities(
    data: Representation,
    *,
    names: Sequence[str] = ("class 0", "class 1"),
    bins: int = 20,
    ax: Axes | None = None,
) -> Axes:
    """Draw how the predicted probabilities of class 1 are spread, for the samples of each class.

    Class 1 stands upwards and class 0 downwards, each as shares of its own samples. The dashed
    line is 0.5: what is to the left of it is taken for class 0. For each class it says which
    share is right.

    Parameters
    ----------
    data
        As `kit.callbacks.represent` makes it of a model; of it are used labels and probabilities.
    names
        Of the classes 0 and 1.
    bins
        Of the range from 0 to 1.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        For what is no Representation; for another number of names than two; for no bins.

    Examples
    --------
    >>> ax = plot_probabilities(Representation([0, 0, 1], [0.1, 0.6, 0.9]))
    >>> [text.get_text() for text in ax.texts]
    ['class 1: 100% right', 'class 0: 50% right']
    """
    check_representation(data)
    words = check_names(names)
    edges = np.linspace(0, 1, check_count("bins", bins) + 1)
    if ax is None:
        ax = subplots()[1]
    _both_ways(ax, data.probabilities, data.labels, edges)
    zero, one = (_percent(share) for share in data.right)
    _say(ax, f"{words[1]}: {one} right", f"{words[0]}: {zero} right")
    ax.axvline(0.5, color=plt.rcParams["text.color"], ls="--")
    ax.set_xlim(0, 1)
    ax.set_xlabel(f"predicted probability of {words[1]}")
    return ax


def plot_losses(
    data: Representation,
    *,
    names: Sequence[str] = ("class 0", "class 1"),
    ax: Axes | None = None,
) -> Axes:
    """Draw how the losses of single samples are spread, for the samples of each class.

    Class 1 stands upwards and class 0 downwards, each as shares of its own samples, on a
    logarithmic axis of the cross-entropy. The dashed line is at ln 2, the loss of a probability of
    0.5: what is to the right of it is taken for the wrong class. The solid one is the mean of the
    class.

    Parameters
    ----------
    data
        As `kit.callbacks.represent` makes it of a model; of it are used labels and probabilities.
        A loss is at least 1e-7 and at most 16.1, as Keras keeps probabilities 1e-7 from 0 and 1.
    names
        Of the classes 0 and 1.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        For what is no Representation; for another number of names than two.

    Examples
    --------
    >>> ax = plot_losses(Representation([0, 1, 1], [0.1, 0.9, 0.5]))
    >>> ax.get_xscale(), ax.texts[0].get_text()
    ('log', 'class 1: mean 0.4')
    """
    check_representation(data)
    words = check_names(names)
    if ax is None:
        ax = subplots()[1]
    losses = np.maximum(data.losses, SMALLEST_PROBABILITY)
    edges = 10 ** (np.arange(-7 * _A_DECADE, 2 * _A_DECADE + 1) / _A_DECADE)
    edges[0] = SMALLEST_PROBABILITY / 1.001  # which rounding may put a little below
    _both_ways(ax, losses, data.labels, edges)
    ink = plt.rcParams["text.color"]
    said = []
    for label, name, half in ((1, words[1], (0.5, 1)), (0, words[0], (0, 0.5))):
        mine = losses[data.labels == label]
        mean = float(mine.mean()) if mine.size else float("nan")
        said.append(f"{name}: mean {mean:.2g}")
        if mine.size:
            ax.axvline(mean, *half, color=ink)
    _say(ax, *said)
    ax.axvline(np.log(2), color=ink, ls="--")
    ax.text(np.log(2), 0.97, " ln 2", transform=ax.get_xaxis_transform(), va="top")
    ax.set_xscale("log")
    ax.set_xlim(min(float(losses.min()), 0.1) / 2, max(float(losses.max()), 2.0) * 2)
    ax.set_xlabel("loss of a sample, in nats")
    return ax


def _both_ways(ax: Axes, values: np.ndarray, labels: np.ndarray, edges: np.ndarray) -> None:
    """Bars of class 1 upwards and of class 0 downwards, as shares of each class."""
    highest = 0.0
    for label, (sign, look) in enumerate(zip((-1, 1), series_styles(2), strict=True)):
        mine = values[labels == label]
        shares = np.histogram(mine, edges)[0] / max(len(mine), 1)
        highest = max(highest, float(shares.max()))
        ax.bar(
            edges[:-1], sign * shares, np.diff(edges), align="edge", color=look["color"],
            ec=plt.rcParams["axes.facecolor"], lw=0.4 * plt.rcParams["axes.linewidth"],
        )  # fmt: skip
    ax.axhline(0, color=plt.rcParams["text.color"], lw=plt.rcParams["axes.linewidth"])
    ax.set_ylim(-_ROOM * highest, _ROOM * highest)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{abs(share):.0%}"))
    ax.set_ylabel("share of the class")


def _say(ax: Axes, above: str, below: str) -> None:
    """Of class 1 and of class 0, in the room beyond their bars."""
    for words, y, va in ((above, 0.97, "top"), (below, 0.03, "bottom")):
        ax.text(0.03, y, words, transform=ax.transAxes, va=va, fontweight="bold")


def _percent(share: float) -> str:
    return "no sample" if np.isnan(share) else f"{share:.0%}"
