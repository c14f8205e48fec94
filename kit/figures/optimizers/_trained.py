"""Small networks in NumPy, many at once, each with a rate of its own: every rule trains them.

The networks have ReLU units. Their weights lie in rows, so that a rule of `_rules` walks all of
them as one array.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from kit.figures.optimizers._rules import Rule
from kit.training import batch_order


class Task(NamedTuple):
    """What is learned: inputs (n, features), targets, and units of each layer, inputs first.

    Targets are 0 or 1, (n, 1), for one sigmoid output, or one-hot, (n, classes), for a softmax.
    """

    x: np.ndarray
    y: np.ndarray
    sizes: tuple[int, ...]


class Trained(NamedTuple):
    """The mean loss of each epoch's batches, (epochs, seeds, networks), and weights at the end.

    Each batch counts before its update, as in what `fit` reports.
    """

    losses: np.ndarray
    theta: np.ndarray


def started(sizes: Sequence[int], seeds: Sequence[int]) -> np.ndarray:
    """He's normal weights and biases of 0, layer by layer: (seeds, weights) float32."""
    rows = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        row = [
            part
            for n, units in pairwise(sizes)
            for part in (rng.normal(0, (2 / n) ** 0.5, n * units), np.zeros(units))
        ]
        rows.append(np.concatenate(row))
    return np.array(rows, "float32")


def layers_of(theta: np.ndarray, sizes: Sequence[int]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Kernels (..., n, units) and biases (..., 1, units), as views of (..., weights)."""
    found, at = [], 0
    for n, units in pairwise(sizes):
        kernel = theta[..., at : at + n * units].reshape(*theta.shape[:-1], n, units)
        at += n * units
        found.append((kernel, theta[..., None, at : at + units]))
        at += units
    return found


def forward(layers: Sequence[tuple[np.ndarray, np.ndarray]], x: np.ndarray) -> list[np.ndarray]:
    """What enters each layer, and last z of the output, (..., samples, units)."""
    entering = [x]
    for k, (kernel, bias) in enumerate(layers, start=1):
        z = entering[-1] @ kernel
        z += bias
        entering.append(z if k == len(layers) else np.maximum(z, 0, out=z))
    return entering


def cost_and_delta(z: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cross-entropy, its mean over the samples, (...), and delta of the output."""
    if y.shape[-1] == 1:
        cost = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
        return cost.mean(axis=(-2, -1)), 0.5 * (1 + np.tanh(z / 2)) - y
    low = z - z.max(axis=-1, keepdims=True)
    share = np.exp(low)
    total = share.sum(axis=-1, keepdims=True)
    cost = np.log(total) - (low * y).sum(axis=-1, keepdims=True)
    return cost.mean(axis=(-2, -1)), share / total - y


def slopes(
    theta: np.ndarray, sizes: Sequence[int], x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The loss (...) and its gradient (..., weights), of samples (..., n, features)."""
    layers, gradient = layers_of(theta, sizes), np.empty_like(theta)
    entering = forward(layers, x)
    cost, delta = cost_and_delta(entering[-1], y)
    delta = delta / x.shape[-2]
    for k, (kernel, bias) in reversed(list(enumerate(layers_of(gradient, sizes)))):
        np.matmul(entering[k].swapaxes(-1, -2), delta, out=kernel)
        delta.sum(axis=-2, keepdims=True, out=bias)
        if k:
            delta = delta @ layers[k][0].swapaxes(-1, -2)
            delta *= entering[k] > 0
    return cost, gradient


def batches_of(
    task: Task, seeds: Sequence[int], batch: int, epochs: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Inputs and targets (seeds, 1, batch, ...) of each update, in the order that `fit` has."""
    for epoch in range(epochs):
        order = np.array([batch_order(len(task.x), seed, epoch) for seed in seeds])
        for at in range(0, order.shape[1], batch):
            places = order[:, None, at : at + batch]
            yield task.x[places], task.y[places]


def train(
    task: Task, rule: Rule, seeds: Sequence[int], networks: int, batch: int, epochs: int
) -> Trained:
    """Train so many networks from the start of each seed; all batches must have one size.

    The rule's rates broadcast against (seeds, networks, weights).
    """
    theta = np.repeat(started(task.sizes, seeds)[:, None], networks, axis=1)
    kept: dict[str, Any] = defaultdict(float)
    losses: list[np.ndarray] = []
    with np.errstate(all="ignore"):  # rates that are too high diverge
        for x, y in batches_of(task, seeds, batch, epochs):
            kept["t"] += 1

            def slope(theta: np.ndarray, x: Any = x, y: Any = y) -> np.ndarray:
                cost, gradient = slopes(theta, task.sizes, x, y)
                losses.append(cost)
                return gradient

            theta = rule(slope, theta, kept)
    of_batches = np.array(losses).reshape(epochs, -1, len(seeds), networks)
    return Trained(of_batches.mean(axis=1), theta)


def silent(theta: np.ndarray, task: Task) -> np.ndarray:
    """Whether all units of the last hidden layer give 0 for all inputs, (...)."""
    with np.errstate(all="ignore"):
        last = forward(layers_of(theta, task.sizes), task.x)[-2]
    return np.asarray((last == 0).all(axis=(-2, -1)))
