"""When nearly all answers are right, the probabilities still move"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.representations._bent import BENT_EPOCHS, bent_data, forward_bent, of_networks
from kit.figures.representations._seen import draw_probabilities, film_probabilities

LECTURES = ("Makhmutova",)
CAPTION = (
    "What the small network says of its {points} points: predicted probability of class 1, for the "
    "points of class 1 upwards, of class 0 downwards. Medians of {networks} networks: all but 1 % "
    "are right after {epoch:.0f} epochs. A probability is then {off[right]:.2f} from its label in "
    "the mean, and after {last} epochs {off[last]:.3f}. Before training it is {off[start]:.2f}: a "
    "guess."
)
ALT = (
    "Four histograms, at epochs 0, 5, 10 and {last}, of two classes up and down. At first both "
    "stand in the middle. They move apart, and in the end one is at 1, the other at 0, "
    "{off[last]:.3f} from the label in the mean."
)
NOTES = Notes(
    look="Accuracy counts on which side of the dashed line a point is. Nothing else. Which of "
    "these pictures have nearly the same accuracy?",
    point="After {epoch:.0f} epochs practically all points are on their side, and the curve of the "
    "accuracy is flat. The loss is not done: it goes on pushing, from {off[right]:.2f} to "
    "{off[last]:.3f} away from the label.",
    misconception="A probability of 0.99 does not mean that 99 of 100 such points are right. It "
    "says how long the network was pushed, too: the same points, the same answers, more epochs.",
)
CLAIMS = (
    Claim("off.start", ">", 0.4, "before training the mean distance from the label is over "
          "{limit}, near a guess"),
    Claim("right", ">", 0.98, "after training over {percent:g} % are right"),
    Claim("further", ">", 3, "from the epoch on at which 99 % are right, the mean distance from "
          "the label falls to under a third"),
)  # fmt: skip
CONTROL = Control(turned=0.5, refutes=("right", "further"), words="labels by the toss of a coin")
QUIZ = Quiz(
    "After how many epochs is each picture?",
    (
        Answer("0 epochs", r"\bepoch 0\b"),
        Answer("5 epochs", r"\bepoch 5\b"),
        Answer("10 epochs", r"\bepoch 10\b"),
        Answer("40 epochs", r"\bepoch 40\b"),
    ),
    caption="What a small network says of its points: predicted probability of class 1.",
    alt="Four histograms of two classes, up and down.",
)
ANIMATION = LectureAnimation(
    film_probabilities,
    "The probabilities over {last} epochs: two heaps in the middle move apart, class 1 to the "
    "right and class 0 to the left, and end {off[last]:.3f} from their labels in the mean.",
    fps=4.0,
)


def measure(lab: Lab, seed: int, turned: float = 0.0) -> tuple[Any, Facts]:
    def said(one: int, weights: Any) -> tuple[np.ndarray, np.ndarray]:
        X, y, _ = bent_data(one, turned)
        return y, forward_bent(X, weights)[1]  # (points,), (epochs, points)

    def each(one: int, weights: Any) -> Facts:
        y, p = said(one, weights)
        right, off = ((p > 0.5) == (y == 1)).mean(axis=1), np.abs(p - y).mean(axis=1)
        reached = np.flatnonzero(right >= 0.99)
        epoch = int(reached[0]) if reached.size else BENT_EPOCHS
        found = {"start": off[0], "right": off[epoch], "last": off[-1]}
        facts: Facts = {"off": {name: float(value) for name, value in found.items()}}
        facts |= {"epoch": epoch, "right": float(right[-1]), "further": float(off[epoch] / off[-1])}
        return facts

    first, weights, facts = of_networks(lab, seed, each, turned=turned)
    y, p = said(first, weights)
    return {"labels": y, "probabilities": p}, facts | {"last": BENT_EPOCHS}


def draw(data: Any, facts: Facts) -> Any:
    return draw_probabilities(data, facts)
