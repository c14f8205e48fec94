"""The gradient by z as a product of two slopes, and the loss that makes the product simple."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.figures.saturation._two_losses import loss_of, sigmoid
from kit.plots.ends import End, name_ends
from kit.plots.styling import series_styles

__all__ = ["draw_factors", "factors_over_z", "integrated"]


def factors_over_z(loss: str, activation: str) -> dict[str, Any]:
    """Over z, for the target 1: output, slope of the loss by it, its slope by z, their product."""
    z = np.linspace(-8, 8, 321)
    a = sigmoid(z) if activation == "sigmoid" else (1 + np.tanh(z)) / 2
    slope = a * (1 - a) if activation == "sigmoid" else (1 - np.tanh(z) ** 2) / 2
    by_output = loss_of(loss, a, 1.0)[1]
    return {"z": z, "a": a, "by_output": by_output, "slope": slope, "product": by_output * slope}


def integrated(loss: str) -> dict[str, Any]:
    """A slope of (a − y)/(a (1 − a)), y = 1, added up from a = 0.5; the loss itself beside.

    Returns
    -------
    dict
        ``a``, ``sum`` and ``loss`` of shape (1961,); the sum begins with the loss at 0.5. Simpson's
        rule on 1,960 pieces.
    """
    a = np.linspace(0.01, 0.99, 1961)
    middle = (a[1:] + a[:-1]) / 2

    def slope(at: Any) -> Any:
        return (at - 1) / (at * (1 - at))

    pieces = np.diff(a) * (slope(a[:-1]) + 4 * slope(middle) + slope(a[1:])) / 6
    added = np.append(0.0, np.cumsum(pieces))
    value = loss_of(loss, a, 1.0)[0]
    half = len(a) // 2
    return {"a": a, "sum": added - added[half] + value[half], "loss": value}


def draw_factors(data: Any, far: float) -> Any:
    """The sizes of both factors and of their product over z; beside it the integrated slope."""
    figure, (left, right) = plt.subplots(1, 2, width_ratios=[3, 2])
    names = {"by_output": "slope of\nthe loss", "slope": "slope of σ", "product": "product"}
    looks = series_styles(3)
    for name, look in zip(names, looks, strict=True):
        left.plot(data["z"], np.abs(data[name]), color=look["color"], ls=look["linestyle"])
        at = np.abs(data[name][np.abs(data["z"] - far).argmin()])
        left.plot(far, at, look["marker"], color=look["color"], ms=11)
        left.annotate(
            f"{at:.3g}", (far, at), xytext=(12, -6 if name == "slope" else 14), va="center",
            textcoords="offset points", color=look["color"], fontweight="bold",
        )  # fmt: skip
    left.set(yscale="log", title="Target 1", xlabel="Z-value z", ylabel="size (log scale)")
    ends = [
        End(8.0, abs(data[name][-1]) * (2 if name == "slope" else 1), words, look["color"])
        for (name, words), look in zip(names.items(), looks, strict=True)
    ]
    name_ends(left, ends)
    added = data["added"]
    right.plot(added["a"], added["loss"], color=looks[0]["color"], label="−ln a")
    some = slice(None, None, 140)
    right.plot(
        added["a"][some], added["sum"][some], "o", mfc="none", color=plt.rcParams["text.color"],
        label="slope, integrated",
    )  # fmt: skip
    right.set(title="The slope, integrated", xlabel="output a", ylabel="loss")
    right.legend()
    return figure
