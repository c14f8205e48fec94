"""Gradients over training: where they have vanished, they stay away"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim
from kit.catalogue.claims import Facts
from kit.figures.initialization._training import (
    QUIZ_OF_FOUR,
    draw_pairs,
    growing_curves,
    measure_pairs,
    pairs_alt,
)

LECTURES = ("Makhmutova", "Olteanu")
CAPTION = (
    "Four BLOCK networks over {epochs} epochs on the ball data. "
    "In h1 the gradient's std with sigmoid and Normal σ = 0.01 is "
    "{sigmoid_normal[g_h1_before]:.0e} before training and {sigmoid_normal[g_h1_after]:.0e} "
    "after, with ReLU and He {relu_he[g_h1_before]:.1e} and {relu_he[g_h1_after]:.1e}. Their "
    "losses end at {sigmoid_normal[loss]:.3f} and {relu_he[loss]:.3f}."
)
ALT = pairs_alt("gradient", "g")
CLAIMS = (
    Claim(
        "sigmoid_normal.g_h1_after",
        "<",
        1e-9,
        "sigmoid with Normal σ = 0.01: after training h1's gradient is still under {limit}",
    ),
    Claim(
        "relu_normal.g_h1_after",
        "<",
        1e-6,
        "ReLU with Normal σ = 0.01: after training h1's gradient is still under {limit}",
    ),
    Claim(
        "relu_he_g_h1",
        ">",
        1e-3,
        "ReLU with He: h1's gradient is above {limit} before and after training",
    ),
)
QUIZ = QUIZ_OF_FOUR

measure = measure_pairs


def draw(recordings: Any, facts: Facts) -> Any:
    """Distributions over the epochs."""
    return draw_pairs(recordings, "gradient")


ANIMATION = growing_curves(draw, ALT, 0, title="Gradients that have vanished stay away")
