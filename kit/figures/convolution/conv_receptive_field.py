"""What one output sees grows with every layer, and faster with pooling

It grows by (F - 1) times the product of the strides before with every layer (V. Dumoulin and F.
Visin, "A guide to convolution arithmetic for deep learning", 2016).
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from kit.board.stage import frame
from kit.catalogue import Claim, Hidden, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.convolution._fields import (
    DIGIT_SIDE,
    FIELD_ANSWERS,
    FIELD_TITLES,
    STACK,
    extent_of,
    plain_stack,
    seen_pixels,
)
from kit.models import build_mnist_cnn
from kit.plots.margins import write_note

LECTURES = ("Sridharan", "Makhmutova")
CAPTION = (
    "Pixels that the middle output depends on, found by its gradient. After one, two and "
    "three 3×3 convolutions they are {widths[layer1]}, {widths[layer2]} and {widths[layer3]} wide. "
    "In the CNN for digits an output of conv1 sees {widths[conv1]}×{widths[conv1]}; with pooling "
    "between, one of conv2 sees {widths[conv2]}×{widths[conv2]} instead of {unpooled}×{unpooled}: "
    "{share:.0%} of the {pixels}×{pixels} image. Digit: {source}."
)
ALT = (
    "Eight copies of a handwritten digit of {pixels}×{pixels} pixels, pale but for what one "
    "output sees. After 3×3 convolutions squares of {widths[layer1]}, {widths[layer2]}, "
    "{widths[layer3]} and {widths[layer4]} pixels; in the CNN for digits after conv1 "
    "{widths[conv1]}, pool1 {widths[pool1]}, conv2 {widths[conv2]}, pool2 {widths[pool2]}."
)
NOTES = Notes(
    look="How much of the digit does a single output see? Let them guess, after three layers of "
    "3×3 first, then after the second convolution of the CNN.",
    point="After three layers of 3×3 it sees {widths[layer3]}×{widths[layer3]}. In the CNN, with "
    "one pooling in between, it sees {widths[conv2]}×{widths[conv2]} and not "
    "{unpooled}×{unpooled}: {share:.0%} of the image.",
    misconception="Small kernels are not short-sighted when they are stacked. Three of 3×3 see as "
    "far as one of 7×7 and have 27 weights in place of its 49. But to see a pixel is not to use "
    "it: how much it counts is up to the weights.",
)
CLAIMS = (
    Claim(
        "stacked",
        "==",
        [3, 5, 7],
        "after 1, 2 and 3 layers of 3x3 an output sees {limit[0]}, {limit[1]} and {limit[2]} "
        "pixels",
    ),
    Claim("pooled", "==", [5, 6, 14], "after 5x5, 2x2 pooling and 5x5 it sees {limit[2]} pixels"),
    Claim("unpooled", "==", 9, "without the pooling it would see {limit}"),
    Claim("solid", "==", True, "what is seen is a full square, in 8 of 8 cases"),
)
QUIZ = Quiz(
    "How many pixels does one output see: (1) to (8)?",
    FIELD_ANSWERS,
    (Hidden(r" Without pool1, conv2 would see \S+"),),
    caption="Pixels that the middle output depends on, found by its gradient. Digit: {source}.",
    alt="Eight copies of a handwritten digit of {pixels}×{pixels} pixels ({source}), pale but "
    "for the framed square that one output sees.",
    level=15,
)

SHOWN = 8  # the first such digit of those for testing


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    stack = plain_stack(3, STACK)
    # neither the number of filters nor the weights, if they are positive, make a difference
    cnn = build_mnist_cnn("relu", "ones", filters=(1, 1))
    seen = seen_pixels(stack, [layer.name for layer in stack.layers])
    seen |= seen_pixels(cnn, ["conv1", "pool1", "conv2", "pool2"])
    unpooled = seen_pixels(plain_stack(5, 2), ["layer2"])["layer2"]
    digits = lab.digits()
    digit = digits.x_test[np.flatnonzero(digits.y_test == SHOWN)[0], :, :, 0]
    fields = {name: extent_of(one) for name, one in seen.items()}
    facts = {
        "fields": fields,
        "widths": {name: field["width"] for name, field in fields.items()},
        "solid": all(
            one["pixels"] == one["height"] * one["width"] == one["width"] ** 2
            for one in fields.values()
        ),
        "unpooled": extent_of(unpooled)["width"],
        "stacked": [fields[f"layer{k}"]["width"] for k in (1, 2, 3)],
        "pooled": [fields[name]["width"] for name in ("conv1", "pool1", "conv2")],
        "pixels": DIGIT_SIDE,
        "source": digits.source,
        "share": fields["conv2"]["pixels"] / DIGIT_SIDE**2,
    }
    return {"digit": digit, "seen": seen}, facts


def draw(data: Any, facts: Facts) -> Any:
    figure, axes = plt.subplots(2, STACK)
    colors = [plt.rcParams["axes.facecolor"], plt.rcParams["text.color"]]
    ink = LinearSegmentedColormap.from_list("ink", colors)
    for ax, (name, field) in zip(axes.ravel(), facts["fields"].items(), strict=True):
        shown = np.where(data["seen"][name], 1.0, 0.3)  # opaque where it is seen
        ax.imshow(data["digit"], cmap=ink, vmin=0, vmax=1, alpha=shown)
        frame(ax, field["row"] - 0.5, field["column"] - 0.5, field["height"], field["width"])
        ax.set_title(
            f"{FIELD_TITLES[name]}: {field['height']}×{field['width']}", fontweight="normal"
        )
        ax.set(xticks=[], yticks=[])
        ax.grid(visible=False)
        ax.spines[:].set(visible=True, linewidth=plt.rcParams["axes.linewidth"] * 0.6)
    write_note(
        figure,
        "Framed: the pixels that the middle output depends on. Without pool1, conv2 would see "
        f"{facts['unpooled']}×{facts['unpooled']}.",
    )
    axes[0, 0].set_ylabel("3×3 convolutions", fontweight="bold")
    axes[1, 0].set_ylabel("CNN for digits", fontweight="bold")
    return figure
