"""Activations against initializers on the CNN for digits: what they do to a short training."""

from __future__ import annotations

import math
from typing import Any

from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure
from kit.figures.grids import ACTIVATIONS, INITIALIZERS, SHORT

__all__ = ["FIGURES"]

SEEDS = (1, 2)
LAYERS = ("conv1", "conv2", "d", "o")
CHANCE = math.log(10)  # the loss of giving every digit a tenth
NETWORK = (
    "the CNN with a dense layer of 128 units, Adam, {train:,} {source}, {epochs} epochs of 32 a "
    "batch"
)


def _name(row: str, column: str) -> str:
    return f"{row.lower()}_{SHORT[column]}"


def _measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    recordings: dict[str, dict[str, Any]] = {}
    facts: Facts = {"chance": CHANCE, "loss": {}, "accuracy": {}, "first": {}, "last": {}}
    for row, activation in ACTIVATIONS.items():
        recordings[row] = {}
        for column, initializer in INITIALIZERS.items():
            recording, about = lab.compare_on_digits(activation, initializer, seed)
            recordings[row][column] = recording
            facts |= about
            name, history = _name(row, column), recording.history
            facts["loss"][name] = float(history["loss"].iloc[-1])
            facts["accuracy"][name] = float(history["accuracy"].iloc[-1])
            for when, epoch in (("first", 0), ("last", about["epochs"])):
                facts[when][name] = {
                    layer: recording.sketch("gradient", layer, epoch).std for layer in LAYERS
                }
    return recordings, facts


def _draw_curves(recordings: Any, facts: Facts) -> Any:
    import matplotlib.pyplot as plt

    from kit.plots.styling import series_styles

    figure, axes = plt.subplots(1, 3, sharey=True)
    for ax, (row, columns) in zip(axes, recordings.items(), strict=True):
        for (column, recording), look in zip(columns.items(), series_styles(3), strict=True):
            loss = recording.history["loss"]
            ax.plot(loss.index, loss, **look, label=column)
        ax.axhline(facts["chance"], color=plt.rcParams["text.color"], linewidth=1)
        ax.set_title(row)
        ax.set_xlabel("epoch")
        ax.set_xticks(range(1, facts["epochs"] + 1))
    axes[0].set_ylabel("training loss (cross-entropy)")
    axes[0].set_ylim(bottom=0)
    axes[1].annotate(
        "guessing:\na tenth for each digit", (facts["epochs"], facts["chance"]), xytext=(0, -6),
        textcoords="offset points", va="top", ha="right",
        fontsize=plt.rcParams["font.size"] * 0.8,
    )  # fmt: skip
    axes[0].legend(loc="lower left", title="initialization", alignment="left")
    figure.suptitle(CURVES_TITLE)
    return figure


CURVES_TITLE = "The CNN: sigmoid learns nothing, σ = 0.01 learns late"

CURVES = LectureFigure(
    id="cnn-comparison-curves",
    topic="cnn",
    title=CURVES_TITLE,
    lectures=("Makhmutova", "Olteanu"),
    measure=_measure,
    draw=_draw_curves,
    caption=f"Nine trainings of {NETWORK}. With sigmoid the loss ends at {{loss[sigmoid_he]:.2f}} "
    "with He, where guessing gives {chance:.2f}. ReLU ends at {loss[relu_he]:.2f} with He, "
    "{loss[relu_glorot]:.2f} with Glorot and {loss[relu_normal]:.2f} with Normal σ = 0.01, which "
    "Adam's steps, the same for small gradients and large, make up for.",
    alt="Three panels of learning curves ({source}). Training loss after {epochs} epochs: sigmoid "
    "{loss[sigmoid_normal]:.2f} (Normal), {loss[sigmoid_glorot]:.2f} (Glorot), "
    "{loss[sigmoid_he]:.2f} (He); tanh {loss[tanh_normal]:.2f}, {loss[tanh_glorot]:.2f}, "
    "{loss[tanh_he]:.2f}; ReLU {loss[relu_normal]:.2f}, {loss[relu_glorot]:.2f}, "
    "{loss[relu_he]:.2f}.",
    claims=(
        Claim(
            "sigmoid learns nothing with any of the three: loss within 0.1 of guessing",
            lambda f: all(
                abs(f["loss"][f"sigmoid_{name}"] - f["chance"]) < 0.1
                for name in ("normal", "glorot", "he")
            ),
        ),
        Claim(
            "tanh and ReLU learn with all three: loss under half of guessing",
            lambda f: all(
                f["loss"][f"{activation}_{name}"] < 0.5 * f["chance"]
                for activation in ("tanh", "relu")
                for name in ("normal", "glorot", "he")
            ),
        ),
        Claim(
            "Glorot and He are ahead of Normal σ = 0.01 with tanh and with ReLU",
            lambda f: all(
                f["loss"][f"{activation}_{name}"] < f["loss"][f"{activation}_normal"]
                for activation in ("tanh", "relu")
                for name in ("glorot", "he")
            ),
        ),
    ),
    seeds=SEEDS,
    digits=True,
)


def _draw_gradients(recordings: Any, facts: Facts) -> Any:
    from kit.plots import compare

    return compare(recordings, "gradient", title=GRADIENTS_TITLE, layers=list(LAYERS))


GRADIENTS_TITLE = "Gradients of the CNN before training: sigmoid loses them"

GRADIENTS = LectureFigure(
    id="cnn-comparison-gradients",
    topic="cnn",
    title=GRADIENTS_TITLE,
    lectures=("Makhmutova", "Olteanu"),
    measure=_measure,
    draw=_draw_gradients,
    caption="Gradients by layer before training ({source}). With sigmoid and Normal σ = 0.01 their "
    "std falls from {first[sigmoid_normal][o]:.0e} in the output to "
    "{first[sigmoid_normal][conv1]:.0e} in conv1, with ReLU and He it is {first[relu_he][o]:.0e} "
    "and {first[relu_he][conv1]:.0e}. A convolution's weights are shared by all places, whose "
    "gradients add up: conv1 gets more than the dense layer with tanh and ReLU.",
    alt="Nine panels of violins: the gradients of conv1, conv2, d and o ({source}) for sigmoid, "
    "tanh and ReLU with Normal σ = 0.01, Glorot and He. Std in conv1: sigmoid "
    "{first[sigmoid_normal][conv1]:.0e}, {first[sigmoid_glorot][conv1]:.0e}, "
    "{first[sigmoid_he][conv1]:.0e}; tanh {first[tanh_normal][conv1]:.0e}, "
    "{first[tanh_glorot][conv1]:.0e}, {first[tanh_he][conv1]:.0e}; ReLU "
    "{first[relu_normal][conv1]:.0e}, {first[relu_glorot][conv1]:.0e}, "
    "{first[relu_he][conv1]:.0e}.",
    claims=(
        Claim(
            "sigmoid: the gradient's std falls at every layer on the way back, with all three",
            lambda f: all(
                f["first"][f"sigmoid_{name}"]["conv1"]
                < f["first"][f"sigmoid_{name}"]["conv2"]
                < f["first"][f"sigmoid_{name}"]["d"]
                < f["first"][f"sigmoid_{name}"]["o"]
                for name in ("normal", "glorot", "he")
            ),
        ),
        Claim(
            "sigmoid with Normal σ = 0.01: conv1's std is under 0.1 % of the output's",
            lambda f: (
                f["first"]["sigmoid_normal"]["conv1"] < 1e-3 * f["first"]["sigmoid_normal"]["o"]
            ),
        ),
        Claim(
            "tanh and ReLU: conv1's std is above the dense layer's, with all three",
            lambda f: all(
                f["first"][f"{activation}_{name}"]["conv1"]
                > f["first"][f"{activation}_{name}"]["d"]
                for activation in ("tanh", "relu")
                for name in ("normal", "glorot", "he")
            ),
        ),
        Claim(
            "ReLU with He: largest std under 30 times the smallest",
            lambda f: (
                max(f["first"]["relu_he"].values()) < 30 * min(f["first"]["relu_he"].values())
            ),
        ),
    ),
    seeds=SEEDS,
    digits=True,
)

FIGURES = (CURVES, GRADIENTS)
