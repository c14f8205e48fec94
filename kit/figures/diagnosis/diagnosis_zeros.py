"""With weights of zero fifty units are one; drawn at random they learn"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.diagnosis._remedies import different_units, measure_remedy
from kit.figures.diagnosis._remedies_drawn import draw_remedy, draw_same_units

LECTURES = ("Guillot", "Das", "Sridharan", "Makhmutova")
PLAY = {"activation": "relu", "initializer": "zeros", "width": 50}
CAPTION = (
    "Five hidden layers of {units} ReLU units on {points} points of the ball, all weights 0 at "
    "the start. Left, after {epochs} epochs: what the units of each layer have for one point. "
    "Those that began with zeros all have the same, those that were drawn at random "
    "{answers[random]:.0f} different answers a layer. Right, the loss: {end[zeros]:.3f}, which is "
    "that of one answer for all points; drawn as He has it {end[random]:.3f}, better in {better} "
    "of {networks} networks."
)
ALT = (
    "Left, a dot for each of {units} units in five layers: with zeros all dots of a layer lie on "
    "0, drawn at random they are strewn over both sides of it. Right, the loss over {epochs} "
    "epochs: with zeros flat on the line of one answer for all, {constant:.2f}; drawn at random it "
    "falls to {end[random]:.3f}."
)
NOTES = Notes(
    look="Left: where are the other {units} dots of each layer? They lie on one another. Which "
    "step of gradient descent could ever tell those units apart?",
    point="Units with equal weights have equal answers and get equal gradients, so they stay "
    "equal: {answers[zeros]:.0f} answer a layer, before training and after {epochs} epochs. A "
    "diagnosis of the training names these copies first in {named_in} of {networks} networks. It "
    "is the chance in the drawing that makes {units} units of one.",
    misconception="Zero is not a neutral start, and not only zero is bad: with any one number for "
    "all weights of a layer its units stay alike. Dead units are named as well here; they come "
    "second, as no other activation would part the copies.",
)
CLAIMS = (
    Claim("named", "==", 1, "a diagnosis names copies first, and a random draw as remedy"),
    Claim("answers.zeros", "==", 1, "zeros: {limit} answer in each layer after training"),
    Claim("answers.random", "==", 50, "drawn at random: {limit} of them"),
    Claim("stuck", ">", 0.99, "zeros: over {percent:g} % of the loss of one answer for all"),
    Claim("mended", "<", 0.1, "drawn at random: under {percent:g} % of it"),
)
CONTROL = Control(remedy="another start", refutes="mended", words="zeros once more")
QUIZ = Quiz(
    "How did (1) begin, how (2)?",
    (
        Answer("with weights of 0", r"(?i:\bzeros?\b)"),
        Answer("with random weights, as He has it", r"(?i:(drawn )?at random|\brandom\b)"),
    ),
    caption="Two networks that differ in their first weights: units after training, and the loss.",
    alt="Left, a dot for each unit of five layers; right, the loss over {epochs} epochs.",
)


def measure(lab: Lab, seed: int, remedy: str = "random") -> tuple[Any, Facts]:
    def also(sides: Any) -> Facts:
        z = {side: sides[side]["z"] for side in ("zeros", "random")}
        return {"answers": {side: min(different_units(one)) for side, one in z.items()}}

    return measure_remedy(lab, seed, "zeros", remedy, also, "copies")


def draw(data: Any, facts: Facts) -> Any:
    note = "Left: a dot for each unit of one network, after training."
    names = {"random": "at random", "zeros": "zeros"}
    return draw_remedy(data, facts, draw_same_units, names, note)
