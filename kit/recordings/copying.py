"""Runs copied: from one recording to another, into memory, and as bytes.

Within a file, ids tell which row belongs to which; a copy has others, and so other checksums.
"""

from __future__ import annotations

import sqlite3
import tempfile
import zlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from kit.recordings.bulk import TABLE
from kit.recordings.errors import FilePath, RecordingError, Row
from kit.recordings.reading import StoredRun
from kit.recordings.rows import (
    BLOBS,
    SKETCH,
    TEXTS,
    NewRun,
    RunRow,
    blob_row,
    insert_runs,
    put_capture,
    put_layer,
    put_run,
    put_text,
    sketch_crcs,
)
from kit.recordings.schema import make_schema
from kit.recordings.storage import connect, open_for_writing, transaction

__all__: list[str] = []


def copy_runs(
    runs: Sequence[StoredRun],
    target: sqlite3.Connection,
    path: FilePath | None,
    names: Sequence[str],
    overwrite: bool,
    *,
    keep_numbers: bool = False,
) -> list[RunRow]:
    """Copy runs into another recording, within a transaction of the target; their rows.

    Parameters
    ----------
    runs, names
        The runs, and what they are called there.
    target, path
        The other recording.
    overwrite
        Whether a run of a name may be replaced.
    keep_numbers
        Whether they have the same numbers there; nothing else may be in it.

    Raises
    ------
    RecordingError
        If a run is there already, or the source is damaged.
    """
    new = [
        NewRun(name, stored.info(), stored.own if keep_numbers else None)
        for name, stored in zip(names, runs, strict=True)
    ]
    begun = insert_runs(target, path, new, overwrite)
    for row, stored in zip(begun, runs, strict=True):
        with stored.held():
            with stored.moment() as old:
                row["created"] = old["created"]
            _copy_rows(stored, target, row)
        put_run(target, row | {"finished": old["finished"]})
    return begun


def copy_run(
    stored: StoredRun,
    target: sqlite3.Connection,
    path: FilePath | None,
    name: str,
    overwrite: bool,
) -> RunRow:
    """Copy one run, as `copy_runs`."""
    return copy_runs([stored], target, path, [name], overwrite)[0]


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


def dump(runs: Sequence[StoredRun]) -> bytes:
    """A recording file with runs, as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording"
        with closing(connect(path)) as target, transaction(target):
            make_schema(target)
            copy_runs(runs, target, path, [stored.run for stored in runs], False)
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


def copied_into_memory(runs: Sequence[StoredRun]) -> sqlite3.Connection:
    """A recording in memory with what can be read of runs; those are empty that cannot be.

    They keep their numbers, so that whoever holds one finds it there.
    """
    memory = open_for_writing(None)
    if not _copied(runs, memory):  # not only full: damaged, or replaced
        for one in runs:
            if not _copied([one], memory):
                with transaction(memory):
                    insert_runs(memory, None, [NewRun(one.run, {}, one.own)], False)
    return memory


def _copied(runs: Sequence[StoredRun], memory: sqlite3.Connection) -> bool:
    try:
        with transaction(memory):
            copy_runs(runs, memory, None, [one.run for one in runs], False, keep_numbers=True)
    except (sqlite3.DatabaseError, RecordingError):
        return False
    return True
