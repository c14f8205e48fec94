"""One data set with classes, one with numbers; for each the best answer that is linear.

Classes: two clouds N(±c, I) in the plane, equally frequent. Fitted, with one covariance for both,
the posterior of a class is σ(wᵀx + b), w = Σ⁻¹(μ₁ − μ₀), and the boundary is where it is ½. In the
long run no rule is right more often than Φ(|c|). Numbers: y = ax + noise; in the long run none has
a higher r² than a² Var(x)/(a² Var(x) + σ²). Source: T. Hastie, R. Tibshirani, J. Friedman, "The
Elements of Statistical Learning" (2009), sections 4.3 and 2.3.
"""

from __future__ import annotations

from math import erf, sqrt
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.plots.margins import write_note
from kit.plots.styling import series_styles

__all__ = ["FITTED", "NEW", "accuracy_limit", "classes", "draw_tasks", "fit_boundary", "fit_line"]
__all__ += ["numbers", "r2_limit", "r2_of"]

FITTED, NEW = 100, 100_000
CENTRE, SLOPE_OF_LINE, NOISE_OF_LINE = np.array([0.9, 0.6]), 1.0, 0.8
HALF_WIDTH = 2.0
"""Of the inputs of the numbers, on both sides of 0."""


def classes(rng: np.random.Generator, n: int, signal: float) -> tuple[np.ndarray, np.ndarray]:
    """Points, (n, 2), and their classes, 0 or 1, (n,)."""
    labels = rng.permutation(np.arange(n) % 2)
    return rng.normal(size=(n, 2)) + signal * np.outer(2 * labels - 1, CENTRE), labels


def numbers(rng: np.random.Generator, n: int, signal: float) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and numbers, (n,) each."""
    x = rng.uniform(-HALF_WIDTH, HALF_WIDTH, size=n)
    return x, signal * SLOPE_OF_LINE * x + rng.normal(0, NOISE_OF_LINE, size=n)


def fit_boundary(x: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """w, (2,), and b: class 1 where wᵀx + b > 0."""
    middles = [x[labels == one].mean(axis=0) for one in (0, 1)]
    off = x - np.array(middles)[labels]
    w = np.linalg.solve(off.T @ off / (len(x) - 2), middles[1] - middles[0])
    share = labels.mean()
    return w, float(np.log(share / (1 - share)) - w @ (middles[0] + middles[1]) / 2)


def fit_line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and intercept with the least squares."""
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    return slope, float(y.mean() - slope * x.mean())


def r2_of(y: np.ndarray, answers: np.ndarray) -> float:
    """1 − Σ(y − ŷ)²/Σ(y − ȳ)²: 1 at best, 0 as good as the mean of these numbers, and below."""
    return float(1 - ((y - answers) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def accuracy_limit(signal: float) -> float:
    """Φ of half the distance of the clouds."""
    return 0.5 * (1 + erf(abs(signal) * float(np.linalg.norm(CENTRE)) / sqrt(2)))


def r2_limit(signal: float) -> float:
    """Share of the numbers' variance that is not noise."""
    told = (signal * SLOPE_OF_LINE) ** 2 * HALF_WIDTH**2 / 3
    return told / (told + NOISE_OF_LINE**2)


def draw_tasks(data: Any, facts: Any) -> Any:
    """Left, classes with their boundary; right, numbers with their line."""
    figure, (left, right) = plt.subplots(1, 2)
    ink, looks = plt.rcParams["text.color"], series_styles(2)
    x, labels = data["classes"]
    (w, b), (slope, intercept) = data["boundary"], data["line"]
    for one, look in enumerate(looks):
        there = labels == one
        left.plot(*x[there].T, look["marker"], color=look["color"], ms=9, label=f"class {one}")
    wrong = (x @ w + b > 0) != labels
    left.plot(*x[wrong].T, "o", color=ink, ms=19, mfc="none", mew=2, label="wrong")
    ends = np.array([-3.6, 3.6])
    line = -(w[0] * ends + b) / w[1]
    left.plot(ends, line, color=ink, lw=3.5)
    for one, look in enumerate(looks):
        edge = np.full(2, 20.0 if (one == 1) == (w[1] > 0) else -20.0)
        left.fill_between(ends, line, edge, color=look["color"], alpha=0.12, lw=0)
    left.set(xlim=ends, ylim=(-3.6, 4.8), xlabel="x₁", ylabel="x₂")
    left.legend(loc="upper center", ncols=3, columnspacing=1, handletextpad=0.3)
    x, y = data["numbers"]
    fitted = slope * x + intercept
    right.vlines(x, np.minimum(y, fitted), np.maximum(y, fitted), color=looks[1]["color"], lw=2,
                 label="error")  # fmt: skip
    right.plot(x, y, "o", color=looks[0]["color"], ms=9, label="number")
    ends = np.array([-HALF_WIDTH, HALF_WIDTH])
    right.plot(ends, slope * ends + intercept, color=ink, lw=3.5)
    right.set(xlabel="x", ylabel="y", ylim=(-4.5, 6))
    right.legend(loc="upper center", ncols=2, columnspacing=1, handletextpad=0.5)
    left.set_title(f"Classes: accuracy {facts['accuracy']:.2f}")
    right.set_title(f"Numbers: r² = {facts['r2']:.2f}")
    write_note(figure, f"Fitted to the {FITTED} points shown; measured on {NEW:,} new ones.")
    return figure
