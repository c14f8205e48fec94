"""Deep networks that are measured and not trained: forwards and backwards in NumPy.

Backpropagation as the lectures have it: δ of a layer is (δ of the next · Wᵀ) times the slope of the
activation function, and the gradient is aᵀ δ / n.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

WIDTH_OF_DEEP = 100
SAMPLES_OF_DEEP = 50


def logistic(z: np.ndarray) -> np.ndarray:
    """The sigmoid, of any size without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


SLOPED: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "sigmoid": (logistic, lambda z: logistic(z) * logistic(-z)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
}
"""An activation function and its slope."""


class DeepPass(NamedTuple):
    """Of each hidden layer: z (samples, units), and the norms of delta and of the gradient."""

    z: list[np.ndarray]
    delta: list[float]
    gradient: list[float]


@lru_cache(maxsize=12)
def square_kernels(seed: int, layers: int) -> tuple[np.ndarray, ...]:
    """Normal weights of variance 1/inputs: hidden layers of as many inputs as units, one output."""
    rng = np.random.default_rng([seed, layers])
    shapes = [(WIDTH_OF_DEEP, WIDTH_OF_DEEP)] * layers + [(WIDTH_OF_DEEP, 1)]
    return tuple(rng.normal(0, WIDTH_OF_DEEP**-0.5, shape) for shape in shapes)


def pass_through(
    x: np.ndarray, y: np.ndarray, kernels: Sequence[np.ndarray], activation: str, wide: float = 1.0
) -> DeepPass:
    """Once forwards and backwards, without biases; one sigmoid output, binary cross-entropy.

    Parameters
    ----------
    x, y
        (samples, inputs) and (samples, 1) of 0 and 1.
    kernels
        Of all layers, the output's at the end.
    activation
        Of the hidden layers.
    wide
        By what the kernels of the hidden layers are multiplied.
    """
    function, slope = SLOPED[activation]
    inputs, z = [x], []
    for kernel in kernels[:-1]:
        z.append(wide * (inputs[-1] @ kernel))
        inputs.append(function(z[-1]))
    back = logistic(inputs[-1] @ kernels[-1]) - y  # (samples, 1)
    found: list[tuple[float, float]] = []
    for k in reversed(range(len(z))):
        by = wide if k < len(z) - 1 else 1.0
        back = by * (back @ kernels[k + 1].T) * slope(z[k])  # (samples, units)
        gradient = inputs[k].T @ back / len(x)
        found.append((float(np.linalg.norm(back)), float(np.linalg.norm(gradient))))
    delta, gradients = zip(*reversed(found), strict=True)
    return DeepPass(z, list(delta), list(gradients))


def measured_square(
    seed: int, layers: int, sigma: float, activation: str, positive: bool = False
) -> DeepPass:
    """A network of square layers, drawn with a seed, on normal inputs, four of five positive.

    Parameters
    ----------
    sigma
        Std of the hidden layers' weights times the root of their inputs.
    positive
        Whether the weights have their sizes alone: then their mean is not 0.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(SAMPLES_OF_DEEP, WIDTH_OF_DEEP))
    y = rng.permutation(np.arange(SAMPLES_OF_DEEP) % 5 > 0)[:, None]
    kernels = square_kernels(seed, layers)
    if positive:
        kernels = tuple(map(np.abs, kernels))
    return pass_through(x, y, kernels, activation, sigma)


def over_seeds_of(
    seeds: Sequence[int], points: Sequence[Any], of_one: Callable[[int, Any], float]
) -> np.ndarray:
    """(seeds, points) of what a network gives, which is drawn with a seed."""
    pairs = itertools.product(seeds, points)
    return np.reshape([of_one(*pair) for pair in pairs], (len(seeds), len(points)))
