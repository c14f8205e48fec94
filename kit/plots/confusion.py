"""The confusion matrix: which class is taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from numpy.typing import ArrayLike

from kit.checks import as_numbers
from kit.plots.styling import subplots
from kit.plots.tables import draw_cells

__all__ = ["plot_confusion"]


def plot_confusion(
    labels: ArrayLike,
    predicted: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each class was taken for each: true ones down, predictions across.

    The right answers on the diagonal are bold; empty cells are 0. The shade is by the share of
    the row, lifted so that single mistakes can be seen.

    Parameters
    ----------
    labels
        (n,) true labels, integers from 0.
    predicted
        (n,) predicted labels, integers from 0; or (n, classes) outputs of two classes at least,
        of which the largest is taken.
    names
        Names of the classes; None writes the numbers, up to the number of outputs or the largest
        label.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        For labels of another shape, type or number, or beyond the classes; for outputs that are
        not finite or of one column.

    Examples
    --------
    >>> ax = plot_confusion([0, 1, 1], [0, 1, 0])
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('predicted class', 'true class')
    """
    taken = as_numbers("predicted", predicted)
    outputs = 0
    if taken.ndim == 2:
        outputs = taken.shape[1]
        if outputs < 2:
            raise ValueError(
                "`predicted` must be labels (n,), or outputs (n, classes) of two classes at least; "
                f"got shape {taken.shape}"
            )
        taken = taken.argmax(axis=1)
    true = _labels("labels", labels)
    taken = _labels("predicted", taken)
    if len(true) != len(taken):
        raise ValueError(
            f"`predicted` must have as many entries as `labels`, {len(true)}; got {len(taken)}"
        )
    words = None if names is None else [str(name) for name in names]
    classes = outputs or int(max(true.max(), taken.max())) + 1
    classes = classes if words is None else len(words)
    for name, found in (("labels", true), ("predicted", taken)):
        if found.max() >= classes:
            raise ValueError(
                f"`{name}` must be from 0 to {classes - 1}, as there are {classes} classes; "
                f"got {found.max()}"
            )
    counts = np.zeros((classes, classes), dtype=int)  # (true, predicted)
    np.add.at(counts, (true, taken), 1)
    if ax is None:
        ax = subplots()[1]
    _draw(counts, words or [str(k) for k in range(classes)], ax)
    return ax


def _draw(counts: np.ndarray, names: list[str], ax: Axes) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    words = [[f"{count:,}" if count else "" for count in row] for row in counts]
    page_to_ink = [plt.rcParams["axes.facecolor"], plt.rcParams["text.color"]]
    draw_cells(
        ax, shares, words, rows=names, columns=names, norm=PowerNorm(0.4, 0, 1), square=True,
        turned=max(map(len, names)) > 3,
        colors=LinearSegmentedColormap.from_list("ink", page_to_ink),
    )  # fmt: skip
    for text in ax.texts:
        column, row = text.get_position()
        text.set_fontweight("bold" if column == row else "normal")
    ax.set_xlabel("predicted class")
    ax.set_ylabel("true class")


def _labels(name: str, labels: ArrayLike) -> np.ndarray:
    found = as_numbers(name, labels)
    if found.ndim != 1 or not len(found):
        raise ValueError(f"`{name}` must have the shape (n,), n at least 1; got {found.shape}")
    if found.dtype.kind not in "iu":
        raise TypeError(f"`{name}` must be non-negative integers; got dtype {found.dtype}")
    if found.min() < 0:
        raise ValueError(f"`{name}` must be non-negative integers; got {found.min()} in it")
    return found
