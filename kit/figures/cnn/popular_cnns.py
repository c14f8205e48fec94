"""Popular CNNs: deeper than VGG16, better, with fewer parameters"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.quiz import answers_in_words
from kit.figures.cnn._popular import POPULAR_CNNS, count_popular
from kit.plots.styling import SERIES

LECTURES = ("Olteanu",)
CAPTION = (
    "Parameters and depth (layers on the longest way through), as counted on Keras's models, "
    "built without weights: VGG16 {counted[VGG16][parameters]:,} at depth {counted[VGG16][depth]}, "
    "InceptionResNetV2 {counted[InceptionResNetV2][parameters]:,} at depth "
    "{counted[InceptionResNetV2][depth]}. ResNet50, for which the lecture's table has no depth, "
    "has {counted[ResNet50][depth]}. ResNeXt50 is not in Keras; its number and all accuracies are "
    "quoted from the table, not measured here."
)
ALT = (
    "Left, bars of parameters: VGG16 {counted[VGG16][parameters]:,}, InceptionV3 "
    "{counted[InceptionV3][parameters]:,}, ResNet50 {counted[ResNet50][parameters]:,}, Xception "
    "{counted[Xception][parameters]:,}, InceptionResNetV2 "
    "{counted[InceptionResNetV2][parameters]:,}, and, quoted, ResNeXt50 "
    "{published[ResNeXt50][parameters]:,}. Right, published accuracies: top-1 from "
    "{published[VGG16][top1]:.1%} (VGG16) to {published[InceptionResNetV2][top1]:.1%} "
    "(InceptionResNetV2)."
)
NOTES = Notes(
    look="Which of these networks has the most parameters: the newest, the deepest, the most "
    "accurate? Take bets before you uncover the bars.",
    point="It is VGG16, with {counted[VGG16][parameters]:,} at a depth of {counted[VGG16][depth]}. "
    "InceptionResNetV2 is {counted[InceptionResNetV2][depth]} deep with "
    "{others_parameters[InceptionResNetV2]:.0%} of them, and quoted as more accurate.",
    misconception="Depth is not a number on which all agree. Here it counts every layer on the "
    "longest way through, activations and normalizations too: ResNet50, named after its layers "
    "with weights, has {counted[ResNet50][depth]}. And the accuracies are quoted from a table; "
    "nobody has measured them here.",
)
CLAIMS = (
    Claim(
        "parameters_off",
        "==",
        0,
        "Keras's five models have the parameters of the lecture's table, to the last one",
    ),
    Claim("depth_off", "==", 0, "and its depths, where it has them"),
    Claim("others_deeper_by", ">", 0, "the other four counted are deeper than VGG16"),
    Claim("others_better_by", ">", 0, "quoted as more accurate"),
    Claim("others_parameters", "<", 0.5, "with under {limit} times its parameters"),
    Claim("missing", "==", ["ResNeXt50"], "only {listed} is missing from Keras"),
)
QUIZ = Quiz(
    "Which networks are (1) to (6)?",
    (
        *answers_in_words("VGG16", "InceptionV3", "ResNet50", "Xception", "InceptionResNetV2"),
        Answer("ResNeXt50", r"\bResNeXt50(\n\(not in Keras\))?"),
    ),
    caption="Parameters and depth counted on Keras's models, or quoted; published accuracies.",
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    counted = lab.run(count_popular)
    facts: Facts = {
        "counted": counted,
        "published": {
            name: {"parameters": row[0], "top1": row[1], "top5": row[2], "depth": row[3]}
            for name, row in POPULAR_CNNS.items()
        },
        "missing": [name for name in POPULAR_CNNS if name not in counted],
        "megabytes": {name: 4 * one["parameters"] / 2**20 for name, one in counted.items()},
    }
    published, vgg = facts["published"], counted["VGG16"]
    others = {name: one for name, one in counted.items() if name != "VGG16"}
    facts |= {
        "parameters_off": {
            n: c["parameters"] - published[n]["parameters"] for n, c in counted.items()
        },
        "depth_off": {
            name: one["depth"] - published[name]["depth"]
            for name, one in counted.items()
            if published[name]["depth"] is not None
        },
        "others_deeper_by": {n: one["depth"] - vgg["depth"] for n, one in others.items()},
        "others_better_by": {n: published[n]["top1"] - published["VGG16"]["top1"] for n in others},
        "others_parameters": {n: c["parameters"] / vgg["parameters"] for n, c in others.items()},
    }
    return None, facts


def draw(data: Any, facts: Facts) -> Any:
    figure, axes = plt.subplots(1, 2, width_ratios=[1.45, 1], sharey=True)
    names = list(facts["published"])
    places = range(len(names))
    ink = plt.rcParams["text.color"]
    for place, name in zip(places, names, strict=True):
        counted = facts["counted"].get(name)
        number = (counted or facts["published"][name])["parameters"]
        look = {"color": SERIES[0][0]} if counted else {"fill": False, "edgecolor": ink, "ls": "--"}
        axes[0].barh(place, number / 1e6, **look)
        words = f"{number:,}" + (f" · depth {counted['depth']}" if counted else " (quoted)")
        axes[0].annotate(
            words, (number / 1e6, place), xytext=(6, 0), textcoords="offset points", va="center"
        )
        row = facts["published"][name]
        axes[1].plot([row["top1"], row["top5"]], [place] * 2, color=ink, linewidth=1)
        axes[1].plot(row["top1"], place, "o", color=SERIES[1][0], label="top-1")
        axes[1].plot(row["top5"], place, "s", color=SERIES[2][0], label="top-5")
        for value in (row["top1"], row["top5"]):
            axes[1].annotate(
                f"{value:.1%}", (value, place), xytext=(0, 8), textcoords="offset points",
                ha="center", fontsize=plt.rcParams["font.size"] * 0.8,
            )  # fmt: skip
    labels = [name if name in facts["counted"] else f"{name}\n(not in Keras)" for name in names]
    axes[0].set_yticks(places, labels)
    axes[0].set(title="Counted: parameters, depth", xlabel="parameters (millions)")
    axes[0].set_xlim(0, 245)
    axes[0].grid(True, axis="x")
    axes[0].grid(False, axis="y")
    axes[1].set(title="Quoted: ImageNet accuracy", xlabel="share right (validation set)")
    axes[1].set_xlim(0.66, 1.0)
    axes[1].set_ylim(len(names) - 0.4, -1.1)
    handles, words = axes[1].get_legend_handles_labels()
    axes[1].legend(handles[:2], words[:2], loc="upper left", ncols=2)
    return figure
