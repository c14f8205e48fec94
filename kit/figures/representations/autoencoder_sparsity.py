"""A little silence of the units is free, much of it costs"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.representations._activity import TARGETS, draw_activity, facts_of_activity
from kit.figures.representations._sparse_codes import SPARSE_WEIGHT, train_sparse

LECTURES = ("Guillot",)
CAPTION = (
    "Autoencoders of {units} sigmoid units on whitened patches of photographs; the penalty grows "
    "with the distance of each unit's mean activation from a target ρ. Without it the median unit "
    "is at {mean[free]:.2f}; with ρ = {target[r30]:g}, {target[r10]:g} and {target[r03]:g} at "
    "{mean[r30]:.2f}, {mean[r10]:.2f} and {mean[r03]:.3f}. The error, "
    "{error[free]:.0%} of the patches' power without, is {error[r30]:.0%}, {error[r10]:.0%} and "
    "{error[r03]:.0%} after as many steps."
)
ALT = (
    "Left, the mean activation of each unit: at {mean[free]:.2f} without a penalty, near the "
    "dotted target with one. Right, the error: {error[free]:.0%} without, about the same with the "
    "two higher targets, and {error[r03]:.0%} with the lowest."
)
NOTES = Notes(
    look="Left: which units are on their target, and on which side do they miss it? Right: what "
    "does silence cost?",
    point="The median unit comes within {off[r03]:.0%} of the lowest target, and nearer to the "
    "others. Only the lowest costs: {dear:.1f} times the error. What it buys is direction: the "
    "median coherence of what excites a unit goes from {coherent[free]:.2f} to "
    "{coherent[r03]:.2f}.",
    misconception="A mean activation of a half is not a unit that is on half of the time: without "
    "the penalty units stay near the middle of the sigmoid, where it is nearly a line. Nor is "
    "sparse the same as few units: all {units} are in use, each for few patches.",
)
CLAIMS = (
    Claim("off", "<", 0.4, "the median unit comes within {percent:g} % of its target"),
    Claim("cheap", "<", 1.25, "ρ = 0.3 and 0.1: the error is under {limit} times that without"),
    Claim("dear", ">", 1.5, "ρ = 0.03: it is over {limit} times as large"),
    Claim("mean.free", ">", 0.4, "without a penalty the median unit is over {limit}"),
)
CONTROL = Control(weight=0.0, refutes=("off", "dear"), words="no penalty")
QUIZ = Quiz(
    "What was asked of the network (1)?",
    (Answer("nothing: no penalty", r"no\s+penalty"),),
    caption="Autoencoders of {units} sigmoid units on whitened patches of photographs.",
    alt="Left, the mean activation of each unit; right, the error.",
)


def measure(lab: Lab, seed: int, weight: float = SPARSE_WEIGHT) -> tuple[Any, Facts]:
    none = (0.0, TARGETS["r03"])  # where nothing is asked, ρ does not matter
    asked = {"free": none} | {k: (weight, rho) if weight else none for k, rho in TARGETS.items()}
    found = {
        name: lab.run(train_sparse, seed=seed, weight=beta, target=rho)
        for name, (beta, rho) in asked.items()
    }
    return found, facts_of_activity(found)


def draw(found: Any, facts: Facts) -> Any:
    return draw_activity(found, facts)
