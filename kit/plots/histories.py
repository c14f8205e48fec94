"""Learning curves of many runs: the median of each group with a band, in panels where asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kit.checks import check_choice, check_number, chosen_names, shown
from kit.plots.ends import End, name_ends, shown_name, width_of
from kit.plots.groups import (
    MOST_BANDS,
    band_words,
    draw_group,
    floor_of,
    has_zeros,
    is_log,
    looks,
    middles_of,
)
from kit.plots.margins import write_note
from kit.plots.styling import subplots
from kit.plots.texts import room_of
from kit.recordings import Runs
from kit.recordings.display import printable, shortened
from kit.recordings.profiles import check_parameter, over_runs, reported, values_of

__all__ = ["plot_histories"]

_NAMES = 0.3  # of a panel's width, that names at its ends may take; else the last has them alone
_TITLES = 60  # characters of titles side by side above a slide
_NOTE = 0.7  # font sizes of what stands below several panels


class _Look(NamedTuple):
    """What the panels of a figure share."""

    metric: str
    log: bool
    floor: float
    bands: bool
    guessing: float | None


def plot_histories(
    runs: Runs,
    *,
    metrics: str | Sequence[str] | None,
    color: str | None,
    columns: str | None,
    guessing: float | None,
    scale: str,
    ax: Axes | None,
) -> np.ndarray:
    """Draw one metric of many runs; arguments and errors as for `plot_history`, all panels."""
    check_choice("scale", scale, ("auto", "linear", "log"))
    if guessing is not None:
        check_number("guessing", guessing)
    for argument, name in (("color", color), ("columns", columns)):
        if name is not None:
            check_parameter(argument, runs, name)
    if columns is not None and ax is not None:
        raise ValueError("`ax` must be left out where `columns` makes panels")
    history = reported(runs)
    metric = _metric([*dict.fromkeys(history["metric"])], metrics)
    history = history[history["metric"] == metric].sort_values("epoch", kind="stable")
    of_panel = values_of(runs, columns)
    panels = {value: history[history["run"].isin(some)] for value, some in of_panel.items()}
    groups = values_of(runs, color)
    lines = {
        value: {
            name: over_runs(panel[panel["run"].isin(some)], "value", "epoch")
            for name, some in groups.items()
        }
        for value, panel in panels.items()
    }
    every = [found for some in lines.values() for found in some.values() if len(found)]
    log = is_log(scale, middles_of(every))
    look = _Look(metric, log, floor_of(every, log), len(groups) <= MOST_BANDS, guessing)
    axes = _axes(len(panels), ax)
    ends = []
    for one, (value, some) in zip(axes, lines.items(), strict=True):
        if columns is not None:
            title = shortened(_title(columns, value), max(12, _TITLES // len(panels)))
            one.set_title(title, parse_math=False)
        ends.append(_draw(one, some, look))
    _label(axes, every, look)
    _name(axes, ends)
    return axes


def _metric(known: Sequence[str], metrics: str | Sequence[str] | None) -> str:
    """The one metric that is drawn: the loss, if none is named and it is there."""
    if not known:
        raise ValueError("`data` must hold the history of an epoch at least; got none: train first")
    if metrics is None:
        return "loss" if "loss" in known else known[0]
    found = chosen_names("metrics", metrics, known)
    if len(found) > 1:
        raise ValueError(f"`metrics` must be one name where there are runs; got {shown(metrics)}")
    return found[0]


def _axes(panels: int, ax: Axes | None) -> np.ndarray:
    if ax is not None:
        return np.array([ax])
    return np.atleast_1d(subplots(1, panels, sharey=True, squeeze=False)[1][0])


def _title(columns: str | None, value: str) -> str:
    """Above a panel: the value, and the parameter beside a number, which says little alone."""
    try:
        float(value)
    except ValueError:
        return printable(value)
    return f"{printable(columns or '')} {value}"


def _draw(ax: Axes, lines: Mapping[str, pd.DataFrame], look: _Look) -> list[End]:
    """Draw the lines of a panel; where they end."""
    if look.log:
        ax.set_yscale("log")
    if look.guessing is not None:
        ax.axhline(look.guessing, color=plt.rcParams["text.color"], linewidth=1, linestyle=":")
        ax.annotate(
            "guessing", (0, look.guessing), xycoords=("axes fraction", "data"), xytext=(4, 3),
            textcoords="offset points", fontsize=_NOTE * plt.rcParams["font.size"],
        )  # fmt: skip
    ax.set_xlabel("epoch")
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.margins(x=0.02, y=0.08)
    return [
        draw_group(ax, found, shown_name(name), style, band=look.bands, floor=look.floor)
        for (name, found), style in zip(lines.items(), looks(len(lines)), strict=True)
        if len(found)
    ]


def _label(axes: np.ndarray, lines: Sequence[pd.DataFrame], look: _Look) -> None:
    """Say what is drawn, and what lines and bands are."""
    axes[0].set_ylabel(f"{look.metric} (log scale)" if look.log else look.metric)
    zeros = look.log and has_zeros(lines)
    if zeros:
        axes[0].set_ylim(bottom=look.floor)
    runs = [int(count) for found in lines for count in found["runs"]]
    notes = [band_words(runs, look.bands), "on the lower edge: 0" if zeros else ""]
    note = "; ".join(filter(None, notes))
    if len(axes) == 1:
        axes[0].set_xlabel(f"epoch\n{note}".rstrip())
    elif note:
        write_note(axes[0].figure, note)


def _name(axes: np.ndarray, ends: Sequence[Sequence[End]]) -> None:
    """Name the lines at their ends, in every panel that has room; else in the last."""
    for k, (ax, some) in enumerate(zip(axes, ends, strict=True)):
        room = _NAMES * room_of(ax)[0]
        last = k == len(axes) - 1
        name_ends(ax, some if last or width_of([end.name for end in some]) < room else [])
