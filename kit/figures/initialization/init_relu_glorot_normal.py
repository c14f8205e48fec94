"""ReLU · Glorot normal · epoch 0: the signal shrinks"""

from kit.catalogue import Claim, Control
from kit.figures.initialization._panel import (
    HALF_ZERO,
    draw_panel,
    measurement,
    panel_alt,
    panel_caption,
    panel_film,
    panel_quiz,
)

LECTURES = ("Makhmutova",)
NETWORK = ("ReLU", "Glorot normal")
CAPTION = panel_caption(
    *NETWORK,
    (
        "ReLU sets half of the activations to zero ({zeros[h1]:.0%} of h1), and so halves their "
        "mean square: the std of z falls from {z_std[h1]:.2f} in h1 to {z_std[h5]:.2f} in h5."
    ),
)
ALT = panel_alt(*NETWORK)
CLAIMS = (
    Claim("z_last_over_first", "<", 0.5, "shrinking: the std of z in h5 is under half of h1's"),
    Claim("z_std", "falls", words="shrinking: the std of z falls at every layer"),
    HALF_ZERO,
)
CONTROL = Control(
    initializer="he_normal",
    refutes="z_last_over_first",
    words="He's initialization",
)
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("ReLU", "glorot_normal", "Glorot normal")

measure = measurement("relu", "glorot_normal")
draw = draw_panel
