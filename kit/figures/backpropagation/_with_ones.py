"""The network of three inputs in two forms: biases added, and a unit that is always 1."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from kit.board import place_of, plot_network
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._by_hand import (
    THREE_BIASES,
    THREE_INPUTS,
    THREE_WEIGHTS,
    forwards,
    output_of_keras,
    sigmoid,
)
from kit.figures.backpropagation._written_out import numbered, spelled_sum, strengthen
from kit.numerals import general
from kit.plots.margins import write_note
from kit.plots.styling import subplots


def both_forms(constant: float) -> tuple[Any, Facts]:
    """Every number with biases, and with a unit of this value whose weights they are."""
    z, a = forwards(THREE_WEIGHTS, THREE_BIASES, THREE_INPUTS)
    thetas = [np.vstack(pair) for pair in zip(THREE_BIASES, THREE_WEIGHTS, strict=True)]
    found, above = [], np.asarray(THREE_INPUTS)
    for theta in thetas:
        found.append(np.r_[constant, above] @ theta)
        above = sigmoid(found[-1])
    into_first = [row[0] for row in THREE_WEIGHTS[0]]
    facts = {
        "z": z[0].round(12).tolist(),
        "output": float(a[2][0]),
        "apart": max(float(np.abs(one - other).max()) for one, other in zip(z, found, strict=True)),
        "from_keras": float(
            np.abs(above - output_of_keras(THREE_WEIGHTS, THREE_BIASES, THREE_INPUTS)).max()
        ),
        "parameters": {
            "biases": sum(np.size(one) for one in (*THREE_WEIGHTS, *THREE_BIASES)),
            "ones": sum(theta.size for theta in thetas),
        },
        "added": spelled_sum(into_first, THREE_INPUTS, THREE_BIASES[0][0]),
        "weighted": spelled_sum(thetas[0][:, 0].tolist(), (1, *THREE_INPUTS)),
    }
    return {"a": a, "other": [np.asarray(THREE_INPUTS), *map(sigmoid, found)]}, facts


def draw_both_forms(data: Any, facts: Facts) -> Figure:
    """The two side by side, with the first unit's sum under each."""
    figure, (left, right) = subplots(1, 2)
    biases = [[f"b = {general(one)}" for one in some] for some in THREE_BIASES]
    look: dict[str, Any] = {"quantity": "activation", "key": False}
    plot_network(
        THREE_WEIGHTS, values=data["a"], labels=[numbered("x", 3), *biases], ax=left, **look
    )
    lit: list[list[tuple[int, int | str]]] = [[(0, "bias"), (1, k)] for k in range(3)]
    lit.append([(1, "bias"), (2, 0)])
    labels = [numbered("x", 3), numbered("a", 3), ["ŷ"]]
    plot_network(
        THREE_WEIGHTS, values=data["other"], labels=labels, biases=THREE_BIASES, paths=lit,
        ax=right, **look,
    )  # fmt: skip
    strengthen(right)
    _beside_the_unit(left, biases[0][2])
    left.set_title("Each unit adds its bias: x W + b")
    right.set_title("One more unit, always 1: (1, x) Θ")
    _below(left, f"z₁ = {facts['added']} = {general(facts['z'][0])}")
    _below(right, f"z₁ = {facts['weighted']} = {general(facts['z'][0])}")
    write_note(
        figure,
        "Θ: the matrix W with one row more, that of the biases (lit up). In the second layer a "
        "takes the place of x. Edges: dashed blue where w < 0.",
    )
    return figure


def _beside_the_unit(ax: Axes, words: str) -> None:
    """Move the lowest unit's bias to its right: above it, the text would lie on an edge."""
    x, y = place_of(ax, 1, 2)
    radius = next(one.radius for one in ax.patches if isinstance(one, Circle))
    for text in ax.texts:
        if text.get_text() == words:
            text.set(position=(x + 1.1 * radius, y - 0.3 * radius), ha="left", va="top")


def _below(ax: Axes, words: str) -> None:
    size = 0.9 * plt.rcParams["font.size"]
    ax.text(0.5, -0.02, words, transform=ax.transAxes, ha="center", va="top", fontsize=size)
