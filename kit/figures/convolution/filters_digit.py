"""On a digit: Sobel's sign tells a stroke's left side from its right"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Claim, Lab, LectureAnimation, Notes
from kit.catalogue.claims import Facts
from kit.figures.convolution._kernels import (
    FLAT_QUIZ,
    KERNELS,
    SOBEL,
    draw_kernels,
    explain_signs,
    responses,
)
from kit.films import Animation, animate_kernel
from kit.plots.images import WEIGHTS
from kit.stats import convolve

LECTURES = ("Guillot", "Makhmutova", "Olteanu")
CAPTION = (
    "A handwritten {label} ({source}) under the four filters. Over empty paper "
    "({empty:.0%} of the places) every response is {most_empty:.0f}. Added up, the responses are "
    "the kernel's sum times the ink of {ink:.1f}: {totals[edge]:.1f} for edge detection, "
    "{totals[sharpen]:.1f} for sharpen. Sobel's sign tells the side: in {left_to_right} of {rows} "
    "rows the stroke begins below 0 and ends above."
)
ALT = (
    "A handwritten {label} in white on black, and what four filters make of it, white where "
    "the response is 0. Edge detection: outlines. Sharpen: the digit, crisper. Sobel: left sides "
    "of strokes below 0, right sides above, in {left_to_right} of {rows} rows. Its transpose: "
    "upper and lower sides."
)
NOTES = Notes(
    look="Where are the responses above zero, where below? Ask what the sign of Sobel's filter "
    "might mean before you tell them.",
    point="In {left_to_right} of {rows} rows the digit begins below zero and ends above it: the "
    "sign tells the left side of the ink from the right. Over empty paper, {empty:.0%} of the "
    "places, every response is exactly {most_empty:.0f}.",
    misconception="Below zero is not nothing. It is an edge in the other direction, and ReLU would "
    "throw it away. A network that wants both sides of a stroke needs a second filter with the "
    "opposite signs.",
)
CLAIMS = (
    Claim("most_empty", "==", 0, "over empty paper every response is {limit}, exactly"),
    Claim(
        "totals_apart",
        "<",
        1e-9,
        "responses add up to the kernel's sum, 0 or 1, times the ink, within {limit} of it",
    ),
    Claim(
        "share_left_to_right",
        "==",
        1,
        "Sobel: {percent:g} % of the rows begin below 0 and end above it",
    ),
)
QUIZ = FLAT_QUIZ


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    digits = lab.digits()
    image = digits.x_test[digits.y_test == 0][0, ..., 0]  # (28, 28)
    found = responses(image, "full")  # (30, 30): the digit with its surroundings
    seen = {name: out[2:-2, 2:-2] for name, out in found.items()}  # as with "valid": (26, 26)
    empty = convolve(image > 0, np.ones((3, 3)), padding="full") == 0
    ink = float(image.astype(float).sum())
    rows = [row[row != 0] for row in found["sobel"] if (np.abs(row) > 1e-9).any()]
    facts: Facts = {
        "label": 0,
        "source": digits.source,
        "ink": ink,
        "sums": {name: int(np.sum(kernel)) for name, kernel in KERNELS.items()},
        "totals": {name: round(float(out.sum()), 9) + 0.0 for name, out in found.items()},
        "strong": {name: float(np.quantile(np.abs(out), 0.98)) for name, out in seen.items()},
        "empty": float(empty.mean()),
        "most_empty": float(max(np.abs(out[empty]).max(initial=0) for out in found.values())),
        "rows": len(rows),
        "left_to_right": sum(bool(row[0] < 0 < row[-1]) for row in rows),
    }
    facts["totals_apart"] = {
        name: abs(total - facts["sums"][name] * ink) / ink
        for name, total in facts["totals"].items()
    }
    facts["share_left_to_right"] = facts["left_to_right"] / len(rows)
    return seen, facts


def draw(data: Any, facts: Facts) -> Any:
    figure = plt.figure()
    pictures = {}
    for name, out in data.items():
        most = facts["strong"][name]
        look = {"cmap": WEIGHTS, "vmin": -most, "vmax": most, "interpolation": "nearest"}
        if name == "nothing":
            look |= {"cmap": "gray", "vmin": 0}
        pictures[name] = out, look
    axes = draw_kernels(figure, pictures, 1.5)
    explain_signs(figure, axes, facts["strong"]["transposed"])
    return figure


def measure_film(lab: Lab, seed: int) -> tuple[Any, Facts]:
    """The first 0 of the digits, (28, 28)."""
    digits = lab.digits()
    image = digits.x_test[digits.y_test == 0][0, ..., 0]
    facts = {"label": 0, "source": digits.source, "width": image.shape[1]}
    return image, facts | {"output_width": image.shape[1] - len(SOBEL) + 1}


def animate(image: Any, facts: Facts, **how: Any) -> Animation:
    """Sobel's filter at all places, two pictures a row."""
    return animate_kernel(image, SOBEL, stops=2 * facts["output_width"], **how)


ANIMATION = LectureAnimation(
    animate=animate,
    measure=measure_film,
    title="Sobel's filter on a digit",
    alt="Sobel's filter moves row by row over a handwritten {label} of {width}×{width} pixels "
    "({source}), and the output of {output_width}×{output_width} pixels fills: below 0 where the "
    "ink begins, above 0 where it ends, from left to right.",
    fps=8.0,
)
