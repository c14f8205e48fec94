"""Learning curves of networks for digits: the loss, and the share of digits recognised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.ticker import MaxNLocator

from kit.catalogue.claims import Facts
from kit.catalogue.digit_experiments import Trained
from kit.catalogue.over_seeds import medians
from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.styling import series_styles


def facts_of_training(trained: Sequence[Trained]) -> Facts:
    """How large a network is, how many test digits it reads, and its loss in the end: medians."""
    histories = [one.recording.history for one in trained]
    found = [
        {
            "accuracy": float(history["val_accuracy"].iloc[-1]),
            "first": float(history["val_accuracy"].iloc[0]),
            "loss": float(history["loss"].iloc[-1]),
        }
        for history in histories
    ]
    return {"parameters": trained[0].parameters, **medians(found)}


def over_epochs(trained: Sequence[Trained], metric: str) -> pd.DataFrame:
    """Columns low, middle and high: the range and the median of a metric over the seeds."""
    curves = pd.DataFrame({k: one.recording.history[metric] for k, one in enumerate(trained)})
    parts = {"low": curves.min(axis=1), "middle": curves.median(axis=1), "high": curves.max(axis=1)}
    return pd.DataFrame(parts)


def draw_learning(
    curves: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]],
    titles: tuple[str, str],
    note: str,
    *,
    share: str = "share recognised",
) -> Any:
    """A panel of losses and one of shares, a pair of curves for each name; a note below.

    The curves are named at their ends on the right.
    """
    figure, axes = plt.subplots(1, 2)
    ends = []
    for (name, pair), look in zip(curves.items(), series_styles(len(curves)), strict=True):
        for ax, curve in zip(axes, pair, strict=True):
            ax.plot(curve.index, curve["middle"], color=look["color"], ls=look["linestyle"])
            band = {"color": look["color"], "alpha": 0.18, "linewidth": 0}
            ax.fill_between(curve.index, curve["low"], curve["high"], **band)
        right = pair[1]["middle"]
        ends.append(End(right.index[-1], right.iloc[-1], name, look["color"]))
    for ax, title, label in zip(axes, titles, ("cross-entropy", share), strict=True):
        ax.set(title=title, xlabel="epoch", ylabel=label)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[0].set_ylim(bottom=0)
    axes[1].set_ylim(top=1)
    name_ends(axes[1], ends)
    write_note(figure, note)
    return figure


def draw_training_and_test(
    found: Mapping[str, pd.DataFrame], facts: Facts, *, dotted: float
) -> Any:
    """Loss and share of digits of a network with dropout, in training and test; a share dotted."""
    curves = {
        "training": (found["loss"], found["accuracy"]),
        "test": (found["val_loss"], found["val_accuracy"]),
    }
    note = (
        f"{facts['source']}. Training with dropout, test without. Median and range of "
        f"{facts['networks']} networks; dotted: {100 * dotted:g}%."
    )
    share = "share of digits recognised"
    figure = draw_learning(curves, ("Loss", "Accuracy"), note, share=share)
    figure.axes[1].axhline(dotted, color=plt.rcParams["text.color"], linewidth=1, linestyle=":")
    return figure
