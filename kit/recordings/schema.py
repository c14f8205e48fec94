"""The schema of a recording file, and how a file is known to be one, and to be harmless.

Recordings are handed on. A file can hold more than data: a view is a program that runs when it is
read, a trigger one that runs when something is written. So what a file has must be what this
schema makes, word for word; tables of others beside it are left alone, and anything else is
refused by its name.

The pragma ``application_id`` marks the file as a recording and ``user_version`` is the version of
the schema. The view ``quantities`` is the tidy table of `Recording.to_frame`, for
``pandas.read_sql``. NaN is stored as NULL, which is what SQLite makes of it. What the columns
``crc`` and those that end in ``_sum`` are for stands in `kit.recordings.checksums`.

Version 1, of the kit up to 0.2, is read through views that stand beside it for one connection
alone, and is brought to this one when it is to be written: `kit.recordings.migration`.
"""

from __future__ import annotations

import functools
import re
import sqlite3
from contextlib import closing

from kit.recordings.errors import FilePath, RecordingError, damaged

__all__ = ["APPLICATION_ID", "SCHEMA", "SCHEMA_VERSION"]

APPLICATION_ID = 0x4B_54_4B_31  # "KTK1"
SCHEMA_VERSION = 2

SCHEMA = """
CREATE TABLE file (
    id INTEGER PRIMARY KEY CHECK (id = 1), runs_sum INTEGER NOT NULL);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: an overwritten run can tell
    name TEXT NOT NULL UNIQUE, created TEXT NOT NULL, info TEXT NOT NULL,
    finished TEXT, -- when; NULL until it is
    checkpoint_every INTEGER NOT NULL, -- captures that a copy of the file alone may lack
    layers_sum INTEGER NOT NULL, captures_sum INTEGER NOT NULL,
    history_sum INTEGER NOT NULL, unheard_sum INTEGER NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE layers (
    run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    layer_index INTEGER NOT NULL, name TEXT NOT NULL, output INTEGER NOT NULL,
    quantities TEXT NOT NULL, -- that it has at one capture at least
    crc INTEGER NOT NULL,
    PRIMARY KEY (run_id, layer_index), UNIQUE (run_id, name));
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    epoch INTEGER NOT NULL, step INTEGER NOT NULL, loss REAL, samples INTEGER NOT NULL,
    within INTEGER NOT NULL, -- 1 where the capture lies within the epoch that follows
    sketches_sum INTEGER NOT NULL, units_sum INTEGER NOT NULL, arrays_sum INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    UNIQUE (run_id, epoch, step), UNIQUE (run_id, step, epoch));
CREATE TABLE sketches (
    capture_id INTEGER NOT NULL REFERENCES captures ON DELETE CASCADE,
    layer_index INTEGER NOT NULL, quantity TEXT NOT NULL, rank INTEGER NOT NULL,
    count INTEGER NOT NULL, mean REAL, m2 REAL, std REAL, rms REAL,
    min REAL, q05 REAL, q25 REAL, median REAL, q75 REAL, q95 REAL, max REAL,
    zeros INTEGER NOT NULL, zero_fraction REAL, nonfinite INTEGER NOT NULL,
    std_samples REAL, std_units REAL, -- across samples, and between units
    saturated REAL, -- share of all values
    updated REAL, -- of a weight: what changed since the last capture, beside all of it
    bins_crc INTEGER NOT NULL, crc INTEGER NOT NULL, bins BLOB NOT NULL,
    PRIMARY KEY (capture_id, layer_index, quantity));
CREATE TABLE units (
    capture_id INTEGER NOT NULL REFERENCES captures ON DELETE CASCADE,
    pack INTEGER NOT NULL, layout TEXT NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (capture_id, pack));
CREATE TABLE arrays (
    capture_id INTEGER NOT NULL REFERENCES captures ON DELETE CASCADE,
    layer_index INTEGER NOT NULL, quantity TEXT NOT NULL,
    dtype TEXT NOT NULL, shape TEXT NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (capture_id, layer_index, quantity));
CREATE TABLE history (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    epoch INTEGER NOT NULL, name TEXT NOT NULL, value REAL, crc INTEGER NOT NULL,
    UNIQUE (run_id, epoch, name));
CREATE TABLE unheard (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    name TEXT NOT NULL, reason TEXT NOT NULL, step INTEGER NOT NULL, crc INTEGER NOT NULL,
    UNIQUE (run_id, name));
CREATE VIEW quantities AS
    SELECT runs.name AS run, epoch, step, layers.name AS layer, sketches.layer_index, quantity,
        rank, count, mean, std, rms, min, q05, q25, median, q75, q95, max, zero_fraction, nonfinite,
        std_samples, std_units, saturated, updated AS "update"
    FROM sketches JOIN captures ON captures.id = capture_id JOIN runs ON runs.id = captures.run_id
    JOIN layers ON layers.run_id = runs.id AND layers.layer_index = sketches.layer_index;
"""

SCHEMA_1 = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE, created TEXT NOT NULL, info TEXT NOT NULL);
CREATE TABLE layers (
    run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    layer_index INTEGER NOT NULL, name TEXT NOT NULL, output INTEGER NOT NULL,
    PRIMARY KEY (run_id, layer_index), UNIQUE (run_id, name));
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    epoch INTEGER NOT NULL, step INTEGER NOT NULL, loss REAL, samples INTEGER NOT NULL,
    within INTEGER NOT NULL,
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

_SCHEMAS = {1: SCHEMA_1, SCHEMA_VERSION: SCHEMA}
_MOST_OBJECTS = 1000  # tables of others included; more would take long to look at


def make_schema(connection: sqlite3.Connection) -> None:
    """Write the schema into an empty database."""
    for statement in statements(SCHEMA):
        connection.execute(statement)
    connection.execute("INSERT INTO file VALUES (1, 0)")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def statements(schema: str) -> list[str]:
    """The statements of a schema."""
    return [statement.rstrip(";") for statement in schema.strip().split(";\n")]


def check_kind(connection: sqlite3.Connection, path: FilePath, *, new_is_fine: bool) -> int:
    """Refuse what is no recording, one of a newer schema, and one that holds more than data.

    Returns
    -------
    int
        The version of its schema; 0 of a file in which nothing is yet.

    Raises
    ------
    RecordingError
        Which says what the file is.
    """
    connection.execute("BEGIN")  # one moment for all: another process may be making it
    try:
        found = connection.execute(
            "SELECT type, name, sql FROM sqlite_master LIMIT ?", (_MOST_OBJECTS + 1,)
        ).fetchall()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")
    if not found and not version and new_is_fine:
        return 0
    if not found or application != APPLICATION_ID:
        what = "another program's SQLite file" if found else "an empty file"
        raise RecordingError(f"`path` must be a recording file; got {path}: it is {what}")
    if version > SCHEMA_VERSION:
        raise RecordingError(
            f"`path` must be a recording of schema {SCHEMA_VERSION} or older; got {path} of "
            f"schema {version}: a newer kit wrote it; update keras-teaching-kit to read it"
        )
    if version not in _SCHEMAS:
        raise damaged(path, f"there is no schema {version}")
    if len(found) > _MOST_OBJECTS:
        raise damaged(path, f"it has more than {_MOST_OBJECTS} tables")
    _check_objects(found, version, path)
    return version


def _check_objects(
    found: list[tuple[object, object, object]], version: int, path: FilePath
) -> None:
    """Refuse a file whose tables and views are not those of the schema."""
    wanted = dict(_objects(version))
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
def _objects(version: int) -> tuple[tuple[str, str], ...]:
    """What a recording has: the statement of each table and view, and its name."""
    with closing(sqlite3.connect(":memory:")) as memory:
        for statement in statements(_SCHEMAS[version]):
            memory.execute(statement)
        rows = memory.execute("SELECT sql, name FROM sqlite_master WHERE sql IS NOT NULL")
        return tuple((_plain(sql), name) for sql, name in rows)


def _plain(sql: str) -> str:
    """A statement without comments and line breaks. The kit's own have no quotes but "update"."""
    return " ".join(re.sub(r"--[^\n]*", " ", sql).split())
