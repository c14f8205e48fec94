"""A batch, the filters on it and what comes out, as volumes; beneath them the tensors' shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from matplotlib.axes import Axes

from kit.board.stage import arrow, frame, say
from kit.board.volumes import plot_volume
from kit.plots.styling import SERIES

AXES = {
    "input": ("images", "height", "width", "channels"),
    "kernel": ("height", "width", "channels\nin", "channels\nout"),
    "output": ("images", "height", "width", "channels"),
}
_STEP = 13  # from one number of a shape to the next
_LEFT = {"input": 6, "kernel": 65, "output": 124}


def shapes_of(batch: int, side: int, channels: int, filters: int, field: int) -> dict[str, Any]:
    """Shapes of what goes into a convolution of Keras, its kernel, and what comes out."""
    layer = keras.layers.Conv2D(filters, field, padding="same")
    images = np.zeros((batch, side, side, channels), np.float32)
    out = layer(images)
    found = {"input": images.shape, "kernel": layer.kernel.shape, "output": out.shape}
    return {name: [int(one) for one in shape] for name, shape in found.items()}


def places_that_meet(channels: int, filters: int, field: int) -> list[list[int]]:
    """For each pair of the kernel's last two places the channel that is read and written."""
    met = []
    for one in np.ndindex(channels, filters):
        kernel = np.zeros((field, field, channels, filters), np.float32)
        kernel[0, 0, one[0], one[1]] = 1
        # each channel of the images holds its own number, and each output tells whose it is
        images = np.ones((1, field, field, channels)) * np.arange(1, channels + 1)
        out = np.asarray(keras.ops.conv(images.astype(np.float32), kernel, padding="valid"))
        written = int(np.flatnonzero(out[0, 0, 0])[0])
        met.append([round(float(out[0, 0, 0, written])) - 1, written])
    return met


def draw_tensors(stage: Axes, facts: Any) -> None:
    """The volumes in the upper part of a stage, the shapes in the lower one."""
    blue, orange, green = (look[0] for look in SERIES[:3])
    _, side, _, channels = facts["input"]
    for name, deep, color in (("input", channels, blue), ("output", facts["output"][3], green)):
        left = _LEFT[name] - 3
        for k in (2, 1, 0):  # the first in front
            at = (left + 6 * k, 21 - 4 * k)
            plot_volume(stage, (0.8 * side, 0.8 * side, deep), *at, color=color, slices=deep > 3)
        say(stage, 15, left + 42, "…", 1.3)
    filters, field = facts["kernel"][3], facts["kernel"][0]
    for k in range(filters):
        row, column = divmod(k, 4)
        at = (_LEFT["kernel"] + 11 * column - 1, 15 + 15 * row)
        plot_volume(stage, (field, field, channels), *at, color=orange, slices=True)
    arrow(stage, 28, 48, 59)
    arrow(stage, 28, 109, 119)
    images = facts["input"][0]
    heads = (f"a batch of {images} images", f"{filters} filters", f"{images} times {filters} maps")
    for name, head in zip(AXES, heads, strict=True):
        say(stage, 3, _LEFT[name] - 3, head, ha="left", fontweight="bold")
        _write_shape(stage, facts[name], AXES[name], _LEFT[name])
        say(stage, 71, _LEFT[name] - 3, facts["words"][name], 0.95, ha="left", va="top")
    for name, place, look in (
        ("input", 3, 0),
        ("kernel", 2, 0),
        ("kernel", 3, 2),
        ("output", 3, 2),
    ):
        frame(stage, 51.5, _LEFT[name] + _STEP * place - 5, 8, 10, look)


def _write_shape(stage: Axes, shape: Sequence[int], names: Sequence[str], left: float) -> None:
    """The numbers of a shape in brackets, and beneath each what it counts."""
    for k, (number, name) in enumerate(zip(shape, names, strict=True)):
        at = left + _STEP * k
        say(stage, 55.5, at, str(number), 1.25, fontweight="bold")
        say(stage, 61, at, name, 0.72, va="top", linespacing=1.05)
    say(stage, 55.3, left - 0.45 * _STEP, "[", 1.5)
    say(stage, 55.3, left + 3.47 * _STEP, "]", 1.5)
