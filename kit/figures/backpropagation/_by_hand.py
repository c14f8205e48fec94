"""Small networks of sigmoid units: forwards and backwards in NumPy, and by TensorFlow's tape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

Arrays = Sequence[Any]

THREE_INPUTS = (1.0, 0.5, 2.0)
THREE_WEIGHTS = (
    ((0.2, -0.5, 0.4), (0.7, 0.1, -0.3), (-0.1, 0.6, 0.3)),  # (inputs, hidden units)
    ((0.8,), (-0.6,), (0.5,)),
)
THREE_BIASES = ((0.1, -0.2, 0.3), (-0.1,))


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(z, float)))


def forwards(weights: Arrays, biases: Arrays, x: Any) -> tuple[list[Any], list[Any]]:
    """Z-values of each layer, and activations, the inputs first; a row for each sample, or none."""
    z, a = [], [np.asarray(x, float)]
    for kernel, bias in zip(weights, biases, strict=True):
        z.append(a[-1] @ np.asarray(kernel) + np.asarray(bias))
        a.append(sigmoid(z[-1]))
    return z, a


def output_of_keras(weights: Arrays, biases: Arrays, x: Any) -> Any:
    """What Keras's dense layers, in float64, make of one sample."""
    a = np.atleast_2d(np.asarray(x, float))
    for kernel, bias in zip(weights, biases, strict=True):
        layer = keras.layers.Dense(np.shape(bias)[0], "sigmoid", dtype="float64")
        layer.build(a.shape)
        layer.set_weights([np.asarray(kernel), np.asarray(bias)])
        a = np.asarray(layer(a))
    return a[0]


def backwards(weights: Arrays, a: Arrays, last: Any) -> list[Any]:
    """Delta of each layer, from that of the last one."""
    deltas = [np.asarray(last, float)]
    for kernel, below in zip(reversed(weights[1:]), reversed(a[1:-1]), strict=True):
        deltas.insert(0, deltas[0] @ np.asarray(kernel).T * below * (1 - below))
    return deltas


def by_the_tape_of(
    weights: Arrays, biases: Arrays, x: Any, loss: Callable[[Any, Arrays], Any]
) -> dict[str, list[Any]]:
    """Gradients of a loss (of output and kernels) by z, weights ("w") and biases ("b")."""
    kernels = [tf.constant(np.asarray(one, float)) for one in weights]
    offsets = [tf.constant(np.asarray(one, float)) for one in biases]
    with tf.GradientTape() as tape:
        tape.watch([*kernels, *offsets])
        a, zs = tf.constant(np.atleast_2d(np.asarray(x, float))), []
        for kernel, bias in zip(kernels, offsets, strict=True):
            zs.append(a @ kernel + bias)
            a = tf.sigmoid(zs[-1])
        value = loss(a, kernels)
    found = tape.gradient(value, {"z": zs, "w": kernels, "b": offsets})
    single = np.ndim(x) == 1
    rows = [np.asarray(one)[0] if single else np.asarray(one) for one in found["z"]]
    return {"z": rows, "w": [*map(np.asarray, found["w"])], "b": [*map(np.asarray, found["b"])]}


def furthest(found: Arrays, expected: Arrays) -> float:
    """The largest difference of any number, as a share of the largest one."""
    pairs = [(np.ravel(a), np.ravel(b)) for a, b in zip(found, expected, strict=True)]
    a, b = (np.concatenate(one) for one in zip(*pairs, strict=True))
    return float(np.abs(a - b).max() / np.abs(b).max())
