"""The runs of a file, together: which there are, and all that was measured as one tidy table."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pandas as pd

from kit.recordings import storage
from kit.recordings.common import check_quantity
from kit.recordings.errors import FilePath, explained, unpacking, whole, words
from kit.recordings.reading import StoredRun, as_frame

__all__ = ["read_frame"]


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
        found = [
            row
            for name in names_of(connection, path)
            for row in StoredRun(connection, path, name).rows(quantity)
        ]
    return as_frame(found, path)


def names_of(connection: sqlite3.Connection, path: FilePath) -> list[str]:
    """Names of the runs in the order in which they began."""
    with explained(path):
        rows = connection.execute("SELECT name FROM runs ORDER BY id").fetchall()
    with unpacking(path):
        return [words(name) for (name,) in rows]


def table_of(connection: sqlite3.Connection, path: FilePath) -> pd.DataFrame:
    """The runs of a file, as `Recording.runs` gives them."""
    with explained(path):
        rows = connection.execute(
            "SELECT name, created, COUNT(captures.id), MAX(captures.epoch) FROM runs"
            " LEFT JOIN captures ON captures.run_id = runs.id GROUP BY runs.id ORDER BY runs.id"
        ).fetchall()
    with unpacking(path):
        checked = [
            (words(name), words(created), whole(captures), None if last is None else whole(last))
            for name, created, captures, last in rows
        ]
    return pd.DataFrame(checked, columns=["run", "created", "captures", "epochs"])
