"""One digit on its way through the CNN: ever more maps, ever smaller"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.quiz import answers_in_words
from kit.plots import plot_feature_maps, plot_images

LECTURES = ("Olteanu", "Makhmutova")
CAPTION = (
    "The first {label} among the test digits ({source}), whether it is read right or not, in every "
    "layer of the trained CNN: {sizes[conv1]}, pooled to {sizes[pool1]}, then "
    "{sizes[conv2]} and {sizes[pool2]}; the output takes it for a {taken_for} with probability "
    "{probability:.3f}. ReLU leaves {zeros[conv2]:.0%} of conv2's values at zero; "
    "{silent_conv2} of its maps are silent."
)
ALT = (
    "A handwritten {label} and, layer by layer, the tiles of its feature maps: conv1 "
    "{sizes[conv1]}, pool1 {sizes[pool1]}, conv2 {sizes[conv2]}, pool2 {sizes[pool2]}; at the end "
    "a bar for each class, the highest {probability:.3f} for {taken_for}. Data: {source}."
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
    names = list(data["maps"])
    figure, axes = plt.subplot_mosaic(
        [["digit", name] for name in names], width_ratios=[1, 4.4], height_ratios=[1, 1, 1, 1, 0.8]
    )
    plot_images(data["image"][None], axes=[axes["digit"]])
    axes["digit"].set_title("The digit")
    drawn = plot_feature_maps(data["maps"], axes=[axes[name] for name in names])
    small = plt.rcParams["font.size"]
    for ax in drawn:
        ax.set_title(ax.get_title(), fontsize=small)
    drawn[-1].set_title("o: probability of each class", fontsize=small)
    drawn[-1].set_ylim(0, 1)
    return figure
