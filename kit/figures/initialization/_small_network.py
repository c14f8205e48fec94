"""A network that is small enough to write all its numbers down, forwards and backwards."""

from __future__ import annotations

from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from kit.board.stage import say, set_stage
from kit.models import layer_initializer
from kit.plots.styling import COLORS

__all__ = ["SAMPLES", "draw_words", "small_probe"]

SAMPLES = 4
LETTERS = 0.72  # of the numbers, relative to the style's


def small_probe(seed: int = 1) -> tuple[np.ndarray, Any]:
    """Four samples through three tanh units and one sigmoid: (x, Snapshot)."""
    from kit.callbacks import probe

    x = np.random.default_rng(seed + 3).normal(size=(SAMPLES, 2)).round(1).astype("float32")
    y = (x.prod(axis=1) > 0).astype("float32")[:, None]
    layers = []
    for place, (units, activation, name) in enumerate(((3, "tanh", "h1"), (1, "sigmoid", "o"))):
        weights = layer_initializer("glorot_normal", 2 * seed - 1 + place)
        layers.append(keras.layers.Dense(units, activation, kernel_initializer=weights, name=name))
    model = keras.Sequential([keras.Input((2,)), *layers])
    model.compile("sgd", "binary_crossentropy")
    return x, probe(model, x, y)


def draw_words(ax: Axes, x: np.ndarray, snapshot: Any) -> None:
    """Layer h1 forwards above and backwards below, its arrays with their numbers."""
    set_stage(ax, 21, 11.6)
    h1 = snapshot["h1"]
    _array(ax, x, 1.4, 1.1, "probe data x", None)
    _array(ax, h1.weight, 2.4, 5.2, "weight W", "weight")
    _array(ax, h1.z, 1.4, 10.4, "z", "z")
    _array(ax, h1.activation, 1.4, 15.2, "activation a", "activation")
    _array(ax, h1.gradient, 8, 5.2, "gradient", "gradient")
    _array(ax, h1.delta, 7, 10.4, "delta", "delta")
    say(ax, 3.4, 0.8, f"{len(x)} samples", 0.78, rotation=90)
    _arrow(ax, (3.4, 3.3), (3.4, 5.0))
    _arrow(ax, (3.4, 8.4), (3.4, 10.2), "x W + b")
    _arrow(ax, (3.4, 13.6), (3.4, 15.0), "tanh")
    _arrow(ax, (3.4, 18.4), (3.4, 19.3))
    say(ax, 3.4, 20.3, "output o", 0.9, fontweight="bold")
    _arrow(ax, (4.0, 20.2), (8.4, 20.2))
    say(ax, 9, 20.1, f"loss {snapshot.loss:.2f}", 0.9, fontweight="bold")
    _arrow(ax, (9, 19.0), (9, 13.6), "∂cost/∂z of each sample")
    _arrow(ax, (9, 10.2), (9, 8.4), f"xᵀ delta / {len(x)}")
    say(ax, 0.35, 1.1, "forwards: what layer h1 makes of them", 0.85, ha="left", style="italic")
    say(ax, 9, 1.1, "backwards: how the\nloss depends on them", 0.85, ha="left", style="italic")


def _array(
    ax: Axes, values: np.ndarray, row: float, column: float, title: str, quantity: str | None
) -> None:
    rows, columns = values.shape
    color = COLORS[quantity] if quantity else plt.rcParams["text.color"]
    largest = abs(values).max()
    for i in range(rows):
        for j in range(columns):
            share = 0.65 * abs(values[i, j]) / largest if quantity else 0
            ax.add_patch(Rectangle((column + j, row + i), 1, 1, color=color, alpha=share, lw=0))
            say(ax, row + i + 0.52, column + j + 0.5, _number(values[i, j]), LETTERS)
    ax.add_patch(Rectangle((column, row), columns, rows, fill=False, edgecolor=color, linewidth=2))
    shape = f"({rows}, {columns})"
    say(ax, row - 0.15, column + columns / 2, f"{title} {shape}", 0.85, va="bottom")


def _number(value: float) -> str:
    """With a true minus, and none before what is rounded to zero."""
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "−")


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], words: str = "") -> None:
    ink = plt.rcParams["text.color"]
    look = {"arrowstyle": "-|>", "color": ink, "lw": 1.6, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end[::-1], start[::-1], arrowprops=look)
    if words:
        row, column = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        say(ax, row - 0.3, column, words, 0.75, va="bottom")
