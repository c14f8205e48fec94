"""Polynomials through noisy points of one lecture's polynomial of degree five.

Least squares in the basis of Chebyshev's polynomials, where degree n − 1 is not lost to rounding.
On [−0.8, 1]: beyond, the polynomial is at 20.8, and dwarfs all that lies between.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from numpy.polynomial import Chebyshev, Polynomial

from kit.films import Animation, animate_steps
from kit.plots.ends import End, name_ends
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles

__all__ = ["DEGREE_OF_TRUTH", "NOISE_OF_POINTS", "POINTS", "animate_degrees", "draw_degrees"]
__all__ += ["draw_fits", "fit_points", "errors_of_degrees", "truth_at"]

LECTURE_POLYNOMIAL = (0.5423, -3.2648, -16.5311, 43.3645, 25.6159, -51.2418)
"""Makhmutova's coefficients, from the constant on."""

DEGREE_OF_TRUTH, POINTS, NOISE_OF_POINTS = 5, 15, 0.5
LOW_HIGH = (-0.8, 1.0)
FINE = np.linspace(*LOW_HIGH, 721)
TEST_POINTS = 1_000


def truth_at(x: np.ndarray) -> np.ndarray:
    """The lecture's polynomial."""
    return np.asarray(Polynomial(LECTURE_POLYNOMIAL)(x))


def fit_points(x: np.ndarray, y: np.ndarray, degree: int) -> Chebyshev:
    """The polynomial of a degree with the least squared error at the points."""
    return Chebyshev.fit(x, y, degree, domain=list(LOW_HIGH))


def noisy_points(seed: int, noise: float, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Points at equal distances, (points,), and their noisy values."""
    x = np.linspace(*LOW_HIGH, points)
    return x, truth_at(x) + np.random.default_rng(seed).normal(0, noise, size=points)


def errors_of_degrees(
    seed: int, points: int, degrees: range, noise: float = NOISE_OF_POINTS
) -> tuple[np.ndarray, np.ndarray]:
    """Rms error on the training points and on new noisy ones, (degrees,) each."""
    x, y = noisy_points(seed, noise, points)
    rng = np.random.default_rng([seed, 1])
    others = rng.uniform(*LOW_HIGH, size=TEST_POINTS)
    values = truth_at(others) + rng.normal(0, noise, size=TEST_POINTS)
    fits = [fit_points(x, y, degree) for degree in degrees]
    return _rms([fit(x) - y for fit in fits]), _rms([fit(others) - values for fit in fits])


def _rms(off: Any) -> np.ndarray:
    return np.sqrt(np.mean(np.square(off), axis=1))


def draw_fits(data: Any, titles: Any) -> Any:
    """A panel for each fit: the points, the truth, dashed, and the fit."""
    figure, axes = plt.subplots(1, len(titles), sharey=True)
    for ax, fit, title in zip(axes, data["fits"], titles, strict=True):
        _draw_fit(ax, data, fit)
        ax.set_title(title)
    axes[0].set_ylabel("y")
    axes[0].legend(loc="lower center", fontsize=0.85 * plt.rcParams["font.size"])
    return figure


def _draw_fit(ax: Any, data: Any, fit: np.ndarray) -> Any:
    blue, red = series_styles(2)
    ink = plt.rcParams["text.color"]
    ax.plot(FINE, truth_at(FINE), color=blue["color"], ls="--", lw=2.5, label="the truth")
    (line,) = ax.plot(FINE, fit, color=red["color"], lw=3.5, label="the fit")
    ax.plot(data["x"], data["y"], "o", color=ink, ms=9, zorder=4, label="points")
    ax.set(xlabel="x", xticks=[-0.5, 0, 0.5, 1], ylim=(-9, 6))
    return line


def animate_degrees(data: Any, facts: Any, **how: Any) -> Animation:
    """The film: the fit of every degree in turn."""
    figure, ax = plt.subplots()
    line = _draw_fit(ax, data, data["all"][0])
    ax.set_ylabel("y")
    ax.legend(loc="lower center", ncols=3)

    def show(picture: int) -> None:
        line.set_ydata(data["all"][picture])

    words = [f"degree {degree} of {len(data['all']) - 1}" for degree in range(len(data["all"]))]
    return animate_steps(figure, show, words, **how)


def draw_degrees(data: Any, facts: Any) -> Any:
    """Median and range of both errors over the degree; where the degree is that of the truth."""
    figure, ax = plt.subplots()
    degrees = np.arange(facts["points"])
    ends = []
    names = {"test": "new points", "train": "training points"}
    for (name, words), look in zip(names.items(), reversed(series_styles(2)), strict=True):
        lines = data[name][:, :-1]  # of degree n - 1, 0 but for rounding, is no place on the axis
        if name == "test":
            lines = data[name]
        x = degrees[: lines.shape[1]]
        middle = draw_range(ax, x, lines, look)
        ends.append(End(float(x[-1]), float(middle[-1]), words, look["color"]))
    ink = plt.rcParams["text.color"]
    ax.axvline(DEGREE_OF_TRUTH, color=ink, ls=":", lw=2)
    ax.axhline(NOISE_OF_POINTS, color=ink, ls=":", lw=1)
    ax.set(yscale="log", xlabel="degree of the polynomial", ylabel="rms error (log scale)")
    ax.set(xticks=degrees, ylim=(0.01, 50))
    ax.set_yticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
    ax.minorticks_off()
    ax.text(DEGREE_OF_TRUTH + 0.15, 15, "the degree\nof the truth", fontweight="bold", va="center")
    ax.text(0, NOISE_OF_POINTS * 0.9, "the noise", va="top")
    name_ends(ax, ends)
    write_note(
        figure,
        f"Line: median; band: range of {facts['sets']} sets of points. Of degree "
        f"{facts['points'] - 1} one of the errors is 0 but for rounding.",
    )
    return figure
