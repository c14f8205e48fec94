"""Near the critical line networks train deepest"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.theory._trained_depths import draw_trained, measure_trained

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {"activation": "tanh", "depth": 20, "std": 0.1, "data": "digits", "view": "curves"}
CAPTION = (
    "Networks of {units} tanh units a layer, {steps} steps of descent with a rate of {rate} on "
    "{digits} digits each ({source}, half size): how many of these they read then. Theory says "
    "over how many layers, ξ, two inputs keep their difference; at σ_w = {sigma:.2f} that has no "
    "end. There networks of {deepest[w1.327]:.0f} layers train, and {most} is the most that was "
    "tried; with σ_w = 1 of {deepest[w1]:.0f}, with 3 of {deepest[w3]:.0f}. Schoenholz et al. have "
    "6 ξ as the limit; here it is {factor:.1f} ξ, {ordered:.1f} on the ordered side and "
    "{chaotic:.1f} on the chaotic."
)
ALT = (
    "Cells over the width of the weights, 1 to 3, and 4 to {most} hidden layers, coloured by the "
    "share of digits read. Shallow ones read nearly all. The border of what trains is a mountain "
    "with its top at {sigma:.2f}; it falls to {deepest[w1]:.0f} layers at 1 and to "
    "{deepest[w3]:.0f} at 3. A curve of {factor:.1f} ξ follows it, one of 6 ξ lies above."
)
NOTES = Notes(
    look="All of these networks have the same digits, the same rate and the same number of steps. "
    "Which of them learn nothing? Follow a row of deep ones from left to right.",
    point="What trains is told before training, by how many layers an input survives: over the "
    "eight widths the rank correlation is {rank:.2f}. The deepest, {deepest[w1.327]:.0f} layers, "
    "are at the line; with weights of 3 it is {deepest[w3]:.0f}. The factor is {factor:.1f}, "
    "not the 6 of the paper. Nothing says what it must be: these networks are narrow, and had "
    "{steps} steps.",
    misconception="It is not depth as such that forbids training. With shortcuts, which add to "
    "each layer's tanh what the layer was given, nearly all of these networks train, whichever "
    "their weights: then no layer has to carry the input through alone. That is the idea of "
    "residual networks.",
)
CLAIMS = (
    Claim("rank", ">", 0.7, "what trains goes with ξ: rank correlation over {limit}"),
    Claim("off_line", "<=", 0.2, "the deepest is within {limit} of the critical width"),
    Claim("factor", "within", (2.5, 5), "the border is at {low} to {high} times ξ"),
    Claim("beyond", "<=", 0.2, "deeper than 6 ξ, at most {percent:g} % read half of their digits"),
)
CONTROL = Control(shortcut=True, refutes=("rank", "beyond"), words="shortcuts past each layer")
QUIZ = Quiz(
    "Which side is (1), which is (2)?",
    (Answer("ordered", r"\bordered\b"), Answer("chaotic", r"\bchaotic\b")),
    caption="How many of its digits a network reads after {steps} steps, by depth and weights.",
    alt="Cells over the width of the weights and the depth, coloured by the share of digits read.",
)


def measure(lab: Lab, seed: int, shortcut: bool = False) -> tuple[Any, Facts]:
    return measure_trained(lab, seed, shortcut)


draw = draw_trained
