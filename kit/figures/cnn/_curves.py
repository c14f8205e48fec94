"""Learning curves of networks for digits: the loss, and the share of digits recognised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator

from kit.catalogue.claims import Facts
from kit.catalogue.digit_experiments import Trained
from kit.plots.styling import series_styles


def facts_of_training(trained: Trained) -> Facts:
    """How large a network is, how many test digits it reads, and its loss in the end."""
    history = trained.recording.history
    return {
        "parameters": trained.parameters,
        "accuracy": float(history["val_accuracy"].iloc[-1]),
        "first": float(history["val_accuracy"].iloc[0]),
        "loss": float(history["loss"].iloc[-1]),
    }


def draw_learning(
    curves: Mapping[str, tuple[Any, Any]],
    titles: tuple[str, str],
    note: str,
    *,
    share: str = "share recognised",
    legend: str = "network (parameters)",
) -> Any:
    """A panel of losses and one of shares, a pair of curves for each name; a note below."""
    figure, axes = plt.subplots(1, 2)
    for (name, pair), look in zip(curves.items(), series_styles(len(curves)), strict=True):
        for ax, curve in zip(axes, pair, strict=True):
            ax.plot(curve.index, curve, **look, label=name)
    for ax, title, label in zip(axes, titles, ("cross-entropy", share), strict=True):
        ax.set(title=title, xlabel="epoch", ylabel=label)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[0].set_ylim(bottom=0)
    axes[1].set_ylim(top=1)
    axes[0].legend(title=legend, alignment="left", loc="upper right")
    figure.supxlabel(note, fontsize=plt.rcParams["font.size"] * 0.7)
    return figure
