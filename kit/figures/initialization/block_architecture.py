"""BLOCK: nearly all parameters are between two hidden layers"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.board import plot_network
from kit.catalogue import Answer, Claim, Control, Hidden, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.models import build_block
from kit.plots.styling import SERIES

LECTURES = ("Makhmutova",)
CAPTION = (
    "{inputs} inputs, {hidden} hidden layers of {units} units, one output unit. A layer has a "
    "weight for each pair of units and a bias for each of its own: {layers[h1]:,} parameters in "
    "h1, {layers[h2]:,} in each of h2 to h5, {layers[o]} in o, {parameters:,} in all. "
    "{between_share:.0%} of them are between two hidden layers."
)
ALT = (
    "Above, the network in columns: {inputs} inputs, {hidden} times {units} units, of which a few "
    "are drawn, one output. Below, a bar of parameters for each layer: h1 {layers[h1]:,}, h2 to h5 "
    "{layers[h2]:,} each, o {layers[o]}."
)
NOTES = Notes(
    look="How many numbers does one of the layers in the middle have to learn, if it has "
    "{units} units and there are {units} before it? And how many does the first one have?",
    point="{layers[h2]:,} in the middle, {layers[h1]:,} in the first, since it reads only "
    "{inputs} inputs. In all there are {parameters:,}, and {between_share:.0%} of them lie between "
    "two hidden layers.",
    misconception="Parameters are not counted by units but by pairs of units. Twice as many units "
    "in every hidden layer are nearly four times as many weights between them. And do not forget "
    "the biases, one for each unit.",
)
CLAIMS = (
    Claim("parameters", "==", 41_601, "{limit:,} parameters"),
    Claim("between_share", ">", 0.95, "over {percent:g} % of them are between hidden layers"),
    Claim("ends", "==", [1100, 101], "{limit[0]:,} in the first layer, {limit[1]} in the last"),
    Claim("between", "==", 10_100, "{limit:,} in each layer between"),
    Claim("counted", "==", words="a weight for each pair and a bias for each unit", than="layers"),
)
CONTROL = Control(units=10, refutes="between_share", words="hidden layers of 10 units")
QUIZ = Quiz(
    "How many parameters has h1 (1), has each of h2 to h5 (2), has o (3)?",
    (
        Answer("1,100 = 10·100 + 100", r"(?<![\d,])1,100\b"),
        Answer("10,100 = 100·100 + 100", r"\b10,100\b"),
        Answer("101 = 100·1 + 1", r"(?<![\d,])101(?![\d,]*\d)"),
    ),
    (Hidden(r"\n= .*"),),
)


def measure(lab: Lab, seed: int, units: int = 100) -> tuple[Any, Facts]:
    """Parameters of the layers of BLOCK, with so many units; weights make no difference."""
    model = build_block(units=units, seed=1)
    layers = {layer.name: int(layer.count_params()) for layer in model.layers}
    shapes = {layer.name: [int(side) for side in layer.kernel.shape] for layer in model.layers}
    first, *between, last = layers.values()
    return [np.ones(shape) for shape in shapes.values()], {
        "layers": layers,
        "shapes": shapes,
        "counted": {name: before * own + own for name, (before, own) in shapes.items()},
        "inputs": shapes["h1"][0],
        "units": units,
        "hidden": len(between) + 1,
        "parameters": int(model.count_params()),
        "ends": [first, last],
        "between": between,
        "between_share": sum(between) / sum(layers.values()),
    }


def draw(data: Any, facts: Facts) -> Any:
    """The network, and beneath it a bar for each of its layers."""
    figure, (above, below) = plt.subplots(2, 1, height_ratios=[6, 5])
    names = ["inputs", *facts["layers"]]
    plot_network(data, names=names, most=6, limit=5, key=False, ax=above)
    for place, (name, count) in enumerate(facts["layers"].items()):
        before, own = facts["shapes"][name]
        color, hatch = (SERIES[0][0], None) if count in facts["between"] else (SERIES[1][0], "//")
        bar = below.bar(place, count, 0.6, color=color)[0]
        bar.set(hatch=hatch, edgecolor=plt.rcParams["axes.facecolor"])
        said = f"{count:,}\n= {before}·{own} + {own}"
        below.annotate(
            said, (place, count), xytext=(0, 4), textcoords="offset points", ha="center",
            va="bottom",
        )  # fmt: skip
    below.set_xticks(range(len(facts["layers"])), list(facts["layers"]))
    below.set(ylabel="parameters", ylim=(0, 17_500), xlim=(-0.6, len(facts["layers"]) - 0.4))
    below.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    below.grid(False, axis="x")
    return figure
