"""Convolution stop by stop: the lectures' two worked examples, number by number.

"Convolution" is cross-correlation: S(i, j) = sum over m, n of I(i + m, j + n) K(m, n).
"""

from __future__ import annotations

from typing import Any

from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import Claim, Facts, LectureFigure

__all__ = [
    "FIGURES",
    "SECOND_INPUT",
    "SECOND_KERNEL",
    "SLIDING_INPUT",
    "SLIDING_KERNEL",
    "by_rows",
    "whole",
]

SLIDING_INPUT = (
    (3, 3, 2, 1, 0),
    (0, 0, 1, 3, 1),
    (3, 1, 2, 2, 3),
    (2, 0, 0, 2, 2),
    (2, 0, 0, 0, 1),
)
SLIDING_KERNEL = ((0, 1, 2), (2, 2, 0), (0, 1, 2))

SECOND_INPUT = (
    (0, 1, 2, 1, 0),
    (4, 1, 0, 1, 0),
    (2, 0, 1, 1, 1),
    (1, 2, 3, 1, 0),
    (0, 4, 3, 2, 0),
)
SECOND_KERNEL = ((0, 1, 0), (1, 0, 1), (2, 1, 0))


def whole(array: Any) -> Any:
    """The numbers of an array as nested lists of int; an error where they are no whole numbers."""
    import numpy as np

    found = np.asarray(array)
    if not (found == np.round(found)).all():
        raise ValueError(f"`array` must hold whole numbers; got {found}")
    return found.astype(int).tolist()


def by_rows(matrix: Any) -> str:
    """A matrix in words: "1 2 / 3 4"."""
    return " / ".join(" ".join(str(one) for one in row) for row in matrix)


def _products(image: Any, kernel: Any) -> Any:
    """What lies under the kernel, times the kernel: (rows, columns, height, width)."""
    import numpy as np

    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(image), np.shape(kernel))
    return windows * np.asarray(kernel)


def _spelled(image: Any, kernel: Any, row: int, column: int) -> list[str]:
    """The products of one stop, "a·b + c·d" for each row of the kernel."""
    return [
        " + ".join(f"{image[row + m][column + n]}·{k}" for n, k in enumerate(weights))
        for m, weights in enumerate(kernel)
    ]


def _measure_sliding(lab: Lab, seed: int) -> tuple[Any, Facts]:
    from kit.models import convolve

    products = _products(SLIDING_INPUT, SLIDING_KERNEL)
    output = whole(convolve(SLIDING_INPUT, SLIDING_KERNEL))
    spelled = _spelled(SLIDING_INPUT, SLIDING_KERNEL, 1, 1)
    facts = {
        "width": len(SLIDING_INPUT),
        "kernel_width": len(SLIDING_KERNEL),
        "output": output,
        "output_by_rows": by_rows(output),
        "output_width": len(output),
        "stops": sum(len(row) for row in output),
        "sums_of_products": whole(products.sum(axis=(2, 3))),
        "spelled": " + ".join(spelled),
        "middle": output[1][1],
    }
    return {"products": whole(products.reshape(*products.shape[:2], -1)), "spelled": spelled}, facts


def _draw_sliding(data: Any, facts: Facts) -> Any:
    from kit.board.stage import new_stage, place, say

    figure, stage = new_stage(35.6, 18.7)
    high = facts["kernel_width"]
    for i, row in enumerate(facts["output"]):
        for j, output in enumerate(row):
            terms = "+".join(map(str, data["products"][i][j]))
            place(
                stage, SLIDING_INPUT, 1.0 + 6.3 * i, 1.3 + 7.6 * j, size=0.75,
                window=(i, j, high, high), weights=SLIDING_KERNEL,
                title=f"{terms} = {output}", title_size=0.7,
            )  # fmt: skip
    place(stage, SLIDING_KERNEL, 1.6, 24.0, cell=1.65, title="kernel", title_size=1.1)
    place(
        stage, facts["output"], 1.6, 30.4, cell=1.65, title="output", title_size=1.1,
        marked=[(1, 1)],
    )  # fmt: skip
    say(stage, 8.9, 29.7, "The stop in the middle, in full", fontweight="bold")
    say(stage, 11.7, 25.7, " +\n".join(data["spelled"]), 1.2, ha="left", linespacing=1.6)
    say(stage, 14.7, 25.7, f"= {facts['middle']}", 1.5, ha="left", fontweight="bold")
    say(stage, 17.4, 29.7, "In the cells: a number of the input,\nand × the weight on it.", 0.85)
    figure.suptitle(SLIDING_TITLE)
    return figure


SLIDING_TITLE = "Nine stops of a kernel: each output is a sum of nine products"

SLIDING = LectureFigure(
    id="conv-sliding-kernel",
    topic="convolution",
    title=SLIDING_TITLE,
    lectures=("Makhmutova", "Olteanu"),
    measure=_measure_sliding,
    draw=_draw_sliding,
    caption="A {kernel_width}×{kernel_width} kernel on a {width}×{width} input has {stops} stops. "
    "At each one the numbers under it are multiplied by its weights and added up; in the middle: "
    "{spelled} = {middle}.",
    alt="Nine copies of a {width}×{width} input, with a frame of {kernel_width}×{kernel_width} "
    "cells moving from the upper left to the lower right; above each the nine products and their "
    "sum. On the right the kernel, the outputs row by row, {output_by_rows}, and the sum in the "
    "middle: {spelled} = {middle}.",
    claims=(
        Claim(
            "the outputs are 12 12 17 / 10 17 19 / 9 6 14",
            lambda f: f["output"] == [[12, 12, 17], [10, 17, 19], [9, 6, 14]],
        ),
        Claim("9 stops on 5x5 input", lambda f: (f["width"], f["stops"]) == (5, 9)),
        Claim(
            "each of the 9 outputs of TensorFlow is the sum of the 9 products",
            lambda f: f["output"] == f["sums_of_products"],
        ),
    ),
)

PLACES = ((0, 0), (2, 1))
"""Stops of the second example whose products are shown."""


def _measure_second(lab: Lab, seed: int) -> tuple[Any, Facts]:
    import numpy as np

    from kit.models import convolve

    image, kernel = np.array(SECOND_INPUT), np.array(SECOND_KERNEL)
    turned = kernel[::-1, ::-1]
    output = whole(convolve(image, kernel))
    flipped = whole(convolve(image, turned))
    products = _products(image, kernel)
    facts = {
        "width": len(image),
        "kernel_width": len(kernel),
        "output": output,
        "flipped": flipped,
        "output_by_rows": by_rows(output),
        "flipped_by_rows": by_rows(flipped),
        "differ": int((np.array(output) != np.array(flipped)).sum()),
        "of": products.shape[0] * products.shape[1],
        "shown": [output[i][j] for i, j in PLACES],
        "shown_sums": whole([products[place].sum() for place in PLACES]),
    }
    high = len(kernel)
    windows = [whole(image[i : i + high, j : j + high]) for i, j in PLACES]
    shown = [whole(products[place]) for place in PLACES]
    return {"turned": whole(turned), "windows": windows, "products": shown}, facts


def _draw_second(data: Any, facts: Facts) -> Any:
    from kit.board.stage import frame, new_stage, place, say

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
    figure.suptitle(SECOND_TITLE)
    return figure


SECOND_TITLE = "Multiply cell by cell, add up, move on: the kernel is not flipped"

SECOND = LectureFigure(
    id="conv-second-example",
    topic="convolution",
    title=SECOND_TITLE,
    lectures=("Makhmutova", "Olteanu", "Guillot"),
    measure=_measure_second,
    draw=_draw_second,
    caption="Under the kernel at the upper left the products add up to {shown[0]}, at the framed "
    "place below to {shown[1]}. What networks call convolution is cross-correlation: with the "
    "kernel turned by 180°, as in mathematics, {differ} of {of} outputs come out different.",
    alt="A {width}×{width} input, a {kernel_width}×{kernel_width} kernel and the output "
    "{output_by_rows}. Beside it the kernel turned by 180° with the output {flipped_by_rows}. "
    "Below, for two places, input times kernel, the products, and their sums {shown[0]} and "
    "{shown[1]}.",
    claims=(
        Claim(
            "the outputs are 9 5 4 / 8 8 10 / 8 15 12",
            lambda f: f["output"] == [[9, 5, 4], [8, 8, 10], [8, 15, 12]],
        ),
        Claim(
            "the products shown add up to 9 and 15, as TensorFlow's outputs",
            lambda f: f["shown_sums"] == f["shown"] == [9, 15],
        ),
        Claim(
            "cross-correlation: with the flipped kernel over half of the 9 outputs differ",
            lambda f: f["of"] == 9 and f["differ"] > 4.5,
        ),
    ),
)

FIGURES: tuple[LectureFigure, ...] = (SLIDING, SECOND)
