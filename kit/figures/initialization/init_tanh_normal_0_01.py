"""tanh · Normal σ = 0.01 · epoch 0: the signal shrinks at every layer"""

from kit.catalogue import Claim, Control, Notes
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
PLAY = {"activation": "tanh", "std": 0.01}
NETWORK = ("tanh", "Normal σ = 0.01")
CAPTION = panel_caption(
    *NETWORK,
    (
        "Each layer makes the signal about ten times smaller: the std of z falls from "
        "{z_std[h1]:.1e} in h1 to {z_std[h5]:.1e} in h5, and in no layer is the gradient's "
        "std above {g_std[h1]:.1e}."
    ),
)
ALT = panel_alt(*NETWORK)
NOTES = Notes(
    look="What becomes of a signal that meets weights of 0.01 five times over? Ask for the factor "
    "at one layer, then read the std of the Z-values from h1 to h5.",
    point="Each layer leaves about a tenth of it: {z_std[h1]:.2g} in h1, {z_std[h5]:.1e} in h5. A "
    "sum over a hundred inputs with weights of 0.01 is √100 times 0.01 as wide as they are, and so "
    "close to 0 tanh changes nothing.",
    misconception="The gradients are much alike in all layers, and it is tempting to call that "
    "healthy. None has a std above {g_std[h1]:.1e}. A weight's gradient is the signal from below "
    "times the error from above: what the one has still kept, the other has already lost.",
)
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
