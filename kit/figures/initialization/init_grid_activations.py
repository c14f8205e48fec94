"""Activations: σ = 0.01 kills the signal; Glorot suits tanh, He suits ReLU"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Notes
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import QUIZ_BY_PANEL
from kit.figures.initialization._grid import (
    NINE_BLOCKS,
    across_alt,
    collapses,
    draw_grid,
    grid_alt,
    is_kept,
    measure_grid,
    same_for_every_point,
)

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {
    "activation": "tanh", "initializer": "glorot_normal", "view": "profile",
    "quantity": "activation",
}  # fmt: skip
CAPTION = NINE_BLOCKS + (
    "With Normal σ = 0.01 the std of tanh's and ReLU's activations falls to "
    "{tanh_normal_a_std[h5]:.0e} and {relu_normal_a_std[h5]:.0e} in h5. Sigmoid's stays at "
    "{sigmoid_normal_a_std[h5]:.2g}, but only since its units differ: from point to point (dotted) "
    "a unit changes by {sigmoid_across_a_std[h1]:.0e} in h1 and {sigmoid_across_a_std[h5]:.0e} in "
    "h5. Glorot keeps tanh's at "
    "{tanh_glorot_a_std[h5]:.2f}, He ReLU's at {relu_he_a_std[h5]:.2f}."
)
ALT = grid_alt("activations", "a_std") + across_alt("a_std")
NOTES = Notes(
    look="Where do the activations die out on the way, and where do they only look alive? Let them "
    "guess, then follow the std from h1 to h5 in each of the nine networks.",
    point="With σ = 0.01 tanh's activations end at {tanh_normal_a_std[h5]:.0e} and ReLU's at "
    "{relu_normal_a_std[h5]:.0e}. Where rule and activation fit they last: "
    "{tanh_glorot_a_std[h5]:.2f} with tanh and Glorot, {relu_he_a_std[h5]:.2f} with ReLU and He.",
    misconception="Sigmoid with σ = 0.01 does not go to 0, and is none the better for it. Its "
    "activations stay at about 0.5 with a std of {sigmoid_normal_a_std[h5]:.2g}. A layer says "
    "something by how much it moves, not by how large its numbers are.",
)
CLAIMS = (
    Claim(
        "largest.sigmoid_normal_a_std",
        "<",
        0.02,
        "sigmoid's activations with Normal σ = 0.01 stay near 0.5: std under {limit}",
    ),
    same_for_every_point("a_std"),
    collapses("tanh_normal_a_std", "tanh's activations"),
    collapses("relu_normal_a_std", "ReLU's activations"),
    is_kept("tanh_glorot_a_std", "tanh's activations with Glorot"),
    is_kept("relu_he_a_std", "ReLU's activations with He"),
)
QUIZ = QUIZ_BY_PANEL

measure = measure_grid


def draw(grid: Any, facts: Facts) -> Any:
    """σ by layer, a line for each network."""
    return draw_grid(facts, "a_std", "activation")
