"""Walks on surfaces of two weights, in panels, and their films."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.catalogue.claims import Facts
from kit.figures.optimizers._surfaces import Surface, draw_surface
from kit.films import Animation, animate_steps
from kit.plots.styling import series_styles


def draw_walks(
    surfaces: Sequence[Surface], walks: Sequence[Mapping[str, np.ndarray]], titles: Sequence[str]
) -> Any:
    """A panel for each surface, with the walks on it, named beside the last one of each row.

    Parameters
    ----------
    surfaces, titles
        Of the columns; there are as many rows as the walks fill.
    walks
        By name, paths of shape (steps + 1, 2), row by row.
    """
    columns = len(surfaces)
    figure, axes = plt.subplots(len(walks) // columns, columns, squeeze=False)
    ink = plt.rcParams["text.color"]
    for k, (ax, some) in enumerate(zip(axes.flat, walks, strict=True)):
        surface = surfaces[k % columns]
        draw_surface(ax, surface)
        for (name, path), look in zip(some.items(), series_styles(len(some)), strict=True):
            x, y = np.where(np.isfinite(path), path, np.nan).T
            look = look | {"markevery": max(1, len(path) // 12)} if name else look | {"ms": 5}
            ax.plot(x, y, label=name, linewidth=2, **look)
        ax.plot(*surface.start, "s", color=ink, ms=10)
        for place in surface.lowest:
            ax.plot(*place, "*", color=ink, ms=17, zorder=4)
        if k < columns:
            ax.set_title(titles[k])
        if k % columns == columns - 1 and any(some):
            ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    axes[0, 0].annotate(
        "start", surfaces[0].start, xytext=(0, 12), textcoords="offset points", fontweight="bold"
    )
    return figure


def animate_walks(
    draw: Callable[[Any, Facts], Any], steps: int, every: int = 1
) -> Callable[..., Animation]:
    """The film of a figure of walks, from its `draw`: so many steps, each or every so manieth."""
    chosen = list(range(0, steps + 1, every))

    def animate(data: Any, facts: Facts, **how: Any) -> Animation:
        figure = draw(data, facts)
        paths = [
            (line, np.array(line.get_data(), float), _head(line))
            for ax in figure.axes
            for line in list(ax.lines)
            if len(line.get_xdata()) > steps
        ]

        def show(picture: int) -> None:
            step = chosen[picture]
            for line, points, head in paths:  # points: (2, steps + 1)
                line.set_data(points[:, : step + 1])
                head.set_data(points[:, [step]])

        words = [f"step {step} of {steps}" for step in chosen]
        return animate_steps(figure, show, words, **how)

    return animate


def _head(line: Any) -> Any:
    """A dot that is where a walk is; it lies over all lines."""
    size = 5 * line.get_linewidth()
    return line.axes.plot([], [], "o", color=line.get_color(), ms=size, zorder=5)[0]
