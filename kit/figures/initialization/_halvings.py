"""Half of the loss of knowing nothing, and when each of nine networks fell below it."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue.block_experiments import EPOCHS
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import (
    ACTIVATIONS,
    INITIALIZERS,
    draw_nine_curves,
    network_name,
)
from kit.plots.styling import series_styles


def draw_halvings(runs: Any, facts: Facts, nothing: str) -> Any:
    """The curves; the half as a line, and from it down the epoch of each network that got there.

    Parameters
    ----------
    runs
        Of the nine networks, over all seeds.
    facts
        With the `entropy`, which is the loss of knowing nothing, and the epochs, `halved`.
    nothing
        What that loss means, in words.
    """
    figure = draw_nine_curves(runs, facts["entropy"], "", "binary cross-entropy")
    half, small = facts["entropy"] / 2, 0.75 * plt.rcParams["font.size"]
    words = (  # the first clear of the curves' names, the second where losses are halved
        (figure.axes[0], nothing, (0.5, facts["entropy"]), -12, "center", "top"),
        (figure.axes[-1], "loss halved\nafter so many\nepochs", (1, half), 4, "right", "bottom"),
    )
    for ax, text, at, away, across, down in words:
        ax.annotate(
            text, at, xytext=(0, away), ha=across, va=down, xycoords=("axes fraction", "data"),
            textcoords="offset points", fontsize=small,
        )  # fmt: skip
    for ax, activation in zip(figure.axes, ACTIVATIONS, strict=True):
        ax.axhline(half, color=plt.rcParams["text.color"], linewidth=1, linestyle=":")
        for initializer, look in zip(INITIALIZERS, series_styles(len(INITIALIZERS)), strict=True):
            epoch = facts["halved"][network_name(activation, initializer)]
            if epoch >= EPOCHS:
                continue
            ax.plot([epoch] * 2, [0, half], color=look["color"], linewidth=1.5, linestyle=":")
            ax.annotate(
                f"{epoch:.0f}", (epoch, half), xytext=(5, 4), textcoords="offset points",
                color=look["color"], va="bottom", fontweight="bold", fontsize=small,
            )  # fmt: skip
    return figure
