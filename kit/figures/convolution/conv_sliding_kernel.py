"""Nine stops of a kernel: each output is a sum of nine products"""

from __future__ import annotations

from typing import Any

from kit.board.stage import new_stage, place, say
from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.convolution._worked import (
    SLIDING_INPUT,
    SLIDING_KERNEL,
    by_rows,
    moving_kernel,
    products_at_stops,
    whole,
)
from kit.stats import convolve

LECTURES = ("Makhmutova", "Olteanu")
PLAY = {"page": "cnn"}
CAPTION = (
    "A {kernel_width}×{kernel_width} kernel on a {width}×{width} input has {stops} stops. "
    "At each one the numbers under it are multiplied by its weights and added up; in the middle: "
    "{spelled} = {middle}."
)
ALT = (
    "Nine copies of a {width}×{width} input, with a frame of {kernel_width}×{kernel_width} "
    "cells moving from the upper left to the lower right; above each the nine products and their "
    "sum. On the right the kernel, the outputs row by row, {output_by_rows}, and the sum in the "
    "middle: {spelled} = {middle}."
)
NOTES = Notes(
    look="Follow the frame, stop by stop, from the upper left to the lower right. Before you come "
    "to the middle, let them work it out on paper: what does that stop give?",
    point="There are {stops} stops and so {stops} outputs, each a sum of nine products; the middle "
    "one is {middle}. An input {width} wide has only {output_width} places for a kernel "
    "{kernel_width} wide.",
    misconception="Nine stops do not mean nine kernels. It is the same nine weights every time, "
    "and they are all there is to learn, however large the image. A dense layer would have a "
    "weight of its own for every pair of input and output.",
)
CLAIMS = (
    Claim("output", "==", [[12, 12, 17], [10, 17, 19], [9, 6, 14]], "the outputs are {rows}"),
    Claim("size_and_stops", "==", [5, 9], "{limit[1]} stops on an input of {limit[0]}x{limit[0]}"),
    Claim(
        "output",
        "==",
        words="each of the 9 outputs of TensorFlow is the sum of the 9 products",
        than="sums_of_products",
    ),
)
QUIZ = Quiz(
    "Multiply, add up: which number is (1)?",
    (Answer("{middle}", r"(?<!\d)17(?!\d)"),),
    caption="A {kernel_width}×{kernel_width} kernel on a {width}×{width} input has {stops} stops.",
    level=1,
)


def _spelled(image: Any, kernel: Any, row: int, column: int) -> list[str]:
    """The products of one stop, "a·b + c·d" for each row of the kernel."""
    return [
        " + ".join(f"{image[row + m][column + n]}·{k}" for n, k in enumerate(weights))
        for m, weights in enumerate(kernel)
    ]


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    products = products_at_stops(SLIDING_INPUT, SLIDING_KERNEL)
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
        "size_and_stops": [len(SLIDING_INPUT), sum(len(row) for row in output)],
    }
    return {"products": whole(products.reshape(*products.shape[:2], -1)), "spelled": spelled}, facts


def draw(data: Any, facts: Facts) -> Any:
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
    return figure


ANIMATION = moving_kernel(SLIDING_INPUT, SLIDING_KERNEL, title="A kernel slides over its input")
