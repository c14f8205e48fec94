"""tanh · Glorot normal · epoch 0: similar along all layers"""

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
NETWORK = ("tanh", "Glorot normal")
CAPTION = panel_caption(*NETWORK, SIMILAR_CAPTION)
ALT = panel_alt(*NETWORK)
CLAIMS = GLOROT_TANH
CONTROLS = NOT_GLOROT_TANH
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("tanh", "glorot_normal", "Glorot normal")

measure = measurement("tanh", "glorot_normal")
draw = draw_panel
