"""The CNN: sigmoid learns nothing, σ = 0.01 learns late"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Claim
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import QUIZ_BY_CURVE, draw_nine_curves, nine_in_words
from kit.figures.cnn._comparison import losses_of, measure_comparison

LECTURES = ("Makhmutova", "Olteanu")
CAPTION = (
    "Nine trainings of the CNN with a dense layer of 128 units, Adam, {train:,} {source}, "
    "{epochs} epochs of 32 a batch. With sigmoid the loss ends at {loss[sigmoid_he]:.2f} "
    "with He, where guessing gives {chance:.2f}. ReLU ends at {loss[relu_he]:.2f} with He, "
    "{loss[relu_glorot]:.2f} with Glorot and {loss[relu_normal]:.2f} with Normal σ = 0.01, which "
    "Adam's steps, the same for small gradients and large, make up for."
)
ALT = (
    "Three panels of learning curves ({source}). Training loss after {epochs} epochs: "
    f"{nine_in_words('loss', '.2f')}."
)
CLAIMS = (
    Claim(
        "sigmoid_from_chance",
        "<",
        0.1,
        "sigmoid learns nothing with any of the three: loss within {limit} of guessing",
    ),
    Claim(
        "loss_over_chance",
        "<",
        0.5,
        "tanh and ReLU learn with all three: loss under {limit} times that of guessing",
    ),
    Claim(
        "loss_over_normal",
        "<",
        1,
        "Glorot and He are ahead of Normal σ = 0.01 with tanh and with ReLU",
    ),
)
QUIZ = QUIZ_BY_CURVE

measure = measure_comparison


def draw(recordings: Any, facts: Facts) -> Any:
    epochs, chance = facts["epochs"], facts["chance"]
    figure = draw_nine_curves(losses_of(recordings), chance, range(1, epochs + 1), "cross-entropy")
    figure.axes[1].annotate(
        "guessing:\na tenth for each digit", (epochs, chance), xytext=(0, -6), va="top", ha="right",
        textcoords="offset points", fontsize=plt.rcParams["font.size"] * 0.8,
    )  # fmt: skip
    return figure
