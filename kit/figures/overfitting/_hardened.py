"""The share of changed digits that networks read right, over ε, by how they were trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.figures.overfitting._fooled import EPSILONS, TAUGHT_WITH
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles

LINES: dict[str, tuple[str, tuple[float, float]]] = {
    "coin, plain": ("by a coin", (0.25, 0.88)),
    "gradient, hardened": ("taught with changed digits", (0.16, 0.42)),
    "gradient, plain": ("plain", (0.045, 0.44)),
}
"""By what moves the digits and how the network was trained: in words, and where they stand."""


def draw_hardened(right: Mapping[str, np.ndarray], facts: Any) -> Any:
    """Lines with bands, named at their ends; right: by line (networks, ε)."""
    figure, ax = plt.subplots()
    looks = series_styles(len(LINES))
    for (name, (words, place)), look in zip(
        LINES.items(), (looks[2], looks[0], looks[1]), strict=True
    ):
        draw_range(ax, EPSILONS, right[name], look)
        ax.text(*place, words, color=look["color"], fontweight="bold")
    ax.axvline(TAUGHT_WITH, color=plt.rcParams["text.color"], ls=":", lw=1.5)
    ax.text(TAUGHT_WITH + 0.004, 0.97, "ε of the training", va="center")
    ax.set(xlabel="ε, of a range of 1 from black to white", ylim=(0, 1))
    ax.set_ylabel("share of test digits read right")
    write_note(figure, f"Line: median; band: range of {facts['networks']} networks.")
    return figure
