"""sigmoid · Normal σ = 0.01 · epoch 0: gradients vanish"""

from kit.catalogue import Claim, Control
from kit.figures.initialization._panel import (
    FALLS_BACK,
    draw_panel,
    measurement,
    panel_alt,
    panel_caption,
    panel_film,
    panel_quiz,
)

ID = "init-sigmoid-normal-0.01"
LECTURES = ("Makhmutova",)
NETWORK = ("sigmoid", "Normal σ = 0.01")
CAPTION = panel_caption(
    *NETWORK,
    (
        "Z-values and activations lie in a narrow range (std of z {z_std[h1]:.2g} to "
        "{z_std[h5]:.2g}, activations around {a_mean[h5]:.2f}). The gradient's std falls from "
        "{g_std[h5]:.1e} in h5 to {g_std[h1]:.1e} in h1: the first layers cannot learn."
    ),
)
ALT = panel_alt(*NETWORK)
CLAIMS = (
    Claim("z_std", "<=", 0.1, "Z-values in a narrow range: std at most {limit} in every layer"),
    Claim("a_std", "<=", 0.02, "activations in a narrow range: std at most {limit} in every layer"),
    Claim(
        "g_first_over_last",
        "<",
        1e-6,
        "vanishing: the gradient's std in h1 is under {limit} of h5's",
    ),
    FALLS_BACK,
)
CONTROLS = (
    Control(
        initializer=1.0,
        refutes=("z_std", "a_std", "g_first_over_last"),
        words="weights of σ = 1",
    ),
    Control(activation="tanh", refutes="g_std", words="tanh in place of sigmoid"),
)
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("sigmoid", 0.01, "Normal σ = 0.01")

measure = measurement("sigmoid", 0.01)
draw = draw_panel
