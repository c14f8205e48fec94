"""Ridge regression finds the posterior's mode, for one λ: σ²/τ²"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.bayes._bayesian_curves import (
    CURVE_DEGREE,
    PRIOR_STD,
    draw_modes,
    features_at,
    one_by_one,
    ridge,
)
from kit.figures.overfitting._polynomials import NOISE_OF_POINTS, POINTS, noisy_points

LECTURES = ("Makhmutova",)
CAPTION = (
    "A polynomial of degree {degree} through {points} points, noise σ = {noise:g}, weights thought "
    "to be N(0, τ²) with τ = {tau:g}. The most probable weights, found with Bayes' rule, point "
    "after point, and those with the least |y − ŷ|² + λ|w|²: for λ = σ²/τ² = {strength:g} they "
    "are {apart:.0e} of their length apart, for ten times this λ {others[tenfold]:.0%}, for a "
    "tenth {others[tenth]:.0%}."
)
ALT = (
    "Left, the weights of {many} polynomials: circles, the mode, with a cross in each, ridge; "
    "squares, of a λ 100 times as large, lie nearer to 0. Right, how far ridge is from the mode, "
    "over λ, on logarithmic axes: a spike down to {apart:.0e} at λ = σ²/τ²."
)
NOTES = Notes(
    look="A penalty on the weights, and a belief about them before there are data. Which λ says "
    "the same as the belief that weights are of size τ?",
    point="The noise's variance over that of the weights. There the two are the same to "
    "{apart:.0e}; with ten times that λ they are {others[tenfold]:.0%} apart. A large λ says: much "
    "noise, or small weights.",
    misconception="The value depends on how the loss is written. Beside a mean of squares it is "
    "{as_mean:.2g} here, the n-th part; with {strength:g} there the weights are {unscaled:.0%} "
    "off. And the mode is a single curve: a penalty gives no band.",
)
CLAIMS = (
    Claim("apart", "<", 1e-10, "for λ = σ²/τ² mode and ridge are the same, within {limit}"),
    Claim("others", ">", 0.02, "for a tenth or ten times this λ, over {percent:g} % apart"),
    Claim("pull", "<", 1e-10, "there the slope of the log posterior is 0, within {limit}"),
    Claim("unscaled", ">", 0.02, "beside a mean of squares this λ is wrong by over {percent:g} %"),
    Claim("shrunk", "<", 0.6, "100 times this λ leaves under {percent:g} % of the length"),
)
CONTROL = Control(factor=1.01, refutes=("apart", "pull"), words="a λ that is 1% larger")
QUIZ = Quiz(
    "Circles and crosses agree for one λ, (1). Which?",
    (Answer("σ²/τ²", r"σ²/τ²"),),
    caption="The posterior's mode and ridge regression, for several λ.",
    alt="Left, weights: circles with a cross in each, and squares. Right, a spike.",
)


def measure(lab: Lab, seed: int, factor: float = 1.0) -> tuple[Any, Facts]:
    x, y = noisy_points(seed, NOISE_OF_POINTS, POINTS)
    strength = factor * NOISE_OF_POINTS**2 / PRIOR_STD**2
    mode, found = one_by_one(x, y, PRIOR_STD), ridge(x, y, strength)
    length, strong = float(np.linalg.norm(mode)), ridge(x, y, 100 * strength)

    def apart(weights: np.ndarray) -> float:
        return float(np.linalg.norm(weights - mode)) / length

    features = features_at(x)
    pulls = features.T @ (y - features @ found) / NOISE_OF_POINTS**2, found / PRIOR_STD**2
    facts: Facts = {"degree": CURVE_DEGREE, "many": CURVE_DEGREE + 1, "points": POINTS}
    facts |= {"noise": NOISE_OF_POINTS, "tau": PRIOR_STD, "strength": strength}
    facts |= {"apart": apart(found), "as_mean": strength / POINTS}
    facts["pull"] = float(np.linalg.norm(pulls[0] - pulls[1]) / np.linalg.norm(pulls[1]))
    facts["others"] = {"tenth": apart(ridge(x, y, strength / 10)),
                       "tenfold": apart(ridge(x, y, strength * 10))}  # fmt: skip
    facts["unscaled"] = apart(ridge(x, y, POINTS * strength))  # |y − ŷ|²/n + λ|w|², times n
    facts["shrunk"] = float(np.linalg.norm(strong)) / length
    near = np.geomspace(1e-12, 0.1, 23)
    factors = np.sort(np.concatenate([np.geomspace(1e-3, 1e3, 61), 1 - near, [1], 1 + near]))
    data = {"mode": mode, "ridge": found, "strong": strong, "factors": factors}
    return data | {"apart": np.array([apart(ridge(x, y, strength * k)) for k in factors])}, facts


def draw(data: Any, facts: Facts) -> Any:
    return draw_modes(data, facts)
