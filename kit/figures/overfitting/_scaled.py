"""Dropout in two forms, over many masks: scaled in the test, and inverted.

The forward pass of a network of two layers, as a lecture writes it: h1 = W1 x, masked; h2 = W2 h1.
With the share p kept, Σ w m a over the masks m has the mean p Σ w a and the variance
p (1 - p) Σ (w a)²; inverted, divided by p and p².
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.plots.margins import write_note
from kit.plots.styling import series_styles

__all__ = ["draw_scaled", "scaled_and_inverted"]

_INPUTS_OF, _MIDDLE, _LAST, _MASKS = 100, 100, 100, 4_000


def scaled_and_inverted(seed: int, kept: float, bend: bool) -> dict[str, Any]:
    """One sample through 4,000 masks, in both forms; with a bend, ReLU follows each layer.

    Returns
    -------
    dict
        ``train`` by form, "scaled" and "inverted": what leaves the second layer, (masks, units);
        ``test`` by form, (units,); ``spread``, by form, what the closed form says of the standard
        deviation of z over the masks, (units,).
    """
    draw = np.random.default_rng(seed)
    x = draw.normal(size=_INPUTS_OF)
    w1 = draw.normal(0, (2 / _INPUTS_OF) ** 0.5, (_INPUTS_OF, _MIDDLE))
    w2 = draw.normal(0, (2 / _MIDDLE) ** 0.5, (_MIDDLE, _LAST))
    masks = draw.random((_MASKS, _MIDDLE)) < kept

    def through(z: Any) -> Any:
        return np.maximum(z, 0) if bend else z

    a = through(x @ w1)
    in_training, in_test = {"scaled": 1.0, "inverted": 1 / kept}, {"scaled": kept, "inverted": 1.0}
    spread = np.sqrt(kept * (1 - kept) * (a**2 @ w2**2))
    return {
        "train": {form: through((masks * a * by) @ w2) for form, by in in_training.items()},
        "test": {form: through(a @ w2 * by) for form, by in in_test.items()},
        "spread": {form: spread * by for form, by in in_training.items()},
    }


def draw_scaled(data: Any, facts: Any) -> Any:
    """Z of one unit over the masks in both forms; and means over masks against the test."""
    figure, axes = plt.subplot_mosaic([["scaled", "means"], ["inverted", "means"]])
    looks = series_styles(2)
    unit, linear = facts["unit"], data["linear"]
    values = {form: linear["train"][form][:, unit] for form in ("scaled", "inverted")}
    edges = np.histogram_bin_edges(np.concatenate(list(values.values())), 60).tolist()
    titles = {"scaled": "Scaled in the test", "inverted": "Inverted, as in Keras"}
    for form, title in titles.items():
        ax = axes[form]
        ax.hist(values[form], edges, color=looks[0]["color"], alpha=0.6)
        ax.axvline(linear["test"][form][unit], color=looks[1]["color"], lw=4)
        ax.set(title=title, yticks=[], ylabel="masks")
    axes["scaled"].tick_params(labelbottom=False)
    axes["inverted"].set(xlabel="z of one unit")
    axes["scaled"].text(
        0.02, 0.95, "training", color=looks[0]["color"], transform=axes["scaled"].transAxes,
        va="top", fontweight="bold",
    )  # fmt: skip
    axes["scaled"].text(
        0.02, 0.75, "test", color=looks[1]["color"], transform=axes["scaled"].transAxes,
        va="top", fontweight="bold",
    )  # fmt: skip
    right = axes["means"]
    for name, look in zip(("linear", "relu"), series_styles(4)[2:], strict=True):
        points = data[name]
        right.plot(
            points["test"]["inverted"], points["train"]["inverted"].mean(axis=0), linestyle="",
            marker=look["marker"], color=look["color"], alpha=0.7,
            label={"linear": "no ReLU", "relu": "ReLU"}[name],
        )  # fmt: skip
    low, high = right.get_xlim()
    right.plot([low, high], [low, high], color=plt.rcParams["text.color"], lw=1.5, ls=":")
    right.set(
        title="The means of 100 units",
        xlabel="in the test",
        ylabel="mean over masks",
        xlim=(low, high),
    )
    right.legend(loc="upper left")
    write_note(figure, "4,000 masks of one sample, half of the units kept. Dotted: equal.")
    return figure
