"""Nine networks: theory predicts each layer before it is measured"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Control, Lab, Notes
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import QUIZ_BY_PANEL
from kit.figures.variance._nine import against_theory, draw_nine, nine_facts

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {
    "activation": "tanh", "initializer": "glorot_normal", "view": "profile",
    "quantity": "gradient",
}  # fmt: skip
CAPTION = (
    "Nine times BLOCK, our network of five hidden layers of 100 units, before training. Lines: "
    "predicted from the variances of the weights alone. Points: measured. Shaded: where 95 of 100 "
    "draws should lie; {within:.0%} of these {numbers} points do. The gradients go over "
    "{decades:.0f} powers of ten."
)
ALT = (
    "Six panels: Z-values above, gradients below, for sigmoid, tanh and ReLU. In each, three "
    "predicted lines over the layers h1 to h5, with narrow bands, and the measured points on them. "
    "The smallest gradient is {smallest:.0e}, the largest {largest:.0e}."
)
NOTES = Notes(
    look="First the lines alone: nothing was trained and nothing measured for them. Then the "
    "points. Which of the nine would you train, now that you know them in advance?",
    point="{within:.0%} of {numbers} points lie in the bands. The typical gradient is off by a "
    "factor of {ratio[gradient][middle]:.2f}, over {decades:.0f} powers of ten.",
    misconception="That theory works here does not make it true everywhere. It needs weights that "
    "are independent draws. Give all layers the same weights, or train them, and it must not be "
    "believed; it can tell that from the weights.",
)
CLAIMS = (
    Claim("within", ">=", 0.8, "at least {percent:g} % of the points lie in the bands"),
    Claim("ratio.z.middle", "<", 1.1, "the typical std of z is within a factor of {limit}"),
    Claim("decades", ">", 7, "and the gradients go over more than {limit} powers of ten"),
    Claim("doubted", "==", 0, "theory doubts {limit} of the nine networks"),
)
CONTROL = Control(tied=True, refutes="doubted", words="the same weights in h2 to h5")
QUIZ = QUIZ_BY_PANEL


def measure(lab: Lab, seed: int, tied: bool = False) -> tuple[Any, Facts]:
    data = lab.run(against_theory, seed=seed, tied=tied)
    return data, nine_facts(data)


def draw(data: Any, facts: Facts) -> Any:
    return draw_nine(data)
