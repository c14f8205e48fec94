"""The mistakes the CNN is surest of: would you have read them right?"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Answer, Claim, Lab, Quiz
from kit.catalogue.claims import Facts
from kit.plots import plot_images

LECTURES = ("Makhmutova", "Guillot")
SEEDS = (1, 2)
CAPTION = (
    "{shown} of the {wrong} test digits ({source}) that the trained CNN takes for another, "
    "the surest first, at {surest:.0%}. It is {sure_wrong:.0%} sure on average where it is wrong "
    "and {sure_right:.0%} where it is right."
)
ALT = (
    "{shown} handwritten digits ({source}), each with what the network took it for and what it "
    "is, and how sure it was: {surest:.0%} for the first."
)
CLAIMS = (
    Claim(
        "less_sure",
        ">",
        0.1,
        "it is less sure where it is wrong: on average by {percent:g} points at least",
    ),
    Claim("share_wrong", "<=", 0.03, "at most {percent:g} % of the test digits"),
)
QUIZ = Quiz(
    "How did the CNN read these digits, and what are they?",
    (Answer("{1}, taken for {0}", r"✗ (\S+), is (\S+)", each=True),),
)

SHOWN_MISTAKES = 12


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    trained = lab.train_on_digits("cnn", seed)
    digits = lab.digits()
    predicted = trained.outputs.argmax(axis=1)
    wrong = np.flatnonzero(predicted != digits.y_test)
    right = np.flatnonzero(predicted == digits.y_test)
    surest = wrong[np.argsort(-trained.outputs[wrong].max(axis=1), kind="stable")]
    shown = surest[:SHOWN_MISTAKES]
    facts: Facts = {
        **trained.facts,
        "wrong": len(wrong),
        "shown": len(shown),
        "sure_wrong": float(trained.outputs[wrong].max(axis=1).mean()) if len(wrong) else 0.0,
        "sure_right": float(trained.outputs[right].max(axis=1).mean()),
        "surest": float(trained.outputs[surest[:1]].max()) if len(wrong) else 0.0,
    }
    facts["less_sure"] = facts["sure_right"] - facts["sure_wrong"]
    facts["share_wrong"] = facts["wrong"] / facts["test"]
    data = {
        "images": digits.x_test[shown, ..., 0],
        "labels": digits.y_test[shown],
        "predicted": predicted[shown],
        "sure": trained.outputs[shown].max(axis=1),
    }
    return data, facts


def draw(data: Any, facts: Facts) -> Any:
    rows = 1 if facts["shown"] <= SHOWN_MISTAKES // 2 else 2
    columns = max(1, -(-facts["shown"] // rows))
    figure, grid = plt.subplots(rows, columns, squeeze=False)
    for ax in grid.ravel()[facts["shown"] :]:
        ax.set_axis_off()
    axes = list(grid.ravel()[: facts["shown"]])
    if facts["shown"]:
        plot_images(data["images"], labels=data["labels"], predicted=data["predicted"], axes=axes)
    for ax, sure in zip(axes, data["sure"], strict=True):
        ax.set_xlabel(f"{sure:.0%} sure")
    return figure
