"""Lines over a number, each the median over seeds with their range, named where they end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from kit.plots.ends import End, name_ends
from kit.plots.ranges import draw_range
from kit.plots.styling import series_styles


def draw_bands(
    ax: Axes,
    points: Sequence[float],
    lines: Mapping[str, np.ndarray],
    *,
    predicted: Mapping[str, np.ndarray] | None = None,
    ends: Mapping[str, str] | None = None,
    marks: bool = True,
    looks: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Draw each line with its range, and what is predicted of it as a thin dashed one.

    Parameters
    ----------
    ax
        With its scales set.
    points
        Where they were measured, (points,).
    lines
        By name, (seeds, points).
    predicted
        By name, (points,).
    ends
        What stands at the end of a line, where it is more than its name.
    marks
        Whether each point has one.
    looks
        Of the lines; None takes the style's, one after the other.
    """
    named = []
    taken = looks or series_styles(len(lines))
    for (name, values), look in zip(lines.items(), taken, strict=True):
        color = look["color"]
        shown = dict(look) if marks else {**look, "marker": ""}
        middle = draw_range(ax, points, values, shown | {"linestyle": "-"})
        if predicted and name in predicted:
            ax.plot(points, predicted[name], color=color, linestyle=(0, (2, 3)), linewidth=5,
                    alpha=0.55)  # fmt: skip
        words = (ends or {}).get(name, name)
        named.append(End(float(points[-1]), float(middle[-1]), words, color))
    name_ends(ax, named)


def ratio_words(factor: float) -> str:
    """A factor in words of a slide: × 3.5, ÷ 12,000, ÷ 1.9e+11.

    Examples
    --------
    >>> ratio_words(3.52), ratio_words(1 / 66.5), ratio_words(1 / 1.87e11)
    ('× 3.5', '÷ 66', '÷ 1.9×10¹¹')
    """
    sign, by = ("×", factor) if factor >= 1 else ("÷", 1 / factor)
    return f"{sign} {short_factor(by)}"


def short_factor(by: float) -> str:
    """A factor over 1, in two digits.

    Examples
    --------
    >>> short_factor(1.04), short_factor(1310.0), short_factor(93_800.0)
    ('1.0', '1,300', '9.4×10⁴')
    """
    from kit.numerals import typeset

    if by < 9.95:
        return f"{by:.1f}"
    rounded = float(f"{by:.2g}")
    return f"{rounded:,.0f}" if rounded < 1e4 else typeset(f"{by:.1e}")


def keyed(points: Sequence[Any], values: Any, letter: str = "d") -> dict[str, float]:
    """Values by where they were measured, as facts: d3, d5, ..."""
    return {f"{letter}{point:g}": float(v) for point, v in zip(points, values, strict=True)}


__all__ = ["draw_bands", "keyed", "ratio_words", "short_factor"]
