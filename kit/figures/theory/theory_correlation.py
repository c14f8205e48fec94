"""Narrow weights make two inputs alike, wide ones tear them apart"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.theory._two_inputs import (
    UNITS_OF_PAIR,
    animate_pairs,
    draw_pairs,
    measure_two_inputs,
)

LECTURES = ("Makhmutova",)
PLAY = {
    "activation": "tanh", "depth": 20, "std": 0.1, "view": "profile", "quantity": "z",
    "spread": "samples",
}  # fmt: skip
CAPTION = (
    "Three pairs of inputs, whose z in the first layer has correlation 0.1, 0.5 and 0.9, through "
    "{layers} layers of {units:,} tanh units before training; σ_w is the weights' σ times the root "
    "of the units. With {sigma[ordered]:.1f} all become alike: {last[ordered][c1]:.4f}. With "
    "{sigma[chaotic]:.1f} all come near {stays:.2f}, as theory says, those of 0.9 to "
    "{last[chaotic][c9]:.2f}. On the line between, {sigma[critical]:.2f}, it takes longest: from "
    "{last[critical][c1]:.2f} to {last[critical][c9]:.2f} they still differ. ReLU with He makes "
    "0.5 into {he[l2]:.2f}, {he[l3]:.2f}, {he[l4]:.2f}."
)
ALT = (
    "Four panels with three lines each over {layers} layers, from correlations 0.1, 0.5 and 0.9. "
    "Ordered: all rise to 1 within ten layers. Chaotic: all go to {stays:.2f}. Critical: they rise "
    "slowly, to {last[critical][c1]:.2f} to {last[critical][c9]:.2f}. ReLU with He: they rise to "
    "{last[He][c1]:.2f} to {last[He][c9]:.2f}. Measured points lie on theory's lines."
)
NOTES = Notes(
    look="Two different digits go in. After twenty layers, can the network still tell them apart? "
    "And two that are nearly the same: are they still? Only the width of the weights differs.",
    point="Ordered: {last[ordered][c1]:.4f}, whatever went in. Chaotic: near {stays:.2f}, whatever "
    "went in, so that neighbours are torn apart. Either way the last layer does not know its input "
    "any more. On the line, at a width of {sigma[critical]:.2f}, they still end "
    "{apart[critical]:.2f} apart.",
    misconception="He's initialization keeps the size of z, and not what differs: with ReLU 0.5 "
    "becomes {last[He][c5]:.2f} in {layers} layers. And the lines are for endless width: with a "
    "thousand units medians of {networks} networks still stray by {off:.2f}; with ten units "
    "everything goes.",
)
CLAIMS = (
    Claim("last.ordered", ">", 0.99, "ordered: every pair ends over {limit}"),
    Claim("last.chaotic", "<", 0.4, "chaotic: every pair ends under {limit}, that of 0.9 too"),
    Claim("apart.critical", ">", 0.05, "critical: over {limit} of the differences is left"),
    Claim("off", "<", 0.2, "a thousand units: within {limit} of theory in each layer"),
    Claim("he_off", "<", 0.1, "ReLU, He: from 0.5 within {limit} of the closed form"),
)
CONTROLS = (
    Control(chaotic=0.9, refutes="last.chaotic", words="narrow weights there, too"),
    Control(units=10, refutes="off", words="ten units a layer"),
)
TITLES = r"(?i:\b{})\b(: \$.*\$ = [\d.]+)?"
QUIZ = Quiz(
    "Which panels are (1), (2), (3), and which is (4)?",
    (
        Answer("ordered", TITLES.format("ordered")),
        Answer("critical", TITLES.format("critical")),
        Answer("chaotic", TITLES.format("chaotic")),
        Answer("ReLU with He", r"ReLU, He(: \$.*\$ = √2, no biases)?"),
    ),
    caption="The correlation of two inputs, layer by layer, in four kinds of networks.",
    alt="Four panels with three lines each, from correlations 0.1, 0.5 and 0.9, over the layers.",
)


def measure(
    lab: Lab, seed: int, units: int = UNITS_OF_PAIR, chaotic: float = 2.5
) -> tuple[Any, Facts]:
    return measure_two_inputs(lab, seed, units, chaotic)


draw = draw_pairs
ANIMATION = LectureAnimation(
    animate=animate_pairs,
    alt="In four panels three arrows over a line, whose angles say how unlike two inputs are, "
    "layer by layer: ordered, they close; chaotic, they open to {stays:.2f}; critical and with "
    "ReLU they close slowly.",
    fps=2.0,
)
