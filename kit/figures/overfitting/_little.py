"""Networks of one hidden layer in NumPy, many at once: looked at after each step, fooled, dropped.

ReLU, softmax and cross-entropy, as `build_mlp` makes them; gradient descent with momentum. Weights
are a list W1 (networks, inputs, units), b1 (networks, 1, units), W2, b2, in float32.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

Weights: TypeAlias = "list[np.ndarray]"


def drawn_weights(seeds: Sequence[int], inputs: int, units: int) -> Weights:
    """He's start for the hidden layer, Glorot's for the ten outputs, biases of 0."""
    draws = [np.random.default_rng(seed) for seed in seeds]
    first = [rng.normal(0, (2 / inputs) ** 0.5, size=(inputs, units)) for rng in draws]
    second = [rng.normal(0, (2 / (units + 10)) ** 0.5, size=(units, 10)) for rng in draws]
    n = len(draws)
    biases = np.zeros((n, 1, units)), np.zeros((n, 1, 10))
    each = (np.array(first), biases[0], np.array(second), biases[1])
    return [one.astype(np.float32) for one in each]


def outputs_of(weights: Weights, x: np.ndarray, masks: Any = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Activations that the output layer gets, and probabilities, (networks, samples, 10).

    x is (samples, inputs) for all networks, or (networks, samples, inputs).
    """
    w1, b1, w2, b2 = weights
    if x.ndim == 2:  # one product for all networks
        joined = w1.swapaxes(0, 1).reshape(w1.shape[1], -1)
        a = (x @ joined).reshape(len(x), len(w1), -1).swapaxes(0, 1) + b1
    else:
        a = x @ w1 + b1
    np.maximum(a, 0, out=a)
    a *= masks
    z = a @ w2 + b2
    z -= z.max(axis=-1, keepdims=True)
    np.exp(z, out=z)
    return a, z / z.sum(axis=-1, keepdims=True)


def slopes_of(
    weights: Weights,
    x: np.ndarray,
    hot: np.ndarray,
    masks: Any = 1.0,
    *,
    by_x: bool = False,
) -> Any:
    """Gradients of the mean cross-entropy by the weights; or by x, (networks, samples, inputs).

    hot: targets (..., samples, 10), one of each ten is 1. masks: what is kept of each unit.
    """
    w1, _, w2, _ = weights
    a, off = outputs_of(weights, x, masks)
    off -= hot
    off /= np.float32(x.shape[-2])
    back = (off @ w2.swapaxes(1, 2)) * (a > 0) * masks
    if by_x:
        return back @ w1.swapaxes(1, 2)
    sums = back.sum(axis=1, keepdims=True), off.sum(axis=1, keepdims=True)
    return [x.swapaxes(-1, -2) @ back, sums[0], a.swapaxes(1, 2) @ off, sums[1]]


def move(weights: Weights, kept: Weights, slopes: Weights, rate: float, share: float) -> None:
    """One step of momentum, in place: u <- share u - rate g; w <- w + u."""
    for weight, u, slope in zip(weights, kept, slopes, strict=True):
        u *= np.float32(share)
        u -= np.float32(rate) * slope
        weight += u


def costs_of(weights: Weights, x: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each network the mean cross-entropy and the share of samples read wrong, (networks,)."""
    _, p = outputs_of(weights, x)
    of_label = np.take_along_axis(p, np.broadcast_to(labels, p.shape[:2])[..., None], axis=2)
    loss = -np.log(np.maximum(of_label[..., 0], 1e-30)).mean(axis=1)
    return loss, (p.argmax(axis=2) != labels).mean(axis=1)
