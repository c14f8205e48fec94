"""The recording file: how runs, captures and sketches lie in SQLite.

One file holds many runs. Journal mode WAL, one transaction for each capture: a process killed at
any moment leaves every finished capture readable, one process reads while another writes, and two
can write by turns. ``synchronous = NORMAL`` is enough for that; a power cut may cost the last
captures, never the file.

The pragma ``application_id`` marks the file as a recording and ``user_version`` is the version of
the schema. The view ``quantities`` is the tidy table of `Recording.to_frame`, for
``pandas.read_sql``. NaN is stored as NULL, which is what SQLite makes of it.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["APPLICATION_ID", "SCHEMA_VERSION", "RecordingError"]

APPLICATION_ID = 0x4B_54_4B_31  # "KTK1"
SCHEMA_VERSION = 1
BUSY_SECONDS = 30.0
SQLITE_PAGE = 512  # the smallest file that SQLite writes

_SCHEMA = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: an overwritten run can tell
    name TEXT NOT NULL UNIQUE, created TEXT NOT NULL, info TEXT NOT NULL);
CREATE TABLE layers (
    run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    layer_index INTEGER NOT NULL, name TEXT NOT NULL, output INTEGER NOT NULL,
    PRIMARY KEY (run_id, layer_index), UNIQUE (run_id, name));
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    epoch INTEGER NOT NULL, step INTEGER NOT NULL, loss REAL, samples INTEGER NOT NULL,
    within INTEGER NOT NULL, -- 1 where the capture lies within the epoch that follows
    UNIQUE (run_id, epoch, step));
CREATE TABLE sketches (
    capture_id INTEGER NOT NULL REFERENCES captures ON DELETE CASCADE,
    layer_index INTEGER NOT NULL, quantity TEXT NOT NULL, rank INTEGER NOT NULL,
    count INTEGER NOT NULL, mean REAL, m2 REAL, std REAL, rms REAL,
    min REAL, q05 REAL, q25 REAL, median REAL, q75 REAL, q95 REAL, max REAL,
    zeros INTEGER NOT NULL, zero_fraction REAL, nonfinite INTEGER NOT NULL, bins BLOB NOT NULL,
    PRIMARY KEY (capture_id, layer_index, quantity));
CREATE TABLE arrays (
    capture_id INTEGER NOT NULL REFERENCES captures ON DELETE CASCADE,
    layer_index INTEGER NOT NULL, quantity TEXT NOT NULL,
    dtype TEXT NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (capture_id, layer_index, quantity));
CREATE TABLE history (
    run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    epoch INTEGER NOT NULL, name TEXT NOT NULL, value REAL, UNIQUE (run_id, epoch, name));
CREATE VIEW quantities AS
    SELECT runs.name AS run, epoch, step, layers.name AS layer, sketches.layer_index, quantity,
        rank, count, mean, std, rms, min, q05, q25, median, q75, q95, max, zero_fraction, nonfinite
    FROM sketches JOIN captures ON captures.id = capture_id JOIN runs ON runs.id = captures.run_id
    JOIN layers ON layers.run_id = runs.id AND layers.layer_index = sketches.layer_index;
"""

_SKETCH_COLUMNS = (
    *("capture_id", "layer_index", "quantity", "rank", "count", "mean", "m2", "std", "rms"),
    *("min", "q05", "q25", "median", "q75", "q95", "max"),
    *("zeros", "zero_fraction", "nonfinite", "bins"),
)
_COLUMNS_OF_ROW = ("std", "rms", "min", "q05", "q25", "median", "q75", "q95", "max")


class RecordingError(ValueError):
    """A recording file that cannot be read or written as asked; the message says why."""


def number(value: float | None) -> float:
    """A number as SQLite gave it back; NULL is NaN."""
    return math.nan if value is None else value


@contextmanager
def explained(path: str | os.PathLike[str] | None) -> Iterator[None]:
    """Turn SQLite's errors into a `RecordingError` that names the file."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        text = str(error)
        where = path if path is not None else "memory"
        if "locked" in text:
            why = f"another process has kept it locked for over {BUSY_SECONDS:.0f} s"
        elif "full" in text:
            why = "the disk is full"
        elif "not a database" in text or "malformed" in text or "utf-8" in text.lower():
            why = "it is no recording (not an SQLite file, or a damaged one)"
        elif "readonly" in text or "unable to open" in text:
            why = "it cannot be opened for writing there; check that its folder is writable"
        else:
            why = text
        raise RecordingError(
            f"`path` must be a usable recording file; got {where}: {why}"
        ) from error


@contextmanager
def unpacking(path: str | os.PathLike[str] | None) -> Iterator[None]:
    """Turn what unpacking damaged values raises into a `RecordingError` that names the file."""
    try:
        yield
    except RecordingError:
        raise
    except (TypeError, ValueError) as error:
        where = path if path is not None else "memory"
        raise RecordingError(
            f"`path` must be a usable recording file; got {where}: it is damaged: {error}"
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, with the right to write taken at the start."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite may have rolled back already, after a full disk for one
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def open_for_writing(path: str | os.PathLike[str] | None) -> sqlite3.Connection:
    """Open or make a recording file (in memory for None) with the schema in it.

    Raises
    ------
    RecordingError
        If it cannot be written, is no recording or has a newer schema.
    """
    if path is None:
        connection = _connect(":memory:")
        _make_schema(connection)
        return connection
    check_path(path)
    with explained(path):
        connection = _connect(os.fspath(path))
    try:
        with explained(path):
            _check_kind(connection, path, new_is_fine=True)
            _switch_to_wal(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            with transaction(connection):
                if not connection.execute("PRAGMA user_version").fetchone()[0]:
                    _make_schema(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(path: str | os.PathLike[str]) -> sqlite3.Connection:
    """Open a recording file that is there.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    RecordingError
        If it is no recording or has a newer schema.
    """
    file = Path(path)
    if not file.exists():
        raise FileNotFoundError(f"`path` must be a recording file; there is no {path}")
    if file.is_dir():
        raise RecordingError(f"`path` must be a recording file; got the folder {path}")
    uri = file.resolve().as_uri()
    with explained(path):
        # not mode=ro: that would leave WAL's two files behind
        connection = _connect(uri + "?mode=rw", uri=True)
    try:
        with explained(path):
            connection.execute("PRAGMA query_only = ON")
            try:
                connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            except sqlite3.OperationalError:
                # a file in a folder that cannot be written has no place for WAL's index
                connection.close()
                connection = _open_immutable(file, uri)
            _check_kind(connection, path, new_is_fine=False)
    except BaseException:
        connection.close()
        raise
    return connection


def _open_immutable(file: Path, uri: str) -> sqlite3.Connection:
    """Open a file for which WAL's index cannot be made."""
    log = Path(f"{file}-wal")
    if not log.exists() or not log.stat().st_size:
        return _connect(uri + "?mode=ro&immutable=1", uri=True)
    # the last captures of a killed process are in the log alone
    memory = _connect(":memory:")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "recording"
        shutil.copyfile(file, copy)
        shutil.copyfile(log, f"{copy}-wal")
        with closing(_connect(os.fspath(copy))) as source:
            source.backup(memory)
    return memory


def check_path(path: str | os.PathLike[str]) -> None:
    """Refuse a path at which no file can be made, before anything is."""
    file = Path(path)
    if file.is_dir():
        raise RecordingError(f"`path` must name a file; got the folder {path}")
    if not file.parent.is_dir():
        raise RecordingError(f"`path` must lie in a folder that exists; got {path}")
    if file.is_file() and 0 < file.stat().st_size < SQLITE_PAGE:
        # SQLite takes a file of one byte for an empty one, and would write over it
        raise RecordingError(
            f"`path` must be a usable recording file; got {path}: it is no recording"
        )


def check_run(path: str | os.PathLike[str], run: str | None, overwrite: bool) -> None:
    """Refuse a file or a run that `Recording.create` would refuse; changes nothing."""
    check_path(path)
    file = Path(path)
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise RecordingError(
            f"`path` must be a usable recording file; got {path}: it cannot be written there"
        )
    if not file.exists() or not file.stat().st_size:
        return
    with closing(open_for_reading(path)) as connection, explained(path):
        row = connection.execute("SELECT created FROM runs WHERE name = ?", (run,)).fetchone()
    if row and not overwrite:
        raise RecordingError(_run_exists(path, run, row[0]))


def insert_run(
    connection: sqlite3.Connection,
    path: str | os.PathLike[str] | None,
    run: str | None,
    overwrite: bool,
    info: Mapping[str, Any],
) -> str:
    """Begin a run; its name."""
    known = dict(connection.execute("SELECT name, created FROM runs"))
    if run is None:
        run = next(f"run-{k}" for k in range(1, len(known) + 2) if f"run-{k}" not in known)
    elif run in known:
        if not overwrite:
            raise RecordingError(_run_exists(path, run, known[run]))
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
    layers: Sequence[Any],
    rows: Sequence[tuple[Any, str, Any, Mapping[str, float]]],
) -> None:
    """Write one capture: `rows` are (layer, quantity, sketch, columns)."""
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
    path: str | os.PathLike[str] | None,
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


def dump(connection: sqlite3.Connection, run: str) -> bytes:
    """A recording file with one run, as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording"
        with closing(_connect(os.fspath(path))) as target, transaction(target):
            _make_schema(target)
            copy_run(connection, run, target, path, run, False)
        return path.read_bytes()


def restore(data: bytes) -> sqlite3.Connection:
    """The recording in memory that `dump` wrote down."""
    memory = _connect(":memory:")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording"
        path.write_bytes(data)
        with closing(_connect(os.fspath(path))) as source:
            source.backup(memory)
    return memory


def _connect(target: str, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(
        target, uri=uri, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _make_schema(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA.strip().split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Journal mode WAL; where another process is switching too, SQLite does not wait by itself."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _check_kind(
    connection: sqlite3.Connection, path: str | os.PathLike[str], new_is_fine: bool
) -> None:
    connection.execute("BEGIN")  # one moment for the three: another process may be making it
    try:
        empty = not connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")
    if empty and not version and new_is_fine:
        return
    if empty or application != APPLICATION_ID:
        what = "an empty file" if empty else "another program's SQLite file"
        raise RecordingError(f"`path` must be a recording file; got {path}: it is {what}")
    if version > SCHEMA_VERSION:
        raise RecordingError(
            f"`path` must be a recording of schema {SCHEMA_VERSION} or older; got {path} of "
            f"schema {version}: a newer kit wrote it; update keras-teaching-kit to read it"
        )


def _run_exists(path: Any, run: str | None, created: str) -> str:
    return (
        f"`run` must be a new name in {path}; got {run!r}, recorded {created}: choose another "
        "name, or pass overwrite=True to replace it"
    )


def run_id(connection: sqlite3.Connection, run: str) -> int:
    """The number of a run."""
    row = connection.execute("SELECT id FROM runs WHERE name = ?", (run,)).fetchone()
    if row is None:
        raise RecordingError(f"run {run!r} is no longer in the file: somebody replaced it")
    return row[0]


def _copy_rows(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str, key: str, old: int, new: Any
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
