"""sigmoid · Normal σ = 0.01 · epoch 0: gradients vanish"""

from kit.catalogue import Claim, Control, Notes
from kit.figures.initialization._panel import (
    FALLS_BACK,
    FROM_POINT_TO_POINT,
    draw_panel,
    measurement,
    panel_alt,
    panel_caption,
    panel_film,
    panel_quiz,
)

ID = "init-sigmoid-normal-0.01"
LECTURES = ("Makhmutova",)
PLAY = {"std": 0.01}
NETWORK = ("sigmoid", "Normal σ = 0.01")
CAPTION = panel_caption(
    *NETWORK,
    (
        "Z-values and activations lie in a narrow range (std of z {z_std[h1]:.2g} to "
        "{z_std[h5]:.2g}, activations around {a_mean[h5]:.2f}). The gradient's std falls from "
        "{g_std[h5]:.1e} in h5 to {g_std[h1]:.1e} in h1, {g_last_over_first:.1e} times smaller. "
        "Nearly all of z's spread in h5"
    )
    + FROM_POINT_TO_POINT,
)
ALT = panel_alt(*NETWORK)
NOTES = Notes(
    look="Ask first in which of the five layers the gradients are smallest. Then go backwards "
    "through them, from h5 at the right to h1 at the left.",
    point="On the way back the gradient shrinks at every step: {g_std[h5]:.1e} in h5, "
    "{g_std[h1]:.1e} in h1, less than a millionth of it. Every step multiplies by sigmoid's slope, "
    "at most a quarter, and by weights around 0.01.",
    misconception="The Z-values look equally wide in h2 to h5, as if the signal got through. It "
    "does not: that width is how the units differ from each other. From point to point a unit of "
    "h5 changes by {z_across[h5]:.0e}.",
)
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
    Claim(
        "z_across.h5",
        "<",
        1e-7,
        "what is left in h5 is no signal: from point to point a unit's z changes by under {limit}",
    ),
)
CONTROLS = (
    Control(
        initializer=1.0,
        refutes=("z_std", "a_std", "g_first_over_last", "z_across.h5"),
        words="weights of σ = 1",
    ),
    Control(activation="tanh", refutes="g_std", words="tanh in place of sigmoid"),
)
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("sigmoid", 0.01, "Normal σ = 0.01")

measure = measurement("sigmoid", 0.01)
draw = draw_panel
