"""The two diagrams of the page on concepts, drawn from real measurements.

Each function leaves two figures, the first for a light page and the second for a dark one.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import kit
from kit.board.stage import say
from kit.callbacks import Recorder
from kit.datasets.ball import load_data
from kit.figures.initialization._small_network import draw_words, small_probe
from kit.models import build_block
from kit.plots import style
from kit.plots.styling import COLORS

__all__ = ["draw_layer", "draw_run", "small_probe", "small_run"]

INCHES = (11.0, 6.1)
RUN_INCHES = (11.0, 5.6)
FONT = 15.0


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
    draw_words(ax, x, snapshot)
    return figure


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
