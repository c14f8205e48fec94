"""SAME keeps 5×5, VALID leaves 3×3, stride 2 takes every other stop"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kit.board.stage import new_stage, place, say
from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.convolution._stops import mark_stops
from kit.figures.convolution._ways import WAY_TITLES, WAYS, way_name
from kit.figures.convolution._worked import SECOND_INPUT, SECOND_KERNEL, by_rows, whole
from kit.stats import convolve, padding_of

LECTURES = ("Makhmutova", "Sridharan", "Olteanu")
CAPTION = (
    "A {kernel_width}×{kernel_width} kernel on a {width}×{width} input. VALID stops only "
    "where the whole kernel lies on the input: {out_width[valid_1]}×{out_width[valid_1]} outputs, "
    "or {out_width[valid_2]}×{out_width[valid_2]} with stride 2. SAME surrounds the input with "
    "{zeros[same_1][0]} row and column of zeros: {out_width[same_1]}×{out_width[same_1]}, or "
    "{out_width[same_2]}×{out_width[same_2]} with stride 2."
)
ALT = (
    "Four panels, each with the input, its padding, the kernel's stops and the output. VALID, "
    "stride 1: {by_rows[valid_1]}. SAME, stride 1: {by_rows[same_1]}. VALID, stride 2: "
    "{by_rows[valid_2]}. SAME, stride 2: {by_rows[same_2]}."
)
NOTES = Notes(
    look="Four ways to lay a kernel of {kernel_width}×{kernel_width} on an input of "
    "{width}×{width}. How large is each of the outputs? Let them guess before anybody counts.",
    point="VALID leaves {out_width[valid_1]}×{out_width[valid_1]}, SAME keeps "
    "{out_width[same_1]}×{out_width[same_1]}. With stride 2 they are "
    "{out_width[valid_2]}×{out_width[valid_2]} and {out_width[same_2]}×{out_width[same_2]}: here "
    "just every other output of stride 1, across and down.",
    misconception="SAME does not promise an output of the same size: with stride 2 it falls from "
    "{width} to {out_width[same_2]}. Nor does it stretch the image. What it adds is zeros, and the "
    "outer outputs are sums with those zeros in them.",
)
CLAIMS = (
    Claim(
        "out_width",
        "==",
        {"valid_1": 3, "same_1": 5, "valid_2": 2, "same_2": 3},
        "5x5 becomes {limit[valid_1]}x{limit[valid_1]} (VALID), {limit[same_1]}x{limit[same_1]} "
        "(SAME), with stride 2 {limit[valid_2]}x{limit[valid_2]} and "
        "{limit[same_2]}x{limit[same_2]}",
    ),
    Claim(
        "apart", "==", 0, "SAME and VALID of TensorFlow itself give the same numbers: {limit} apart"
    ),
    Claim(
        "every_other", "==", True, "stride 2 gives every 2nd output of stride 1 in both directions"
    ),
    Claim(
        "inside_same",
        "==",
        words="within SAME's 5x5 the inner 3x3 are VALID's",
        than="output.valid_1",
    ),
)
QUIZ = Quiz(
    "Which padding and which stride: (1), (2), (3), (4)?",
    tuple(Answer(words, rf"{words}(: \d×\d)?") for words in WAY_TITLES),
    level=5,
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    image, kernel = (np.array(values, dtype=float) for values in (SECOND_INPUT, SECOND_KERNEL))
    outputs, apart, padded, around = {}, [], {}, {}
    for padding, stride in WAYS:
        name = way_name(padding, stride)
        found = convolve(image, kernel, stride=stride, padding=padding)
        own = keras.ops.conv(
            image[None, :, :, None], kernel[:, :, None, None], strides=stride, padding=padding
        )
        apart.append(float(np.abs(found - np.asarray(own)[0, :, :, 0]).max()))
        outputs[name] = whole(found)
        around[name] = padding_of(len(image), len(kernel), stride, padding)
        padded[name] = whole(np.pad(image, around[name]))
    facts = {
        "width": len(image),
        "kernel_width": len(kernel),
        "output": outputs,
        "by_rows": {name: by_rows(output) for name, output in outputs.items()},
        "out_width": {name: len(output) for name, output in outputs.items()},
        "zeros": {name: list(pair) for name, pair in around.items()},
        "apart": max(apart),
        "every_other": {
            padding: outputs[way_name(padding, 2)]
            == [row[::2] for row in outputs[way_name(padding, 1)][::2]]
            for padding in ("valid", "same")
        },
        "inside_same": [row[1:-1] for row in outputs["same_1"][1:-1]],
    }
    return padded, facts


def draw(padded: Any, facts: Facts) -> Any:
    (figure, stage), high = new_stage(33.2, 17.6), facts["kernel_width"]
    for k, (padding, stride) in enumerate(WAYS):
        name = way_name(padding, stride)
        zeros, output = facts["zeros"][name], facts["output"][name]
        top, left = 1.0 + 8.2 * (k // 2), 0.2 + 17.2 * (k % 2)
        inset = 1 - zeros[0]  # the input's own cells stand at one place in every panel
        inner = place(
            stage, padded[name], top + inset, left + inset, size=0.8, padding=(zeros, zeros)
        )
        place(stage, SECOND_KERNEL, top + 1.2, left + 7.6, cell=0.8, size=0.7)
        say(stage, top + 4.4, left + 8.8, "→", 1.8)
        out_left = left + 13.1 - len(output) / 2
        result = place(stage, output, top + 3.5 - len(output) / 2, out_left, size=0.9)
        mark_stops(inner, result, high, stride, len(output))
        words = f"{padding.upper()}, stride {stride}: {len(output)}×{len(output)}"
        say(stage, top - 0.5, left + 8.2, words, 1.05, fontweight="bold")
    say(
        stage, 17.25, 16.6,
        "solid frame: first stop · dashed frame: second · dots: the kernel's middle at every stop "
        "· grey: zeros",
        0.8,
    )  # fmt: skip
    return figure
