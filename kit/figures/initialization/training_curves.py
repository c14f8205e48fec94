"""Same network, same data: the initialization decides whether it learns"""

from __future__ import annotations

import math
from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Claim, Lab
from kit.catalogue.block_experiments import EPOCHS
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import ACTIVATIONS, INITIALIZERS, QUIZ_BY_CURVE, network_name
from kit.figures.initialization._training import PAIRS, growing
from kit.plots.styling import series_styles

LECTURES = ("Makhmutova", "Guillot")
SEEDS = (1, 2)
CAPTION = (
    f"BLOCK, SGD, {EPOCHS} epochs on the ball data. With sigmoid none of the three learns: "
    "the loss ends at {loss[sigmoid_he]:.3f} with He, where always answering with the share of the "
    "positive class ({positive:.0%}) gives {entropy:.3f}. ReLU with He ends at "
    "{loss[relu_he]:.2f} and {accuracy[relu_he]:.0%} accuracy, with Glorot at "
    "{loss[relu_glorot]:.2f}, with Normal σ = 0.01 at {loss[relu_normal]:.3f}."
)
ALT = (
    "Three panels of learning curves. Loss after the last epoch: sigmoid "
    "{loss[sigmoid_normal]:.3f} (Normal), {loss[sigmoid_glorot]:.3f} (Glorot), "
    "{loss[sigmoid_he]:.3f} (He); tanh {loss[tanh_normal]:.3f}, {loss[tanh_glorot]:.3f}, "
    "{loss[tanh_he]:.3f}; ReLU {loss[relu_normal]:.3f}, {loss[relu_glorot]:.3f}, "
    "{loss[relu_he]:.3f}."
)
CLAIMS = (
    Claim(
        "sigmoid_from_entropy",
        "<",
        0.01,
        "sigmoid learns nothing: its loss ends within {limit} of the class shares' entropy",
    ),
    Claim(
        "normal_from_entropy",
        "<",
        0.01,
        "Normal σ = 0.01 learns nothing with any activation: loss within {limit} of that entropy",
    ),
    Claim("best", "==", "relu_he", "ReLU with He learns best of the nine"),
    Claim("he_over_glorot", "<", 0.5, "ReLU with He ends under half the loss of ReLU with Glorot"),
)
QUIZ = QUIZ_BY_CURVE


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    _, y = lab.ball()
    share = float(y.mean())
    # the loss of always answering with the share of the positive class
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    facts: Facts = {"entropy": entropy, "positive": share, "loss": {}, "accuracy": {}}
    curves: dict[str, dict[str, Any]] = {}
    for row, activation in ACTIVATIONS.items():
        curves[row] = {}
        for column, initializer in INITIALIZERS.items():
            # of the others no epoch between is drawn
            every = 1 if (row, column) in PAIRS else EPOCHS
            history = lab.train_block(activation, initializer, seed, every=every).history
            curves[row][column] = history["loss"]
            name = network_name(row, column)
            facts["loss"][name] = float(history["loss"].iloc[-1])
            facts["accuracy"][name] = float(history["accuracy"].iloc[-1])
    loss = facts["loss"]
    off = {name: abs(one - entropy) for name, one in loss.items()}
    facts["sigmoid_from_entropy"] = {n: one for n, one in off.items() if n.startswith("sigmoid")}
    facts["normal_from_entropy"] = {n: one for n, one in off.items() if n.endswith("normal")}
    facts["best"] = min(loss, key=loss.__getitem__)
    facts["he_over_glorot"] = loss["relu_he"] / loss["relu_glorot"]
    return curves, facts


def draw(curves: Any, facts: Facts) -> Any:
    figure, axes = plt.subplots(1, 3, sharey=True)
    for ax, (row, columns) in zip(axes, curves.items(), strict=True):
        for (column, loss), look in zip(columns.items(), series_styles(3), strict=True):
            ax.plot(loss.index, loss, **look, markevery=4, label=column)
        ax.axhline(facts["entropy"], color=plt.rcParams["text.color"], linewidth=1)
        ax.set_title(row)
        ax.set_xlabel("epoch")
        ax.set_xticks([1, 5, 10, 15, 20])
    axes[0].set_ylabel("training loss (binary cross-entropy)")
    axes[0].set_ylim(bottom=0)
    axes[0].annotate(
        "nothing learned:\nalways the class shares", (1, facts["entropy"]), xytext=(0, -8),
        textcoords="offset points", va="top", fontsize=plt.rcParams["font.size"] * 0.8,
    )  # fmt: skip
    axes[0].legend(loc="lower left", title="initialization", alignment="left")
    return figure


ANIMATION = growing(draw, ALT, 1, title="The initialization decides whether it learns")
