"""Every update rule of the lectures in NumPy, on arrays of any shape.

A rule is a function ``step(slope, theta, kept)`` that gives the next θ: `slope` is the gradient as
a function of θ, `kept` a dictionary of what the rule keeps, whose entries begin with 0. Rates may
be arrays that broadcast against θ: a row of weights for each rate walks them all at once.

Sources: B. Polyak (1964), momentum; Y. Nesterov (1983), as I. Sutskever et al. (2013) write it;
J. Duchi et al. (2011), AdaGrad; M. Zeiler (2012), Adadelta; T. Tieleman and G. Hinton (2012),
RMSProp; D. Kingma and J. Ba (2014), Adam; C. Igel and M. Hüsken (2000), Rprop without steps back;
I. Goodfellow et al., "Deep Learning" (2016), algorithms 8.4 to 8.7, whose forms one lecture has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

Slope: TypeAlias = "Callable[[np.ndarray], np.ndarray]"
Rule: TypeAlias = "Callable[[Slope, np.ndarray, dict[str, Any]], np.ndarray]"
Rate: TypeAlias = "float | np.ndarray"


def walk(rule: Rule, slope: Slope, start: Any, steps: int) -> np.ndarray:
    """The path of a rule: (steps + 1, ...), the start first.

    Examples
    --------
    >>> walk(descent(0.5), lambda theta: theta, [4.0, -8.0], 2).tolist()
    [[4.0, -8.0], [2.0, -4.0], [1.0, -2.0]]
    """
    kept: dict[str, Any] = defaultdict(float)
    path = [np.asarray(start, float)]
    for _ in range(steps):
        kept["t"] += 1
        path.append(rule(slope, path[-1], kept))
    return np.array(path)


def descent(rate: Rate) -> Rule:
    """Plain gradient descent."""
    return lambda slope, theta, kept: theta - rate * slope(theta)


def momentum(rate: Rate, share: Rate) -> Rule:
    """U <- share u - rate g; θ <- θ + u."""

    def step(slope: Slope, theta: np.ndarray, kept: dict[str, Any]) -> np.ndarray:
        kept["u"] = share * kept["u"] - rate * slope(theta)
        return theta + kept["u"]

    return step


def nesterov(rate: Rate, share: float) -> Rule:
    """As momentum, with the gradient at θ + share u."""

    def step(slope: Slope, theta: np.ndarray, kept: dict[str, Any]) -> np.ndarray:
        kept["u"] = share * kept["u"] - rate * slope(theta + share * kept["u"])
        return theta + kept["u"]

    return step


def adagrad(rate: Rate, small: float = 1e-7) -> Rule:
    """R <- r + g²; θ <- θ - rate g / (small + √r)."""

    def step(slope: Slope, theta: np.ndarray, kept: dict[str, Any]) -> np.ndarray:
        g = slope(theta)
        kept["r"] = kept["r"] + g**2
        return theta - rate * g / (small + np.sqrt(kept["r"]))

    return step


def adadelta(rate: Rate, keep: float = 0.95, small: float = 1e-6) -> Rule:
    """θ <- θ - rate g √(small + s) / √(small + r): r and s are means of g² and of u²."""

    def step(slope: Slope, theta: np.ndarray, kept: dict[str, Any]) -> np.ndarray:
        g = slope(theta)
        kept["r"] = keep * kept["r"] + (1 - keep) * g**2
        u = g * np.sqrt(small + kept["s"]) / np.sqrt(small + kept["r"])
        kept["s"] = keep * kept["s"] + (1 - keep) * u**2
        return theta - rate * u

    return step


def rmsprop(rate: Rate, keep: float = 0.9, small: float = 1e-6) -> Rule:
    """R <- keep r + (1 - keep) g²; θ <- θ - rate g / √(small + r)."""

    def step(slope: Slope, theta: np.ndarray, kept: dict[str, Any]) -> np.ndarray:
        g = slope(theta)
        kept["r"] = keep * kept["r"] + (1 - keep) * g**2
        return theta - rate * g / np.sqrt(small + kept["r"])

    return step


def rmsprop_nesterov(
    rate: Rate, share: float = 0.9, keep: float = 0.9, small: float = 1e-6
) -> Rule:
    """RMSProp's step on top of the momentum's, with the gradient where the momentum leads."""

    def step(slope: Slope, theta: np.ndarray, kept: dict[str, Any]) -> np.ndarray:
        g = slope(theta + share * kept["u"])
        kept["r"] = keep * kept["r"] + (1 - keep) * g**2
        kept["u"] = share * kept["u"] - rate * g / np.sqrt(small + kept["r"])
        return theta + kept["u"]

    return step


def adam(
    rate: Rate,
    keep: tuple[float, float] = (0.9, 0.999),
    small: float = 1e-8,
    corrected: tuple[bool, bool] = (True, True),
) -> Rule:
    """θ <- θ - rate m / (√v + small); what is `corrected` is divided by 1 - keep^t first."""

    def step(slope: Slope, theta: np.ndarray, kept: dict[str, Any]) -> np.ndarray:
        g = slope(theta)
        kept["m"] = keep[0] * kept["m"] + (1 - keep[0]) * g
        kept["v"] = keep[1] * kept["v"] + (1 - keep[1]) * g**2
        m, v = (
            kept[name] / (1 - one ** kept["t"] if yes else 1)
            for name, one, yes in zip("mv", keep, corrected, strict=True)
        )
        return theta - rate * m / (np.sqrt(v) + small)

    return step


def rprop(rate: Rate, grow: float = 1.2, shrink: float = 0.5) -> Rule:
    """The sign of g alone; steps between 1e-6 and 50, the first is the rate."""

    def step(slope: Slope, theta: np.ndarray, kept: dict[str, Any]) -> np.ndarray:
        g = slope(theta)
        same = np.sign(g) * np.sign(kept["g"])
        size = kept["size"] if kept["t"] > 1 else rate * np.ones_like(theta)
        size = np.where(same > 0, np.minimum(grow * size, 50), size)
        kept["size"] = np.where(same < 0, np.maximum(shrink * size, 1e-6), size)
        kept["g"] = np.where(same < 0, 0.0, g)
        return theta - kept["size"] * np.sign(kept["g"])

    return step
