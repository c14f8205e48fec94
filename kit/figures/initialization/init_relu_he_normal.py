"""ReLU · He normal · epoch 0: Z-values stay as wide from layer to layer"""

from kit.catalogue import Control, Notes
from kit.figures.initialization._panel import (
    STABLE,
    STABLE_CAPTION,
    draw_panel,
    measurement,
    panel_alt,
    panel_caption,
    panel_film,
    panel_quiz,
)

LECTURES = ("Makhmutova",)
PLAY = {"activation": "relu", "initializer": "he_normal"}
NETWORK = ("ReLU", "He normal")
CAPTION = panel_caption(*NETWORK, STABLE_CAPTION)
ALT = panel_alt(*NETWORK)
NOTES = Notes(
    look="Compare h1 with h5, first in the Z-values, then in the gradients. Is everything as "
    "steady as it looks at first sight?",
    point="The std of z is {z_std[h1]:.2f} in h1 and still {z_std[h5]:.2f} in h5. ReLU halves the "
    "mean square at every layer, and He's variance, 2 over the number of inputs, makes up for it.",
    misconception="The signal is steady, the gradient need not be: its std in h5 is "
    "{g_last_over_first:.1f} times that in h1. And He is not simply twice Glorot. The ratio of the "
    "two variances is 1 plus outputs over inputs: 2 in h2 to h5, but 11 in h1 with its ten inputs.",
)
CLAIMS = STABLE
CONTROL = Control(
    initializer="glorot_normal",
    refutes=("z_spread", "z_last_over_first"),
    words="Glorot's initialization",
)
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("ReLU", "he_normal", "He normal")

measure = measurement("relu", "he_normal")
draw = draw_panel
