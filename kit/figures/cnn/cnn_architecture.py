"""The CNN for digits: from 28×28 pixels to 7×7×64 features"""

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
from kit.models import build_mnist_cnn

LECTURES = ("Makhmutova",)
PLAY = {"page": "cnn"}
CAPTION = (
    "Two 5x5 convolutions, each followed by ReLU and 2x2 pooling, leave {flat:,} values for the "
    "softmax layer. Of {parameters:,} parameters {most_parameters:,} ({most_share:.0%}) are in "
    "{most}, each of whose filters has a kernel for every map of conv1."
)
ALT = ARCHITECTURE_ALT
NOTES = Notes(
    look="Where are most of the parameters: in the first convolution, in the second, or in the "
    "softmax layer? Take a vote, then multiply it out.",
    point="In {most}: {most_parameters:,} of {parameters:,}, that is {most_share:.0%}. Each of its "
    "64 filters has a kernel of its own for every one of the 32 maps before it.",
    misconception="Pooling has no parameters, but it saves a great many. Without it the softmax "
    "layer would have far more than {flat:,} values to read. The convolutions would not notice: "
    "their weights are the same on an image of any size.",
)
CLAIMS = architecture_claims(83_466)
QUIZ = Quiz(
    "How many parameters do the layers have: (1), (2), (3)?",
    (
        Answer("832 = (5·5·1 + 1)·32", r"\b832\b"),
        Answer("51,264 = (5·5·32 + 1)·64", r"\b51,264\b"),
        Answer("31,370 = (3,136 + 1)·10", r"\b31,370\b"),
    ),
)

draw = draw_architecture


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """Sizes and parameters of the layers; weights make no difference."""
    return measure_architecture(build_mnist_cnn(seed=seed))
