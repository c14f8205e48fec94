"""Surfaces of two weights: their heights, their gradients, and paths drawn on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from kit.figures.optimizers._rules import Slope


class Surface(NamedTuple):
    """Height and gradient over θ (..., 2); what is shown of it, and where walks start."""

    height: Any
    slope: Slope
    across: tuple[float, float]
    up: tuple[float, float]
    start: tuple[float, float]
    others: tuple[tuple[float, float], ...]
    lowest: tuple[tuple[float, float], ...]


def bowl(steep: float, start: tuple[float, float] = (-9.0, 2.2)) -> Surface:
    """(θ₁² + steep θ₂²) / 2."""
    curvature = np.array([1.0, steep])
    return Surface(
        lambda theta: (curvature * theta**2).sum(axis=-1) / 2,
        lambda theta: curvature * theta,
        (-11.5, 7.0),
        (-5.0, 5.0),
        start,
        ((-8.0, -2.8), (9.0, 1.5), (6.0, -2.4), (-9.5, 0.9)),
        ((0.0, 0.0),),
    )


def curved_valley() -> Surface:
    """(1 - θ₁)² + 10 (θ₂ - θ₁²)²: H. Rosenbrock's (1960), which has 100 in place of 10."""

    def height(theta: np.ndarray) -> np.ndarray:
        x, y = theta[..., 0], theta[..., 1]
        return (1 - x) ** 2 + 10 * (y - x**2) ** 2

    def slope(theta: np.ndarray) -> np.ndarray:
        x, y = theta[..., 0], theta[..., 1]
        off = 20 * (y - x**2)
        return np.stack([-2 * (1 - x) - 2 * x * off, off], axis=-1)

    others = ((-1.0, 1.3), (-1.3, 0.8), (-0.8, 1.0), (-1.1, 0.5))
    return Surface(height, slope, (-1.8, 1.8), (-0.6, 2.2), (-1.2, 1.0), others, ((1.0, 1.0),))


def saddle(off: float = 0.001) -> Surface:
    """5 θ₁² + (θ₂² - 1)²/4: a saddle at 0, minima at θ₂ = ±1; the start is `off` its ridge."""

    def height(theta: np.ndarray) -> np.ndarray:
        x, y = theta[..., 0], theta[..., 1]
        return 5 * x**2 + (y**2 - 1) ** 2 / 4

    def slope(theta: np.ndarray) -> np.ndarray:
        x, y = theta[..., 0], theta[..., 1]
        return np.stack([10 * x, y**3 - y], axis=-1)

    others = ((-1.2, -0.001), (1.4, 0.001), (-1.0, 0.002), (1.1, -0.002))
    lowest = ((0.0, 1.0), (0.0, -1.0))
    return Surface(height, slope, (-1.9, 1.9), (-1.7, 1.7), (-1.5, off), others, lowest)


def draw_surface(ax: Axes, surface: Surface, levels: Sequence[float] | int = 9) -> None:
    """Contours in grey, on axes that carry no numbers: the picture is of ways, not of places."""
    x, y = (np.linspace(*ends, 161) for ends in (surface.across, surface.up))
    heights = surface.height(np.stack(np.meshgrid(x, y), axis=-1))
    low = np.ptp(heights) * 1e-3 + heights.min()
    chosen = np.geomspace(low - heights.min(), np.ptp(heights), 9) + heights.min()
    ax.contour(
        x, y, heights, chosen if isinstance(levels, int) else levels,
        colors=plt.rcParams["text.color"], alpha=0.3, linewidths=1.0,
    )  # fmt: skip
    ax.set(xticks=[], yticks=[], xlim=surface.across, ylim=surface.up)
    ax.grid(visible=False)
    for side in ("top", "right"):
        ax.spines[side].set_visible(True)


def steps_to(heights: np.ndarray, share: float = 0.01) -> np.ndarray:
    """After which step a walk stays under a share of its first height: (steps + 1, ...) to (...).

    One that never does counts as one step more than it was walked.

    Examples
    --------
    >>> steps_to(np.array([1.0, 0.005, 0.5, 0.001, 0.001])).item(), steps_to(np.ones(3)).item()
    (3, 3)
    """
    over = ~(heights < share * heights[0])  # NaN counts as over
    last = len(over) - 1 - np.argmax(over[::-1], axis=0)
    return np.asarray(last + 1)
