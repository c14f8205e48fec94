"""sigmoid · Normal σ = 0.1 · epoch 0: gradients still vanish"""

from kit.catalogue import Claim, Control
from kit.figures.initialization._panel import (
    FALLS_BACK,
    FROM_POINT_TO_POINT,
    NOT_BINARY,
    draw_panel,
    measurement,
    panel_alt,
    panel_caption,
    panel_film,
    panel_quiz,
)

ID = "init-sigmoid-normal-0.1"
LECTURES = ("Makhmutova",)
NETWORK = ("sigmoid", "Normal σ = 0.1")
CAPTION = panel_caption(
    *NETWORK,
    (
        "Ten times wider weights widen the Z-values (std {z_std[h1]:.2g} to {z_std[h5]:.2g}), and "
        "the gradient's std in h5 is still {g_last_over_first:,.0f} times that in h1. "
        "Most of z's spread in h5"
    )
    + FROM_POINT_TO_POINT,
)
ALT = panel_alt(*NETWORK)
CLAIMS = (
    Claim(
        "g_first_over_last",
        "<",
        0.01,
        "vanishing: the gradient's std in h1 is under {percent:g} % of h5's",
    ),
    FALLS_BACK,
    NOT_BINARY,
)
CONTROLS = (
    Control(
        activation="tanh",
        refutes=("g_first_over_last", "g_std"),
        words="tanh in place of sigmoid",
    ),
    Control(initializer=1.0, refutes="saturated", words="weights of σ = 1"),
)
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("sigmoid", 0.1, "Normal σ = 0.1")

measure = measurement("sigmoid", 0.1)
draw = draw_panel
