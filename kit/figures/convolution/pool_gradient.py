"""Max pooling sends the gradient to the maximum, average pooling to all"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from kit.board import plot_matrix
from kit.catalogue import Answer, Claim, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.convolution._pooled import POOLED_INPUT, gradients_through

LECTURES = ("Olteanu", "Makhmutova")
PLAY = {"page": "cnn"}
CAPTION = (
    "Gradients {handed} at the outputs of 2×2 pooling with stride 2, and what TensorFlow's "
    "tape hands to the inputs. Max pooling: all of it to the maximum of each window, {reached} of "
    "{inputs} inputs; average pooling: a quarter to each. One window has its maximum, "
    "{tie_value}, twice: they got {tie[0]:g} and {tie[1]:g}, so the first takes it (measured on a "
    "CPU; the equation leaves it open). Where windows overlap (stride 1) gradients add up: "
    "{at_largest:g} at the largest input, the maximum of two windows."
)
ALT = (
    "Two rows, stride 2 and 1: the 4×4 input with the maxima framed that a gradient reaches; "
    "the gradients at the outputs, {handed} for stride 2; at the inputs under max pooling, zero "
    "but at those {reached} maxima; and under average pooling, spread evenly over each window."
)
NOTES = Notes(
    look="Gradients of {handed} arrive at four outputs. Where does each of them go from there, to "
    "one input or to all four of its window? Let them fill in the matrix.",
    point="Max pooling gives all of it to the maximum, so that {reached} of {inputs} inputs get "
    "something; average pooling gives a quarter to each. Where windows overlap gradients add up, "
    "to {at_largest:g} at the largest input.",
    misconception="Inputs without a gradient are not worthless: they were not the largest this "
    "time, and the next image has other winners. That of two equal maxima the first takes all, "
    "{tie[0]:g} against {tie[1]:g}, is how this library does it on a CPU, and no law.",
)
CLAIMS = (
    Claim("reached", "==", 4, "max, stride 2: {limit} of 16 inputs get a gradient"),
    Claim("not_at_a_maximum", "==", 0, "each at a maximum"),
    Claim("average_apart", "==", 0, "average, stride 2: each input gets 1/4 of its window's"),
    Claim(
        "tie_sorted", "==", [0, 3], "of 2 equal maxima one gets all, {limit[1]} against {limit[0]}"
    ),
    Claim("lost", "<", 1e-12, "no gradient is lost: the sums differ by less than {limit}"),
    Claim("at_largest", "==", 5, "stride 1: the 4 gets 1 + 4 = {limit}"),
)
QUIZ = Quiz(
    "Where does the gradient go: which pooling is (1), which (2)?",
    (Answer("max pooling", r"\bMax(?=:)"), Answer("average pooling", r"\bAverage(?=:)")),
    alt="Two rows, stride 2 and 1: the 4×4 input, with some cells framed; the gradients at the "
    "outputs; at the inputs under (1), zero but in the framed cells; and under (2), spread "
    "evenly over each window.",
    level=8,
)


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    data: Any = {
        kind: {stride: gradients_through(kind, stride) for stride in (2, 1)}
        for kind in ("max", "average")
    }
    above, maximum = data["max"][2]
    windows = np.array(POOLED_INPUT).reshape(2, 2, 2, 2).swapaxes(1, 2).reshape(2, 2, 4)
    arrived = maximum.reshape(2, 2, 2, 2).swapaxes(1, 2).reshape(2, 2, 4)
    tied = np.argwhere((windows == windows.max(2, keepdims=True)).sum(2) > 1).tolist()
    assert len(tied) == 1, "the example has one window with a tie"
    (row, column), window = tied[0], windows[tuple(tied[0])]
    places = np.flatnonzero(window == window.max())  # in the window, row by row
    tie_at = [[int(2 * row + k // 2), int(2 * column + k % 2)] for k in places]
    facts: Facts = {
        "above": above.tolist(),
        "handed": ", ".join(f"{number:g}" for number in above.ravel()),
        "max": maximum.tolist(),
        "average": data["average"][2][1].tolist(),
        "reached": int((maximum != 0).sum()),
        "not_at_a_maximum": float(np.abs(arrived[windows < windows.max(2, keepdims=True)]).sum()),
        "inputs": maximum.size,
        "tie": [float(maximum[i, j]) for i, j in tie_at],
        "tie_at": tie_at,
        "tie_value": int(window.max()),
        "overlapping": data["max"][1][1].tolist(),
        "at_largest": float(data["max"][1][1].ravel()[np.argmax(POOLED_INPUT)]),
        "sums": {
            f"{kind}_{stride}": [float(a.sum()), float(b.sum())]
            for kind, by in data.items()
            for stride, (a, b) in by.items()
        },
    }
    evenly = np.kron(above, np.ones((2, 2))) / 4
    facts["average_apart"] = float(np.abs(np.array(facts["average"]) - evenly).max())
    facts["tie_sorted"] = sorted(facts["tie"])
    facts["lost"] = {name: abs(a - b) for name, (a, b) in facts["sums"].items()}
    return data, facts


def draw(data: Any, facts: Facts) -> Any:
    figure: Any = plt.figure()
    upper, lower = figure.subfigures(2, 1)
    for part, stride in ((upper, 2), (lower, 1)):
        axes = part.subplots(1, 4)
        above, maximum = data["max"][stride]
        reached = [(i, j) for i, j in np.argwhere(maximum != 0).tolist()]
        plot_matrix(
            POOLED_INPUT, marked=reached, size=0.85, title=f"Input, stride {stride}", ax=axes[0]
        )
        plot_matrix(above, title="∂loss/∂output", ax=axes[1])
        plot_matrix(maximum, marked=reached, title="Max: ∂loss/∂input", ax=axes[2])
        plot_matrix(data["average"][stride][1], size=0.8, title="Average: ∂loss/∂input", ax=axes[3])
        middle = above.shape[1] / 2
        axes[1].set_xlim(middle - 2.05, middle + 2.05)  # cells as large as the input's
        axes[1].set_ylim(middle + 2.05, middle - 2.05)
        for ax in (axes[0], axes[2], axes[3]) if stride == 2 else ():
            for corner in ((0, 0), (2, 2)):  # every other window
                tint = Rectangle(corner, 2, 2, color=plt.rcParams["text.color"], alpha=0.13, lw=0)
                ax.add_patch(tint)
        if stride == 2:
            i, j = facts["tie_at"][-1]
            small = plt.rcParams["font.size"] * 0.68
            axes[0].text(j + 0.5, i + 0.97, "tie", fontsize=small, ha="center", va="bottom")
    figure.get_layout_engine().set(h_pad=plt.rcParams["font.size"] / 200)
    return figure
