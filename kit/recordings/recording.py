"""Recording: the distributions of every quantity, per layer and capture, over a run.

In an SQLite file or in memory. A Recording and a `Snapshot` answer the same questions (`layers`,
`sketch`, `values`, `to_frame`), so that a plot takes either.

This room knows neither Keras nor matplotlib. How the file is opened stands in
`kit.recordings.storage`, what is in it in ``schema``, what is written in ``rows``, what is asked
in ``reading``.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kit.checks import check_choice, check_count
from kit.moved import moved_names
from kit.recordings import copying, display, listing, rows, storage, tidy, waiting
from kit.recordings.common import LayerSketches, check_layer
from kit.recordings.errors import FilePath, RecordingError, RecordingWarning, explained
from kit.recordings.layer_recording import LayerRecording
from kit.recordings.reading import StoredRun
from kit.recordings.store import Store, Write
from kit.recordings.written_file import warn_if_cut_short
from kit.stats.sketch import Sketch
from kit.stats.units import UnitEvidence

if TYPE_CHECKING:
    from kit.explorer import Page

__all__ = ["LayerSketches", "Recording", "RecordingError", "RecordingWarning"]

__getattr__ = moved_names("kit.recordings.recording")


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

    def __init__(self, at: StoredRun, *, alone: bool = True) -> None:
        """For the class's own use: see `create`, `load` and `resume`, and `kit.recordings.Runs`."""
        self.run = at.run
        self._settle: Callable[[], None] | None = None  # waits for what others still write into it
        self._at, self._alone = at, alone

    @property
    def path(self) -> Path | None:
        """The file; None in memory."""
        return self._at.store.path

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._at.store.connection

    @property
    def _stored(self) -> StoredRun:
        """What there is to read, with all in it that was given to be written."""
        for settle in (self._settle, self._at.store.settle):
            if settle is not None:
                settle()
        return self._at

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
        store = Store.to_write(path)
        try:
            return cls(*store.begin([rows.NewRun(run, info or {})], overwrite))
        except BaseException:
            store.close()
            raise

    @classmethod
    def resume(cls, path: FilePath, run: str | None = None) -> Recording:
        """Open a run that is there for writing, to go on with it: after a kill, say.

        What it has stays; it no longer counts as finished. Where training goes on from an earlier
        epoch, `cut` drops what came after it.

        Parameters
        ----------
        path, run
            As for `load`.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        RecordingError
            If the file cannot be written, is no recording or has a newer schema, or has no such
            run.

        Examples
        --------
        >>> import tempfile
        >>> layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([1.0, 2.0])})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with Recording.create(f"{folder}/runs.db", "mine") as recording:
        ...         for epoch in range(4):
        ...             recording.add(epoch=epoch, step=epoch, loss=1, samples=2, layers=[layer])
        ...     with Recording.resume(f"{folder}/runs.db", "mine") as again:
        ...         again.cut(2)
        ...         again.epochs
        1
        [0, 1, 2]
        """
        with closing(storage.open_for_reading(path)) as reader, explained(path):
            run = listing.chosen_run(reader, path, run)
        store = Store.to_write(path)
        try:
            recording = cls(store.hold(StoredRun(store, run)))
            store.write_through([Write(recording._at, rows.mark_unfinished, ())])
            return recording
        except BaseException:
            store.close()
            raise

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
            If the file is no recording or has a newer schema, is damaged, or has no such run.

        Warns
        -----
        RecordingWarning
            If the run is not finished and the file is a copy that may lack its last captures.
        """
        store = Store.to_read(path)
        try:
            at = StoredRun(store, listing.chosen_run(store.connection, path, run))
            with at.moment() as row:
                warn_if_cut_short([row], path)
            return cls(at)
        except BaseException:
            store.close()
            raise

    @staticmethod
    def runs(path: FilePath) -> pd.DataFrame:
        """The runs of a file: columns run, created, captures, epochs (the last one), finished."""
        with closing(storage.open_for_reading(path)) as connection:
            return listing.table_of(connection, path)

    def save(self, path: FilePath, run: str | None = None, *, overwrite: bool = False) -> Recording:
        """Copy this run into another file; errors as for `create`."""
        stored = self._stored
        store = Store.to_write(path)
        try:
            (at,) = store.copy([stored], overwrite, [run or self.run])
            return Recording(at)
        except BaseException:
            store.close()
            raise

    def await_with(self, settle: Callable[[], None] | None) -> None:
        """Let readers wait for what another thread is still to write; None ends that.

        For a `Recorder`. Who opens the file in this process waits too.

        Parameters
        ----------
        settle
            A method that returns when all is written that was asked for.
        """
        self._settle = settle
        if settle is None or self.path is None:
            waiting.wait_no_more(self)
        else:
            waiting.wait_with(self, self.path, settle)

    def close(self) -> None:
        """Close the file. A recording in memory is gone then.

        One of a `Runs` stays as it is, until that is closed.
        """
        store = self._stored.store
        if self._alone:
            store.close()

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (copying.dump([self._stored]), self.run)

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
        not_heard: Mapping[str, str] | None = None,
    ) -> None:
        """Write one capture; a capture of the same (epoch, step) is replaced.

        `within` tells a capture between two epochs, of which `epoch` is the one done; `step`
        finds it, and `epoch` does not. Layers are known by their names: one that earlier captures
        have not takes a place after theirs. `not_heard` has the reason why a layer is missing, by
        name.

        The capture is in the file, whole, when this returns. Where the file can no longer be
        written (a full disk, say), a `RecordingWarning` tells so, what the file holds stays
        there, and the recording goes on in memory, the earlier captures included: nothing is
        lost and training goes on. `save` then writes it elsewhere.
        """
        what = rows.as_capture(
            epoch=epoch,
            step=step,
            loss=loss,
            samples=samples,
            layers=layers,
            within=within,
            not_heard=not_heard,
        )
        with self._at.store.lock, explained(self.path):
            self._write(rows.insert_capture, *what)
            self._at.store.captured()

    def add_history(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Write what Keras reported for an epoch."""
        self._write(rows.insert_history, int(epoch), logs)

    def finish_epoch(self, epoch: int, step: int) -> bool:
        """Name the capture taken at `step` the one of `epoch`; False if there is none."""
        found = self._write(rows.relabel_capture, int(epoch), int(step))
        return bool(found)

    def finish(self) -> None:
        """Note that the run is complete, and bring all of it into the file itself.

        A copy of the file alone then has all of it. Another capture begins it anew.
        """
        with self._at.store.lock, explained(self.path):
            self._write(rows.mark_finished)
            self._at.store.flush_patiently()

    def flush(self) -> bool:
        """Bring all that is recorded into the file itself.

        Up to then, the last captures stand in the file ``-wal`` beside it. A recording does this
        after every 20 captures, and every second while they come.

        Returns
        -------
        bool
            Whether it is all there; False where another process reads an older state just now, or
            the disk is full.
        """
        return self._at.store.flush()

    def cut(self, epoch: int) -> int:
        """Drop captures, and what was reported, after the end of an epoch.

        So that training can go on from a backup of that epoch.

        Parameters
        ----------
        epoch
            The last one that stays, at least 0.

        Returns
        -------
        int
            Captures that were dropped.
        """
        return self._write(rows.cut_run, check_count("epoch", epoch, least=0))

    def _write(self, how: Callable[..., Any], *what: object) -> Any:
        """Write into the file, or in memory where that fails."""
        return self._at.store.write([Write(self._at, how, what)])[0]

    # reading

    def __getitem__(self, layer: str) -> LayerRecording:
        layers = self._stored.layers()
        found = layers[check_layer(layer, list(layers))]
        return LayerRecording(self, layer, found.place, found.output)

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
    def finished(self) -> bool:
        """Whether the run is complete; False too for one that a kit up to 0.2 wrote."""
        return self._stored.finished()

    @property
    def not_heard(self) -> dict[str, str]:
        """Why layers could not be heard at one capture at least, by name."""
        return self._stored.not_heard()

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

    def units(
        self, quantity: str, layer: str, epoch: int | None = None, *, step: int | None = None
    ) -> UnitEvidence:
        """What each unit shows in one quantity of one layer; arguments as for `sketch`.

        Means are kept to 1/8000 of their unit's std, and stds to 14 binary digits.

        Raises
        ------
        UnknownNameError, ValueError, RecordingError
            As `sketch`; also for a quantity without unit evidence: weights and gradients have
            none, nor has a file that a kit up to 0.2 wrote.
        """
        return self._stored.units(quantity, layer, epoch, step)

    def values(
        self, quantity: str, layer: str, epoch: int | None = None, *, step: int | None = None
    ) -> np.ndarray:
        """The array itself, where the run was recorded with ``raw=True``; else as `sketch`."""
        return self._stored.values(quantity, layer, epoch, step)

    def to_frame(self) -> pd.DataFrame:
        """A tidy table: one row for each (epoch, step, layer, quantity).

        Columns: run, epoch, step, layer, layer_index, quantity, count, mean, std, rms, min, q05,
        q25, median, q75, q95, max, zero_fraction, nonfinite; std_samples and std_units, the parts
        of std across samples and between units; saturated, the share of values at which the
        slope of the activation is under 5 % of its largest; update, what a weight changed since
        the last capture, ‖ΔW‖ / ‖W‖. All but `nonfinite` speak of the finite values; what was
        not measured is NaN. `kit.recordings.read_frame` gives the table of all runs of a file.

        Raises
        ------
        RecordingError
            If the file is damaged.
        """
        return self._frame(None)

    def explore(self, path: str | os.PathLike[str] | None = None, *, findings: bool = True) -> Page:
        """Make a page to scrub through the run: one file that opens from the disk, offline.

        On it: violins of every layer at every capture, profiles, the course of each statistic over
        the epochs, learning curves, the numbers; what `kit.diagnose` finds is marked on the line of
        time where it began. Where a page would become larger than 20 MB, captures are left out,
        evenly, and it says so.

        Parameters
        ----------
        path
            Where it is written, ending in ``.html``; None writes nothing, and a notebook shows
            what is returned.
        findings
            Whether `kit.diagnose` is asked, which takes a second.

        Returns
        -------
        Page

        Raises
        ------
        TypeError, ValueError
            For a path that cannot be a page's, and where nothing is captured yet.
        RecordingError
            If the file is damaged.

        Examples
        --------
        >>> from kit.datasets.example import example_recording
        >>> page = example_recording().explore(findings=False)
        >>> page.title, page.size < 500_000
        ('example', True)
        """
        from kit.explorer import run_pages

        return run_pages.explore_recording(self, path, findings=findings)

    def _frame(self, layer: str | None) -> pd.DataFrame:
        at = self._stored
        return tidy.frame_of(at.store, {at.own: at.run}, layer=layer)


def _restored(data: bytes, run: str) -> Recording:
    return Recording(StoredRun(Store(copying.restore(data), None), run))
