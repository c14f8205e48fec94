"""The mean of normal points: likelihood, prior, evidence and posterior, in closed form.

Points x ~ N(μ, σ²) and a prior μ ~ N(m, τ²) give, after n points of mean x̄,

    1/s² = 1/τ² + n/σ²,    mean = s² (m/τ² + n x̄/σ²),
    p(D) = ∫ p(D|μ) p(μ) dμ = N(x; m 1, σ² I + τ² 1 1ᵀ).

Source: K. Murphy, "Machine Learning: A Probabilistic Perspective" (2012), section 4.4.2.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.films import Animation, animate_steps
from kit.numerals import filled
from kit.plots.styling import series_styles

__all__ = ["COUNTS", "MEAN_OF_POINTS", "MOST_POINTS", "animate_posterior", "draw_likelihood"]
__all__ += ["draw_posteriors", "drawn_points", "log_densities", "log_evidence", "normal_density"]
__all__ += ["updated"]

MEAN_OF_POINTS = 1.5
"""Of all points, whose σ is 1."""

COUNTS, MOST_POINTS = (0, 1, 5, 50), 50


def drawn_points(seed: int, points: int) -> np.ndarray:
    """The first points of a seed, (points,)."""
    return np.random.default_rng(seed).normal(MEAN_OF_POINTS, 1, size=points)


def normal_density(x: np.ndarray, mean: float, std: float) -> np.ndarray:
    """Of N(mean, std²), at places."""
    return np.asarray(np.exp(-0.5 * ((x - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi)))


def log_densities(points: np.ndarray, means: np.ndarray, density: str = "normal") -> np.ndarray:
    """Natural logarithm of the likelihood of each mean, (means,).

    Parameters
    ----------
    points, means
        (points,), (means,).
    density
        ``"normal"``, of σ = 1, or ``"laplace"``: ½ e^(-|x - μ|).
    """
    off = points - means[:, None]  # (means, points)
    one = -0.5 * off**2 - 0.5 * np.log(2 * np.pi)
    if density == "laplace":
        one = -np.abs(off) - np.log(2)
    return np.asarray(one.sum(axis=1))


def updated(points: np.ndarray, mean: float, std: float) -> tuple[float, float]:
    """Mean and std of the posterior, from those of the prior."""
    precision = 1 / std**2 + len(points)
    return float((mean / std**2 + points.sum()) / precision), float(precision**-0.5)


def log_evidence(points: np.ndarray, mean: float, std: float) -> float:
    """Natural logarithm of p(D): all points are normal together, (x − m) of covariance I + τ²11ᵀ.

    That matrix has the determinant 1 + nτ² and the inverse I − 11ᵀ τ²/(1 + nτ²).
    """
    n, off = len(points), points - mean
    grown = 1 + n * std**2
    squares = (off**2).sum() - off.sum() ** 2 * std**2 / grown
    return float(-0.5 * (squares + np.log(grown) + n * np.log(2 * np.pi)))


def draw_likelihood(data: Any, facts: Any) -> Any:
    """The likelihood over the mean, above the sum of squares; a line through both."""
    figure, axes = plt.subplots(2, 1, sharex=True)
    ink = plt.rcParams["text.color"]
    names = {"likelihood": "likelihood,\nlargest = 1", "squares": "sum of\nsquares"}
    for ax, (name, words), look in zip(axes, names.items(), series_styles(2), strict=True):
        ax.plot(data["means"], data[name], color=look["color"], lw=4)
        ax.axvline(facts["best"], color=ink, ls=":", lw=2.5)
        best = np.interp(facts["best"], data["means"], data[name])
        ax.plot(facts["best"], best, look["marker"], color=look["color"], ms=13, zorder=4)
        ax.set_ylabel(words)
        ax.set_ylim(0, 1.12 * data[name].max())
    room = 0.15 * data["squares"].max()  # for the points, below the curve
    axes[1].set_ylim(bottom=-room)
    axes[0].set(xlim=(data["means"][0], data["means"][-1]), yticks=[0, 0.5, 1])
    axes[1].plot(
        data["points"], np.full(len(data["points"]), -room / 2), "|", color=ink, ms=24, mew=3
    )
    axes[1].set_xlabel("mean μ; the strokes are the points")
    return figure


def draw_posteriors(data: Any, facts: Any) -> Any:
    """A panel for each number of points: prior, likelihood and posterior; the evidence."""
    figure, axes = plt.subplots(2, 2, sharex=True, sharey=True)
    for ax, n in zip(axes.flat, COUNTS, strict=True):
        _draw_posterior(ax, data, n)
        ax.set_title(_title_of(n))
        evidence = filled("evidence {p:.2g}", {"p": facts["evidence"][f"n{n}"]})
        ax.text(0.03, 0.93, evidence, transform=ax.transAxes, va="top")
    for ax in axes[:, 0]:
        ax.set_ylabel("density")
    for ax in axes[1]:
        ax.set_xlabel("mean μ")
    axes[0, 0].text(MEAN_OF_POINTS + 0.1, 2.85, "the truth", va="top")
    _name_curves(axes[1, 0], data, 5)
    return figure


def _name_curves(ax: Any, data: Any, n: int) -> None:
    """Beside the curves: on their left the prior and the posterior, on its right the likelihood."""
    blue, red, green = series_styles(3)
    for name, curve, look, off, side in (
        ("prior", data["prior"], green, 0.9, "right"),
        ("posterior", data["posterior"][n], blue, 0.45, "right"),
        ("likelihood", data["likelihood"][n], red, 0.4, "left"),
    ):
        place = data["means"][curve.argmax()] + (off if side == "left" else -off)
        height = np.interp(place, data["means"], curve)
        told = {"color": look["color"], "fontweight": "bold", "ha": side, "va": "bottom"}
        ax.text(place, height, name, **told)


def _title_of(n: int) -> str:
    return {0: "No points", 1: "1 point"}.get(n, f"{n} points")


def _draw_posterior(ax: Any, data: Any, n: int) -> list[Any]:
    """What is drawn of prior, likelihood, posterior; truth."""
    blue, red, green = series_styles(3)
    lines = []
    lines += ax.plot(data["means"], data["prior"], color=green["color"], ls=":", lw=4,
                     label="prior", zorder=5)  # fmt: skip
    lines += ax.plot(data["means"], data["likelihood"][n], color=red["color"], ls="--", lw=3,
                     label="likelihood, area 1", zorder=4)  # fmt: skip
    lines += ax.plot(data["means"], data["posterior"][n], color=blue["color"], lw=4,
                     label="posterior")  # fmt: skip
    ax.plot([MEAN_OF_POINTS] * 2, [0, 3.1], color=plt.rcParams["text.color"], lw=1.5,
            label="the truth", zorder=1)  # fmt: skip
    ax.set(xlim=(-3, 4), ylim=(0, 3.1), yticks=[0, 1, 2, 3])
    return lines


def animate_posterior(data: Any, facts: Any, **how: Any) -> Animation:
    """The film: after every point."""
    figure, ax = plt.subplots()
    _, likelihood, posterior = _draw_posterior(ax, data, MOST_POINTS)
    ax.set(xlabel="mean μ", ylabel="density")
    ax.legend(loc="upper left")

    def show(picture: int) -> None:
        likelihood.set_ydata(data["likelihood"][picture])
        posterior.set_ydata(data["posterior"][picture])

    words = [f"points: {n} of {MOST_POINTS}" for n in range(MOST_POINTS + 1)]
    return animate_steps(figure, show, words, **how)
