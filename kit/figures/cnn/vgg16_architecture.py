"""VGG-16: thirteen convolutions, most parameters in one dense layer"""

from __future__ import annotations

from typing import Any

import keras

from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.cnn._architecture import (
    ARCHITECTURE_ALT,
    architecture_claims,
    draw_architecture,
    measure_architecture,
    narrowing,
)

LECTURES = ("Olteanu",)
CAPTION = (
    "Thirteen convolutions in five blocks, all with filters of 3×3, and pooling after each. From "
    "block to block the image halves, {block_sides[0]}, {block_sides[1]}, {block_sides[2]}, "
    "{block_sides[3]}, {block_sides[4]} pixels a side, and the maps double from {block_maps[0]} to "
    "{block_maps[3]}, where they stay. And yet the bars: of {parameters:,} parameters "
    "{most_share:.0%} are in the first dense layer, which reads {flat:,} values; all thirteen "
    "convolutions together have {conv_share:.0%}."
)
ALT = ARCHITECTURE_ALT
NOTES = Notes(
    look="Thirteen convolutions, and not one filter larger than 3×3. How can such small filters "
    "see large things? And where are the parameters? Collect answers to both.",
    point="From block to block the image halves, from {block_sides[0]} to {block_sides[4]} pixels, "
    "and the maps grow from {block_maps[0]} to {block_maps[4]}. Yet {most_share:.0%} of "
    "{parameters:,} parameters are in the first dense layer; all convolutions have "
    "{conv_share:.0%}.",
    misconception="Sixteen is not the number of all layers: it counts those with weights, thirteen "
    "convolutions and three dense layers. Pooling has none. And small filters are not a lack: two "
    "of 3×3, one behind the other, see as far as one of 5×5, with 18 weights in place of 25.",
)
CLAIMS = (
    *architecture_claims(138_357_544),
    Claim("fields", "==", [3], "every filter is 3×3"),
    Claim("convolutions", "==", 13, "{limit} convolutions"),
    Claim(
        "block_sides",
        "==",
        [224, 112, 56, 28, 14],
        "the image halves from block to block: {listed}",
    ),
    Claim("block_maps", "==", [64, 128, 256, 512, 512], "the maps double up to 512: {listed}"),
    Claim("most", "==", "fc1", "most parameters are in {limit}, the first dense layer"),
)
QUIZ = Quiz(
    "How many parameters have VGG-16's dense layers: (1), (2), (3)?",
    (
        Answer("102,764,544 = (25,088 + 1)·4,096", r"\b102,764,544\b"),
        Answer("16,781,312 = (4,096 + 1)·4,096", r"\b16,781,312\b"),
        Answer("4,097,000 = (4,096 + 1)·1,000", r"\b4,097,000\b"),
    ),
)

draw = draw_architecture


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """Sizes and parameters of the layers, of a model that is never trained."""
    with keras.StatelessScope():  # variables without values: shapes are enough to count
        model = keras.applications.VGG16(weights=None)
        layers, facts = measure_architecture(model)
        convolutions = [one for one in model.layers if isinstance(one, keras.layers.Conv2D)]
    blocks = [one for one in layers if one.name.endswith("_conv1")]
    return layers, facts | narrowing(layers, "block1_conv1", "block5_conv3") | {
        "convolutions": len(convolutions),
        "fields": sorted({side for one in convolutions for side in one.kernel_size}),
        "block_sides": [one.shape[0] for one in blocks],
        "block_maps": [one.shape[-1] for one in blocks],
    }
