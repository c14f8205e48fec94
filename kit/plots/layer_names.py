"""Names of layers under Axes, as there is room: level, turned, upright, or of every k-th layer.

How much room there is follows from the Axes' part of the figure, before anything is laid out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties

from kit.plots.texts import ems, room_of
from kit.recordings.display import printable, shortened

__all__ = ["every_words", "name_layers", "room_of_layer", "told_apart"]

_LONGEST, _SHORTEST = 18, 6  # characters of a name that is turned
_TURNED = 30  # degrees
_HEIGHT = 0.3  # of the Axes' room, that turned names take at most
_LEFT = 5.0  # font sizes that the y axis takes of the room
_APART = 1.25  # font sizes between the lines of turned names, square to them
_GAP = 0.4  # font sizes between level names


def name_layers(
    ax: Axes,
    names: Sequence[str],
    *,
    spreads: Sequence[str] | None = None,
    size: float | None = None,
    beside: float = 0.0,
) -> int:
    """Write names of layers under their places 0, 1, 2, ..., none on another.

    Parameters
    ----------
    ax
        Axes to write under.
    names
        Of the layers, written literally; those that are turned are cut where they are long, and
        still told apart.
    spreads
        What stands with each name, on a line of its own where the names are level; left out where
        they stand upright.
    size
        Of the letters, in points; None takes that of tick labels.
    beside
        Points beside the Axes that other names need.

    Returns
    -------
    int
        1 where all are named, k where every k-th is.
    """
    size = _tick_size() if size is None else size
    slot = room_of_layer(ax, len(names), beside)
    whole = [printable(name) for name in names]
    level = whole if spreads is None else _joined(whole, spreads, "\n")
    every, turned = 1, 0
    if max(ems(label) for label in level) * size + _GAP * size <= slot:
        labels = level
    else:
        flat = slot * np.sin(np.deg2rad(_TURNED)) >= _APART * size
        turned = _TURNED if flat else 90
        angle, left = np.deg2rad(turned), slot + (_LEFT + 1) * float(plt.rcParams["font.size"])
        most = min(_HEIGHT * room_of(ax)[1] / np.sin(angle), left / max(np.cos(angle), 0.01)) / size
        labels = _cut(names, spreads if flat else None, most)
        every = 1 if flat else max(1, int(np.ceil(_APART * size / slot)))
    ax.set_xticks(
        range(0, len(names), every), labels[::every], rotation=turned, fontsize=size,
        ha="right" if turned else "center", va="center" if turned == 90 else "top",
        rotation_mode="anchor" if turned else "default",
        parse_math=False,  # a name may hold a dollar
    )  # fmt: skip
    return every


def every_words(every: int, count: int) -> str:
    """What an axis says where not all of its layers are named; nothing where all are.

    Examples
    --------
    >>> every_words(3, 60), every_words(1, 5)
    ('every 3rd of 60 layers named', '')
    """
    if every == 1:
        return ""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(every % 10, "th") if every // 10 % 10 != 1 else "th"
    return f"every {every}{ending} of {count} layers named"


def room_of_layer(ax: Axes, count: int, beside: float = 0.0) -> float:
    """Points from one layer to the next where so many stand side by side on Axes."""
    wide = room_of(ax)[0] - _LEFT * float(plt.rcParams["font.size"]) - beside
    return max(1.0, wide) / (count + 0.2)


def told_apart(names: Sequence[str], most: int) -> list[str]:
    """Names of at most so many characters, no two alike where the names are not.

    The end of a long one is kept; where the ends are alike, what stands about the place where the
    names begin to differ, or the beginning too.

    Examples
    --------
    >>> told_apart(["encoder/block/dense_1", "encoder/block/dense_2"], 8)
    ['…dense_1', '…dense_2']
    >>> told_apart(["block_1_convolution_relu", "block_2_convolution_relu"], 10)
    ['block_1_c…', 'block_2_c…']
    """
    words = [printable(name) for name in names]
    if all(len(one) <= most for one in words):
        return words
    same = _same_beginning(words)
    ends = len(_same_beginning([one[::-1] for one in words]))
    start = max((found.end() for found in re.finditer(r"[\W_]+", same[:-1])), default=0)
    if len(same) - start > 2 * most // 3:
        start = len(same)
    end, middle = (lambda one: shortened(one, most)), (lambda one: _without_middle(one, most))
    begins: list[Callable[[str], str]] = [
        lambda one: _from(one, start, most),
        lambda one: _from(one, len(same), most),
    ]
    for cut in [end, middle, *begins] if ends < most // 2 else [*begins, middle, end]:
        found = [cut(one) for one in words]
        if len(set(found)) == len(set(words)):
            return found
    return [_from(f"{k} {one}", 0, most) for k, one in enumerate(words, 1)]


def _same_beginning(words: Sequence[str]) -> str:
    first, last = min(words), max(words)
    alike = (a == b for a, b in zip(first, last, strict=False))
    return first[: next((k for k, one in enumerate(alike) if not one), len(first))]


def _without_middle(name: str, most: int) -> str:
    head = most // 2
    return name if len(name) <= most else f"{name[:head]}…{name[head + 1 - most :]}"


def _from(name: str, start: int, most: int) -> str:
    """What stands in a name from a place on."""
    if len(name) <= most:
        return name
    rest = f"…{name[start:]}" if start else name
    return rest if len(rest) <= most else f"{rest[: most - 1]}…"


def _cut(names: Sequence[str], spreads: Sequence[str] | None, most: float) -> list[str]:
    """Labels on one line each, the names as long as fits into `most` font sizes."""
    for letters in range(_LONGEST, _SHORTEST - 1, -1):
        labels = told_apart(names, letters)
        if spreads is not None:
            labels = _joined(labels, spreads, "  ")
        if max(map(ems, labels)) <= most:
            break
    return labels


def _joined(names: Sequence[str], spreads: Sequence[str], apart: str) -> list[str]:
    return [f"{name}{apart}{spread}" for name, spread in zip(names, spreads, strict=True)]


def _tick_size() -> float:
    return FontProperties(size=plt.rcParams["xtick.labelsize"]).get_size_in_points()
