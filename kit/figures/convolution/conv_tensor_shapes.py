"""The kernel's shape knows the channels, not the image or the batch"""

from __future__ import annotations

import math
from typing import Any

from kit.board.stage import new_stage
from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.convolution._tensors import draw_tensors, places_that_meet, shapes_of

LECTURES = ("Makhmutova",)
CAPTION = (
    "A batch of {input[0]} colour images of {input[1]}×{input[2]} pixels is one tensor of "
    "{numbers[input]:,} numbers, {an_image:,} an image. The kernel on it has {numbers[kernel]:,} "
    "weights: its third number is the depth of the input, its last the depth of the output. A "
    "batch of {others[0]} images of {others[1]}×{others[1]} takes the same kernel."
)
ALT = (
    "Left a batch of images as blocks, in the middle {kernel[3]} filters as small blocks, right "
    "the blocks of their maps. Beneath them the shapes: input {spelled[input]}, kernel "
    "{spelled[kernel]}, output {spelled[output]}. Frames join the {input[3]} of input and kernel "
    "and the {kernel[3]} of kernel and output."
)
NOTES = Notes(
    look="Look at the framed numbers. Which number of the input must come back in the kernel, and "
    "which number of the kernel in the output?",
    point="The depth of the input comes back, {input[3]} for three colours, and the number of "
    "filters, {kernel[3]}, is the depth of the output. The batch is {numbers[input]:,} numbers, "
    "the kernel only {numbers[kernel]:,}.",
    misconception="The first number of a kernel's shape is not that of a batch. A kernel has no "
    "place for the batch: every image of it meets the same weights, whether there are {input[0]} "
    "of them or {others[0]}.",
)
CLAIMS = (
    Claim("numbers.input", "==", 75_264, "a batch of [32, 28, 28, 3] is {limit:,} numbers"),
    Claim("an_image", "==", 2_352, "{limit:,} numbers an image"),
    Claim("kernel", "==", [5, 5, 3, 8], "kernel: height, width, channels in, channels out"),
    Claim("output", "==", [32, 28, 28, 8], "the output is as deep as there are filters"),
    Claim("met", "==", words="the kernel's third place reads, its fourth writes", than="expected"),
    Claim(
        "kernel_of_others", "==", words="another image and batch: the same kernel", than="kernel"
    ),
)
CONTROL = Control(channels=1, refutes="kernel", words="images in grey, of one channel")
QUIZ = Quiz(
    "How many numbers are the batch (1), one image (2), the kernel (3)?",
    (
        Answer("75,264 = 32·28·28·3", r"\b75,264\b"),
        Answer("2,352 = 28·28·3", r"\b2,352\b"),
        Answer("600 = 5·5·3·8", r"\b600\b"),
    ),
    level=11,
)

BATCH, SIDE, FILTERS, FIELD = 32, 28, 8, 5
OTHER_BATCH = (64, 40)  # images of a batch, and their side


def measure(lab: Lab, seed: int, channels: int = 3) -> tuple[Any, Facts]:
    """Shapes in Keras of images of so many channels."""
    shapes = shapes_of(BATCH, SIDE, channels, FILTERS, FIELD)
    numbers = {name: math.prod(shape) for name, shape in shapes.items()}
    facts: Facts = {
        **shapes,
        "numbers": numbers,
        "an_image": math.prod(shapes["input"][1:]),
        "a_filter": math.prod(shapes["kernel"][:3]),
        "others": list(OTHER_BATCH),
        "kernel_of_others": shapes_of(*OTHER_BATCH, channels, FILTERS, FIELD)["kernel"],
        "met": places_that_meet(channels, FILTERS, FIELD),
        "expected": [[c, f] for c in range(channels) for f in range(FILTERS)],
        "spelled": {name: ", ".join(map(str, shape)) for name, shape in shapes.items()},
    }
    facts["words"] = {
        "input": f"{numbers['input']:,} numbers,\n{facts['an_image']:,} an image",
        "kernel": f"{numbers['kernel']:,} weights,\n{facts['a_filter']:,} a filter",
        "output": f"{numbers['output']:,} numbers,\na map for each filter",
    }
    return None, facts


def draw(data: Any, facts: Facts) -> Any:
    """Batch, filters and maps, with the shapes of their tensors."""
    figure, stage = new_stage(172, 84)
    draw_tensors(stage, facts)
    return figure
