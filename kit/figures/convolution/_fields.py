"""What one output sees of the input: found by its gradient."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kit.catalogue import Answer

DIGIT_SIDE = 28
STACK = 4  # 3x3 convolutions, one upon the other
FIELD_TITLES = {
    "layer1": "1 layer",
    **{f"layer{k}": f"{k} layers" for k in range(2, STACK + 1)},
    "conv1": "conv1", "pool1": "+ pool1", "conv2": "+ conv2", "pool2": "+ pool2",
}  # fmt: skip
FIELD_ANSWERS = tuple(
    Answer(f"{{widths[{layer}]}}×{{widths[{layer}]}}", rf"(?<={words}: )\d+×\d+")
    for layer, words in (
        ("layer1", "1 layer"),
        ("layer2", "2 layers"),
        ("layer3", "3 layers"),
        ("layer4", "4 layers"),
        ("conv1", "conv1"),
        ("pool1", r"\+ pool1"),
        ("conv2", r"\+ conv2"),
        ("pool2", r"\+ pool2"),
    )
)


def plain_stack(kernel: int, layers: int) -> Any:
    """Convolutions one upon the other, without bias or activation, all weights 1."""
    model = keras.Sequential([keras.Input((DIGIT_SIDE, DIGIT_SIDE, 1))])
    for k in range(1, layers + 1):
        model.add(
            keras.layers.Conv2D(
                1, kernel, padding="same", use_bias=False, kernel_initializer="ones",
                name=f"layer{k}",
            )
        )  # fmt: skip
    return model


def seen_pixels(model: Any, names: list[str]) -> dict[str, Any]:
    """Which pixels the middle output of each layer sees: (28, 28) bool.

    One image for each pixel, lit at it alone: with positive kernels everything that sees the
    pixel is above 0, and the maximum of a window is one that sees it, so that its gradient by
    the pixel is not 0.
    """
    inner = keras.Model(model.inputs[0], {name: model.get_layer(name).output for name in names})
    lit = tf.reshape(tf.eye(DIGIT_SIDE * DIGIT_SIDE), (-1, DIGIT_SIDE, DIGIT_SIDE, 1))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(lit)
        middles = {
            name: out[:, out.shape[1] // 2, out.shape[2] // 2, 0]  # (images,)
            for name, out in inner(lit).items()
        }
    seen = {}
    for name in names:
        slopes = np.asarray(tape.gradient(middles[name], lit))
        slopes = slopes.reshape(len(lit), -1)  # (images, pixels)
        seen[name] = (np.diag(slopes) != 0).reshape(DIGIT_SIDE, DIGIT_SIDE)
    return seen


def extent_of(seen: Any) -> dict[str, int]:
    """Place and size of the rectangle around what is seen, and whether that is all of it."""
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    return {
        "row": int(rows[0]),
        "column": int(columns[0]),
        "height": int(np.ptp(rows)) + 1,
        "width": int(np.ptp(columns)) + 1,
        "pixels": int(seen.sum()),
    }
