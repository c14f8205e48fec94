"""Feature maps of digits that are moved, pooled and not."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from kit.plots import plot_images

SHIFTS = (0, 1, 2, 3, 4)
POOL_SIZES = {"none": 1, "2x2": 2, "4x4": 4}
SHIFTED_DIGITS = 100
EMPTY_EDGE = 6  # of empty paper around each digit, so that no ink leaves: 40x40


def shifted_maps(digits: Any) -> list[dict[str, Any]]:
    """By shift the images and their maps (Sobel's filter and ReLU), (n, height, width, 1)."""
    paper = np.pad(digits, ((0, 0), (EMPTY_EDGE, EMPTY_EDGE), (EMPTY_EDGE, EMPTY_EDGE)))[..., None]
    sobel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], np.float32)[..., None, None]

    def maps(images: Any) -> dict[str, Any]:
        feature = ops.relu(ops.conv(images, sobel, padding="same"))
        pooled = {name: np.asarray(ops.max_pool(feature, k, k)) for name, k in POOL_SIZES.items()}
        return {"image": images, **pooled}

    return [maps(np.roll(paper, shift, axis=2)) for shift in SHIFTS]


def relative_change(before: Any, after: Any) -> Any:
    """‖after - before‖ / ‖before‖ of each map, (n, 1)."""
    return np.linalg.norm(after - before, axis=(1, 2)) / np.linalg.norm(before, axis=(1, 2))


def draw_examples(left: Any, data: Any) -> None:
    """A digit and its maps, before and after a shift by a pixel, and the difference."""
    axes = left.subplots(4, 3)
    words = {"image": "digit", "none": "feature map", "2x2": "max 2×2", "4x4": "max 4×4"}
    for row, (name, pair) in zip(axes, data["examples"].items(), strict=True):
        largest = float(np.max(pair))
        three = [*pair, np.abs(pair[1] - pair[0])]
        plot_images(three, limits=(0, largest), axes=row)
        row[0].set_ylabel(
            f"{words[name]}\nchanges by {data['shown'][name]:.0%}", rotation=0, ha="right",
            va="center",
        )  # fmt: skip
    for ax, title in zip(axes[0], ("before", "1 px on", "change"), strict=True):
        ax.set_title(title)
