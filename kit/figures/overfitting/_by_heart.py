"""A small network that learns 500 digits by heart, with the right labels and with labels drawn.

In NumPy, all networks at once, as they see the same batches: SGD with momentum, until every label
is learned.
"""

from __future__ import annotations

import itertools
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.digit_experiments import load_digits
from kit.catalogue.over_seeds import DENSE, block_of
from kit.figures.overfitting._halved import hot_of
from kit.figures.overfitting._little import Weights, drawn_weights, move, outputs_of, slopes_of
from kit.plots.ends import End
from kit.plots.margins import write_note
from kit.plots.ranges import draw_range
from kit.plots.styling import SERIES, series_styles

__all__ = ["LABELS_OF_DIGITS", "dense_weights", "draw_by_heart", "learn_by_heart"]

LEARNED, ASKED, UNITS_BY_HEART, BATCH_BY_HEART = 500, 1_000, 32, 50
RATE_BY_HEART, MOMENTUM_BY_HEART, MOST_EPOCHS = 0.05, 0.9, 200
LABELS_OF_DIGITS = ("drawn", "right")


def dense_weights(*units: int) -> int:
    """n₁n₂ + n₂n₃ + ..., without biases.

    Examples
    --------
    >>> dense_weights(784, 1000, 1000, 10)
    1794000
    """
    return sum(a * b for a, b in itertools.pairwise(units))


def learn_by_heart(first: int, units: int) -> dict[str, Any]:
    """Train 784-units-10 with both kinds of labels, with each seed of a block.

    Returns
    -------
    dict
        ``source`` of the digits; ``weights`` of the network, without biases; ``runs``: by kind of
        labels and seed the share of the training labels that it gives, over the epochs, ``train``,
        the share of test digits that it recognises in the end, ``test``, and after how many
        epochs it had all training labels, ``epochs``, None if it never had.
    """
    digits = load_digits()
    x, x_test = (
        np.float32(some[:most]).reshape(most, -1)
        for some, most in ((digits.x_train, LEARNED), (digits.x_test, ASKED))
    )
    used = x.any(axis=0)  # weights of pixels that are always dark do not matter
    x, x_test = x[:, used], x_test[:, used]
    made = [(kind, seed) for kind in LABELS_OF_DIGITS for seed in block_of(first, DENSE)]
    labels = np.array([_labels(kind, seed, digits.y_train[:LEARNED]) for kind, seed in made])
    weights = drawn_weights([seed for _, seed in made], len(used), units)
    weights[0] = weights[0][:, used]
    kept, hot = [np.zeros_like(one) for one in weights], hot_of(labels)
    order = np.random.default_rng(first)
    right = [_right(weights, x, labels)]
    while len(right) <= MOST_EPOCHS and not (right[-1] == 1).all():
        for places in order.permutation(LEARNED).reshape(-1, BATCH_BY_HEART):
            slopes = slopes_of(weights, x[places], hot[:, places])
            move(weights, kept, slopes, RATE_BY_HEART, MOMENTUM_BY_HEART)
        right.append(_right(weights, x, labels))
    curves = np.transpose(right)  # (networks, epochs)
    test = _right(weights, x_test, digits.y_test[:ASKED])
    runs: dict[str, Any] = {kind: {} for kind in LABELS_OF_DIGITS}
    for k, (kind, seed) in enumerate(made):
        epochs = int((curves[k] == 1).argmax()) if (curves[k] == 1).any() else None
        runs[kind][seed] = {"train": curves[k], "test": float(test[k]), "epochs": epochs}
    return {"source": digits.source, "weights": dense_weights(784, units, 10), "runs": runs}


def _labels(kind: str, seed: int, right: np.ndarray) -> np.ndarray:
    if kind == "right":
        return right
    return np.random.default_rng([seed, 1]).integers(0, 10, size=len(right))


def _right(weights: Weights, x: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Share of the digits that each network reads as their labels say, (networks,)."""
    return np.asarray((outputs_of(weights, x)[1].argmax(axis=2) == labels).mean(axis=1))


def draw_by_heart(runs: Any, facts: Any) -> Any:
    """Bars of weights for each image, and the share of labels learned over the epochs."""
    figure, axes = plt.subplots(1, 2, width_ratios=[1, 1.15])
    _draw_ratios(axes[0], facts)
    ax, ends = axes[1], []
    words = {"drawn": "drawn labels,", "right": "right labels,"}
    for (kind, by_seed), look in zip(runs.items(), series_styles(2), strict=True):
        lines = np.array([one["train"] for one in by_seed.values()])  # (networks, epochs)
        middle = draw_range(ax, range(lines.shape[1]), lines, look | {"marker": ""})
        told = f"{words[kind]}\non test digits\n{facts['test'][kind]:.0%} right"
        ends.append(End(len(middle) - 1, 0.72 if kind == "right" else 0.4, told, look["color"]))
    ax.axhline(0.1, color=plt.rcParams["text.color"], ls=":", lw=1.5)
    ax.text(ax.get_xlim()[1], 0.09, "guessing", ha="right", va="top")
    ax.set(xlabel="epoch", ylabel="share of 500 labels learned", ylim=(0, 1.02))
    ax.set_title(f"784-{facts['units']}-10 on {facts['digits']} digits")
    for end in ends:
        ax.text(0.97, end.y, end.name, color=end.color, fontweight="bold", va="center", ha="right",
                transform=ax.transAxes)  # fmt: skip
    write_note(
        figure,
        f"Right: medians and ranges of {facts['networks']} networks for each kind of labels.",
    )
    return figure


def _draw_ratios(ax: Any, facts: Any) -> None:
    names = list(facts["each"])
    for place, name in enumerate(names):
        one = facts["each"][name]
        ours = name == "ours"
        look: dict[str, Any] = {"color": SERIES[2 if ours else 4][0]}
        if ours:
            look |= {"hatch": "//", "edgecolor": plt.rcParams["axes.facecolor"]}
        ax.barh(place, one["ratio"], **look)
        ax.annotate(f"{one['ratio']:.0f}", (one["ratio"], place), (6, 0), va="center",
                    textcoords="offset points")  # fmt: skip
    labels = [f"{facts['each'][name]['name']}\n{facts['each'][name]['data']}" for name in names]
    ax.set_yticks(range(len(names)), labels)
    ax.set(xlabel="weights for each training image", xlim=(0, 62), ylim=(len(names) - 0.5, -0.5))
    ax.set_title("More weights than images")
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x")
