"""Activations over training: where they collapsed, no signal comes back"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Notes
from kit.catalogue.claims import Facts
from kit.figures.initialization._training import (
    FOUR_BLOCKS,
    QUIZ_OF_FOUR,
    draw_pairs,
    from_point_to_point,
    growing_pairs,
    he_for_normal,
    measure_pairs,
    pairs_alt,
)

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {"activation": "relu", "std": 0.01}
CAPTION = (
    FOUR_BLOCKS
    + "With ReLU and He the std of h5's activations goes from {relu_he[a_h5_before]:.2f} to "
    "{relu_he[a_h5_after]:.2f}; with Normal σ = 0.01 from {relu_normal[a_h5_before]:.0e} to "
    "{relu_normal[a_h5_after]:.0e}, and that is no signal: the biases have moved, the same for "
    "every point. From point to point a unit changes by {relu_normal[a_h5_across_after]:.0e}."
)
ALT = pairs_alt(
    "by how much a unit's activation differs from point to point; here in h5", "a_h5_across"
)
NOTES = Notes(
    look="Can training wake a layer that has gone silent? Take a vote, then follow h5, the last "
    "hidden layer, in each of the four networks.",
    point="Not here. With ReLU and σ = 0.01 a unit of h5 changes by "
    "{relu_normal[a_h5_across_after]:.0e} from point to point, even after {epochs} epochs; with "
    "ReLU and He by {relu_he[a_h5_across_after]:.1f}.",
    misconception="Taken over the whole layer, the std with σ = 0.01 rises from "
    "{relu_normal[a_h5_before]:.0e} to {relu_normal[a_h5_after]:.0e}, and looks like life. It is "
    "not: the biases have moved, and they are the same for every point. A signal is what differs "
    "between points.",
)
CLAIMS = (
    Claim(
        "a_h5_normal_over_he", "<", 0.01,
        "ReLU with Normal σ = 0.01: h5's std after training is under {percent:g} % of that with He",
    ),
    Claim(
        "relu_normal.a_h5_across_after",
        "<",
        1e-5,
        "and from point to point a unit of h5 changes by under {limit}",
    ),
    Claim("relu_he_a_h5", "rises", words="ReLU with He: h5's activations spread, their std grows"),
    Claim(
        "tanh_glorot_a_h5", ">", 0.1, "tanh with Glorot: h5's activations keep a std above {limit}"
    ),
)  # fmt: skip
CONTROL = he_for_normal("a_h5_normal_over_he", "relu_normal.a_h5_across_after")
QUIZ = QUIZ_OF_FOUR

measure = measure_pairs


def draw(recordings: Any, facts: Facts) -> Any:
    """How far a unit's activations differ from point to point, layer by layer, epoch by epoch."""
    return draw_pairs(recordings, from_point_to_point, "σ of a unit, from point to point")


ANIMATION = growing_pairs(draw, ALT, title="Collapsed activations stay small")
