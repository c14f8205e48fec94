"""ReLU · Glorot normal · epoch 0: the signal shrinks"""

from kit.catalogue import Claim, Control, Notes
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
PLAY = {"activation": "relu", "initializer": "glorot_normal"}
NETWORK = ("ReLU", "Glorot normal")
CAPTION = panel_caption(
    *NETWORK,
    (
        "ReLU sets about half of the activations to zero ({zeros[h1]:.0%} of h1), and so halves "
        "their mean square: the std of z falls from {z_std[h1]:.2f} in h1 to {z_std[h5]:.2f} in h5."
    ),
)
ALT = panel_alt(*NETWORK)
NOTES = Notes(
    look="In place of tanh there is ReLU now, and nothing else has changed. Ask what ReLU throws "
    "away at each layer, then watch the Z-values from h1 to h5.",
    point="The std of z falls from {z_std[h1]:.2f} to {z_std[h5]:.2f}. ReLU sets about half of the "
    "values to zero, {zeros[h1]:.0%} of h1's, and so halves their mean square. Glorot's rule does "
    "not know of that.",
    misconception="Half of the values are zero, not half of the units. In h1 every unit is silent "
    "for some points and answers to others. A unit is dead only if it is silent for all of them.",
)
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
