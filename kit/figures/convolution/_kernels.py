"""Five kernels of nine numbers, what they make of an image, and their pictures."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from kit.board import plot_matrix
from kit.catalogue import Answer, Quiz
from kit.plots.images import WEIGHTS
from kit.stats import convolve

SOBEL = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
KERNELS = {
    "nothing": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "edge": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "sobel": SOBEL,
    "transposed": [list(row) for row in zip(*SOBEL, strict=True)],
}
KERNEL_TITLES = {
    "nothing": "Original",
    "edge": "Edge detection",
    "sharpen": "Sharpen",
    "sobel": "Sobel:\nvertical edges",
    "transposed": "transposed:\nhorizontal edges",
}


def responses(image: Any, padding: str = "valid") -> dict[str, Any]:
    return {name: convolve(image, kernel, padding=padding) for name, kernel in KERNELS.items()}


def draw_kernels(figure: Any, pictures: Any, height: float) -> Any:
    """Five pictures, so high, under each the kernel that made it."""
    axes = figure.subplots(2, len(KERNELS), height_ratios=[height, 1])
    for (name, kernel), ax, below in zip(KERNELS.items(), *axes, strict=True):
        picture, look = pictures[name]
        ax.imshow(picture, **look)
        ax.set_title(KERNEL_TITLES[name])
        ax.set_axis_off()
        ax.set_xticks([])
        ax.set_yticks([])
        total = int(np.sum(kernel))
        plot_matrix(kernel, size=0.9, ax=below)
        _tint(below, kernel)
        below.set_title(
            f"sum {total}: flat {'stays' if total else 'gives 0'}",
            fontweight="normal", fontsize=plt.rcParams["font.size"] * 0.95,
        )  # fmt: skip
    return axes


def explain_signs(figure: Any, axes: Any, most: float) -> None:
    """Below the pictures, which colours are above and below 0; most: where the last one's end."""
    last = axes[0][-1].images[0]
    bar = figure.colorbar(last, ax=axes, location="bottom", shrink=0.5, aspect=40)
    bar.set_ticks([-most, 0, most], labels=["below 0", "0", "above 0"])
    bar.set_label("response, each picture on its own scale")


def _tint(ax: Any, kernel: Any) -> None:
    """Colour the cells by sign and size, as responses are coloured: +2 and -2 look apart."""
    numbers = np.array(kernel, float)
    edge = {"edgecolor": plt.rcParams["text.color"], "linewidth": plt.rcParams["axes.linewidth"]}
    for (row, column), value in np.ndenumerate(numbers):
        if value:
            color = plt.get_cmap(WEIGHTS)(0.9 if value > 0 else 0.2)[:3]
            face = (*color, 0.12 + 0.5 * abs(value) / np.abs(numbers).max())
            ax.add_patch(Rectangle((column, row), 1, 1, facecolor=face, **edge))


KERNELS_QUIZ = Quiz(
    "Which filters are (1), (2), (3), (4)?",
    (
        Answer("edge detection", r"[Ee]dge detection|\bEdge\b"),
        Answer("sharpen", r"\b[Ss]harpen\b"),
        Answer("Sobel, for vertical edges", r"\bSobel(:\nvertical edges)?"),
        Answer(
            "its transpose, for horizontal edges",
            r"transposed:\nhorizontal edges|\b[Ii]ts transpose\b",
        ),
    ),
    level=2,
)
FLAT_QUIZ = Quiz(
    "Under which of (1) to (5) does a flat patch stay as it is?",
    (Answer("flat {0}", r"sum \d: flat (stays|gives 0)", each=True),),
    caption="A handwritten {label} under five filters. Digit: {source}.",
    alt="Five pictures of a handwritten {label} ({source}), above the kernels that made them.",
    level=6,
)
