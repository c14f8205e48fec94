"""ReLU · He uniform · epoch 0: the signal reaches h5 undiminished"""

from kit.catalogue import Control
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
NETWORK = ("ReLU", "He uniform")
CAPTION = panel_caption(*NETWORK, STABLE_CAPTION)
ALT = panel_alt(*NETWORK)
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
