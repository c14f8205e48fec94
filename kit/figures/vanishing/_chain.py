"""A chain of sigmoid units, one a layer: its numbers forwards and backwards, and its picture."""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from kit.board.stage import say, set_stage
from kit.figures.vanishing._deep import logistic
from kit.plots.styling import COLORS


class Chain(NamedTuple):
    """Of each unit, from the first after the input: activation, slope, and delta."""

    activation: np.ndarray
    slope: np.ndarray
    delta: np.ndarray


def run_chain(x: float, w: float, b: float, units: int, y: float = 0.0) -> Chain:
    """Through so many sigmoid units, each with the same weight and bias, and back.

    With cross-entropy the last delta is a - y; before it, each is the next times w times σ′(z).

    Examples
    --------
    >>> run_chain(1.0, 1.5, 0.0, 3).delta.round(4)
    array([0.0448, 0.2003, 0.7613])
    """
    a = np.empty(units)
    for k in range(units):
        a[k] = logistic(np.float64(w * (a[k - 1] if k else x) + b))
    slope = a * (1 - a)
    delta = np.empty(units)
    delta[-1] = a[-1] - y
    for k in range(units - 2, -1, -1):
        delta[k] = delta[k + 1] * w * slope[k]
    return Chain(a, slope, delta)


def draw_chain(ax: Axes, x: float, w: float, chain: Chain) -> None:
    """The units in a row, activations in them; below, delta, and by what it is multiplied."""
    stage = set_stage(ax, 24, 6.6)
    places = np.linspace(2.2, 20.6, len(chain.delta) + 1)
    ink, back = plt.rcParams["text.color"], COLORS["delta"]
    values = [x, *chain.activation]
    for k, (place, value) in enumerate(zip(places, values, strict=True)):
        color = ink if k == 0 else COLORS["activation"]
        stage.add_patch(Circle((place, 2.1), 1.0, fill=False, edgecolor=color, linewidth=3))
        say(stage, 2.1, place, f"{value:.2f}", 0.95, fontweight="bold")
        say(stage, 0.62, place, "x" if k == 0 else f"a{_SUPERSCRIPT[k]}", 0.85)
        if k:
            _arrow_along(stage, (places[k - 1] + 1.1, 2.1), (place - 1.1, 2.1), ink)
            say(stage, 1.75, (places[k - 1] + place) / 2, f"w = {w:g}", 0.85, va="bottom")
            words = f"δ{_SUPERSCRIPT[k]} = {chain.delta[k - 1]:.3f}"
            say(stage, 4.6, place, words, 0.95, color=back, fontweight="bold")
        if k > 1:
            middle = (places[k - 1] + place) / 2
            _arrow_along(stage, (place - 1.9, 4.6), (places[k - 1] + 1.9, 4.6), back)
            factor = w * chain.slope[k - 2]
            say(stage, 5.0, middle, f"× w σ′(z{_SUPERSCRIPT[k - 1]})", 0.85, color=back, va="top")
            say(stage, 5.8, middle, f"= × {factor:.2f}", 0.85, color=back, va="top")
    say(stage, 2.1, 23.2, "y = 0", 0.95)


_SUPERSCRIPT = {1: "²", 2: "³", 3: "⁴"}
"""Of the k-th unit the number of its layer, as the lecture counts: the input is layer 1."""


def _arrow_along(ax: Axes, start: tuple[float, float], end: tuple[float, float], ink: Any) -> None:
    look = {"arrowstyle": "-|>", "color": ink, "lw": 2.2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=look)
