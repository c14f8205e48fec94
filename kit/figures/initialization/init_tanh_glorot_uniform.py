"""tanh · Glorot uniform · epoch 0: similar along all layers"""

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
PLAY = {"activation": "tanh", "initializer": "glorot_uniform"}
NETWORK = ("tanh", "Glorot uniform")
CAPTION = panel_caption(*NETWORK, SIMILAR_CAPTION)
ALT = panel_alt(*NETWORK)
NOTES = Notes(
    look="Look at the weights: blocks in place of bells. Will the Z-values be blocks too? Take a "
    "vote before you point at them.",
    point="They are bells, and their std goes from {z_std[h1]:.2f} in h1 to {z_std[h5]:.2f} in h5. "
    "A sum of many small terms tends to a bell, whatever shape the terms have. What counts is "
    "their variance.",
    misconception="Uniform does not mean narrower. To have the same variance, a uniform "
    "distribution has to reach √3 times its std to either side, and there it ends. The widest "
    "block is h1's because h1 has ten inputs, not a hundred.",
)
CLAIMS = GLOROT_TANH
CONTROLS = NOT_GLOROT_TANH
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("tanh", "glorot_uniform", "Glorot uniform")

measure = measurement("tanh", "glorot_uniform")
draw = draw_panel
