"""Same network, same data: the initialization decides whether it learns"""

from __future__ import annotations

import math
from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Claim, Lab
from kit.catalogue.block_experiments import EPOCHS
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import (
    ACTIVATIONS,
    INITIALIZERS,
    QUIZ_BY_CURVE,
    draw_nine_curves,
    network_name,
    nine_in_words,
)
from kit.figures.initialization._training import PAIRS, growing_curves

LECTURES = ("Makhmutova", "Guillot")
CAPTION = (
    f"BLOCK, SGD, {EPOCHS} epochs on the ball data. With sigmoid none of the three learns: "
    "the loss ends at {loss[sigmoid_he]:.3f} with He, where always answering with the share of the "
    "positive class ({positive:.0%}) gives {entropy:.3f}. ReLU with He ends at "
    "{loss[relu_he]:.2f} and {accuracy[relu_he]:.0%} accuracy, with Glorot at "
    "{loss[relu_glorot]:.2f}, with Normal σ = 0.01 at {loss[relu_normal]:.3f}."
)
ALT = f"Three panels of learning curves. Loss after the last epoch: {nine_in_words('loss', '.3f')}."
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
    epochs = [1, 5, 10, 15, 20]
    figure = draw_nine_curves(curves, facts["entropy"], epochs, "binary cross-entropy", markevery=4)
    figure.axes[0].annotate(
        "nothing learned:\nalways the class shares", (1, facts["entropy"]), xytext=(0, -8),
        textcoords="offset points", va="top", fontsize=plt.rcParams["font.size"] * 0.8,
    )  # fmt: skip
    return figure


ANIMATION = growing_curves(draw, ALT, 1, title="The initialization decides whether it learns")
