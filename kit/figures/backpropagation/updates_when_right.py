"""Samples classified correctly still move the weights"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.backpropagation._pulls import (
    EPOCHS_PULLED,
    answers_in_training,
    draw_pulls,
    pulls_of,
)

LECTURES = ("Das",)
CAPTION = (
    "BLOCK, our network of five hidden layers of 100 units, ReLU with He, SGD, ball data; "
    'medians and ranges of {networks} networks. "If the output is correct, no changes are made" '
    "is the rule of the perceptron. With cross-entropy delta is a − y, never 0. Over {epochs} "
    "epochs {every:.0%} of all that moved the weights at the output came from points that were "
    "right at that moment; at the end {right:.0%} of them are."
)
ALT = (
    "Two curves over {epochs} epochs: the share of points that are right, from "
    "{right_before:.0%} to {right:.0%}, and the share of the update that comes from them, from "
    "{share_before:.0%} to {share:.0%}."
)
NOTES = Notes(
    look="Here is a sentence from a lecture: if the output is correct, nothing changes. Is it true "
    "of this network? Take a vote.",
    point="Over {epochs} epochs {every:.0%} of the updates came from points that were right. At "
    "the end {right:.0%} of the points are, and {share:.0%} of the updates come from them.",
    misconception="The sentence is not wrong: it belongs to the perceptron, whose output is 0 or "
    "1. A sigmoid's is never quite 1, so there is always something left to gain. That is why the "
    "loss goes on falling when the accuracy no longer rises.",
)
CLAIMS = (
    Claim("every", ">", 0.4, "over {percent:g} % of all updates came from points that were right"),
)
CONTROL = Control(rule="perceptron", refutes="every", words="the perceptron's rule")
QUIZ = Quiz(
    "What are (1) and (2)?",
    (
        Answer("the share of points that are right", r"\bsamples right\b"),
        Answer("their share of the update", r"their share of\s+the update"),
    ),
    caption="BLOCK, our network of five hidden layers, ReLU with He, in training on the ball data.",
    alt="Two curves over {epochs} epochs, both rising, with the range of {networks} networks.",
)


def measure(lab: Lab, seed: int, rule: str = "cross-entropy") -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    answers = lab.run(answers_in_training, first=block_of(seed, DENSE)[0])
    found = [pulls_of(answers[one], lab.ball()[1].ravel(), rule) for one in seeds]
    each = [
        {"right": float(right[-1]), "share": float(share[-1]), "every": every}
        | {"right_before": float(right[0]), "share_before": float(share[0])}
        for right, share, every in found
    ]
    curves = {"right": [one[0] for one in found], "share": [one[1] for one in found]}
    return curves, {"networks": len(seeds), "epochs": EPOCHS_PULLED, **medians(each)}


def draw(curves: Any, facts: Facts) -> Any:
    return draw_pulls(curves)
