"""A toy convnet reads a 7: two filters, two more, pooling, softmax"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.board.stage import say, set_stage
from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.quiz import answers_in_words
from kit.figures.cnn._stations import draw_arrow, draw_bars, draw_bracket, draw_image
from kit.plots.images import WEIGHTS

LECTURES = ("Olteanu",)
CAPTION = (
    "{parameters:,} parameters, trained on {train:,} digits ({source}). Two 3x3 filters make two "
    "maps of the first {label} among the test digits ({sizes[conv1]}), two more read both maps "
    "({sizes[conv2]}), max-pooling halves them ({sizes[pool]}). The dense layer's sum is highest "
    "for {taken_for} ({largest_z:.1f}), to which softmax gives {probability:.1%}; {second} comes "
    "second with {second_probability:.1%}."
)
ALT = (
    "From left to right, with arrows: a handwritten {label} ({source}), two small kernels, two "
    "maps after conv1, two after conv2, each of which reads both, two after pooling, and a bar for "
    "each of ten classes, first sums, then probabilities, highest for {taken_for} with "
    "{probability:.1%}."
)
NOTES = Notes(
    look="Follow the {label} from pixels to probabilities. At every station: how many numbers are "
    "left, and what has been done to them?",
    point="Two filters make {sizes[conv1]}, two more {sizes[conv2]}, pooling leaves {sizes[pool]}. "
    "With {parameters:,} parameters in all, the network says {taken_for} and gives it "
    "{probability:.1%}.",
    misconception="{probability:.1%} is not a share of right answers. It is what softmax makes of "
    "ten sums, and {second} came second with {second_probability:.1%}. How well the toy reads is a "
    "question for all the test digits, and another figure asks it.",
)
CLAIMS = (
    Claim("read", "==", [7, 7], "the {limit[0]} is taken for a {limit[1]}"),
    Claim("sum", "near", (1, 1e-5), "the probabilities add up to {value}, within {tolerance}"),
    Claim("parameters", "==", 2_948, "{limit:,} parameters"),
)
QUIZ = Quiz(
    "Which layers gave the maps (1), (2), (3)?",
    (*answers_in_words("conv1", "conv2"), Answer("pool", r"\bpool(ing)?\b")),
)

MIDDLE, ROWS = 42.0, (29.5, 56.0)  # of the stage, and of the two maps
LARGEST_MAP = 21.0  # of the largest map


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    trained = lab.train_on_digits("toy", seed)
    snapshot = trained.snapshot
    output = snapshot["o"]
    assert output.z is not None and output.activation is not None
    z, a = output.z[0], output.activation[0]
    data = {
        "image": trained.image,
        "maps": trained.maps,
        "kernels": {name: snapshot[name].weight for name in ("conv1", "conv2")},
        "z": z,
        "probabilities": a,
    }
    facts: Facts = {
        **trained.facts,
        "label": trained.label,
        "parameters": trained.parameters,
        "taken_for": int(a.argmax()),
        "probability": float(a.max()),
        "second": int(a.argsort()[-2]),
        "second_probability": float(sorted(a)[-2]),
        "largest_z": float(z.max()),
        "read": [trained.label, int(a.argmax())],
        "sum": float(a.astype(float).sum()),
        "sizes": {
            name: "×".join(map(str, trained.maps[name].shape))
            for name in ("conv1", "conv2", "pool")
        },
    }
    return data, facts


def draw(data: Any, facts: Facts) -> Any:
    """From the digit through two maps three times to ten sums and ten probabilities."""
    figure, ax = plt.subplots()
    set_stage(ax, 166, 78)
    image = data["image"].reshape(data["image"].shape[:2])
    draw_image(ax, image, 0, MIDDLE - 14, 28)
    say(ax, MIDDLE - 16, 14, f"a {facts['label']}", 1.4, va="bottom", fontweight="bold")
    height, width = image.shape
    say(ax, MIDDLE + 15.5, 14, f"{height}×{width}", 0.85, va="top")
    kernels = data["kernels"]["conv1"][:, :, 0, :]
    limit = float(np.abs(kernels).max())
    starts = [(28.0, MIDDLE)] * 2
    for column, name in ((49.0, "conv1"), (75.0, "conv2"), (101.0, "pool")):
        maps = data["maps"][name]
        side = LARGEST_MAP * maps.shape[0] / data["maps"]["conv1"].shape[0]
        left = column + (LARGEST_MAP - side) / 2
        for k, row in enumerate(ROWS):
            draw_image(ax, maps[:, :, k], left, row - side / 2, side)
            sources = starts if name == "conv2" else [starts[k]]
            for start in sources:  # conv2 reads both maps, the others one
                draw_arrow(ax, start, (left, row + 0.25 * (start[1] - row)))
            if name == "conv1":
                look = {"cmap": WEIGHTS, "vmin": -limit, "vmax": limit}
                draw_image(ax, kernels[:, :, k], 34, MIDDLE - 10.5 + 12.5 * k, 8.5, **look)
        size = "×".join(map(str, maps.shape[:2]))
        top, middle = ROWS[0] - LARGEST_MAP / 2 - 8, column + LARGEST_MAP / 2
        say(ax, top - 0.5, middle, name, va="bottom", fontweight="bold")
        say(ax, top, middle, f"2 maps\n{size}", 0.8, va="top", linespacing=1.05)
        starts = [(left + side, row) for row in ROWS]
    say(ax, MIDDLE - 12, 38.25, "2 kernels\n3×3", 0.8, linespacing=1.05, va="bottom")
    first, last = ROWS[0] - side / 2, ROWS[1] + side / 2
    edge = 101 + (LARGEST_MAP + side) / 2 + 1.2
    draw_bracket(ax, (first, last), edge)  # every class reads both maps, pixel for pixel
    draw_arrow(ax, (edge + 1, MIDDLE), (123.5, MIDDLE))
    draw_bars(ax, MIDDLE, 125, 15, data["z"], facts["taken_for"], "dense sums z")
    draw_arrow(ax, (140.5, MIDDLE), (145.5, MIDDLE))
    likely = f"{facts['probability']:.1%}"
    draw_bars(ax, MIDDLE, 148.5, 9, data["probabilities"], facts["taken_for"], "softmax", likely)
    return figure
