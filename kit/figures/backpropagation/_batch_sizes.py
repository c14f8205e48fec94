"""One network trained with minibatches of 1, of 32 and of all data: by epoch, update and second.

In NumPy, ten networks at once, so that the loss is known within an epoch too.
"""

from __future__ import annotations

import time
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.over_seeds import DENSE, block_of
from kit.plots.styling import series_styles
from kit.training import batch_order

__all__ = ["HALF_LOSS", "RATE_OF_SIZES", "draw_sizes", "needed", "train_sizes"]

UPDATES_OF_SIZE = {1: (2_000, 20), 32: (800, 8), 1_000: (600, 10)}
"""By the size of the minibatch: updates, and how many from one look at the loss to the next."""

RATE_OF_SIZES, HALF_LOSS = 0.05, float(np.log(2) / 2)
_UNITS, _TIMED = 20, 30
_OF = ("epoch", "update", "second")


def train_sizes(first: int) -> dict[str, Any]:
    """Train two layers of 20 ReLU units on the ball data, with each seed of a block.

    Returns
    -------
    dict
        ``seconds`` of an update in Keras, by size: the least of 30. ``losses``: by size and seed
        the loss on all data, (looks,), from before the first update on.
    """
    from kit.datasets.ball import load_data
    from kit.models import build_block

    X, y = load_data()
    seeds = block_of(first, DENSE)
    models = [
        build_block("relu", "he_normal", n_layers=2, units=_UNITS, seed=seed) for seed in seeds
    ]
    starts = [np.stack(some) for some in zip(*(m.get_weights() for m in models), strict=True)]
    found: dict[str, Any] = {"seconds": {}, "losses": {}}
    for size, (updates, every) in UPDATES_OF_SIZE.items():
        weights = [one.copy() if one.ndim == 3 else one[:, None].copy() for one in starts]
        looks = []
        for update in range(updates + 1):
            if update % every == 0:
                looks.append(_loss_of(weights, X, y))
            _update(weights, X, y, [_batch(seed, update, size, len(X)) for seed in seeds])
        by_seed = np.array(looks).T  # (networks, looks)
        found["losses"][size] = dict(zip(seeds, by_seed, strict=True))
    found["seconds"] = _seconds_of_updates(models[0], X, y)
    return found


def _seconds_of_updates(model: Any, X: Any, y: Any) -> dict[int, float]:
    """What an update takes in Keras, by size: the least of 30, taken in turns."""
    import keras

    model.compile(keras.optimizers.SGD(RATE_OF_SIZES), "binary_crossentropy")
    times: dict[int, list[float]] = {size: [] for size in UPDATES_OF_SIZE}
    for turn in range(_TIMED + 3):  # the first are traced
        for size, some in times.items():
            begun = time.perf_counter()
            model.train_on_batch(X[:size], y[:size])
            if turn >= 3:
                some.append(time.perf_counter() - begun)
    return {size: min(some) for size, some in times.items()}


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


def _along(size: int, updates: Any, seconds: float) -> dict[str, Any]:
    """How far some updates are, in each unit, on 1,000 points."""
    return {"epoch": updates * size / 1_000, "update": updates, "second": updates * seconds}


def needed(losses: Any, size: int, seconds: float) -> dict[str, float]:
    """After how many epochs, updates and seconds the loss is halved; the end, if it is not."""
    under, every = losses < HALF_LOSS, UPDATES_OF_SIZE[size][1]
    looks = int(under.argmax()) if under.any() else len(losses)
    return {f"{of}s": float(one) for of, one in _along(size, looks * every, seconds).items()}


def draw_sizes(data: Any) -> Any:
    """The loss by epoch, by update and by second: medians and ranges, a curve for each size."""
    figure, axes = plt.subplots(1, 3, sharey=True)
    names = {1: "m = 1", 32: "m = 32", 1_000: "m = n"}
    for ax, of in zip(axes, _OF, strict=True):
        for (size, words), look in zip(names.items(), series_styles(3), strict=True):
            lines = np.array(list(data["losses"][size].values()))[:, 1:]  # (networks, looks)
            updates = np.arange(1, lines.shape[1] + 1) * UPDATES_OF_SIZE[size][1]
            x, middle = _along(size, updates, data["seconds"][size])[of], np.median(lines, axis=0)
            ax.plot(x, middle, color=look["color"], ls=look["linestyle"])
            band = {"color": look["color"], "alpha": 0.18, "linewidth": 0}
            ax.fill_between(x, lines.min(axis=0), lines.max(axis=0), **band)
            if of == "epoch":
                ax.annotate(
                    words, (x[-1], middle[-1]), xytext=(8, -6), textcoords="offset points",
                    color=look["color"], fontweight="bold", ha="right", va="top",
                )  # fmt: skip
        ax.axhline(HALF_LOSS, color=plt.rcParams["text.color"], lw=1, ls=":")
        ax.set(xscale="log", xlabel=f"{of}s (log scale)", title=f"By {of}", ylim=(0, 0.85))
    axes[0].set_ylabel("loss on all data")
    return figure
