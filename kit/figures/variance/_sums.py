"""A sum of products, drawn as a network, and its variance over the number of summands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from kit.figures.initialization._lines import name_lines
from kit.figures.variance._random_sums import COUNTS
from kit.plots.styling import COLORS, SERIES


def draw_sum(
    left: Sequence[str],
    right: Sequence[str],
    result: str,
    curves: Mapping[str, Mapping[str, np.ndarray]],
    words: Mapping[str, str],
    broken: str,
) -> Any:
    """Left a few summands as a network, right variances over their number.

    Parameters
    ----------
    left, right
        What stands in the nodes of both sides, of which one has one.
    result
        Below them: the sum in numbers.
    curves
        By name: ``measured`` and ``predicted`` over `COUNTS`; of the second also ``rule``, what
        the rule by itself would say.
    words
        ``edge``, ``x`` and ``y``: of the edges and the axes.
    broken
        Beside the line of the rule that does not hold.
    """
    figure, axes = plt.subplots(1, 2, width_ratios=(1, 1.45))
    _draw_nodes(axes[0], left, right, result, words["edge"], backwards=len(left) == 1)
    ax, ends = axes[1], {}
    size, counts = plt.rcParams["font.size"], np.array(COUNTS)
    for (name, found), (color, _, mark) in zip(curves.items(), SERIES, strict=False):
        ax.plot(counts, found["predicted"], color=color)
        ax.plot(counts, found["measured"], color=color, ls="", marker=mark, ms=0.6 * size)
        ends[name] = (counts[-1], float(found["predicted"][-1]))
        if "rule" in found:
            ax.plot(counts, found["rule"], color=color, ls="--")
            ends[broken] = (counts[-1], float(found["rule"][-1]))
    ax.set(xscale="log", yscale="log", xlabel=words["x"], ylabel=words["y"])
    ax.set_xlim(0.8, 1300)
    ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    ax.minorticks_off()
    colors = [SERIES[0][0], *[SERIES[1][0]] * (len(ends) - 1)]
    name_lines(ax, ends, colors, size=0.8)
    return figure


def _draw_nodes(
    ax: Axes,
    left: Sequence[str],
    right: Sequence[str],
    result: str,
    edge: str,
    *,
    backwards: bool,
) -> None:
    size = plt.rcParams["font.size"]
    ax.set(xlim=(-0.6, 3.6), ylim=(-3.4, 2.9))
    ax.set_aspect("equal")
    ax.set_axis_off()
    rows = {0: _rows(len(left)), 3: _rows(len(right))}
    color = COLORS["delta"] if backwards else COLORS["z"]
    for a in rows[0]:
        for b in rows[3]:
            start, end = ((3, b), (0, a)) if backwards else ((0, a), (3, b))
            ax.annotate(
                "", end, start,
                arrowprops={"arrowstyle": "-|>", "color": COLORS["weight"], "lw": 2.5,
                            "shrinkA": 1.7 * size, "shrinkB": 1.7 * size, "mutation_scale": size},
            )  # fmt: skip
    back = plt.rcParams["axes.facecolor"]
    for x, texts in ((0, left), (3, right)):
        for y, text in zip(rows[x], texts, strict=True):
            ax.plot(x, y, "o", ms=3.1 * size, mfc=back, mec=color, mew=3)
            ax.text(x, y, text, ha="center", va="center", fontsize=size)
    ax.text(1.5, 2.7, edge, ha="center", va="center", color=COLORS["weight"], fontweight="bold")
    ax.text(1.5, -3.0, result, ha="center", va="center", color=color, fontweight="bold")


def _rows(count: int) -> np.ndarray:
    return np.linspace(2.0, -2.0, count) if count > 1 else np.zeros(1)
