"""Recording: the distributions of every quantity, per layer and capture, over a run.

In an SQLite file or in memory. A Recording and a `Snapshot` answer the same questions (`layers`,
`sketch`, `values`, `to_frame`), so that a plot takes either.

This room knows neither Keras nor matplotlib. How the file is opened stands in
`kit.recordings.storage`, what is in it in ``schema``, what is written in ``rows``, what is asked
in ``reading``.
"""

from __future__ import annotations

import sqlite3
import time
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kit.checks import check_choice
from kit.moved import moved_names
from kit.recordings import display, rows, runs, storage
from kit.recordings.common import LayerSketches, check_layer
from kit.recordings.errors import FilePath, RecordingError, RecordingWarning, explained
from kit.recordings.layer_recording import LayerRecording
from kit.recordings.reading import StoredRun, as_frame
from kit.stats.sketch import Sketch

__all__ = ["LayerSketches", "Recording", "RecordingError", "RecordingWarning"]

__getattr__ = moved_names("kit.recordings.recording")

FLUSH_SECONDS = 1.0
"""How long captures may stand in the log of the file alone, while more of them come."""


class Recording:
    """The distributions of every quantity, per layer and capture, over a run.

    Made by `kit.callbacks.Recorder`, or read with `Recording.load`. A recording with a path is
    an SQLite file that holds any number of runs; without one it lives in memory. It can be read
    while training writes it.

    Examples
    --------
    >>> recording = Recording.create()
    >>> layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([1.0, 2.0])})
    >>> recording.add(epoch=0, step=0, loss=0.7, samples=2, layers=[layer])
    >>> recording.epochs, recording.layers, recording.sketch("z", "h1", 0).mean
    ([0], ['h1'], 1.5)
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None, run: str) -> None:
        """For the class's own use: see `create` and `load`."""
        self._hold(connection)
        self.path = path
        self.run = run
        self._flushed = time.monotonic()
        self._stored = StoredRun(connection, path, run)

    # making, opening, closing

    @classmethod
    def create(
        cls,
        path: FilePath | None = None,
        run: str | None = None,
        *,
        overwrite: bool = False,
        info: Mapping[str, Any] | None = None,
    ) -> Recording:
        """Begin a run in a file that is there already or not, or in memory.

        Parameters
        ----------
        path
            The file; None keeps the recording in memory.
        run
            Name of the run; None takes the first free of ``run-1``, ``run-2`` and so on.
        overwrite
            Whether a run of this name may be replaced.
        info
            What else to keep of the run; anything that JSON can hold.

        Raises
        ------
        RecordingError
            If the file cannot be written, is no recording or has a newer schema, or the run is
            there already.
        """
        connection = storage.open_for_writing(path)
        try:
            with explained(path), storage.transaction(connection):
                name = rows.insert_run(connection, path, run, overwrite, info or {})
        except BaseException:
            connection.close()
            raise
        return cls(connection, Path(path) if path is not None else None, name)

    @classmethod
    def load(cls, path: FilePath, run: str | None = None) -> Recording:
        """Open a run of a recording file for reading.

        Parameters
        ----------
        path
            The file.
        run
            Name of the run; may be left out where the file holds one run only.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        RecordingError
            If the file is no recording or has a newer schema, or has no such run.
        """
        connection = storage.open_for_reading(path)
        try:
            known = runs.names_of(connection, path)
            if run is None and len(known) == 1:
                run = known[0]
            if run is None or run not in known:
                listed = ", ".join(map(repr, known)) or "none"
                raise RecordingError(
                    f"`run` must name a run of {path}; got {run!r}; it has: {listed}"
                )
            return cls(connection, Path(path), run)
        except BaseException:
            connection.close()
            raise

    @staticmethod
    def runs(path: FilePath) -> pd.DataFrame:
        """The runs of a file: columns run, created, captures, epochs (the last one)."""
        with closing(storage.open_for_reading(path)) as connection:
            return runs.table_of(connection, path)

    def save(self, path: FilePath, run: str | None = None, *, overwrite: bool = False) -> Recording:
        """Copy this run into another file; errors as for `create`."""
        connection = storage.open_for_writing(path)
        try:
            with explained(path), storage.transaction(connection):
                name = rows.copy_run(
                    self._connection, self.run, connection, path, run or self.run, overwrite
                )
            storage.checkpoint(connection)
        except BaseException:
            connection.close()
            raise
        return Recording(connection, Path(path), name)

    def close(self) -> None:
        """Close the file. A recording in memory is gone then."""
        self._let_go()

    def _hold(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # nobody has to close a recording, and Python 3.13 warns of a connection that is not;
        # __del__ would come too late for one in a reference cycle
        self._let_go = weakref.finalize(self, connection.close)

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (storage.dump(self._connection, self.run), self.run)

    def __repr__(self) -> str:
        return display.of_recording(self, display.TEXT_ROWS).text()

    def _repr_html_(self) -> str:
        return display.of_recording(self).html()

    # writing

    def add(
        self,
        *,
        epoch: int,
        step: int,
        loss: float,
        samples: int,
        layers: Sequence[LayerSketches],
        within: bool = False,
    ) -> None:
        """Write one capture; a capture of the same (epoch, step) is replaced.

        `within` tells a capture between two epochs, of which `epoch` is the one done; `step`
        finds it, and `epoch` does not.

        The capture is in the file, whole, when this returns. Where the file can no longer be
        written (a full disk, say), a `RecordingWarning` tells so, what the file holds stays
        there, and the recording goes on in memory, the earlier captures included: nothing is
        lost and training goes on. `save` then writes it elsewhere.
        """
        where = int(epoch), int(step)
        self._write(rows.insert_capture, *where, loss, samples, within, layers)
        if time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()

    def add_history(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Write what Keras reported for an epoch."""
        self._write(rows.insert_history, int(epoch), logs)

    def finish_epoch(self, epoch: int, step: int) -> bool:
        """Name the capture taken at `step` the one of `epoch`; False if there is none."""
        found = self._write(rows.relabel_capture, int(epoch), int(step))
        return bool(found)

    def flush(self) -> bool:
        """Bring all that is recorded into the file itself, so that a copy of it alone is whole.

        Up to then, the last captures stand in the file ``-wal`` beside it. A `Recorder` does this
        when training ends, and every second while captures come.

        Returns
        -------
        bool
            Whether it is all there; False where another process reads an older state just now, or
            the disk is full.
        """
        self._flushed = time.monotonic()
        with explained(self.path):
            return storage.checkpoint(self._connection)

    def _write(self, insert: Callable[..., Any], *what: object) -> Any:
        try:
            with storage.transaction(self._connection):
                self._stored.check_own()
                return insert(self._connection, self.run, *what)
        except (sqlite3.DatabaseError, RecordingError) as error:
            if self.path is None:
                raise
            self._go_on_in_memory(error)
        with storage.transaction(self._connection):
            return insert(self._connection, self.run, *what)

    def _go_on_in_memory(self, error: sqlite3.DatabaseError | RecordingError) -> None:
        memory = storage.copied_into_memory(self._stored)
        path, self.path = self.path, None
        self._let_go()
        self._hold(memory)
        self._stored = StoredRun(memory, None, self.run)
        warnings.warn(
            f"`path` must stay writable; writing to {path} failed: {error}. The file keeps its "
            f"{len(self.epochs)} finished epochs of run {self.run!r}; the recording goes on in "
            "memory: make room and call recording.save(path).",
            RecordingWarning,
            stacklevel=2,
        )

    # reading

    def __getitem__(self, layer: str) -> LayerRecording:
        layers = self._stored.layers()
        return LayerRecording(self, check_layer(layer, list(layers)), *layers[layer])

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __contains__(self, layer: object) -> bool:
        return layer in self.layers

    def __bool__(self) -> bool:
        return True  # there is a recording, even where nothing is captured yet

    @property
    def info(self) -> dict[str, Any]:
        """What was kept of the run: seeds, versions, number of probe samples."""
        return self._stored.info()

    @property
    def epochs(self) -> list[int]:
        """Epochs with a capture at their end, ascending; 0 is before training."""
        return self._stored.epochs()

    @property
    def steps(self) -> list[int]:
        """Steps (training batches done) with a capture, ascending."""
        return self._stored.steps()

    @property
    def layers(self) -> list[str]:
        """Names of the layers, in order."""
        return list(self._stored.layers())

    def layers_with(self, quantity: str, *, outputs: bool = True) -> list[str]:
        """Names of the layers that have `quantity`; without the model's outputs on demand."""
        return self._stored.layers_with(quantity, outputs)

    @property
    def history(self) -> pd.DataFrame:
        """Loss and metrics as Keras reported them: a row an epoch, a column a name."""
        return self._stored.history()

    @property
    def losses(self) -> pd.DataFrame:
        """The compiled loss on the probe data: columns epoch, step, loss, samples."""
        return self._stored.losses()

    def sketch(
        self, quantity: str, layer: str, epoch: int | None = None, *, step: int | None = None
    ) -> Sketch:
        """The sketch of one quantity of one layer at one capture.

        Parameters
        ----------
        quantity
            One of z, activation, delta, weight, gradient.
        layer
            Name of the layer.
        epoch
            Epoch that the capture stands at the end of. Left out, `step` tells.
        step
            Training batches done at the capture.

        Raises
        ------
        UnknownNameError
            For an unknown layer; a KeyError and a ValueError.
        ValueError
            For an unknown quantity, epoch or step, or a quantity that the layer does not have.
        RecordingError
            If the file is damaged.
        """
        return self._stored.sketch(quantity, layer, epoch, step)

    def sketches(self, quantity: str, layer: str, by: str = "epoch") -> dict[int, Sketch]:
        """All sketches of one quantity of one layer, read at one go.

        Parameters
        ----------
        quantity, layer
            As for `sketch`.
        by
            ``"epoch"`` gives those at the ends of epochs, ``"step"`` all.

        Returns
        -------
        dict
            By epoch or step, ascending; empty where the layer has none.
        """
        return self._stored.sketches(quantity, layer, check_choice("by", by, ("epoch", "step")))

    def values(
        self, quantity: str, layer: str, epoch: int | None = None, *, step: int | None = None
    ) -> np.ndarray:
        """The array itself, where the run was recorded with ``raw=True``; else as `sketch`."""
        return self._stored.values(quantity, layer, epoch, step)

    def to_frame(self) -> pd.DataFrame:
        """A tidy table: one row for each (epoch, step, layer, quantity).

        Columns: run, epoch, step, layer, layer_index, quantity, count, mean, std, rms, min, q05,
        q25, median, q75, q95, max, zero_fraction, nonfinite. All but `nonfinite` speak of the
        finite values. `kit.recordings.read_frame` gives the table of all runs of a file.

        Raises
        ------
        RecordingError
            If the file is damaged.
        """
        return self._frame(None)

    def _frame(self, layer: str | None) -> pd.DataFrame:
        return as_frame(self._stored.rows(layer=layer), self.path)


def _restored(data: bytes, run: str) -> Recording:
    return Recording(storage.restore(data), None, run)
