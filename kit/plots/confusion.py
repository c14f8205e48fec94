"""The confusion matrix: which class is taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm

from kit.plots.styling import subplots

__all__ = ["plot_confusion"]


def plot_confusion(
    labels: Any,
    predicted: Any,
    *,
    names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each class was taken for each: true ones down, predictions across.

    The right answers on the diagonal are bold; empty cells are 0. The grey is by the share of
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
    ValueError
        For labels of another shape, type or number, or beyond the classes; for outputs that are
        not finite or of one column.

    Examples
    --------
    >>> ax = plot_confusion([0, 1, 1], [0, 1, 0])
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('predicted class', 'true class')
    """
    taken = np.asarray(predicted)
    outputs = 0
    if taken.ndim == 2:
        outputs, taken = taken.shape[1], _largest(taken)
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
    ax.imshow(shares, cmap="Greys", norm=PowerNorm(0.4, 0, 1), interpolation="nearest")
    size = plt.rcParams["font.size"] * (0.85 if len(names) <= 12 else 0.7)
    for (i, j), count in np.ndenumerate(counts):
        if count:
            ax.text(
                j, i, f"{count:,}", ha="center", va="center", fontsize=size,
                color="white" if shares[i, j] > 0.2 else "#1A1A1A",
                fontweight="bold" if i == j else "normal",
            )  # fmt: skip
    turned = max(len(name) for name in names) > 3
    ax.set_xticks(range(len(names)), names, rotation=40 if turned else 0,
                  ha="right" if turned else "center", rotation_mode="anchor")  # fmt: skip
    ax.set_yticks(range(len(names)), names)
    ax.set_xlabel("predicted class")
    ax.set_ylabel("true class")
    ax.grid(False)


def _labels(name: str, labels: Any) -> np.ndarray:
    found = np.asarray(labels)
    if found.ndim != 1 or not len(found):
        raise ValueError(f"`{name}` must have the shape (n,), n at least 1; got {found.shape}")
    if found.dtype.kind not in "iu" or found.min() < 0:
        least = f", from {found.min()}" if found.dtype.kind in "iu" else ""
        raise ValueError(f"`{name}` must be non-negative integers; got dtype {found.dtype}{least}")
    return found


def _largest(outputs: np.ndarray) -> np.ndarray:
    """(n,) the class of the largest output."""
    if outputs.dtype.kind not in "fiu" or outputs.shape[1] < 2:
        raise ValueError(
            "`predicted` must be labels (n,), or outputs (n, classes), numbers for two classes at "
            f"least; got shape {outputs.shape}, dtype {outputs.dtype}"
        )
    if not np.isfinite(outputs).all():
        raise ValueError("`predicted` must be finite; got NaN or infinite values")
    return outputs.argmax(axis=1)
