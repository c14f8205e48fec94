"""One digit on its way through the CNN: more maps, and smaller ones"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.board.stage import arrow, say, set_stage
from kit.catalogue import Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.quiz import answers_in_words
from kit.figures.cnn._map_row import MAPS_MIDDLE, draw_maps, draw_probabilities

LECTURES = ("Olteanu", "Makhmutova")
PLAY = {"page": "cnn"}
CAPTION = (
    "The first {label} of the test digits ({source}) in every layer of the trained "
    "CNN: {sizes[conv1]}, pooled to {sizes[pool1]}, then {sizes[conv2]} and {sizes[pool2]}; the "
    "output takes it for a {taken_for} with probability {probability:.3f}. ReLU leaves "
    "{zeros[conv2]:.0%} of conv2's values at zero; {silent_conv2} of its maps are silent."
)
ALT = (
    "From left to right a handwritten {label} and every feature map of four layers, all pixels of "
    "one size: conv1 {sizes[conv1]}, pool1 {sizes[pool1]}, conv2 {sizes[conv2]}, pool2 "
    "{sizes[pool2]}, more and smaller; at the end a bar for each class, the longest "
    "{probability:.3f} for {taken_for}. Data: {source}."
)
NOTES = Notes(
    look="Follow the {label} from the image to the answer. Ask at each layer what will come next: "
    "more maps, or smaller ones?",
    point="Its maps go from {sizes[conv1]} to {sizes[pool1]}, then {sizes[conv2]} and "
    "{sizes[pool2]}: each pooling halves the sides, the second convolution doubles the number of "
    "maps. In the end the network says {taken_for}, with a probability of {probability:.3f}.",
    misconception="More and more maps are not more and more numbers: after the last pooling there "
    "are an eighth of what the first convolution gave. Nor does this one digit tell how well the "
    "network reads. It stands here as the first of its kind in the test, not because it is "
    "typical.",
)
CLAIMS = (
    Claim("taken_for", "==", words="the digit is recognised", than="label"),
    Claim(
        "four_sizes",
        "==",
        ["28×28×32", "14×14×32", "14×14×64", "7×7×64"],
        "sizes and maps go {listed}",
    ),
    Claim(
        "zeros.pool1",
        "<",
        words="max-pooling leaves fewer zeros than it gets, in pool1",
        than="zeros.conv1",
    ),
    Claim("zeros.pool2", "<", words="and in pool2", than="zeros.conv2"),
)
QUIZ = Quiz(
    "Which layers gave the maps (1), (2), (3), (4)?",
    answers_in_words("conv1", "pool1", "conv2", "pool2"),
    caption="A {label} ({source}) in four layers of the trained CNN.",
)

AWAY = 15.0  # pixels from layer to layer


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    trained = lab.train_on_digits("cnn", seed)
    layers = ("conv1", "pool1", "conv2", "pool2", "o")
    maps = {name: trained.maps[name] for name in layers}
    facts: Facts = {
        **trained.facts,
        "label": trained.label,
        "taken_for": int(maps["o"].argmax()),
        "probability": float(maps["o"].max()),
        "sizes": {name: "×".join(str(side) for side in maps[name].shape) for name in layers},
        "zeros": {name: float((maps[name] == 0).mean()) for name in layers},
        "silent_conv2": int((maps["conv2"].max(axis=(0, 1)) == 0).sum()),
    }
    facts["four_sizes"] = [facts["sizes"][name] for name in layers[:4]]
    return {"image": trained.image, "maps": maps}, facts


def draw(data: Any, facts: Facts) -> Any:
    """Every map of every layer, all pixels of one size; the digit itself twice as large."""
    figure, ax = plt.subplots()
    set_stage(ax, 600, 296)
    image = data["image"].reshape(data["image"].shape[:2])
    height, width = image.shape
    draw_maps(ax, image[None], 2, 1, 2.0)
    say(ax, MAPS_MIDDLE - height - 6, 2, f"a {facts['label']}", 1.25, ha="left", va="bottom",
        fontweight="bold")  # fmt: skip
    say(ax, MAPS_MIDDLE + height + 6, 2, f"{height}×{width},\ndrawn twice\nas large", 0.8,
        ha="left", va="top")  # fmt: skip
    end, at = 2.0 + 2 * width, 2.0 + 2 * width
    *layers, output = data["maps"]
    for name in layers:
        maps = np.moveaxis(data["maps"][name], -1, 0)  # (maps, height, width)
        at = end + AWAY
        arrow(ax, MAPS_MIDDLE, end + 2, at - 2)
        wide, high = draw_maps(ax, maps, at, 8 if len(maps) > 32 else 4)
        size = f"{len(maps)} maps\nof {maps.shape[1]}×{maps.shape[2]}"
        top = MAPS_MIDDLE - high / 2 - 4
        say(ax, top, at, size, 0.8, ha="left", va="bottom", linespacing=1.1)
        say(ax, top - 29, at, name, ha="left", va="bottom", fontweight="bold")
        end = at + wide
    at = end + AWAY + 10  # the names of the classes stand before their bars
    arrow(ax, MAPS_MIDDLE, end + 2, at - 12)
    draw_probabilities(ax, data["maps"][output].ravel(), output, at, facts["taken_for"])
    return figure
