"""The CNN, LeNet-5 and a toy convnet: more filters, more digits right"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator

from kit.catalogue import Answer, Claim, Lab, Quiz
from kit.catalogue.claims import Facts
from kit.figures.cnn._digits_cnn import ON_DIGITS
from kit.plots.styling import series_styles

LECTURES = ("Olteanu",)
SEEDS = (1, 2)
CAPTION = (
    f"{ON_DIGITS}. LeNet-5, {{lenet5[parameters]:,}} parameters, gets "
    "{lenet5[accuracy]:.1%} of the test digits right, the CNN with ReLU and max-pooling "
    "{cnn[accuracy]:.1%}, the toy convnet, with {toy[parameters]:,} parameters, "
    "{toy[accuracy]:.1%}."
)
ALT = (
    "Left, the training loss of three networks over {epochs} epochs on {source}, at the end "
    "{lenet5[loss]:.2f} for LeNet-5, {cnn[loss]:.2f} for the CNN, {toy[loss]:.2f} for the toy "
    "convnet; right, the share of test digits recognised, at the end {lenet5[accuracy]:.1%}, "
    "{cnn[accuracy]:.1%} and {toy[accuracy]:.1%}."
)
CLAIMS = (
    Claim(
        "lenet5.accuracy", ">=", 0.9, "LeNet-5 gets at least {percent:g} % of the test digits right"
    ),
    Claim(
        "cnn.accuracy", ">", words="the CNN gets more right than LeNet-5", than="lenet5.accuracy"
    ),
    Claim(
        "lenet5.accuracy", ">", words="and LeNet-5 more than the toy convnet", than="toy.accuracy"
    ),
    Claim("toy.accuracy", ">", 0.8, "the toy convnet gets over {percent:g} % right"),
    Claim("toy.parameters", "<", 3_000, "with under {limit:,} parameters"),
)
QUIZ = Quiz(
    "Which networks are (1), (2), (3)?",
    (
        Answer("LeNet-5", r"\bLeNet-5( \([\d,]+\))?"),
        Answer("the CNN for digits", r"\bCNN for digits( \([\d,]+\))?|\bthe CNN\b"),
        Answer("the toy convnet", r"(\bthe )?\btoy convnet( \([\d,]+\))?"),
    ),
)

WORDS = {"lenet5": "LeNet-5", "cnn": "CNN for digits", "toy": "toy convnet"}


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    runs = {name: lab.train_on_digits(name, seed) for name in ("lenet5", "cnn", "toy")}
    facts: Facts = {**runs["lenet5"].facts}
    for name, trained in runs.items():
        history = trained.recording.history
        facts[name] = {
            "parameters": trained.parameters,
            "accuracy": float(history["val_accuracy"].iloc[-1]),
            "first": float(history["val_accuracy"].iloc[0]),
            "loss": float(history["loss"].iloc[-1]),
        }
    return {name: trained.recording.history for name, trained in runs.items()}, facts


def draw(histories: Any, facts: Facts) -> Any:
    figure, axes = plt.subplots(1, 2)
    for (name, history), look in zip(histories.items(), series_styles(3), strict=True):
        label = f"{WORDS[name]} ({facts[name]['parameters']:,})"
        axes[0].plot(history.index, history["loss"], **look, label=label)
        axes[1].plot(history.index, history["val_accuracy"], **look)
    axes[0].set(title="Training loss", xlabel="epoch", ylabel="cross-entropy")
    axes[1].set(title="Test digits", xlabel="epoch", ylabel="share recognised")
    axes[0].set_ylim(bottom=0)
    axes[1].set_ylim(top=1)
    axes[0].legend(title="network (parameters)", alignment="left", loc="upper right")
    for ax in axes:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.supxlabel(facts["source"], fontsize=plt.rcParams["font.size"] * 0.7)
    return figure
