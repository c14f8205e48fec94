"""How large a text is before it is drawn, and how much room Axes leave for it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from kit.plots.margins import MARGIN_SHARE, HouseLayout

__all__ = ["ems", "room_of"]

PADS = 10.0
"""Points that constrained layout keeps free beside Axes."""


def ems(text: str, weight: str = "normal") -> float:
    """Width of the longest line of a text, as a multiple of its font size; 1 at least."""
    prop = FontProperties(weight=weight)
    lines = [line for line in text.split("\n") if line.strip()]
    widths = [TextPath((0, 0), line, size=1, prop=prop).get_extents().width for line in lines]
    return max([1.0, *map(float, widths)])


def room_of(ax: Axes) -> tuple[float, float]:
    """Width and height in points that Axes will have, ticks and titles included.

    Under a layout that is still to come, their part of the figure's grid; else what they have.
    """
    figure = ax.figure
    points = 72 / figure.dpi
    spec = ax.get_subplotspec()
    if spec is None or figure.get_layout_engine() is None:
        return ax.bbox.width * points, ax.bbox.height * points
    wide, high = figure.bbox.width * points, figure.bbox.height * points
    if isinstance(figure.get_layout_engine(), HouseLayout):
        wide, high = wide - 2 * MARGIN_SHARE * high, high * (1 - 2 * MARGIN_SHARE)
    top = spec.get_topmost_subplotspec()
    for one in (top,) if top is spec else (top, spec):
        grid = one.get_gridspec()
        widths, heights = np.asarray(grid.get_width_ratios()), np.asarray(grid.get_height_ratios())
        wide *= widths[one.colspan.start : one.colspan.stop].sum() / widths.sum()
        high *= heights[one.rowspan.start : one.rowspan.stop].sum() / heights.sum()
    return max(wide - PADS, 1.0), max(high - PADS, 1.0)
