"""Activations: collapsed with σ = 0.01, kept where the two fit"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Notes
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import QUIZ_BY_PANEL
from kit.figures.initialization._grid import (
    NINE_BLOCKS,
    collapses,
    draw_grid,
    grid_alt,
    is_kept,
    measure_grid,
)

LECTURES = ("Makhmutova", "Olteanu")
CAPTION = NINE_BLOCKS + (
    "With Normal σ = 0.01 sigmoid's activations stay near 0.5 (std "
    "{sigmoid_normal_a_std[h5]:.2g} in h5), and those of tanh and ReLU fall to "
    "{tanh_normal_a_std[h5]:.0e} and {relu_normal_a_std[h5]:.0e}. Glorot keeps tanh's at "
    "{tanh_glorot_a_std[h5]:.2f}, He ReLU's at {relu_he_a_std[h5]:.2f}."
)
ALT = grid_alt("activations", "a_std")
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
