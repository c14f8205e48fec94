"""The two diagrams of the page on concepts, drawn from real measurements.

Each function leaves two figures, the first for a light page and the second for a dark one.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import kit
from kit.board.stage import say, set_stage
from kit.callbacks import Recorder
from kit.datasets.ball import load_data
from kit.models import build_block, layer_initializer
from kit.plots import style
from kit.plots.styling import COLORS

__all__ = ["draw_layer", "draw_run", "small_probe", "small_run"]

INCHES = (11.0, 6.1)
RUN_INCHES = (11.0, 5.6)
FONT = 15.0


def small_probe() -> tuple[np.ndarray, kit.Snapshot]:
    """Four samples through three tanh units and one sigmoid: (x, Snapshot)."""
    x = np.random.default_rng(4).normal(size=(4, 2)).round(1).astype("float32")
    y = (x.prod(axis=1) > 0).astype("float32")[:, None]
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(
                3, "tanh", kernel_initializer=layer_initializer("glorot_normal", 1), name="h1"
            ),
            keras.layers.Dense(
                1, "sigmoid", kernel_initializer=layer_initializer("glorot_normal", 2), name="o"
            ),
        ]
    )
    model.compile("sgd", "binary_crossentropy")
    return x, kit.probe(model, x, y)


def small_run() -> kit.Recording:
    """Four epochs of a network of three hidden layers: its Recording."""
    keras.utils.set_random_seed(1)
    X, y = load_data()
    model = build_block("tanh", "glorot_normal", n_layers=3, optimizer="adam", seed=1)
    recorder = Recorder(X, y)
    model.fit(X, y, epochs=4, verbose=0, callbacks=[recorder])
    return recorder.recording


def draw_layer() -> list[Figure]:
    """A layer forwards and backwards, its arrays with their numbers."""
    x, snapshot = small_probe()
    return _in_both_themes(lambda: _layer(x, snapshot))


def draw_run() -> list[Figure]:
    """A grid of sketches, a row for each layer, a column for each capture."""
    recording = small_run()
    return _in_both_themes(lambda: _run(recording))


def _in_both_themes(draw: Callable[[], Figure]) -> list[Figure]:
    figures = []
    for theme in ("light", "dark"):
        with style(theme), plt.rc_context({"font.size": FONT, "lines.linewidth": 1.6}):
            figures.append(draw())
            figures[-1].patch.set_alpha(0)  # the page shows through
    return figures


def _layer(x: np.ndarray, snapshot: kit.Snapshot) -> Figure:
    """A layer forwards and backwards, its arrays with their numbers."""
    figure, ax = plt.subplots(figsize=INCHES)
    set_stage(ax, 21, 11.6)
    h1 = snapshot["h1"]
    _array(ax, x, 1.4, 1.1, "probe data x", None)
    _array(ax, h1.weight, 2.4, 5.2, "weight W", "weight")
    _array(ax, h1.z, 1.4, 10.4, "z", "z")
    _array(ax, h1.activation, 1.4, 15.2, "activation a", "activation")
    _array(ax, h1.gradient, 8, 5.2, "gradient", "gradient")
    _array(ax, h1.delta, 7, 10.4, "delta", "delta")
    say(ax, 3.4, 0.8, f"{len(x)} samples", 0.75, rotation=90)
    _arrow(ax, (3.4, 3.3), (3.4, 5.0))
    _arrow(ax, (3.4, 8.4), (3.4, 10.2), "x W + b")
    _arrow(ax, (3.4, 13.6), (3.4, 15.0), "f = tanh")
    _arrow(ax, (3.4, 18.4), (3.4, 19.3))
    say(ax, 3.4, 20.35, "output o", 0.9, fontweight="bold")
    _arrow(ax, (4.0, 20.2), (8.4, 20.2))
    say(ax, 9, 20.1, f"loss {snapshot.loss:.2f}", 0.9, fontweight="bold")
    _arrow(ax, (9, 19.0), (9, 13.6), "∂cost/∂z of each sample")
    _arrow(ax, (9, 10.2), (9, 8.4), f"xᵀ delta / {len(x)}")
    say(ax, 0.4, 1.1, "forwards: what layer h1 makes of them", 0.82, ha="left", style="italic")
    say(ax, 9, 1.1, "backwards: how the\nloss depends on them", 0.82, ha="left", style="italic")
    return figure


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
            say(ax, row + i + 0.52, column + j + 0.5, _number(values[i, j]), 0.66)
    ax.add_patch(Rectangle((column, row), columns, rows, fill=False, edgecolor=color, linewidth=2))
    shape = f"({rows}, {columns})"
    say(ax, row - 0.15, column + columns / 2, f"{title} {shape}", 0.82, va="bottom")


def _number(value: float) -> str:
    """With a true minus, and none before what is rounded to zero."""
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "−")


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], words: str = "") -> None:
    ink = plt.rcParams["text.color"]
    ax.annotate(
        "",
        end[::-1],
        start[::-1],
        arrowprops={"arrowstyle": "-|>", "color": ink, "lw": 1.6, "shrinkA": 0, "shrinkB": 0},
    )
    if words:
        row, column = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        say(ax, row - 0.3, column, words, 0.72, va="bottom")


def _run(recording: kit.Recording) -> Figure:
    """A grid of sketches: a row for each layer, a column for each capture."""
    layers = recording.layers_with("gradient", outputs=False)
    epochs, ink = recording.epochs, plt.rcParams["text.color"]
    figure, ax = plt.subplots(figsize=RUN_INCHES)
    ax.set_axis_off()
    ax.set(xlim=(-0.85, len(epochs) + 1.15), ylim=(len(layers) + 0.62, -0.72))
    for row, layer in enumerate(layers):
        say(ax, row + 0.5, -0.12, layer, ha="right", fontweight="bold")
        sketches = [recording.sketch("gradient", layer, epoch) for epoch in epochs]
        edge = max(abs(sketches[0].quantile([0.005, 0.995])))
        for column, sketch in enumerate(sketches):
            coords, density = sketch.density(-edge, edge)
            middle, height = row + 0.86, 0.7 * density / density.max()
            across = column + 0.5 + 0.42 * coords / edge
            ax.fill_between(across, middle, middle - height, color=COLORS["gradient"], alpha=0.85)
            ax.plot([column + 0.08, column + 0.92], [middle] * 2, color=ink, linewidth=0.8)
    for column, (epoch, step) in enumerate(zip(epochs, recording.steps, strict=True)):
        words = "before training" if epoch == 0 else f"{step} batches done"
        say(ax, -0.3, column + 0.5, f"epoch {epoch}", fontweight="bold")
        say(ax, -0.08, column + 0.5, words, 0.68)
    framed = {"fill": False, "edgecolor": ink, "linewidth": 1.6, "clip_on": False}
    ax.add_patch(Rectangle((2.02, -0.46), 0.96, len(layers) + 0.52, linestyle="--", **framed))
    say(ax, len(layers) + 0.3, 2.5, "one capture:\nevery layer, every quantity", 0.82)
    ax.add_patch(Rectangle((4.04, 1.04), 0.92, 0.92, **framed))
    say(ax, 1.5, 5.03, "one sketch:\nthe gradients\nof h2 after\nepoch 4", 0.82, ha="left")
    say(ax, -0.62, 2.5, "A Recording: one run, here its gradients", fontweight="bold", size=1.05)
    return figure
