"""All-zero weights: what they are after training, and which gradients are 0 at the start."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from kit.catalogue import Lab
from kit.catalogue.block_experiments import HIDDEN, train_zeros
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import ACTIVATIONS
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.plots.ends import End, name_ends
from kit.plots.styling import COLORS, series_styles
from kit.recordings.display import short_number

PLACES_OF_GRADIENTS = (*HIDDEN, "o", "o's bias")


def measure_zeros(lab: Lab, seed: int, initializer: str = "zeros") -> tuple[Any, Facts]:
    """Weights from h5 to the output, (100,); how far units are apart, gradients at the start."""
    seeds = lab.seeds(seed, of=DENSE)
    every = lab.run(train_zeros, first=block_of(seed, DENSE)[0])
    zero, glorot = ([every[name][one] for one in seeds] for name in (initializer, "glorot_normal"))
    gradients = {
        name: _largest_gradients(lab, of, initializer, seeds[0]) for name, of in ACTIVATIONS.items()
    }
    facts: Facts = {
        "networks": len(seeds),
        "seed": seeds[0],
        "apart_zero": medians([one["apart"] for one in zero]),
        "apart_glorot": medians([one["apart"] for one in glorot]),
        # what is said of all of them: no median
        "most_apart_zero": max(max(one["apart"].values()) for one in zero),
        "activation_apart": max(one["activation_apart"] for one in zero),
        # which processor sums how decides on the last bit
        "distinct_zero": max(len(np.unique(one["output"].round(6))) for one in zero),
        "distinct_glorot": min(len(np.unique(one["output"])) for one in glorot),
        "output_zero": float(zero[0]["output"][0]),
        "loss_zero": float(np.median([one["loss"] for one in zero])),
        "gradients": gradients,
        "weights_of_two": [
            gradients[name][place] for name in ("tanh", "ReLU") for place in (*HIDDEN, "o")
        ],
        "hidden_of_sigmoid": [gradients["sigmoid"][place] for place in HIDDEN],
        "biases": {name: gradients[name]["o's bias"] for name in ACTIVATIONS},
    }
    return {"all zero": zero[0]["output"], "Glorot normal": glorot[0]["output"]}, facts


def _largest_gradients(lab: Lab, activation: str, initializer: str, seed: int) -> Facts:
    """The largest magnitude of each layer's gradient before training, and of the output's bias."""
    snapshot = lab.probe_block(activation, initializer, seed)
    gradient: Any = {name: snapshot[name].gradient for name in (*HIDDEN, "o")}
    delta: Any = snapshot["o"].delta
    found = {name: float(np.abs(one).max()) for name, one in gradient.items()}
    return found | {"o's bias": float(abs(delta.mean()))}


def draw_zeros(output: Any, facts: Facts) -> Any:
    """Left the weights, right how far units are apart; below, gradients that are exactly 0."""
    figure = plt.figure()
    grid = figure.add_gridspec(2, 2, width_ratios=[3, 2], height_ratios=[2.1, 1])
    axes = [figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])]
    _draw_gradients(figure.add_subplot(grid[1, :]), facts["gradients"])
    looks = series_styles(2)
    units = range(1, len(output["all zero"]) + 1)
    for weights, look in zip(output.values(), looks, strict=True):
        axes[0].plot(units, weights, look["marker"], color=look["color"])
    axes[0].set(
        title="Sigmoid, after training: weights from h5 to o", xlabel="unit of h5", ylabel="weight"
    )
    axes[0].set_xticks([1, 25, 50, 75, 100])
    (zero, level), (glorot, scattered) = output.items()
    axes[0].set_ylim(top=1.25 * max(weights.max() for weights in output.values()))
    top = int(scattered.argmax())  # the highest weight, above which there is room
    axes[0].annotate(
        glorot, (top + 1, scattered[top]), xytext=(0, 8), textcoords="offset points", va="bottom",
        ha="left" if top < 70 else "right", color=looks[1]["color"], fontweight="bold",
    )  # fmt: skip
    name_ends(axes[0], [End(len(level), level[-1], zero, looks[0]["color"])])
    places = np.arange(len(facts["apart_zero"]))
    for shift, fact, look in ((-0.2, "apart_zero", looks[0]), (0.2, "apart_glorot", looks[1])):
        values = list(facts[fact].values())
        bars = axes[1].bar(places + shift, values, 0.4, color=look["color"])
        axes[1].bar_label(  # where there is no bar
            bars, ["" if v > 1e-6 else "0" for v in values], color=look["color"],
            fontsize=plt.rcParams["font.size"] * 0.85, fontweight="bold",
        )  # fmt: skip
        if shift > 0:
            for bar in bars:
                bar.set_hatch("//")
                bar.set_edgecolor(plt.rcParams["axes.facecolor"])
    axes[1].set_xticks(places, list(facts["apart_zero"]))
    axes[1].set(
        title="Units apart, after training", ylabel="largest difference of weights", xlabel="layer"
    )
    return figure


def _draw_gradients(ax: Axes, gradients: Facts) -> None:
    """A row for each activation, a cell for each gradient; those that are not 0 in colour."""
    for row, (name, of) in enumerate(gradients.items()):
        ax.text(-0.62, row, name, ha="right", va="center")
        for column, place in enumerate(PLACES_OF_GRADIENTS):
            value = of[place]
            moves = value > 0
            ax.add_patch(
                plt.Rectangle(
                    (column - 0.46, row - 0.42), 0.92, 0.84, linewidth=1.5,
                    facecolor=COLORS["gradient"] if moves else "none", alpha=0.35 if moves else 1,
                    edgecolor=plt.rcParams["grid.color"],
                )
            )  # fmt: skip
            words = short_number(value) if moves else "0"
            ax.text(column, row, words, ha="center", va="center",
                    fontweight="bold" if moves else "normal")  # fmt: skip
    ax.set(xlim=(-1.6, 6.6), ylim=(2.5, -1.2), title="Largest gradient before training, all zero")
    for column, place in enumerate(PLACES_OF_GRADIENTS):
        ax.text(column, -0.6, place, ha="center", va="bottom")
    ax.set_axis_off()
