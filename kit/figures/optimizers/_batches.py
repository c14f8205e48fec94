"""Small regressions in NumPy, many at once, batch by batch: a wrong batch, rare features."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kit.figures.optimizers._rules import Rule, walk

RUNS, FEATURES, BATCH = 50, 5, 20
"""Logistic regressions at once, inputs of each, and samples in a batch."""


def sigmoid_of(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z)), for any z."""
    return np.asarray(0.5 * (1 + np.tanh(z / 2)))


def excess_of_a_bad_batch(
    rules: dict[str, Rule], seed: int, bad_at: int, steps: int, wrong: float
) -> dict[str, np.ndarray]:
    """What one batch with wrong labels costs, by rule: the median over 50 runs, (steps + 1,).

    Logistic regressions on 5 normal inputs, each with weights of its own to be found. Each is
    trained twice on the same batches, but for the labels of one: a share `wrong` is turned round.
    The cost is the test loss of the one less that of the other.
    """
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 2, size=(RUNS, FEATURES, 1))
    x = rng.normal(size=(steps, RUNS, BATCH, FEATURES))
    right = (rng.random((steps, RUNS, BATCH, 1)) < sigmoid_of(x @ truth)).astype(float)
    spoiled = right.copy()
    turned = rng.random(right[bad_at].shape) < wrong
    spoiled[bad_at] = np.where(turned, 1 - right[bad_at], right[bad_at])
    x_test = rng.normal(size=(RUNS, 300, FEATURES))
    y_test = (rng.random((RUNS, 300, 1)) < sigmoid_of(x_test @ truth)).astype(float)

    def test_loss(rule: Rule, y: np.ndarray) -> np.ndarray:
        batches = iter(zip(x, y, strict=True))

        def slope(theta: np.ndarray) -> np.ndarray:  # (runs, features, 1)
            inputs, labels = next(batches)
            return inputs.swapaxes(1, 2) @ (sigmoid_of(inputs @ theta) - labels) / BATCH

        path = walk(rule, slope, np.zeros(truth.shape), steps)
        z = x_test @ path  # (steps + 1, runs, 300, 1)
        return (np.logaddexp(0, z) - y_test * z).mean(axis=(2, 3))

    return {
        name: np.median(test_loss(rule, spoiled) - test_loss(rule, right), axis=1)
        for name, rule in rules.items()
    }


def errors_by_frequency(
    make: Callable[[Any], Rule], rates: np.ndarray, seed: int, often: Sequence[float], steps: int
) -> np.ndarray:
    """Distance of each weight from the true one, 1: medians over 50 runs.

    Linear regressions, noise of 0.1, batches of 10; a feature is a normal number in so many of the
    samples and else 0. Each rate walks the same batches.

    Returns
    -------
    np.ndarray
        (steps + 1, rates, features).
    """
    rng = np.random.default_rng(seed)
    shape = (steps, RUNS, 10, len(often))
    x = rng.normal(size=shape) * (rng.random(shape) < np.array(often))
    y = x.sum(axis=-1, keepdims=True) + rng.normal(0, 0.1, size=(*shape[:3], 1))
    batches = iter(zip(x, y, strict=True))

    def slope(theta: np.ndarray) -> np.ndarray:  # (rates, runs, features)
        inputs, targets = next(batches)
        off = inputs @ theta[..., None] - targets
        return (inputs.swapaxes(1, 2) @ off / 10)[..., 0]

    start = np.zeros((len(rates), RUNS, len(often)))
    path = walk(make(rates[:, None, None]), slope, start, steps)
    return np.asarray(np.median(np.abs(path - 1), axis=2))


def best_errors(
    make: Callable[[Any], Rule], rates: np.ndarray, seed: int, often: Sequence[float], steps: int
) -> np.ndarray:
    """`errors_by_frequency` of the rate that ends best on other data: (steps + 1, features)."""
    with np.errstate(all="ignore"):  # rates that are too high diverge
        tried = errors_by_frequency(make, rates, seed + 1000, often, steps)[-1].mean(axis=-1)
    best = np.argmin(np.where(np.isfinite(tried), tried, np.inf))
    return errors_by_frequency(make, rates[[best]], seed, often, steps)[:, 0]
