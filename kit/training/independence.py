r"""The variance of a layer's weights, as drawn or now, and whether they can be independent draws.

A matrix of n x m independent weights of variance σ² has no singular value much beyond
σ(√n + √m): above it by 3σ with a probability under e^(-4.5) (K. Davidson and S. Szarek, "Local
operator theory, random matrices and Banach spaces", 2001, for normal ones). Trained weights have
some.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import keras
import numpy as np

__all__ = ["Variance", "drawn_moment", "weight_variance"]

_KEPT = 0.87962566103423978  # std of a standard normal that is cut at ±2
_BEYOND = 3.0  # in σ, a singular value beyond the edge
_ALIKE = 6.0  # in 1/√size, the correlation of two kernels
_OTHER = 6.0  # standard errors, of the variance that was drawn


class Variance(NamedTuple):
    """Second moments of a layer's weights and biases, and why theory need not hold with them."""

    weight: float
    bias: float
    doubt: str = ""


def weight_variance(layer: keras.layers.Layer, weights: str, seen: list[np.ndarray]) -> Variance:
    """What theory takes of a layer with kernel.

    Parameters
    ----------
    layer
        Dense or convolutional, built.
    weights
        ``"drawn"``: of its initializer where that is known; ``"now"``: of the weights.
    seen
        Kernels of the layers before, to which this one's is added: two must not be the same.
    """
    kernel = np.asarray(layer.kernel, np.float64)
    now = float((kernel**2).mean())
    drawn = drawn_moment(layer.kernel_initializer, kernel.shape)
    bias = 0.0
    if layer.use_bias:
        bias = float((np.asarray(layer.bias, np.float64) ** 2).mean())
        of_bias = drawn_moment(layer.bias_initializer, layer.bias.shape)
        bias = bias if weights == "now" or of_bias is None else of_bias
    doubt = _dependence(kernel, now, seen)
    seen.append(kernel)
    if weights == "now" or drawn is None:
        return Variance(now, bias, doubt)
    error = math.sqrt(2 / kernel.size) * drawn  # of normal weights
    if not doubt and abs(now - drawn) > _OTHER * error + 1e-6 * drawn:
        doubt = (
            f"its weights have σ = {math.sqrt(now):.2g}, and are drawn with "
            f'{math.sqrt(drawn):.2g}: trained, or set (weights="now" takes them as they are)'
        )
    return Variance(drawn, bias, doubt)


def drawn_moment(
    initializer: keras.initializers.Initializer | None, shape: tuple[int, ...]
) -> float | None:
    """The second moment of what one of Keras's initializers draws; None of another.

    Parameters
    ----------
    initializer
        An instance.
    shape
        Of the kernel.

    Examples
    --------
    >>> drawn_moment(keras.initializers.HeNormal(), (50, 10))
    0.04
    """
    kinds = keras.initializers
    if isinstance(initializer, kinds.VarianceScaling):
        return float(initializer.scale / _fan(shape, initializer.mode))
    if isinstance(initializer, kinds.TruncatedNormal):
        return float(initializer.mean**2 + (_KEPT * initializer.stddev) ** 2)
    if isinstance(initializer, kinds.RandomNormal):
        return float(initializer.mean**2 + initializer.stddev**2)
    if isinstance(initializer, kinds.RandomUniform):
        low, high = float(initializer.minval), float(initializer.maxval)
        return (low * low + low * high + high * high) / 3
    if isinstance(initializer, kinds.Orthogonal):
        rows, columns = int(np.prod(shape[:-1])), shape[-1]
        return float(initializer.gain**2 / max(rows, columns))
    if isinstance(initializer, kinds.Zeros):
        return 0.0
    return None


def _fan(shape: tuple[int, ...], mode: str) -> float:
    window = int(np.prod(shape[:-2]))
    fan_in, fan_out = shape[-2] * window, shape[-1] * window
    return {"fan_in": fan_in, "fan_out": fan_out}.get(mode, (fan_in + fan_out) / 2)


def _dependence(kernel: np.ndarray, now: float, seen: list[np.ndarray]) -> str:
    """Why weights are no independent draws; nothing where they can be."""
    if not now:
        return "all its weights are 0"
    if kernel.size > 1 and np.ptp(kernel) == 0:
        return "all its weights are equal"
    for other in seen:
        if other.shape == kernel.shape and kernel.size > 36:
            alike = float((other * kernel).mean()) / math.sqrt(now * float((other**2).mean()))
            if abs(alike) > _ALIKE / math.sqrt(kernel.size):
                return "its weights go with those of a layer before it"
    matrix = kernel.reshape(-1, kernel.shape[-1])
    edge = math.sqrt(now) * (sum(map(math.sqrt, matrix.shape)) + _BEYOND)
    largest = _largest(matrix)
    if largest > edge:
        return (
            f"its weights are not independent: they stretch one direction {largest:.3g}-fold, and "
            f"independent ones would by {edge:.3g} at most"
        )
    return ""


def _largest(matrix: np.ndarray) -> float:
    """The largest singular value, by the smaller of the two products."""
    small = matrix.T @ matrix if matrix.shape[1] <= matrix.shape[0] else matrix @ matrix.T
    if len(small) <= 512:
        return math.sqrt(max(float(np.linalg.eigvalsh(small)[-1]), 0.0))
    vector = np.random.default_rng(0).normal(size=len(small))
    for _ in range(60):
        vector = small @ vector
        vector /= np.linalg.norm(vector)
    return math.sqrt(float(vector @ small @ vector))
