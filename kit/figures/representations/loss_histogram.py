"""A few wrong labels make most of the loss, and stand apart"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.representations._bent import (
    WRONG_EPOCHS,
    WRONG_SHARE,
    bent_data,
    forward_bent,
    of_networks,
)
from kit.figures.representations._seen import draw_losses, film_losses

LECTURES = ("Makhmutova",)
CAPTION = (
    "The loss of each of {points} points after {last} epochs, for class 1 upwards, for class 0 "
    "downwards; solid: the mean of the class; dashed: ln 2, what a probability of 0.5 costs. "
    "{wrong} labels, {percent:.0%}, were turned into wrong ones. Medians of {networks} networks: "
    "the mean loss is {mean:.2f}, but half of the points have under {median:.3f}. Of the {wrong} "
    "largest losses {found:.0%} are those of wrong labels. They make {share:.0%} of the sum; "
    "before training they make {before:.0%}."
)
ALT = (
    "A histogram on a logarithmic axis, class 1 up, class 0 down. Most losses are small, left of "
    "the means. Right of ln 2 is, for each class, a small heap of its own: the wrong labels, "
    "{share:.0%} of the sum. Near the means there is hardly a point."
)
NOTES = Notes(
    look="The number that a training prints is the mean of all these. How many points have such a "
    "loss? And who is in the small heap on the right?",
    point="{wrong} of {points} labels are wrong. They make {share:.0%} of the loss in the end, and "
    "whoever looks at the {wrong} points with the largest losses finds {found:.0%} of these "
    "wrong. Before you tune a network, look at its worst samples.",
    misconception="A large loss is no proof of a wrong label: a hard point has one, too. And a "
    "network with many more weights learns wrong labels by heart; this one, with nine, cannot.",
)
CLAIMS = (
    Claim("found", ">", 0.8, "of the largest losses over {percent:g} % are those of wrong labels"),
    Claim("share", ">", 0.5, "the wrong labels make over {percent:g} % of the loss"),
)
CONTROL = Control(rate=0.0, refutes=("found", "share"), words="no training")
QUIZ = Quiz(
    "What kind of points is (1)?",
    (Answer("points with wrong labels", r"\bthe \d+ wrong labels\b"),),
    caption="The loss of each of {points} points after {last} epochs, in two classes.",
    alt="A histogram of losses on a logarithmic axis, two classes up and down, with two heaps.",
)
ANIMATION = LectureAnimation(
    film_losses,
    "The losses over {last} epochs: from ln 2 most go to the left, a small heap of each class to "
    "the right; there are the {wrong} wrong labels.",
    fps=4.0,
)


def measure(lab: Lab, seed: int, rate: float = 0.5) -> tuple[Any, Facts]:
    def each(one: int, weights: Any) -> Facts:
        X, y, wrong = bent_data(one, WRONG_SHARE)
        p = forward_bent(X, weights)[1].astype(float)
        losses = -np.log(np.where(y == 1, p, 1 - p))  # (epochs, points)
        by_wrong = losses[:, wrong].sum(axis=1) / losses.sum(axis=1)
        worst = np.argsort(losses[-1])[-int(wrong.sum()) :]
        mean, median = float(losses[-1].mean()), float(np.median(losses[-1]))
        facts: Facts = {"mean": mean, "median": median}
        facts |= {"found": float(wrong[worst].mean()), "wrong": int(wrong.sum())}
        return facts | {"share": float(by_wrong[-1]), "before": float(by_wrong[0])}

    first, weights, facts = of_networks(
        lab, seed, each, rate=rate, turned=WRONG_SHARE, epochs=WRONG_EPOCHS
    )
    X, y, wrong = bent_data(first, WRONG_SHARE)
    facts |= {"last": WRONG_EPOCHS, "percent": WRONG_SHARE}
    return {"labels": y, "wrong": wrong, "probabilities": forward_bent(X, weights)[1]}, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_losses(data, facts)
