"""AlexNet: pixels become maps, and most parameters sit in one layer"""

from __future__ import annotations

from typing import Any

import keras

from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.cnn._alexnet import build_alexnet
from kit.figures.cnn._architecture import (
    ARCHITECTURE_ALT,
    architecture_claims,
    draw_architecture,
    measure_architecture,
    narrowing,
)

LECTURES = ("Olteanu",)
CAPTION = (
    "Follow the blocks from left to right: {sides[conv1]} pixels a side after the first "
    "convolution, {sides[conv5]} after the last, and {maps[conv1]} maps become {maps[conv5]}. Then "
    "look at the bars. Of {parameters:,} parameters {most_share:.0%} are in one layer, {most}: "
    "each of its {units:,} units reads all {flat:,} values. The five convolutions together have "
    "{conv_share:.0%}."
)
ALT = ARCHITECTURE_ALT
NOTES = Notes(
    look="Walk through the blocks first: what becomes of the image, and what of the number of "
    "maps? Then cover the bars and ask which single layer has most of the parameters.",
    point="A side shrinks from {sides[conv1]} pixels to {sides[conv5]}, while {maps[conv1]} maps "
    "become {maps[conv5]}. Then one dense layer of {units:,} units reads {flat:,} values, and "
    "{most_share:.0%} of all {parameters:,} parameters are there.",
    misconception="Thick blocks look heavy, and hardly weigh anything: the five convolutions "
    "together have {conv_share:.0%}. A block's size is that of its output, what a layer has to "
    "remember for one image. What it has to learn is the bar below.",
)
CLAIMS = (
    *architecture_claims(60_965_224),
    Claim("narrower", ">", 4, "from conv1 to conv5 a side has over {limit} times fewer pixels"),
    Claim("more_maps", ">", 2, "and there are over {limit} times as many maps"),
    Claim("most", "==", "dense1", "most parameters are in {limit}, which reads the last maps"),
)
QUIZ = Quiz(
    "How many parameters have AlexNet's dense layers: (1), (2), (3)?",
    (
        Answer("37,752,832 = (9,216 + 1)·4,096", r"\b37,752,832\b"),
        Answer("16,781,312 = (4,096 + 1)·4,096", r"\b16,781,312\b"),
        Answer("4,097,000 = (4,096 + 1)·1,000", r"\b4,097,000\b"),
    ),
)

draw = draw_architecture


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """Sizes and parameters of the layers, of a model that is never trained."""
    with keras.StatelessScope():  # variables without values: shapes are enough to count
        layers, facts = measure_architecture(build_alexnet())
    facts["units"] = next(one.shape[0] for one in layers if one.name == facts["most"])
    return layers, facts | narrowing(layers, "conv1", "conv5")
