"""A height with two valleys over one weight, the walks on it, and where walks come to rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.figures.optimizers._rules import momentum, walk
from kit.plots.styling import series_styles


def hill(tilt: float) -> np.ndarray:
    """w⁴/4 - w²/2 + tilt w at 201 places from -1.9 to 2.1: (2, 201), places and heights."""
    w = np.linspace(-1.9, 2.1, 201)
    return np.array([w, height_of(w, tilt)])


def height_of(w: np.ndarray, tilt: float) -> np.ndarray:
    """w⁴/4 - w²/2 + tilt w."""
    return w**4 / 4 - w**2 / 2 + tilt * w


def hill_slope(tilt: float) -> Callable[[np.ndarray], np.ndarray]:
    """Its derivative."""
    return lambda w: w**3 - w + tilt


def roll(rate: float, share: float, tilt: float) -> dict[str, Any]:
    """From w = 2 with every momentum from 0 to 0.99.

    Returns
    -------
    dict
        ``shares`` and where each comes to rest, ``rests``, (100,); the first 200 steps of the
        ``walks`` without momentum and with `share`, and where they ``ends``; the ``height``.
    """
    shares = np.linspace(0, 0.99, 100)
    path = walk(momentum(rate, shares), hill_slope(tilt), np.full(100, 2.0), 4000)
    some = {"none": 0, "some": round(100 * share)}
    walks = {name: path[:201, k] for name, k in some.items()}
    ends = {name: float(path[-1, k]) for name, k in some.items()}
    height = hill(tilt)
    return {"shares": shares, "rests": path[-1], "walks": walks, "ends": ends, "height": height}


def draw_hills(data: Any, share: float) -> Any:
    """Left the two walks on the height, the second lifted off it; right, where each share rests."""
    figure, (left, right) = plt.subplots(1, 2, width_ratios=[3, 2])
    ink = plt.rcParams["text.color"]
    w, height = data["height"]
    left.plot(w[:200], height[:200], color=ink, linewidth=3)
    left.set(xlabel="weight", ylabel="loss", title="Two walks from one start", ylim=(-0.5, 2.9))
    names = (f"λ = {0:g}", f"λ = {share:g}")
    for k, (way, look) in enumerate(zip(data["walks"].values(), series_styles(2), strict=True)):
        lift = 0.04 + 0.05 * k
        on_it = np.interp(way, w, height) + lift
        left.plot(way, on_it, **look | {"markevery": 3, "linewidth": 1.5, "ms": 6})
        left.annotate(
            names[k], (way[-1], on_it[-1]), xytext=(0, 26), textcoords="offset points",
            ha="center", color=look["color"], fontweight="bold",
        )  # fmt: skip
    deep = data["rests"] < 0
    for chosen, look in zip((~deep, deep), series_styles(2), strict=True):
        right.plot(
            data["shares"][chosen], data["rests"][chosen], look["marker"], color=look["color"]
        )
    right.set(xlabel="momentum λ", ylabel="weight at rest", title="Where it comes to rest")
    right.set(ylim=(-1.4, 1.4), yticks=[-1, 0, 1])
    return figure
