"""A gradient is the sum over the samples, and the penalty comes after it"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._accumulated import (
    accumulated,
    animate_accumulated,
    draw_accumulated,
)

LECTURES = ("Das",)
CAPTION = (
    "Each of {samples} samples adds its own a δ to Δ; divided by {samples}, plus the penalty, Δ is "
    "the gradient, and the biases get no penalty. One lecture's cost has λ/(2n) and its D has λΘ: "
    "they do not belong together. D with λΘ is what TensorFlow's tape finds for a cost with λ/2, "
    "and its pull on the weights is {times:.0f} times that of λ/(2n), as there are {samples} "
    "samples."
)
ALT = (
    "Four matrices of three rows, bias and two inputs, for two hidden units: what each sample adds "
    "to the sum Δ beside them. Below D with λΘ, equal to the tape's gradient of a cost with λ/2, "
    "and D with λ/n · Θ, equal to that of a cost with λ/(2n); λ is {penalty:g}."
)
NOTES = Notes(
    look="Add up one cell over the four samples. Then: by what is it divided, and which row of D "
    "has no part in the penalty? Ask before you point at it.",
    point="The first row, the biases. And λ/(2n) in the cost goes with λ/n before the weights: "
    "with λ there, as on one slide, the pull is {times:.0f} times too strong.",
    misconception="It is not a matter of taste where the n stands. With {samples} samples a factor "
    "of {times:.0f} may pass unnoticed; with ten thousand, the same λ is ten thousand times as "
    "strong in one formula as in the other.",
)
CLAIMS = (
    Claim("apart", "<", 1e-14, "without a penalty on the biases D is the tape's, to {limit}"),
    Claim("times", "near", (4, 1e-9), "with 4 samples λΘ pulls {value} times as hard as λ/n · Θ"),
    Claim("mixed", ">", 0.1, "D with λΘ misses the cost with λ/(2n) by more than {percent:g} %"),
)
CONTROL = Control(penalised="all", refutes="apart", words="a penalty on the biases too")
QUIZ = Quiz(
    "The cost has λ/(2n) times the sum of the squares. What stands before Θ in D, (1)?",
    (Answer("λ/n", r"λ/n\b"),),
    caption="Each sample adds its own a δ to Δ.",
    level=4,
)


def measure(lab: Lab, seed: int, penalised: str = "weights") -> tuple[Any, Facts]:
    return accumulated(penalised)


def draw(data: Any, facts: Facts) -> Any:
    return draw_accumulated(data, facts)


ANIMATION = LectureAnimation(
    animate=animate_accumulated,
    alt="One after the other {samples} samples add their matrices to Δ, which begins with 0 and "
    "ends with {first[0]:.3f} and {first[1]:.3f} in the row of the first input.",
    fps=0.5,
    title="A sum over the samples",
)
