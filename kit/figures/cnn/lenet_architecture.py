"""LeNet-5 (1998): two convolutions, average pooling, three dense layers"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.cnn._architecture import (
    ARCHITECTURE_ALT,
    architecture_claims,
    draw_architecture,
    measure_architecture,
)
from kit.models import build_lenet5

LECTURES = ("Olteanu", "Makhmutova")
PLAY = {"page": "lenet"}
CAPTION = (
    "The digits are padded, so that 28x28 pixels act as the paper's 32x32. tanh throughout, "
    "softmax at the end. Of {parameters:,} parameters {most_parameters:,} ({most_share:.0%}) are "
    "in the dense layer {most}; the first convolution has {layers[conv1]}."
)
ALT = ARCHITECTURE_ALT
NOTES = Notes(
    look="A network of 1998, famous for its convolutions. Are they where its parameters are? Let "
    "them guess a share before you add up.",
    point="The two convolutions have {layers[conv1]:,} and {layers[conv2]:,} parameters. The first "
    "dense layer alone has {most_parameters:,} of {parameters:,}, that is {most_share:.0%}.",
    misconception="This is LeNet-5 as it is built today, not to the last detail that of the paper. "
    "There the pooling had weights of its own, and the second convolution left out some of its "
    "connections. That is why other counts are in print.",
)
CLAIMS = architecture_claims(61_706)
QUIZ = Quiz(
    "How many parameters do the layers have: (1), (2), (3), (4), (5)?",
    (
        Answer("156 = (5·5·1 + 1)·6", r"\b156\b"),
        Answer("2,416 = (5·5·6 + 1)·16", r"\b2,416\b"),
        Answer("48,120 = (400 + 1)·120", r"\b48,120\b"),
        Answer("10,164 = (120 + 1)·84", r"\b10,164\b"),
        Answer("850 = (84 + 1)·10", r"\b850\b"),
    ),
)

draw = draw_architecture


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """Sizes and parameters of the layers; weights make no difference."""
    return measure_architecture(build_lenet5(seed=seed))
