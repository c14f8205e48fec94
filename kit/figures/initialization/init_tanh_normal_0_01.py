"""tanh · Normal σ = 0.01 · epoch 0: everything shrinks"""

from kit.catalogue import Claim, Control
from kit.figures.initialization._panel import (
    draw_panel,
    measurement,
    panel_alt,
    panel_caption,
    panel_film,
    panel_quiz,
)

ID = "init-tanh-normal-0.01"
LECTURES = ("Makhmutova",)
NETWORK = ("tanh", "Normal σ = 0.01")
CAPTION = panel_caption(
    *NETWORK,
    (
        "Each layer makes the signal about ten times smaller: the std of z falls from "
        "{z_std[h1]:.1e} in h1 to {z_std[h5]:.1e} in h5, and no gradient's std is above "
        "{g_std[h1]:.1e}."
    ),
)
ALT = panel_alt(*NETWORK)
CLAIMS = (
    Claim("z_std", "falls", words="Z-values shrink at every layer"),
    Claim(
        "z_last_over_first",
        "<",
        1e-3,
        "the signal collapses: the std of z in h5 is under {percent:g} % of h1's",
    ),
    Claim("g_std", "<", 1e-6, "gradients are close to zero: std under {limit} in every layer"),
)
CONTROL = Control(
    initializer=0.1, refutes=("z_last_over_first", "g_std"), words="weights of σ = 0.1"
)
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("tanh", 0.01, "Normal σ = 0.01")

measure = measurement("tanh", 0.01)
draw = draw_panel
