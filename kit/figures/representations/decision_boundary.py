"""The boundary begins almost straight, and two hidden units bend it around the classes"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.representations._bent import (
    BENT_EPOCHS,
    bent_data,
    best_line,
    of_networks,
    planes_of,
    straightness,
)
from kit.figures.representations._seen import SEEN_AT, draw_boundaries, film_boundary

LECTURES = ("Makhmutova",)
PLAY = {
    "activation": "tanh", "initializer": "glorot_normal", "depth": 1, "width": 4,
    "data": "parabola", "view": "plane", "rate": 0.1,
}  # fmt: skip
CAPTION = (
    "Two inputs, two tanh units, one sigmoid unit, and {points} points on two parabolas. The shade "
    "is the probability of class 1, the line is where it is 0.5. Medians of {networks} networks: "
    "before training a straight line gives the same answer at {straight[e0]:.0%} of the plane, "
    "after {last} epochs at {straight[last]:.0%}. The network is right on {right[e0]:.0%} of the "
    "points before training, on {right[e10]:.0%} after 10 epochs, and on {right[last]:.0%} in the "
    "end; the best straight line on {line:.0%}."
)
ALT = (
    "Four pictures of the plane with two parabolas of points, after 0, 5, 10 and {last} epochs. "
    "The line of probability 0.5 is at first nearly straight; in the end it is a bow between the "
    "parabolas, with {right[last]:.0%} of the points on their side."
)
NOTES = Notes(
    look="No straight line parts these two classes; the best one leaves {left:.0%} of the points "
    "on the wrong side. Watch the line: when does it begin to bend?",
    point="First the network finds about as much as a straight line can do, and only then bends. "
    "Two hidden units are enough for one bow: {right[last]:.0%} right.",
    misconception="More training does not bend everything. With a hidden layer of two linear units "
    "the boundary stays straight for ever, as a linear map of a linear map is linear.",
)
CLAIMS = (
    Claim("straight.e0", ">", 0.95, "before training a straight line gives the same answer at over "
          "{percent:g} % of the plane"),
    Claim("line", "<", 0.92, "no straight line gets over {percent:g} % of the points right"),
    Claim("right.last", ">", 0.98, "the network ends with over {percent:g} % right"),
    Claim("straight.last", "<", 0.95, "its boundary is bent: no straight line gives the same at "
          "{percent:g} % of the plane"),
)  # fmt: skip
CONTROL = Control(
    activation="linear", refutes=("right.last", "straight.last"), words="linear hidden units"
)
QUIZ = Quiz(
    "After how many epochs is each picture?",
    (
        Answer("0 epochs", r"\bepoch 0\b"),
        Answer("5 epochs", r"\bepoch 5\b"),
        Answer("10 epochs", r"\bepoch 10\b"),
        Answer("40 epochs", r"\bepoch 40\b"),
    ),
    caption="Two inputs, two tanh units, one sigmoid unit, and points on two parabolas.",
    alt="Four pictures of the plane with two parabolas of points and a line between the classes.",
)
ANIMATION = LectureAnimation(
    film_boundary,
    "The line of probability 0.5 over {last} epochs: nearly straight at first, then a bow between "
    "the two parabolas, with {right[last]:.0%} of the points on their side.",
    fps=4.0,
    title="Where the network changes its mind",
)


def measure(lab: Lab, seed: int, activation: str = "tanh") -> tuple[Any, Facts]:
    def each(one: int, weights: Any) -> Facts:
        X, y, _ = bent_data(one)
        views = planes_of(one, weights, activation)
        said = (views["probabilities"] > 0.5) == (y == 1)  # (epochs, points)
        found: Facts = {"line": best_line(X, y), "right": {}, "straight": {}}
        for epoch in SEEN_AT:
            name = "last" if epoch == BENT_EPOCHS else f"e{epoch}"
            found["right"][name] = float(np.mean(said[epoch]))
            found["straight"][name] = straightness(views, epoch)
        return found | {"left": 1 - found["line"]}

    first, weights, facts = of_networks(lab, seed, each, activation=activation)
    return planes_of(first, weights, activation), facts | {"last": BENT_EPOCHS}


def draw(data: Any, facts: Facts) -> Any:
    return draw_boundaries(data, facts)
