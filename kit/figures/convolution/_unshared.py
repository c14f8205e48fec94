"""A filter that slides and counts its multiplications, and the dense layer that does the same."""

from __future__ import annotations

from typing import Any

import numpy as np


def slide(image: Any, weights: Any) -> tuple[Any, int]:
    """Outputs, and how many products were made.

    The weights are one filter (height, width) for all places, or (rows, columns, height, width),
    one for each.
    """
    high, wide = weights.shape[-2:]
    windows = np.lib.stride_tricks.sliding_window_view(image, (high, wide))
    outputs, count = np.zeros(windows.shape[:2]), 0
    for place in np.ndindex(*outputs.shape):
        products = windows[place] * (weights if weights.ndim == 2 else weights[place])
        outputs[place] = products.sum()
        count += products.size
    return outputs, count


def dense_matrix(kernel: Any, shape: tuple[int, ...]) -> Any:
    """Weights (inputs, outputs) of a dense layer that does what a filter does: most are 0."""
    high, wide = kernel.shape
    rows, columns = shape[0] - high + 1, shape[1] - wide + 1
    matrix = np.zeros((*shape, rows, columns))
    for i, j in np.ndindex(rows, columns):
        matrix[i : i + high, j : j + wide, i, j] = kernel
    return matrix.reshape(shape[0] * shape[1], rows * columns)
