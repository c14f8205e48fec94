"""One network trained with minibatches of 1, of 32 and of all data: by epoch and by update.

In NumPy, ten networks at once, so that the loss is known within an epoch too.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of
from kit.plots.margins import write_note
from kit.plots.styling import series_styles
from kit.training import batch_order

__all__ = ["HALF_LOSS", "RATE_OF_SIZES", "draw_sizes", "needed", "train_sizes"]

UPDATES_OF_SIZE = {1: (2_000, 20), 32: (800, 8), 1_000: (600, 10)}
"""By the size of the minibatch: updates, and how many from one look at the loss to the next."""

RATE_OF_SIZES, HALF_LOSS = 0.05, float(np.log(2) / 2)  # ln 2 is the loss of guessing
_UNITS = 20
_SPANS = {"epoch": (1.4e-2, 1e3), "update": (1.4, 1e4)}
"""What is drawn of each: Axes as wide as their decades, so that both rulers are the same."""

_NAMES: dict[int, Any] = {
    1: ("m = 1", (8, -6), (14, 0)),
    32: ("m = 32", (8, -6), (14, -2)),
    1_000: ("m = n", (8, -6), (-8, 0)),
}
"""In words, and how far from a curve's end these stand, in points, in each panel."""


def train_sizes(first: int) -> dict[int, Any]:
    """Train two layers of 20 ReLU units on the ball data, with each seed of a block.

    Returns
    -------
    dict
        By size and seed the loss on all data, (looks,), from before the first update on.
    """
    from kit.datasets.ball import load_data
    from kit.models import build_block

    X, y = load_data()
    seeds = block_of(first, DENSE)
    models = [
        build_block("relu", "he_normal", n_layers=2, units=_UNITS, seed=seed) for seed in seeds
    ]
    starts = [np.stack(some) for some in zip(*(m.get_weights() for m in models), strict=True)]
    found: dict[int, Any] = {}
    for size, (updates, every) in UPDATES_OF_SIZE.items():
        weights = [one.copy() if one.ndim == 3 else one[:, None].copy() for one in starts]
        looks = []
        for update in range(updates + 1):
            if update % every == 0:
                looks.append(_loss_of(weights, X, y))
            _update(weights, X, y, [_batch(seed, update, size, len(X)) for seed in seeds])
        by_seed = np.array(looks).T  # (networks, looks)
        found[size] = dict(zip(seeds, by_seed, strict=True))
    return found


def _batch(seed: int, update: int, size: int, n: int) -> np.ndarray:
    """Places (size,) of the samples of an update; the last of an epoch may be fewer in `fit`."""
    per_epoch = n // size
    at = update % per_epoch * size
    if size == n:
        return np.arange(n)
    return batch_order(n, seed, update // per_epoch)[at : at + size]


def _forward(weights: Any, x: Any) -> tuple[list[Any], Any]:
    """Activations entering each layer, (networks, samples, units), and z of the output."""
    entering = [x]
    for w, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        entering.append(np.maximum(entering[-1] @ w + b, 0))
    return entering, entering[-1] @ weights[-2] + weights[-1]


def _loss_of(weights: Any, X: Any, y: Any) -> Any:
    z = _forward(weights, X[None])[1]
    return (np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).mean(axis=(1, 2))


def _update(weights: Any, X: Any, y: Any, places: Any) -> None:
    """One step of each network on samples of its own."""
    x, target = X[np.array(places)], y[np.array(places)]  # (networks, samples, ...)
    entering, z = _forward(weights, x)
    delta = (1 / (1 + np.exp(-z)) - target) / x.shape[1]
    for k in range(len(weights) - 2, -1, -2):
        a = entering[k // 2]
        gradients = a.swapaxes(1, 2) @ delta, delta.sum(axis=1, keepdims=True)
        if k:
            delta = (delta @ weights[k].swapaxes(1, 2)) * (a > 0)
        for place, gradient in zip((k, k + 1), gradients, strict=True):
            weights[place] -= RATE_OF_SIZES * gradient


def _along(size: int, updates: Any) -> dict[str, Any]:
    """How far some updates are, in each unit, on 1,000 points."""
    return {"epoch": updates * size / 1_000, "update": updates}


def needed(losses: Any, size: int) -> dict[str, float]:
    """After how many epochs and updates the loss is half of ln 2; the end, if it never is."""
    under, every = losses < HALF_LOSS, UPDATES_OF_SIZE[size][1]
    looks = int(under.argmax()) if under.any() else len(losses)
    return {f"{of}s": float(one) for of, one in _along(size, looks * every).items()}


def draw_sizes(losses: Any, networks: int) -> Any:
    """The loss by epoch and by update: medians and ranges, a curve for each size.

    losses: by size and seed; networks: how many seeds, for the key.
    """
    decades = [np.log10(high / low) for low, high in _SPANS.values()]
    figure, axes = plt.subplots(1, 2, sharey=True, width_ratios=decades)
    small = 0.85 * plt.rcParams["font.size"]
    for ax, (of, span) in zip(axes, _SPANS.items(), strict=True):
        for size, look in zip(_NAMES, series_styles(3), strict=True):
            lines = np.array(list(losses[size].values()))[:, 1:]  # (networks, looks)
            updates = np.arange(1, lines.shape[1] + 1) * UPDATES_OF_SIZE[size][1]
            x, middle = _along(size, updates)[of], np.median(lines, axis=0)
            ax.plot(x, middle, color=look["color"], ls=look["linestyle"])
            band = {"color": look["color"], "alpha": 0.18, "linewidth": 0}
            ax.fill_between(x, lines.min(axis=0), lines.max(axis=0), **band)
            words, (right, up) = _NAMES[size][0], _NAMES[size][1 if of == "epoch" else 2]
            ax.annotate(
                words, (x[-1], middle[-1]), xytext=(right, up), textcoords="offset points",
                color=look["color"], fontweight="bold", ha="right" if right < 10 else "left",
                va="top" if up < 0 else "center",
            )  # fmt: skip
        ax.axhline(HALF_LOSS, color=plt.rcParams["text.color"], lw=1, ls=":")
        ax.set(xscale="log", xlim=span, xlabel=f"{of}s (log scale)", title=f"By {of}")
    axes[0].set(ylabel="loss on all data", ylim=(0, 0.9))
    axes[1].text(
        1.7, HALF_LOSS - 0.01, "half the loss of\nguessing, ln 2", va="top", fontsize=small
    )
    write_note(
        figure,
        "m: points in a minibatch, of n = 1,000. Line: median; band: range of "
        f"{networks} networks. A decade is as wide on the left as on the right.",
    )
    return figure
