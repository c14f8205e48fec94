"""A kernel's way forwards to the loss, and the way back to the gradient of each of its weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from kit.board.stage import arrow, place, say


def draw_forwards(ax: Axes, one: Any, number: Callable[[float], str]) -> None:
    """Draw input, kernel, Z-values and delta in the upper part of a stage; what comes below."""
    say(ax, 0.4, 0.3, "forwards", ha="left", style="italic")
    look: dict[str, Any] = {"number": number, "size": 0.85}
    place(ax, one["input"], 1.6, 0.6, cell=0.85, title="input a", window=(0, 0, 2, 2), **look)
    say(ax, 3.3, 4.7, "∗", 1.3)
    place(ax, one["kernel"], 2.45, 5.4, cell=0.85, title="kernel w", **look)
    say(ax, 3.3, 7.75, "=", 1.3)
    place(ax, one["z"], 2.05, 8.4, cell=0.85, title="z", **look)
    arrow(ax, 3.3, 11.3, 13.2)
    say(ax, 3.05, 12.25, "loss", 0.85, va="bottom")
    place(ax, one["delta"], 2.05, 13.5, cell=0.85, title="δ = ∂loss/∂z", **look)
    words = (
        "Each weight meets nine inputs.\nIts gradient is their sum,\neach times δ of its place:\n"
        "δ slides over the input."
    )
    say(ax, 3.3, 17.2, words, 0.95, ha="left", linespacing=1.3)


def draw_backwards(ax: Axes, one: Any, sums: Any, number: Callable[[float], str]) -> None:
    """Draw for each weight what it met, times delta, and the sum of it; then the gradient."""
    look: dict[str, Any] = {"number": number, "size": 0.85}
    say(ax, 6.4, 0.3, "backwards, weight by weight", ha="left", style="italic")
    names = ("upper left", "upper right", "lower left", "lower right")
    for k, ((i, j), name) in enumerate(zip(np.ndindex(2, 2), names, strict=True)):
        left = 0.3 + 5.15 * k
        place(
            ax, one["input"], 8.0, left, cell=1.05, title=f"{name} weight", window=(i, j, 3, 3),
            weights=one["delta"], **look,
        )  # fmt: skip
        say(ax, 12.75, left + 2.1, sums[k], 0.85)
    arrow(ax, 10.1, 20.4, 21.6)
    place(
        ax, one["gradient"], 8.65, 22.1, cell=1.45, title="∂loss/∂w", number=number, size=1.2,
        marked=list(np.ndindex(2, 2)),
    )  # fmt: skip
