"""A row of numbered inputs with its padding, and under it what each output meets."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from kit.board.stage import bracket, place, say


def draw_padded_row(stage: Axes, top: float, padding: str, width: int, found: Any) -> None:
    """Draw so many inputs, the zeros beside them, brackets for the outputs, and what is dropped."""
    before, after = found["zeros"]
    cells = np.full((1, before + width + after), np.nan)
    cells[0, before : before + width] = range(1, width + 1)
    left = 1.2 - before  # so that an input stands at one place in both rows
    inner = place(stage, cells, top, left, padding=((0, 0), (before, after)), size=1.15)
    for k in [*range(before), *range(before + width, before + width + after)]:
        say(inner, 0.5, k + 0.5, "zero", 0.8)
    for k in found["dropped"]:
        inner.add_patch(
            Rectangle(
                (k - 1, 0), 1, 1, fill=False, hatch="//", linewidth=0, zorder=2,
                edgecolor=to_rgba(plt.rcParams["text.color"], 0.35),
            )
        )  # fmt: skip
    for k, (first, last) in enumerate(found["windows"]):
        low, high = found["meets"][k]
        words = f"output {k + 1} meets {low} to {high}"
        bracket(stage, top + 1.4 + 0.8 * (k % 2), first + 0.3, last + 1.1, words, look=k)
    words = f"{padding.upper()}: {found['outputs']} outputs, "
    if found["dropped"]:
        words += f"inputs {' and '.join(map(str, found['dropped']))} are dropped"
        say(stage, top + 1.35, width + 0.2, "dropped")
    else:
        words += f"{before} zero before the input, {after} after it"
    say(stage, top - 0.4, 1.2, words, 1.1, ha="left", fontweight="bold")
