"""Where points are lacking, the curves that fit spread out"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.bayes._bayesian_curves import (
    CURVE_DEGREE,
    PRIOR_STD,
    curve_posterior,
    draw_spread,
    features_at,
    sampled,
    std_of_curve,
)
from kit.figures.overfitting._polynomials import (
    FINE,
    NOISE_OF_POINTS,
    POINTS,
    fit_points,
    noisy_points,
    truth_at,
)

LECTURES = ("Makhmutova",)
CAPTION = (
    "Polynomials of degree {degree} through points of the lecture's, σ = {noise:g}, whose weights "
    "are thought to be N(0, {tau:g}²) before. Without points, with {few}, with all {points}: mean "
    "± 2σ of the curve, and curves drawn from the posterior. In the gap, at x = {middle:.2f}, σ "
    "is {std[gap]:.1f}, with all points {std[all]:.2f}. Least squares of this degree are "
    "{off[squares]:.1f} from the truth in rms, the posterior's mean is {off[bayes]:.2f}."
)
ALT = (
    "Three panels with a dashed curve, a band and thin curves. Without points the band fills the "
    "picture. With {few} points it is narrow around them and bulges in a gap, where the thin "
    "curves go apart. With {points} points it is narrow there, too."
)
NOTES = Notes(
    look="Every thin curve fits the points in its panel, as far as the noise allows. Cover the "
    "dashed one: where would you not dare to say what y is?",
    point="Where points are missing: σ is {std[gap]:.1f} there, {times:.0f} times what it is with "
    "all points. The degree is {degree}, that of the polynomial through every point, and the "
    "mean is {tamed:.0f} times closer to the truth: the prior keeps the weights small.",
    misconception="The band is right only if prior and noise are. With a prior a twentieth as wide "
    "it covers {sure:.0%} of the truth, now {held:.0%}. It says where the curve is; new points "
    "scatter about it by the noise. And it is still wide near the ends, though points are there.",
)
CLAIMS = (
    Claim("times", ">", 3, "in a gap the curve's σ is over {limit} times that with points there"),
    Claim("grew", "<=", 1e-9, "nowhere do more points make the band wider, within {limit}"),
    Claim("tamed", ">", 1.5, "least squares of the same degree are over {limit} times as far from "
          "the truth, with {share} seeds"),
    Claim("held", ">", 0.9, "the band covers over {percent:g} % of the truth with {share} seeds"),
    Claim("sure", "<", 0.5, "with a prior a twentieth as wide, under {percent:g} %"),
)  # fmt: skip
CONTROLS = (
    Control(missing=0, refutes="times", words="no point left out"),
    Control(tau=1e6, refutes="tamed", words="a prior as wide as can be"),
)
QUIZ = Quiz(
    "How many points did (1), (2), (3) get?",
    (Answer("none", r"\bNo points"), Answer("{few}, none in the middle", r"\b11 points"),
     Answer("all {points}", r"\b15 points")),
    caption="Polynomials of degree {degree}: mean ± 2σ, and curves drawn from the posterior.",
    alt="Three panels with a dashed curve, a band and thin curves.",
)  # fmt: skip


def measure(lab: Lab, seed: int, missing: int = 4, tau: float = PRIOR_STD) -> tuple[Any, Facts]:
    x, y = noisy_points(seed, NOISE_OF_POINTS, POINTS)
    truth, gap = truth_at(FINE), slice(POINTS // 2, POINTS // 2 + missing)
    kept = np.ones(POINTS, bool)
    kept[gap] = False
    middle = float(x[POINTS // 2 : POINTS // 2 + 4].mean())
    rng = np.random.default_rng([seed, 2])
    data, at = [], []
    for some in (np.zeros(POINTS, bool), kept, np.ones(POINTS, bool)):
        mean, covariance = curve_posterior(x[some], y[some], tau)
        std = std_of_curve(covariance, FINE)
        one = {"x": x[some], "y": y[some], "mean": features_at(FINE) @ mean, "std": std}
        data.append(one | {"curves": sampled(rng, mean, covariance)})
        at.append(float(std_of_curve(covariance, np.array([middle]))[0]))
    squares = fit_points(x, y, CURVE_DEGREE)(FINE)
    off = {"squares": rms(squares - truth), "bayes": rms(data[-1]["mean"] - truth)}
    facts: Facts = {"degree": CURVE_DEGREE, "noise": NOISE_OF_POINTS, "tau": tau, "off": off}
    facts |= {"few": int(kept.sum()), "points": POINTS, "middle": middle}
    facts |= {"std": {"gap": at[1], "all": at[2]}, "times": at[1] / at[2]}
    stds = [one["std"] for one in data]
    facts |= {"grew": float(max((stds[1] - stds[0]).max(), (stds[2] - stds[1]).max()))}
    facts |= {"tamed": off["squares"] / off["bayes"], "held": covered(x, y, tau)}
    return data, facts | {"sure": covered(x, y, tau / 20)}


def covered(x: np.ndarray, y: np.ndarray, tau: float) -> float:
    """Share of the truth that lies within ±2σ."""
    mean, covariance = curve_posterior(x, y, tau)
    off = np.abs(features_at(FINE) @ mean - truth_at(FINE))
    return float(np.mean(off < 2 * std_of_curve(covariance, FINE)))


def rms(off: np.ndarray) -> float:
    return float(np.sqrt(np.mean(off**2)))


def draw(data: Any, facts: Facts) -> Any:
    return draw_spread(data, facts)
