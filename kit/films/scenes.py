"""What moves in an animation: a Figure whose Axes stay, and how it looks at each step.

A scene is laid out once; after that nothing but the data moves. Under it runs a line that shows
how much is over; at its end stands that the film begins again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox, TransformedBbox
from PIL import Image

from kit.board.matrices import WINDOW
from kit.checks import check_count, listed
from kit.plots.distributions import (
    PANEL,
    Measured,
    layer_panel,
    plot_violins,
    set_limits,
    short_number,
    write_panel_note,
)
from kit.plots.margins import MARGIN_SHARE, HouseLayout, set_titles_left
from kit.plots.measured import check_measured, layers_of_panel
from kit.plots.scales import Scale, check_scale, choose_scale
from kit.stats.sketch import Sketch

__all__ = ["MOST_FRAMES", "Kept", "Scene", "chosen_epochs", "growing", "panel", "thinned"]

MOST_FRAMES = 100
"""More are not watched; steps are left out where there would be."""

_STRIP = 0.055  # of the height, for the line under the picture
_STRIP_ENDS = 0.03, 0.88
_AGAIN = "↻ again"

_T = TypeVar("_T")


@dataclass
class Scene:
    """A Figure and its steps.

    Attributes
    ----------
    figure
        Belongs to the scene, which closes it.
    show
        From the number of a step to nothing: puts the figure into that state.
    steps
        What the title says at each step: ``"epoch 7 of 20"``.
    title
        Stands before it; may be empty.
    widest
        The step whose texts need the most room.
    """

    figure: Figure
    show: Callable[[int], None]
    steps: Sequence[str]
    title: str = ""
    widest: int = 0
    _moving: tuple[Text, Line2D, Line2D, Text] = field(init=False, repr=False)
    _canvas: FigureCanvasAgg = field(init=False, repr=False)
    _in_style: bool = field(init=False, repr=False)

    def heading(self, step: int) -> str:
        """The title of a step."""
        words = self.steps[step]
        return f"{self.title} · {words}" if self.title else words[:1].upper() + words[1:]

    def lay_out(self, width: int = 1280) -> None:
        """Give everything the place in which it stays.

        Parameters
        ----------
        width
            Of the picture in pixels. The height follows from the figure's; both become even, as
            video needs them.
        """
        figure = self.figure
        self._canvas = FigureCanvasAgg(figure)  # whatever the backend draws on
        wide, high = figure.get_size_inches()
        across, down = 2 * round(width / 2), 2 * round(width * high / wide / 2)
        figure.set_dpi(across / wide)
        spare = 0.01  # never a pixel less by rounding
        figure.set_size_inches((across + spare) / figure.dpi, (down + spare) / figure.dpi)
        engine = figure.get_layout_engine()
        if isinstance(engine, ConstrainedLayoutEngine):
            edge, side = MARGIN_SHARE, MARGIN_SHARE * high / wide
            engine.set(rect=(side, _STRIP, 1 - 2 * side, 1 - _STRIP - edge))
        self.show(self.widest)
        heading = self._fitted_heading()
        for _ in range(2):  # the second time, the layout knows how large the texts are
            figure.draw_without_rendering()
        self._in_style = isinstance(engine, HouseLayout)
        figure.set_layout_engine("none")
        note = getattr(figure, "_supxlabel", None)
        if note is not None and not isinstance(engine, HouseLayout):  # `rect` does not move it
            note.set_y(note.get_position()[1] + _STRIP)
        self._moving = (heading, *self._strip())

    def picture(self, step: int) -> Image.Image:
        """The step as an RGB image; `lay_out` comes first."""
        self.show(step)
        if self._in_style:
            set_titles_left(self.figure)  # as the layout did, before all was drawn anew
        words, line, head, again = self._moving
        words.set_text(self.heading(step))
        share = step / max(1, len(self.steps) - 1)
        left, right = _STRIP_ENDS
        end = left + share * (right - left)
        line.set_xdata([left, end])
        head.set_xdata([end])
        last = step == len(self.steps) - 1
        again.set(text=_AGAIN if last else _AGAIN[0], color=WINDOW if last else _faint())
        again.set_fontweight("bold" if last else "normal")
        self._canvas.draw()
        return Image.fromarray(np.asarray(self._canvas.buffer_rgba())[..., :3])

    def _fitted_heading(self) -> Text:
        """The title, in letters with which the longest one fits on the picture."""
        longest = max((self.heading(step) for step in range(len(self.steps))), key=len)
        text = self.figure.suptitle(longest)
        room = 0.95 * self.figure.bbox.width
        wide = text.get_window_extent().width
        if wide > room:
            text.set_fontsize(float(text.get_fontsize()) * room / wide)
        return text

    def _strip(self) -> tuple[Line2D, Line2D, Text]:
        """The line under the picture: what is over of it, its end, and what stands beside."""
        figure, font = self.figure, plt.rcParams["font.size"]
        left, right = _STRIP_ENDS
        y = 0.45 * _STRIP
        wide: dict[str, Any] = {"linewidth": font * 0.22, "solid_capstyle": "round"}
        figure.add_artist(Line2D([left, right], [y, y], color=_faint(), **wide))
        line = Line2D([left, left], [y, y], color=plt.rcParams["text.color"], **wide)
        head = Line2D([left], [y], color=plt.rcParams["text.color"], marker="o", ms=font * 0.45)
        words = figure.text(right + 0.02, y, _AGAIN[0], va="center", ha="left", fontsize=font)
        figure.add_artist(line)
        figure.add_artist(head)
        return line, head, words


def _faint() -> str:
    return plt.rcParams["grid.color"]


class Kept:
    """The sketches of a recording that an animation shows, read once."""

    def __init__(
        self, data: Measured, layers: Mapping[str, Sequence[str]], epochs: Sequence[int]
    ) -> None:
        """Read these layers of each quantity at these epochs; errors as for `data.sketch`."""
        self.epochs = list(epochs)
        self.layers = data.layers
        self._has = {quantity: list(names) for quantity, names in layers.items()}
        self._sketches = {
            (quantity, name, epoch): data.sketch(quantity, name, epoch)
            for quantity, names in self._has.items()
            for name in names
            for epoch in self.epochs
        }

    def layers_with(self, quantity: str, *, outputs: bool = True) -> list[str]:
        """Names of the layers that have a quantity."""
        return self._has[quantity]

    def sketch(self, quantity: str, layer: str, epoch: int = 0) -> Sketch:
        """The sketch of one quantity of one layer."""
        return self._sketches[quantity, layer, epoch]

    def all_of(self, quantity: str) -> list[Sketch]:
        """Those of all layers and epochs."""
        return [sketch for (q, _, _), sketch in self._sketches.items() if q == quantity]


def chosen_epochs(data: Measured, epochs: Sequence[int] | None) -> list[int]:
    """Epochs to show, ascending and checked; not too many."""
    check_measured(data, "recording")
    known = data.epochs
    if epochs is None:
        chosen = thinned(known)
    else:
        chosen = sorted({check_count("epochs", epoch, 0) for epoch in np.atleast_1d(epochs).flat})
        unknown = [epoch for epoch in chosen if epoch not in known]
        if unknown:
            raise ValueError(
                f"`epochs` must be among those captured, {listed(known)}; got {listed(unknown)}"
            )
    if len(chosen) < 2:
        raise ValueError(f"`recording` must hold two epochs at least; got {chosen}")
    return chosen


def thinned(steps: Sequence[_T], most: int = MOST_FRAMES) -> list[_T]:
    """At most so many of the steps, evenly spread, the first and the last among them."""
    places = np.linspace(0, len(steps) - 1, min(most, len(steps)))
    return [steps[k] for k in np.round(places).astype(int)]


def panel(
    data: Measured,
    epochs: Sequence[int],
    *,
    title: str = "",
    layers: str | Sequence[str] | None = None,
    scale: str = "auto",
) -> Scene:
    """The 2x2 layer panel, an epoch a step; each of the four has one scale for all epochs."""
    check_scale(scale)
    drawn = layers_of_panel(data, layers)
    kept = Kept(data, drawn, epochs)
    figure = layer_panel(kept, epoch=epochs[0], layers=layers)
    write_panel_note(figure, data, {} if layers is not None else drawn)
    shown: list[tuple[Axes, str, Scale]] = [
        (ax, quantity, choose_scale(kept.all_of(quantity), scale))
        for ax, quantity in zip(figure.axes, PANEL, strict=True)
        if kept.layers_with(quantity)
    ]

    def show(step: int) -> None:
        for ax, quantity, chosen in shown:
            ax.clear()
            ax.set_title(PANEL[quantity])
            names = kept.layers_with(quantity)
            plot_violins(kept, quantity, epoch=epochs[step], layers=names, scale=chosen, ax=ax)
            set_limits(ax, kept.all_of(quantity), chosen)

    def letters(step: int) -> int:
        return sum(
            len(short_number(kept.sketch(quantity, name, epochs[step]).std))
            for quantity in PANEL
            for name in kept.layers_with(quantity)
        )

    widest = max(range(len(epochs)), key=letters)
    return Scene(figure, show, epoch_words(epochs), title, widest)


def growing(
    figure: Figure, epochs: Sequence[int], *, title: str = "", word: str = "epoch"
) -> Scene:
    """What a Figure draws over the epochs, grown up to one epoch a step.

    Lines end at the epoch, with a dot; areas are cut off there. What is not drawn over the
    x axis's values (``axhline``), and texts, stand from the beginning.
    """
    lines: list[tuple[Line2D, np.ndarray, np.ndarray, Line2D]] = []
    areas: list[tuple[PolyCollection, Axes]] = []
    for ax in figure.axes:
        limits = ax.get_xlim(), ax.get_ylim()
        for line in list(ax.lines):
            if not line.get_transform().contains_branch_seperately(ax.transData)[0]:
                continue
            x, y = (np.asarray(one, float) for one in line.get_data())
            mark, size = line.get_marker(), line.get_markersize()
            if mark in ("None", "none", "", " ", None):
                mark, size = "o", 2.6 * line.get_linewidth()
            head = ax.plot([], [], marker=mark, ls="", color=line.get_color(), ms=size)[0]
            head.set(clip_on=False, zorder=line.get_zorder() + 1)
            lines.append((line, x, y, head))
        areas += [(one, ax) for one in ax.collections if isinstance(one, PolyCollection)]
        ax.set(xlim=limits[0], ylim=limits[1])
    if not lines and not areas:
        raise ValueError("`figure` must have lines or areas over the epochs; got none")

    def show(step: int) -> None:
        epoch = epochs[step]
        for line, x, y, head in lines:
            reached = x <= epoch
            line.set_data(x[reached], y[reached])
            head.set_data(x[reached][-1:], y[reached][-1:])
        for area, ax in areas:
            low = min(ax.get_xlim())
            box = Bbox([[low, 0], [max(epoch, low), 1]])
            area.set_clip_box(TransformedBbox(box, ax.get_xaxis_transform()))

    return Scene(figure, show, epoch_words(epochs, word), title, len(epochs) - 1)


def epoch_words(epochs: Sequence[int], word: str = "epoch") -> list[str]:
    """What the title says at each epoch."""
    return [f"{word} {epoch} of {epochs[-1]}" for epoch in epochs]
