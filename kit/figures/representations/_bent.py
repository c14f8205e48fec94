"""Networks of two inputs and two hidden units on the two parabolas, trained in NumPy at one go.

One tanh layer and a sigmoid unit, cross-entropy, plain gradient descent on batches of ten, from
Glorot's uniform weights: as Keras trains them, to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians

__all__ = [
    "BENT_EPOCHS",
    "BENT_POINTS",
    "WRONG_EPOCHS",
    "WRONG_SHARE",
    "best_line",
    "bent_data",
    "forward_bent",
]
__all__ += ["of_networks", "planes_of", "start_bent", "straightness", "train_bent"]
__all__ += ["updated_bent"]

BENT_EPOCHS, BENT_POINTS = 40, 300
"""Of a training; and of its data, half of them on each parabola."""

WRONG_EPOCHS = 80
"""Of a training with wrong labels, by which some networks are still held up at 40."""

WRONG_SHARE = 0.1
"""Of the labels, that are turned where some are to be wrong."""

_BATCH, _ANGLES, _GRID = 10, 180, 61

Weights = tuple[np.ndarray, ...]
"""W1 (..., 2, 2), b1 (..., 1, 2), W2 (..., 2, 1), b2 (..., 1, 1)."""


def bent_data(seed: int, turned: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs (n, 2), labels (n,) as the network is told them, and which are wrong (n,).

    Class 0 lies on x2 = x1², class 1 half a unit below, x1 evenly drawn from -1 to 1.
    """
    rng = np.random.default_rng([seed, 1])
    x1 = rng.uniform(-1, 1, BENT_POINTS)
    y = np.repeat([0.0, 1.0], BENT_POINTS // 2)
    wrong = np.zeros(BENT_POINTS, bool)
    wrong[rng.choice(BENT_POINTS, round(turned * BENT_POINTS), replace=False)] = True
    X = np.stack([x1, x1**2 - 0.5 * y], axis=-1)
    return X.astype(np.float32), np.where(wrong, 1 - y, y).astype(np.float32), wrong


def start_bent(seed: int) -> Weights:
    """Glorot's uniform weights, and biases of 0."""
    rng = np.random.default_rng([seed, 2])
    kernels = [rng.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape)) for shape in ((2, 2), (2, 1))]
    both = (kernels[0], np.zeros((1, 2)), kernels[1], np.zeros((1, 1)))
    return tuple(one.astype(np.float32) for one in both)


def forward_bent(
    X: np.ndarray, weights: Sequence[np.ndarray], activation: str = "tanh"
) -> tuple[np.ndarray, np.ndarray]:
    """Activations of the hidden units (..., n, 2), and probabilities of class 1 (..., n)."""
    W1, b1, W2, b2 = weights
    h = X @ W1 + b1
    if activation == "tanh":
        h = np.tanh(h)
    z = (h @ W2 + b2)[..., 0]
    return h, 0.5 * (1 + np.tanh(z / 2))


def updated_bent(
    weights: Sequence[np.ndarray], X: np.ndarray, y: np.ndarray, rate: float, activation: str
) -> Weights:
    """The weights after a step down the gradient of the mean cross-entropy of a batch."""
    h, p = forward_bent(X, weights, activation)
    delta = ((p - y) / y.shape[-1])[..., None]  # (..., n, 1)
    back = delta @ np.swapaxes(weights[2], -1, -2)  # (..., n, 2)
    if activation == "tanh":
        back = back * (1 - h * h)
    gradients = (
        np.swapaxes(X, -1, -2) @ back, back.sum(axis=-2, keepdims=True),
        np.swapaxes(h, -1, -2) @ delta, delta.sum(axis=-2, keepdims=True),
    )  # fmt: skip
    return tuple(w - np.float32(rate) * g for w, g in zip(weights, gradients, strict=True))


def train_bent(
    first: int,
    activation: str = "tanh",
    rate: float = 0.5,
    turned: float = 0.0,
    epochs: int = BENT_EPOCHS,
) -> dict[int, Weights]:
    """The weights of each network of a block, by its seed; in each array the epochs first."""
    seeds = block_of(first, DENSE)
    data = [bent_data(seed, turned) for seed in seeds]
    X, y = (np.stack([one[k] for one in data]) for k in (0, 1))  # (seeds, n, 2), (seeds, n)
    rngs = [np.random.default_rng([seed, 3]) for seed in seeds]
    weights: Weights = tuple(map(np.stack, zip(*map(start_bent, seeds), strict=True)))
    kept, network = [weights], np.arange(len(seeds))[:, None]
    for _ in range(epochs):
        order = np.stack([rng.permutation(BENT_POINTS) for rng in rngs])
        for begin in range(0, BENT_POINTS, _BATCH):
            batch = (network, order[:, begin : begin + _BATCH])
            weights = updated_bent(weights, X[batch], y[batch], rate, activation)
        kept.append(weights)
    by_kind = [np.stack(one) for one in zip(*kept, strict=True)]  # (epochs, seeds, ...) each
    return {seed: tuple(one[:, k] for one in by_kind) for k, seed in enumerate(seeds)}


def best_line(points: np.ndarray, labels: np.ndarray) -> float:
    """The largest share of points that a straight line gets right, (n, 2) and (n,).

    Of lines in 180 directions, a degree apart, each at every place between two points.
    """
    angles = np.pi * np.arange(_ANGLES) / _ANGLES
    along = points @ np.stack([np.cos(angles), np.sin(angles)])  # (n, angles)
    order = np.argsort(along, axis=0)
    ones = np.cumsum(labels[order] == 1, axis=0)
    before = np.arange(1, len(labels) + 1)[:, None]
    right = before - ones + (labels == 1).sum() - ones  # class 0 before, class 1 after
    behind = np.diff(np.take_along_axis(along, order, 0), axis=0, append=np.inf)
    right = right[behind > 1e-6]  # no line goes between two that are at one place
    return float(max(right.max(), len(labels) - right.min())) / len(labels)


def straightness(views: Facts, epoch: int) -> float:
    """Share of the plane's points, 21 by 21, at which a straight line gives its answer."""
    places = views["grid"][::3, ::3].reshape(-1, 2)
    said = (views["grid_probabilities"][epoch][::3, ::3] > 0.5).ravel()
    return best_line(places, said.astype(int))


def planes_of(seed: int, weights: Sequence[np.ndarray], activation: str) -> Facts:
    """What a network makes of its data and of the plane around them, as arrays with epochs first.

    Keys as the attributes of `kit.recordings.Representation`.
    """
    X, y, _ = bent_data(seed)
    low, high = X.min(axis=0) - 0.15, X.max(axis=0) + 0.15
    sides = [np.linspace(a, b, _GRID, dtype=np.float32) for a, b in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*sides), axis=-1)  # (rows, columns, 2)
    hidden, p = forward_bent(X, weights, activation)
    grid_hidden, grid_p = forward_bent(grid.reshape(-1, 2), weights, activation)
    line = np.concatenate([weights[2][..., 0], weights[3][..., 0]], axis=-1)  # (epochs, 3)
    return {
        "inputs": X, "labels": y, "hidden": hidden, "probabilities": p, "line": line, "grid": grid,
        "grid_hidden": grid_hidden.reshape(-1, *grid.shape),
        "grid_probabilities": grid_p.reshape(-1, *grid.shape[:2]),
    }  # fmt: skip


def of_networks(lab: Lab, seed: int, each: Any, **how: Any) -> tuple[int, Any, Facts]:
    """The first seed that is shown, its weights, and the medians of the facts of all shown.

    Parameters
    ----------
    lab, seed
        Of the figure.
    each
        From a seed and its weights to facts.
    how
        As for `train_bent`.
    """
    shown = lab.seeds(seed, of=DENSE)
    nets: Mapping[int, Weights] = lab.run(train_bent, first=block_of(seed, DENSE)[0], **how)
    facts = medians([each(one, nets[one]) for one in shown])
    return shown[0], nets[shown[0]], facts | {"networks": len(shown), "points": BENT_POINTS}
