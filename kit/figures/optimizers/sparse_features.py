"""A rare feature waits for its slopes: AdaGrad waits least, RMSProp most"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.optimizers._batches import RUNS, best_errors
from kit.figures.optimizers._rules import adagrad, descent, rmsprop
from kit.figures.optimizers._steps import draw_steps

LECTURES = ("Makhmutova",)
CAPTION = (
    "Three weights to be found, whose inputs are there in all samples, in {often[1]:.0%} and in "
    "{often[2]:.0%}; medians of {runs} regressions, each rate the best of {tried} on other data. "
    "Half-way is the weight of the rarest input with descent after {half[descent][rare]} steps, "
    "AdaGrad {half[adagrad][rare]}, RMSProp {half[rmsprop][rare]}; that of the most frequent one "
    "after {half[descent][often]}, {half[adagrad][often]} and {half[rmsprop][often]}."
)
ALT = (
    "Three panels of a weight's distance to the truth over {steps} steps, from the frequent input "
    "on the left to the rare one. With this AdaGrad is half-way after {half[adagrad][rare]} steps, "
    "descent after {half[descent][rare]}, RMSProp after {half[rmsprop][rare]}."
)
NOTES = Notes(
    look="From left to right the input gets rarer. Which of the three still learns on the right?",
    point="AdaGrad divides by the slopes that this weight has met, and a rare one has met few: "
    "{half[adagrad][rare]} steps, where descent takes {half[descent][rare]}.",
    misconception="The lecture says that methods with rates of their own behave better on sparse "
    "data. AdaGrad does, though it is ahead of descent with inputs that are always there, too. "
    "RMSProp does not: it forgets within some ten steps, and each rare slope "
    "comes as the first one, so its rate has to be small.",
)
CLAIMS = (
    Claim("lag.descent", ">", 10, "descent takes over {limit} times as long for the rare weight"),
    Claim("sooner", "<", 0.75, "AdaGrad takes under {percent:g} % of descent's steps for it"),
    Claim("later", ">", 1, "RMSProp takes longer than descent"),
)
CONTROL = Control(rare=1.0, refutes="lag.descent", words="all inputs in all samples")
QUIZ = Quiz(
    "Three optimizers and a rare input: which is (1), (2), (3)?",
    (Answer("descent", r"\bdescent\b"), Answer("AdaGrad", r"\bAdaGrad\b"),
     Answer("RMSProp", r"\bRMSProp\b")),
    alt="Three panels of a weight's distance to the truth over {steps} steps.",
)  # fmt: skip
LEARNERS = {"descent": descent, "adagrad": adagrad, "rmsprop": rmsprop}


def measure(lab: Lab, seed: int, rare: float = 0.01) -> tuple[Any, Facts]:
    often, steps, rates = [1.0, rare**0.5, rare], 300, np.geomspace(1e-3, 10, 17)
    found = {k: best_errors(one, rates, seed, often, steps) for k, one in LEARNERS.items()}
    facts: Facts = {"often": often, "runs": RUNS, "tried": len(rates), "steps": steps}
    half = {name: (one >= 0.5).sum(axis=0).tolist() for name, one in found.items()}
    facts["half"] = {name: {"often": one[0], "rare": one[2]} for name, one in half.items()}
    facts["lag"] = {name: one["rare"] / one["often"] for name, one in facts["half"].items()}
    waits = {name: one["rare"] for name, one in facts["half"].items()}
    facts["sooner"] = waits["adagrad"] / waits["descent"]
    facts["later"] = waits["rmsprop"] / waits["descent"]
    return found, facts


def draw(found: Any, facts: Facts) -> Any:
    names = {"descent": "descent", "adagrad": "AdaGrad", "rmsprop": "RMSProp"}
    panels = [{names[rule]: one[:, k] for rule, one in found.items()} for k in range(3)]
    titles = [f"In {share:.0%} of samples" for share in facts["often"]]
    return draw_steps(panels, titles, "distance to the true weight", share=True, names=[2])
