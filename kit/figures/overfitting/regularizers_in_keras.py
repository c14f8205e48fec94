"""With l1(0.01) the loss at the start is the penalty, and hardly the data"""

from __future__ import annotations

from typing import Any

import keras

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.overfitting._added import (
    GUESSING,
    added_before_training,
    draw_added,
    glorot_expects,
    outputs_off,
)

LECTURES = ("Sridharan", "Makhmutova")
CAPTION = (
    "What the listings of two lectures add to the loss before training, from Glorot's weights: of "
    "the {units} units on 784 inputs l1(0.01) adds {added[wide_l1]:.0f}, l2(0.01) "
    "{added[wide_l2]:.1f}; guessing one digit of ten costs {guess:.2f}. Of the 256 units on 32 "
    "inputs, with l1(0.001) on the weights, {added[kernel]:.2f}; biases begin with 0 and add "
    "{added[bias]:g}; the outputs, for normal inputs, {added[outputs_32]:.2f} with 32 samples and "
    "{added[outputs_256]:.2f} with 256 (Keras {version})."
)
ALT = (
    "Bars on a logarithmic axis. Dense({units}): l1 {added[wide_l1]:.0f}, l2 {added[wide_l2]:.1f}. "
    "Dense(256): weights {added[kernel]:.2f}, outputs {added[outputs_32]:.2f} and "
    "{added[outputs_256]:.2f}, biases {added[bias]:g}. A dotted line at {guess:.2f}: guessing."
)
NOTES = Notes(
    look="The same number in both, 0.01. Which adds more before anything is learned, the sum of "
    "|w| or the sum of squares? And how does that compare with the loss of guessing?",
    point="{added[wide_l1]:.0f} and {added[wide_l2]:.1f}, beside {guess:.1f}. Small weights have "
    "far smaller squares, so the same number is another strength. Print the loss before training, "
    "and you know which part of it you see.",
    misconception="A strength is no share of the loss: it is multiplied by the number of weights, "
    "{weights:,} here. The lecture calls values below 0.1 typical. And whether the penalty on "
    "outputs grows with the batch depends on Keras: until 2026 Keras 3 did not divide it by the "
    "samples, as its text had said it did.",
)
CLAIMS = (
    Claim("l1_over", ">", 10, "l1(0.01) adds over {limit} times the loss of guessing"),
    Claim("l2_over", ">", 1, "l2(0.01) adds more than it, too"),
    Claim("off", "<", 0.01, "both are what Glorot's weights lead to expect, within {limit:.0%}"),
    Claim("added.bias", "==", 0, "the biases add {limit}"),
    Claim("outputs_off", "<", 1e-4, "outputs add the sum of their squares, or its mean by sample"),
)
CONTROL = Control(units=6, refutes=("l1_over", "l2_over"), words="6 units in place of 600")
QUIZ = Quiz(
    "Both with 0.01, on the same weights: which penalty is (1), which (2)?",
    (Answer("l1", r"l1\(0\.01\)"), Answer("l2", r"(?<=weights, )l2\(0\.01\)")),
    caption="What regularizers of two lectures add to the loss before training.",
    alt="Bars on a logarithmic axis; a dotted line at {guess:.2f}, the loss of guessing.",
)


def measure(lab: Lab, seed: int, units: int = 600) -> tuple[Any, Facts]:
    added = added_before_training(units, seed)
    expected = glorot_expects(units, 784, 0.01)
    facts: Facts = {"added": added, "units": units, "weights": 784 * units, "guess": GUESSING}
    facts |= {"version": keras.__version__, "expected": expected}
    facts["l1_over"], facts["l2_over"] = added["wide_l1"] / GUESSING, added["wide_l2"] / GUESSING
    facts["off"] = max(abs(added[f"wide_{one}"] / expected[one] - 1) for one in expected)
    return None, facts | {"outputs_off": outputs_off(added, seed)}


def draw(data: Any, facts: Facts) -> Any:
    return draw_added(facts)
