"""The most likely mean is the one with the least squares"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.bayes._normal_means import (
    MEAN_OF_POINTS,
    draw_likelihood,
    drawn_points,
    log_densities,
)

LECTURES = ("Makhmutova",)
CAPTION = (
    "{points} points, drawn from N({truth:g}, 1). Above, how probable they are if the mean is μ: "
    "the product of their densities, largest at μ = {best:.2f}, where it is {largest:.1g}. Below, "
    "the sum of the squared distances, least at μ = {least:.2f}, which is the mean of the points. "
    "For normal noise the logarithm of the likelihood is minus half the squares, but for a "
    "constant."
)
ALT = (
    "Two curves over the same axis, μ. Above a bell, the likelihood; below a parabola, the sum of "
    "squares. A dotted line goes through the top of the one and the bottom of the other, at μ = "
    "{best:.2f}."
)
NOTES = Notes(
    look="The strokes are {points} points. Which mean makes them most probable? And which has the "
    "least squared distance from them all?",
    point="The same, {best:.2f}. A product of bells is e to the minus half of the sum of squares: "
    "whoever minimizes squared errors says that the noise is normal, and equally wide everywhere.",
    misconception="It is no law of nature. If the noise has longer tails, as e to the minus "
    "distance, the most likely value is the median, here {median:.2f}. And a likelihood is a "
    "density, no probability: with noise a tenth as wide it is {sharp:.2g} here.",
)
CLAIMS = (
    Claim("apart", "==", 0, "the largest likelihood and the least squares are {limit} apart"),
    Claim("varies", "<", 1e-11, "log likelihood plus half the squares is constant, within {limit}"),
    Claim("from_mean", "<=", 0.0006, "both are at the points' mean, to the width of the grid"),
    Claim("sharp", ">", 1, "with σ = 0.1 the largest likelihood is over {limit}: a density"),
    Claim("underflows", "within", (450, 600), "the product of the densities is 0 for a computer "
          "after {low} to {high} points; their logarithm is not"),
)  # fmt: skip
CONTROL = Control(
    density="laplace", refutes=("apart", "varies"), words="noise of density ½ e^(−|x − μ|)"
)
QUIZ = Quiz(
    "What is drawn over the mean μ in (1), what in (2)?",
    (Answer("the likelihood", r"\blikelihood\b"),
     Answer("the sum of squares", r"sum of\s+squares")),
    caption="{points} points, drawn from N({truth:g}, 1), and two curves over the mean.",
    alt="Two curves over the same axis, μ: above a bell, below a parabola.",
)  # fmt: skip


def measure(lab: Lab, seed: int, density: str = "normal") -> tuple[Any, Facts]:
    points, means = drawn_points(seed, 9), np.linspace(-1, 4, 5_001)
    logs = log_densities(points, means, density)
    squares = ((points - means[:, None]) ** 2).sum(axis=1)
    best, least = float(means[np.exp(logs).argmax()]), float(means[squares.argmin()])
    facts: Facts = {"points": len(points), "truth": MEAN_OF_POINTS, "best": best, "least": least}
    facts |= {"apart": best - least, "varies": float(np.ptp(logs + squares / 2))}
    facts |= {"from_mean": abs(least - float(points.mean())), "median": float(np.median(points))}
    facts["largest"] = float(np.exp(logs.max()))
    facts["sharp"] = float(np.exp(logs.max() + len(points) * np.log(10)))  # all in tenths
    many = np.exp(-0.5 * (drawn_points(seed, 1_000) - MEAN_OF_POINTS) ** 2) / np.sqrt(2 * np.pi)
    facts["underflows"] = int((np.cumprod(many) == 0).argmax()) + 1
    data = {"points": points, "means": means, "squares": squares}
    return data | {"likelihood": np.exp(logs - logs.max())}, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_likelihood(data, facts)
