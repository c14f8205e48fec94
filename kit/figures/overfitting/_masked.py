"""Which units Keras's dropout lets through, and which weights get a gradient then."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

__all__ = ["MASK_BATCHES", "MASK_SIZES", "masks_of", "shares_with_gradient", "sub_network"]

MASK_SIZES = (4, 5, 5, 1)
"""Units of the network that is drawn, the inputs first."""

MASK_BATCHES = (1, 2, 4, 8, 16, 32)
_WIDTH, _DRAWS = 50, 5  # hidden units where gradients are counted, and batches of each size


def masks_of(seed: int, rate: float, samples: int, whole: bool) -> list[np.ndarray]:
    """What Keras lets through of the two hidden layers, for samples of one batch: 0 or 1.

    whole: whether the samples of a batch share their mask.

    Returns
    -------
    list of np.ndarray
        (samples, units), one for each hidden layer.
    """
    import keras

    found = []
    for k, units in enumerate(MASK_SIZES[1:-1]):
        layer = keras.layers.Dropout(rate, (1, units) if whole else None, seed=1_000 * seed + k)
        found.append(np.asarray(layer(np.ones((samples, units)), training=True)) > 0)
    return found


def shares_with_gradient(seed: int, rate: float, whole: bool) -> np.ndarray:
    """Share of the weights between two hidden layers whose gradient is not 0, by size of batch.

    The mean over five batches of each size.

    tanh, whose slope is never 0, so that a gradient of exactly 0 is dropout's doing.
    """
    import keras
    import tensorflow as tf

    between = keras.layers.Dense(_WIDTH, "tanh", kernel_initializer=_glorot(seed))
    noise = (1, _WIDTH) if whole else None
    drops = [keras.layers.Dropout(rate, noise, seed=2_000 * seed + k) for k in range(2)]
    last = keras.layers.Dense(1, kernel_initializer=_glorot(seed + 1))
    draw = np.random.default_rng(seed)
    shares = np.zeros(len(MASK_BATCHES))
    for k in range(len(MASK_BATCHES) * _DRAWS):
        size = MASK_BATCHES[k // _DRAWS]
        a1 = tf.constant(np.tanh(draw.normal(size=(size, _WIDTH))), tf.float32)
        with tf.GradientTape() as tape:
            a2 = between(drops[0](a1, training=True))
            loss = tf.reduce_mean(last(drops[1](a2, training=True)) ** 2)
        gradient = tape.gradient(loss, between.kernel.value)
        shares[k // _DRAWS] += np.mean(np.asarray(gradient) != 0) / _DRAWS
    return shares


def _glorot(seed: int) -> Any:
    import keras

    return keras.initializers.GlorotNormal(seed)


def sub_network(masks: list[np.ndarray], sample: int) -> tuple[list[np.ndarray], list[Any]]:
    """Weights of 1 where both ends are there, else 0; and for the nodes 1, or 0 where dropped."""
    here = [one[sample].astype(float) for one in masks]
    columns = [np.ones(MASK_SIZES[0]), *here, np.ones(MASK_SIZES[-1])]
    weights = [np.outer(a, b) for a, b in pairwise(columns)]
    return weights, columns
