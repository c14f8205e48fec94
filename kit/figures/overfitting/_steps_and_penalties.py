"""Gradient descent on a quadratic after so many steps, beside the minimum with a penalty.

For J(w) = |y - Xw|²/2n with the Hessian H = XᵀX/n = Q Λ Qᵀ and the minimum w*, both in closed form:

    t steps of rate α from w₀:     Qᵀw = Qᵀw* + (1 - αΛ)ᵗ Qᵀ(w₀ - w*)
    minimum of J + λ|w|²/2:        Qᵀw = Λ/(Λ + λ) Qᵀw*

From w₀ = 0 they shrink w* by 1 - (1 - αΛ)ᵗ and by Λ/(Λ + λ), which are about equal for λ = 1/αt.
Source: I. Goodfellow, Y. Bengio, A. Courville, "Deep Learning" (2016), section 7.8.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.styling import series_styles

POINTS_OF_RIDGE, WEIGHTS_OF_RIDGE, NOISE_OF_RIDGE = 60, 30, 1.0
SPANNED = np.geomspace(0.1, 1e5, 241)
"""Steps times rate; 1/λ."""


class Quadratic(NamedTuple):
    """Eigenvalues and -vectors of H, the minimum w*, the true weights, variances of the inputs."""

    values: np.ndarray
    vectors: np.ndarray
    lowest: np.ndarray
    truth: np.ndarray
    variances: np.ndarray


def quadratic(seed: int) -> Quadratic:
    """Of 60 noisy points, 30 inputs, whose variances go from 1 to 1/1,000."""
    rng = np.random.default_rng(seed)
    variances = np.geomspace(1, 1e-3, WEIGHTS_OF_RIDGE)
    truth = rng.normal(size=WEIGHTS_OF_RIDGE)
    x = rng.normal(size=(POINTS_OF_RIDGE, WEIGHTS_OF_RIDGE)) * np.sqrt(variances)
    y = x @ truth + NOISE_OF_RIDGE * rng.normal(size=POINTS_OF_RIDGE)
    values, vectors = np.linalg.eigh(x.T @ x / POINTS_OF_RIDGE)
    lowest = np.linalg.solve(x.T @ x, x.T @ y)
    return Quadratic(values, vectors, lowest, truth, variances)


def descended(of: Quadratic, steps: np.ndarray, rate: float, start: np.ndarray) -> np.ndarray:
    """Weights after some numbers of steps, (steps, weights)."""
    left = (1 - rate * of.values) ** np.asarray(steps)[:, None]
    return np.asarray(of.lowest + (left * ((start - of.lowest) @ of.vectors)) @ of.vectors.T)


def penalised(of: Quadratic, strengths: np.ndarray) -> np.ndarray:
    """Weights at the minima with penalties λ|w|²/2, (strengths, weights)."""
    shrunk = of.values / (of.values + np.asarray(strengths)[:, None])
    return np.asarray((shrunk * (of.lowest @ of.vectors)) @ of.vectors.T)


def errors_of(of: Quadratic, weights: np.ndarray) -> np.ndarray:
    """Mean squared error on new points, above that of the noise: (weights - truth)² by variance."""
    return np.asarray((of.variances * (weights - of.truth) ** 2).sum(axis=-1))


def both_errors(seed: int, start: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Errors of both over `SPANNED`, and how far they are apart at most, in |w*|.

    Parameters
    ----------
    seed
        Of the points.
    start
        Distance from 0 at which descent begins, in |w*|, in a random direction.
    """
    of = quadratic(seed)
    rate = 1 / float(of.values[-1])
    away = np.random.default_rng([seed, 1]).normal(size=WEIGHTS_OF_RIDGE)
    size = float(np.linalg.norm(of.lowest))
    begin = start * size * away / np.linalg.norm(away)
    stopped = descended(of, SPANNED / rate, rate, begin)
    shrunk = penalised(of, 1 / SPANNED)
    apart = float(np.linalg.norm(stopped - shrunk, axis=1).max() / size)
    return errors_of(of, stopped), errors_of(of, shrunk), apart


def draw_both(data: Any, _facts: Any) -> Any:
    """Left, what is left of a weight by curvature; right, the errors of one data set."""
    figure, (left, right) = plt.subplots(1, 2)
    looks = series_styles(2)
    s = np.geomspace(0.01, 100, 200)
    shares = {"steps": 1 - np.exp(-s), "penalty": s / (1 + s)}
    for (name, share), look in zip(shares.items(), looks, strict=True):
        left.plot(s, share, color=look["color"], linestyle=look["linestyle"], label=name)
    left.set(
        xscale="log", ylim=(0, 1.05), ylabel="share of the minimum reached",
        xlabel="curvature × steps × rate, or curvature ÷ λ", title="One weight",
    )  # fmt: skip
    left.legend(loc="upper left")
    ends = []
    for (name, errors), look in zip(data.items(), looks, strict=True):
        right.plot(SPANNED, errors, color=look["color"], linestyle=look["linestyle"])
        least = int(errors.argmin())
        right.plot(SPANNED[least], errors[least], look["marker"], color=look["color"], ms=11)
        ends.append(End(float(SPANNED[-1]), float(errors[-1]), name, str(look["color"])))
    right.set(
        xscale="log", yscale="log", xlabel="steps × rate, or 1/λ", title="All weights, new points",
        ylabel="squared error above the noise's",
    )  # fmt: skip
    right.yaxis.set_major_locator(FixedLocator([0.2, 0.3, 0.5, 1, 2, 5]))
    right.yaxis.set_minor_locator(NullLocator())
    right.yaxis.set_major_formatter("{x:g}")
    name_ends(right, ends)
    write_note(figure, "Right: one data set; marks at the least errors.")
    return figure
