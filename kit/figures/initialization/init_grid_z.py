"""Z-values: the initialization has to fit the activation"""

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
PLAY = {"activation": "tanh", "initializer": "glorot_normal", "view": "profile", "quantity": "z"}
CAPTION = NINE_BLOCKS + (
    "With Normal σ = 0.01 the std of z falls to {tanh_normal_z_std[h5]:.0e} (tanh) and "
    "{relu_normal_z_std[h5]:.0e} (ReLU) in h5. Glorot keeps it for tanh "
    "({tanh_glorot_z_std[h1]:.2f} to {tanh_glorot_z_std[h5]:.2f}), He for ReLU "
    "({relu_he_z_std[h1]:.2f} to {relu_he_z_std[h5]:.2f}). "
    "Sigmoid's width with Normal σ = 0.01 is that of its units: from point to point (dotted) a "
    "unit's z changes by {sigmoid_across_z_std[h1]:.0e} in h1 and {sigmoid_across_z_std[h5]:.0e} "
    "in h5."
)
ALT = grid_alt("z", "z_std") + across_alt("z_std")
NOTES = Notes(
    look="Nine networks: three activations, three ways to draw the weights. Ask which of the pairs "
    "they would train, then look for those whose Z-values are as wide in h5 as in h1.",
    point="Glorot suits tanh, where the std goes from {tanh_glorot_z_std[h1]:.2f} to "
    "{tanh_glorot_z_std[h5]:.2f}. He suits ReLU, from {relu_he_z_std[h1]:.2f} to "
    "{relu_he_z_std[h5]:.2f}. With σ = 0.01 tanh is down to "
    "{tanh_normal_z_std[last_over_first]:.2%} of where it began.",
    misconception="Sigmoid looks the calmest of all, even with σ = 0.01. But there every unit adds "
    "up a hundred activations that are all close to a half, for any point the same. That width "
    "tells the units apart, not the points.",
)
CLAIMS = (
    collapses("tanh_normal_z_std", "tanh's Z-values"),
    collapses("relu_normal_z_std", "ReLU's Z-values"),
    same_for_every_point("z_std"),
    is_kept("tanh_glorot_z_std", "tanh's Z-values with Glorot"),
    is_kept("relu_he_z_std", "ReLU's Z-values with He"),
    Claim(
        "relu_glorot_z_std.last_over_first",
        "<",
        0.5,
        "ReLU's Z-values with Glorot shrink: std in h5 under half of h1's",
    ),
)
QUIZ = QUIZ_BY_PANEL

measure = measure_grid


def draw(grid: Any, facts: Facts) -> Any:
    """σ by layer, a line for each network."""
    return draw_grid(facts, "z_std", "z")
