"""Each delta goes back along the weights, but blame is not divided"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._blame import animate_both_ways, draw_blame, four_layers

LECTURES = ("Das",)
CAPTION = (
    "Four layers, δ in each node, by hand and by TensorFlow's tape. The output is off by "
    "{last:.2f}; a unit of layer 3 gets that times its weight times a(1 − a): {third[0]:.2f} and "
    "{third[1]:.2f}. A unit of layer 2 adds up what comes back from both. One lecture calls it "
    "blame that is divided, but the parts do not add up: {last:.2f} became {handed_on:.2f}, and of "
    "{pairs:,} pairs of units drawn at random at most {adds_up:.0%} kept the sum within a tenth, "
    "with any of {widths} σ of the weights."
)
ALT = (
    "A network of 2, 3, 2 and 1 units with its weights; in the nodes of the layers 4, 3 and 2 the "
    "deltas {last:.2f}; {third[0]:.2f} and {third[1]:.2f}; {second[0]:.2f}, {second[1]:.2f} and "
    "{second[2]:.2f}. Beside it each as weights times deltas times slope, equal to the tape's."
)
NOTES = Notes(
    look="Begin on the right, at the output. Which way does its δ take to the unit of layer 3 "
    "above, and what is it multiplied by there? Let them find {third[0]:.2f} themselves.",
    point="Times the weight, times the slope a(1 − a). Both units together get {handed_on:.2f}, "
    "where {last:.2f} came in: more or less than there was, and even of the other sign.",
    misconception="Blame sounds like something that is shared out until none is left. A δ is a "
    "slope: it says how the cost changes with this unit alone, and slopes of different units need "
    "not add up to anything. Of {pairs:,} pairs drawn at random at most {adds_up:.0%} nearly did.",
)
CLAIMS = (
    Claim("apart", "<", 1e-14, "every δ by hand and by the tape: the same, to {limit}"),
    Claim("first_off", "<", 1e-15, "δ₁ of layer 3 is Θ₁₁ δ₁ a₁(1 − a₁), to {limit}"),
    Claim("share", "<", 0, "what layer 3 gets has not even the sign of what came in"),
    Claim("adds_up", "<", 0.1, "in under {percent:g} % of random pairs of units the parts add up"),
)
QUIZ = Quiz(
    "Weight times δ of the output times the slope: what does a unit of layer 3 get, (1)?",
    (Answer("{third[0]:.2f}", r"\(−0\.14\d*\)|−0\.14\d*"),),
    caption="Four layers, δ in each node, the weights at the edges.",
    level=3,
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    return four_layers(seed)


def draw(data: Any, facts: Facts) -> Any:
    return draw_blame(data, facts)


ANIMATION = LectureAnimation(
    animate=animate_both_ways,
    alt="A network of 2, 3, 2 and 1 units fills from left to right with activations, then from "
    "right to left with deltas, from {last:.2f} at the output to {second[0]:.2f}, {second[1]:.2f} "
    "and {second[2]:.2f} in layer 2.",
    fps=0.5,
    title="There and back",
)
