"""sigmoid · Normal σ = 1 · epoch 0: binary mode"""

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
PLAY = {"std": 1.0}
NETWORK = ("sigmoid", "Normal σ = 1")
CAPTION = panel_caption(
    *NETWORK,
    (
        "Z-values have too wide a range (std {z_std[h1]:.2g} in h1, {z_std[h5]:.2g} in h5) and "
        "push the activations to the ends: {saturated[h5]:.0%} of h5's are within 0.05 of 0 or 1. "
        "Their mean is {a_mean[h5]:.2f}, not 0."
    ),
)
ALT = panel_alt(*NETWORK)
NOTES = Notes(
    look="What does sigmoid make of a z of plus or minus 6? Let them answer, then ask where the "
    "activations must gather, and look at both ends of their violins.",
    point="{saturated[h5]:.0%} of h5's activations lie within 0.05 of 0 or 1. Weights this wide "
    "give Z-values a std of {z_std[h5]:.1f}, and out there sigmoid is nearly flat.",
    misconception="Flat ends ought to kill the gradient, and yet it does not vanish: h5's std is "
    "only {g_last_over_first:.1f} times h1's. What the slope takes away, weights around 1 give "
    "back. It is a bad start all the same, sure of answers that nobody has taught it: the loss is "
    "{loss:.1f}, where saying one half to everything costs 0.69.",
)
CLAIMS = (
    TOO_WIDE,
    BINARY,
    Claim(
        "a_mean",
        "within",
        (0.35, 0.65),
        "activations centred around 0.5: mean between {low} and {high} in every layer",
    ),
)
CONTROLS = (
    Control(initializer=0.01, refutes=("z_later", "saturated_later"), words="weights of σ = 0.01"),
    Control(activation="tanh", refutes="a_mean", words="tanh in place of sigmoid"),
)
QUIZ = panel_quiz(*NETWORK)
ANIMATION = panel_film("sigmoid", 1.0, "Normal σ = 1")

measure = measurement("sigmoid", 1.0)
draw = draw_panel
