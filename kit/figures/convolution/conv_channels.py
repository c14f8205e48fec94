"""A filter has one kernel per channel; their outputs add up to one map"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kit.board.stage import frame, new_stage, place, say
from kit.catalogue import Claim, Lab, Notes
from kit.catalogue.claims import Facts
from kit.figures.convolution._channels import (
    BLUE,
    BLUE_KERNEL,
    CHANNELS,
    GREEN,
    GREEN_KERNEL,
    RED,
    RED_KERNEL,
    draw_rows,
    signed,
    with_minus,
)
from kit.figures.convolution._worked import by_rows, whole
from kit.stats import convolve

LECTURES = ("Makhmutova", "Sridharan")
PLAY = {"page": "cnn"}
CAPTION = (
    "A filter on {channels} channels: each of its {channels} kernels slides over its own "
    "channel, and their outputs and the bias ({bias}) add up to {maps} map. At the first stop "
    "{first[0]}, {first[1]} and {first[2]} add up to {first_sum}, and the bias makes it "
    "{first_result}. {parameters} parameters in all."
)
ALT = (
    "Three rows, red, green and blue: a {width}×{width} input, a {kernel_width}×{kernel_width} "
    "kernel, and the outputs {each_by_rows}. Their sum {sum_by_rows}; with the bias {bias}: "
    "{result_by_rows}."
)
NOTES = Notes(
    look="Three channels go in. How many maps come out of one filter, three or one? Take a vote, "
    "then work through the first stop together.",
    point="One filter gives {maps} map. At the first stop its kernels give {first[0]}, {first[1]} "
    "and {first[2]}, together {first_sum}, and with the bias {first_result}. All this takes "
    "{parameters} parameters.",
    misconception="Colours do not travel through the network side by side. Every filter adds over "
    "all channels, so a map has no red, green and blue any more. And there is one bias to a "
    "filter, not one to a channel.",
)
CLAIMS = (
    Claim(
        "result",
        "==",
        words="the 3 outputs and the bias add up to what Keras's layer with that filter gives",
        than="of_layer",
    ),
    Claim("sum_and_bias", "==", words="and so do their sum and the bias", than="of_layer"),
    Claim(
        "channels_and_maps", "==", [3, 1], "{limit[0]} channels go in and {limit[1]} map comes out"
    ),
    Claim("parameters", "==", 28, "3·3·3 + 1 = {limit} parameters"),
)

BIAS = -3


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    image = np.stack([RED, GREEN, BLUE], axis=-1)  # (height, width, channels)
    kernels = np.stack([RED_KERNEL, GREEN_KERNEL, BLUE_KERNEL], axis=-1)
    each = [whole(convolve(image[..., k], kernels[..., k])) for k in range(len(CHANNELS))]
    layer = keras.layers.Conv2D(1, kernels.shape[:2])
    layer.build((None, *image.shape))
    layer.set_weights([kernels[..., None], np.array([BIAS])])
    own = np.asarray(layer(image[None].astype(np.float32)))[0, :, :, 0]
    total = np.sum(each, axis=0)
    facts = {
        "channels": len(CHANNELS),
        "width": len(image),
        "kernel_width": len(kernels),
        "each": each,
        "sum": whole(total),
        "bias": BIAS,
        "result": whole(convolve(image, kernels, bias=BIAS)),
        "each_by_rows": "; ".join(by_rows(one) for one in each),
        "of_layer": whole(own),
        "parameters": int(layer.count_params()),
        "first": [one[0][0] for one in each],
    }
    facts["first_sum"], facts["first_result"] = facts["sum"][0][0], facts["result"][0][0]
    facts["sum_by_rows"], facts["result_by_rows"] = by_rows(facts["sum"]), by_rows(facts["result"])
    facts["maps"] = int(layer.compute_output_shape((None, *image.shape))[-1])
    facts["sum_and_bias"] = [[one + BIAS for one in row] for row in facts["sum"]]
    facts["channels_and_maps"] = [len(CHANNELS), facts["maps"]]
    return None, facts


def draw(data: Any, facts: Facts) -> Any:
    figure, stage = new_stage(33.6, 18.4)
    high = facts["kernel_width"]

    draw_rows(stage, facts)
    big: dict[str, Any] = {"cell": 1.6, "size": 1.1, "number": with_minus, "title_size": 1.1}
    say(stage, 9.5, 17.9, "=", 1.8)
    total = place(stage, facts["sum"], 7.1, 19.0, title="their sum", **big)
    frame(total, 0, 0, 1, 1, 3)
    say(stage, 9.5, 26.1, f"{signed([0, facts['bias']])[2:]}  =", 1.5)
    say(stage, 10.8, 25.7, "bias", 1.1)
    result = place(stage, facts["result"], 7.1, 28.4, title="one map", **big)
    frame(result, 0, 0, 1, 1, 3)
    say(
        stage, 3.2, 26.1,
        f"First stop (framed): {signed(facts['first'])} = {facts['first_sum']},\n"
        f"with the bias {signed([facts['bias']])} it is {signed([facts['first_result']])}.",
        linespacing=1.5,
    )  # fmt: skip
    weights = facts["parameters"] - 1
    say(
        stage, 15.2, 26.1,
        f"{facts['channels']} kernels of {high}×{high} = {weights} weights,\nand one bias: "
        f"{facts['parameters']} parameters,\none map out.",
        linespacing=1.5,
    )  # fmt: skip
    return figure
