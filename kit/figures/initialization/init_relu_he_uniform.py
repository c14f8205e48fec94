"""ReLU · He uniform · epoch 0: Z-values stay as wide from layer to layer"""

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
PLAY = {"activation": "relu", "initializer": "he_uniform"}
NETWORK = ("ReLU", "He uniform")
CAPTION = panel_caption(*NETWORK, STABLE_CAPTION)
ALT = panel_alt(*NETWORK)
NOTES = Notes(
    look="The same rule with another shape of weights. Ask whether h5 will notice, and how many of "
    "its activations are exactly zero.",
    point="It does not notice: the std of z is {z_std[h1]:.2f} in h1 and {z_std[h5]:.2f} in h5. "
    "{zeros[h5]:.0%} of h5's activations are zero. The weights of h2 to h5 end at √(6/100), and "
    "their variance is that of He's bells.",
    misconception="ReLU does not halve the variance. It halves the mean square; of a bell around 0 "
    "it leaves about a third of the variance, because what is left has a mean of its own, "
    "{a_mean[h1]:.2f} in h1. The next layer's sums go by the mean square, and that is why He's 2 "
    "is right.",
)
CLAIMS = STABLE
CONTROL = Control(
    initializer="glorot_uniform",
    refutes=("z_spread", "z_last_over_first"),
    words="Glorot's initialization",
)
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("ReLU", "he_uniform", "He uniform")

measure = measurement("relu", "he_uniform")
draw = draw_panel
