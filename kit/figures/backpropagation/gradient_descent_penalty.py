"""The penalty shrinks the weights that the data do not use"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians
from kit.figures.backpropagation._decaying import (
    RATE_DECAYING,
    STEPS_DECAYING,
    decay_digits,
    draw_decay,
    factor_of_keras,
    parts_in_the_end,
)

LECTURES = ("Sridharan", "Das", "Guillot")
CAPTION = (
    "Ten classes on {pixels} pixels, digits ({source}), gradient descent with W ← W − α(∂J/∂W + "
    "λW), α = {rate:g}, λ = {penalty:g}; medians and ranges of {networks} networks. {dark} pixels "
    "are always dark: the data do not pull at their weights, which shrink by {factor:g} with each "
    "step, to {left:.1%} after {steps}. The others come to rest where both pulls are equally "
    "strong: data's over decay's is {balance:.2f}."
)
ALT = (
    "Above, the weights of one class as images, at the start, soon after and at the end: the "
    "noise on the border fades. Below, the size of the weights of dark pixels falling on a "
    "straight line of a logarithmic axis to {left:.1%}, and the two parts of a step meeting."
)
NOTES = Notes(
    look="Look at the border of the three images. These pixels are dark in every digit, so no "
    "error ever reaches them. Who takes the noise away?",
    point="The penalty alone: {factor:g} with each step, which leaves {left:.1%} after {steps} "
    "steps. Where data pull, the weights rest when both pulls are equal.",
    misconception="The decay does not stop when the network is good. It pulls for ever, and the "
    "data have to hold against it. And mind the ½: the lecture's half of λ W squared gives λW, "
    "Keras's L2 has no half, and pulls {keras:g} times as hard with the same number.",
)
CLAIMS = (
    Claim("left_off", "<", 1e-9, "dark pixels' weights are those of (1 − αλ)^t, within {limit}"),
    Claim("left", "<", 0.01, "under {percent:g} % of them is left"),
    Claim("balance", "near", (1, 0.05), "in the end both pulls are equal, within {tolerance:.0%}"),
    Claim("keras", "==", 2, "Keras's L2(λ) pulls {limit} times as hard as ½λW²"),
)
CONTROL = Control(penalty=0.0, refutes=("left", "balance"), words="no penalty")
QUIZ = Quiz(
    "What are (1) and (2)?",
    (Answer("those of pixels used", "pixels used"), Answer("of dark ones", "always dark")),
    caption="Ten classes on {pixels} pixels, digits ({source}), gradient descent with a penalty.",
    alt="Three images of weights; below, the sizes of two kinds of weights over the steps, and the "
    "two parts of a step.",
)  # fmt: skip


def measure(lab: Lab, seed: int, penalty: float = 0.05) -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    found = lab.run(decay_digits, first=block_of(seed, DENSE)[0], penalty=penalty)
    runs = {one: found["runs"][one] for one in seeds}
    factor = 1 - RATE_DECAYING * penalty
    each = [parts_in_the_end(run, factor, penalty) for run in runs.values()]
    facts: Facts = {"pixels": 784, "dark": found["dark"], "source": found["source"]}
    facts |= {"rate": RATE_DECAYING, "penalty": penalty, "factor": factor, "steps": STEPS_DECAYING}
    return runs, facts | {"networks": len(seeds), "keras": factor_of_keras(), **medians(each)}


def draw(runs: Any, facts: Facts) -> Any:
    return draw_decay(runs)
