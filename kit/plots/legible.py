"""Whether a drawn figure can be read in a hall: air around it, large type, nothing on anything.

All is measured on the picture itself, in pixels of a slide that is 1,080 high: what is written
about a style may be true and the picture cropped all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

__all__ = ["AIR", "SMALLEST", "Words", "air_around", "faults_of", "overlapping", "words_of"]

AIR, SMALLEST = 40, 18
"""Pixels of a picture that is 1,080 high: around everything, and of the smallest type."""

_HIGH = 1080
_TOUCH = 0.12  # of a line's height that two boxes may share: they hold room for ascenders
_ABOVE = 0.02  # difference of colour, of 1, from which on a pixel is drawn on


@dataclass(frozen=True)
class Words:
    """A text as it stands on the picture.

    Attributes
    ----------
    text
        What is written.
    size
        Of the type, in pixels of a picture that is 1,080 high.
    corners
        (4, 2) of the box around it, turned as the text is, in those pixels.
    """

    text: str
    size: float
    corners: np.ndarray


def faults_of(figure: Figure) -> list[str]:
    """What keeps a figure from being read, a line each; none where it is as it should be.

    Parameters
    ----------
    figure
        Drawn and laid out; unchanged.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure = plt.figure(figsize=(16, 9))
    >>> _ = figure.text(0.5, 0.5, "in the middle", fontsize=20)
    >>> faults_of(figure)
    []
    >>> _ = figure.text(0.5, 0.7, "small", fontsize=5)
    >>> faults_of(figure)
    ["type of 8 pixels, under 18: 'small'"]
    """
    faults = [
        f"{found:.0f} pixels of air {side}, under {AIR}"
        for side, found in air_around(figure).items()
        if found < AIR
    ]
    words = list(words_of(figure))
    faults += [
        f"type of {one.size:.0f} pixels, under {SMALLEST}: {one.text!r}"
        for one in words
        if one.size < SMALLEST - 0.01
    ]
    faults += [f"{a.text!r} lies on {b.text!r}" for a, b in overlapping(words)]
    return faults


def air_around(figure: Figure) -> dict[str, float]:
    """Pixels, of 1,080, without anything on the four sides of what is drawn.

    Returns
    -------
    dict
        ``left``, ``right``, ``above`` and ``below``; all infinite where nothing is drawn.
    """
    its_own, engine = figure.canvas, figure.get_layout_engine()
    if not figure.stale:  # all has its place; to find it again takes longest
        figure.set_layout_engine("none")
    canvas = FigureCanvasAgg(figure)  # takes the place of its own
    try:
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())[..., :3].astype(np.float32) / 255
    finally:
        figure.set_canvas(its_own)
        figure.set_layout_engine(engine)
    drawn = (np.abs(pixels - pixels[0, 0]) > _ABOVE).any(axis=-1)  # (height, width)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if not len(rows):
        return dict.fromkeys(("left", "right", "above", "below"), np.inf)
    high, wide = drawn.shape
    found = {"left": columns[0], "right": wide - 1 - columns[-1]}
    found |= {"above": rows[0], "below": high - 1 - rows[-1]}
    return {side: float(number) * _HIGH / high for side, number in found.items()}


def words_of(figure: Figure) -> Iterator[Words]:
    """Every text that is seen on a figure, those of the ticks in view among them."""
    scale = _HIGH / figure.bbox.height
    for text in _texts(figure):
        if text.get_visible() and text.get_text().strip():
            pixels = float(text.get_fontsize()) * figure.dpi / 72
            yield Words(text.get_text(), pixels * scale, _corners(text) * scale)


def overlapping(words: list[Words]) -> list[tuple[Words, Words]]:
    """Pairs of texts of which one lies on the other."""
    shrunk = [_shrunk(one) for one in words]
    low = np.array([corners.min(axis=0) for corners in shrunk]).reshape(-1, 2)
    high = np.array([corners.max(axis=0) for corners in shrunk]).reshape(-1, 2)
    found = []
    for k in range(len(words)):
        near = (low[k + 1 :] < high[k]) & (high[k + 1 :] > low[k])  # (others, 2)
        for other in k + 1 + np.flatnonzero(near.all(axis=1)):
            if _meet(shrunk[k], shrunk[other]):
                found.append((words[k], words[other]))
    return found


def _texts(figure: Figure) -> Iterator[Text]:
    axes = [ax for ax in figure.findobj(Axes) if isinstance(ax, Axes)]  # insets too
    rulers = [axis for ax in axes for axis in (ax.xaxis, ax.yaxis)]
    of_ticks = {id(text) for axis in rulers for text in _labels(axis)}
    hidden = {
        id(text)
        for ax in axes
        for text in ax.findobj(Text)
        if not ax.get_visible() or (not ax.axison and text in (ax.xaxis.label, ax.yaxis.label))
    }
    for text in figure.findobj(Text):
        if isinstance(text, Text) and id(text) not in of_ticks | hidden:
            yield text
    for axis in rulers:
        if axis.axes.get_visible() and axis.axes.axison and axis.get_visible():
            yield from _labels(axis, in_view=True)


def _labels(axis: Axis, *, in_view: bool = False) -> Iterator[Text]:
    """The labels of an axis's ticks; where asked, only of those between its limits."""
    low, high = sorted(axis.get_view_interval())
    for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
        if not in_view or low <= tick.get_loc() <= high:
            yield from (tick.label1, tick.label2)


def _corners(text: Text) -> np.ndarray:
    """(4, 2) corners of a text's box, in pixels, turned as it is."""
    box = Text.get_window_extent(text)  # an annotation's own holds its arrow too
    middle = np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2])
    angle = np.deg2rad(text.get_rotation())
    c, s = abs(np.cos(angle)), abs(np.sin(angle))
    wide, high = box.width, box.height
    if abs(c * c - s * s) > 0.05 and min(c, s) > 0.01:  # else straight, or too near 45 degrees
        # the box around a turned one is (w c + h s) x (w s + h c)
        wide, high = np.linalg.solve([[c, s], [s, c]], [box.width, box.height])
    elif s > c:
        angle -= np.pi / 2
    along = np.array([np.cos(angle), np.sin(angle)]) * wide / 2
    across = np.array([-np.sin(angle), np.cos(angle)]) * high / 2
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return np.array([middle + a * along + b * across for a, b in signs])


def _shrunk(one: Words) -> np.ndarray:
    """Its corners, nearer to the middle by what may touch."""
    middle = one.corners.mean(axis=0)
    sides = [one.corners[1] - one.corners[0], one.corners[3] - one.corners[0]]
    moved = one.corners - middle
    for side in sides:
        length = float(np.hypot(*side))
        if length:
            unit, least = side / length, min(_TOUCH * one.size, 0.4 * length)
            moved = moved - np.sign(moved @ unit)[:, None] * unit * least
    return middle + moved


def _meet(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two rectangles share a point: no side of either separates them."""
    for corners in (one, other):
        for side in (corners[1] - corners[0], corners[3] - corners[0]):
            a, b = one @ side, other @ side
            if a.max() <= b.min() or b.max() <= a.min():
                return False
    return True
