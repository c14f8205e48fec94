"""Air around a figure, and its title on the left edge, whatever is drawn on it.

pyplot calls `keep_air` with every figure that it makes in the kit's style (``figure.hooks``), so
that a figure of one's own has the same margins as those of the catalogue.
"""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

__all__ = ["MARGIN_SHARE", "HouseLayout", "keep_air", "set_titles_left", "write_note"]

MARGIN_SHARE = 44 / 1080
"""Of a figure's height, that stays free on every side."""

_WHOLE = (0, 0, 1, 1)

NOTE_SIZE = 0.7
"""Font sizes of what stands below a whole figure."""


class HouseLayout(ConstrainedLayoutEngine):
    """matplotlib's constrained layout within margins, the title on the left edge.

    Where someone has set a ``rect`` of their own, it takes the place of the margins.
    """

    def execute(self, fig: Any) -> None:
        """Give everything its place; called with every drawing."""
        given = self.get()["rect"]
        left, low, wide, high = inside = _within(fig) if given == _WHOLE else given
        _set_left(fig, left, wide)
        self.set(rect=inside)
        try:
            super().execute(fig)
        finally:
            self.set(rect=given)
        # what belongs to the whole figure was put on its own edges
        _move(getattr(fig, "_suptitle", None), 0, low + high - 1)
        _move(getattr(fig, "_supxlabel", None), 0, low)
        _move(getattr(fig, "_supylabel", None), left, 0)


def keep_air(figure: Figure) -> None:
    """Lay a new figure out within margins, if it is one of constrained layout."""
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine) and not isinstance(engine, HouseLayout):
        compress = getattr(engine, "_compress", False)
        figure.set_layout_engine(HouseLayout(**engine.get(), compress=compress))


def write_note(figure: Figure, words: str, **options: Any) -> Text:
    """Write a note below a whole figure, small and on the left edge.

    Parameters
    ----------
    figure
        What it is about.
    words
        One line, or several.
    options
        As for `Figure.supxlabel`.

    Returns
    -------
    Text

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure = plt.figure()
    >>> write_note(figure, "Line: median.").get_horizontalalignment()
    'left'
    """
    look: Any = {"x": _within(figure)[0], "ha": "left"}
    look["fontsize"] = NOTE_SIZE * mpl.rcParams["font.size"]
    return figure.supxlabel(words, **(look | options))


def _within(figure: Figure) -> tuple[float, float, float, float]:
    """Left, bottom, width and height of what is within the margins, as shares of the figure."""
    wide, high = figure.get_size_inches()
    side = MARGIN_SHARE * high / wide
    return side, MARGIN_SHARE, 1 - 2 * side, 1 - 2 * MARGIN_SHARE


def _set_left(figure: Figure, left: float, wide: float) -> None:
    """Titles begin where what they are about begins; a long one is broken into lines."""
    title: Any = getattr(figure, "_suptitle", None)
    if title is not None:
        title.set(x=left, ha="left", wrap=True)
        # matplotlib wraps at the figure's edge, where no air would be left
        title._get_wrap_line_width = lambda: wide * figure.bbox.width
    set_titles_left(figure)


def set_titles_left(figure: Figure) -> None:
    """Let the title of each ruler begin where the ruler does; that of a picture stays above it."""
    for ax in figure.axes:
        if ax.axison and ax.get_aspect() == "auto" and _is_centred(ax):
            ax.title.set(x=0, ha="left")


def _is_centred(ax: Axes) -> bool:
    return bool(
        ax.title.get_horizontalalignment() == "center" and ax.title.get_position()[0] == 0.5
    )


def _move(text: Text | None, right: float, up: float) -> None:
    if text is not None and text.get_in_layout() and getattr(text, "_autopos", False):
        x, y = text.get_position()
        text.set_position((x + right, y + up))
