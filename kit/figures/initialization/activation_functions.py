"""Activation functions and their slopes: sigmoid's never exceeds 1/4"""

from __future__ import annotations

from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from kit.catalogue import Claim, Hidden, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import RELU, SIGMOID, TANH
from kit.plots.margins import write_note
from kit.plots.styling import series_styles

LECTURES = ("Makhmutova", "Olteanu", "Sridharan", "Das")
CAPTION = (
    "Sigmoid's slope is at most {sigmoid_slope:.2f}, at z = {sigmoid_slope_at:.0f}; five "
    "layers in a row pass on at most {five_layers:.1e} of a gradient. In [-1, 1] tanh is within "
    "{tanh_off_line:.2f} of the line {tanh_line:.2f} z. ReLU's slope is 0 or 1."
)
ALT = (
    "Left, sigmoid rising from 0 to 1, tanh from -1 to 1, and ReLU, 0 below 0 and z above. "
    "Right, their derivatives: sigmoid's bell of height {sigmoid_slope:.2f}, tanh's of height "
    "{tanh_slope:.0f}, ReLU's step from 0 to 1."
)
NOTES = Notes(
    look="Show the left half alone. Where is each curve steepest, and how steep is it there? Let "
    "them guess sigmoid's slope at 0 before they see the right half.",
    point="Sigmoid's slope is {sigmoid_slope:.2f} at the most, and that at 0 only. Five such "
    "slopes in a row multiply to {five_layers:.1%} at the very best, before any weight comes in.",
    misconception="A slope of 1 does not make tanh or ReLU safe. tanh has it at 0 alone and soon "
    "flattens out, and ReLU's is 0 on half of the axis. The slope is one factor of the gradient "
    "only; the weights are the other.",
)
CLAIMS = (
    Claim("sigmoid_slope", "<=", 0.25 + 1e-6, "sigmoid's slope is at most 1/4"),
    Claim("sigmoid_slope", "near", (0.25, 1e-5), "and reaches it at 0"),
    Claim("tanh_off_line", "<", 0.1, "tanh is roughly linear in [-1, 1]: within {limit} of a line"),
    Claim("relu_slopes", "==", [0.0, 1.0], "ReLU's slope is {limit[0]:g} or {limit[1]:g}"),
)
QUIZ = Quiz(
    "Which activation functions are (1), (2), (3)?",
    (SIGMOID, TANH, RELU),
    (Hidden(r", where tanh is roughly linear"),),
    caption="Three activation functions and their derivatives.",
)

_NAMES = (  # where each curve is named: x, y, which side of the text
    {"sigmoid": (-4.9, 0.16, "left"), "tanh": (-4.9, -0.85, "left"), "relu": (2.25, 2.6, "right")},
    {"sigmoid": (1.7, 0.3, "left"), "tanh": (-0.75, 0.85, "right"), "relu": (2.0, 1.06, "left")},
)

FUNCTIONS = ("sigmoid", "tanh", "relu")


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    x = np.linspace(-5, 5, 2001, dtype=np.float32)  # step 0.005, with 0 and ±1 on it
    curves = {}
    for name in FUNCTIONS:
        with tf.GradientTape() as tape:
            at = tf.constant(x)
            tape.watch(at)
            value = keras.activations.get(name)(at)
        curves[name] = (np.asarray(value), np.asarray(tape.gradient(value, at)))
    inside = np.abs(x) <= 1
    line = float(x[inside] @ curves["tanh"][0][inside] / (x[inside] @ x[inside]))
    residual = np.abs(curves["tanh"][0] - line * x)[inside]
    facts = {
        "sigmoid_slope": float(curves["sigmoid"][1].max()),
        "sigmoid_slope_at": float(x[curves["sigmoid"][1].argmax()]),
        "tanh_slope": float(curves["tanh"][1].max()),
        "tanh_line": line,
        "tanh_off_line": float(residual.max()),
        "relu_slopes": sorted({float(v) for v in curves["relu"][1]}),
        "five_layers": float(curves["sigmoid"][1].max()) ** 5,
    }
    return {"x": x, "curves": curves}, facts


def draw(data: Any, facts: Facts) -> Any:
    figure, axes = plt.subplots(1, 2)
    looks = dict(zip(data["curves"], series_styles(3), strict=True))
    shown = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}
    for ax, which in zip(axes, (0, 1), strict=True):
        for name, curve in data["curves"].items():
            look = looks[name]
            y = curve[which].astype(float)
            if which == 1 and name == "relu":
                y[np.flatnonzero(np.diff(y))] = np.nan  # it jumps: no value in between
            ax.plot(data["x"], y, color=look["color"], ls=look["linestyle"])
            x_at, y_at, side = _NAMES[which][name]
            ax.text(
                x_at,
                y_at,
                shown[name],
                color=look["color"],
                fontweight="bold",
                ha=side,
                va="center",
            )
        ax.set_xlabel("Z-value z")
        ax.axvspan(-1, 1, color=plt.rcParams["grid.color"], alpha=0.5, linewidth=0)
    axes[0].set(title="Activation f(z)", ylabel="f(z)", ylim=(-1.3, 3))
    axes[1].set(title="Derivative f′(z)", ylabel="f′(z)", ylim=(-0.05, 1.15))
    axes[1].axhline(0.25, color=plt.rcParams["text.color"], linewidth=1, linestyle="--")
    axes[1].annotate("1/4", (-5, 0.25), xytext=(0, 5), textcoords="offset points")
    axes[1].plot(0, 0, "o", color=looks["relu"]["color"])  # Keras takes the slope 0 there
    axes[1].plot(0, 1, "o", mfc=plt.rcParams["axes.facecolor"], color=looks["relu"]["color"])
    write_note(figure, "Shaded: z in [−1, 1], where tanh is roughly linear.")
    return figure
