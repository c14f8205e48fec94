"""Snapshot and Recording: what was measured, at one moment and over a run.

A `Snapshot` holds the arrays of every layer; a `Recording` holds their sketches (and, on demand,
the arrays) for every capture of a run, in an SQLite file or in memory. Both answer the same
questions (`layers`, `sketch`, `values`, `to_frame`), so that a plot takes either.

This room knows neither Keras nor matplotlib. The file is laid out in `kit.recordings.storage`.
"""

from __future__ import annotations

import json
import sqlite3
import warnings
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kit.quantities import QUANTITIES
from kit.recordings import display, storage
from kit.recordings.storage import RecordingError
from kit.stats.sketch import QUANTILES, Sketch

__all__ = [
    "QUANTITIES",
    "LayerSketches",
    "LayerSnapshot",
    "Recording",
    "RecordingError",
    "RecordingWarning",
    "Snapshot",
]

COLUMNS = [
    *("epoch", "step", "layer", "layer_index", "quantity", "count", "mean", "std", "rms"),
    *("min", *QUANTILES, "max", "zero_fraction", "nonfinite"),
]


class RecordingWarning(UserWarning):
    """A recording could not be written to its file and goes on in memory."""


@dataclass
class LayerSnapshot:
    """The arrays of one layer (of one call of it, where it is called more than once).

    Attributes
    ----------
    name
        Path of the layer, as ``encoder/dense_1``; ``name[2]`` for its second call.
    index
        Its place among the entries of the snapshot.
    output
        Whether the model returns what this layer makes.
    z, activation, delta
        (samples, ...) float arrays, or None where the layer has none.
    weight, gradient
        Arrays of the kernel's shape, or None.
    """

    name: str
    index: int
    output: bool = False
    z: np.ndarray | None = None
    activation: np.ndarray | None = None
    delta: np.ndarray | None = None
    weight: np.ndarray | None = None
    gradient: np.ndarray | None = None

    def __repr__(self) -> str:
        shapes = (
            f"{quantity} {getattr(self, quantity).shape}"
            for quantity in QUANTITIES
            if getattr(self, quantity) is not None
        )
        return f"<{self.name}: {', '.join(shapes)}>"


@dataclass
class LayerSketches:
    """The sketches of one layer, and its arrays where they are kept too."""

    name: str
    index: int
    output: bool = False
    sketches: dict[str, Sketch] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)


class Snapshot:
    """The arrays of every layer at one moment, by layer name: ``snapshot["h1"].z``.

    Made by `kit.probe`.

    Parameters
    ----------
    entries
        One `LayerSnapshot` for each layer, in order.
    loss
        The compiled loss on the probe data, penalties included.
    samples
        Number of probe samples.

    Examples
    --------
    >>> import numpy as np
    >>> layer = LayerSnapshot("h1", 0, z=np.zeros((4, 2), "float32"))
    >>> snapshot = Snapshot([layer], loss=0.7, samples=4)
    >>> snapshot["h1"].z.shape
    (4, 2)
    >>> snapshot.to_frame()[["layer", "quantity", "zero_fraction"]].values.tolist()
    [['h1', 'z', 1.0]]
    """

    epoch, step = 0, 0

    def __init__(self, entries: Iterable[LayerSnapshot], loss: float, samples: int) -> None:
        self._entries = {entry.name: entry for entry in entries}
        self.loss = loss
        self.samples = samples
        self._sketches: dict[tuple[str, str], Sketch] = {}

    def __getitem__(self, layer: str) -> LayerSnapshot:
        _check_layer(layer, self.layers)
        return self._entries[layer]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, layer: object) -> bool:
        return layer in self._entries

    def __repr__(self) -> str:
        return display.of_snapshot(self, display.TEXT_ROWS).text()

    def _repr_html_(self) -> str:
        return display.of_snapshot(self).html()

    @property
    def layers(self) -> list[str]:
        """Names of the entries, in order."""
        return list(self._entries)

    @property
    def epochs(self) -> list[int]:
        """The one epoch that a snapshot has, 0."""
        return [0]

    def layers_with(self, quantity: str, *, outputs: bool = True) -> list[str]:
        """Names of the layers that have `quantity`; without the model's outputs on demand."""
        _check_quantity(quantity)
        return [
            name
            for name, entry in self._entries.items()
            if getattr(entry, quantity) is not None and (outputs or not entry.output)
        ]

    def values(self, quantity: str, layer: str, epoch: int = 0) -> np.ndarray:
        """The array of one quantity of one layer.

        Raises
        ------
        KeyError
            For an unknown layer.
        ValueError
            For an unknown quantity or epoch, or one that the layer does not have.
        """
        _check_epoch(epoch, self.epochs)
        _check_quantity(quantity)
        entry = self[layer]
        array = getattr(entry, quantity)
        if array is None:
            has = [name for name in QUANTITIES if getattr(entry, name) is not None]
            raise ValueError(_missing(quantity, layer, has))
        return array

    def sketch(self, quantity: str, layer: str, epoch: int = 0) -> Sketch:
        """The sketch of one quantity of one layer; errors as for `values`."""
        array = self.values(quantity, layer, epoch)
        key = (quantity, layer)
        if key not in self._sketches:
            self._sketches[key] = Sketch.of(array)
        return self._sketches[key]

    def to_frame(self) -> pd.DataFrame:
        """One row for each (layer, quantity), with the columns of `Recording.to_frame`."""
        rows = [
            _row(self.sketch(quantity, entry.name))
            | {"epoch": 0, "step": 0, "quantity": quantity}
            | {"layer": entry.name, "layer_index": entry.index}
            for entry in self._entries.values()
            for quantity in QUANTITIES
            if getattr(entry, quantity) is not None
        ]
        return pd.DataFrame(rows, columns=COLUMNS)


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
        with storage.explained(path):
            self._own = storage.run_id(connection, run)

    # making, opening, closing

    @classmethod
    def create(
        cls,
        path: str | Path | None = None,
        run: str | None = None,
        *,
        overwrite: bool = False,
        info: dict[str, Any] | None = None,
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
            with storage.explained(path), storage.transaction(connection):
                name = storage.insert_run(connection, path, run, overwrite, info or {})
        except BaseException:
            connection.close()
            raise
        return cls(connection, Path(path) if path is not None else None, name)

    @classmethod
    def load(cls, path: str | Path, run: str | None = None) -> Recording:
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
            with storage.explained(path):
                rows = connection.execute("SELECT name FROM runs ORDER BY id").fetchall()
            known = [name for (name,) in rows]
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
    def runs(path: str | Path) -> pd.DataFrame:
        """The runs of a file: columns run, created, captures, epochs (the last one)."""
        with closing(storage.open_for_reading(path)) as connection, storage.explained(path):
            rows = connection.execute(
                "SELECT name, created, COUNT(captures.id), MAX(captures.epoch) FROM runs"
                " LEFT JOIN captures ON captures.run_id = runs.id GROUP BY runs.id ORDER BY runs.id"
            ).fetchall()
        return pd.DataFrame(rows, columns=["run", "created", "captures", "epochs"])

    def save(
        self, path: str | Path, run: str | None = None, *, overwrite: bool = False
    ) -> Recording:
        """Copy this run into another file; errors as for `create`."""
        connection = storage.open_for_writing(path)
        try:
            with storage.explained(path), storage.transaction(connection):
                name = storage.copy_run(
                    self._connection, self.run, connection, path, run or self.run, overwrite
                )
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
        rows = [
            (layer, quantity, sketch, _row(sketch))
            for layer in layers
            for quantity, sketch in layer.sketches.items()
        ]
        where = int(epoch), int(step)
        self._write(storage.insert_capture, *where, loss, samples, within, layers, rows)

    def add_history(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Write what Keras reported for an epoch."""
        self._write(storage.insert_history, int(epoch), logs)

    def finish_epoch(self, epoch: int, step: int) -> bool:
        """Name the capture taken at `step` the one of `epoch`; False if there is none."""
        found = self._write(storage.relabel_capture, int(epoch), int(step))
        return bool(found)

    def _write(self, insert: Any, *what: Any) -> Any:
        try:
            with storage.transaction(self._connection):
                self._check_own()
                return insert(self._connection, self.run, *what)
        except (sqlite3.DatabaseError, RecordingError) as error:
            if self.path is None:
                raise
            self._go_on_in_memory(error)
        with storage.transaction(self._connection):
            return insert(self._connection, self.run, *what)

    def _check_own(self) -> int:
        """The number of the run in the file, if it is still this one."""
        if storage.run_id(self._connection, self.run) != self._own:
            raise RecordingError(f"run {self.run!r} was replaced by a newer one of this name")
        return self._own

    def _go_on_in_memory(self, error: sqlite3.DatabaseError | RecordingError) -> None:
        memory = storage.open_for_writing(None)
        try:
            kept = self.epochs
            with storage.transaction(memory):
                storage.copy_run(self._connection, self.run, memory, None, self.run, False)
        except (sqlite3.DatabaseError, RecordingError):  # not only full: damaged, or replaced
            kept = []
            with storage.transaction(memory):
                storage.insert_run(memory, None, self.run, False, {})
        path, self.path = self.path, None
        self._let_go()
        self._hold(memory)
        self._own = storage.run_id(memory, self.run)
        warnings.warn(
            f"`path` must stay writable; writing to {path} failed: {error}. The file keeps its "
            f"{len(kept)} finished epochs of run {self.run!r}; the recording goes on in memory: "
            "make room and call recording.save(path).",
            RecordingWarning,
            stacklevel=2,
        )

    # reading

    @property
    def info(self) -> dict[str, Any]:
        """What was kept of the run: seeds, versions, number of probe samples."""
        with storage.unpacking(self.path):
            ((text,),) = self._select("SELECT info FROM runs WHERE name = ?", self.run)
            return json.loads(text)

    @property
    def epochs(self) -> list[int]:
        """Epochs with a capture at their end, ascending; 0 is before training."""
        return [
            row[0]
            for row in self._select(
                "SELECT DISTINCT epoch FROM {captures} WHERE NOT within ORDER BY 1"
            )
        ]

    @property
    def steps(self) -> list[int]:
        """Steps (training batches done) with a capture, ascending."""
        return [row[0] for row in self._select("SELECT DISTINCT step FROM {captures} ORDER BY 1")]

    @property
    def layers(self) -> list[str]:
        """Names of the layers, in order."""
        return [row[0] for row in self._select("SELECT name FROM {layers} ORDER BY layer_index")]

    def layers_with(self, quantity: str, *, outputs: bool = True) -> list[str]:
        """Names of the layers that have `quantity`; without the model's outputs on demand."""
        _check_quantity(quantity)
        rows = self._select(
            "SELECT name, output FROM {layers} WHERE layer_index IN (SELECT layer_index"
            " FROM sketches JOIN {captures} AS c ON c.id = capture_id WHERE quantity = ?)"
            " ORDER BY layer_index",
            quantity,
        )
        return [name for name, output in rows if outputs or not output]

    @property
    def history(self) -> pd.DataFrame:
        """Loss and metrics as Keras reported them: a row an epoch, a column a name."""
        rows = self._select("SELECT epoch, name, value FROM {history} ORDER BY epoch, rowid")
        names = list(dict.fromkeys(name for _, name, _ in rows))
        table: dict[int, dict[str, float]] = {}
        for epoch, name, value in rows:
            table.setdefault(epoch, {})[name] = storage.number(value)
        index = pd.Index(list(table), name="epoch", dtype="int64")
        with storage.unpacking(self.path):
            return pd.DataFrame(list(table.values()), index=index, columns=names, dtype="float64")

    @property
    def losses(self) -> pd.DataFrame:
        """The compiled loss on the probe data: columns epoch, step, loss, samples."""
        rows = self._select(
            "SELECT epoch, step, loss, samples FROM {captures} ORDER BY step, epoch"
        )
        frame = pd.DataFrame(rows, columns=["epoch", "step", "loss", "samples"])
        with storage.unpacking(self.path):
            return frame.astype({"loss": "float64"})

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
        KeyError
            For an unknown layer.
        ValueError
            For an unknown quantity, epoch or step, or a quantity that the layer does not have.
        """
        row = self._find(
            "SELECT count, mean, m2, min, max, zeros, nonfinite, bins FROM sketches",
            *(quantity, layer, epoch, step),
        )
        if row is None:
            has = self._has(layer)
            if quantity in has:
                at = f"epoch {epoch}" if step is None else f"step {step}"
                raise ValueError(f"layer {layer!r} has no {quantity} at {at}")
            raise ValueError(_missing(quantity, layer, has))
        count, mean, m2, low, high, zeros, nonfinite, packed = row
        mean, m2, low, high = map(storage.number, (mean, m2, low, high))
        with storage.unpacking(self.path):
            return Sketch(count, mean, m2, low, high, zeros, nonfinite, *Sketch.unpack(packed))

    def values(
        self, quantity: str, layer: str, epoch: int | None = None, *, step: int | None = None
    ) -> np.ndarray:
        """The array itself, where the run was recorded with ``raw=True``; else as `sketch`."""
        row = self._find("SELECT dtype, shape, data FROM arrays", *(quantity, layer, epoch, step))
        if row is None:
            if quantity in self._has(layer):
                raise ValueError(
                    f"`values` needs a run recorded with raw=True; run {self.run!r} has sketches "
                    "only: ask for sketch(quantity, layer, epoch)"
                )
            raise ValueError(_missing(quantity, layer, self._has(layer)))
        dtype, shape, data = row
        with storage.unpacking(self.path):
            return np.frombuffer(data, dtype).reshape(json.loads(shape)).copy()

    def to_frame(self) -> pd.DataFrame:
        """A tidy table: one row for each (epoch, step, layer, quantity).

        Columns: epoch, step, layer, layer_index, quantity, count, mean, std, rms, min, q05, q25,
        median, q75, q95, max, zero_fraction, nonfinite. All but `nonfinite` speak of the finite
        values.
        """
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        rows = self._select(
            f"SELECT {names} FROM quantities WHERE run = ? ORDER BY step, epoch, layer_index, rank",
            self.run,
        )
        frame = pd.DataFrame(rows, columns=COLUMNS)
        numbers = ["mean", "std", "rms", "min", *QUANTILES, "max", "zero_fraction"]
        with storage.unpacking(self.path):
            return frame.astype(dict.fromkeys(numbers, "float64"))

    def _select(self, sql: str, *what: Any) -> list[tuple[Any, ...]]:
        """Rows of a query in which {captures}, {layers} and {history} are those of this run."""
        with storage.explained(self.path):
            run_id = self._check_own()
            tables = {
                table: f"(SELECT rowid, * FROM {table} WHERE run_id = {run_id})"
                for table in ("captures", "layers", "history")
            }
            return self._connection.execute(sql.format(**tables), what).fetchall()

    def _find(
        self, sql: str, quantity: str, layer: str, epoch: int | None, step: int | None
    ) -> tuple[Any, ...] | None:
        _check_quantity(quantity)
        _check_layer(layer, self.layers)
        if (epoch is None) == (step is None):
            raise ValueError(f"one of `epoch` and `step` must be given; got {epoch!r} and {step!r}")
        if epoch is not None:
            _check_epoch(epoch, self.epochs)
            where, at = "epoch = ? AND NOT within ORDER BY step", int(epoch)
        else:
            _check_epoch(step, self.steps, "step")
            assert step is not None  # one of the two is given
            where, at = "step = ? ORDER BY epoch DESC", int(step)
        with storage.unpacking(self.path):
            ((capture,),) = self._select(f"SELECT id FROM {{captures}} WHERE {where} LIMIT 1", at)
            ((index,),) = self._select("SELECT layer_index FROM {layers} WHERE name = ?", layer)
        rows = self._select(
            sql + " WHERE capture_id = ? AND layer_index = ? AND quantity = ?",
            *(capture, index, quantity),
        )
        return rows[0] if rows else None

    def _has(self, layer: str) -> list[str]:
        return [name for name in QUANTITIES if layer in self.layers_with(name)]


def _restored(data: bytes, run: str) -> Recording:
    return Recording(storage.restore(data), None, run)


def _row(sketch: Sketch) -> dict[str, float]:
    """The columns of `to_frame` that come from one sketch."""
    quantiles = zip(QUANTILES, sketch.quantile(list(QUANTILES.values())).tolist(), strict=True)
    return {
        "count": sketch.count,
        "mean": sketch.mean,
        "std": sketch.std,
        "rms": sketch.rms,
        "min": sketch.min,
        **dict(quantiles),
        "max": sketch.max,
        "zero_fraction": sketch.zero_fraction,
        "nonfinite": sketch.nonfinite,
    }


def _check_quantity(quantity: str) -> None:
    if quantity not in QUANTITIES:
        raise ValueError(f"`quantity` must be one of {', '.join(QUANTITIES)}; got {quantity!r}")


def _check_layer(layer: str, known: list[str]) -> None:
    if layer not in known:
        raise KeyError(f"`layer` must be one of {', '.join(known)}; got {layer!r}")


def _check_epoch(epoch: Any, known: list[int], what: str = "epoch") -> None:
    if epoch not in known or isinstance(epoch, bool):
        raise ValueError(f"`{what}` must be one of {_spans(known)}; got {epoch!r}")


def _spans(numbers: list[int]) -> str:
    """Ascending numbers in words: ``0 to 20``, or ``0, 5, 10``."""
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    shown = numbers if len(numbers) < 12 else [*numbers[:5], "...", numbers[-1]]
    return ", ".join(map(str, shown)) or "none (nothing is captured yet)"


def _missing(quantity: str, layer: str, has: list[str]) -> str:
    return f"layer {layer!r} has no {quantity}; it has {', '.join(has) or 'nothing'}"
