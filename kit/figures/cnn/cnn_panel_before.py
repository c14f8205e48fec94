"""The CNN before training: Glorot's weights let the signal through"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.cnn._moment import SEEN_BY, draw_moment, measure_moment, moment_alt, moment_quiz

LECTURES = ("Makhmutova",)
CAPTION = (
    "Glorot's weights: the std of z is {z_std[conv1]:.2g} in conv1, {z_std[conv2]:.2g} in conv2, "
    "{z_std[o]:.2g} in the output; {zeros[conv1]:.0%} of conv1's activations are zero, since most "
    "of a digit is empty paper. The gradients' std is {g_std[conv1]:.1g} in conv1, "
    "{g_std[conv2]:.1g} in conv2, {g_std[o]:.1g} in the output." + SEEN_BY
)
ALT = moment_alt("before")
NOTES = Notes(
    look="Nothing has been learned yet. Does the signal reach the output, and does a gradient get "
    "back to the first convolution? Ask for both before you show either.",
    point="Both get through: the std of z is {z_std[conv1]:.2g} in conv1 and {z_std[o]:.2g} in the "
    "output, and from layer to layer the gradients' std stays within a factor of {g_spread:.1f}.",
    misconception="{zeros[conv1]:.0%} of conv1's activations are zero, and no filter need be dead "
    "for that. Most of a digit is empty paper. There z is the bias, every bias begins at 0, and "
    "ReLU makes a zero of it.",
)
CLAIMS = (
    Claim(
        "z_output_over_conv1",
        ">",
        0.1,
        "the signal gets through: the std of z in the output is over {percent:g} % of conv1's",
    ),
    Claim(
        "g_spread",
        "<",
        30,
        "no layer's gradient vanishes: largest std under {limit} times the smallest",
    ),
    Claim("zeros.conv1", ">", 1 / 3, "at least a third of conv1's activations are exactly 0"),
)
QUIZ = moment_quiz("before")

draw = draw_moment


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """The CNN before training."""
    return measure_moment(lab, seed, "before")
