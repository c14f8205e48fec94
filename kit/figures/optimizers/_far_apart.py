"""How far two ways are apart, a row for each pair, from equal to something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.plots.styling import series_styles

NOTHING = 1e-17
"""Where 0 is drawn on a logarithmic axis."""


def draw_far_apart(off: Mapping[str, Sequence[float]]) -> Any:
    """By name two distances: as Keras comes (open), and with the lecture's numbers (filled)."""
    figure, ax = plt.subplots()
    rows = np.arange(len(off))
    values = np.maximum(np.array(list(off.values())), NOTHING)  # (rows, 2)
    words = ("as Keras comes", "with the lecture's numbers")
    looks = series_styles(2)[::-1]
    ax.hlines(rows, values.min(axis=1), values.max(axis=1), color=looks[0]["color"], linewidth=2)
    for k, (name, look) in enumerate(zip(words, looks, strict=True)):
        fill = "none" if k == 0 else look["color"]
        ax.plot(
            values[:, k], rows, look["marker"], color=look["color"], mfc=fill, label=name,
            ms=17 - 5 * k, mew=2.5,
        )  # fmt: skip
    ax.axvline(1e-12, color=plt.rcParams["text.color"], linestyle=":", linewidth=2)
    ax.set(xscale="log", xlim=(NOTHING / 100, 300), ylim=(len(off) - 0.4, -1.1))
    ax.set(xlabel="furthest apart, of the way to the minimum (log scale)")
    ax.set_xticks([NOTHING, 1e-12, 1e-8, 1e-4, 1], ["0", "10⁻¹²", "10⁻⁸", "10⁻⁴", "1"])
    ax.set_yticks(rows, list(off))
    ax.grid(axis="x")
    ax.text(3e-13, -0.75, "equal but for rounding", ha="right", va="center", fontweight="bold")
    ax.text(4e-12, -0.75, "not the same numbers", ha="left", va="center", fontweight="bold")
    ax.legend(loc="upper right", bbox_to_anchor=(1, 0.9))
    ax.minorticks_off()
    return figure
