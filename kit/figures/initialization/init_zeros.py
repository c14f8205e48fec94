"""All-zero weights: after 100 epochs all units of a layer are still the same"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.block_experiments import EPOCHS, train_zeros
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import GLOROT
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.plots.ends import End, name_ends
from kit.plots.styling import series_styles
from kit.recordings.display import short_number

LECTURES = ("Guillot", "Das", "Sridharan", "Makhmutova")
CAPTION = (
    "BLOCK, our network of five hidden layers of 100 units, with sigmoid after "
    f"{EPOCHS} epochs; {{networks}} networks each, on the left that of seed {{seed}}. Started at "
    "zero, any two units of a layer still have the same weights, {most_apart_zero:.0g} apart in "
    "every network. The 100 weights from h5 to the output have {distinct_zero} value between them "
    "({output_zero:.3f}): all units do the work of one. Started with Glorot, they have "
    "{distinct_glorot} values."
)
ALT = (
    "Left, the 100 weights from h5 to the output after training: on one level at "
    "{output_zero:.3f} for all-zero initialization, scattered for Glorot. Right, the largest "
    "difference between units of each layer, median of {networks} networks: {most_apart_zero:.0g} "
    "for all-zero, {apart_glorot[h1]:.2g} in h1 for Glorot."
)
NOTES = Notes(
    look="All weights of BLOCK, our network of five hidden layers, begin at zero. Does training "
    "change them at all? Take a vote, then look at the weights from h5 to the output.",
    point="They did move, to {output_zero:.3f}, and all hundred of them to the very same number. "
    "Units that begin alike get the same gradient at every step, so a layer of a hundred does the "
    "work of one.",
    misconception="The trouble with zeros is not that nothing can be learned: the output's weights "
    "moved. It is that nothing tells one unit from another. Biases may begin at zero, as long as "
    "the weights do not: from Glorot's start there are {distinct_glorot} different weights.",
)
CLAIMS = (
    Claim(
        "most_apart_zero",
        "==",
        0,
        "all-zero: units of a layer have the same weights, to the last bit",
    ),
    Claim(
        "activation_apart",
        "==",
        0,
        "all-zero: units of h5 have the same activation for every sample",
    ),
    Claim("output_zero", "!=", 0, "all-zero: the output's weights did move"),
    Claim("distinct_glorot", "==", 100, "Glorot: all {limit} output weights differ"),
)
CONTROL = Control(
    initializer="glorot_normal",
    refutes=("most_apart_zero", "activation_apart"),
    words="Glorot's initialization",
)
QUIZ = Quiz(
    "Which initialization is (1), which (2)?",
    (Answer("all zero", r"\b[Aa]ll[- ]zero\b"), GLOROT),
)


def measure(lab: Lab, seed: int, initializer: str = "zeros") -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    every = lab.run(train_zeros, first=block_of(seed, DENSE)[0])
    zero, glorot = ([every[name][one] for one in seeds] for name in (initializer, "glorot_normal"))
    facts: Facts = {
        "networks": len(seeds),
        "seed": seeds[0],
        "apart_zero": medians([one["apart"] for one in zero]),
        "apart_glorot": medians([one["apart"] for one in glorot]),
        # what is said of all of them: no median
        "most_apart_zero": max(max(one["apart"].values()) for one in zero),
        "activation_apart": max(one["activation_apart"] for one in zero),
        "distinct_zero": max(len(np.unique(one["output"])) for one in zero),
        "distinct_glorot": min(len(np.unique(one["output"])) for one in glorot),
        "output_zero": float(zero[0]["output"][0]),
        "loss_zero": float(np.median([one["loss"] for one in zero])),
    }
    return {"all zero": zero[0]["output"], "Glorot normal": glorot[0]["output"]}, facts


def draw(output: Any, facts: Facts) -> Any:
    figure, axes = plt.subplots(1, 2, width_ratios=[3, 2])
    looks = series_styles(2)
    units = range(1, len(output["all zero"]) + 1)
    for weights, look in zip(output.values(), looks, strict=True):
        axes[0].plot(units, weights, look["marker"], color=look["color"])
    axes[0].set(title="Weights from h5's units to the output", xlabel="unit of h5", ylabel="weight")
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
        axes[1].bar_label(
            bars, [short_number(v) for v in values], fontsize=plt.rcParams["font.size"] * 0.85,
            color=look["color"], fontweight="bold",
        )  # fmt: skip
        if shift > 0:
            for bar in bars:
                bar.set_hatch("//")
                bar.set_edgecolor(plt.rcParams["axes.facecolor"])
    axes[1].set_xticks(places, list(facts["apart_zero"]))
    axes[1].set(
        title="How far units are apart", ylabel="largest difference of weights", xlabel="layer"
    )
    return figure
