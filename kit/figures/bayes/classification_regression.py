"""For classes a boundary is sought, for numbers a line; each has its own measure"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.bayes._two_tasks import (
    FITTED,
    NEW,
    accuracy_limit,
    classes,
    draw_tasks,
    fit_boundary,
    fit_line,
    numbers,
    r2_limit,
    r2_of,
)

LECTURES = ("Makhmutova",)
CAPTION = (
    "Left, two classes, and the boundary on which both are equally probable: it is right for "
    "{accuracy:.1%} of {new:,} new points; in the long run no rule is for over "
    "{limit[accuracy]:.1%}. Right, numbers, and the line with the least squares: r² = {r2:.3f}, in "
    "the long run {limit[r2]:.3f} at most. A coin has an accuracy of a half, the mean of the "
    "numbers an r² of {mean_r2:.3f}, the line turned upside down {turned:.1f}."
)
ALT = (
    "Left, two clouds of points with other marks and a straight line between them; points on the "
    "wrong side are ringed; accuracy {accuracy:.2f}. Right, points around a rising line, each "
    "joined to it by an upright stroke; r² {r2:.2f}."
)
NOTES = Notes(
    look="Left the answer is a class, right a number. How would you tell how good each line is? "
    "Could you count the right answers on the right, too?",
    point="On the left count them: {accuracy:.0%}. On the right not one of {new:,} numbers is hit; "
    "there one asks how much of their variance is gone: {r2:.0%}. Both stay under 1, and not for "
    "lack of data: the rest is noise.",
    misconception="An r squared of {r2:.2f} does not say that so many answers are right, and it is "
    "no square of anything on new points: it can fall below zero. The sum of squares is no measure "
    "between data sets: for {new:,} points it is {sums:,.0f} times that for {fitted}.",
)
CLAIMS = (
    Claim("accuracy", ">", 0.75, "over {percent:g} % of new points are put into their class"),
    Claim("r2", ">", 0.5, "on new points r² is over {limit}"),
    Claim("reached", "within", (0.93, 1.01), "each is {low} to {high} times what is possible"),
    Claim("mean_r2", "<=", 0, "the mean as the answer has no r² over {limit}"),
    Claim("turned", "<", -1, "r² can be negative: under {limit} for the line upside down"),
    Claim("hits", "==", 0, "{limit} numbers are hit exactly"),
    Claim("sums", "within", (600, 1600), "a thousand times the points, {low} to {high} times the "
          "sum of squares"),
)  # fmt: skip
CONTROL = Control(
    signal=0.0, refutes=("accuracy", "r2"), words="classes and numbers that do not depend on x"
)
QUIZ = Quiz(
    "How good is the boundary, how good the line? What are (1) and (2) called?",
    (Answer("accuracy, the share that is right", r"\baccuracy\b"),
     Answer("r², the share of the variance", r"\br²")),
    caption="Left, two classes, and a boundary; right, numbers, and a line.",
    alt="Left, two clouds of points and a straight line between them; right, points around a line.",
)  # fmt: skip


def measure(lab: Lab, seed: int, signal: float = 1.0) -> tuple[Any, Facts]:
    rng = np.random.default_rng(seed)
    x, labels = classes(rng, FITTED, signal)
    new_x, new_labels = classes(rng, NEW, signal)
    w, b = fit_boundary(x, labels)
    inputs, y = numbers(rng, FITTED, signal)
    new_inputs, new_y = numbers(rng, NEW, signal)
    slope, intercept = fit_line(inputs, y)
    answers = slope * new_inputs + intercept
    facts: Facts = {"accuracy": float(np.mean((new_x @ w + b > 0) == new_labels))}
    facts |= {"r2": r2_of(new_y, answers), "fitted": FITTED, "new": NEW}
    facts["limit"] = {"accuracy": accuracy_limit(signal), "r2": r2_limit(signal)}
    facts["reached"] = {
        name: facts[name] / limit if limit else 0.0 for name, limit in facts["limit"].items()
    }
    facts |= {"mean_r2": r2_of(new_y, np.full(NEW, y.mean()))}
    facts |= {"turned": r2_of(new_y, -answers), "hits": int((answers == new_y).sum())}
    squares = ((y - slope * inputs - intercept) ** 2).sum()
    facts["sums"] = float(((new_y - answers) ** 2).sum() / squares)
    data = {"classes": (x, labels), "boundary": (w, b), "numbers": (inputs, y)}
    return data | {"line": (slope, intercept)}, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_tasks(data, facts)
