"""A small CNN for digits in NumPy, so that several can be trained in seconds.

Two 5x5 convolutions as large as their input, each with 2x2 max-pooling and ReLU, and a softmax
layer: what `build_mnist_cnn` makes with few filters and without dropout. Arrays have the channels
first, (channels, n, height, width): each of the 25 places of a kernel is then one slice, and a
convolution one product. Weights are a list: kernels (filters, 25 channels), biases (filters, 1), of
both convolutions, weights (inputs, 10), biases (10,); all float32.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from kit.figures.overfitting._little import move

__all__ = ["FIELD", "FILTERS_OF_SMALL", "SmallCNN", "drawn_small_cnn", "kernels_of_keras"]
__all__ += ["maps_of_small_cnn", "read_by_small_cnn", "slopes_of_small_cnn", "train_small_cnn"]

SmallCNN: TypeAlias = "list[np.ndarray]"

FILTERS_OF_SMALL, FIELD = (6, 12), 5
_AROUND = FIELD // 2
_AT_ONCE = 100  # digits that are read at once
_RATE, _SHARE = 0.04, 0.9


def drawn_small_cnn(seed: int, filters: tuple[int, int] = FILTERS_OF_SMALL) -> SmallCNN:
    """He's start for the convolutions, Glorot's for the ten outputs, biases of 0."""
    rng, places = np.random.default_rng([seed, 11]), FIELD**2
    one, two = filters
    inputs = 49 * two
    weights = [
        rng.normal(0, (2 / places) ** 0.5, (one, places)),
        np.zeros((one, 1)),
        rng.normal(0, (2 / (places * one)) ** 0.5, (two, places * one)),
        np.zeros((two, 1)),
        rng.normal(0, (2 / (inputs + 10)) ** 0.5, (inputs, 10)),
        np.zeros(10),
    ]
    return [one.astype(np.float32) for one in weights]


def kernels_of_keras(kernels: np.ndarray) -> np.ndarray:
    """Kernels (filters, 25 channels) as Keras has them, (5, 5, channels, filters)."""
    return kernels.reshape(len(kernels), -1, FIELD, FIELD).transpose(2, 3, 1, 0)


def _windows(x: np.ndarray) -> np.ndarray:
    """What a kernel meets at each place, (25 channels, n height width), padded with zeros."""
    channels, n, high, wide = x.shape
    paper = np.pad(x, ((0, 0), (0, 0), (_AROUND, _AROUND), (_AROUND, _AROUND)))
    met = np.empty((channels, FIELD**2, n, high, wide), x.dtype)
    for k in range(FIELD**2):
        i, j = divmod(k, FIELD)
        met[:, k] = paper[:, :, i : i + high, j : j + wide]
    return met.reshape(channels * FIELD**2, -1)


def _blamed(met: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The sum over all places of what came back to each pixel: `_windows`, transposed."""
    channels, n, high, wide = shape
    paper = np.zeros((channels, n, high + 2 * _AROUND, wide + 2 * _AROUND), met.dtype)
    met = met.reshape(channels, FIELD**2, n, high, wide)
    for k in range(FIELD**2):
        i, j = divmod(k, FIELD)
        paper[:, :, i : i + high, j : j + wide] += met[:, k]
    return paper[:, :, _AROUND:-_AROUND, _AROUND:-_AROUND]


def _corners(x: np.ndarray) -> list[np.ndarray]:
    return [x[..., i::2, j::2] for i in (0, 1) for j in (0, 1)]


def _pooled(z: np.ndarray) -> np.ndarray:
    a, b, c, d = _corners(z)
    return np.maximum(np.maximum(a, b), np.maximum(c, d))


def _unpooled(back: np.ndarray, z: np.ndarray, largest: np.ndarray) -> np.ndarray:
    """What comes back to each value: all of it to the first that was the largest of its four."""
    out, free = np.zeros_like(z), np.ones(back.shape, bool)
    for put, value in zip(_corners(out), _corners(z), strict=True):
        first = free & (value == largest)
        put[...] = back * first
        free &= ~first
    return out


def _convolved(x: np.ndarray, kernels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    met = _windows(x)
    return met, (kernels @ met).reshape(len(kernels), *x.shape[1:])


def _forwards(weights: SmallCNN, images: np.ndarray) -> dict[str, Any]:
    """Of images (n, 28, 28) what each layer gives, and probabilities (n, 10)."""
    k1, b1, k2, b2, w, c = weights
    found: dict[str, Any] = {"x": images[None]}
    # the largest of four, then bias and ReLU: the same as the other way round, of fewer values
    found["met1"], found["z1"] = _convolved(found["x"], k1)
    found["largest1"] = _pooled(found["z1"])
    found["a1"] = np.maximum(found["largest1"] + b1[:, :, None, None], 0)
    found["met2"], found["z2"] = _convolved(found["a1"], k2)
    found["largest2"] = _pooled(found["z2"])
    found["a2"] = np.maximum(found["largest2"] + b2[:, :, None, None], 0)
    found["flat"] = found["a2"].transpose(1, 2, 3, 0).reshape(len(images), -1)
    z = found["flat"] @ w + c
    z -= z.max(axis=1, keepdims=True)
    p = np.exp(z)
    return found | {"p": p / p.sum(axis=1, keepdims=True)}


def slopes_of_small_cnn(weights: SmallCNN, images: np.ndarray, labels: np.ndarray) -> SmallCNN:
    """Gradients of the mean cross-entropy, from images (n, 28, 28) and labels (n,)."""
    _, _, k2, _, w, _ = weights
    one = _forwards(weights, images)
    off = one["p"].copy()
    off[np.arange(len(labels)), labels] -= 1
    off /= np.float32(len(labels))
    n, filters, side = len(images), len(k2), one["a2"].shape[-1]
    back = (off @ w.T).reshape(n, side, side, filters).transpose(3, 0, 1, 2) * (one["a2"] > 0)
    z2 = _unpooled(back, one["z2"], one["largest2"]).reshape(filters, -1)
    of_a1 = _blamed(k2.T @ z2, one["a1"].shape) * (one["a1"] > 0)
    z1 = _unpooled(of_a1, one["z1"], one["largest1"]).reshape(len(of_a1), -1)
    return [
        z1 @ one["met1"].T,
        of_a1.sum(axis=(1, 2, 3))[:, None],
        z2 @ one["met2"].T,
        back.sum(axis=(1, 2, 3))[:, None],
        one["flat"].T @ off,
        off.sum(axis=0),
    ]


def train_small_cnn(
    seed: int, images: np.ndarray, labels: np.ndarray, epochs: int, batch: int = 32
) -> SmallCNN:
    """Train with momentum on images (n, 28, 28); each seed has a start and an order of its own."""
    weights = drawn_small_cnn(seed)
    kept = [np.zeros_like(one) for one in weights]
    for epoch in range(epochs):
        order = np.random.default_rng([seed, 12, epoch]).permutation(len(images))
        for some in np.array_split(order, max(1, len(order) // batch)):
            slopes = slopes_of_small_cnn(weights, images[some], labels[some])
            move(weights, kept, slopes, _RATE, _SHARE)
    return weights


def read_by_small_cnn(weights: SmallCNN, images: np.ndarray) -> np.ndarray:
    """Probabilities (n, 10) of images (n, 28, 28)."""
    parts = range(0, len(images), _AT_ONCE)
    return np.concatenate([_forwards(weights, images[k : k + _AT_ONCE])["p"] for k in parts])


def maps_of_small_cnn(weights: SmallCNN, images: np.ndarray) -> dict[str, np.ndarray]:
    """Z-values of conv1 (filters, n, 28, 28) and conv2 (filters, n, 14, 14)."""
    found: dict[str, list[np.ndarray]] = {"conv1": [], "conv2": []}
    for k in range(0, len(images), _AT_ONCE):
        one = _forwards(weights, images[k : k + _AT_ONCE])
        for layer, name, bias in (("conv1", "z1", weights[1]), ("conv2", "z2", weights[3])):
            found[layer].append(one[name] + bias[:, :, None, None])
    return {layer: np.concatenate(some, axis=1) for layer, some in found.items()}
