"""Polynomials whose weights have a prior: the posterior of the weights, and of the curve.

For y = Φw + noise, noise N(0, σ²), weights w ~ N(0, τ² I), Φ of Chebyshev's polynomials of x, the
posterior of w is normal, of

    covariance S = (ΦᵀΦ/σ² + I/τ²)⁻¹,    mean S Φᵀy/σ²,

and that of the curve at x has the variance φ(x)ᵀ S φ(x). The points are those of the topic on
overfitting. Source: C. Bishop, "Pattern Recognition and Machine Learning" (2006), section 3.3.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from numpy.polynomial import chebyshev

from kit.figures.overfitting._polynomials import FINE, LOW_HIGH, NOISE_OF_POINTS, truth_at
from kit.plots.margins import write_note
from kit.plots.styling import series_styles

__all__ = ["CURVE_DEGREE", "PRIOR_STD", "curve_posterior", "draw_spread"]
__all__ += ["draw_modes", "features_at", "one_by_one", "ridge"]

CURVE_DEGREE, PRIOR_STD, SAMPLED_CURVES = 14, 2.0, 12


def features_at(x: np.ndarray) -> np.ndarray:
    """Chebyshev's polynomials 0 to 14 at places, (places, 15)."""
    low, high = LOW_HIGH
    return np.asarray(chebyshev.chebvander((2 * x - low - high) / (high - low), CURVE_DEGREE))


def curve_posterior(
    x: np.ndarray, y: np.ndarray, tau: float, noise: float = NOISE_OF_POINTS
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the weights, (15,), (15, 15)."""
    features = features_at(x)
    precision = features.T @ features / noise**2 + np.eye(CURVE_DEGREE + 1) / tau**2
    covariance = np.linalg.inv(precision)
    return np.linalg.solve(precision, features.T @ y / noise**2), covariance


def std_of_curve(covariance: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Of the curve at places, (places,)."""
    features = features_at(x)
    return np.asarray(np.sqrt(((features @ covariance) * features).sum(axis=1)))


def sampled(rng: np.random.Generator, mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Curves whose weights are drawn from a posterior, (curves, places of `FINE`)."""
    values, vectors = np.linalg.eigh(covariance)
    drawn = rng.normal(size=(SAMPLED_CURVES, len(mean))) * np.sqrt(np.maximum(values, 0))
    return np.asarray((mean + drawn @ vectors.T) @ features_at(FINE).T)


def one_by_one(
    x: np.ndarray, y: np.ndarray, tau: float, noise: float = NOISE_OF_POINTS
) -> np.ndarray:
    """The posterior's mode, (15,), from the prior on with one point after the other.

    Bayes' rule for a single point at φ changes mean and covariance by (y − φᵀm) k and −k φᵀS, with
    k = Sφ/(σ² + φᵀSφ); no system of equations is solved, and no λ is there.
    """
    mean, covariance = np.zeros(CURVE_DEGREE + 1), tau**2 * np.eye(CURVE_DEGREE + 1)
    for phi, value in zip(features_at(x), y, strict=True):
        gain = covariance @ phi / (noise**2 + phi @ covariance @ phi)
        mean = mean + gain * (value - phi @ mean)
        covariance = covariance - np.outer(gain, phi @ covariance)
    return mean


def ridge(x: np.ndarray, y: np.ndarray, strength: float) -> np.ndarray:
    """Weights with the least |y − Φw|² + λ|w|², (15,), as least squares of more rows."""
    n = CURVE_DEGREE + 1
    rows = np.vstack([features_at(x), np.sqrt(strength) * np.eye(n)])
    return np.asarray(np.linalg.lstsq(rows, np.append(y, np.zeros(n)), rcond=None)[0])


def draw_spread(data: Any, facts: Any) -> Any:
    """A panel for each set of points: the band of ±2σ, sampled curves, points and truth."""
    figure, axes = plt.subplots(1, 3, sharey=True)
    blue, red = series_styles(2)
    ink = plt.rcParams["text.color"]
    for ax, one in zip(axes, data, strict=True):
        low, high = one["mean"] - 2 * one["std"], one["mean"] + 2 * one["std"]
        ax.fill_between(FINE, low, high, color=red["color"], alpha=0.22, lw=0, label="mean ± 2σ")
        ax.plot(FINE, one["curves"].T, color=red["color"], lw=1.2, alpha=0.75)
        ax.plot(
            FINE, truth_at(FINE), color=blue["color"], ls="--", lw=3.5, label="the truth", zorder=3
        )
        ax.plot(one["x"], one["y"], "o", color=ink, ms=9, zorder=4, label="points")
        ax.set(title=f"{len(one['x']) or 'No'} points", xlabel="x", xticks=[-0.5, 0, 0.5, 1])
        ax.set(ylim=(-10, 10), yticks=[-10, -5, 0, 5, 10])
    axes[0].set_ylabel("y")
    axes[-1].legend(loc="lower center", fontsize=0.85 * plt.rcParams["font.size"])
    write_note(
        figure,
        f"Thin: {SAMPLED_CURVES} curves drawn from prior or posterior, cut off beyond ±10.",
    )
    return figure


def draw_modes(data: Any, facts: Any) -> Any:
    """Left, the weights; right, how far the solutions of ridge are from the mode, over λ."""
    figure, (left, right) = plt.subplots(1, 2)
    blue, red, green = series_styles(3)
    ink = plt.rcParams["text.color"]
    degrees = np.arange(CURVE_DEGREE + 1)
    left.axhline(0, color=ink, lw=1)
    left.plot(degrees, data["mode"], "o", color=blue["color"], ms=17, mfc="none", mew=3,
              label="mode of the posterior")  # fmt: skip
    left.plot(degrees, data["ridge"], "x", color=red["color"], ms=11, mew=3,
              label="ridge, λ = σ²/τ²")  # fmt: skip
    left.plot(degrees, data["strong"], "s", color=green["color"], ms=8, label="ridge, 100 times λ")
    left.set(xlabel="polynomial of degree", ylabel="its weight", title="The weights")
    left.set_xticks(range(0, CURVE_DEGREE + 1, 2))
    left.set_ylim(top=1.9 * max(data["mode"].max(), 1))
    left.legend(loc="upper right", fontsize=0.85 * plt.rcParams["font.size"])
    factors, apart = data["factors"], data["apart"]
    right.plot(factors, np.maximum(apart, 1e-16), color=red["color"], lw=3.5)
    right.set(xscale="log", yscale="log", xlabel="λ, in σ²/τ²", title="How far ridge is from it")
    right.set_xticks([1e-3, 1, 1e3], ["10⁻³", "1", "10³"])
    right.set_yticks([1e-16, 1e-12, 1e-8, 1e-4, 1], ["10⁻¹⁶", "10⁻¹²", "10⁻⁸", "10⁻⁴", "1"])
    right.minorticks_off()
    right.set(ylim=(1e-17, 30), ylabel="share of the mode's length")
    right.text(1.6, 1e-13, "λ = σ²/τ²:\nthe same", color=red["color"], fontweight="bold")
    return figure
