"""|w| and w²: the penalties themselves, how hard they pull, and what each says of two vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.plots.styling import series_styles

__all__ = ["TWO_VECTORS", "draw_shapes", "left_of_one", "told_apart"]

TWO_VECTORS = {"peaky": np.array([1.0, 0, 0, 0]), "spread": np.full(4, 0.25)}
"""Of CS231n's notes (A. Karpathy, "Linear classification"), as is x = (1, 1, 1, 1)."""

VECTOR_WORDS = {"peaky": "(1, 0, 0, 0)", "spread": "(¼, ¼, ¼, ¼)"}
_SPAN = np.linspace(-2, 2, 401)


def told_apart(inputs: Sequence[float]) -> dict[str, dict[str, float]]:
    """By vector: its output for these inputs, Σ|w| and Σw²."""
    return {
        name: {
            "output": float(w @ np.asarray(inputs, float)),
            "l1": float(np.abs(w).sum()),
            "l2": float((w**2).sum()),
        }
        for name, w in TWO_VECTORS.items()
    }


def left_of_one(rate: float, steps: int) -> dict[str, float]:
    """What a penalty alone leaves of a weight of 1: |w| by proximal steps, w² by its slope."""
    w1 = w2 = 1.0
    for _ in range(steps):
        w1 = float(np.sign(w1)) * max(abs(w1) - rate, 0.0)
        w2 -= rate * 2 * w2
    return {"l1": w1, "l2": w2}


def draw_shapes(facts: Any) -> Any:
    """The two penalties, their slopes, and bars for the two vectors."""
    figure, axes = plt.subplots(1, 3, width_ratios=[1, 1, 1.35])
    one, two = series_styles(2)
    flat = np.where(np.abs(_SPAN) < 1e-9, np.nan, np.sign(_SPAN))  # no slope at 0
    panels = (
        ("The penalty", np.abs(_SPAN), _SPAN**2, (0, 4), ("|w|", 2, 1.4), ("w²", 1.5, 3.1)),
        (
            "How hard it pulls",
            flat,
            2 * _SPAN,
            (-4, 4),
            ("slope ±1", 2, 1),
            ("slope 2w", 1.35, 3.4),
        ),
    )
    for ax, (title, first, second, span, *named) in zip(axes, panels, strict=False):
        for values, look, (words, x, y) in zip((first, second), (one, two), named, strict=True):
            ax.plot(_SPAN, values, color=look["color"], ls=look["linestyle"], lw=3.5)
            side = {"ha": "right", "color": look["color"], "fontweight": "bold"}
            up = {"textcoords": "offset points", "xytext": (-6, -10)}
            ax.annotate(words, (x, y), va="top", **side, **up)
        ax.set(title=title, xlabel="weight w", ylim=span, xticks=[-2, -1, 0, 1, 2])
        ax.set_yticks(range(span[0], span[1] + 1))
    axes[0].plot([-1, 1], [1, 1], "o", color=plt.rcParams["text.color"], zorder=4)
    _draw_bars(axes[2], facts["vectors"])
    return figure


def _draw_bars(ax: Any, vectors: Any) -> None:
    looks = series_styles(4)[2:]
    for k, ((name, words), look) in enumerate(zip(VECTOR_WORDS.items(), looks, strict=True)):
        values = list(vectors[name].values())
        places = np.arange(3) + 0.4 * (k - 0.5)
        hatch = {"hatch": "//", "edgecolor": plt.rcParams["axes.facecolor"]} if k else {}
        bars = ax.bar(places, values, 0.36, color=look["color"], label=words, **hatch)
        ax.bar_label(bars, [f"{value:g}" for value in values], padding=4)
    ax.set_xticks(range(3), ["output", "L1: Σ|w|", "L2: Σw²"])
    ax.set(title="Two vectors, x = (1, 1, 1, 1)", ylim=(0, 1.45))
    ax.legend(loc="upper center", title="weights w", ncols=2, columnspacing=1, handlelength=1.2)
