"""What several seeds gave, as a line with a band: their median and their range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

__all__ = ["draw_range"]


def draw_range(
    ax: Axes,
    points: Sequence[float] | npt.NDArray[Any],
    values: npt.NDArray[Any],
    look: Mapping[str, Any],
    alpha: float = 0.2,
) -> npt.NDArray[np.float64]:
    """Draw the median over seeds, and a band from the lowest of them to the highest.

    Parameters
    ----------
    ax
        Axes to draw on.
    points
        Where on the x axis, (points,).
    values
        (seeds, points); of one seed there is no band.
    look
        Of the line, as of `kit.plots.styling.series_styles`; the band has its colour.
    alpha
        How opaque the band is, from 0 to 1.

    Returns
    -------
    ndarray
        The medians, (points,).

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = plt.figure().add_subplot()
    >>> draw_range(ax, [1, 2], np.array([[0, 1], [2, 3], [10, 5]]), {"color": "C0"}).tolist()
    [2.0, 3.0]
    """
    middle = np.median(values, axis=0)
    ax.plot(points, middle, **look)
    if len(values) > 1:
        low, high = values.min(axis=0), values.max(axis=0)
        ax.fill_between(points, low, high, color=look["color"], alpha=alpha, linewidth=0)
    return middle
