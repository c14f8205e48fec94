"""What is written into a recording: runs, captures, histories; and runs copied between files.

Each function works within a transaction of its caller.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import numpy as np

from kit.checks import shown
from kit.recordings.common import LayerSketches, columns_of
from kit.recordings.errors import FilePath, RecordingError
from kit.stats.sketch import QUANTILES

__all__: list[str] = []

_SKETCH_COLUMNS = (
    *("capture_id", "layer_index", "quantity", "rank", "count", "mean", "m2", "std", "rms"),
    *("min", *QUANTILES, "max", "zeros", "zero_fraction", "nonfinite", "bins"),
)
_COLUMNS_OF_ROW = ("std", "rms", "min", *QUANTILES, "max")


def insert_run(
    connection: sqlite3.Connection,
    path: FilePath | None,
    run: str | None,
    overwrite: bool,
    info: Mapping[str, object],
) -> str:
    """Begin a run; its name."""
    if run is not None and not isinstance(run, str):
        raise TypeError(f"`run` must be a name or None; got {shown(run)}")
    if run == "":
        raise RecordingError("`run` must be a name or None; got ''")
    known = dict(connection.execute("SELECT name, created FROM runs"))
    if run is None:
        run = next(f"run-{k}" for k in range(1, len(known) + 2) if f"run-{k}" not in known)
    elif run in known:
        if not overwrite:
            raise RecordingError(run_exists(path, run, known[run]))
        connection.execute("DELETE FROM runs WHERE name = ?", (run,))
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    connection.execute(
        "INSERT INTO runs (name, created, info) VALUES (?, ?, ?)", (run, now, json.dumps(info))
    )
    return run


def insert_capture(
    connection: sqlite3.Connection,
    run: str,
    epoch: int,
    step: int,
    loss: float,
    samples: int,
    within: bool,
    layers: Sequence[LayerSketches],
) -> None:
    """Write one capture."""
    rows = [
        (layer, quantity, sketch, columns_of(sketch))
        for layer in layers
        for quantity, sketch in layer.sketches.items()
    ]
    own = run_id(connection, run)
    connection.execute(
        "DELETE FROM captures WHERE run_id = ? AND epoch = ? AND step = ?", (own, epoch, step)
    )
    capture_id = connection.execute(
        "INSERT INTO captures (run_id, epoch, step, loss, samples, within)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (own, epoch, step, float(loss), int(samples), int(within)),
    ).lastrowid
    connection.executemany(
        "INSERT OR IGNORE INTO layers (run_id, layer_index, name, output) VALUES (?, ?, ?, ?)",
        [(own, layer.index, layer.name, int(layer.output)) for layer in layers],
    )
    marks = ", ".join("?" * len(_SKETCH_COLUMNS))
    connection.executemany(
        f"INSERT INTO sketches ({', '.join(_SKETCH_COLUMNS)}) VALUES ({marks})",
        [
            (
                *(capture_id, layer.index, quantity, rank, sketch.count, sketch.mean, sketch.m2),
                *(row[name] for name in _COLUMNS_OF_ROW),
                *(sketch.zeros, row["zero_fraction"], sketch.nonfinite, sketch.to_bytes()),
            )
            for rank, (layer, quantity, sketch, row) in enumerate(rows)
        ],
    )
    connection.executemany(
        "INSERT INTO arrays (capture_id, layer_index, quantity, dtype, shape, data)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (capture_id, layer.index, quantity, *_packed(array))
            for layer in layers
            for quantity, array in layer.arrays.items()
        ],
    )


def insert_history(
    connection: sqlite3.Connection, run: str, epoch: int, logs: Mapping[str, float]
) -> None:
    """Write the logs of an epoch."""
    own = run_id(connection, run)
    connection.executemany(
        "INSERT OR REPLACE INTO history (run_id, epoch, name, value) VALUES (?, ?, ?, ?)",
        [
            (own, epoch, name, value)
            for key, log in logs.items()
            for name, value in _scalars(key, log)
        ],
    )


def _scalars(name: str, log: Any) -> list[tuple[str, float]]:
    """A log as numbers: itself, or name[0], name[1] of a vector; what is no number is left out."""
    if log is None:
        return []
    try:
        values = np.asarray(log, np.float64).ravel()
    except (TypeError, ValueError):
        return []
    if np.ndim(log) == 0:
        return [(name, float(values[0]))]
    return [(f"{name}[{k}]", float(value)) for k, value in enumerate(values)]


def relabel_capture(connection: sqlite3.Connection, run: str, epoch: int, step: int) -> int:
    """Give the capture at `step` the number of the epoch that it ended; how many there were."""
    own = run_id(connection, run)
    return connection.execute(
        "UPDATE captures SET epoch = ?, within = 0 WHERE run_id = ? AND step = ?",
        (epoch, own, step),
    ).rowcount


def copy_run(
    source: sqlite3.Connection,
    run: str,
    target: sqlite3.Connection,
    path: FilePath | None,
    name: str,
    overwrite: bool,
) -> str:
    """Copy a run from one recording to another, within a transaction of the target."""
    old = run_id(source, run)
    created, info = source.execute("SELECT created, info FROM runs WHERE id = ?", (old,)).fetchone()
    name = insert_run(target, path, name, overwrite, json.loads(info))
    new = run_id(target, name)
    target.execute("UPDATE runs SET created = ? WHERE id = ?", (created, new))
    for table in ("layers", "history"):
        _copy_rows(source, target, table, "run_id", old, new)
    captures = source.execute(
        "SELECT id, epoch, step, loss, samples, within FROM captures WHERE run_id = ? ORDER BY id",
        (old,),
    ).fetchall()
    for capture_id, *rest in captures:
        copied = target.execute(
            "INSERT INTO captures (run_id, epoch, step, loss, samples, within)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (new, *rest),
        ).lastrowid
        for table in ("sketches", "arrays"):
            _copy_rows(source, target, table, "capture_id", capture_id, copied)
    return name


def run_id(connection: sqlite3.Connection, run: str) -> int:
    """The number of a run."""
    row = connection.execute("SELECT id FROM runs WHERE name = ?", (run,)).fetchone()
    if row is None:
        raise RecordingError(f"run {run!r} is no longer in the file: somebody replaced it")
    return row[0]


def run_exists(path: FilePath | None, run: str | None, created: str) -> str:
    """What is said where a run cannot be made, as there is one of its name."""
    return (
        f"`run` must be a new name in {path}; got {run!r}, recorded {created}: choose another "
        "name, or pass overwrite=True to replace it"
    )


def _copy_rows(
    source: sqlite3.Connection,
    target: sqlite3.Connection,
    table: str,
    key: str,
    old: int,
    new: int | None,
) -> None:
    found = source.execute(f"SELECT * FROM {table} WHERE {key} = ? ORDER BY rowid", (old,))
    names = [column[0] for column in found.description]
    at = names.index(key)
    rows = [(*row[:at], new, *row[at + 1 :]) for row in found.fetchall()]
    marks = ", ".join("?" * len(names))
    target.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)


def _packed(array: np.ndarray) -> tuple[str, str, bytes]:
    array = np.ascontiguousarray(array)
    return array.dtype.str, json.dumps(array.shape), array.tobytes()


def unpacked(dtype: str, shape: str, data: bytes) -> np.ndarray:
    """The array that `_packed` wrote down; a ValueError where it is damaged."""
    if not re.fullmatch(r"[<>|][bifuV]\d{1,2}", dtype):
        raise ValueError(f"an array has dtype {dtype[:20]!r}")
    sizes = json.loads(shape)
    if not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise ValueError(f"an array has shape {shape[:40]}")
    return np.frombuffer(data, dtype).reshape(sizes).copy()
