"""In the plane of the hidden units a straight line parts what none parts outside"""

from __future__ import annotations

from typing import Any

from kit.catalogue import Answer, Claim, Control, Hidden, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.representations._bent import (
    BENT_EPOCHS,
    bent_data,
    best_line,
    of_networks,
    planes_of,
)
from kit.figures.representations._seen import draw_spaces, film_space

LECTURES = ("Makhmutova",)
PLAY = {
    "activation": "tanh", "initializer": "glorot_normal", "depth": 1, "width": 4,
    "data": "parabola", "view": "plane", "rate": 0.1,
}  # fmt: skip
CAPTION = (
    "The same points three times: where their inputs are, and where two tanh units put them, "
    "before training and after {last} epochs. The net is the straight one of the inputs' plane; "
    "the black line is where the output is 0.5. Medians of {networks} networks: the best straight "
    "line parts {line[inputs]:.0%} of the points by their inputs, {line[before]:.0%} in the plane "
    "of the hidden units before training, and {line[after]:.0%} after it."
)
ALT = (
    "Left the plane of the inputs with two parabolas and a bent boundary. In the middle the plane "
    "of two untrained hidden units, where both are still bows, and the best line parts "
    "{line[before]:.0%}. Right the trained one: the net is folded into a corner of a square, and a "
    "straight line parts {line[after]:.0%} of the points."
)
NOTES = Notes(
    look="Look at the net. It is the same sheet of squared paper in all pictures. What did the two "
    "units do with it so that one straight cut is enough?",
    point="The last unit can only draw a straight line. By the inputs the best one is right on "
    "{line[inputs]:.0%}, by the activations of the hidden units on {line[after]:.0%}. All the "
    "bending is in the hidden layer, and it was learned: untrained units give {line[before]:.0%}.",
    misconception="Hidden units do not have to be many to do this, but they must bend: two linear "
    "units turn and stretch the sheet, and the best line is right on no more points than before.",
)
CLAIMS = (
    Claim("line.inputs", "<", 0.92, "by the inputs no straight line parts {percent:g} %"),
    Claim("line.after", ">", 0.99, "by the trained hidden units one parts over {percent:g} %"),
    Claim("learned", ">", 0.03, "that is over {percent:g} % of the points more than by untrained "
          "ones"),
)  # fmt: skip
CONTROL = Control(activation="linear", refutes="line.after", words="linear hidden units")
QUIZ = Quiz(
    "By what are the points placed in each picture?",
    (
        Answer("by their inputs", r"^inputs$"),
        Answer("by the hidden units, before training", r"\bhidden, epoch 0\b"),
        Answer("by the hidden units, after training", r"\bhidden, epoch 40\b"),
    ),
    hidden=(Hidden(r"^(input|activation of unit) ", "axis "),),
    caption="The same points in three planes; the black line is where the output is 0.5.",
    alt="Three planes with the points of two classes and a line between them.",
)
ANIMATION = LectureAnimation(
    film_space,
    "Over {last} epochs: left the boundary bends between the two parabolas of points; right the "
    "plane of the hidden units folds until a straight line parts {line[after]:.0%} of them.",
    fps=4.0,
    title="The plane, and what two hidden units make of it",
)


def measure(lab: Lab, seed: int, activation: str = "tanh") -> tuple[Any, Facts]:
    def each(one: int, weights: Any) -> Facts:
        X, y, _ = bent_data(one)
        hidden = planes_of(one, weights, activation)["hidden"]
        places = {"inputs": X, "before": hidden[0], "after": hidden[-1]}
        found: Facts = {"line": {name: best_line(at, y) for name, at in places.items()}}
        return found | {"learned": found["line"]["after"] - found["line"]["before"]}

    first, weights, facts = of_networks(lab, seed, each, activation=activation)
    return planes_of(first, weights, activation), facts | {"last": BENT_EPOCHS}


def draw(data: Any, facts: Facts) -> Any:
    return draw_spaces(data, facts)
