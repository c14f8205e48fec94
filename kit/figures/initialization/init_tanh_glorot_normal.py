"""tanh · Glorot normal · epoch 0: similar along all layers"""

from kit.catalogue import Notes
from kit.figures.initialization._panel import (
    GLOROT_TANH,
    NOT_GLOROT_TANH,
    SIMILAR_CAPTION,
    draw_panel,
    measurement,
    panel_alt,
    panel_caption,
    panel_film,
    panel_quiz,
)

LECTURES = ("Makhmutova",)
PLAY = {"activation": "tanh", "initializer": "glorot_normal"}
NETWORK = ("tanh", "Glorot normal")
CAPTION = panel_caption(*NETWORK, SIMILAR_CAPTION)
ALT = panel_alt(*NETWORK)
NOTES = Notes(
    look="What would you like to see from h1 to h5? Let them say it first: the same picture five "
    "times. Now look for what is not quite the same.",
    point="Forwards the std of z goes from {z_std[h1]:.2f} to {z_std[h5]:.2f}; backwards the "
    "gradients stay within a factor of {g_spread:.1f}. Glorot's rule wants both at once: a "
    "variance of 2 over inputs plus outputs.",
    misconception="The rule does not keep the signal for ever. It reckons with a straight line "
    "where tanh bends, and tanh pulls every value a little towards 0, so that some of the width is "
    "lost by h5. A deeper network would lose more.",
)
CLAIMS = GLOROT_TANH
CONTROLS = NOT_GLOROT_TANH
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("tanh", "glorot_normal", "Glorot normal")

measure = measurement("tanh", "glorot_normal")
draw = draw_panel
