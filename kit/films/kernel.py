"""A kernel on its way over an image, and the output that fills: the scenes of `animate_kernel`.

Small inputs are shown as numbers in cells, with the sum of each stop in full; larger ones as
pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from kit.board.matrices import draw_frame, plot_matrix
from kit.board.stage import new_stage, place, say, set_stage
from kit.films.scenes import MOST_FRAMES, Scene, thinned
from kit.numerals import MINUS, typeset
from kit.plots.images import WEIGHTS, bare
from kit.plots.styling import subplots

__all__ = ["Slide", "sliding"]

MOST_CELLS = 12
"""Rows and columns of an input up to which its numbers are shown."""

_MOST_TERMS = 16  # of a sum that is written in full

_LEVELS = 65  # odd: white is in the middle

Pads = tuple[tuple[int, int], tuple[int, int]]


class Slide:
    """What a kernel meets at each stop.

    Parameters
    ----------
    image
        (height, width), padding included.
    kernel
        (kernel height, kernel width).
    output
        (rows, columns).
    stride
        Pixels from one stop to the next.
    pads
        ((above, below), (left, right)) pixels of `image` that are padding.
    """

    def __init__(
        self, image: np.ndarray, kernel: np.ndarray, output: np.ndarray, stride: int, pads: Pads
    ) -> None:
        self.image, self.kernel, self.output = image, kernel, output
        self.stride, self.pads = stride, pads

    def place(self, stop: int) -> tuple[int, int]:
        """Row and column of the output that a stop, counted from 0, fills."""
        row, column = divmod(stop, self.output.shape[1])
        return row, column

    def window(self, stop: int) -> tuple[int, int, int, int]:
        """(row, column, height, width) of what lies under the kernel."""
        row, column = (one * self.stride for one in self.place(stop))
        return row, column, *self.kernel.shape

    def filled(self, stop: int) -> np.ndarray:
        """(rows, columns): the outputs up to this stop, NaN for those to come."""
        seen = np.full(self.output.shape, np.nan)
        seen.flat[: stop + 1] = self.output.flat[: stop + 1]
        return seen

    def words(self) -> str:
        """What is to be seen: sizes, stops and, where they are few, the outputs."""
        (above, below), (left, right) = self.pads
        rows, columns = self.image.shape
        height, width = self.kernel.shape
        kernel = f"A {height}×{width} kernel slides over a "
        image = f"{rows - above - below}×{columns - left - right} input, {self.output.size} stops"
        if self.output.size > MOST_CELLS**2:
            return f"{kernel}{image}; the output fills row by row"
        number = number_format(self.output)
        outputs = " / ".join(" ".join(number(one) for one in row) for row in self.output)
        return f"{kernel}{image}; the output is {outputs}"

    def spelled(self, stop: int) -> str:
        """The sum of a stop in full, a line for each row of the kernel."""
        row, column, height, width = self.window(stop)
        under = self.image[row : row + height, column : column + width]
        number = number_format(self.image, self.kernel, self.output)
        products = " +\n".join(
            " + ".join(f"{number(a)}·{_in_brackets(number(k))}" for a, k in zip(*pair, strict=True))
            for pair in zip(under, self.kernel, strict=True)
        )
        exact = all(_read(number(one)) == one for one in (*under.flat, *self.kernel.flat))
        result = self.output[self.place(stop)]
        sign = "=" if exact and _read(number(result)) == result else "≈"
        return f"{products} {sign} {number(result)}"


def sliding(slide: Slide, *, title: str = "", frames: int | None = None) -> Scene:
    """The kernel's stops row by row, at most so many of them."""
    stops = thinned(range(slide.output.size), frames or MOST_FRAMES)
    words = [f"stop {stop + 1} of {slide.output.size}" for stop in stops]
    small = max(slide.image.shape) <= MOST_CELLS
    figure, show = (_numbers if small else _pictures)(slide, stops)
    return Scene(figure, show, words, title)


def _numbers(slide: Slide, stops: Sequence[int]) -> tuple[Figure, Callable[[int], None]]:
    """Input, kernel and output as numbers, the output's cells empty until their stop."""
    (rows, columns), (high, wide) = slide.image.shape, slide.kernel.shape
    down, across = slide.output.shape
    equation = high * wide <= _MOST_TERMS
    tall = max(rows, down, high)
    total = columns + wide + across + 4.0
    below = 0.55 * high + 1.2 if equation else 0.0
    figure, stage = new_stage(total, tall + 1.2 + below)
    number = number_format(slide.image, slide.output)
    weight = number_format(slide.kernel)
    longest = max(
        *(len(number(one)) for array in (slide.image, slide.output) for one in array.flat),
        *(len(weight(one)) for one in slide.kernel.flat),
    )
    fits = all(len(f"{one:g}") <= 2 for one in slide.kernel.flat)  # into a corner of a cell

    def show(step: int) -> None:
        stop = stops[step]
        stage.clear()
        set_stage(stage, total, tall + 1.2 + below)
        letters = 0.36 * _points_of_a_cell(figure, stage) / plt.rcParams["font.size"]
        look = {"size": letters * min(1.0, 4 / longest), "title_size": 1.2}

        def at(height: int) -> float:
            return 1.0 + (tall - height) / 2

        place(
            stage, slide.image, at(rows), 0.1, window=slide.window(stop),
            weights=slide.kernel if fits else None, padding=slide.pads, number=number,
            title="input", **look,
        )  # fmt: skip
        left = columns + 1.9
        say(stage, at(0), left - 0.9, "∗", 2 * letters)
        place(stage, slide.kernel, at(high), left, number=weight, title="kernel", **look)
        left += wide + 1.9
        say(stage, at(0), left - 0.9, "=", 2 * letters)
        place(
            stage, slide.filled(stop), at(down), left, marked=[slide.place(stop)], number=number,
            title="output", **look,
        )  # fmt: skip
        if equation:
            words, size = slide.spelled(stop), min(letters, 1.4)
            say(stage, tall + 1.2 + below / 2, total / 2, words, size, linespacing=1.5)

    return figure, show


def _pictures(slide: Slide, stops: Sequence[int]) -> tuple[Figure, Callable[[int], None]]:
    """Input and output as pictures, the output grey until its stop."""
    figure, (left, middle, right) = subplots(1, 3, width_ratios=[3, 1.1, 3])
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)  # `subplots` gave it
    engine.set(h_pad=0.12, w_pad=0.12)
    # no more levels than a GIF's palette has room for
    left.imshow(slide.image, cmap=plt.get_cmap("gray", _LEVELS), interpolation="nearest")
    left.set_title("input")
    letters = 0.75 * min(1.0, 3 / slide.kernel.shape[1])
    plot_matrix(slide.kernel, size=letters, number=number_format(slide.kernel), ax=middle)
    middle.set_title("kernel")
    most = float(np.abs(slide.output).max()) or 1.0
    signed = bool((slide.output < 0).any())
    colors = plt.get_cmap(WEIGHTS if signed else "gray", _LEVELS)
    colors = colors.with_extremes(bad=plt.rcParams["grid.color"])
    shown = right.imshow(
        slide.filled(-1), cmap=colors, vmin=-most if signed else 0, vmax=most,
        interpolation="nearest",
    )  # fmt: skip
    right.set_title("output")
    bar = figure.colorbar(shown, ax=middle, location="bottom", aspect=12, panchor=False)
    bar.set_ticks([-most, 0, most] if signed else [0, most])
    bar.ax.set_xticklabels(["< 0", "0", "> 0"] if signed else ["0", "most"])
    for ax in (left, right):
        bare(ax)
    window = draw_frame(left, -0.5, -0.5, *slide.kernel.shape, thick=1.3)
    cell = draw_frame(right, -0.5, -0.5, 1, 1, thick=1.3)

    def show(step: int) -> None:
        stop = stops[step]
        row, column = slide.window(stop)[:2]
        window.set_xy((column - 0.5, row - 0.5))  # pixels have their middle at whole numbers
        row, column = slide.place(stop)
        cell.set_xy((column - 0.5, row - 0.5))
        shown.set_data(np.ma.masked_invalid(slide.filled(stop)))

    return figure, show


def _points_of_a_cell(figure: Figure, stage: Axes) -> float:
    """Side of a cell of a stage that fills its figure."""
    wide, high = figure.get_size_inches()
    high *= 0.85  # the title has the rest
    return 72 * min(wide / stage.get_xlim()[1], high / stage.get_ylim()[0])


def number_format(*arrays: np.ndarray) -> Callable[[float], str]:
    """How to write the numbers of arrays: whole ones as they are, others with three digits."""
    whole = all((array == np.round(array)).all() for array in arrays)
    digits = ".0f" if whole else ".3g"
    return lambda value: typeset(f"{value + 0.0:{digits}}")  # no -0


def _read(number: str) -> float:
    """The value of what `number_format` wrote; of a power of ten none, as if it were rounded."""
    return math.nan if "×" in number or "⁻" in number else float(number.replace(MINUS, "-"))


def _in_brackets(number: str) -> str:
    return f"({number})" if number.startswith(MINUS) else number
