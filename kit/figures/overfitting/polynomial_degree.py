"""The training error falls with every degree; on new points it turns"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, medians
from kit.figures.overfitting._polynomials import (
    NOISE_OF_POINTS,
    POINTS,
    TEST_POINTS,
    draw_degrees,
    errors_of_degrees,
)

LECTURES = ("Makhmutova",)
CAPTION = (
    "Polynomials through {points} noisy points (σ = {noise:g}) of one of degree 5: rms error at "
    "these points, and at {test:,} new ones with the same noise; medians and ranges of {sets} sets "
    "of points. From degree 0 to {last} the training error falls with every step. On new "
    "points degree 1 has {new[d1]:.1f}, degree 5 {new[d5]:.2f}, degree {last} {new[last]:.0f}. "
    "In the median the least is at degree {best:.0f}."
)
ALT = (
    "Two curves over the degree, 0 to {last}, on a logarithmic axis. On training points it falls "
    "all the way. On new points it comes down to {new[d5]:.2f} at degree 5 and then rises, past "
    "degree 10 steeply, to {new[last]:.0f}."
)
NOTES = Notes(
    look="The same fits for every degree. One curve can only fall. Which one, and why? Then: "
    "where would you stop, if you saw that curve alone?",
    point="On the training points you would never stop. On new points the least error is at degree "
    "5, {new[d5]:.2f}, little more than the noise itself; at {last} it is {new[last]:.0f}.",
    misconception="The curve on new points need not be a smooth U. Degrees 2 to 4 hardly "
    "help: they are still too stiff. And with {many} points instead of {points} the right "
    "side is gone: too free depends on how many points there are.",
)
CLAIMS = (
    Claim("steps", "<", 0, "the training error falls with every degree"),
    Claim("turned", ">", 1, "on new points degree n − 1 has a larger error than degree 5"),
    Claim("overfitted", ">", 3, "over {limit} times as large with {share} sets of points"),
    Claim("stiffer", ">", 1.5, "degree 1 has over {limit} times that of 5"),
    Claim("best", "within", (5, 7), "the least error on new points is at degree {low} to {high}"),
)
CONTROL = Control(points=300, refutes="overfitted", words="300 points")
QUIZ = Quiz(
    "Errors on which points are (1) and (2)?",
    (
        Answer("new points", r"\bnew\s+points\b"),
        Answer("training points", r"\btraining\s+points\b"),
    ),
    caption="Polynomials through {points} noisy points: rms error at two kinds of points.",
    alt="Two curves over the degree, 0 to {last}, on a logarithmic axis.",
)  # fmt: skip


def measure(lab: Lab, seed: int, points: int = POINTS) -> tuple[Any, Facts]:
    seeds = lab.seeds(seed, of=DENSE)
    found = [errors_of_degrees(one, points, range(POINTS)) for one in seeds]
    each = []
    for train, test in found:
        new = {"d1": test[1], "d5": test[5], "last": test[-1]}
        one: Facts = {"new": {name: float(value) for name, value in new.items()}}
        one["steps"] = float(np.diff(train).max())
        one["turned"] = one["overfitted"] = float(test[-1] / test[5])
        one["stiffer"] = float(test[1] / test[5])
        each.append(one | {"best": int(test.argmin())})
    facts: Facts = {"sets": len(seeds), "points": points, "last": POINTS - 1, "test": TEST_POINTS}
    facts |= {"noise": NOISE_OF_POINTS, "many": CONTROL.changed["points"], **medians(each)}
    return {
        "train": np.array([a for a, _ in found]),
        "test": np.array([b for _, b in found]),
    }, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_degrees(data, facts)
