"""The CNN after training: its outputs have become sure"""

from __future__ import annotations

from kit.catalogue import Claim, Hidden, Notes
from kit.figures.cnn._moment import SEEN_BY, moment_alt, moment_quiz
from kit.figures.cnn._sure import SURE, draw_sure, measure_sure

LECTURES = ("Makhmutova",)
PLAY = {"page": "cnn"}
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

measure = measure_sure
draw = draw_sure
