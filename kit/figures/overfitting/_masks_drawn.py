"""Networks with units crossed out, and the share of weights that get a gradient."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.board import place_of, plot_network
from kit.figures.overfitting._masked import MASK_BATCHES, MASK_SIZES, sub_network
from kit.films import animate_network
from kit.plots.ends import End, name_ends
from kit.plots.styling import series_styles

__all__ = ["animate_masks", "draw_masks"]

_SHOWN = 3  # samples of the batch


def draw_masks(data: Any) -> Any:
    """The network of each of three samples; below, shares over the size of the batch."""
    figure, axes = plt.subplot_mosaic(
        [list(range(_SHOWN)), ["curve"] * _SHOWN], height_ratios=[5, 4]
    )
    out = series_styles(2)[1]["color"]
    for k in range(_SHOWN):
        weights, nodes = sub_network(data["masks"], k)
        plot_network(weights, key=False, limit=4, ax=axes[k])
        for column, there in enumerate(nodes):
            for unit in np.flatnonzero(there == 0):
                axes[k].plot(*place_of(axes[k], column, int(unit)), "x", color=out, ms=15, mew=4)
        axes[k].set_title(f"Sample {k + 1}")
    ax, ends = axes["curve"], []
    lines = {"a mask for each sample": "own", "one mask for the batch": "whole"}
    for (words, name), look in zip(lines.items(), series_styles(2), strict=True):
        ax.plot(MASK_BATCHES, data[name], **look)
        ends.append(End(MASK_BATCHES[-1], float(data[name][-1]), words, look["color"]))
    ax.plot(
        MASK_BATCHES, data["predicted"], color=series_styles(2)[0]["color"], lw=6, alpha=0.4,
        linestyle=(0, (2, 3)),
    )  # fmt: skip
    ax.set(xscale="log", xlabel="samples in the batch m (log scale)", ylim=(0, 1.08))
    ax.set_xticks(MASK_BATCHES, [str(one) for one in MASK_BATCHES])
    ax.xaxis.minorticks_off()
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_ylabel("weights with\na gradient")
    ax.text(0.6, 0.55, "dashed: 1 − (1 − ¼)ᵐ", transform=ax.transAxes, va="center")
    name_ends(ax, ends)
    return figure


def _told(value: float) -> str:
    return "" if value else "out"


def animate_masks(data: Any, facts: Any, **how: Any) -> Any:
    """Sample by sample the units that are there; in the test all of them."""
    steps = []
    for k in range(len(data["masks"][0])):
        nodes = sub_network(data["masks"], k)[1]
        words = f"sample {k + 1}: {facts['kept'][k]} of 10 hidden units left"
        steps.append((words, {"values": nodes, "paths": _ways(nodes)}))
    every = [np.ones(size) for size in MASK_SIZES]
    steps.append(("in the test: all of them", {"values": every, "paths": _ways(every)}))
    weights = [np.ones(pair) for pair in pairwise(MASK_SIZES)]
    return animate_network(weights, steps, number=_told, key=False, limit=3.0, **how)


def _ways(nodes: list[Any]) -> list[list[tuple[int, int]]]:
    """Paths over every edge whose two ends are there."""
    found = []
    for k in range(len(nodes) - 1):
        for a in np.flatnonzero(nodes[k]):
            found += [[(k, int(a)), (k + 1, int(b))] for b in np.flatnonzero(nodes[k + 1])]
    return found
