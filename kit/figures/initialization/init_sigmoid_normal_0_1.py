"""sigmoid · Normal σ = 0.1 · epoch 0: gradients still vanish"""

from kit.catalogue import Claim, Control, Notes
from kit.figures.initialization._panel import (
    FALLS_BACK,
    FROM_POINT_TO_POINT,
    NOT_BINARY,
    draw_panel,
    measurement,
    panel_alt,
    panel_caption,
    panel_film,
    panel_quiz,
)

ID = "init-sigmoid-normal-0.1"
LECTURES = ("Makhmutova",)
PLAY = {"std": 0.1}
NETWORK = ("sigmoid", "Normal σ = 0.1")
CAPTION = panel_caption(
    *NETWORK,
    (
        "Weights ten times as wide as 0.01 widen the Z-values (std {z_std[h1]:.2g} to "
        "{z_std[h5]:.2g}), and the gradient's std in h5 is still {g_last_over_first:,.0f} "
        "times that in h1. Most of z's spread in h5"
    )
    + FROM_POINT_TO_POINT,
)
ALT = panel_alt(*NETWORK)
NOTES = Notes(
    look="The weights are ten times as wide as 0.01. Has that cured the gradients? Let them vote, "
    "then compare h1 with h5, and mind that the axis is logarithmic.",
    point="It has not: the gradient's std in h5 is {g_last_over_first:,.0f} times that in h1. In "
    "h2 to h5 these are the weights that Glorot's rule would give, and even they do not make up "
    "for a slope of at most a quarter.",
    misconception="The bumps in the Z-values are not noise in the data. They are units that say "
    "nearly the same to every point: in h5 a unit changes by {z_across[h5]:.1g} from point to "
    "point, while the whole layer has a std of {z_std[h5]:.2g}.",
)
CLAIMS = (
    Claim(
        "g_first_over_last",
        "<",
        0.01,
        "vanishing: the gradient's std in h1 is under {percent:g} % of h5's",
    ),
    FALLS_BACK,
    NOT_BINARY,
)
CONTROLS = (
    Control(
        activation="tanh",
        refutes=("g_first_over_last", "g_std"),
        words="tanh in place of sigmoid",
    ),
    Control(initializer=1.0, refutes="saturated", words="weights of σ = 1"),
)
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("sigmoid", 0.1, "Normal σ = 0.1")

measure = measurement("sigmoid", 0.1)
draw = draw_panel
