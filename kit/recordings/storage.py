"""The recording file: how it is opened, for reading and for writing, and what is refused.

One SQLite file holds many runs. Journal mode WAL, one transaction for each capture: a process
killed at any moment leaves every finished capture readable, one process reads while another
writes, and two can write by turns. ``synchronous = NORMAL`` is enough for that; a power cut may
cost the last captures, never the file. Where WAL cannot be had, as on some network file systems,
a rollback journal does the same, and readers and writers wait for each other.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kit.checks import shown
from kit.recordings.errors import BUSY_SECONDS, FilePath, RecordingError, explained
from kit.recordings.rows import run_exists
from kit.recordings.schema import APPLICATION_ID, SCHEMA_VERSION, check_kind, make_schema
from kit.recordings.waiting import settle

__all__ = ["APPLICATION_ID", "SCHEMA_VERSION", "RecordingError"]

SQLITE_PAGE = 512  # the smallest file that SQLite writes


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


@contextmanager
def moment(connection: sqlite3.Connection) -> Iterator[None]:
    """One state of the file for all that is read within."""
    within = connection.in_transaction
    if not within:
        connection.execute("BEGIN")
    try:
        yield
    finally:
        if not within and connection.in_transaction:
            connection.execute("COMMIT")


def open_for_writing(path: FilePath | None) -> sqlite3.Connection:
    """Open or make a recording file (in memory for None) with the schema in it.

    Raises
    ------
    RecordingError
        If it cannot be written, is no recording, has a newer schema, or has an older one and is
        open elsewhere.
    """
    if path is None:
        connection = connect(":memory:")
        make_schema(connection)
        return connection
    from kit.recordings import migration  # which needs this module

    check_path(path)
    with explained(path):
        connection = connect(path)
    try:
        with explained(path):
            if check_kind(connection, path, new_is_fine=True) == 1:
                migration.bring_up_to_date(connection, path)
            _choose_journal(connection)
            with transaction(connection):
                if not connection.execute("PRAGMA user_version").fetchone()[0]:
                    make_schema(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(path: FilePath) -> sqlite3.Connection:
    """Open a recording file that is there.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    RecordingError
        If it is no recording, has a newer schema, or holds more than data.
    """
    from kit.recordings import migration  # which needs this module

    check_name_of_file(path)
    settle(path)
    file = Path(path)
    if not file.exists():
        raise FileNotFoundError(f"`path` must be a recording file; there is no {path}")
    if file.is_dir():
        raise RecordingError(f"`path` must be a recording file; got the folder {path}")
    uri = file.resolve().as_uri()
    with explained(path):
        # not mode=ro: that would leave WAL's two files behind
        connection = connect(uri + "?mode=rw", uri=True)
    try:
        with explained(path):
            try:
                connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            except sqlite3.OperationalError:
                # a file in a folder that cannot be written has no place for WAL's index
                connection.close()
                connection = _open_immutable(file, uri)
            if check_kind(connection, path, new_is_fine=False) == 1:
                migration.show_as_newest(connection)
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _open_immutable(file: Path, uri: str) -> sqlite3.Connection:
    """Open a file for which WAL's index cannot be made."""
    log = Path(f"{file}-wal")
    if not log.exists() or not log.stat().st_size:
        return connect(uri + "?mode=ro&immutable=1", uri=True)
    # the last captures of a killed process are in the log alone
    memory = connect(":memory:")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "recording"
        shutil.copyfile(file, copy)
        shutil.copyfile(log, f"{copy}-wal")
        with closing(connect(copy)) as source:
            source.backup(memory)
    return memory


def check_name_of_file(path: FilePath) -> None:
    """Refuse what SQLite would not take for the name of a file."""
    if not isinstance(path, (str, os.PathLike)) or not isinstance(os.fspath(path), str):
        raise TypeError(f"`path` must be the path of a recording file; got {shown(path)}")
    name = os.fspath(path)
    if name == ":memory:":
        raise RecordingError(
            "`path` must name a file; got ':memory:': leave it out to record in memory"
        )
    if not name or name.startswith("file:") or "\0" in name:
        raise RecordingError(f"`path` must be the name of a file, and no URI; got {shown(path)}")


def check_path(path: FilePath) -> None:
    """Refuse a path at which no file can be made, before anything is."""
    check_name_of_file(path)
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


def check_run(path: FilePath, run: str | None, overwrite: bool) -> None:
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
        raise RecordingError(run_exists(path, run, row[0]))


def has_run(path: FilePath, run: str | None) -> bool:
    """Whether a file, which need not be there, has a run of this name."""
    file = Path(path)
    if not file.exists() or not file.stat().st_size:
        return False
    with closing(open_for_reading(path)) as connection, explained(path):
        found = connection.execute("SELECT 1 FROM runs WHERE name = ?", (run,)).fetchone()
    return found is not None


def checkpoint(connection: sqlite3.Connection) -> bool:
    """Bring what stands in the log alone into the file itself; whether it is all there now."""
    try:
        _, pages, done = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.ProgrammingError:  # it is closed
        raise
    except sqlite3.DatabaseError:  # no room, say: the log keeps what it has
        return False
    return pages == done


def connect(target: FilePath, uri: bool = False) -> sqlite3.Connection:
    """Open a database that is trusted in nothing."""
    connection = sqlite3.connect(
        os.fspath(target),
        uri=uri,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        # the file may come from anywhere
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _choose_journal(connection: sqlite3.Connection) -> None:
    """WAL, or a rollback journal where SQLite cannot have it.

    Where another process is switching too, SQLite does not wait by itself.
    """
    until = time.monotonic() + BUSY_SECONDS
    mode = None
    while mode is None:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if "disk I/O" in str(error) or "protocol" in str(error):  # no memory to share
                mode = "none"
            elif "locked" in str(error) and time.monotonic() < until:
                time.sleep(0.02)
            else:
                raise
    if mode != "wal":
        connection.execute("PRAGMA journal_mode = DELETE")
    # without WAL, less than FULL could cost the file in a power cut
    connection.execute(f"PRAGMA synchronous = {'NORMAL' if mode == 'wal' else 'FULL'}")
