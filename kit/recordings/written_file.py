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
from collections.abc import Mapping, Sequence
from pathlib import Path

from kit.recordings import rows, storage
from kit.recordings.errors import FilePath, RecordingError, RecordingWarning

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

    def captured(self, captures: int = 1) -> None:
        """Count captures, and let the file follow if it is time."""
        self._waiting += captures
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

    def close(self, runs: Mapping[int, str]) -> None:
        """Close the connection; what is in the file is then all there is, and these runs say so.

        Each is that of its number and name: another may have taken the name.
        """
        with contextlib.suppress(sqlite3.Error, RecordingError, ValueError):
            if self.checkpoint_every and self._identity() == self._is:
                self._connection.execute("PRAGMA busy_timeout = 1000")
                with storage.transaction(self._connection):
                    for own, run in runs.items():
                        self._say_whole(own, run)
                self.flush()
        self._connection.close()

    def _say_whole(self, own: int, run: str) -> None:
        with contextlib.suppress(RecordingError, ValueError):  # of the others each says so
            row = rows.run_row(self._connection, run)
            if row["id"] == own and row["checkpoint_every"]:
                rows.put_run(self._connection, row | {"checkpoint_every": 0})


def warn_if_cut_short(found: Sequence[rows.RunRow], path: FilePath) -> None:
    """Warn of a copy of the file alone, made while its runs were written."""
    cut = [row for row in found if row["finished"] is None and row["checkpoint_every"]]
    log = Path(f"{os.fspath(path)}-wal")
    if not cut or (log.exists() and log.stat().st_size):
        return  # whoever writes it lives, or left its log
    runs = f"run {cut[0]['name']!r}" if len(cut) == 1 else f"{len(cut)} runs"
    warnings.warn(
        f"{runs} did not finish: if {path} is a copy that was made while it was "
        f"written, up to {max(row['checkpoint_every'] for row in cut)} captures may be missing",
        RecordingWarning,
        stacklevel=3,
    )
