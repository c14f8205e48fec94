"""The loss that the best constant answer to all samples has, for targets alone: NumPy.

For targets y the constant c that makes the mean loss least, and that loss:

    squared error       c = mean(y)                 the variance of y
    absolute error      c = median(y)               the mean distance from it
    binary crossentropy c = p = mean(y)             -p ln p - (1 - p) ln(1 - p)
    crossentropy        c = shares of the classes   -Σ p_k ln p_k

The entropies are the least by Gibbs's inequality: T. Cover and J. Thomas, "Elements of Information
Theory" (2006), theorem 2.6.3.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["CONSTANT_LOSSES"]


def _entropy(shares: np.ndarray) -> np.ndarray:
    """-p ln p of each; 0 where p is 0."""
    return np.asarray(-shares * np.log(np.where(shares > 0, shares, 1.0)))


def _of_squares(y: np.ndarray) -> float:
    return float(y.var(axis=0).mean())


def _of_distances(y: np.ndarray) -> float:
    return float(np.abs(y - np.median(y, axis=0)).mean())


def _of_either(y: np.ndarray) -> float:
    shares = np.clip(y.mean(axis=0), 0, 1)
    return float((_entropy(shares) + _entropy(1 - shares)).mean())


def _of_one_hot(y: np.ndarray) -> float:
    return float(_entropy(y.mean(axis=0)).sum(axis=-1).mean())


def _of_classes(y: np.ndarray) -> float:
    found = []
    for column in y.reshape(len(y), -1).T:  # one for each place that has an answer
        _, counts = np.unique(column, return_counts=True)
        found.append(float(_entropy(counts / counts.sum()).sum()))
    return float(np.mean(found))


CONSTANT_LOSSES: dict[str, Callable[[np.ndarray], float]] = {
    "mean_squared_error": _of_squares,
    "mean_absolute_error": _of_distances,
    "binary_crossentropy": _of_either,
    "categorical_crossentropy": _of_one_hot,
    "sparse_categorical_crossentropy": _of_classes,
}
"""By Keras's name of the loss, a function of the targets, (n, ...) float64."""
