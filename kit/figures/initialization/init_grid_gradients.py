"""Gradients: sigmoid's vanish with each of these three initializations"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Notes
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import QUIZ_BY_PANEL
from kit.figures.initialization._grid import NINE_BLOCKS, draw_grid, grid_alt, measure_grid

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {
    "activation": "tanh", "initializer": "glorot_normal", "view": "profile",
    "quantity": "gradient",
}  # fmt: skip
CAPTION = NINE_BLOCKS + (
    "With sigmoid the gradient's std in h5 is {sigmoid_normal_g_std[last_over_first]:.0e} "
    "(Normal), {sigmoid_glorot_g_std[last_over_first]:.0e} (Glorot) and "
    "{sigmoid_he_g_std[last_over_first]:.0e} (He) times that in h1. With tanh and Glorot it is "
    "{tanh_glorot_g_std[h1]:.1e} in h1 and {tanh_glorot_g_std[h5]:.1e} in h5, with ReLU and He "
    "{relu_he_g_std[h1]:.1e} and {relu_he_g_std[h5]:.1e}. It is no law of sigmoid: with σ = 1, in "
    "a panel of its own, the factor is {sigmoid_wide_g:.1f}."
)
ALT = grid_alt("gradients", "g_std")
NOTES = Notes(
    look="Read each network backwards, from h5 to h1. With which activation do the gradients "
    "shrink under all three initializations? Let them bet before you show it.",
    point="With sigmoid. The gradient's std in h5 is {sigmoid_he_g_std[last_over_first]:,.0f} "
    "times that in h1 with He, {sigmoid_glorot_g_std[last_over_first]:,.0f} times with Glorot, and "
    "over a million times with σ = 0.01. ReLU with He stays within a factor of "
    "{spread[relu_he_g_std]:.1f}.",
    misconception="Do not make a law of it. With weights of σ = 1, which have a panel of their "
    "own, sigmoid's factor is only {sigmoid_wide_g:.1f}. Slope and weights work together: these "
    "three rules give weights that are too small for so small a slope.",
)
CLAIMS = (
    Claim(
        "sigmoid_normal_g_std.last_over_first",
        ">",
        1e6,
        "sigmoid's gradient vanishes with Normal σ = 0.01: std in h5 over {limit:,.0f} times h1's",
    ),
    Claim(
        "sigmoid_glorot_g_std.last_over_first", ">", 10, "with Glorot normal: over {limit} times"
    ),
    Claim("sigmoid_he_g_std.last_over_first", ">", 10, "with He normal: over {limit} times"),
    Claim(
        "sigmoid_wide_g",
        "<",
        10,
        "with σ = 1 sigmoid's gradients do not vanish: under {limit} times",
    ),
    Claim(
        "spread.tanh_glorot_g_std",
        "<",
        10,
        "tanh with Glorot: gradients within a factor of {limit} over the layers",
    ),
    Claim(
        "spread.relu_he_g_std",
        "<",
        10,
        "ReLU with He: gradients within a factor of {limit} over the layers",
    ),
)
QUIZ = QUIZ_BY_PANEL

measure = measure_grid


def draw(grid: Any, facts: Facts) -> Any:
    """σ by layer, a line for each network."""
    return draw_grid(facts, "g_std", "gradient")
