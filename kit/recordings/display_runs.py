"""The summary of many runs: how many, what made them, how far they came, and where they ended."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kit.recordings.display import (
    _NOT_FINITE,
    HTML_ROWS,
    Summary,
    printable,
    short_number,
    shortened,
)
from kit.recordings.parameters import in_short

if TYPE_CHECKING:
    import pandas as pd

    from kit.recordings.runs import Runs

__all__ = ["of_runs"]

_VALUES, _LETTERS = 8, 40  # values of a parameter that are listed, and characters of one
_LOSS = "loss"


def of_runs(runs: Runs, most: int = HTML_ROWS) -> Summary:
    """What there is to tell of a Runs, which may be empty or closed.

    Parameters
    ----------
    runs
        A `kit.Runs`.
    most
        Parameters, and rows of the table, that are shown.

    Examples
    --------
    >>> from kit.recordings import Runs
    >>> grid = [{"rate": rate, "seed": seed} for rate in (0.1, 0.2) for seed in (1, 2, 3)]
    >>> runs = Runs.create(names=map(str, range(6)), parameters=grid)
    >>> print(of_runs(runs).text())
    6 runs in memory
    6 of them not finished; nothing is recorded yet
    - rate: 0.1, 0.2
    - seed: 1 to 3
    """
    title = f"{_many(len(runs), 'run')} in {runs.path or 'memory'}"
    if not len(runs):
        return Summary(title)
    try:
        return _of_some(runs, title, most)
    except ValueError as error:  # a RecordingError: closed, replaced, or damaged
        return Summary(f"{title}: cannot be read", (str(error),))


def _of_some(runs: Runs, title: str, most: int) -> Summary:
    parameters, history, losses = runs.parameters, runs.history, runs.losses
    open_ = sum(not runs[name].finished for name in runs)
    state = f"{open_:,} of them not finished" if open_ else "all finished"
    far = _how_far(history, losses)
    names = [*map(str, parameters)]
    points = [f"{printable(name)}: {_values(parameters[name])}" for name in names[:most]]
    if len(names) > most:
        points.append(f"and {len(names) - most} more parameters")
    final, what = _final(history, losses)
    lines = [f"{state}; {far}"]
    if final:
        lines.append(f"{what}: {_middle(final.values())}")
    by = next((name for name in names if 1 < parameters[name].nunique() < len(runs)), None)
    rows = [] if by is None or not final else _rows(parameters[by], final)
    notes = [f"and {len(rows) - most} more values"] if len(rows) > most else []
    if any(_NOT_FINITE in row[2] for row in rows):
        notes.append("✕: the loss of some is not finite; median and range are of the others")
    return Summary(
        title,
        tuple(lines),
        points=tuple(points),
        caption=f"{what} by {printable(by or '')}",
        head=(printable(by or ""), "runs", "median", "lowest", "highest"),
        rows=tuple(rows[:most]),
        notes=tuple(notes),
    )


def _how_far(history: pd.DataFrame, losses: pd.DataFrame) -> str:
    """Epochs of training, and of captures, in words."""
    told = []
    if len(history):
        last = history.groupby("run")["epoch"].max()
        low, high = int(last.min()), int(last.max())
        told.append(f"{low} epochs" if low == high else f"{low} to {high} epochs")
    if len(losses):
        at = sorted(int(epoch) for epoch in losses["epoch"].unique())
        told.append(f"captured at epoch{'s' if len(at) > 1 else ''} {_listed(at)}")
    return ", ".join(told) or "nothing is recorded yet"


def _final(history: pd.DataFrame, losses: pd.DataFrame) -> tuple[dict[str, float], str]:
    """The last loss of each run that has one, and what it is: as reported, or of the probe."""
    for table, what in ((history, "final loss"), (losses, "final loss on the probe data")):
        if len(table) and _LOSS in table:
            last = table.groupby("run", sort=False).tail(1)
            return dict(zip(last["run"], last[_LOSS], strict=True)), what
    return {}, ""


def _rows(parameter: pd.Series, final: Mapping[str, float]) -> list[tuple[str, ...]]:
    """A row for each value of a parameter: how many runs, and where they ended."""
    rows: list[tuple[str, ...]] = []
    for value in _distinct(parameter):
        some = [final[run] for run in parameter.index[parameter == value] if run in final]
        low, middle, high = _spread(some)
        mark = "" if all(map(math.isfinite, some)) else _NOT_FINITE
        rows.append((_word(value), f"{len(some):,}", middle + mark, low, high))
    return rows


def _spread(values: Sequence[float]) -> tuple[str, str, str]:
    """Least, median and largest of the finite values."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return "–", "–", "–"
    found = min(finite), statistics.median(finite), max(finite)
    return short_number(found[0]), short_number(found[1]), short_number(found[2])


def _middle(values: Iterable[float]) -> str:
    values = list(values)
    low, middle, high = _spread(values)
    told = f"median {middle}, from {low} to {high}" if len(values) > 1 else middle
    lost = sum(not math.isfinite(value) for value in values)
    return told + (f"; of {lost:,} it is not finite" if lost else "")


def _values(parameter: pd.Series) -> str:
    """The values of a parameter in words."""
    found = _distinct(parameter)
    told = _listed(found)
    lacks = int(parameter.isna().sum())
    return told + (f"; {_many(lacks, 'run')} without" if lacks else "")


def _distinct(parameter: pd.Series) -> list[object]:
    """The values that a parameter has: numbers ascending, others in the order that they come."""
    found = list(dict.fromkeys(parameter.dropna().tolist()))
    plain = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in found)
    return sorted(found) if plain else found


def _listed(values: Sequence[object]) -> str:
    """Values in a row; whole numbers that follow each other by their ends, of many the first."""
    whole = [int(one) for one in values if isinstance(one, (int, float)) and one == int(one)]
    if len(whole) == len(values) > 2 and whole == list(range(whole[0], whole[-1] + 1)):
        return f"{whole[0]} to {whole[-1]}"
    words = [_word(value) for value in values]
    if len(words) > _VALUES:
        words = [*words[: _VALUES - 2], "…", words[-1]]
        return f"{', '.join(words)} ({len(values):,} values)"
    return ", ".join(words)


def _word(value: object) -> str:
    return shortened(printable(in_short(value)), _LETTERS)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
