"""Full padding: 5×5 becomes 7×7, and a corner meets one input only"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.board.stage import frame, new_stage, place, say
from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.convolution._worked import SLIDING_INPUT, SLIDING_KERNEL, by_rows, whole
from kit.stats import convolve, padding_of

LECTURES = ("Makhmutova",)
CAPTION = (
    "With {zeros[0]} zeros on every side, {zeros_per_axis} along each axis, a "
    "{kernel_width}×{kernel_width} kernel stops wherever it meets any input: a {width}×{width} "
    "input gives {out_width}×{out_width} outputs. In the corners it meets {corners_meet[0]} "
    "input ({first} at the upper left), in the middle {middle_meets}."
)
ALT = (
    "A {width}×{width} input within {zeros[0]} rows and columns of zeros; frames show the "
    "kernel in the four corners. The {out_width}×{out_width} output {output_by_rows}, and how many "
    "inputs each output meets: {met_by_rows}."
)
NOTES = Notes(
    look="Look into the corners: how many inputs lie under the kernel there? Then let them guess "
    "the output's width, if the kernel may stop wherever it meets any input at all.",
    point="It is {out_width}: with {zeros[0]} zeros on each side the kernel has {width} + "
    "{kernel_width} − 1 places along an axis. An output in the corner is made of {corners_meet[0]} "
    "input only, one in the middle of {middle_meets}.",
    misconception="Nobody needs full padding to make images larger. Its place is the way back: "
    "when a gradient goes from VALID's output to its input, the kernel, turned by half a turn, is "
    "laid over it in just this way.",
)
CLAIMS = (
    Claim("widths", "==", [5, 7], "{limit[0]}x{limit[0]} becomes {limit[1]}x{limit[1]}"),
    Claim("zeros_per_axis", "==", 4, "{limit} zeros along each axis"),
    Claim("zeros_per_axis", "==", words="2(k - 1) of them", than="zeros_by_formula"),
    Claim("corners_meet", "==", 1, "each of the 4 corners meets {limit} input"),
    Claim("first_output", "==", 6, "and the first is its product: {limit}"),
    Claim("first_output", "==", words="as multiplied by hand", than="first_product"),
    Claim("inner", "==", words="the inner 3x3 outputs are VALID's", than="valid"),
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    image, kernel = np.array(SLIDING_INPUT), np.array(SLIDING_KERNEL)
    before, after = padding_of(len(image), len(kernel), padding="full")
    output = whole(convolve(image, kernel, padding="full"))
    met = whole(convolve(np.ones_like(image), np.ones_like(kernel), padding="full"))
    ends = (0, -1)
    facts = {
        "width": len(image),
        "kernel_width": len(kernel),
        "output": output,
        "output_by_rows": by_rows(output),
        "met_by_rows": by_rows(met),
        "out_width": len(output),
        "zeros": [before, after],
        "zeros_per_axis": before + after,
        "met": met,
        "corners_meet": [met[i][j] for i in ends for j in ends],
        "middle_meets": met[len(met) // 2][len(met) // 2],
        "valid": whole(convolve(image, kernel)),
        "corners": [output[i][j] for i in ends for j in ends],
        "first": f"{image[0, 0]}·{kernel[-1, -1]} = {output[0][0]}",
        "first_product": int(image[0, 0] * kernel[-1, -1]),
        "first_output": output[0][0],
        "widths": [len(image), len(output)],
        "zeros_by_formula": 2 * (len(kernel) - 1),
        "inner": [row[2:-2] for row in output[2:-2]],
    }
    return whole(np.pad(image, (before, after))), facts


def draw(padded: Any, facts: Facts) -> Any:
    figure, stage = new_stage(26.4, 13.0)
    zeros, high, wide = facts["zeros"], facts["kernel_width"], facts["out_width"]
    words = {"title_size": 1.1}
    inner = place(
        stage, padded, 1.3, 0.2, padding=(zeros, zeros), window=(0, 0, high, high),
        weights=SLIDING_KERNEL, title="input and its zeros", **words,
    )  # fmt: skip
    output = place(stage, facts["output"], 2.3, 11.1, title="output", **words)
    met = place(stage, facts["met"], 2.3, 19.2, shades=True, title="inputs that it meets", **words)
    say(stage, 5.8, 10.15, "→", 1.8)
    last = wide - 1
    for k, (i, j) in enumerate(((0, 0), (0, last), (last, 0), (last, last))):
        frame(inner, i, j, high, high, k)
        frame(output, i, j, 1, 1, k)
        frame(met, i, j, 1, 1, k)
    say(
        stage, 11.7, 13.2,
        f"In a corner the kernel meets one input, the rest is zeros: {facts['first']} at the upper "
        f"left.\n{zeros[0]} zeros on each side are {facts['zeros_per_axis']} = 2(k − 1) along an "
        f"axis, and the output is {facts['width']} + {high} − 1 = {wide} wide.",
        linespacing=1.6,
    )  # fmt: skip
    return figure
