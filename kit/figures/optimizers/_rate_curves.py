"""Final losses over the learning rate, and those of optimizers at rates of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.claims import Facts
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles


def draw_rates(rates: np.ndarray, ends: Mapping[str, np.ndarray], facts: Facts) -> Any:
    """A panel for each optimizer: median and range over seeds, the best rate starred.

    ends: by name, (seeds, rates); facts: ``best`` by name, ``guessing`` and ``networks``.
    """
    figure, axes = plt.subplots(2, 3, sharex=True, sharey=True)
    line, star = series_styles(2)
    ink = plt.rcParams["text.color"]
    for ax, (name, values) in zip(axes.flat, ends.items(), strict=True):
        middle = draw_range(ax, rates, values, line)
        best = int(middle.argmin())
        ax.plot(rates[best], middle[best], "*", color=star["color"], ms=22, zorder=4)
        ax.annotate(
            f"{rates[best]:.2g}", (rates[best], middle[best]), xytext=(0, -14),
            textcoords="offset points", ha="center", va="top", color=star["color"],
            fontweight="bold",
        )  # fmt: skip
        ax.axhline(facts["guessing"], color=ink, linestyle=":", linewidth=1.5)
        ax.set(title=name, xscale="log", yscale="log", ylim=(0.003, 9))
        ax.set_xticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
        ax.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
        ax.minorticks_off()
    for ax in axes[1]:
        ax.set_xlabel("learning rate (log scale)")
    for ax in axes[:, 0]:
        ax.set_ylabel("final loss (log scale)")
    write_note(
        figure,
        f"Line: median; band: range of {facts['networks']} networks. Dotted: guessing, ln 2. "
        "Star: the best of nine rates.",
    )
    return figure


def draw_contest(data: Mapping[str, Any], facts: Facts) -> Any:
    """Rows of optimizers, a panel for each task: at the own rate filled, at Adam's open.

    data: by task, by "own" and "Adam's", by optimizer the final losses, (seeds,).
    """
    figure, axes = plt.subplots(1, 2, sharex=True, sharey=True)
    looks = dict(zip(("Adam's", "own"), series_styles(2)[::-1], strict=True))
    titles = ("The ball, five layers of 100", "Digits, a layer of 16")
    for ax, (task, by), title in zip(axes, data.items(), titles, strict=True):
        names = list(by["own"])
        for which, look in looks.items():
            own, color = which == "own", look["color"]
            values = np.array(list(by[which].values()))  # (optimizers, seeds)
            middle, rows = np.median(values, axis=1), range(len(names))
            ax.hlines(rows, values.min(axis=1), values.max(axis=1), color=color, lw=4, alpha=0.5)
            ax.plot(
                middle, rows, look["marker"], color=color, mfc=color if own else "none",
                ms=11 if own else 16, mew=2.5,
            )  # fmt: skip
            if ax is axes[0]:
                ax.annotate(
                    f"{which} rate", (middle[0], 0), xytext=(0 if own else -8, 13),
                    textcoords="offset points", ha="center" if own else "right", color=color,
                    fontweight="bold",
                )  # fmt: skip
        ax.axvline(facts["guessing"][task], color=plt.rcParams["text.color"], ls=":", lw=2)
        ax.set(title=title, xscale="log", xlim=(4e-4, 4), ylim=(len(names) - 0.5, -0.7))
        ax.set_xlabel("final loss (log scale)")
        ax.set_xticks([0.001, 0.01, 0.1, 1], ["0.001", "0.01", "0.1", "1"])
        ax.minorticks_off()
        ax.set_yticks(range(len(names)), names)
        ax.grid(axis="x")
    write_note(
        figure,
        f"Mark: median; bar: range of {facts['networks']} networks. Dotted: guessing. Rates are "
        "the best of nine with three other seeds.",
    )
    return figure
