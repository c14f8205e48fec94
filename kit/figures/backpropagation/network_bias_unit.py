"""A unit that is always 1: the biases become weights like any other"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Control, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._with_ones import both_forms, draw_both_forms

LECTURES = ("Das",)
CAPTION = (
    "Two ways to write one network. On the left each unit adds its bias; on the right every layer "
    "gets one unit more, which is always 1, and the biases are the weights that leave it: Θ is W "
    "with one row more. Every Z-value is the same, {z[0]:.4g} in the first unit, and so is the "
    "output, {output:.3f}. There are {parameters[biases]} numbers to learn either way."
)
ALT = (
    "The network of 3, 3 and 1 units twice, with the same numbers in its nodes, up to the output "
    "{output:.2f}. On the left the biases stand above the units; on the right dotted bias units of "
    "value 1 stand above inputs and hidden units, and the edges that leave them, the biases, are "
    "lit up."
)
NOTES = Notes(
    look="Count the units on the left and on the right. Two are new: what comes into them, and "
    "what number do they always hold?",
    point="Nothing comes in, and they always hold 1. So a bias is a weight on 1, the sums stay "
    "what they were, and {parameters[ones]} numbers are learned on both sides.",
    misconception="That it can be written as a weight does not mean that it must be treated as "
    "one. A penalty on the weights is usually kept away from the biases, and in this form one has "
    "to remember which row they are.",
)
CLAIMS = (
    Claim("apart", "<", 1e-15, "with a unit that is always 1 all numbers are the same, to {limit}"),
    Claim("parameters", "==", {"biases": 16, "ones": 16}, "{limit[ones]} parameters in both forms"),
    Claim("from_keras", "<", 1e-15, "and Keras's layers give the same output, to {limit}"),
)
CONTROL = Control(constant=0.0, refutes="apart", words="a bias unit that is 0")


def measure(lab: Lab, seed: int, constant: float = 1.0) -> tuple[Any, Facts]:
    return both_forms(constant)


def draw(data: Any, facts: Facts) -> Any:
    return draw_both_forms(data, facts)
