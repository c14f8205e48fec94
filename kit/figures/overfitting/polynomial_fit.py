"""Degree n − 1 goes through every point, and is wrong between them"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.overfitting._polynomials import (
    FINE,
    NOISE_OF_POINTS,
    POINTS,
    animate_degrees,
    draw_fits,
    fit_points,
    noisy_points,
    truth_at,
)

LECTURES = ("Makhmutova",)
CAPTION = (
    "{points} points of the lecture's polynomial of degree 5, with noise of σ = {noise:g}. At the "
    "points the rms error of degree 1 is {at[line]:.2f}, of degree 5 {at[five]:.2f}, of degree "
    "{most} {at[most]:.0f}: it goes through all of them. Between the points, beside the truth, it "
    "is {between[line]:.2f}, {between[five]:.2f} and {between[most]:.1f}; degree {most} gets as "
    "far as {furthest:.0f} away, beyond the picture."
)
ALT = (
    "Three panels of the same {points} points around a wavy dashed curve. Degree 1: a line that "
    "misses most of them. Degree 5: close to the dashed curve. Degree {most}: through every point, "
    "with swings out of the picture near both ends."
)
NOTES = Notes(
    look="Cover the truth. Which of the three has the least error at the points? And which would "
    "you trust at a point that you have not seen?",
    point="Degree {most} has no error at the points, and {between[most]:.1f} between them; degree "
    "5 has {at[five]:.2f} and {between[five]:.2f}. An error of zero on the training data says "
    "nothing.",
    misconception="It is not the high degree that is wrong, it is the noise that it takes for "
    "truth. Without noise, degree {most} finds the polynomial exactly. And a line is bad as well: "
    "it fits neither what it saw nor what it did not.",
)
CLAIMS = (
    Claim("at.most", "<", 1e-8, "degree n − 1 goes through all points, within {limit}"),
    Claim("worse", ">", 3, "between them its error is over {limit} times that of degree 5"),
    Claim("stiff", ">", 2, "that of a line is over {limit} times that of degree 5"),
)
CONTROL = Control(noise=0.0, refutes="worse", words="points without noise")
QUIZ = Quiz(
    "Of which degree are the fits (1), (2), (3)?",
    (Answer("1", r"\b[Dd]egree 1\b"), Answer("5", r"\b[Dd]egree 5\b"),
     Answer("14, one less than there are points", r"\b[Dd]egree 14\b")),
    caption="{points} points of the lecture's polynomial, with noise of σ = {noise:g}.",
    alt="Three panels of the same {points} points around a wavy dashed curve, with three fits.",
)  # fmt: skip


def measure(lab: Lab, seed: int, noise: float = NOISE_OF_POINTS) -> tuple[Any, Facts]:
    x, y = noisy_points(seed, noise, POINTS)
    fits = [fit_points(x, y, degree) for degree in range(POINTS)]
    named = {"line": fits[1], "five": fits[5], "most": fits[-1]}
    off = {name: fit(FINE) - truth_at(FINE) for name, fit in named.items()}
    at = {name: float(np.sqrt(np.mean((fit(x) - y) ** 2))) for name, fit in named.items()}
    between = {name: float(np.sqrt(np.mean(one**2))) for name, one in off.items()}
    facts: Facts = {"points": POINTS, "most": POINTS - 1, "noise": noise}
    facts |= {"at": at, "between": between, "furthest": float(np.abs(off["most"]).max())}
    least = max(between["five"], 1e-6)  # without noise there is nothing but rounding
    facts |= {"worse": between["most"] / least, "stiff": between["line"] / least}
    data = {"x": x, "y": y, "all": np.array([fit(FINE) for fit in fits])}
    return data | {"fits": [fit(FINE) for fit in named.values()]}, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_fits(data, ("Degree 1", "Degree 5", f"Degree {facts['most']} = n − 1"))


ANIMATION = LectureAnimation(
    animate=animate_degrees,
    alt="The fit of every degree from 0 to {most} in turn: first too stiff, at 5 close to the "
    "truth, and then out of the picture near both ends.",
    fps=1.5,
)
