"""Momentum carries a weight over a local minimum, and sometimes back"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.optimizers._hills import draw_hills, roll
from kit.figures.optimizers._paths import animate_walks

LECTURES = ("Makhmutova",)
CAPTION = (
    "One weight, a local minimum on its way, learning rate {rate:g}. Without momentum it rests at "
    "{rests[none]:.2f}, in the local one; with λ = {share:g} it rolls over the hill to "
    "{rests[some]:.2f}. On the right the same start with every λ from 0 to 0.99: all up to "
    "{least:.2f} stay, and of the {above} larger ones {back} roll on, and back again. How many do "
    "depends on where one starts: this start was chosen to show it."
)
ALT = (
    "Left, a curve with a shallow valley on the right and a deep one on the left: the walk "
    "without momentum ends in the shallow one, that with λ = {share:g} in the deep one. Right, "
    "dots: where a weight rests, over λ. Up to {least:.2f} in the shallow valley, above mostly in "
    "the deep one, with {back} exceptions."
)
NOTES = Notes(
    look="Two balls from the same place, one of them heavy. Which valley does each end in? Then: "
    "does still more momentum help still more?",
    point="From λ = {next:.2f} on a weight can cross the hill, and with {share:g} it does. The "
    "lecture says that momentum might allow it, and might is the word.",
    misconception="Over the hill does not mean into the better valley. Of the {above} values of λ "
    "that cross, {back} come back: fast enough to get in is fast enough to get out.",
)
CLAIMS = (
    Claim("rests.none", ">", 0.8, "without momentum it rests in the local minimum"),
    Claim("rests.some", "<", -0.8, "with λ = 0.9 in the lower one"),
    Claim("back", ">", 2, "over {limit} of the larger λ end in the local one all the same"),
)
CONTROL = Control(share=0.5, refutes="rests.some", words="λ = 0.5")
QUIZ = Quiz(
    "Momentum or none: which walk is (1), which (2)?",
    (Answer("momentum", r"λ = 0\.9"), Answer("none", r"λ = 0\b(?!\.)")),
    caption="One weight, a local minimum on its way, two walks.",
    alt="Left, a curve with two valleys and two walks from the same start; right, where weights "
    "come to rest, as dots.",
)


def measure(lab: Lab, seed: int, share: float = 0.9) -> tuple[Any, Facts]:
    rate = 0.05
    data = roll(rate, share, 0.15)
    rests, over = data["rests"], data["rests"] < 0
    least = int(over.argmax()) - 1  # the largest with which all up to it stay
    facts: Facts = {"rate": rate, "share": share, "rests": data["ends"]}
    facts["least"], facts["next"] = (float(data["shares"][k]) for k in (least, least + 1))
    facts["above"], facts["back"] = len(rests) - least - 1, int((~over[least + 1 :]).sum())
    return data, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_hills(data, facts["share"])


ANIMATION = LectureAnimation(animate=animate_walks(draw, 90), alt=ALT, fps=8.0)
