"""Max pooling keeps the strongest value, average pooling blends it"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.board import plot_matrix
from kit.catalogue import Claim, Hidden, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.quiz import answers_in_words
from kit.figures.convolution._pooled import POOLED_INPUT
from kit.stats import pool

LECTURES = ("Makhmutova", "Sridharan", "Olteanu", "Guillot")
PLAY = {"page": "cnn"}
CAPTION = (
    "Windows of 2×2 over {numbers} numbers. With stride 2 they do not overlap and leave "
    "{places[stride_2]} numbers; stride 1 leaves {places[stride_1]}. With stride 2 the largest "
    "input comes through max pooling as {largest[max]:g} and, blended with its neighbours, through "
    "average pooling as {largest[average]:g}; the mean of the averages, {mean_of_averages:g}, is "
    "that of the input, {mean:g}."
)
ALT = (
    "Above, a 4×4 matrix four times, with the window of each of four steps and its maximum and "
    "average. Below, the outputs: maxima {spelled[max]} and averages {spelled[average]} of "
    "stride 2, then those of stride 1, 3×3."
)
NOTES = Notes(
    look="Cover the outputs. Which of the two poolings lets the {largest[max]:g} through as it is, "
    "and what does the other make of it?",
    point="With stride 2 max pooling hands it on as {largest[max]:g}, and no average is above "
    "{largest[average]:g}. Of {numbers} numbers there are {places[stride_2]} left; stride 1 leaves "
    "{places[stride_1]}.",
    misconception="It is not the window that halves an image, it is the stride. And neither "
    "pooling is the better one: the maximum says whether something was there at all, the average "
    "with stride 2 keeps the mean of {mean:.2f}. Nothing is learned in either.",
)
CLAIMS = (
    Claim("max.stride_2", "==", [[4, 2], [2, 3]], "stride 2: the maxima are {rows}"),
    Claim("average.stride_2", "==", [[1.5, 1], [1.25, 1.5]], "stride 2: the averages are {rows}"),
    Claim(
        "places",
        "==",
        {"stride_1": 9, "stride_2": 4},
        "16 numbers become {limit[stride_2]} with stride 2, {limit[stride_1]} with stride 1",
    ),
    Claim(
        "least_gap", ">=", 0, "a maximum is at least its window's average: {limit} or more above it"
    ),
)
QUIZ = Quiz(
    "Which pooling, with which stride, gives (1), (2), (3), (4)?",
    answers_in_words("Max, stride 2", "Average, stride 2", "Max, stride 1", "Average, stride 1"),
    (Hidden(r"\nmax .*"),),
    caption="Windows of 2×2 over {numbers} numbers.",
    alt="Above, a 4×4 matrix four times, with the window of each of four steps. Below, four "
    "outputs: (1) and (2) of 2×2 numbers, (3) and (4) of 3×3.",
    level=3,
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    outputs = {
        kind: {stride: pool(POOLED_INPUT, 2, stride=stride, kind=kind) for stride in (1, 2)}
        for kind in ("max", "average")
    }
    facts = {
        "input": POOLED_INPUT,
        "numbers": int(np.size(POOLED_INPUT)),
        "max": {f"stride_{s}": out.tolist() for s, out in outputs["max"].items()},
        "average": {f"stride_{s}": out.tolist() for s, out in outputs["average"].items()},
        "places": {f"stride_{s}": int(out.size) for s, out in outputs["max"].items()},
        "largest": {kind: float(by[2].max()) for kind, by in outputs.items()},
        "spelled": {
            kind: ", ".join(f"{number:g}" for number in by[2].ravel())
            for kind, by in outputs.items()
        },
        "least_gap": float(min((outputs["max"][s] - outputs["average"][s]).min() for s in (1, 2))),
        "mean": float(np.mean(POOLED_INPUT)),
        "mean_of_averages": float(outputs["average"][2].mean()),
    }
    return outputs, facts


def draw(data: Any, facts: Facts) -> Any:
    figure: Any = plt.figure()
    axes = figure.subplots(2, 4)
    maxima, averages = (np.ravel(facts[kind]["stride_2"]) for kind in ("max", "average"))
    look: Any = {"size": 1.1, "shades": True, "limit": facts["largest"]["max"]}
    for step, ax in enumerate(axes[0]):
        i, j = divmod(step, 2)
        plot_matrix(POOLED_INPUT, window=(2 * i, 2 * j, 2, 2), **look, ax=ax)
        ax.set_title(f"Step {step + 1}\nmax {maxima[step]:g}, average {averages[step]:g}")
    shown = [("max", 2), ("average", 2), ("max", 1), ("average", 1)]
    for ax, (kind, stride) in zip(axes[1], shown, strict=True):
        plot_matrix(data[kind][stride], **look, ax=ax)
        ax.set_title(f"{kind.capitalize()}, stride {stride}")
        middle = data[kind][stride].shape[1] / 2
        ax.set_xlim(middle - 1.55, middle + 1.55)  # cells of one size
        ax.set_ylim(3.05, -0.05)
    return figure
