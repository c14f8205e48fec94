"""Sums and equations written out beside a network, a line below the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kit.board.stage import place, say, set_stage
from kit.numerals import general
from kit.plots.styling import subplots

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def beside(left: float, columns: float, rows: float) -> tuple[Figure, Axes, Axes]:
    """A figure with Axes for a network, and beside it a stage of columns x rows cells.

    left: how wide the network's part is, beside 1 for the stage.
    """
    figure, (network, words) = subplots(1, 2, width_ratios=[left, 1])
    return figure, network, set_stage(words, columns, rows)


def write(
    ax: Axes, row: float, words: str, column: float = 0.0, size: float = 0.9, **look: Any
) -> None:
    """Write from a column on to the right."""
    say(ax, row, column, words, size, **{"ha": "left", **look})


def spelled_sum(
    weights: Sequence[float], inputs: Sequence[float], bias: float | None = None
) -> str:
    """The terms of a unit's sum: "0.2·1 − 0.1·2 + 0.3"."""
    terms = [f"{_signed(w)}·{general(x, 3)}" for w, x in zip(weights, inputs, strict=True)]
    terms += [] if bias is None else [_signed(bias)]
    words = " ".join(terms)
    return words[2:] if words.startswith("+") else f"−{words[2:]}"


def numbered(letter: str, n: int, above: str = "") -> list[str]:
    """Names as x₁, x₂ and so on, with what stands above as in a₁⁽²⁾."""
    return [f"{letter}{k}".translate(SUBSCRIPTS) + above for k in range(1, n + 1)]


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {general(abs(value), 3)}"


def strengthen(ax: Axes) -> None:
    """Make the faint edges of a network, beside lit ones, strong enough for a dark slide."""
    for line in ax.lines:
        if str(line.get_gid()).startswith("edge") and (line.get_alpha() or 1) < 1:
            line.set_alpha(0.6)


def layer_at_once(
    ax: Axes, row: float, x: Sequence[float], kernel: Any, bias: Sequence[float], z: Sequence[float]
) -> None:
    """The equation x W + b = z with all its numbers, from the left edge of a stage on."""
    middle = row + len(kernel) / 2 - 0.5
    width, size = len(x), 0.74
    place(ax, [x], middle, 0.2, title="x", size=size)
    place(ax, kernel, row, width + 1.0, title="W", size=size)
    say(ax, middle + 0.5, 2 * width + 1.6, "+", 1.2)
    place(ax, [bias], middle, 2 * width + 2.2, title="b", size=size)
    say(ax, middle + 0.5, 3 * width + 2.8, "=", 1.2)
    place(ax, [z], middle, 3 * width + 3.4, title="z", size=size)
