"""Curves over steps, named at their ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from kit.plots.ends import End, name_ends
from kit.plots.styling import series_styles


def draw_steps(
    panels: Sequence[Mapping[str, np.ndarray]],
    titles: Sequence[str],
    label: str | Sequence[str],
    *,
    log: bool | Sequence[bool] = True,
    share: bool = False,
    names: Sequence[int] | None = None,
    first: int = 0,
) -> Any:
    """A panel of curves over the steps beside another.

    Parameters
    ----------
    panels
        By name, curves of shape (steps,).
    titles, label
        Of the panels, and of their vertical axes: one for all, or each its own.
    log
        Whether heights are logarithmic: one for all, or each its own.
    share
        Whether the panels have one vertical axis.
    names
        Panels whose curves are named at their ends; None names all.
    first
        The step of the first value.
    """
    figure, axes = plt.subplots(1, len(panels), sharey=share, squeeze=False)
    logs = [log] * len(panels) if isinstance(log, bool) else log
    labels = [label] * len(panels) if isinstance(label, str) else label
    for k, (ax, curves) in enumerate(zip(axes[0], panels, strict=True)):
        ends = draw_curves(ax, curves, first)
        ax.set(title=titles[k], xlabel="step", yscale="log" if logs[k] else "linear")
        if not logs[k]:
            ax.yaxis.set_major_formatter("{x:g}")
        if k == 0 or not share:
            ax.set_ylabel(labels[k])
        if names is None or k in names:
            name_ends(ax, ends)
    return figure


def draw_curves(ax: Axes, curves: Mapping[str, np.ndarray], first: int = 0) -> list[End]:
    """The curves; where they end."""
    ends = []
    for (name, curve), look in zip(curves.items(), series_styles(len(curves)), strict=True):
        x = np.arange(first, first + len(curve))
        ax.plot(x, curve, color=look["color"], linestyle=look["linestyle"], label=name)
        ends.append(End(float(x[-1]), float(curve[-1]), name, str(look["color"])))
    return ends
