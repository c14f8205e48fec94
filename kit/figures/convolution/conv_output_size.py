"""Width of the output: (W − F + 2P) / S + 1, if that is a whole number

The output of an input of width W has (W - F + 2 P) / S + 1 places (V. Dumoulin and F. Visin, "A
guide to convolution arithmetic for deep learning", 2016).
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from kit.catalogue import Claim, Hidden, Lab, Notes, Quiz
from kit.catalogue.claims import Facts
from kit.catalogue.quiz import answers_in_words
from kit.figures.convolution._ring import ring_example
from kit.figures.convolution._sizes import PADDINGS, SIDE, STRIDES, WIDTHS, sizes_by_stride
from kit.plots.styling import series_styles

LECTURES = ("Sridharan", "Makhmutova")
CAPTION = (
    "Filter width F = {filter}. With stride 1 every width fits, and P = 1 keeps it. With "
    "longer strides {refused} of the cases shown leave something over (crosses): the kit refuses "
    "them, Keras drops the rest and rounds down. The {fit} that fit come out of Keras at the size "
    "that the formula says."
)
ALT = (
    "Width of the output against width of the input, for strides 1, 2 and 3 and padding 0, 1 "
    "and 2: straight lines of slope 1, 1/2 and 1/3. Of the points {fit} fit and {refused} are "
    "crossed out."
)
NOTES = Notes(
    look="Put a width of {example[width]} and a filter of {filter} into the formula, with strides "
    "of 1, 2 and 3 and no padding. Who gets a number that cannot be? Then ask what the crosses "
    "stand for.",
    point="Take the width, subtract the filter, add the padding twice, divide by the stride and "
    "add one. With stride 1 that is always a whole number; of the cases with longer strides "
    "{refused} leave something over.",
    misconception="A fraction is no error message. At all {refused} crosses Keras rounds down, and "
    "the last inputs are never looked at; this kit refuses instead. Decide which of the two you "
    "want before two layers have to meet.",
)
CLAIMS = (
    Claim(
        "share_as_keras",
        "==",
        1,
        "all sizes that fit, {percent:g} % of them, are those of Keras's convolution",
    ),
    Claim(
        "share_rounded_down",
        "==",
        1,
        "where sizes do not fit, Keras rounds down in {percent:g} % of the cases",
    ),
    Claim("refused_at_stride_1", "==", 0, "with stride 1 all sizes fit: {limit} refused"),
    Claim("same_width", "==", True, "F = 3, P = 1 and S = 1 keep the width"),
)
QUIZ = Quiz(
    "Filters of width 3: which padding P is (1), which (2), which (3)?",
    answers_in_words("P = 0", "P = 1", "P = 2"),
    (Hidden(r", P = 0\n.*"),),  # the formula of the ringed points
    level=7,
)
EXAMPLE = 7  # a width, without padding


def measure(lab: Lab, seed: int) -> tuple[Any, Facts]:
    sizes, formula, found = sizes_by_stride()
    facts = {
        "filter": SIDE,
        "widths": list(WIDTHS),
        "sizes": sizes,
        "example": {
            "width": EXAMPLE,
            "exact": {s: rows["0"][EXAMPLE - WIDTHS[0]] for s, rows in formula.items()},
        },
        "fit": len(found[True]),
        "refused": len(found[False]),
        "fit_as_keras": sum(found[True]),
        "refused_rounded_down": sum(found[False]),
        "share_as_keras": sum(found[True]) / len(found[True]),
        "share_rounded_down": sum(found[False]) / len(found[False]),
        "same_width": sizes["1"]["1"] == list(WIDTHS),
        "refused_at_stride_1": sum(size is None for row in sizes["1"].values() for size in row),
    }
    return formula, facts


def draw(formula: Any, facts: Facts) -> Any:
    figure, axes = plt.subplots(1, len(STRIDES), sharey=True)
    looks, widths = series_styles(len(PADDINGS)), facts["widths"]
    thin, ink = plt.rcParams["lines.linewidth"] / 2, plt.rcParams["text.color"]
    for ax, stride in zip(axes, STRIDES, strict=True):
        for padding, look in zip(PADDINGS, looks, strict=True):
            sizes = facts["sizes"][str(stride)][str(padding)]
            exact = formula[str(stride)][str(padding)]
            ax.plot(widths, exact, color=look["color"], linestyle=look["linestyle"], linewidth=thin)
            fits = [k for k, size in enumerate(sizes) if size is not None]
            others = [k for k, size in enumerate(sizes) if size is None]
            ax.plot(
                [widths[k] for k in fits], [sizes[k] for k in fits], look["marker"],
                color=look["color"], label=f"P = {padding}",
            )  # fmt: skip
            ax.plot(
                [widths[k] for k in others], [exact[k] for k in others], "x",
                color=ink, markeredgewidth=1.4 * thin,
                label="does not fit" if stride > 1 and padding == PADDINGS[-1] else None,
            )  # fmt: skip
        ring_example(ax, facts, stride)
        ax.set(title=f"Stride S = {stride}", xlabel="width of the input, W")
        ax.set_xticks(range(4, 17, 4))
        ax.grid(visible=False)
    axes[0].set_ylabel(f"width of the output, F = {facts['filter']}")
    axes[0].set(yticks=range(0, 19, 3), ylim=(0, 21))
    axes[1].legend(loc="upper right", bbox_to_anchor=(1, 0.84))
    axes[2].annotate(
        "✗ The last stop would hang\nover the edge: Keras drops\nwhat is left over, and says\n"
        "nothing.",
        (0.04, 0.8), xycoords="axes fraction", va="top", linespacing=1.3,
    )  # fmt: skip
    return figure
