"""The CNN after training: its outputs have become sure"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Claim, Hidden, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.cnn._moment import SEEN_BY, draw_moment, measure_moment, moment_alt, moment_quiz
from kit.plots.styling import COLORS

SURE = 0.9  # the largest output of a digit, from which on it counts as sure

LECTURES = ("Makhmutova",)
CAPTION = (
    "After {epochs} epochs the largest output is over 0.9 with {sure:.0%} of the {test:,} test "
    "digits; before training no output was over {most_before:.2f}. The output's Z-values have "
    "spread from a std of {other[z_std][o]:.2g} to {z_std[o]:.2g}. The gradient's std in conv2 "
    "went from {other[g_std][conv2]:.2g} to {g_std[conv2]:.2g}. Spikes in conv1: on empty paper "
    "a filter's z is its bias." + SEEN_BY
)
ALT = moment_alt("after") + (
    " A histogram of the largest of ten outputs, digit by digit: over 0.9 with {sure:.0%} of them."
)
NOTES = Notes(
    look="Put this beside the panel before training. What has become of the output's Z-values? Let "
    "them find it, and say what softmax will make of it.",
    point="Their std has grown from {other[z_std][o]:.2g} to {z_std[o]:.2g}, {z_output_growth:.0f} "
    "times. Of such distances softmax makes near certainty: with {sure:.0%} of the "
    "digits one output is over 0.9.",
    misconception="Smaller gradients after training are not vanishing gradients. In conv2 the std "
    "goes from {other[g_std][conv2]:.2g} to {g_std[conv2]:.2g}: when most digits are read right, "
    "little is left to correct. The spikes in conv1 are no fault either; on empty paper a filter "
    "answers with its bias.",
)
CLAIMS = (
    Claim("sure", ">", 0.8, f"over {{percent:g}} % of the test digits have an output over {SURE}"),
    Claim("most_before", "<", 0.3, "before training no output was over {limit}"),
    Claim(
        "z_output_growth",
        ">",
        20,
        "the output's Z-values spread: their std grows over {limit} times",
    ),
    Claim("g_conv2_growth", "<", 1, "conv2's gradient shrinks"),
)
QUIZ = moment_quiz("after", Hidden(r"σ \S+ → .+|spikes: .+\n.+", within="Z-values"))


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """The CNN after training, and for each test digit the largest of its ten outputs."""
    recording, facts = measure_moment(lab, seed, "after")
    largest = lab.train_on_digits("cnn", seed).outputs.max(axis=1)
    facts["sure"] = float((largest > SURE).mean())
    facts["most_before"] = recording.sketch("activation", "o", 0).max
    return (recording, largest), facts


def draw(found: Any, facts: Facts) -> Any:
    """The panel, with a histogram of the largest outputs, and words on what is to be seen."""
    recording, largest = found
    figure = draw_moment(recording, facts)
    z, _, activations, _ = figure.axes
    font = 0.75 * plt.rcParams["font.size"]
    across, spikes = z.get_xaxis_transform(), "spikes: a filter's bias,\non empty paper"
    growth = f"σ {facts['other']['z_std']['o']:.2g} → {facts['z_std']['o']:.2g}"
    told = f"{growth} (× {facts['z_output_growth']:.0f})"
    look: Any = {"transform": across, "ha": "center", "fontweight": "bold"}
    z.text(2, 0.34, told, va="top", fontsize=1.15 * font, **look)
    z.text(0, 0.02, spikes, va="bottom", fontsize=font, linespacing=1.0, **look)
    inset = activations.inset_axes((0.66, 0.5, 0.32, 0.48))
    inset.hist(largest, bins=20, range=(0, 1), color=COLORS["activation"])
    inset.set_xlim(0, 1)
    inset.set_xticks([0, 1])
    inset.set_yticks([])
    inset.tick_params(labelsize=font, pad=2)
    inset.spines["left"].set_visible(False)
    inset.text(
        0.86, 0.98, f"a digit's\nlargest output:\n{facts['sure']:.0%} over {SURE}", ha="right",
        va="top", fontsize=font, transform=inset.transAxes, linespacing=1.05,
    )  # fmt: skip
    return figure
