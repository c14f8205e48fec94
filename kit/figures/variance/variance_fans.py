"""Fan in keeps the size forwards, fan out backwards, Glorot neither"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.variance._fans import both_ways, draw_fans, fan_facts

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {
    "activation": "linear", "initializer": "lecun_normal", "depth": 10, "view": "profile",
    "quantity": "delta",
}  # fmt: skip
CAPTION = (
    "Two layers of unequal sides. Weights of variance 1/fan in keep what goes forwards, "
    "× {fan_in_forwards[0]:.2f}, and multiply what comes back by {fan_in_backwards[0]:.1f} and "
    "{fan_in_backwards[1]:.2f}. With 1/fan out it is the other way round. Glorot lies between: "
    "× {glorot_forwards[0]:.2f} and × {glorot_backwards[0]:.1f} in the first layer."
)
ALT = (
    "Two panels, {widths[0]} to {widths[1]} and {widths[1]} to {widths[2]} units. For three "
    "choices of the variance, bars from 1 to the factor forwards and backwards; Glorot's are "
    "{glorot_forwards[0]:.2f} and {glorot_backwards[0]:.1f}, then {glorot_forwards[1]:.1f} and "
    "{glorot_backwards[1]:.2f}."
)
NOTES = Notes(
    look="Cover the middle row. The other two each have one bar of no length; which way do they "
    "keep? Then ask what number would do justice to both ways.",
    point="With fan in, one layer multiplies what comes back by {fan_in_backwards[0]:.1f} and the "
    "other by {fan_in_backwards[1]:.2f}. Glorot takes the mean of both sides, and no factor is "
    "beyond {glorot_forwards[1]:.1f} or under {glorot_backwards[1]:.2f}. He's variance, 2/fan in, "
    "is {he_over_glorot[0]:.0f} and {he_over_glorot[1]:.2f} times Glorot's here, not twice.",
    misconception="Can fan in and fan out not both be right? Only in a square layer. But it hardly "
    "matters which is chosen for a whole network: He found that the factors of the other way "
    "cancel from layer to layer, but for the widths of the first and the last.",
)
CLAIMS = (
    Claim("off", "<", 1.15, "each factor is fan times variance, within a factor of {limit}"),
    Claim("fan_in_forwards", "near", (1, 0.1), "with 1/fan in forwards is kept, ± {tolerance}"),
    Claim("fan_out_backwards", "near", (1, 0.1), "with 1/fan out backwards is, ± {tolerance}"),
    Claim(
        "worst.glorot",
        "<",
        words="Glorot keeps neither, and none of its factors is as far from 1 as the others' worst",
        than="worst.others",
    ),
)
QUIZ = Quiz(
    "Which choices of the variance are (1), (2), (3)?",
    (
        Answer("1/fan in", r"\b1/fan in\b"),
        Answer("Glorot", r"\bGlorot('s)?\b"),
        Answer("1/fan out", r"\b1/fan out\b"),
    ),
    caption="Two layers of unequal sides, three variances of their weights.",
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    data = both_ways(seed)
    return data, fan_facts(data)


def draw(data: Any, facts: Facts) -> Any:
    return draw_fans(data, facts)
