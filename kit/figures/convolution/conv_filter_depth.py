"""Filter depth = depth of the input; output depth = number of filters"""

from __future__ import annotations

import math
from typing import Any

import matplotlib.pyplot as plt

from kit.board.stage import set_stage
from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.convolution._depth import (
    convolution,
    dense_weights,
    draw_bars,
    draw_volumes,
    example_of,
    shape_in_words,
)
from kit.plots.styling import SERIES

LECTURES = ("Sridharan",)
CAPTION = (
    "On {small[in_words][input]} a filter has {small[weights]} weights and a bias, "
    "{small[parameters]} parameters; on {deep[in_words][input]} it has {deep[parameters]}. Each "
    "gives one number at a place, and so one map; {small[filters]} filters give a depth of "
    "{small[volume][2]}. A larger image takes no more weights ({weights_on_large}), where one "
    "dense unit takes {dense:,} or {dense_on_large:,}."
)
ALT = (
    "Blocks. Above, an input {small[in_words][input]}, a filter {small[in_words][filter]} on "
    "it, its one map {small[in_words][map]}, and the volume {small[in_words][volume]} of "
    "{small[filters]} filters. Below, the same with {deep[in_words][input]}, "
    "{deep[in_words][filter]}, {deep[in_words][map]} and {deep[in_words][volume]}. Bars: "
    "{small[weights]} weights of a filter on either image, {dense:,} and {dense_on_large:,} of a "
    "dense unit."
)
NOTES = Notes(
    look="The image grows from 32×32 to 200×200 pixels, in three colours. How many more weights "
    "does a filter need then, and how many more a dense unit?",
    point="The filter needs none: {small[weights]} weights on either image. The dense unit goes "
    "from {dense:,} to {dense_on_large:,}. How deep the output is depends on the number of filters "
    "alone: {small[filters]} of them give a depth of {small[volume][2]}.",
    misconception="No more weights is not no more work: the filter stops at every place, and a "
    "larger image has more of them. What does cost weights is a deeper input. On a depth of "
    "{deep[input][2]} a filter has {deep[weights]}.",
)
CLAIMS = (
    Claim(
        "filters",
        "==",
        [[5, 5, 3], [5, 5, 20]],
        "a filter is as deep as its input: 5x5x{limit[0][2]} and 5x5x{limit[1][2]}",
    ),
    Claim(
        "numbers_of_a_portion",
        "==",
        1,
        "on a portion as large as itself a filter gives {limit} number",
    ),
    Claim("small.parameters", "==", 76, "5·5·3 + 1 = {limit} parameters a filter"),
    Claim(
        "volumes",
        "==",
        [[32, 32, 12], [16, 16, 5]],
        "{limit[0][2]} filters give a depth of {limit[0][2]}, {limit[1][2]} one of {limit[1][2]}",
    ),
    Claim("map_depths", "==", 1, "one filter gives a depth of {limit}"),
    Claim("dense", "==", 3072, "a dense unit takes {limit:,} weights on 32x32x3"),
    Claim("dense_on_large", "==", 120_000, "and {limit:,} on 200x200x3"),
    Claim("small.weights", "==", 75, "the filter takes {limit} weights"),
    Claim("small.weights", "==", words="on either image", than="weights_on_large"),
)
QUIZ = Quiz(
    "How many weights, how many parameters: which numbers are (1) to (6)?",
    tuple(
        Answer(words, rf"(?<![\d,]){number}(?![\d,]\d)")
        for number, words in (
            ("75", "75 = 5·5·3"),
            ("76", "76, with the bias"),
            ("500", "500 = 5·5·20"),
            ("501", "501, with the bias"),
            ("3,072", "3,072 = 32·32·3"),
            ("120,000", "120,000 = 200·200·3"),
        )
    ),
    level=9,
)

VOLUMES = (((32, 32, 3), 12), ((16, 16, 20), 5))  # input, filters
LARGE = (200, 200, 3)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    examples = [example_of(shape, filters) for shape, filters in VOLUMES]
    facts = {
        "examples": examples,
        "small": examples[0],
        "deep": examples[1],
        "large": list(LARGE),
        "weights_on_large": convolution(1, LARGE)["weights"],
        "dense": dense_weights(VOLUMES[0][0]),
        "dense_on_large": dense_weights(LARGE),
        "filters": [one["filter"] for one in examples],
        "volumes": [one["volume"] for one in examples],
        "map_depths": [one["map"][2] for one in examples],
        "numbers_of_a_portion": [math.prod(one["of_a_portion"]) for one in examples],
    }
    return None, facts


def draw(data: Any, facts: Facts) -> Any:
    figure, (left, right) = plt.subplots(1, 2, width_ratios=[2.7, 1])
    stage = set_stage(left, 152, 108)
    draw_volumes(stage, facts["examples"])
    blue, orange, _ = (look[0] for look in SERIES[:3])
    small, large = shape_in_words(facts["small"]["input"]), shape_in_words(facts["large"])
    bars = (
        (f"a filter on {small}", facts["small"]["weights"], orange, ""),
        (f"a filter on {large}", facts["weights_on_large"], orange, ""),
        (f"a dense unit on {small}", facts["dense"], blue, "//"),
        (f"a dense unit on {large}", facts["dense_on_large"], blue, "//"),
    )
    draw_bars(right, bars)
    return figure
