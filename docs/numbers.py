"""What a figure draws, as one tidy CSV."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kit.recordings import Recording, Runs, Snapshot

__all__ = ["MOST", "table_of", "write"]

MOST = 20_000
"""Numbers of an array, or rows of a table, that are taken; a photograph has more, and stays out."""

Path_ = tuple[str, ...]


def write(data: Any, path: Path) -> str:
    """Write what `measure` gave as CSV; what it holds, in words, and empty where there is nothing.

    Parameters
    ----------
    data
        The first of what a figure's ``measure`` returns.
    path
        The file; not written where there is nothing to write.
    """
    table, left_out = table_of(data)
    if table.empty:
        return ""
    table.to_csv(path, index=False, float_format="%.6g", lineterminator="\n")
    words = f"{len(table):,} rows"
    return words + (f", without {', '.join(left_out)} (too many numbers)" if left_out else "")


def table_of(data: Any) -> tuple[pd.DataFrame, list[str]]:
    """One table of all that is drawn, and the names of what is too large for it.

    Distributions become rows of their moments and quantiles, learning curves rows of epochs, arrays
    a row for each number with its place (i, j, ...). What lies in dictionaries or lists has its
    names in the columns ``of``, ``of_2`` and so on.

    Examples
    --------
    >>> print(table_of({"kernel": [[0, 1], [2, 3]]})[0].to_string(index=False))
        of  i  j  value
    kernel  0  0      0
    kernel  0  1      1
    kernel  1  0      2
    kernel  1  1      3
    """
    parts, left_out = [], []
    for names, value in _leaves(data, ()):
        found = _frame(value)
        if found is None:
            left_out.append(" ".join(names) or "the data")
        else:
            for depth, name in reversed(list(enumerate(names, 1))):
                found.insert(0, "of" if depth == 1 else f"of_{depth}", name)
            parts.append(found)
    parts = [part for part in parts if len(part)]
    return (pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()), left_out


def _leaves(data: Any, names: Path_) -> Iterator[tuple[Path_, Any]]:
    """Recordings, tables and arrays within dictionaries and lists, each with the names to it."""
    if isinstance(data, Runs):
        yield (*names, "history"), data.history
        yield (*names, "layers"), data.frame()
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield from _leaves(value, (*names, str(name)))
    elif isinstance(data, Sequence) and not isinstance(data, str) and not _is_array(data):
        for place, value in enumerate(data):
            yield from _leaves(value, (*names, str(place)))
    elif data is not None:
        yield names, data


def _is_array(data: Any) -> bool:
    try:
        return np.asarray(data).dtype.kind in "biuf"
    except ValueError:  # of rows that are not equally long
        return False


def _is_plain(value: Any) -> bool:
    return isinstance(value, (bool, int, float, str))


def _frame(value: Any) -> pd.DataFrame | None:
    """A table of one of them; None for what is too large."""
    if isinstance(value, (Snapshot, Recording)):
        return value.to_frame().drop(columns="run").dropna(axis=1, how="all")
    if isinstance(value, pd.DataFrame):
        return value.reset_index(drop=value.index.name is None) if len(value) <= MOST else None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        row = dataclasses.asdict(value)
        return pd.DataFrame(
            [{name: one if _is_plain(one) else str(one) for name, one in row.items()}]
        )
    if not _is_array(value):
        return pd.DataFrame({"value": [str(value)]})
    array = np.asarray(value)
    if array.size > MOST:
        return None
    places = itertools.product(*map(range, array.shape))
    rows = [dict(zip("ijklmn", place, strict=False)) for place in places]
    table = pd.DataFrame(rows, index=range(array.size))
    return table.assign(value=array.ravel())
