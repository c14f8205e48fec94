"""ReLU halves the mean square: Glorot fades, He stays"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.variance._relu_deep import deep_facts, deep_network, draw_deep

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {
    "activation": "relu", "initializer": "glorot_normal", "depth": 20, "view": "profile",
    "quantity": "z",
}  # fmt: skip
CAPTION = (
    "Left: ReLU keeps {moment_kept:.0%} of the mean square of z, and {variance_kept:.0%} of its "
    "variance. Right: {layers} layers of {units} ReLU units. With Glorot each multiplies the size "
    "of z by 2 to the power of {powers[Glorot]:.2f}; He's twice as large variance makes good for "
    "it. Lines: computed, points and band: median and range of {networks}"
    " networks."
)
ALT = (
    "Left, the bell of a layer's Z-values, its negative half pale. Right, two lines over {layers} "
    "layers on a logarithmic axis with measured points on them: Glorot falls from "
    "{std[Glorot][first]:.1f} to {std[Glorot][last]:.0e}, He stays near {std[He][first]:.1f}."
)
NOTES = Notes(
    look="Left: one half of the bell becomes 0. How much of the mean square is that, and how much "
    "of the variance? Only one of the answers is a half. Then the right: which line is whose?",
    point="The mean square halves, to {moment_kept:.2f} of it, as z is symmetric. So the size of z "
    "goes with 2 to the power of {powers[Glorot]:.2f} a layer with Glorot, and "
    "{powers[He]:+.2f} with He. After {layers} layers {std[Glorot][last]:.0e} is left of Glorot's.",
    misconception="ReLU does not halve the variance: that falls to {variance_kept:.0%}. What is "
    "left out there is the square of the mean, {mean_share:.0%}, and the next layer sums it as "
    "it sums the rest. It is the mean square that goes through a layer.",
)
CLAIMS = (
    Claim("moment_kept", "near", (0.5, 0.02), "ReLU keeps half of the mean square, ± {tolerance}"),
    Claim("variance_kept", "near", (0.34, 0.02), "and {value:.0%} of the variance, ± {tolerance}"),
    Claim("powers.Glorot", "near", (-0.5, 0.04), "Glorot: 2^{value} a layer, ± {tolerance}"),
    Claim("powers.He", "near", (0, 0.04), "He: 2^{value} a layer, ± {tolerance}"),
)
CONTROL = Control(activation="linear", refutes="powers.Glorot", words="no ReLU")
QUIZ = Quiz(
    "Which initializations are (1) and (2)?",
    (Answer("Glorot", r"\bGlorot('s)?\b"), Answer("He", r"\bHe('s)?\b")),
    caption="Fifty layers of ReLU units, with two initializations.",
)


def measure(lab: Lab, seed: int, activation: str = "relu") -> tuple[Any, Facts]:
    data = lab.run(deep_network, activation=activation, seed=seed)
    return data, deep_facts(data)


def draw(data: Any, facts: Facts) -> Any:
    return draw_deep(data, facts)
