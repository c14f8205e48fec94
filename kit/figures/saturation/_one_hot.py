"""Losses of outputs for four classes, of which the first is right."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.plots.ends import End, name_ends
from kit.plots.styling import series_styles

__all__ = ["FOUR_OUTPUTS", "draw_losses", "losses_along", "losses_of"]

FOUR_OUTPUTS = (0.63, 0.12, 0.07, 0.18)
"""What a network says of the four classes, in one of the lectures."""

_WORDS = {"outputs": "binary", "softmax": "categorical", "squared": "squared error"}
_LOOKS = {"softmax": 0, "outputs": 1, "squared": 2}  # the right class has one colour everywhere


def _losses(said: Any) -> dict[str, Any]:
    """The three losses of outputs (..., 4) of which the first should be 1."""
    wrong = np.log1p(-np.minimum(said[..., 1:], 1 - 1e-15)).sum(-1)
    return {
        "outputs": -np.log(said[..., 0]) - wrong,
        "softmax": -np.log(said[..., 0]),
        "squared": (1 - said[..., 0]) ** 2 + (said[..., 1:] ** 2).sum(-1),
    }


def losses_of(outputs: Any) -> tuple[dict[str, float], list[float], float]:
    """The three losses, what each output adds to that of all, and how far Keras's are off."""
    import keras

    said, target = np.array(outputs), np.eye(len(outputs))[:1]
    found = {name: float(value) for name, value in _losses(said).items()}
    of_keras = {
        "softmax": keras.losses.categorical_crossentropy(target, said[None]),
        "outputs": len(said) * keras.losses.binary_crossentropy(target, said[None]),
        "squared": len(said) * keras.losses.mean_squared_error(target, said[None]),
    }
    off = max(abs(float(np.asarray(one)[0]) - found[name]) for name, one in of_keras.items())
    return found, [-float(np.log(one)) for one in (said[0], *(1 - said[1:]))], off


def losses_along(low: float) -> tuple[Any, dict[str, Any]]:
    """The first output from `low` to 1, the others in their shares of the rest; the losses."""
    first = np.linspace(low, 1, 397)
    rest = np.array(FOUR_OUTPUTS[1:]) / sum(FOUR_OUTPUTS[1:])
    return first, _losses(np.column_stack([first, (1 - first)[:, None] * rest]))


def draw_losses(data: Any, loss: Any) -> Any:
    """The outputs as bars with what each adds; the losses over the first output."""
    figure, (left, right) = plt.subplots(1, 2)
    looks = series_styles(3)
    bars = left.bar(range(1, 5), FOUR_OUTPUTS, color=[looks[0]["color"], *3 * ["#8C8C8C"]])
    for bar in bars[1:]:
        bar.set(hatch="//", edgecolor=plt.rcParams["axes.facecolor"])
    words = [f"−ln {FOUR_OUTPUTS[0]:g}"] + [f"−ln(1 − {one:g})" for one in FOUR_OUTPUTS[1:]]
    small = 0.85 * plt.rcParams["font.size"]
    left.bar_label(
        bars, [f"{word}\n= {term:.3f}" for word, term in zip(words, data["terms"], strict=True)],
        padding=4, fontsize=small,
    )  # fmt: skip
    left.set(
        title="Each output, and what it adds", xlabel="class (the first is right)", ylabel="output"
    )
    left.set(ylim=(0, 0.85), xticks=range(1, 5))
    for name, curve in data["along"].items():
        look = looks[_LOOKS[name]]
        right.plot(data["first"], curve, color=look["color"], ls=look["linestyle"])
        right.plot(FOUR_OUTPUTS[0], loss[name], look["marker"], color=look["color"], ms=11)
    right.axvline(FOUR_OUTPUTS[0], color=plt.rcParams["text.color"], lw=1, ls=":")
    right.set(title="The losses, as the first grows", xlabel="output of the first class")
    right.set(ylabel="loss", ylim=(0, 5), xlim=(0, 1))
    ends = []
    for name in data["along"]:
        words_, color = f"{_WORDS[name]} {loss[name]:.3f}", looks[_LOOKS[name]]["color"]
        ends.append(End(FOUR_OUTPUTS[0], loss[name], words_, color))
    name_ends(right, ends)
    return figure
