"""One variance, two shapes: the uniform ends at √3 σ"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Hidden, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.variance._limits import draw_limits, draw_weights, limit_facts

LECTURES = ("Makhmutova", "Sridharan", "Olteanu")
PLAY = {"activation": "tanh", "initializer": "glorot_uniform"}
CAPTION = (
    "Weights of a layer with {fan_in} inputs and {fan_out} outputs, as Keras draws them. Each rule "
    "fixes a variance; a uniform distribution of that variance ends at √3 σ: {LeCun[limit]:.3f}, "
    "{Glorot[limit]:.3f}, {He[limit]:.3f}. Keras's normal ends too, at {He[cut]:.2f} σ, and is "
    "widened so that its variance is right."
)
ALT = (
    "Three rows, LeCun, Glorot and He: a flat block and a bell that is cut off, of the same σ. The "
    "blocks end at {LeCun[limit]:.3f}, {Glorot[limit]:.3f} and {He[limit]:.3f}."
)
NOTES = Notes(
    look="Block and bell of a row have the same variance. Where must the block end, if σ is 1? Let "
    "them integrate x² over it: a third of the square of its end.",
    point="The end is √3 times σ, so 3 over fan in becomes √(3/fan in) for LeCun, "
    "{LeCun[limit]:.3f} here, and {Glorot[limit]:.3f} and {He[limit]:.3f} for Glorot and He.",
    misconception="He is not Glorot with a 2: with {fan_out} outputs for {fan_in} inputs its "
    "variance is {he_over_glorot:.1f} times as large. And a normal initializer does not draw "
    "arbitrarily large weights: what lies beyond two of its σ is drawn again.",
)
CLAIMS = (
    Claim("reached", "within", (0.999, 1), "uniform weights reach {low} to {high} of the limit"),
    Claim("cut", "within", (2.2, 2.28), "normal ones end between {low} and {high} σ"),
    Claim("std_over_sigma", "near", (1, 0.015), "both have the σ of the rule, ± {tolerance:.1%}"),
    Claim("he_over_glorot", "near", (4, 0.1), "He has {value} times Glorot's variance here"),
)
QUIZ = Quiz(
    "Which rules are (1), (2), (3)?",
    (Answer("LeCun", r"\bLeCun\b"), Answer("Glorot", r"\bGlorot\b"), Answer("He", r"\bHe\b")),
    (Hidden(r"√\(.*\) = "),),
    caption="A layer with {fan_in} inputs and {fan_out} outputs, with three initializations.",
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    data = draw_weights(seed)
    return data, limit_facts(data)


def draw(data: Any, facts: Facts) -> Any:
    return draw_limits(data, facts)
