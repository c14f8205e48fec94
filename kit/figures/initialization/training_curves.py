"""The initialization decides whether a network learns, and when"""

from __future__ import annotations

import itertools
import math
from typing import Any

from kit.catalogue import Claim, Control, Lab, Notes
from kit.catalogue.block_experiments import EPOCHS
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import (
    ACTIVATIONS,
    INITIALIZERS,
    QUIZ_BY_CURVE,
    network_name,
    nine_in_words,
)
from kit.catalogue.over_seeds import DENSE, medians
from kit.figures.initialization._halvings import draw_halvings
from kit.figures.initialization._training import growing_curves

LECTURES = ("Makhmutova", "Guillot")
PLAY = {"activation": "relu", "initializer": "he_normal", "view": "curves"}
CAPTION = (
    "BLOCK, our network of five hidden layers of 100 units, SGD, ball data; medians of {networks} "
    "networks. With sigmoid, and with Normal σ = 0.01, nothing is learned in {epochs} epochs: the "
    "loss stays at {entropy:.3f}, that of always answering with the positive share ({positive:.0%})"
    ". ReLU with He halves it after {halved[relu_he]:.0f} epochs, with Glorot after "
    "{halved[relu_glorot]:.0f}; tanh takes {halved[tanh_he]:.0f} and {halved[tanh_glorot]:.0f}."
)
ALT = (
    "Three panels of learning curves, medians with the range of {networks} networks. Loss after "
    f"{EPOCHS} epochs: {nine_in_words('loss', '.3f')}."
)
NOTES = Notes(
    look="Here is BLOCK, our network of five hidden layers, on the same data with nine different "
    "beginnings. How many of the nine will have learned anything after {epochs} epochs? Collect "
    "the guesses first.",
    point="ReLU has halved the loss after {halved[relu_he]:.0f} epochs with He and after "
    "{halved[relu_glorot]:.0f} with Glorot. All networks with sigmoid, and all with σ = 0.01, are "
    "still at {entropy:.2f}, where the class shares alone would bring them.",
    misconception="A flat curve does not prove that a network cannot learn. It says that {epochs} "
    "epochs of SGD did not get it off the plateau; the small CNNs with sigmoid do leave theirs, "
    "late, with Adam. And to be right for {positive:.0%} of the points is nothing: that is the "
    "share of the larger class.",
)
CLAIMS = (
    Claim(
        "sigmoid_from_entropy", "<", 0.01,
        "sigmoid learns nothing: its loss ends within {limit} of the class shares' entropy",
    ),
    Claim(
        "normal_from_entropy",
        "<",
        0.01,
        "Normal σ = 0.01 learns nothing with any activation: loss within {limit} of that entropy",
    ),
    Claim(
        "learned",
        "<",
        0.1,
        "ReLU learns with Glorot and He, tanh with He: their loss is under {limit}",
    ),
    Claim("best", "==", "relu_he", "ReLU with He learns best of the nine"),
    Claim(
        "sooner.relu",
        "<",
        0.5,
        "ReLU: with He the loss is halved in under half the epochs that Glorot takes",
    ),
    Claim("sooner.tanh", "<", 1, "tanh: here too it is halved sooner with He than with Glorot"),
)  # fmt: skip
CONTROLS = (
    Control(activation="ReLU", refutes="sigmoid_from_entropy", words="ReLU in place of sigmoid"),
    Control(
        initializer="He normal",
        refutes="normal_from_entropy",
        words="He's initialization in place of σ = 0.01",
    ),
)
QUIZ = QUIZ_BY_CURVE


def measure(
    lab: Lab, seed: int, activation: str = "sigmoid", initializer: str = "Normal σ = 0.01"
) -> tuple[Any, Facts]:
    share = float(lab.ball()[1].mean())
    # the loss of always answering with the share of the positive class
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    runs = lab.train_nine(seed)
    facts: Facts = {"entropy": entropy, "positive": share, "epochs": EPOCHS}
    facts |= {name: {} for name in ("loss", "accuracy", "halved")}
    history = runs.history
    for row, column in itertools.product(ACTIVATIONS, INITIALIZERS):
        some = history[(history["activation"] == row) & (history["initializer"] == column)]
        found = medians([_facts_of(one, entropy / 2) for _, one in some.groupby("seed")])
        for name, value in found.items():
            facts[name][network_name(row, column)] = value
    facts["networks"] = len(lab.seeds(seed, of=DENSE))
    loss, halved = facts["loss"], facts["halved"]
    off = {name: abs(one - entropy) for name, one in loss.items()}
    still = [network_name(activation, column) for column in INITIALIZERS]
    facts["sigmoid_from_entropy"] = {name: off[name] for name in still}
    still = [network_name(row, initializer) for row in ACTIVATIONS]
    facts["normal_from_entropy"] = {name: off[name] for name in still}
    facts["learned"] = {name: loss[name] for name in ("tanh_he", "relu_glorot", "relu_he")}
    facts["best"] = min(loss, key=loss.__getitem__)
    facts["sooner"] = {
        name: halved[f"{name}_he"] / halved[f"{name}_glorot"] for name in ("tanh", "relu")
    }
    return runs, facts


def _facts_of(history: Any, half: float) -> Facts:
    """Of one network: how it ends, and after how many epochs its loss is under half."""
    last = history.iloc[-1]
    over = history.loc[history["loss"] >= half, "epoch"]
    return {
        "loss": float(last["loss"]),
        "accuracy": float(last["accuracy"]),
        "halved": int(over.max()) + 1 if len(over) else 1,
    }


def draw(runs: Any, facts: Facts) -> Any:
    nothing = "nothing learned:\nalways the class shares"
    return draw_halvings(runs, facts, nothing)


ANIMATION = growing_curves(draw, ALT, range(1, EPOCHS + 1), "Whether a network learns, and when")
