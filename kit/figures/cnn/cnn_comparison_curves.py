"""The CNN: sigmoid learns nothing, σ = 0.01 learns late"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Claim
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import QUIZ_BY_CURVE
from kit.figures.cnn._comparison import measure_comparison
from kit.plots.styling import series_styles

LECTURES = ("Makhmutova", "Olteanu")
SEEDS = (1, 2)
NETWORK = (
    "the CNN with a dense layer of 128 units, Adam, {train:,} {source}, {epochs} epochs of 32 a "
    "batch"
)
CAPTION = (
    f"Nine trainings of {NETWORK}. With sigmoid the loss ends at {{loss[sigmoid_he]:.2f}} "
    "with He, where guessing gives {chance:.2f}. ReLU ends at {loss[relu_he]:.2f} with He, "
    "{loss[relu_glorot]:.2f} with Glorot and {loss[relu_normal]:.2f} with Normal σ = 0.01, which "
    "Adam's steps, the same for small gradients and large, make up for."
)
ALT = (
    "Three panels of learning curves ({source}). Training loss after {epochs} epochs: sigmoid "
    "{loss[sigmoid_normal]:.2f} (Normal), {loss[sigmoid_glorot]:.2f} (Glorot), "
    "{loss[sigmoid_he]:.2f} (He); tanh {loss[tanh_normal]:.2f}, {loss[tanh_glorot]:.2f}, "
    "{loss[tanh_he]:.2f}; ReLU {loss[relu_normal]:.2f}, {loss[relu_glorot]:.2f}, "
    "{loss[relu_he]:.2f}."
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
    figure, axes = plt.subplots(1, 3, sharey=True)
    for ax, (row, columns) in zip(axes, recordings.items(), strict=True):
        for (column, recording), look in zip(columns.items(), series_styles(3), strict=True):
            loss = recording.history["loss"]
            ax.plot(loss.index, loss, **look, label=column)
        ax.axhline(facts["chance"], color=plt.rcParams["text.color"], linewidth=1)
        ax.set_title(row)
        ax.set_xlabel("epoch")
        ax.set_xticks(range(1, facts["epochs"] + 1))
    axes[0].set_ylabel("training loss (cross-entropy)")
    axes[0].set_ylim(bottom=0)
    axes[1].annotate(
        "guessing:\na tenth for each digit", (facts["epochs"], facts["chance"]), xytext=(0, -6),
        textcoords="offset points", va="top", ha="right",
        fontsize=plt.rcParams["font.size"] * 0.8,
    )  # fmt: skip
    axes[0].legend(loc="lower left", title="initialization", alignment="left")
    return figure
