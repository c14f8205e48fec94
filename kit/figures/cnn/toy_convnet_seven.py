"""A toy convnet reads a 7: two filters, two more, pooling, softmax"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.quiz import answers_in_words
from kit.plots import plot_images
from kit.plots.images import WEIGHTS
from kit.plots.styling import SERIES

LECTURES = ("Olteanu",)
CAPTION = (
    "{parameters:,} parameters, trained on {train:,} digits ({source}). Two 3x3 filters make two "
    "maps of the first {label} among the test digits ({sizes[conv1]}), two more read both maps "
    "({sizes[conv2]}), max-pooling halves them ({sizes[pool]}). The dense layer's sum is highest "
    "for {taken_for} ({largest_z:.1f}), to which softmax gives {probability:.1%}; {second} comes "
    "second with {second_probability:.1%}."
)
ALT = (
    "From left to right: a handwritten {label} ({source}), two small kernels, two maps after "
    "conv1, two after conv2, two after pooling, and two bar charts over the ten classes, sums and "
    "probabilities, both highest for {taken_for} with {probability:.1%}."
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
    figure = plt.figure()
    grid = figure.add_gridspec(2, 6, width_ratios=[1, 0.5, 1, 1, 1, 1.9])
    plot_images(data["image"][None], axes=[ax := figure.add_subplot(grid[:, 0])])
    ax.set_title(f"a {facts['label']}")
    limit = float(np.abs(data["kernels"]["conv1"]).max())
    for k in range(2):
        ax = figure.add_subplot(grid[k, 1])
        ax.imshow(data["kernels"]["conv1"][:, :, 0, k], cmap=WEIGHTS, vmin=-limit, vmax=limit)
        ax.set_title("3×3" if k == 0 else "")
        ax.set_axis_off()
        for column, name in ((2, "conv1"), (3, "conv2"), (4, "pool")):
            ax = figure.add_subplot(grid[k, column])
            ax.imshow(data["maps"][name][:, :, k], cmap="gray")
            ax.set_axis_off()
            size = "×".join(map(str, data["maps"][name].shape[:2]))
            ax.set_title(f"{name}\n{size}" if k == 0 else "")
    for k, (values, title) in enumerate(
        ((data["z"], "dense sums z"), (data["probabilities"], "softmax"))
    ):
        ax = figure.add_subplot(grid[k, 5])
        bars = ax.bar(range(10), values, color=SERIES[0][0])
        bars[facts["taken_for"]].set(color=SERIES[1][0], hatch="//")
        ax.set_title(title)
        ax.set_xticks(range(10))
        ax.set_ylabel("z" if k == 0 else "probability")
    ax.set_ylim(0, 1)
    ax.set_xlabel("class")
    return figure
