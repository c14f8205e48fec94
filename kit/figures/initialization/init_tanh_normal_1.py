"""tanh · Normal σ = 1 · epoch 0: gradients explode"""

from kit.catalogue import Claim, Control, Notes
from kit.figures.initialization._panel import (
    BINARY,
    TOO_WIDE,
    draw_panel,
    measurement,
    panel_alt,
    panel_caption,
    panel_film,
    panel_quiz,
)

LECTURES = ("Makhmutova",)
PLAY = {"activation": "tanh", "std": 1.0}
NETWORK = ("tanh", "Normal σ = 1")
CAPTION = panel_caption(
    *NETWORK,
    (
        "On the way back the gradient's std grows from {g_std[h5]:.2g} in h5 to {g_std[h1]:.2g} in "
        "h1, {g_first_over_last:.0f} times. Z-values are too wide (std {z_std[h5]:.2g} in h5), and "
        "{saturated[h5]:.0%} of h5's activations are within 0.1 of -1 or 1."
    ),
)
ALT = panel_alt(*NETWORK)
NOTES = Notes(
    look="Go backwards through the gradients, from h5 to h1. Ask first: on the way, do they shrink "
    "or do they grow?",
    point="They grow: in h1 the std is {g_first_over_last:.0f} times that in h5. A hundred weights "
    "of about 1 multiply by √100 at every step back, and that is more than the flat ends of tanh "
    "take away.",
    misconception="Saturated units are said to stop the gradient. {saturated[h5]:.0%} of h5's "
    "activations are within 0.1 of -1 or 1, and it explodes all the same, through the values that "
    "are still on the slope. Flat units do not rule out exploding gradients.",
)
CLAIMS = (
    Claim(
        "g_std", "falls", words="exploding: the gradient's std grows at every layer on the way back"
    ),
    Claim(
        "g_first_over_last",
        ">",
        10,
        "exploding: the gradient's std in h1 is over {limit} times h5's",
    ),
    TOO_WIDE,
    BINARY,
)
CONTROL = Control(
    initializer=0.1,
    refutes=("g_first_over_last", "z_later", "saturated_later"),
    words="weights of σ = 0.1",
)
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("tanh", 1.0, "Normal σ = 1")

measure = measurement("tanh", 1.0)
draw = draw_panel
