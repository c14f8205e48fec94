"""Sharing a filter saves weights, not multiplications"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue import Answer, Claim, Control, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.convolution._unshared import dense_matrix, slide
from kit.plots.styling import SERIES
from kit.stats import convolve

LECTURES = ("Olteanu",)
CAPTION = (
    "One map of an image of {side}×{side} pixels, {places} outputs, in three ways that give the "
    "same numbers. One {field}×{field} filter for all places has {weights[shared]:,} weights, a "
    "filter for each place {weights[unshared]:,}; either multiplies {products[shared]:,} times. "
    "Only a dense layer multiplies more, {products_saved:.0f} times as often: what saves "
    "multiplications is that each output looks at a small window."
)
ALT = (
    "Two panels of bars on a log scale, weights and multiplications. One shared filter: "
    "{weights[shared]:,} and {products[shared]:,}. A filter for each place: {weights[unshared]:,} "
    "and {products[unshared]:,}. A dense layer: {weights[dense]:,} and {products[dense]:,}."
)
NOTES = Notes(
    look="Give each place of the image a filter of its own instead of one for all. How many more "
    "weights are that, and how many more multiplications?",
    point="{weights_saved:.0f} times as many weights, and not one multiplication more: "
    "{products[shared]:,} either way.",
    misconception="Sharing weights is often praised because it computes less. It needs less "
    "memory, since there are fewer weights to keep and to learn. The computing is saved by "
    "another property of a convolution: its windows are small.",
)
CLAIMS = (
    Claim("weights_saved", "==", 576, "{limit} times as many weights if they are not shared"),
    Claim("products.shared", "==", words="as many multiplications", than="products.unshared"),
    Claim("products_saved", ">", 30, "a dense layer multiplies over {limit} times as often"),
    Claim("apart", "==", 0, "all three give the same numbers as the convolution"),
)
CONTROLS = (
    Control(shared=False, refutes="weights_saved", words="no weight shared"),
    Control(field=28, refutes="products_saved", words="a window as large as the image"),
)
QUIZ = Quiz(
    "Which of the three ways is (1), which (2), which (3)?",
    (
        Answer("one filter that all places share", r"One shared\s+filter|one shared\s+filter"),
        Answer("a filter for each place", r"(?i:a filter\s+for each\s+place)"),
        Answer("a dense layer", r"(?i:a dense\s+layer)"),
    ),
    caption="One map of an image of {side}×{side} pixels, in three ways that give one result.",
    level=14,
)

IMAGE_SIDE, OWN_FIELD = 28, 5
THREE_LAYERS = {
    "shared": "one shared\nfilter",
    "unshared": "a filter\nfor each\nplace",
    "dense": "a dense\nlayer",
}


def measure(lab: Lab, seed: int, shared: bool = True, field: int = OWN_FIELD) -> tuple[Any, Facts]:
    """Weights and multiplications of three layers that compute the same, counted as they do."""
    image = (
        np.arange(IMAGE_SIDE * IMAGE_SIDE).reshape(IMAGE_SIDE, IMAGE_SIDE) * 7 % 11 - 5.0
    )  # whole: sums are exact
    kernel = np.arange(field * field).reshape(field, field) * 5 % 7 - 3.0
    expected = convolve(image, kernel)
    own = np.broadcast_to(kernel, (*expected.shape, field, field)).copy()
    matrix = dense_matrix(kernel, image.shape)
    ways = {"shared": kernel if shared else own, "unshared": own}
    found = {way: slide(image, weights) for way, weights in ways.items()}
    dense = image.ravel() @ matrix
    weights = {way: int(one.size) for way, one in (ways | {"dense": matrix}).items()}
    products = {way: count for way, (_, count) in found.items()}
    products["dense"] = image.size * dense.size  # every input with every output
    outputs = [*(out for out, _ in found.values()), dense.reshape(expected.shape)]
    return None, {
        "side": IMAGE_SIDE,
        "field": field,
        "places": int(expected.size),
        "weights": weights,
        "products": products,
        "weights_saved": weights["unshared"] / weights["shared"],
        "products_saved": products["dense"] / products["shared"],
        "apart": float(max(np.abs(one - expected).max() for one in outputs)),
    }


def draw(data: Any, facts: Facts) -> Any:
    """Weights on the left, multiplications on the right."""
    figure, axes = plt.subplots(1, 2, sharey=True)
    heads = ("weights", "multiplications for one image")
    for ax, name, head in zip(axes, ("weights", "products"), heads, strict=True):
        for place, way in enumerate(THREE_LAYERS):
            count, (color, _, _) = facts[name][way], SERIES[place]
            ax.barh(place, count, 0.5, left=0, color=color)
            ax.annotate(
                f"{count:,}", (count, place), xytext=(6, 0), textcoords="offset points",
                va="center",
            )  # fmt: skip
        ax.set(xscale="log", xlim=(1, 3e7), xlabel=f"{head} (log scale)")
        ax.grid(False, axis="y")
    axes[0].set_yticks(range(len(THREE_LAYERS)), list(THREE_LAYERS.values()))
    axes[0].invert_yaxis()
    return figure
