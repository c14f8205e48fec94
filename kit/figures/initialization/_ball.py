"""The ball from the side: its points by class, and how far from the middle and aside they are."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from kit.catalogue.claims import Facts
from kit.plots.styling import SERIES

BALL_CLASSES = (("negative", SERIES[0][0], "o"), ("positive", SERIES[1][0], "^"))
"""Word, colour and mark of each."""


def draw_ball(ax: Axes, data: Any, facts: Facts) -> None:
    """The points seen from the side, with the diagonal to the right.

    Where a point is on the diagonal tells its sum; how far it is from the middle, its distance.
    """
    ink, radius, half = plt.rcParams["text.color"], facts["radius"], facts["half"]
    edge = half / np.sqrt(facts["dims"])
    back: dict[str, Any] = {"color": BALL_CLASSES[0][1], "alpha": 0.18, "linewidth": 0}
    ax.fill_betweenx([-radius, radius], -edge, edge, **back)
    for label, (word, color, mark) in enumerate(BALL_CLASSES):
        some = data["y"] == label
        ax.scatter(
            data["along"][some], data["away"][some], s=26, marker=mark, color=color, alpha=0.8,
            linewidths=0,
        )  # fmt: skip
        x, y = ((0, 1.17), (0.8, 0.95))[label]  # above the ball, and beside it
        ax.text(
            x * radius, y * radius, f"{word}: {int(some.sum())}", color=color, ha="center",
            va="center", fontweight="bold",
        )  # fmt: skip
    for reach, line in ((radius, "-"), (half, "--")):
        ax.add_patch(Circle((0, 0), reach, fill=False, edgecolor=ink, linestyle=line, linewidth=2))
    few = facts["within_half"]
    ax.text(
        0, 0, f"{few} point{'' if few == 1 else 's'} within\nhalf of the\nradius", ha="center",
        va="center", linespacing=1.15,
    )  # fmt: skip
    ax.annotate(
        "", (1.2 * radius, -1.12 * radius), (-1.2 * radius, -1.12 * radius),
        arrowprops={"arrowstyle": "-|>", "color": ink},
    )  # fmt: skip
    words = f"along the diagonal of the {facts['dims']} coordinates: Σx"
    ax.text(0, -1.17 * radius, words, ha="center", va="top")
    ax.set(xlim=(-1.25 * radius, 1.25 * radius), ylim=(-1.36 * radius, 1.26 * radius))
    ax.set_aspect("equal")
    ax.set_axis_off()
