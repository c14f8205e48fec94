"""Least errors over evaluations, a panel for each size of a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles


def draw_searches(found: Mapping[int, Mapping[str, np.ndarray]], networks: int) -> Any:
    """By weights and method the least error so far, (seeds, evaluations)."""
    figure, axes = plt.subplots(1, len(found), sharex=True, sharey=True)
    for ax, (weights, some) in zip(axes, found.items(), strict=True):
        ends = []
        ax.set(xscale="log", yscale="log", ylim=(0.1, 2), title=f"{weights:,} weights")
        ax.set_xlabel("evaluations (log scale)")
        ax.set_xticks([1, 10, 100, 1_000], ["1", "10", "100", "1,000"])
        ax.set_yticks([0.1, 0.3, 1], ["0.1", "0.3", "1"])
        ax.minorticks_off()
        ax.axhline(1, color=plt.rcParams["text.color"], linestyle=":", linewidth=2)
        for (name, least), look in zip(some.items(), series_styles(len(some)), strict=True):
            count, line = np.arange(1, least.shape[1] + 1), look | {"marker": "", "linewidth": 3}
            middle = draw_range(ax, count, least, line, alpha=0.15)
            ends.append(End(float(count[-1]), float(middle[-1]), name, look["color"]))
        if ax is axes[-1]:
            name_ends(ax, ends)
    axes[0].set_ylabel("least error ÷ guessing's (log scale)")
    write_note(figure, f"Line: median; band: range of {networks} networks. Dotted: guessing.")
    return figure
