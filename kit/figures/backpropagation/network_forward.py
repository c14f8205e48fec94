"""A unit sums and squashes; one matrix product sums for the whole layer"""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.board import plot_network
from kit.catalogue import Answer, Claim, Lab, LectureAnimation, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._by_hand import (
    THREE_BIASES,
    THREE_INPUTS,
    THREE_WEIGHTS,
    forwards,
    output_of_keras,
)
from kit.figures.backpropagation._written_out import (
    beside,
    layer_at_once,
    numbered,
    spelled_sum,
    write,
)
from kit.films import animate_network
from kit.numerals import general

LECTURES = ("Guillot", "Das")
CAPTION = (
    "Three inputs, three sigmoid units, one output. The first unit: {sums[0]} = {z[0]:.4g}, and σ "
    "of it is {a[0]:.4g}. Written as a row times a matrix, the same numbers come out for all three "
    "at once. The output is {output:.4g}, and Keras's own layers say so too."
)
ALT = (
    "A network of 3, 3 and 1 units with its weights at the edges and its activations in the nodes, "
    "up to the output {output:.2f}. Beside it the sum of each unit, as {sums[0]} = {z[0]:.4g}, and "
    "below the same layer as one row times a matrix plus a row."
)
NOTES = Notes(
    look="Take the uppermost unit of the middle column. Which three edges end there? Let them "
    "multiply each weight by what comes in, add the bias, and say the sum aloud.",
    point="The sum is {z[0]:.4g}, and σ makes {a[0]:.3f} of it. Three such sums are one row times "
    "one matrix, number by number. At the end stands {output:.3f}.",
    misconception="The matrix is no other way to compute, and nothing is lost or approximated. It "
    "is three units written side by side; what makes a network more than one matrix is the bend "
    "between two layers.",
)
CLAIMS = (
    Claim("apart.singly", "<", 1e-15, "unit by unit and as a matrix: the same to {limit}"),
    Claim("apart.keras", "<", 1e-15, "Keras's layers give the same output to {limit}"),
    Claim("z", "==", [0.45, 0.55, 1.15], "the three sums are {listed}"),
)
QUIZ = Quiz(
    "Multiply, add up, add the bias: which number is (1)?",
    (Answer("{z[0]:.4g}", r"(?<![\d.])0\.45(?!\d)"),),
    caption="Three inputs, three sigmoid units, one output.",
)


COLUMN_NAMES = ("inputs", "hidden", "output")


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    (first, last), (offsets, offset) = THREE_WEIGHTS, THREE_BIASES
    z, a = forwards(THREE_WEIGHTS, THREE_BIASES, THREE_INPUTS)
    columns = list(zip(*first, strict=True))  # the weights into each unit
    one_by_one = [
        sum(w * x for w, x in zip(column, THREE_INPUTS, strict=True)) + bias
        for column, bias in zip(columns, offsets, strict=True)
    ]
    keras_says = output_of_keras(THREE_WEIGHTS, THREE_BIASES, THREE_INPUTS)
    sums = [spelled_sum(w, THREE_INPUTS, b) for w, b in zip(columns, offsets, strict=True)]
    into_last = [row[0] for row in last]
    facts = {
        "sums": sums,
        "last_sum": spelled_sum(into_last, a[1].round(2).tolist(), offset[0]),
        "z": z[0].round(12).tolist(),
        "z_output": float(z[1][0]),
        "a": a[1].tolist(),
        "output": float(a[2][0]),
        "apart": {
            "singly": float(np.abs(z[0] - one_by_one).max()),
            "keras": float(np.abs(a[2] - keras_says).max()),
        },
    }
    return {"z": z, "a": a}, facts


def draw(data: Any, facts: Facts) -> Any:
    figure, ax, words = beside(0.95, 16, 13.2)
    plot_network(
        THREE_WEIGHTS, values=data["a"], quantity="activation", edge_numbers=True,
        names=COLUMN_NAMES, labels=[numbered("x", 3), numbered("a", 3), ["ŷ"]], ax=ax,
    )  # fmt: skip
    write(words, 0.5, "Unit by unit", fontweight="bold")
    for k, (name, terms) in enumerate(zip(numbered("z", 3), facts["sums"], strict=True)):
        write(words, 1.7 + k, f"{name} = {terms} = {general(facts['z'][k], 4)}")
    write(words, 4.8, "a = σ(z) = " + ",  ".join(f"{one:.2f}" for one in facts["a"]))
    write(words, 5.9, f"z = {facts['last_sum']} = {facts['z_output']:.2f}")
    write(words, 6.9, f"ŷ = σ(z) = {facts['output']:.2f}")
    write(words, 8.4, "The hidden layer at once: x W + b = z", fontweight="bold")
    layer_at_once(words, 9.9, THREE_INPUTS, THREE_WEIGHTS[0], THREE_BIASES[0], facts["z"])
    return figure


def animate(data: Any, facts: Facts, **how: Any) -> Any:
    """The pass, column by column: what is there, the sums, what σ makes of them."""
    z, a = data["z"], data["a"]
    steps = [
        ("the inputs", {"values": [a[0], None, None], "quantity": "activation"}),
        ("each hidden unit adds up", {"values": [a[0], z[0], None], "quantity": "z"}),
        ("and bends: σ(z)", {"values": [a[0], a[1], None], "quantity": "activation"}),
        ("the output adds up", {"values": [a[0], a[1], z[1]], "quantity": "z"}),
        ("and bends: the output", {"values": a, "quantity": "activation"}),
    ]
    return animate_network(THREE_WEIGHTS, steps, edge_numbers=True, names=COLUMN_NAMES, **how)


ANIMATION = LectureAnimation(
    animate=animate,
    alt="A network of 3, 3 and 1 units fills from left to right: the inputs, the sums "
    "{z[0]:.4g}, {z[1]:.4g} and {z[2]:.4g}, the activations, and the output {output:.2f}.",
    fps=0.5,
    title="Forwards",
)
