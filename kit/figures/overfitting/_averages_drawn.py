"""Pictures of averaged answers: who has how many wrong, how sure they are, over how many."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MultipleLocator

from kit.figures.overfitting._averaged import BAGGED, MASKS, STARTS_BAGGED
from kit.figures.vanishing._bands import draw_bands
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles

__all__ = ["WHO", "draw_bagged", "draw_who"]

WHO = {
    "one": "one network",
    "bagged": f"{BAGGED[-1]} bagged",
    "scaled": "dropout, all units",
    f"mask{MASKS[0]}": "dropout, one mask",
    f"mask{MASKS[-1]}": f"dropout, {MASKS[-1]} masks",
}
"""By whom answers are given, in words."""


def draw_who(scores: Any, facts: Any) -> Any:
    """Dots with ranges, a row for each who answers: wrong digits, and sureness over the right."""
    figure, axes = plt.subplots(1, 2, sharey=True)
    columns = {
        "wrong": ("Wrong", "wrong test digits in %"),
        "surer": ("Too sure", "mean probability − share right, points"),
    }
    for ax, (fact, (title, label)) in zip(axes, columns.items(), strict=True):
        for row, (name, look) in enumerate(zip(WHO, series_styles(len(WHO)), strict=True)):
            values = np.array([one[name][fact] for one in scores]) * 100
            color = look["color"]
            ax.plot([values.min(), values.max()], [row, row], color=color, lw=9, alpha=0.3)
            ax.plot(np.median(values), row, marker=look["marker"], color=color, ms=13)
        ax.set(title=title, xlabel=label)
        ax.xaxis.set_major_locator(MultipleLocator(2 if fact == "wrong" else 4))
    axes[0].set_yticks(range(len(WHO)), WHO.values())
    axes[0].set_ylim(len(WHO) - 0.5, -0.5)
    axes[1].axvline(0, color=plt.rcParams["text.color"], lw=1.5, ls=":")
    write_note(figure, f"Mark: median; bar: range of {facts['networks']} networks.")
    return figure


def draw_bagged(curves: Any, facts: Any) -> Any:
    """Wrong digits over how many networks are averaged, with ranges."""
    figure, ax = plt.subplots()
    lines = {
        words: np.array([one[name]["wrong"] for one in curves])
        for words, name in (("bagged, mean", "mean"), ("bagged, majority", "majority"))
    }
    ax.set(xlabel="networks", ylabel="share of wrong test digits", xticks=[1, 5, 10, 15, 20, 25])
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    looks = series_styles(3)
    starts = np.array([one["starts"]["wrong"] for one in curves])
    draw_range(ax, STARTS_BAGGED, starts, looks[2] | {"linestyle": "-"})
    ax.annotate(
        "same digits, other starts", (STARTS_BAGGED[-1], np.median(starts[:, -1])),
        xytext=(STARTS_BAGGED[-1] + 1, starts[:, -1].min()), va="bottom", fontweight="bold",
        color=looks[2]["color"],
        arrowprops={"arrowstyle": "-", "linestyle": ":", "color": looks[2]["color"]},
    )  # fmt: skip
    draw_bands(ax, BAGGED, lines, looks=looks[:2])
    write_note(figure, f"Line: median; band: range of {facts['networks']} trials.")
    return figure
