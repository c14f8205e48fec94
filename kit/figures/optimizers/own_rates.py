"""A steep weight sets the one rate, and a flat weight has to wait"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.optimizers._steps import draw_steps
from kit.figures.optimizers._two_weights import RATES_FOR_BOTH, walk_both

LECTURES = ("Makhmutova",)
CAPTION = (
    "One weight in a narrow valley, close to its minimum, another far out on a slope {steep:g} "
    "times as flat. With one rate for both, of {tried} the best, both are within 1 % of their way "
    "after {took[one]} steps; a larger rate throws the near one out. With a rate for each, half "
    "of 1 over its curvature, it takes {took[own]}. Rprop, which finds a step for each by itself, "
    "takes {took[rprop]}."
)
ALT = (
    "Two panels of distances to the minimum over steps, on logarithmic axes. Left, the steep "
    "weight, right the flat one. With one rate both need {took[one]} steps to one per "
    "cent, with own rates {took[own]}, with Rprop {took[rprop]}."
)
NOTES = Notes(
    look="Left a weight that is nearly there, right one that has far to go. One rate for both: who "
    "decides how large it can be?",
    point="The steep one does. {took[one]} steps with one rate, {took[own]} with one for each.",
    misconception="Own rates help where each weight goes its own way. Turn the same valley by 45 "
    "degrees, and weights must move together: a rate for each is then worth little.",
)
CLAIMS = (
    Claim("gain", ">", 10, "rates by curvature reach 1 % in under a tenth of the steps"),
    Claim("found", "<", 0.2, "Rprop takes under {percent:g} % of the steps of one rate"),
)
CONTROL = Control(turn=45.0, refutes=("gain", "found"), words="the valley turned by 45°")
QUIZ = Quiz(
    "Three ways to give two weights their rates: which is (1), which (2)?",
    (Answer("one for both", r"\bone rate\b"), Answer("one for each", r"\bown rates\b")),
    caption="One weight in a narrow valley, close to its minimum, another far out on a slope.",
    alt="Two panels of distances to the minimum over steps, on logarithmic axes.",
)


def measure(lab: Lab, seed: int, turn: float = 0.0) -> tuple[Any, Facts]:
    steep = 100.0
    found, took = walk_both(steep, turn, 600)
    facts: Facts = {"steep": steep, "tried": len(RATES_FOR_BOTH), "took": took}
    facts["gain"], facts["found"] = took["one"] / took["own"], took["rprop"] / took["one"]
    return found, facts


def draw(found: Any, facts: Facts) -> Any:
    names = {"one": "one rate", "own": "own rates", "rprop": "Rprop"}
    panels = [{names[k]: np.abs(found[k][:101, one]) for k in names} for one in (0, 1)]
    titles = ("The steep weight", "The flat weight")
    figure = draw_steps(panels, titles, "distance (log scale)", share=True, names=[])
    figure.axes[0].set_ylim(1e-3, 20)
    figure.axes[1].legend(loc="center right")
    return figure
