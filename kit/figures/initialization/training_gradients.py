"""Gradients over training: where they have vanished, 100 epochs bring none back"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Notes
from kit.catalogue.claims import Facts
from kit.figures.initialization._training import (
    FOUR_BLOCKS,
    QUIZ_OF_FOUR,
    draw_pairs,
    gradient_std,
    growing_pairs,
    he_for_normal,
    measure_pairs,
    pairs_alt,
)

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {"activation": "relu", "initializer": "he_normal"}
CAPTION = (
    FOUR_BLOCKS + "In h1 the gradient's std with sigmoid and Normal σ = 0.01 is "
    "{sigmoid_normal[g_h1_before]:.0e} before training and {sigmoid_normal[g_h1_after]:.0e} "
    "after, at a loss of {sigmoid_normal[loss]:.3f}. With ReLU and He it falls from "
    "{relu_he[g_h1_before]:.2g} to {relu_he[g_h1_after]:.2g} for another reason: at a loss of "
    "{relu_he[loss]:.3f} there is little left to learn."
)
ALT = pairs_alt("the standard deviation of its gradient; here of h1", "g_h1")
NOTES = Notes(
    look="Four networks from the first epoch to the last. Will a gradient that has vanished come "
    "back with training? Let them vote, then watch h1.",
    point="It does not. With sigmoid and σ = 0.01 its std in h1 is "
    "{sigmoid_normal[g_h1_before]:.0e} before training and {sigmoid_normal[g_h1_after]:.0e} after "
    "{epochs} epochs. Even at the end ReLU with He has {g_h1_he_over_normal:,.0f} times the "
    "gradient of ReLU with σ = 0.01.",
    misconception="A small gradient is not always a sick one. With ReLU and He it falls to "
    "{g_h1_he_left:.0%} of what it was, and at a loss of {relu_he[loss]:.3f} that is good news: "
    "little is left to learn. Look at the loss before you blame the gradient.",
)
CLAIMS = (
    Claim(
        "g_h1_normal", "<", 1e-7,
        "Normal σ = 0.01: h1's gradient is still under {limit} with sigmoid and with ReLU",
    ),
    Claim(
        "g_h1_he_left",
        "<",
        0.5,
        "ReLU with He: h1's gradient shrinks to under {percent:g} %, as the error does",
    ),
    Claim(
        "g_h1_he_over_normal",
        ">",
        1000,
        "and is even then over {limit:,} times that of ReLU with Normal σ = 0.01",
    ),
)  # fmt: skip
CONTROL = he_for_normal("g_h1_normal", "g_h1_he_over_normal")
QUIZ = QUIZ_OF_FOUR

measure = measure_pairs


def draw(recordings: Any, facts: Facts) -> Any:
    """σ of each layer's gradient, epoch by epoch."""
    return draw_pairs(recordings, gradient_std, "σ of the gradients")


ANIMATION = growing_pairs(draw, ALT, title="Gradients that have vanished stay away")
