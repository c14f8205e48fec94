"""tanh · Normal σ = 0.1 · epoch 0: for 100 units this is Glorot"""

from kit.catalogue import Claim, Control, Notes
from kit.figures.initialization._panel import (
    NOT_BINARY,
    SHRINKING,
    SIMILAR_GRADIENTS,
    SIMILAR_Z,
    draw_panel,
    measurement,
    panel_alt,
    panel_caption,
    panel_film,
    panel_quiz,
)

ID = "init-tanh-normal-0.1"
LECTURES = ("Makhmutova",)
PLAY = {"activation": "tanh", "std": 0.1}
NETWORK = ("tanh", "Normal σ = 0.1")
CAPTION = panel_caption(
    *NETWORK,
    (
        "Z-values stay mostly in (-1, 1) and shrink a little (std {z_std[h1]:.2f} to "
        "{z_std[h5]:.2f}); gradients are similar along all layers. The weights' std is "
        "{w_over_g[h1]:.0f} times the gradients' in h1 and about {w_over_g_later:.0f} times in h2 "
        "to h5. Glorot's rule gives a layer of 100 inputs and 100 outputs σ = √(2/200), which is "
        "this 0.1."
    ),
)
ALT = panel_alt(*NETWORK)
NOTES = Notes(
    look="Put this beside Glorot's panel for tanh and ask who can see a difference. Then ask where "
    "the 0.1 might come from.",
    point="For a hundred inputs and a hundred outputs Glorot's rule says √(2/200), and that is "
    "0.1. The std of z goes from {z_std[h1]:.2f} in h1 to {z_std[h5]:.2f} in h5: the signal gets "
    "through.",
    misconception="There is no magic in 0.1. It fits layers of a hundred units; with a thousand "
    "the same weights would make every sum √10 times as wide, more than three times too much. Even "
    "here h1, which has ten inputs only, gets less than the rule would give it.",
)
CLAIMS = (
    Claim(
        "w_over_glorot",
        "near",
        (1, 0.03),
        "in h2 to h5 the weights' std is that of Glorot's rule, within {tolerance:.0%}",
    ),
    SIMILAR_GRADIENTS,
    SIMILAR_Z,
    Claim(
        "beyond_1",
        "<=",
        0.05,
        "Z-values mostly in (-1, 1): at most {percent:g} % beyond, in every layer",
    ),
    NOT_BINARY,
    SHRINKING,
)
CONTROL = Control(
    initializer=1.0,
    refutes=("g_spread", "z_spread", "beyond_1", "saturated", "last_over_first"),
    words="weights of σ = 1",
)
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("tanh", 0.1, "Normal σ = 0.1")

measure = measurement("tanh", 0.1)
draw = draw_panel
