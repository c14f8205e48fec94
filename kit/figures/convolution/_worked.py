"""The lectures' two worked examples, and whole numbers in words and lists."""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.catalogue import LectureAnimation
from kit.catalogue.claims import Facts
from kit.films import Animation, animate_kernel

SLIDING_INPUT = (
    (3, 3, 2, 1, 0),
    (0, 0, 1, 3, 1),
    (3, 1, 2, 2, 3),
    (2, 0, 0, 2, 2),
    (2, 0, 0, 0, 1),
)
SLIDING_KERNEL = ((0, 1, 2), (2, 2, 0), (0, 1, 2))
SECOND_INPUT = (
    (0, 1, 2, 1, 0),
    (4, 1, 0, 1, 0),
    (2, 0, 1, 1, 1),
    (1, 2, 3, 1, 0),
    (0, 4, 3, 2, 0),
)
SECOND_KERNEL = ((0, 1, 0), (1, 0, 1), (2, 1, 0))


def whole(array: Any) -> Any:
    """The numbers of an array as nested lists of int; an error where they are no whole numbers."""
    found = np.asarray(array)
    if not (found == np.round(found)).all():
        raise ValueError(f"`array` must hold whole numbers; got {found}")
    return found.astype(int).tolist()


def by_rows(matrix: Any) -> str:
    """A matrix in words: "1 2 / 3 4"."""
    return " / ".join(" ".join(str(one) for one in row) for row in matrix)


def products_at_stops(image: Any, kernel: Any) -> Any:
    """What lies under the kernel, times the kernel: (rows, columns, height, width)."""
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(image), np.shape(kernel))
    return windows * np.asarray(kernel)


def moving_kernel(image: Any, kernel: Any, title: str) -> LectureAnimation:
    """A worked example, stop by stop; title: what stands above it."""

    def animate(data: Any, facts: Facts, **how: Any) -> Animation:
        return animate_kernel(image, kernel, **how)

    return LectureAnimation(
        animate=animate,
        alt="A {kernel_width}×{kernel_width} kernel moves over a {width}×{width} input from the "
        "upper left to the lower right. At each stop the sum of the products is written in full "
        "and fills a cell of the output, which in the end is {output_by_rows}.",
        fps=0.5,
        title=title,
    )
