"""Nine CNNs: with tanh and ReLU they learn at once, with sigmoid late"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Claim, Notes
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import QUIZ_BY_CURVE, draw_nine_curves, nine_in_words
from kit.figures.cnn._comparison import NINE_CNNS, measure_comparison, not_with_relu

LECTURES = ("Makhmutova", "Olteanu")
CAPTION = (
    NINE_CNNS + "With sigmoid the loss stays at {chance:.2f}, that of guessing, until Adam's "
    "steps have added up: with He it is halved after {halved[sigmoid_he]:.0f} epochs, with Normal "
    "σ = 0.01 it ends at {loss[sigmoid_normal]:.2f}. ReLU halves it in {halved[relu_he]:.0f} "
    "epochs with He, and in {halved[relu_normal]:.0f} with Normal σ = 0.01: Adam's steps are as "
    "long for small gradients as for large ones."
)
ALT = (
    "Three panels of learning curves, medians and ranges of {networks} networks ({source}). "
    f"Training loss after {{epochs}} epochs: {nine_in_words('loss', '.2f')}."
)
NOTES = Notes(
    look="Nine small CNNs. Which of them are still guessing after three epochs, and which after "
    "{epochs}? Ask for both, then follow sigmoid's curves to the end.",
    point="Sigmoid is late, but not lost: with He the loss is halved after "
    "{halved[sigmoid_he]:.0f} epochs and ends at {loss[sigmoid_he]:.2f}, where guessing costs "
    "{chance:.2f}. With ReLU and He it is halved after {halved[relu_he]:.0f}.",
    misconception="Stop after three epochs, and you would swear that sigmoid learns nothing. A "
    "plateau need not be the end of the story. BLOCK, our network of five hidden layers, did stay "
    "on its plateau with sigmoid, but that was another network, on other data, with plain SGD.",
)
CLAIMS = (
    Claim(
        "halved_sigmoid", ">", 6, "sigmoid, all three: over {limit} epochs until the loss is halved"
    ),
    Claim(
        "sigmoid_left", "<", 0.5, "but it learns: all three end under half of the loss of guessing"
    ),
    Claim(
        "sooner",
        ">",
        1,
        "tanh and ReLU: the slowest of their three halves it sooner than the quickest with sigmoid",
    ),
    Claim(
        "early_over_normal",
        "<",
        1,
        "tanh and ReLU: after two epochs Glorot and He are ahead of Normal σ = 0.01",
    ),
)
CONTROL = not_with_relu("halved_sigmoid", "sooner")
QUIZ = QUIZ_BY_CURVE

measure = measure_comparison


def draw(runs: Any, facts: Facts) -> Any:
    guessing = "guessing:\na tenth for each digit"
    return draw_nine_curves(runs, facts["chance"], guessing, "cross-entropy", panel=1)
