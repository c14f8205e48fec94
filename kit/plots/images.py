"""Pictures of images, with their labels and what a model took them for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from numpy.typing import ArrayLike

from kit.checks import as_numbers, check_count
from kit.plots.scales import check_limits
from kit.plots.styling import SERIES, subplots
from kit.plots.texts import ems, room_of

__all__ = ["WEIGHTS", "bare", "plot_images"]

WEIGHTS = "PuOr"
"""Colour map of signed numbers: white at 0, told apart by colour-blind readers."""


def plot_images(
    images: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    predicted: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    columns: int | None = None,
    limits: tuple[float, float] = (0.0, 1.0),
    axes: Sequence[Axes] | None = None,
) -> np.ndarray:
    """Draw images in a grid, with their labels and what a model took them for.

    A wrong prediction is marked by a cross in its words and by a thick dashed frame. Words that
    are wider than an image go on two lines, and become smaller where that is not enough.

    Parameters
    ----------
    images
        (n, height, width), (n, height, width, 1) or (n, height, width, 3), numbers within
        `limits`.
    labels
        (n,) true labels: numbers, or indices of `names`; None writes none.
    predicted
        (n,) predicted labels; None writes none.
    names
        Names of the classes; None writes the numbers.
    columns
        Images side by side; None makes the grid about twice as wide as high.
    limits
        Values of black and white, the first the smaller; images with three channels must keep
        (0, 1).
    axes
        One for each image; None takes new ones.

    Returns
    -------
    ndarray of Axes
        One for each image.

    Raises
    ------
    TypeError, ValueError
        For images of another rank, channels or type, values beyond `limits`, labels of another
        number or beyond `names`, `columns` or `axes` that do not fit.

    Examples
    --------
    >>> axes = plot_images(np.zeros((2, 8, 8)), labels=[3, 8], predicted=[3, 3])
    >>> axes[1].get_title()
    '✗ 3, is 8'
    """
    pictures = check_images(images, limits)
    n = len(pictures)
    true = _words("labels", labels, n, names)
    taken = _words("predicted", predicted, n, names)
    wrongs = _differ(labels, predicted, n)
    titles = [_title(true, taken, k, wrongs[k]) for k in range(n)]
    drawn = _grid(n, columns) if axes is None else np.ravel(np.asarray(axes, dtype=object))
    if len(drawn) != n:
        raise ValueError(f"`axes` must be one for each of {n} images; got {len(drawn)}")
    titles, size = _fitting(titles, drawn)
    for k, ax in enumerate(drawn):
        low, high = limits
        ax.imshow(pictures[k], cmap="gray", vmin=low, vmax=high, interpolation="nearest")
        bare(ax)
        ax.set_title(titles[k], fontsize=size, fontweight="bold" if wrongs[k] else "normal")
        for spine in ax.spines.values() if wrongs[k] else ():
            spine.set(visible=True, color=SERIES[1][0], linestyle="--")
            spine.set_linewidth(1.6 * plt.rcParams["lines.linewidth"])
    return drawn


def _grid(n: int, columns: int | None) -> np.ndarray:
    """New Axes, (n,)."""
    if columns is None:
        columns = min(n, max(1, round(math.sqrt(2 * n))))
    check_count("columns", columns)
    grid = subplots(-(-n // columns), columns, squeeze=False)[1].ravel()
    for ax in grid[n:]:
        ax.set_axis_off()
    return grid[:n]


def check_images(images: ArrayLike, limits: tuple[float, float] = (0.0, 1.0)) -> np.ndarray:
    """Images (n, height, width) or (n, height, width, 3) as float, if they are such."""
    array = as_numbers("images", images).astype(np.float64)
    low, high = check_limits(limits)
    flat = array.ndim == 3 or (array.ndim == 4 and array.shape[3] in (1, 3))
    if not flat or 0 in array.shape:
        raise ValueError(
            "`images` must have the shape (n, height, width), (n, height, width, 1) or "
            f"(n, height, width, 3); got {array.shape}"
        )
    if array.ndim == 4 and array.shape[3] == 3 and (low, high) != (0, 1):
        raise ValueError(
            f"`limits` must be (0, 1) for images of three channels; got {limits!r}: "
            "divide bytes by 255"
        )
    if array.min() < low or array.max() > high:
        raise ValueError(
            f"`images` must lie in [{low:g}, {high:g}]; got {array.min():g} to {array.max():g}: "
            "divide bytes by 255, or say other `limits`"
        )
    return array[..., 0] if array.ndim == 4 and array.shape[3] == 1 else array


def _words(
    name: str, labels: ArrayLike | None, n: int, names: Sequence[str] | None
) -> list[str] | None:
    """The labels as words, checked."""
    if labels is None:
        return None
    found = np.asarray(labels)
    if found.shape != (n,):
        raise ValueError(f"`{name}` must be one for each of {n} images; got shape {found.shape}")
    if names is None:
        return [str(label) for label in found]
    whole = found.dtype.kind in "iu"
    if not whole or found.min() < 0 or found.max() >= len(names):
        got = f"{found.min()} to {found.max()}" if whole else f"dtype {found.dtype}"
        raise ValueError(
            f"`{name}` must be integers from 0 to {len(names) - 1}, as there are {len(names)} "
            f"names; got {got}"
        )
    return [str(names[label]) for label in found]


def _differ(labels: ArrayLike | None, predicted: ArrayLike | None, n: int) -> list[bool]:
    """Which images were taken for something else; by the values, as 1.0 is 1."""
    if labels is None or predicted is None:
        return [False] * n
    pairs = zip(np.asarray(labels).tolist(), np.asarray(predicted).tolist(), strict=True)
    return [true != taken for true, taken in pairs]


def _title(true: list[str] | None, taken: list[str] | None, k: int, wrong: bool) -> str:
    if true is None or taken is None:
        return (true or taken or [""] * (k + 1))[k]
    return f"✗ {taken[k]}, is {true[k]}" if wrong else f"{taken[k]}"


def _fitting(titles: list[str], axes: np.ndarray) -> tuple[list[str], float]:
    """The titles, on two lines where one is too long, and a font size at which they fit."""
    size = FontProperties(size=plt.rcParams["axes.titlesize"]).get_size_in_points()
    room = min(room_of(ax)[0] for ax in axes)
    if max(ems(title, "bold") for title in titles) * size > room:
        titles = [title.replace(", is ", ",\nis ") for title in titles]
    return titles, min(size, room / max(ems(title, "bold") for title in titles))


def bare(ax: Axes) -> None:
    """No ticks and no frame: what is shown is a picture."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
