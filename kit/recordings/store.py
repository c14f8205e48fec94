"""What the recordings of one file, or of one database in memory, share.

One connection and one lock serve any number of runs and threads, one after the other. Where the
file can no longer be written, all runs that are written through it go on in memory together.
"""

from __future__ import annotations

import sqlite3
import threading
import warnings
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kit.recordings import copying, rows, storage, waiting
from kit.recordings.errors import FilePath, RecordingError, RecordingWarning, explained
from kit.recordings.reading import StoredRun
from kit.recordings.written_file import WrittenFile

__all__ = ["Store", "Write"]


class Write(NamedTuple):
    """Something to be written into a run: a function of `kit.recordings.rows`, and arguments."""

    run: StoredRun
    how: Callable[..., Any]
    what: tuple[object, ...]


class _FileGone(RecordingError):
    """The file was deleted, or another is in its place."""


class Store:
    """An open recording file, or a database in memory.

    Parameters
    ----------
    connection
        To a database with the schema in it.
    path
        What messages call it; None in memory.
    file
        The file, where it is written.
    read_only
        Whether nothing may be written, in memory either.

    Attributes
    ----------
    lock
        Whoever uses the connection holds it.
    guarded
        Whether rows have checksums; those of a file of the first version have none.
    settle
        Returns when all is written that another thread was asked for; None where there is none.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: FilePath | None,
        file: WrittenFile | None = None,
        *,
        read_only: bool = False,
    ) -> None:
        self.lock = threading.RLock()
        self.settle: Callable[[], None] | None = None
        self.read_only = read_only
        self._written: dict[int, str] = {}  # the runs that are written: names, by their numbers
        self._hold(connection, path, file)

    def _hold(
        self, connection: sqlite3.Connection, path: FilePath | None, file: WrittenFile | None
    ) -> None:
        """Take a connection, and the file that is written through it, if one is."""
        self.connection, self.file = connection, file
        self.path = None if path is None else Path(path)
        with explained(path):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        self.guarded = version > 1
        # nobody has to close a recording, and Python 3.13 warns of a connection that is not;
        # __del__ would come too late for one in a reference cycle
        self._let_go: Callable[[], object]
        if file is None:
            self._let_go = weakref.finalize(self, connection.close)
        else:
            self._let_go = weakref.finalize(self, file.close, self._written)

    @classmethod
    def to_write(cls, path: FilePath | None) -> Store:
        """Open or make a file, or a database in memory; errors as `storage.open_for_writing`."""
        connection = storage.open_for_writing(path)
        try:
            return cls(connection, path, None if path is None else WrittenFile(connection, path))
        except BaseException:
            connection.close()
            raise

    @classmethod
    def to_read(cls, path: FilePath, *, read_only: bool = False) -> Store:
        """Open a file that is there; errors as `storage.open_for_reading`."""
        connection = storage.open_for_reading(path)
        try:
            return cls(connection, path, read_only=read_only)
        except BaseException:
            connection.close()
            raise

    def await_with(self, settle: Callable[[], None] | None) -> None:
        """Let readers of any run wait, and whoever opens the file in this process."""
        self.settle = settle
        if settle is None or self.path is None:
            waiting.wait_no_more(self)
        else:
            waiting.wait_with(self, self.path, settle)

    def close(self) -> None:
        """Close the connection. What is in memory is gone then."""
        with self.lock:
            self._let_go()

    # writing

    def begin(self, runs: Sequence[rows.NewRun], overwrite: bool) -> list[StoredRun]:
        """Begin runs, all of them or none.

        Raises
        ------
        RecordingError
            If one is there already, or the file cannot be written.
        """
        every = 0 if self.file is None else self.file.checkpoint_every
        with self.lock, explained(self.path):
            with storage.transaction(self.connection):
                begun = rows.insert_runs(self.connection, self.path, runs, overwrite, every)
            return self._held(begun)

    def copy(
        self, runs: Sequence[StoredRun], overwrite: bool, names: Sequence[str] | None = None
    ) -> list[StoredRun]:
        """Take copies of runs, all of them or none, under names of their own or others.

        Raises
        ------
        RecordingError
            As `begin`; also if one of the runs is damaged.
        """
        names = [one.run for one in runs] if names is None else names
        with self.lock, explained(self.path):
            return self._copy(runs, overwrite, names)

    def _copy(
        self, runs: Sequence[StoredRun], overwrite: bool, names: Sequence[str]
    ) -> list[StoredRun]:
        with storage.transaction(self.connection):
            begun = copying.copy_runs(runs, self.connection, self.path, names, overwrite)
        storage.checkpoint(self.connection)
        return self._held(begun)

    def _held(self, begun: Sequence[rows.RunRow]) -> list[StoredRun]:
        return [self.hold(StoredRun(self, row["name"], row["id"])) for row in begun]

    def hold(self, run: StoredRun) -> StoredRun:
        """Note that a run is written through this connection; the run."""
        self._written[run.own] = run.run
        return run

    def extend(self, runs: Sequence[StoredRun], overwrite: bool) -> list[StoredRun]:
        """As `copy`; all goes on in memory where the file can no longer be written."""
        names = [one.run for one in runs]
        with self.lock:
            self._check_writable()
            try:
                self._check_there()
                return self._copy(runs, overwrite, names)
            except (sqlite3.DatabaseError, _FileGone) as error:
                if self.path is None:
                    raise
                self._go_on_in_memory(error)
            return self._copy(runs, overwrite, names)

    def write(self, writes: Sequence[Write]) -> list[Any]:
        """Write into runs, in one transaction: into the file, or in memory where that fails."""
        with self.lock:
            self._check_writable()
            for one in writes:
                self.hold(one.run)
            try:
                self._check_there()
                return self._write(writes)
            except (sqlite3.DatabaseError, RecordingError) as error:
                if self.path is None:
                    raise
                self._go_on_in_memory(error)
            return self._write(writes)

    def write_through(self, writes: Sequence[Write]) -> list[Any]:
        """As `write`, with an error where that fails."""
        with self.lock, explained(self.path):
            return self._write(writes)

    def _write(self, writes: Sequence[Write]) -> list[Any]:
        results = []
        with storage.transaction(self.connection):
            for run, how, what in writes:
                row = run.check_own()
                if self.file is not None:
                    row["checkpoint_every"] = self.file.checkpoint_every
                results.append(how(self.connection, row, *what))
                rows.put_run(self.connection, row)
        return results

    def _check_writable(self) -> None:
        if self.read_only:
            raise RecordingError(
                f"`path` must be open for writing; {self.path} was opened to be read: "
                "Recording.resume(path, run) goes on with a run of it, and Runs.create(path) "
                "takes more of them"
            )

    def _check_there(self) -> None:
        if self.file is not None:
            try:
                self.file.check_there()
            except RecordingError as error:
                raise _FileGone(str(error)) from error

    def _go_on_in_memory(self, error: Exception) -> None:
        """Leave the file as it is, and take what can be read of the runs into memory."""
        runs = [StoredRun(self, name, own) for own, name in self._written.items()]
        memory = copying.copied_into_memory(runs)
        path = self.path
        self._let_go()
        self._hold(memory, None, None)
        has = f"run {runs[0].run!r}" if len(runs) == 1 else f"{len(runs):,} runs"
        go = "the recording goes" if len(runs) == 1 else "the recordings go"
        save = "recording.save(path)" if len(runs) == 1 else "save(path) of the Runs"
        warnings.warn(
            f"`path` must stay writable; writing to {path} failed: {str(error).rstrip('.')}. What "
            f"the file has of {has} stays there; {go} on in memory: make room and call {save}.",
            RecordingWarning,
            stacklevel=5,
        )

    def captured(self, captures: int = 1) -> None:
        """Count captures, and let the file follow if it is time."""
        if self.file is not None:
            self.file.captured(captures)

    def flush(self) -> bool:
        """Bring what stands in the log into the file; whether it is all there now."""
        with self.lock, explained(self.path):
            return storage.checkpoint(self.connection) if self.file is None else self.file.flush()

    def flush_patiently(self) -> None:
        """As `flush`, waiting a little for who reads an older state."""
        with self.lock, explained(self.path):
            if self.file is not None:
                self.file.flush_patiently()
