"""The schema of a recording file, and how a file is known to be one, and to be harmless.

Recordings are handed on. A file can hold more than data: a view is a program that runs when it is
read, a trigger one that runs when something is written. So what a file has must be what this
schema makes, word for word; tables of others beside it are left alone, and anything else is
refused by its name.

The pragma ``application_id`` marks the file as a recording and ``user_version`` is the version of
the schema. The view ``quantities`` is the tidy table of `Recording.to_frame`, for
``pandas.read_sql``. NaN is stored as NULL, which is what SQLite makes of it.
"""

from __future__ import annotations

import functools
import re
import sqlite3
from contextlib import closing

from kit.recordings.errors import FilePath, RecordingError, damaged

__all__ = ["APPLICATION_ID", "SCHEMA", "SCHEMA_VERSION"]

APPLICATION_ID = 0x4B_54_4B_31  # "KTK1"
SCHEMA_VERSION = 1

SCHEMA = """
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


def make_schema(connection: sqlite3.Connection) -> None:
    """Write the schema into an empty database."""
    for statement in SCHEMA.strip().split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def check_kind(connection: sqlite3.Connection, path: FilePath, *, new_is_fine: bool) -> None:
    """Refuse what is no recording, one of a newer schema, and one that holds more than data.

    Raises
    ------
    RecordingError
        Which says what the file is.
    """
    connection.execute("BEGIN")  # one moment for all: another process may be making it
    try:
        found = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")
    if not found and not version and new_is_fine:
        return
    if not found or application != APPLICATION_ID:
        what = "another program's SQLite file" if found else "an empty file"
        raise RecordingError(f"`path` must be a recording file; got {path}: it is {what}")
    if version > SCHEMA_VERSION:
        raise RecordingError(
            f"`path` must be a recording of schema {SCHEMA_VERSION} or older; got {path} of "
            f"schema {version}: a newer kit wrote it; update keras-teaching-kit to read it"
        )
    if version != SCHEMA_VERSION:
        raise damaged(path, f"there is no schema {version}")
    _check_objects(found, path)


def _check_objects(found: list[tuple[object, object, object]], path: FilePath) -> None:
    """Refuse a file whose tables and views are not those of the schema."""
    wanted = dict(_objects())
    for kind, name, sql in found:
        if sql is None:  # an index that SQLite makes by itself
            continue
        text = _plain(str(sql))
        if wanted.pop(text, None) is None and not text.startswith("CREATE TABLE "):
            raise RecordingError(
                f"`path` must be a recording file; got {path}: it has the {kind} {name!r}, which "
                "is not the kit's and may run what somebody wrote into it"
            )
    if wanted:
        raise damaged(path, f"{', '.join(wanted.values())} must be as the kit makes them")


@functools.cache
def _objects() -> tuple[tuple[str, str], ...]:
    """What a recording has: the statement of each table and view, and its name."""
    with closing(sqlite3.connect(":memory:")) as memory:
        make_schema(memory)
        rows = memory.execute("SELECT sql, name FROM sqlite_master WHERE sql IS NOT NULL")
        return tuple((_plain(sql), name) for sql, name in rows)


def _plain(sql: str) -> str:
    """A statement without comments and line breaks. The kit's own have no quotes."""
    return " ".join(re.sub(r"--[^\n]*", " ", sql).split())
