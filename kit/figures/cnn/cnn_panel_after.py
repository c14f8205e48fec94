"""The CNN after training: its outputs have become sure"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.cnn._moment import SEEN_BY, draw_moment, measure_moment, moment_alt, moment_quiz

LECTURES = ("Makhmutova",)
CAPTION = (
    "After {epochs} epochs the output's Z-values have spread from a std of {other[z_std][o]:.2g} "
    "to {z_std[o]:.2g}: the softmax is sure. The gradient's std in conv2 went from "
    "{other[g_std][conv2]:.2g} to {g_std[conv2]:.2g}. Spikes in conv1: on empty paper a filter's z "
    "is its bias." + SEEN_BY
)
ALT = moment_alt("after")
NOTES = Notes(
    look="Put this beside the panel before training. What has become of the output's Z-values? Let "
    "them find it, and say what softmax will make of it.",
    point="Their std has grown from {other[z_std][o]:.2g} to {z_std[o]:.2g}, {z_output_growth:.0f} "
    "times. Of such distances softmax makes near certainty.",
    misconception="Smaller gradients after training are not vanishing gradients. In conv2 the std "
    "goes from {other[g_std][conv2]:.2g} to {g_std[conv2]:.2g}: when most digits are read right, "
    "little is left to correct. The spikes in conv1 are no fault either; on empty paper a filter "
    "answers with its bias.",
)
CLAIMS = (
    Claim(
        "z_output_growth",
        ">",
        20,
        "the output's Z-values spread: their std grows over {limit} times",
    ),
    Claim("g_conv2_growth", "<", 1, "conv2's gradient shrinks"),
)
QUIZ = moment_quiz("after")

draw = draw_moment


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """The CNN after training."""
    return measure_moment(lab, seed, "after")
