"""Gradients of a net of two convolutions: tape, the lecture's sums, central differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

HEIGHT, WIDTH, CHANNELS = 8, 7, 3
KERNEL_SHAPES = ((3, 2, 3, 4), (2, 3, 4, 2))  # height, width, filters below, filters: both layers
DIFFERENCE_STEP = 1e-5  # of the central differences: error about STEP² + 1e-16 / DIFFERENCE_STEP

EXAMPLE_INPUT = ((1, 2, 0, 1), (0, 1, 3, 1), (2, 0, 1, 2), (1, 1, 0, 3))
EXAMPLE_KERNEL = ((1, -1), (0, 2))
EXAMPLE_TARGET = ((0, 8, 2), (-1, -2, 6), (5, -1, 4))


def small_example() -> dict[str, Any]:
    """One kernel on one small input: whole numbers, and its gradient by sums and by the tape.

    The loss is half the sum of (z - target)², so that delta is z - target.
    """
    a, w, target = (np.array(one, float) for one in (EXAMPLE_INPUT, EXAMPLE_KERNEL, EXAMPLE_TARGET))
    windows = np.lib.stride_tricks.sliding_window_view(a, w.shape)  # (rows, columns, 2, 2)
    z = (windows * w).sum(axis=(2, 3))
    delta = z - target
    met = np.lib.stride_tricks.sliding_window_view(a, delta.shape)  # by weight, what it met
    kernel = tf.constant(w)
    with tf.GradientTape() as tape:
        tape.watch(kernel)
        out = ops.conv(a[None, ..., None], kernel[..., None, None], padding="valid")
        loss = ops.sum((out[0, ..., 0] - target) ** 2) / 2
    return {
        "input": a,
        "kernel": w,
        "z": z,
        "delta": delta,
        "gradient": (met * delta).sum(axis=(2, 3)),
        "tape": np.asarray(tape.gradient(loss, kernel)),
    }


def network_values(seed: int) -> dict[str, Any]:
    """Values of a net of two convolutions with tanh, and of its input, by name."""
    rng = np.random.default_rng(seed)
    values = {"x": rng.normal(size=(HEIGHT, WIDTH, CHANNELS))}
    for layer, shape in enumerate(KERNEL_SHAPES, start=1):
        values[f"w{layer}"] = rng.normal(size=shape) / np.sqrt(np.prod(shape[:3]))
        values[f"b{layer}"] = rng.normal(size=shape[3]) / 2
    return values


def forward(values: dict[str, Any]) -> dict[str, Any]:
    """Every Z-value and activation, and the loss, half the sum of squares; tensors, float64."""
    found, a = {}, values["x"][None]
    for layer in (1, 2):
        z = ops.conv(a, values[f"w{layer}"], padding="valid") + values[f"b{layer}"]
        # added so that the differences, too, can move a Z-value or an activation by itself
        found[f"z{layer}"] = z = z + values.get(f"dz{layer}", 0.0)
        found[f"a{layer}"] = a = ops.tanh(z) + values.get(f"da{layer}", 0.0)
    found["loss"] = ops.sum(a**2) / 2
    return found


def by_the_tape(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Forward values, and the gradients by automatic differentiation."""
    at = {name: tf.constant(value) for name, value in values.items()}
    with tf.GradientTape() as tape:
        tape.watch(list(at.values()))
        found = forward(at)
    at |= {name: found[name] for name in ("z1", "a1", "z2", "a2")}
    gradients = tape.gradient(found["loss"], at)
    kept = {name: np.asarray(value) for name, value in found.items()}
    return {n: v[0] if v.ndim else v for n, v in kept.items()}, {
        n: np.asarray(g)[0] if n in found else np.asarray(g) for n, g in gradients.items()
    }


def by_the_equations(values: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The lecture's sums, place by place, from the output back to the input."""
    gradients = {"a2": found["a2"]}  # of half the sum of squares
    for layer, below in ((2, "a1"), (1, "x")):
        a = values["x"] if below == "x" else found[below]  # (rows, columns, filters below)
        w = values[f"w{layer}"]
        delta = (1 - np.tanh(found[f"z{layer}"]) ** 2) * gradients[f"a{layer}"]
        for_w, for_a, all_filters = np.zeros_like(w), np.zeros_like(a), np.zeros_like(w)
        for (row, column, filter_), d in np.ndenumerate(delta):
            window = slice(row, row + w.shape[0]), slice(column, column + w.shape[1])
            for_w[..., filter_] += d * a[window]
            all_filters += d * a[window][..., None]
            for_a[window] += d * w[..., filter_]
        gradients |= {f"z{layer}": delta, f"w{layer}": for_w, below: for_a}
        gradients |= {f"b{layer}": delta.sum(axis=(0, 1)), f"printed w{layer}": all_filters}
    return gradients


def by_differences(values: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Central differences of the loss, one number at a time."""
    moved = dict(values)
    moved |= {f"d{name}": np.zeros_like(found[name]) for name in ("z1", "a1", "z2", "a2")}
    gradients = {}
    for name, value in moved.items():
        slopes = np.zeros_like(value)
        for place in np.ndindex(value.shape):
            losses = []
            for step in (DIFFERENCE_STEP, -DIFFERENCE_STEP):
                one = value.copy()
                one[place] += step
                losses.append(float(forward(moved | {name: one})["loss"]))
            slopes[place] = (losses[0] - losses[1]) / (2 * DIFFERENCE_STEP)
        gradients[name.removeprefix("d")] = slopes
    return gradients
