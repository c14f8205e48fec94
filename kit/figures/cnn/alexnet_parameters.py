"""AlexNet (2012): nearly all parameters are in its dense layers"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Claim, Hidden, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.quiz import answers_in_words
from kit.figures.cnn._alexnet import count_alexnet
from kit.models import build_lenet5
from kit.plots.styling import SERIES

LECTURES = ("Olteanu",)
CAPTION = (
    "Built to be counted: five convolutions, three of them in the two groups of the paper, "
    "and three dense layers. {parameters:,} parameters, "
    "{dense_share:.0%} of them dense, {times_lenet:,.0f} times LeNet-5's {lenet:,}; without the "
    "groups {without_groups:,}."
)
ALT = (
    "A bar for each layer of AlexNet. conv1 {layers[conv1]:,} to conv5 {layers[conv5]:,} are "
    "short; dense1 has {layers[dense1]:,}, dense2 {layers[dense2]:,}, dense3 {layers[dense3]:,} "
    "parameters. In all {parameters:,}."
)
NOTES = Notes(
    look="Five convolutions and three dense layers. What share of the parameters is in the "
    "convolutions? Collect guesses, then show the bars.",
    point="{dense_share:.0%} are in the dense layers, {layers[dense1]:,} in the first of them "
    "alone. In all there are {parameters:,}, {times_lenet:,.0f} times as many as in LeNet-5.",
    misconception="Few parameters are not little work. A convolution uses each of its weights at "
    "every place of its map, a dense layer uses each only once for an image. So the memory goes to "
    "the dense layers, and most of the multiplications to the convolutions.",
)
CLAIMS = (
    Claim(
        "millions", "near", (60, 3), "about {value} million parameters, within {tolerance} million"
    ),
    Claim("dense_share", ">", 0.9, "over {percent:g} % of them are in the dense layers"),
    Claim(
        "kinds",
        "==",
        {"conv": 5, "dens": 3},
        "the {limit[dens]} dense layers and {limit[conv]} convolutions of the paper",
    ),
)
QUIZ = Quiz(
    "Which layers of AlexNet are (1) to (8)?",
    answers_in_words(*(f"conv{k}" for k in range(1, 6)), *(f"dense{k}" for k in range(1, 4))),
    (Hidden(r", \d+% in dense layers"),),
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    counted = lab.run(count_alexnet)
    by_layer = counted["layers"]
    dense = sum(count for name, count in by_layer.items() if name.startswith("dense"))
    total = sum(by_layer.values())
    lenet = build_lenet5(seed=seed).count_params()
    facts: Facts = {
        "layers": by_layer,
        "parameters": total,
        "without_groups": counted["whole"],
        "dense_share": dense / total,
        "lenet": lenet,
        "times_lenet": total / lenet,
    }
    facts["millions"] = total / 1e6
    facts["kinds"] = {kind: sum(name[:4] == kind for name in by_layer) for kind in ("conv", "dens")}
    return None, facts


def draw(data: Any, facts: Facts) -> Any:
    figure, ax = plt.subplots()
    names = list(facts["layers"])
    for place, name in enumerate(names):
        count = facts["layers"][name]
        color, _, _ = SERIES[1] if name.startswith("dense") else SERIES[0]
        bar = ax.barh(place, count / 1e6, color=color)
        if name.startswith("dense"):
            bar[0].set(hatch="//", edgecolor=plt.rcParams["axes.facecolor"])
        ax.annotate(
            f"{count:,}", (count / 1e6, place), xytext=(6, 0), textcoords="offset points",
            va="center",
        )  # fmt: skip
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set_xlabel("parameters (millions)")
    ax.set_title(f"{facts['parameters']:,} in all, {facts['dense_share']:.0%} in dense layers")
    ax.set_xlim(0, 43)
    ax.grid(True, axis="x")
    ax.grid(False, axis="y")
    return figure
