"""Four layers: delta in each node, and what a delta hands on to the units before it."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kit.board import place_of, plot_network
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._by_hand import (
    backwards,
    by_the_tape_of,
    forwards,
    furthest,
    sigmoid,
)
from kit.figures.backpropagation._written_out import beside, numbered, write
from kit.films import animate_network
from kit.numerals import typeset
from kit.plots.margins import write_note

FOUR_INPUTS, FOUR_TARGET = (1.0, -0.5), 1.0
FOUR_WEIGHTS = (
    ((0.8, -0.6, 0.4), (-0.4, 1.0, 0.6)),
    ((1.0, -0.5), (-1.5, 0.5), (0.5, 2.0)),
    ((1.5,), (-2.0,)),
)
FOUR_BIASES = ((0.1, -0.2, 0.3), (0.2, -0.4), (0.3,))
DRAWN_PAIRS = 10_000
DRAWN_WIDTHS = (0.5, 1.0, 2.0, 4.0, 8.0)  # σ of the weights
NEAR_SHARE = 0.1  # of delta: within so much of it, the parts would add up

LAYER_NAMES = ("layer 1", "layer 2", "layer 3", "layer 4")
_LEFT, _TAPE = 0.8, 14.6  # columns of what is written


def four_layers(seed: int) -> tuple[Any, Facts]:
    """All numbers of the example, and how often parts add up in pairs drawn at random."""
    z, a = forwards(FOUR_WEIGHTS, FOUR_BIASES, FOUR_INPUTS)
    deltas = backwards(FOUR_WEIGHTS, a, a[3] - FOUR_TARGET)
    tape = by_the_tape_of(
        FOUR_WEIGHTS, FOUR_BIASES, FOUR_INPUTS,
        lambda out, _: -tf.math.log(out)[0, 0],  # the cross-entropy, as the target is 1
    )  # fmt: skip
    handed = [float(one) for one in deltas[1]]
    by_formula = float(FOUR_WEIGHTS[2][0][0] * deltas[2][0] * a[2][0] * (1 - a[2][0]))
    shares = _near_sums(seed)
    facts = {
        "last": float(deltas[2][0]),
        "third": handed,
        "second": deltas[0].tolist(),
        "handed_on": sum(handed),
        "share": sum(handed) / float(deltas[2][0]),
        "apart": furthest(deltas, tape["z"]),
        "first_off": abs(float(tape["z"][1][0]) - by_formula),
        "adds_up": max(shares),
        "pairs": DRAWN_PAIRS,
        "widths": len(DRAWN_WIDTHS),
    }
    return {"z": z, "a": a, "deltas": deltas, "tape": tape["z"]}, facts


def _near_sums(seed: int) -> list[float]:
    """For each σ of the weights, how often two units together get nearly the delta behind them."""
    rng = np.random.default_rng(seed)
    found = []
    for width in DRAWN_WIDTHS:
        weights = rng.normal(0, width, size=(DRAWN_PAIRS, 2))
        a = sigmoid(rng.normal(size=weights.shape))
        sums = (weights * a * (1 - a)).sum(axis=1)  # in shares of the delta behind
        found.append(float((np.abs(sums - 1) < NEAR_SHARE).mean()))
    return found


def draw_blame(data: Any, facts: Facts) -> Figure:
    """The network with its deltas, and beside it how each came about."""
    figure, ax, words = beside(0.9, 18.2, 14.0)
    labels = [
        numbered("x", 2),
        *(numbered("δ", n, f"⁽{k}⁾") for n, k in ((3, "²"), (2, "³"), (1, "⁴"))),
    ]
    plot_network(
        FOUR_WEIGHTS, values=[None, *data["deltas"]], quantity="delta", edge_numbers=True,
        labels=labels, names=LAYER_NAMES, key=False, ax=ax,
    )  # fmt: skip
    _arrows_back(ax)
    a, deltas, tape = data["a"], data["deltas"], data["tape"]
    write(words, 0.5, "Each δ by hand: (Σ w δ) · σ′(z)", _LEFT, fontweight="bold")
    write(words, 0.5, "the tape", _TAPE, fontweight="bold")
    row = 1.6
    write(words, row, f"δ₁⁽⁴⁾ = a − y = {_two(a[3][0])} − 1 = {_two(deltas[2][0])}", _LEFT)
    write(words, row, _two(tape[2][0]), _TAPE)
    for layer, name in ((1, "⁽³⁾"), (0, "⁽²⁾")):
        row += 0.25
        for k, kernel in enumerate(FOUR_WEIGHTS[layer + 1]):
            row += 1.05
            parts = " + ".join(
                f"{_bracketed(w)}·{_bracketed(d)}"
                for w, d in zip(kernel, deltas[layer + 1], strict=True)
            )
            slope = _two(a[layer + 1][k] * (1 - a[layer + 1][k]))
            unit = numbered("δ", 3, name)[k]
            sum_ = f"({parts})" if len(kernel) > 1 else parts
            write(words, row, f"{unit} = {sum_}·{slope} = {_two(deltas[layer][k])}", _LEFT, 0.82)
            write(words, row, _two(tape[layer][k]), _TAPE)
    write(words, row + 2.0, f"Blame that came in: {_two(facts['last'])}", _LEFT, 1.1)
    third = " + ".join(_two(one) for one in deltas[1])
    parts = f"What layer 3 got: {third} = {_two(facts['handed_on'])}"
    write(words, row + 3.3, parts, _LEFT, 1.1, fontweight="bold")
    write_note(
        figure,
        "Arrows: the way of the deltas. Nodes: δ, the stronger the colour the larger its size. "
        "Edges: weights, dashed blue where w < 0.",
    )
    return figure


def _arrows_back(ax: Axes) -> None:
    """Heads of arrows on the edges, from each delta to those that it goes back to."""
    edges = {line.get_gid(): line for line in ax.lines}
    for k in (1, 2):
        for unit, end in np.ndindex(np.shape(FOUR_WEIGHTS[k])):
            edge = edges[f"edge-{k}-{unit}-{end}"]
            here, there = np.array(place_of(ax, k, unit)), np.array(place_of(ax, k + 1, end))
            at = 0.62 if abs(there - here)[1] < abs(there - here)[0] else 0.77  # steep ones cross
            tip, tail = (tuple(here + share * (there - here)) for share in (at, at + 0.04))
            size = plt.rcParams["font.size"] + 2 * edge.get_linewidth()
            style = "-|>,head_length=0.6,head_width=0.32"
            look = {"arrowstyle": style, "color": edge.get_color(), "mutation_scale": size}
            ax.annotate("", tip, tail, arrowprops=look | {"shrinkA": 0, "shrinkB": 0, "lw": 0})


def animate_both_ways(data: Any, facts: Facts, **how: Any) -> Any:
    """Forwards column by column, then back with a delta in each node."""
    a, deltas = data["a"], data["deltas"]
    steps = []
    for k, words in enumerate(("the inputs", "layer 2", "layer 3", "the output")):
        values = [one if j <= k else None for j, one in enumerate(a)]
        steps.append((f"forwards: {words}", {"values": values, "quantity": "activation"}))
    for k, words in ((2, "δ⁽⁴⁾ = a − y"), (1, "layer 3"), (0, "layer 2: and no δ⁽¹⁾")):
        values = [None, *(one if j >= k else None for j, one in enumerate(deltas))]
        steps.append((f"backwards: {words}", {"values": values, "quantity": "delta"}))
    return animate_network(FOUR_WEIGHTS, steps, edge_numbers=True, names=LAYER_NAMES, **how)


def _two(value: Any) -> str:
    return typeset(f"{float(value):.2f}")


def _bracketed(value: Any) -> str:
    words = typeset(f"{float(value):.2f}".removesuffix("0").removesuffix(".0"))
    return f"({words})" if value < 0 else words
