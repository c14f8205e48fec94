"""The small network's views, at some epochs side by side, and as a film over all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.films import Animation, animate_representations
from kit.plots import plot_decision_boundary, plot_feature_space, plot_losses, plot_probabilities
from kit.plots.planes import marks_of_classes
from kit.recordings import Representation

__all__ = ["SEEN_AT", "draw_boundaries", "draw_losses", "draw_probabilities", "draw_spaces"]
__all__ += ["film_boundary"]
__all__ += ["film_losses", "film_probabilities", "film_space"]

SEEN_AT = (0, 5, 10, 40)
"""Epochs whose pictures stand side by side."""

_STILL = ("inputs", "labels", "grid")  # which no epoch changes
_FIELDS = ("hidden", "probabilities", "line", "grid_hidden", "grid_probabilities")


def view_at(data: Any, epoch: int) -> Representation:
    """What `planes_of` found, at an epoch."""
    still = {name: data[name] for name in _STILL if name in data}
    return Representation(**still, **{name: data[name][epoch] for name in _FIELDS if name in data})


def draw_boundaries(data: Any, facts: Any) -> Any:
    """The boundary at four epochs."""
    figure, axes = plt.subplots(2, 2, sharex=True, sharey=True)
    for ax, epoch in zip(axes.flat, SEEN_AT, strict=True):
        plot_decision_boundary(view_at(data, epoch), legend=False, ax=ax)
    _entitle(axes)
    _tell_below(figure)
    return figure


def draw_spaces(data: Any, facts: Any) -> Any:
    """The plane of the inputs, and that of the hidden units before training and after."""
    figure, axes = plt.subplots(1, 3)
    plot_decision_boundary(view_at(data, SEEN_AT[-1]), legend=False, ax=axes[0])
    for ax, epoch in ((axes[1], 0), (axes[2], SEEN_AT[-1])):
        plot_feature_space(view_at(data, epoch), legend=False, ax=ax)
        ax.set_title(f"hidden, epoch {epoch}")
    axes[0].set_title("inputs")
    _tell_below(figure)
    return figure


def draw_losses(data: Any, facts: Any) -> Any:
    """The losses at the end, and which of them are those of wrong labels."""
    figure, ax = plt.subplots()
    view = view_at(data, -1)
    plot_losses(view, ax=ax)
    low, high = np.quantile(view.losses[data["wrong"]], [0.1, 0.9])
    top = ax.get_ylim()[1]
    ax.annotate(
        f"the {facts['wrong']} wrong labels", (np.sqrt(low * high), 0.28 * top), ha="center",
        xytext=(np.sqrt(low * high), 0.55 * top),
        arrowprops={"arrowstyle": "-[, widthB=4", "color": plt.rcParams["text.color"], "lw": 2},
    )  # fmt: skip
    return figure


def _tell_below(figure: Any) -> None:
    known = marks_of_classes(("class 0", "class 1"), "probability 0.5")
    figure.legend(handles=known, loc="outside lower center", ncols=3, borderpad=0.9)


def draw_probabilities(data: Any, facts: Any) -> Any:
    """What the network says at four epochs."""
    figure, axes = plt.subplots(2, 2, sharex=True, sharey=True)
    limits = []
    for ax, epoch in zip(axes.flat, SEEN_AT, strict=True):
        plot_probabilities(view_at(data, epoch), ax=ax)
        limits.append(ax.get_ylim()[1])
    axes[0, 0].set_ylim(-max(limits), max(limits))
    _entitle(axes)
    return figure


def _entitle(axes: Any) -> None:
    for ax, epoch in zip(axes.flat, SEEN_AT, strict=True):
        ax.set_title(f"epoch {epoch}")
        ax.label_outer()


def film_of(*plots: Callable[..., Any]) -> Callable[..., Animation]:
    """A function that films these plots, side by side, over all epochs."""

    def animate(data: Any, facts: Any, **how: Any) -> Animation:
        views = {epoch: view_at(data, epoch) for epoch in range(len(data["probabilities"]))}
        return animate_representations(views, list(plots), **how)

    return animate


film_boundary = film_of(plot_decision_boundary)
film_space = film_of(plot_decision_boundary, plot_feature_space)
film_probabilities = film_of(plot_probabilities)
film_losses = film_of(plot_losses)
