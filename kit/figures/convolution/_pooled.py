"""The numbers that the pooling examples pool."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

POOLED_INPUT = [[0, 1, 2, 1], [4, 1, 0, 1], [2, 0, 1, 1], [1, 2, 3, 1]]


def gradients_through(kind: str, stride: int) -> tuple[Any, Any]:
    """Gradients handed to the outputs, 1, 2, 3, ..., and what arrives at the inputs."""
    image = tf.constant(POOLED_INPUT, tf.float64)[None, ..., None]
    apply = ops.max_pool if kind == "max" else ops.average_pool
    with tf.GradientTape() as tape:
        tape.watch(image)
        out = apply(image, 2, stride)
    above = np.arange(1.0, int(tf.size(out)) + 1).reshape(out.shape)
    arrived = tape.gradient(out, image, output_gradients=tf.constant(above))
    return above[0, ..., 0], np.asarray(arrived)[0, ..., 0]
