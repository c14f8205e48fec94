"""Runs copied: from one recording to another, into memory, and as bytes.

Within a file, ids tell which row belongs to which; a copy has others, and so other checksums.
"""

from __future__ import annotations

import sqlite3
import tempfile
import zlib
from contextlib import closing
from pathlib import Path

from kit.recordings.errors import FilePath, RecordingError, Row
from kit.recordings.reading import TABLE, StoredRun
from kit.recordings.rows import (
    BLOBS,
    SKETCH,
    TEXTS,
    RunRow,
    blob_row,
    insert_run,
    put_capture,
    put_layer,
    put_run,
    put_text,
    run_row,
    sketch_crcs,
)
from kit.recordings.schema import make_schema
from kit.recordings.storage import connect, open_for_writing, transaction

__all__: list[str] = []


def copy_run(
    stored: StoredRun,
    target: sqlite3.Connection,
    path: FilePath | None,
    name: str,
    overwrite: bool,
) -> str:
    """Copy a run into another recording, within a transaction of the target.

    Raises
    ------
    RecordingError
        If the run is there already, or the source is damaged.
    """
    with stored.moment() as old:
        name = insert_run(target, path, name, overwrite, stored.info())
        row = run_row(target, name) | {"created": old["created"]}
        _copy_rows(stored, target, row)
    put_run(target, row | {"finished": old["finished"]})
    return name


def _copy_rows(stored: StoredRun, target: sqlite3.Connection, row: RunRow) -> None:
    for layer, (place, output, has) in stored.layers().items():
        put_layer(target, row, (row["id"], place, layer, int(output), " ".join(has)))
    for table in TEXTS:
        for values in stored.texts(table):
            put_text(target, row, table, (row["id"], *values))
    (last,) = target.execute("SELECT COALESCE(MAX(id), 0) FROM captures").fetchone()
    for key, capture in enumerate(sorted(stored.captures()), last + 1):
        sketches, *blobs = stored.rows_of(capture)
        units, arrays = (
            [blob_row(table, (key, *one[1:])) for one in found]
            for table, found in zip(BLOBS, blobs, strict=True)
        )
        values = (key, row["id"], *capture[2:7])
        put_capture(target, row, values, _sketch_rows(key, sketches), units, arrays)


def _sketch_rows(key: int, rows: list[Row]) -> list[Row]:
    """Rows of the columns `SKETCH` for another capture; with checksums where they had none."""
    renamed = []
    for row in rows:
        columns = dict(zip(SKETCH, row, strict=True)) | {"capture_id": key}
        if columns["bins_crc"] is None:
            columns["bins_crc"] = zlib.crc32(columns["bins"])
        renamed.append(columns)
    crcs = sketch_crcs([tuple(one[name] for name in TABLE[:-1]) for one in renamed])
    return [tuple((one | {"crc": crc}).values()) for one, crc in zip(renamed, crcs, strict=True)]


def dump(stored: StoredRun) -> bytes:
    """A recording file with one run, as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording"
        with closing(connect(path)) as target, transaction(target):
            make_schema(target)
            copy_run(stored, target, path, stored.run, False)
        return path.read_bytes()


def restore(data: bytes) -> sqlite3.Connection:
    """The recording in memory that `dump` wrote down."""
    memory = connect(":memory:")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording"
        path.write_bytes(data)
        with closing(connect(path)) as source:
            source.backup(memory)
    return memory


def copied_into_memory(stored: StoredRun) -> sqlite3.Connection:
    """A recording in memory with what can be read of a run; empty where nothing can."""
    memory = open_for_writing(None)
    try:
        with transaction(memory):
            copy_run(stored, memory, None, stored.run, False)
    except (sqlite3.DatabaseError, RecordingError):  # not only full: damaged, or replaced
        with transaction(memory):
            insert_run(memory, None, stored.run, False, {})
    return memory
