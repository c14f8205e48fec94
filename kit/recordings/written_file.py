"""The file that a recording writes into: whether it is still there, and how far it follows.

In WAL mode the last captures stand in a log beside the file, and are brought into it from time to
time. Who copies the file alone meanwhile has what was brought by then; so the row of the run says
how many captures may be missing (``checkpoint_every``), until it is finished or closed. With a
rollback journal nothing is ever missing.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
import warnings
from pathlib import Path

from kit.recordings import rows, storage
from kit.recordings.errors import FilePath, RecordingError, RecordingWarning
from kit.recordings.reading import StoredRun

__all__ = ["CHECKPOINT_EVERY", "FLUSH_SECONDS", "WrittenFile", "warn_if_cut_short"]

CHECKPOINT_EVERY = 20
"""Captures that may stand in the log of the file alone."""

FLUSH_SECONDS = 1.0
"""How long they may, while more of them come."""

_PATIENCE = 1.0  # seconds for others to stop reading an older state


class WrittenFile:
    """The file behind a connection that writes.

    Parameters
    ----------
    connection
        To it, with the schema in it.
    path
        Its name.
    """

    def __init__(self, connection: sqlite3.Connection, path: FilePath) -> None:
        self._connection = connection
        self._path = os.path.abspath(path)  # the process may go to another folder
        self._is = self._identity()
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        self.checkpoint_every = CHECKPOINT_EVERY if mode == "wal" else 0
        self._waiting = self.checkpoint_every  # the first capture tells the file that more come
        self._flushed = time.monotonic()

    def check_there(self) -> None:
        """Refuse a file that was deleted, or in whose place is another: a RecordingError."""
        found = self._identity()
        if found != self._is:
            raise RecordingError("it was deleted" if found is None else "another is in its place")

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:  # out of sight, which does not keep it from being written
            return self._is
        return found.st_dev, found.st_ino

    def captured(self) -> None:
        """Count a capture, and let the file follow if it is time."""
        self._waiting += 1
        late = time.monotonic() - self._flushed > FLUSH_SECONDS
        if late or self._waiting >= self.checkpoint_every:
            self.flush()

    def flush(self) -> bool:
        """Bring what stands in the log into the file; whether it is all there now."""
        self._flushed, self._waiting = time.monotonic(), 0
        return storage.checkpoint(self._connection)

    def flush_patiently(self) -> bool:
        """As `flush`, waiting a little for who reads an older state."""
        until = time.monotonic() + _PATIENCE
        while not self.flush():
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def close(self, run: str, own: int) -> None:
        """Close the connection; what is in the file is then all there is, and its run says so.

        The run is that of this name and number: another may have taken the name.
        """
        with contextlib.suppress(sqlite3.Error, RecordingError, ValueError):
            if self.checkpoint_every and self._identity() == self._is:
                self._connection.execute("PRAGMA busy_timeout = 1000")
                with storage.transaction(self._connection):
                    row = rows.run_row(self._connection, run)
                    if row["id"] == own:
                        rows.put_run(self._connection, row | {"checkpoint_every": 0})
                self.flush()
        self._connection.close()


def warn_if_cut_short(stored: StoredRun, path: FilePath) -> None:
    """Warn of a copy of the file alone, made while its run was written."""
    with stored.moment() as row:
        if row["finished"] is not None or not row["checkpoint_every"]:
            return
    log = Path(f"{os.fspath(path)}-wal")
    if log.exists() and log.stat().st_size:
        return  # whoever writes it lives, or left its log
    warnings.warn(
        f"run {stored.run!r} did not finish: if {path} is a copy that was made while it was "
        f"written, up to {row['checkpoint_every']} captures may be missing",
        RecordingWarning,
        stacklevel=3,
    )
