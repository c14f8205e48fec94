"""Two hidden units, one output: four equations forwards, four backwards, and the tape beside."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kit.board import plot_network
from kit.catalogue.claims import Facts
from kit.figures.backpropagation._by_hand import by_the_tape_of, forwards, furthest
from kit.figures.backpropagation._written_out import beside, numbered, write
from kit.numerals import typeset

TWO_INPUTS, TWO_TARGET = (1.0, 0.5), 0.0
TWO_WEIGHTS = (((0.6, -0.4), (0.2, 0.8)), ((1.2,), (-0.7,)))
TWO_BIASES = ((0.1, -0.3), (0.2,))

_HAND, _TAPE = 11.5, 16.7  # columns of the numbers


def four_equations(handed: str) -> tuple[Any, Facts]:
    """Every number forwards and backwards; handed: "z" or "a", whose derivative goes back."""
    z, a = forwards(TWO_WEIGHTS, TWO_BIASES, TWO_INPUTS)
    by_output = 2 * (a[2] - TWO_TARGET)  # of the squared loss
    slopes = [one * (1 - one) for one in a[1:]]
    last = by_output * slopes[1]
    back = {"z": last, "a": by_output}[handed]
    first = np.asarray(TWO_WEIGHTS[1]) @ back * slopes[0]
    hand = {
        "z": [first, last],
        "w": [np.outer(a[0], first), np.outer(a[1], last)],
        "b": [first, last],
    }
    tape = by_the_tape_of(
        TWO_WEIGHTS, TWO_BIASES, TWO_INPUTS, lambda out, _: ((out - TWO_TARGET) ** 2)[0, 0]
    )
    facts = {
        "apart": {name: furthest(hand[name], tape[name]) for name in hand},
        "loss": float((a[2][0] - TWO_TARGET) ** 2),
        "output": float(a[2][0]),
        "last": float(last[0]),
        "first": first.tolist(),
        "slope": float(slopes[1][0]),
        "too_large": float(1 / slopes[1][0]),
        "derivatives": sum(one.size for name in ("w", "b") for one in hand[name]),
    }
    return {"z": z, "a": a, "hand": hand, "tape": tape}, facts


def draw_four_equations(data: Any, facts: Facts) -> Figure:
    """The network, and beside it each equation with its numbers."""
    figure, ax, words = beside(0.6, 21.4, 15.9)
    labels = [numbered("x", 2), numbered("a", 2, "⁽²⁾"), ["a⁽³⁾"]]
    plot_network(
        TWO_WEIGHTS, values=data["a"], quantity="activation", labels=labels, edge_numbers=True,
        ax=ax,
    )  # fmt: skip
    z, a = data["z"], data["a"]
    write(words, 0.5, "Forwards; superscript: the layer", fontweight="bold")
    lines = [
        ("1.  a⁽¹⁾ = x", listed_short(a[0])),
        (
            "2.  z⁽ˡ⁾ = a⁽ˡ⁻¹⁾ W⁽ˡ⁾ + b⁽ˡ⁾",
            f"z⁽²⁾: {listed_short(z[0])};   z⁽³⁾: {listed_short(z[1])}",
        ),
        ("3.  a⁽ˡ⁾ = σ(z⁽ˡ⁾)", f"a⁽²⁾: {listed_short(a[1])};   a⁽³⁾: {listed_short(a[2])}"),
        ("4.  ℓ = (a⁽³⁾ − y)²,  y = 0", listed_short([facts["loss"]])),
    ]
    for k, (name, numbers) in enumerate(lines):
        write(words, 1.7 + 1.1 * k, name)
        write(words, 1.7 + 1.1 * k, numbers, _HAND)
    write(words, 6.7, "Backwards", fontweight="bold")
    write(words, 6.7, "by hand", _HAND, fontweight="bold")
    write(words, 6.7, "the tape", _TAPE, fontweight="bold")
    hand, tape = data["hand"], data["tape"]
    rows = [
        ("1.  ∂ℓ/∂z⁽³⁾ = ∂ℓ/∂a⁽³⁾ ⊙ σ′(z⁽³⁾)", "z", 1),
        ("2.  ∂ℓ/∂z⁽²⁾ = (∂ℓ/∂z⁽³⁾ W⁽³⁾ᵀ) ⊙ σ′(z⁽²⁾)", "z", 0),
        ("3.  ∂ℓ/∂W⁽³⁾ = a⁽²⁾ᵀ ∂ℓ/∂z⁽³⁾", "w", 1),
        ("     ∂ℓ/∂W⁽²⁾ = xᵀ ∂ℓ/∂z⁽²⁾", "w", 0),
        ("4.  ∂ℓ/∂b⁽³⁾ = ∂ℓ/∂z⁽³⁾", "b", 1),
        ("     ∂ℓ/∂b⁽²⁾ = ∂ℓ/∂z⁽²⁾", "b", 0),
    ]
    row = 7.9
    for name, kind, layer in rows:
        write(words, row, name)
        for column, numbers in ((_HAND, hand[kind][layer]), (_TAPE, tape[kind][layer])):
            for down, line in enumerate(np.atleast_2d(np.squeeze(numbers))):
                write(words, row + 0.95 * down, listed_short(line), column)
        row += 1.15 if (kind, layer) != ("w", 0) else 2.1
    return figure


def listed_short(numbers: Any) -> str:
    """Numbers with three decimals, a comma between."""
    return typeset(",  ".join(f"{one:.3f}" for one in np.ravel(numbers)))
