"""One width put into the formula for the width of an output: a ring, and the sum in numbers."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from kit.catalogue.claims import Facts


def ring_example(ax: Axes, facts: Facts, stride: int) -> None:
    """Ring the example among the sizes of a stride, and write what the formula says of it."""
    width, exact_size = facts["example"]["width"], facts["example"]["exact"][str(stride)]
    fits = exact_size == int(exact_size)
    ax.plot(
        width, exact_size, "o", markersize=plt.rcParams["font.size"], fillstyle="none",
        color=plt.rcParams["text.color"], markeredgewidth=0.7 * plt.rcParams["lines.linewidth"],
    )  # fmt: skip
    ax.annotate(
        f"Ringed: W = {width}, P = 0\n({width} − {facts['filter']}) / {stride} + 1 "
        f"{'=' if fits else '≈'} {exact_size:.3g}{'' if fits else ' ✗'}",
        (0.04, 0.98), xycoords="axes fraction", va="top", linespacing=1.4,
    )  # fmt: skip
