"""For the same output L2 prefers weights that are spread out; L1 has no preference"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.overfitting._shapes import draw_shapes, left_of_one, told_apart

LECTURES = ("Sridharan", "Makhmutova")
CAPTION = (
    "Left, the penalties for one weight: |w| is the smaller one beyond 1, w² within. Middle, their "
    "slopes: |w| pulls at a weight of {small:g} as hard as at one of 1, w² a hundredth as hard: "
    "{steps} steps of {rate:g} under the penalty alone, which stop at 0, leave {left[l1]:g} of a "
    "weight of 1 with |w| and {left[l2]:.3f} with w². Right, two vectors with the same output for "
    "x = (1, 1, 1, 1), an example of CS231n's notes: Σ|w| is {vectors[peaky][l1]:g} for both, Σw² "
    "is {vectors[peaky][l2]:g} and {vectors[spread][l2]:g}."
)
ALT = (
    "Left, a V and a parabola that cross at −1 and 1. Middle, their slopes: a step from −1 to 1, "
    "and a straight line through 0. Right, bars for two vectors: output {vectors[peaky][output]:g} "
    "and {vectors[spread][output]:g}, L1 {vectors[peaky][l1]:g} and {vectors[spread][l1]:g}, L2 "
    "{vectors[peaky][l2]:g} and {vectors[spread][l2]:g}."
)
NOTES = Notes(
    look="On the right two vectors that give the same output. Which of the two would a penalty "
    "choose? Ask for L1 and for L2 apart.",
    point="L2 takes the one that is spread out: {vectors[spread][l2]:g} in place of "
    "{vectors[peaky][l2]:g}. L1 counts {vectors[spread][l1]:g} for both.",
    misconception="L1 does not prefer the single large weight, it has nothing against it. What "
    "makes its weights zero is the slope in the middle: it pulls as hard close to zero as far from "
    "it, and gets there. The pull of w squared fades before it arrives.",
)
CLAIMS = (
    Claim("same_output", "==", 0, "the outputs of both vectors differ by {limit}"),
    Claim("l1_apart", "==", 0, "their L1 differs by {limit}"),
    Claim("l2_share", "==", 0.25, "the L2 of the spread one is {limit} of the other's"),
    Claim("left.l1", "==", 0, "with |w| alone {limit} is left of a weight"),
    Claim("left.l2", ">", 0, "with w² alone something always is"),
)
CONTROL = Control(inputs=[1, 2, 3, 4], refutes="same_output", words="x = (1, 2, 3, 4)")
QUIZ = Quiz(
    "Which penalty is (1), which (2)?",
    (Answer("|w|, L1", r"\|w\||slope ±1|L1: Σ\|w\|"), Answer("w², L2", r"w²|slope 2w|L2: Σw²")),
    caption="Two penalties and their slopes; and two vectors with the same output.",
    alt="Left, a V and a parabola; middle, their slopes; right, bars for two vectors.",
)


def measure(lab: Lab, seed: int, inputs: Sequence[float] = (1, 1, 1, 1)) -> tuple[Any, Facts]:
    vectors, rate, steps = told_apart(inputs), 0.01, 200
    peaky, spread = vectors["peaky"], vectors["spread"]
    facts: Facts = {"vectors": vectors, "rate": rate, "steps": steps, "small": 0.01}
    facts["same_output"] = peaky["output"] - spread["output"]
    facts["l1_apart"] = peaky["l1"] - spread["l1"]
    facts["l2_share"] = spread["l2"] / peaky["l2"]
    return None, facts | {"left": left_of_one(rate, steps)}


def draw(data: Any, facts: Facts) -> Any:
    return draw_shapes(facts)
