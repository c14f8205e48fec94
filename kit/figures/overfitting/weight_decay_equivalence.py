"""Penalty and weight decay are one with plain SGD, and two with Adam"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.overfitting._decoupled import (
    STEPS_OF_WAYS,
    WEIGHTS_OF_EACH,
    both_ways,
    draw_both_ways,
)

LECTURES = ("Sridharan", "Das")
CAPTION = (
    "A regression with {weights} weights, inputs of different sizes, λ = {decay:g}, {steps:,} "
    "steps of Keras's optimizers: with ½λΣw² in the loss, or with weights multiplied by 1 − αλ in "
    "each step. A dot is a weight of one regression, the numbers are medians of {runs}. With SGD "
    "both end at the same weights, to {apart[sgd]:.0e}; with momentum {apart[momentum]:.0%} of "
    "their length apart, with Adam {apart[adam]:.0%}."
)
ALT = (
    "Three panels, weights with the penalty across, with the decay up. SGD: dots on the diagonal. "
    "With momentum: beside it, {apart[momentum]:.0%} apart. Adam: {apart[adam]:.0%} apart."
)
NOTES = Notes(
    look="On the dotted line penalty and decay have made the same weight. In which panel are all "
    "dots on it?",
    point="With SGD alone, step by step. Adam divides the gradient of each weight by its usual "
    "size, and the penalty with it: {apart[adam]:.0%} apart. That is why there is an optimizer "
    "called AdamW.",
    misconception="The two words are used as if they meant the same. They do for the update rule "
    "in the lectures. With momentum it is the penalty that gathers speed, and the decay that does "
    "not: {apart[momentum]:.0%} apart. And Keras's decay takes biases along, unless told not to.",
)
CLAIMS = (
    Claim("apart.sgd", "<", 1e-9, "with SGD both end at the same weights, within {limit}"),
    Claim("apart.momentum", ">", 0.1, "with momentum over {percent:g} % apart"),
    Claim("apart.adam", ">", 0.1, "with Adam over {percent:g} % apart"),
)
CONTROL = Control(decay=0.0, refutes=("apart.momentum", "apart.adam"), words="λ = 0")
QUIZ = Quiz(
    "Which optimizers made (1), (2), (3)?",
    (Answer("SGD", r"\bSGD\b"), Answer("SGD with momentum", r"\b[Ww]ith momentum\b"),
     Answer("Adam", r"\bAdam\b")),
    caption="A regression, trained by three optimizers with a penalty or with a decay.",
    alt="Three panels of dots, weights with the penalty across and with the decay up.",
)  # fmt: skip


def measure(lab: Lab, seed: int, decay: float = 0.125) -> tuple[Any, Facts]:
    block, seeds = block_of(seed, DENSE), lab.seeds(seed, of=DENSE)
    ways = lab.run(both_ways, seeds=block, decay=decay)
    some = [block.index(one) for one in seeds]
    found = {name: both[:, some] for name, both in ways.items()}  # (2, seeds, weights)
    facts: Facts = {"weights": WEIGHTS_OF_EACH, "steps": STEPS_OF_WAYS, "runs": len(seeds)}
    facts["decay"] = decay
    facts["apart"] = {
        name: float(np.median(np.linalg.norm(p - d, axis=1) / np.linalg.norm(p, axis=1)))
        for name, (p, d) in found.items()
    }
    return found, facts


draw = draw_both_ways
