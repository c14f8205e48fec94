"""Sizes, weights and parameters of filters on volumes, and of dense units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from kit.board.stage import say
from kit.board.volumes import plot_volume
from kit.plots.styling import SERIES

FIELD = 5


def shape_in_words(sides: list[int]) -> str:
    return "×".join(map(str, sides))


def size_of(layer: Any, shape: tuple[int, ...]) -> dict[str, Any]:
    """What a layer on such an input gives and costs."""
    layer.build((None, *shape))
    return {
        "out": list(layer.compute_output_shape((None, *shape))[1:]),
        "kernel": [int(side) for side in layer.kernel.shape],
        "weights": int(keras.ops.size(layer.kernel)),
        "parameters": int(layer.count_params()),
    }


def convolution(filters: int, shape: tuple[int, ...], padding: str = "same") -> dict[str, Any]:
    """A convolution with 5x5 filters."""
    return size_of(keras.layers.Conv2D(filters, FIELD, padding=padding), shape)


def dense_weights(shape: tuple[int, ...]) -> int:
    """Weights of one dense unit on a volume."""
    height, width, channels = shape
    return size_of(keras.layers.Dense(1), (height * width * channels,))["weights"]


def example_of(shape: tuple[int, ...], filters: int) -> dict[str, Any]:
    """One filter, and so many, on a volume: sizes, weights and parameters."""
    one, many = convolution(1, shape), convolution(filters, shape)
    sides = {
        "input": list(shape),
        "filter": one["kernel"][:3],
        "map": one["out"],
        "volume": many["out"],
    }
    return {
        "input": list(shape),
        "filter": one["kernel"][:3],
        "weights": one["weights"],
        "parameters": one["parameters"],
        "map": one["out"],
        "filters": filters,
        "volume": many["out"],
        "all_parameters": many["parameters"],
        "in_words": {name: shape_in_words(found) for name, found in sides.items()},
        "of_a_portion": convolution(1, (FIELD, FIELD, shape[2]), "valid")["out"],
    }


def draw_bars(right: Axes, bars: Sequence[tuple[str, int, str, str]]) -> None:
    """Weights as bars from 0 on: name, number, colour, hatch."""
    most = max(weights for _, weights, _, _ in bars)
    for k, (name, weights, color, hatch) in enumerate(bars):
        right.barh(
            k, weights, 0.4, color=color, hatch=hatch, edgecolor=plt.rcParams["axes.facecolor"]
        )
        if weights < most / 200:  # a bar too thin to be seen
            right.plot([weights] * 2, [k - 0.2, k + 0.2], color=color)
        right.annotate(
            f"{name}:\n{weights:,}", (0, k - 0.24), ha="left", va="bottom", xytext=(8, 0),
            textcoords="offset points", fontsize=plt.rcParams["font.size"] * 0.9,
        )  # fmt: skip
    right.annotate(
        f"{most / bars[0][1]:,.0f} times as many", (0, len(bars) - 0.76), xytext=(8, -4),
        textcoords="offset points", ha="left", va="top", fontweight="bold",
        fontsize=plt.rcParams["font.size"] * 0.9,
    )  # fmt: skip
    right.set(xlim=(0, 1.05 * most), ylim=(3.7, -0.9), xticks=[], yticks=[], title="Weights")
    right.spines["bottom"].set_visible(False)
    right.grid(visible=False)


def draw_volumes(stage: Axes, examples: Sequence[dict[str, Any]]) -> None:
    """For each example the input with a filter on it, its map, and the volume of all maps."""
    blue, orange, green = (look[0] for look in SERIES[:3])
    ink, thin = plt.rcParams["text.color"], plt.rcParams["lines.linewidth"] / 2
    for row, example in zip((16, 81), examples, strict=True):
        side, depth = example["input"][0], example["input"][2]
        middle = row + side / 2
        plot_volume(stage, example["input"], 6, row, color=blue)
        plot_volume(stage, example["filter"], 6, row, color=orange, slices=True)
        plot_volume(stage, example["map"], 66, row, color=green)
        plot_volume(stage, example["volume"], 112, row, color=green, slices=True)
        stage.plot([68.5], [row + 2.5], "s", color=orange, markersize=plt.rcParams["font.size"] / 3)
        for corner in (0, FIELD):  # from the filter to its one number
            stage.plot([6 + FIELD, 68.5], [row + corner, row + 2.5], color=orange, linewidth=thin)
        say(stage, row + 10, 54, "one number\nat each place", 0.75)
        stage.annotate(
            "", (109, middle), (70 + side, middle),
            arrowprops={"arrowstyle": "-|>", "color": ink},
        )  # fmt: skip
        words = (
            f"Each filter is {shape_in_words(example['filter'])}: {example['weights']} weights "
            f"+ 1 bias = {example['parameters']}"
        )
        say(stage, row - 5 - 0.5 * max(depth, 4), 4, words, ha="left", fontweight="bold")
        for at, name, shape in (
            (6, "input", example["input"]),
            (66, "one filter, one map", example["map"]),
            (112, f"{example['filters']} filters", example["volume"]),
        ):
            say(
                stage,
                row + side + 2,
                at,
                f"{name}\n{shape_in_words(shape)}",
                0.9,
                ha="left",
                va="top",
            )
