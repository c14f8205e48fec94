"""The runs of a file, together: which there are, and all that was measured as one tidy table."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

import pandas as pd

from kit.recordings import bulk, storage
from kit.recordings.checksums import crc_of
from kit.recordings.common import check_quantity
from kit.recordings.errors import (
    MOST_ROWS,
    FilePath,
    RecordingError,
    explained,
    few,
    unpacking,
    whole,
    words,
)
from kit.recordings.store import Store
from kit.recordings.tidy import frame_of

__all__ = ["read_frame"]

_LISTED = 12


def read_frame(path: FilePath, quantity: str | None = None) -> pd.DataFrame:
    """Read what was measured in all runs of a file into one tidy table.

    Parameters
    ----------
    path
        A recording file.
    quantity
        One of z, activation, delta, weight, gradient; None takes all.

    Returns
    -------
    DataFrame
        With the columns of `Recording.to_frame`, run by run in the order in which they began;
        `run` tells them apart.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    RecordingError
        If the file is no recording, or damaged.
    ValueError
        For an unknown quantity.

    Examples
    --------
    >>> import tempfile
    >>> from kit.recordings import LayerSketches, Recording
    >>> from kit.stats.sketch import Sketch
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for run in ("relu", "tanh"):
    ...         with Recording.create(f"{folder}/runs.db", run) as recording:
    ...             layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([1.0, 2.0])})
    ...             recording.add(epoch=0, step=0, loss=0.7, samples=2, layers=[layer])
    ...     table = read_frame(f"{folder}/runs.db", "z")
    >>> table[["run", "epoch", "layer", "mean"]].values.tolist()
    [['relu', 0, 'h1', 1.5], ['tanh', 0, 'h1', 1.5]]
    """
    if quantity is not None:
        check_quantity(quantity)
    with closing(storage.open_for_reading(path)) as connection:
        runs = dict(numbers_of(connection, path))
        return frame_of(Store(connection, path), runs, quantity)


def names_of(connection: sqlite3.Connection, path: FilePath) -> list[str]:
    """Names of the runs in the order in which they began; errors as for `numbers_of`."""
    return [name for _, name in numbers_of(connection, path)]


def numbers_of(connection: sqlite3.Connection, path: FilePath) -> list[tuple[int, str]]:
    """Numbers and names of the runs in the order in which they began.

    Raises
    ------
    RecordingError
        If the file is damaged, or has very many runs.
    """
    with explained(path), storage.moment(connection):
        rows, total, version = (
            connection.execute(sql).fetchall()
            for sql in (
                f"SELECT id, name FROM runs ORDER BY id LIMIT {MOST_ROWS + 1}",
                "SELECT runs_sum FROM file",
                "PRAGMA user_version",
            )
        )
    with unpacking(path):
        few(rows, "runs")
        # a file of the first version has no checksums
        if version > [(1,)] and total != [(sum(crc_of("file", one) for one in rows),)]:
            raise ValueError("its runs have another checksum than when they were written")
        return [(whole(own), words(name)) for own, name in rows]


def chosen_run(connection: sqlite3.Connection, path: FilePath, run: object) -> str:
    """The run that is named, or the only one; else a RecordingError that lists them."""
    known = names_of(connection, path)
    if run is None and len(known) == 1:
        return known[0]
    if isinstance(run, str) and run in known:
        return run
    raise RecordingError(f"`run` must name a run of {path}; got {run!r}; it has: {_listed(known)}")


def _listed(names: Sequence[str]) -> str:
    some = ", ".join(map(repr, names[:_LISTED])) or "none"
    return some if len(names) <= _LISTED else f"{some} and {len(names) - _LISTED:,} more"


def table_of(connection: sqlite3.Connection, path: FilePath) -> pd.DataFrame:
    """The runs of a file, as `Recording.runs` gives them."""
    store = Store(connection, path)
    runs = dict(numbers_of(connection, path))
    with bulk.moment(store, runs) as found:
        captures = bulk.captures_of(store, found)
    rows = []
    for row in found:
        here = captures[row["id"]]
        last = max((one.epoch for one in here), default=None)
        rows.append((row["name"], row["created"], len(here), last, row["finished"] is not None))
    return pd.DataFrame(rows, columns=["run", "created", "captures", "epochs", "finished"])
