"""One line parts vanishing from exploding gradients, and Glorot's tanh lies on it"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.theory._phase_plane import draw_phases, measure_phases

LECTURES = ("Makhmutova",)
PLAY = {"activation": "tanh", "depth": 20, "std": 0.1, "view": "profile", "quantity": "delta"}
CAPTION = (
    "Deep tanh networks before training, by the widths of weights and biases. The line is χ = 1, "
    "from theory: at σ_w = {line[b0]:.0f} without biases, {line[b0.3]:.2f} with σ_b = 0.3, "
    "{line[b2]:.2f} with 2. Left of it each layer brings two inputs closer and makes delta smaller "
    "on its way back, right of it both grow: {right:.0%} of {points} networks of {units} units are "
    "on the side that theory says. Of the lectures' initializations for 100 units Glorot's, which "
    "is N(0.1), is on the line; N(0.01) multiplies delta by {lectured[narrow]:.2f} each layer, "
    "N(1) by {lectured[wide]:.1f}."
)
ALT = (
    "A plane: the width of the weights from 0.1 to 10 on a logarithmic axis, that of the biases "
    "from 0 to 2 upwards. A line rises from ({line[b0]:.0f}, 0) to ({line[b2]:.2f}, 2). Left of it "
    "triangles point down, gradients vanish; right of it they point up, gradients explode. Three "
    "stars at the bottom: N(0.01) far left, N(0.1) and Glorot on the line, N(1) far right."
)
NOTES = Notes(
    look="Three initializations of the lecture are three points at the bottom, as their biases are "
    "0. Before you look at the triangles: for which of them does the gradient vanish, and why is "
    "there a best one at all?",
    point="Right of the line a layer multiplies delta by more than one, left of it by less. "
    "Measured, delta turns at {turns[b0.3]:.2f} with the narrowest biases and at {turns[b2]:.2f} "
    "with the widest. N(0.01) keeps {lectured[narrow]:.2f} of delta each layer, Glorot "
    "{lectured[glorot]:.2f}, N(1) makes {lectured[wide]:.1f} of it.",
    misconception="Saturation alone does not make a gradient vanish. With wide weights nearly all "
    "tanh units are saturated, and delta explodes: few units still have a slope, and the weights "
    "more than make up for the others. Wide biases saturate units too, and for that the weights "
    "must be wider: the line leans to the right.",
)
CLAIMS = (
    Claim("right", ">=", 0.95, "{percent:g} % of the networks or more: delta on theory's side"),
    Claim("apart_right", ">=", 0.95, "and as many the distance of two inputs"),
    Claim("over_line", "within", (0.9, 1.1), "biases: delta turns at {low} to {high} of the line"),
    Claim("lectured.narrow", "near", (0.1, 0.02), "N(0.01): × {value} a layer, ± {tolerance}"),
    Claim("lectured.wide", ">", 1.5, "N(1): over × {limit} a layer"),
    Claim("lectured.glorot", "within", (0.9, 1.05), "Glorot: × {low} to {high} a layer"),
)
CONTROL = Control(
    activation="linear", refutes=("right", "apart_right", "over_line"), words="no tanh"
)
QUIZ = Quiz(
    "Which initializations, for 100 units, are (1), (2), (3)?",
    (
        Answer("N(0.01)", r"\bN\(0\.01\)"),
        Answer("N(0.1), which is Glorot's", r"\bN\(0\.1\)(, Glorot)?"),
        Answer("N(1)", r"\bN\(1\)"),
    ),
    caption="Deep tanh networks before training, by the widths of weights and biases.",
    alt="A plane of two widths, a line through it, triangles that point down or up, three stars.",
)


def measure(lab: Lab, seed: int, activation: str = "tanh") -> tuple[Any, Facts]:
    return measure_phases(lab, seed, activation)


draw = draw_phases
