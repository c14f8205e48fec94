"""Recordings of the first version of the schema: read as they are, and brought to this one.

To be read they stay as they are: views of the connection alone, by the names of the tables of this
version, have NULL in the columns that are new. To be written they are brought to this version, all
runs in one transaction, so that a failure in the middle leaves the file as it was.

A kit of the version before could go on with neither reading nor writing it then, and would tell so
in the middle of a training. So nobody else may have the file open, or it is refused.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from kit.recordings import copying, storage
from kit.recordings.errors import FilePath, RecordingError
from kit.recordings.listing import names_of
from kit.recordings.reading import StoredRun
from kit.recordings.schema import make_schema
from kit.recordings.store import Store

__all__ = ["bring_up_to_date", "show_as_newest"]

_PATIENCE = 2.0  # seconds for another process to let go of the file

_VIEWS = """
CREATE TEMP VIEW file AS SELECT 1 AS id, NULL AS runs_sum;
CREATE TEMP VIEW runs AS
    SELECT id, name, created, info, NULL AS finished, 0 AS checkpoint_every, NULL AS layers_sum,
        NULL AS captures_sum, NULL AS history_sum, NULL AS unheard_sum, NULL AS crc
    FROM main.runs;
CREATE TEMP VIEW layers AS
    SELECT run_id, layer_index, name, output,
        (SELECT COALESCE(group_concat(quantity, ' '), '') FROM (
            SELECT DISTINCT quantity FROM main.captures AS c JOIN main.sketches AS s
            ON s.capture_id = c.id
            WHERE c.run_id = l.run_id AND s.layer_index = l.layer_index)) AS quantities,
        NULL AS crc
    FROM main.layers AS l;
CREATE TEMP VIEW captures AS
    SELECT *, 0 AS sketches_sum, 0 AS units_sum, 0 AS arrays_sum, NULL AS crc FROM main.captures;
CREATE TEMP VIEW sketches AS
    SELECT *, rowid AS rowid, NULL AS std_samples, NULL AS std_units, NULL AS saturated,
        NULL AS updated, NULL AS bins_crc, NULL AS crc
    FROM main.sketches;
CREATE TEMP VIEW units AS
    SELECT 0 AS capture_id, 0 AS pack, '' AS layout, 0 AS crc, x'' AS data, 0 AS rowid WHERE 0;
CREATE TEMP VIEW arrays AS SELECT *, rowid AS rowid, NULL AS crc FROM main.arrays;
CREATE TEMP VIEW history AS SELECT rowid AS id, *, NULL AS crc FROM main.history;
CREATE TEMP VIEW unheard AS
    SELECT 0 AS id, 0 AS run_id, '' AS name, '' AS reason, 0 AS step, NULL AS crc WHERE 0
"""


def show_as_newest(connection: sqlite3.Connection) -> None:
    """Let the tables of a file of the first version be read as those of the newest."""
    connection.execute("PRAGMA temp_store = MEMORY")
    for statement in _VIEWS.split(";\n"):
        connection.execute(statement)


def bring_up_to_date(connection: sqlite3.Connection, path: FilePath) -> None:
    """Bring a file of the first version to the newest, whole or not at all.

    Raises
    ------
    RecordingError
        If another has the file open, or it is damaged; it is then as it was.
    """
    _check_alone(connection, path)
    with tempfile.TemporaryDirectory() as folder, storage.transaction(connection):
        if connection.execute("PRAGMA user_version").fetchone() != (1,):
            return  # another process has just done it
        copy = Path(folder) / "recording"
        with closing(storage.connect(path)) as old, closing(storage.connect(copy)) as target:
            old.backup(target)
        for table in ("arrays", "sketches", "captures", "layers", "history", "runs"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP VIEW quantities")
        make_schema(connection)
        with closing(storage.open_for_reading(copy)) as source:
            store = Store(source, path)
            for run in names_of(source, path):
                copying.copy_run(StoredRun(store, run), connection, path, run, False)


def _check_alone(connection: sqlite3.Connection, path: FilePath) -> None:
    """Refuse a file that another connection has open: with one, it cannot leave WAL."""
    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}")
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        mode = "wal"
    finally:
        connection.execute(f"PRAGMA busy_timeout = {storage.BUSY_SECONDS * 1000:.0f}")
    if mode != "delete":
        raise RecordingError(
            f"`path` must be a file of this kit's version to be written; got {os.fspath(path)}, "
            "which keras-teaching-kit 0.2 or older wrote and which is open elsewhere: close it "
            "there, so that it can be brought up to date, or choose another file"
        )
