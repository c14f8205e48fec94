"""One input, two ReLU units, a sigmoid output: the five factors on the way from L to b₁₂."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from matplotlib.figure import Figure

from kit.board import place_of, plot_network
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._by_hand import sigmoid
from kit.figures.backpropagation._written_out import beside, strengthen, write
from kit.films import animate_network
from kit.numerals import general, typeset

ONE_INPUT, ONE_TARGET = 2.0, 1.0
ONE_WEIGHTS = (((0.5, 0.3),), ((-1.2,), (1.5,)))
ONE_BIASES = (-0.4, -0.2)  # b₁₁ and b₂₁
LINKS_OF_CHAIN = ("∂L/∂a₃", "∂a₃/∂z₃", "∂z₃/∂a₂", "∂a₂/∂z₂", "∂z₂/∂b₁₂")
MEANINGS = ("−1/a₃, as y = 1", "a₃ (1 − a₃)", "w₂₂", "1, as z₂ > 0", "1")
PATH = ((0, "bias"), (1, 1), (2, 0))


def five_factors(b12: float) -> tuple[Any, Facts]:
    """Each factor, their product, and the tape's derivative by b₁₂."""
    (first,), (up, down) = ONE_WEIGHTS
    z = np.array(first) * ONE_INPUT + np.array([ONE_BIASES[0], b12])
    a = np.maximum(z, 0)
    last = float(a @ [up[0], down[0]] + ONE_BIASES[1])
    output = float(sigmoid(last))
    factors = [-1 / output, output * (1 - output), down[0], float(z[1] > 0), 1.0]
    found = _tape(b12)
    product = float(np.prod(factors))
    facts = {
        "factors": factors,
        "product": product,
        "tape": found,
        "apart": abs(product - found),
        "loss": -float(np.log(output)),
        "output": output,
        "short": (output - ONE_TARGET) * down[0],
    }
    return {"values": [[ONE_INPUT], a.tolist(), [output]], "b12": b12}, facts


def _tape(b12: float) -> float:
    bias = tf.constant([[ONE_BIASES[0], b12]], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(bias)
        a = tf.nn.relu(tf.constant([[ONE_INPUT]], tf.float64) @ np.array(ONE_WEIGHTS[0]) + bias)
        z3 = a @ np.array(ONE_WEIGHTS[1]) + ONE_BIASES[1]
        loss = -tf.math.log(tf.sigmoid(z3))
    return float(np.asarray(tape.gradient(loss, bias))[0, 1])


def _look(data: Any) -> dict[str, Any]:
    biases = [[ONE_BIASES[0], data["b12"]], [ONE_BIASES[1]]]
    return {"biases": biases, "edge_numbers": True, "labels": [["x₁"], ["a₁", "a₂"], ["a₃"]]}


def draw_five_factors(data: Any, facts: Facts) -> Figure:
    """The path lit up, and the factors that are met on it, from the loss on."""
    figure, ax, words = beside(1.0, 15, 13.2)
    plot_network(ONE_WEIGHTS, values=data["values"], paths=[PATH], ax=ax, **_look(data))
    strengthen(ax)
    on_the_way = {"weight-0-bias-1": "b₁₂", "weight-1-1-0": "w₂₂"}
    for text in ax.texts:
        name = on_the_way.get(text.get_gid() or "")
        if name:
            text.set_text(f"{name} = {text.get_text()}")
    x, y = place_of(ax, 2, 0)
    ax.text(x, y - 0.33, f"L = {facts['loss']:.2f}", ha="center", va="top", fontweight="bold")
    write(words, 0.5, "From L back to b₁₂", fontweight="bold")
    rows = zip(LINKS_OF_CHAIN, MEANINGS, facts["factors"], strict=True)
    for k, (name, meaning, factor) in enumerate(rows):
        write(words, 2.0 + 1.35 * k, f"{'' if not k else '·  '}{name}", 0.7 if not k else 0.0, 1.05)
        write(words, 2.0 + 1.35 * k, f"= {meaning}", 4.4)
        write(words, 2.0 + 1.35 * k, typeset(f"{factor:.3f}"), 13.6, 1.05, ha="right")
    words.plot([0, 13.6], [8.5, 8.5], color=words.spines["left"].get_edgecolor(), linewidth=1.4)
    for row, name, value in ((9.4, "∂L/∂b₁₂", "product"), (10.8, "the tape", "tape")):
        write(words, row, name, 0.7, 1.05, fontweight="bold")
        number = typeset(f"{facts[value]:.3f}")
        write(words, row, number, 13.6, 1.05, ha="right", fontweight="bold")
    return figure


def animate_factors(data: Any, facts: Facts, **how: Any) -> Any:
    """Forwards, then a factor more at each step, the product so far where it has arrived."""
    steps: list[Any] = [("forwards", {"values": data["values"], "quantity": "activation"})]
    so_far, reached = 1.0, (2, 2, 1, 1, 0)
    values: list[Any] = [[np.nan], [np.nan, np.nan], [np.nan]]
    for k, (name, factor) in enumerate(zip(LINKS_OF_CHAIN, facts["factors"], strict=True)):
        so_far *= factor
        if reached[k]:  # a bias unit has no number of its own
            values = [*values]
            values[reached[k]] = [so_far] if reached[k] == 2 else [np.nan, so_far]
        words = f"{'times ' if k else ''}{name} = {general(factor, 3)}: {general(so_far, 3)}"
        steps.append((words, {"values": values, "paths": [PATH[reached[k] :]]}))
    return animate_network(ONE_WEIGHTS, steps, **_look(data), **how)
