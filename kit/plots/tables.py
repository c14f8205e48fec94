"""Tables of numbers as colours: a statistic of each layer, row by row, the numbers in the cells.

The cells are drawn by `seaborn.heatmap`, which is imported when a table is drawn: it takes as long
to load as the rest of the room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LogNorm, Normalize
from matplotlib.text import Text

from kit.checks import check_choice, shown
from kit.plots.measured import Measured, Moment, check_measured, chosen_layers, hint_for
from kit.plots.scales import check_limits
from kit.plots.styling import LABELS, subplots
from kit.plots.texts import ems, room_of
from kit.recordings.display import short_number
from kit.stats.sketch import Sketch

__all__ = ["STATISTICS", "draw_cells", "plot_table"]

MOST_EPOCHS = 12
"""Rows of a recording's own epochs, where none are asked for."""

DECADES = 100.0
"""Between the largest and the smallest value: more does not fit a linear scale of colours."""

ROW_OF_NAMES = 70
"""Letters of layer names that stand side by side under a slide."""


_NOT_FINITE = "*"


class _Statistic(NamedTuple):
    of: Callable[[Any], float]
    words: str
    share: bool = False
    by_unit: bool = False


STATISTICS = {
    "std": _Statistic(lambda sketch: sketch.std, "σ of {}"),
    "rms": _Statistic(lambda sketch: sketch.rms, "root mean square of {}"),
    "zero_fraction": _Statistic(lambda sketch: sketch.zero_fraction, "share of zeros of {}", True),
    "median_magnitude": _Statistic(
        lambda sketch: float(sketch.magnitude_quantile(0.5)), "median magnitude of {}"
    ),
    "std_samples": _Statistic(
        lambda units: units.std_samples, "σ of {} across samples", by_unit=True
    ),
    "std_units": _Statistic(lambda units: units.std_units, "σ of {} between units", by_unit=True),
}
"""What a table can show of each layer: how it follows from a sketch, or from what each unit shows,
and its words."""


def plot_table(
    data: Mapping[str, Measured] | Measured,
    quantity: str,
    *,
    statistic: str = "std",
    epoch: int | None = None,
    step: int | None = None,
    epochs: Sequence[int] | None = None,
    layers: str | Sequence[str] | None = None,
    scale: str = "auto",
    limits: tuple[float, float] | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a statistic of one quantity as a table of colours, layers from left to right.

    One readable picture for many networks, where `compare` draws a panel for each. The numbers
    stand in the cells; where they span decades, the colours are on a logarithmic scale. A row
    without a layer has a dash there. A star tells that some values are not finite; the number is
    that of the others.

    Parameters
    ----------
    data
        By row name, a Snapshot or a Recording, as the rows of `compare` have; or one Recording,
        whose rows are its epochs.
    quantity
        One of z, activation, delta, weight, gradient.
    statistic
        ``"std"``, ``"rms"``, ``"zero_fraction"`` (share of exact zeros), ``"median_magnitude"``, or
        the parts of std across samples and between units, ``"std_samples"`` and ``"std_units"``.
    epoch, step
        Which capture, as for `plot_violins`, where the rows are networks.
    epochs
        Epochs to show, where the rows are epochs; None takes all, or 12 of them, evenly spread.
    layers
        As for `plot_violins`, for every row.
    scale
        Of the colours: ``"linear"``, ``"log"``, or ``"auto"``, which is log where the values span
        over two decades.
    limits
        Values of the first and the last colour, the first the smaller; None takes them from the
        data. Tables that tell one story have the same.
    title
        Above it.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes

    Raises
    ------
    KeyError, TypeError, ValueError
        For no row, rows of another kind, a quantity, layer, epoch, step, statistic or scale that
        is not there, or limits that are none (on a logarithmic scale: not positive).

    Examples
    --------
    >>> from kit.recordings import LayerSnapshot, Snapshot
    >>> rows = {}
    >>> for name, spread in {"small": 1e-9, "large": 3.0}.items():
    ...     z = spread * np.array([-1.0, 1.0])
    ...     rows[name] = Snapshot([LayerSnapshot("h1", 0, z=z)], loss=0.7, samples=2)
    >>> [text.get_text() for text in plot_table(rows, "z").texts]
    ['1.0×10⁻⁹', '3.0']
    """
    kind = STATISTICS[check_choice("statistic", statistic, STATISTICS)]
    check_choice("scale", scale, ("auto", "linear", "log"))
    rows = _rows(data, epoch, step, epochs)
    sketches = [
        {name: when.sketch(one, quantity, name) for name in chosen_layers(one, quantity, layers)}
        for _, one, when in rows
    ]
    columns = list(dict.fromkeys(name for row in sketches for name in row))
    found = [[row.get(name) for name in columns] for row in sketches]
    values = np.array(
        [
            [_value(kind, one, when, quantity, name, row.get(name)) for name in columns]
            for (_, one, when), row in zip(rows, sketches, strict=True)
        ]
    )
    norm = _norm(values, scale, limits, kind.share)  # values: (rows, columns)
    words = [
        [_words(value, kind.share, sketch) for value, sketch in zip(*pair, strict=True)]
        for pair in zip(values, found, strict=True)
    ]
    if ax is None:
        ax = subplots()[1]
    starred = any(_NOT_FINITE in word for row in words for word in row)
    # 0 has no logarithm; it is the darkest colour, and 0 in words
    shades = np.maximum(values, norm.vmin or 0) if isinstance(norm, LogNorm) else values
    draw_cells(
        ax, shades, words, rows=[name for name, *_ in rows], columns=columns, norm=norm,
        colors=plt.get_cmap("viridis"), bar=_bar_label(kind, quantity, norm, starred),
        turned=sum(map(len, columns)) > ROW_OF_NAMES,
    )  # fmt: skip
    if not isinstance(data, Mapping):
        ax.set_ylabel("epoch")
    if title is not None:
        ax.set_title(title)
    return ax


def _value(
    kind: _Statistic,
    data: Measured,
    when: Moment,
    quantity: str,
    layer: str,
    sketch: Sketch | None,
) -> float:
    """The statistic of a layer, NaN where the data have none."""
    if sketch is None:
        return np.nan
    return kind.of(when.units(data, quantity, layer) if kind.by_unit else sketch)


def _rows(
    data: Mapping[str, Measured] | Measured,
    epoch: int | None,
    step: int | None,
    epochs: Sequence[int] | None,
) -> list[tuple[str, Measured, Moment]]:
    """Name, data and moment of each row."""
    several = isinstance(data, Mapping)
    for one in data.values() if isinstance(data, Mapping) else (data,):
        if not hasattr(one, "sketch"):
            raise TypeError(
                "`data` must be a Recording, or hold a Snapshot or a Recording for each row; "
                f"got {shown(one)}{hint_for(one)}"
            )
    if isinstance(data, Mapping):
        if epochs is not None:
            raise ValueError(
                f"`epochs` must be left out where the rows are networks; got {shown(epochs)}"
            )
        moment = Moment(epoch, step)
        found = [(str(name), one, moment) for name, one in data.items()]
    else:
        check_measured(data)
        for name, value in (("epoch", epoch), ("step", step)):
            if value is not None:
                raise ValueError(
                    f"`{name}` must be left out where the rows are epochs, which `epochs` names; "
                    f"got {shown(value)}"
                )
        known = data.epochs
        if epochs is None:
            places = np.linspace(0, len(known) - 1, min(MOST_EPOCHS, len(known)))
            epochs = [known[k] for k in places.round().astype(int)]
        found = [(str(one), data, Moment(one, None)) for one in epochs]
    if not found:
        raise ValueError(f"`{'data' if several else 'epochs'}` must have a row at least; got none")
    return found


def _norm(
    values: np.ndarray, scale: str, limits: tuple[float, float] | None, share: bool
) -> Normalize:
    """From values to the share of the way along the colours."""
    positive = values[np.isfinite(values) & (values > 0)]
    low, high = (positive.min(), positive.max()) if positive.size else (1.0, 1.0)
    log = scale == "log" or (scale == "auto" and not share and high > DECADES * low)
    if limits is not None:
        low, high = check_limits(limits, positive=log)
    elif not log:
        low, high = 0.0, 1.0 if share else high
    elif low == high:
        low = high / 10
    return LogNorm(low, high, clip=True) if log else Normalize(low, high, clip=True)


def _words(value: float, share: bool, sketch: Sketch | None) -> str:
    """What stands in a cell: ``0.032``, ``1.6×10⁻¹¹``, ``12 %``; a dash where there is nothing."""
    if not np.isfinite(value):
        return "–"
    star = _NOT_FINITE if sketch is not None and sketch.nonfinite else ""
    if share:
        return f"{100 * value:.0f} %{star}"
    return short_number(value) + star


def _bar_label(kind: _Statistic, quantity: str, norm: Normalize, starred: bool) -> str:
    scale = " (log scale)" if isinstance(norm, LogNorm) else ""
    note = f"\n{_NOT_FINITE} beside values that are not finite" if starred else ""
    return kind.words.format(LABELS[quantity]) + scale + note


def draw_cells(
    ax: Axes,
    values: np.ndarray,
    words: Sequence[Sequence[str]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    colors: Colormap,
    norm: Normalize,
    bar: str | None = None,
    square: bool = False,
    turned: bool = False,
) -> None:
    """Draw a table whose cells have colours and words.

    Parameters
    ----------
    ax
        Axes to draw on.
    values
        (rows, columns); what is not finite has no colour.
    words
        As many; empty ones are left out. Letters become smaller where they would not fit.
    rows, columns
        Their names.
    colors, norm
        From a value to its colour.
    bar
        What the bar of colours says; None draws none.
    square
        Whether the cells are.
    turned
        Whether the names of the columns are slanted, for want of room.
    """
    import seaborn  # as slow to load as the rest of the room

    letters = _letters(ax, words, rows, bar is not None, square)
    line = plt.rcParams["axes.linewidth"]
    look: dict[str, Any] = {
        "cmap": colors, "norm": norm, "vmin": norm.vmin, "vmax": norm.vmax, "square": square,
        "mask": ~np.isfinite(values), "linewidths": line, "linecolor": plt.rcParams["grid.color"],
    }  # fmt: skip
    seaborn.heatmap(
        np.where(np.isfinite(values), values, 0), ax=ax, annot=np.array(words), fmt="",
        annot_kws={"fontsize": letters},
        xticklabels=False, yticklabels=False, cbar=bar is not None, cbar_kws={"label": bar}, **look,
    )  # fmt: skip
    for text in list(ax.texts):
        text.set_color(_ink(colors(norm(values[_cell(text)]))))
        if not text.get_text():
            text.remove()
    for i, j in np.argwhere(~np.isfinite(values)):  # which seaborn leaves out
        if words[i][j]:
            ax.text(j + 0.5, i + 0.5, words[i][j], ha="center", va="center", fontsize=letters)
    ax.grid(False)
    ax.tick_params(length=0)
    ax.set_xticks(
        np.arange(len(columns)) + 0.5, columns, rotation=40 if turned else 0,
        ha="right" if turned else "center", rotation_mode="anchor",
    )  # fmt: skip
    ax.set_yticks(np.arange(len(rows)) + 0.5, rows, rotation=0)


def _cell(text: Text) -> tuple[int, int]:
    column, row = text.get_position()
    return int(row), int(column)


def _ink(color: tuple[float, ...]) -> str:
    """Black or white, whichever has more contrast with a colour (WCAG 2, relative luminance)."""
    parts = np.asarray(color[:3])
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    # equal contrast where (1 + 0.05) / (L + 0.05) = (L + 0.05) / 0.05
    return "black" if linear @ [0.2126, 0.7152, 0.0722] > 0.179 else "white"


def _letters(
    ax: Axes, words: Sequence[Sequence[str]], rows: Sequence[str], bar: bool, square: bool
) -> float:
    """Points at which the longest words fit a cell, as far as can be told before the layout."""
    font = float(plt.rcParams["font.size"])
    wide, high = room_of(ax)
    wide = (wide - font * (max(map(ems, rows)) + 2)) * (0.85 if bar else 1)
    side_x, side_y = wide / len(words[0]), (high - 4 * font) / len(words)
    if square:
        side_x = side_y = min(side_x, side_y)
    longest = max(ems(word) for row in words for word in row)
    return max(1.0, min(0.9 * font, 0.85 * side_x / longest, 0.6 * side_y))
