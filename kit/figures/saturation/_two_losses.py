"""One sigmoid neuron, and two losses of it: squared and cross-entropy, over z and in training.

For target y, a = σ(z) and z = w x + b: dC/dz is C′(a) σ′(z), and a − y for the cross-entropy, as
σ′ = a (1 − a) cancels (Nielsen 2015, "Neural Networks and Deep Learning", chapter 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from kit.numerals import typeset
from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.styling import series_styles

__all__ = ["TWO_LOSSES", "by_both", "by_tape", "draw_outputs", "draw_over_z",
           "loss_of", "sigmoid", "train_neuron"]  # fmt: skip

TWO_LOSSES = {"squared": "squared loss", "entropy": "cross-entropy"}
"""By the names that facts give them, in words."""


def sigmoid(z: Any) -> Any:
    """The logistic function."""
    return 1 / (1 + np.exp(-np.asarray(z, np.float64)))


def loss_of(name: str, a: Any, y: float, factor: float = 1.0) -> tuple[Any, Any]:
    """A loss and its derivative by a; the squared one is (a − y)² times a factor."""
    if name == "squared":
        return factor * (a - y) ** 2, 2 * factor * (a - y)
    return -(y * np.log(a) + (1 - y) * np.log(1 - a)), (a - y) / (a * (1 - a))


def by_both(z: Any, y: float, factor: float = 1.0) -> dict[str, tuple[Any, Any]]:
    """Of each of the two losses: the loss, and its gradient by z."""
    a = sigmoid(z)
    found = {name: loss_of(name, a, y, factor) for name in TWO_LOSSES}
    return {name: (loss, slope * a * (1 - a)) for name, (loss, slope) in found.items()}


def train_neuron(
    start: Sequence[float],
    x: float,
    y: float,
    *,
    rate: float,
    epochs: int,
    factor: float = 1.0,
) -> dict[str, Any]:
    """Outputs (epochs + 1,) of a neuron that learns one example, by the name of the loss.

    Parameters
    ----------
    start
        Weight and bias at the beginning.
    x, y
        The example: input and target.
    rate, epochs
        Of the gradient descent.
    factor
        Of the squared loss.
    """
    found = {}
    for name in TWO_LOSSES:
        w, b = start
        outputs = []
        for _ in range(epochs + 1):
            outputs.append(float(sigmoid(w * x + b)))
            gradient = float(by_both(w * x + b, y, factor)[name][1])
            w, b = w - rate * gradient * x, b - rate * gradient
        found[name] = np.array(outputs)
    return found


def draw_by_both(ax: Axes, x: Any, curves: Any, named: bool = True) -> list[Any]:
    """A curve for each loss; their names at the ends, where asked for. Gives back the styles."""
    looks = series_styles(len(curves))
    for (_, curve), look in zip(curves.items(), looks, strict=True):
        ax.plot(x, curve, color=look["color"], ls=look["linestyle"])
    if named:
        ends = [
            End(x[-1], curve[-1], TWO_LOSSES[name], look["color"])
            for (name, curve), look in zip(curves.items(), looks, strict=True)
        ]
        name_ends(ax, ends)
    return looks


def draw_neuron(ax: Axes, x: float, w: float, b: float, y: float) -> None:
    """The neuron as a network: input, weight, the unit with z and σ, its output and the target."""
    ax.set(xlim=(0, 12), ylim=(-1, 1), aspect="equal")
    ax.set_axis_off()
    z = w * x + b
    font, ink = plt.rcParams["font.size"], plt.rcParams["text.color"]
    for place, wide, words in ((1.0, 0.62, f"x = {x:g}"), (5.4, 0.9, f"z = {z:g}")):
        ax.add_patch(plt.Circle((place, 0), wide, fill=False, color=ink, lw=font / 8))
        ax.text(place, 0, typeset(words), ha="center", va="center", fontsize=0.9 * font)
    ax.plot([1.62, 4.5], [0, 0], color=ink, lw=abs(w) * font / 14, solid_capstyle="butt")
    ax.plot([6.3, 7.4], [0, 0], color=ink, lw=font / 8)
    ax.text(3.05, 0.22, f"w = {w:g}", ha="center", va="bottom", fontsize=0.9 * font)
    words = f"a = σ(z) = {float(sigmoid(z)):.2g}, target {y:g}"
    ax.text(7.55, 0, words, ha="left", va="center", fontsize=font)


def draw_over_z(z: Any, x: float, w: float, b: float, y: float) -> Any:
    """The neuron above; below both losses and their gradients over z, the neuron's marked."""
    figure: Any = plt.figure()
    grid = figure.add_gridspec(2, 2, height_ratios=[1, 3.4])
    draw_neuron(figure.add_subplot(grid[0, :]), x, w, b, y)
    at, here = by_both(z, y), by_both(w * x + b, y)
    words = ("Loss", "loss"), ("Gradient with respect to z", "∂loss/∂z")
    for part, (title, label) in enumerate(words):
        ax = figure.add_subplot(grid[1, part])
        looks = draw_by_both(ax, z, {name: found[part] for name, found in at.items()}, part == 1)
        for (_, found), look in zip(here.items(), looks, strict=True):
            value = float(found[part])
            ax.plot(w * x + b, value, look["marker"], color=look["color"], ms=12, zorder=5)
            below = -0.5 < value < 2  # on the side that no curve takes
            ax.annotate(
                typeset(f"{value:.3g}"), (w * x + b, value),
                xytext=(-12 if part else 12, -9 if below else 7),
                textcoords="offset points", color=look["color"], fontweight="bold",
                va="top" if below else "bottom", ha="right" if part else "left",
            )  # fmt: skip
        ax.axvline(w * x + b, color=plt.rcParams["text.color"], lw=1, ls=":")
        ax.margins(y=0.16)
        ax.set(title=title, xlabel="Z-value z", ylabel=label)
    return figure


def draw_outputs(runs: Any, titles: Any, y: float, note: str = "") -> Any:
    """A panel for each start: the output over the epochs, a curve for each loss; a note below."""
    figure, axes = plt.subplots(1, len(runs), sharey=True, squeeze=False)
    for ax, outputs, title in zip(axes[0], runs, titles, strict=True):
        epochs = np.arange(len(outputs["squared"]))
        draw_by_both(ax, epochs, outputs, named=ax is axes[0, -1])
        ax.axhline(y, color=plt.rcParams["text.color"], lw=1, ls=":")
        ax.set(title=title, xlabel="epoch", ylim=(-0.03, 1.03))
    axes[0, 0].set_ylabel("output a")
    axes[0, 0].annotate(
        f"target {y:g}", (0, y), xytext=(4, 4 if y < 0.5 else -4), textcoords="offset points",
        va="bottom" if y < 0.5 else "top", fontsize=0.85 * plt.rcParams["font.size"],
    )  # fmt: skip
    if note:
        write_note(figure, note)
    return figure


def by_tape(z: float, y: float) -> dict[str, float]:
    """The gradients by z of both losses, as TensorFlow's tape has them, in float64."""
    import tensorflow as tf

    at = tf.constant(z, tf.float64)
    found = {}
    for name in TWO_LOSSES:
        with tf.GradientTape() as tape:
            tape.watch(at)
            a = tf.sigmoid(at)
            entropy = -(y * tf.math.log(a) + (1 - y) * tf.math.log1p(-a))
            loss = (a - y) ** 2 if name == "squared" else entropy
        found[name] = float(tape.gradient(loss, at))
    return found
