"""Multiply cell by cell, add up, move on: the kernel is not flipped"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.board.stage import frame, new_stage, place, say
from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.convolution._worked import (
    SECOND_INPUT,
    SECOND_KERNEL,
    by_rows,
    moving_kernel,
    products_at_stops,
    whole,
)
from kit.stats import convolve

LECTURES = ("Makhmutova", "Olteanu", "Guillot")
CAPTION = (
    "Under the kernel at the upper left the products add up to {shown[0]}, at the framed "
    "place below to {shown[1]}. What networks call convolution is cross-correlation: with the "
    "kernel turned by 180°, as in mathematics, {differ} of {of} outputs come out different."
)
ALT = (
    "A {width}×{width} input, a {kernel_width}×{kernel_width} kernel and the output "
    "{output_by_rows}. Beside it the kernel turned by 180° with the output {flipped_by_rows}. "
    "Below, for two places, input times kernel, the products, and their sums {shown[0]} and "
    "{shown[1]}."
)
NOTES = Notes(
    look="Take the two framed places one at a time: multiply cell by cell, then add up. Ask what "
    "would change if the kernel were given half a turn.",
    point="The two places give {shown[0]} and {shown[1]}. With the kernel turned, {differ} of the "
    "{of} outputs come out different.",
    misconception="What networks call convolution is not what mathematicians call by that name: "
    "they turn the kernel first. Without the turn it is cross-correlation. A network does not "
    "care, since it would simply learn the turned kernel.",
)
CLAIMS = (
    Claim("output", "==", [[9, 5, 4], [8, 8, 10], [8, 15, 12]], "the outputs are {rows}"),
    Claim("shown_sums", "==", [9, 15], "the products shown add up to {limit[0]} and {limit[1]}"),
    Claim("shown", "==", words="and so do TensorFlow's", than="shown_sums"),
    Claim(
        "share_that_differs",
        ">",
        0.5,
        "cross-correlation: with the flipped kernel over half of the outputs differ",
    ),
)

PLACES = ((0, 0), (2, 1))
"""Stops of the second example whose products are shown."""


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    image, kernel = np.array(SECOND_INPUT), np.array(SECOND_KERNEL)
    turned = kernel[::-1, ::-1]
    output = whole(convolve(image, kernel))
    flipped = whole(convolve(image, turned))
    products = products_at_stops(image, kernel)
    facts = {
        "width": len(image),
        "kernel_width": len(kernel),
        "output": output,
        "flipped": flipped,
        "output_by_rows": by_rows(output),
        "flipped_by_rows": by_rows(flipped),
        "differ": int((np.array(output) != np.array(flipped)).sum()),
        "of": products.shape[0] * products.shape[1],
        "share_that_differs": float(np.mean(np.array(output) != np.array(flipped))),
        "shown": [output[i][j] for i, j in PLACES],
        "shown_sums": whole([products[at].sum() for at in PLACES]),
    }
    high = len(kernel)
    windows = [whole(image[i : i + high, j : j + high]) for i, j in PLACES]
    shown = [whole(products[at]) for at in PLACES]
    return {"turned": whole(turned), "windows": windows, "products": shown}, facts


def draw(data: Any, facts: Facts) -> Any:
    figure, stage = new_stage(30.4, 15.0)
    big = 1.25
    words = {"cell": big, "title_size": 1.0}
    image = place(stage, SECOND_INPUT, 1.1, 0.4, title="input", **words)
    say(stage, 4.2, 7.35, "∗", 1.6)
    place(stage, SECOND_KERNEL, 2.35, 8.05, title="kernel", **words)
    say(stage, 4.2, 12.5, "=", 1.6)
    output = place(stage, facts["output"], 2.35, 13.2, title="output", **words)
    place(stage, data["turned"], 2.35, 20.3, title="turned by 180°", **words)
    say(stage, 4.2, 24.75, "→", 1.6)
    place(
        stage, facts["flipped"], 2.35, 25.45, title=f"{facts['differ']} of {facts['of']} differ",
        **words,
    )  # fmt: skip
    high = facts["kernel_width"]
    for k, (i, j) in enumerate(PLACES):
        frame(image, i, j, high, high, k)
        frame(output, i, j, 1, 1, k)
        left = 0.4 + 15.4 * k
        inner = place(
            stage, data["windows"][k], 10.0, left, cell=1.5, size=1.15, window=(0, 0, high, high),
            weights=SECOND_KERNEL, title="input × kernel",
        )  # fmt: skip
        inner.patches[-1].set(visible=False)
        frame(inner, 0, 0, high, high, k)
        say(stage, 12.25, left + 5.2, "=", 1.4)
        place(
            stage, data["products"][k], 10.0, left + 5.9, cell=1.5, size=1.15, title="products",
        )  # fmt: skip
        say(stage, 12.25, left + 12.4, f"sum {facts['shown'][k]}", 1.3, fontweight="bold")
    return figure


ANIMATION = moving_kernel(SECOND_INPUT, SECOND_KERNEL, title="Multiply, add, move on")
