"""Widths of outputs by the formula and by Keras, for strides and paddings."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kit.stats import output_size

SIDE, STRIDES, PADDINGS = 3, (1, 2, 3), (0, 1, 2)
WIDTHS = range(3, 17)


def sizes_by_stride() -> tuple[dict[str, Any], dict[str, Any], dict[bool, list[bool]]]:
    """Sizes that fit (else None) and the formula's, by stride and padding; which are Keras's."""

    def of_keras(width: int, stride: int, padding: int) -> int:
        zeros = np.zeros((1, width + 2 * padding, 1))
        return keras.ops.conv(zeros, np.zeros((SIDE, 1, 1)), strides=stride).shape[1]

    sizes: dict[str, dict[str, list[int | None]]] = {}
    found: dict[bool, list[bool]] = {True: [], False: []}
    formula: dict[str, dict[str, list[float]]] = {}
    for stride in STRIDES:
        sizes[str(stride)], formula[str(stride)] = {}, {}
        for padding in PADDINGS:
            row: list[int | None] = []
            for width in WIDTHS:
                try:
                    size = output_size(width, SIDE, stride, padding)
                except ValueError:
                    size = None
                keras_size = of_keras(width, stride, padding)
                floor = (width - SIDE + 2 * padding) // stride + 1
                found[size is not None].append(keras_size == (floor if size is None else size))
                row.append(size)
            sizes[str(stride)][str(padding)] = row
            exact = (np.array(WIDTHS) - SIDE + 2 * padding) / stride + 1
            formula[str(stride)][str(padding)] = exact.tolist()
    return sizes, formula, found
