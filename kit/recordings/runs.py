"""Runs: many recordings in one file, or in memory, with the parameters that made each of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kit.checks import check_name, shown
from kit.recordings import bulk, copying, display, display_runs, listing, rows, tidy
from kit.recordings import parameters as given
from kit.recordings.common import check_quantity
from kit.recordings.errors import FilePath, RecordingError, explained
from kit.recordings.reading import StoredRun
from kit.recordings.recording import Recording
from kit.recordings.store import Store, Write
from kit.recordings.written_file import warn_if_cut_short

if TYPE_CHECKING:
    from kit.explorer import Page

__all__ = ["Runs", "load_runs"]


class Runs:
    """Many recordings, by name, with the parameters that made each: ``runs["relu he 3"]``.

    Made by `Runs.create`, or read with `kit.load_runs`. However many there are, they share one
    connection to one file, or one database in memory; threads may read and write them.

    Examples
    --------
    >>> runs = Runs.create(names=["a", "b"], parameters=[{"rate": 0.1}, {"rate": 0.2}])
    >>> runs.add_history(1, {"a": {"loss": 0.7}, "b": {"loss": 0.6}})
    >>> list(runs), runs.select(rate=0.2).names, runs["b"].history["loss"].tolist()
    (['a', 'b'], ['b'], [0.6])
    """

    def __init__(self, store: Store, runs: Iterable[StoredRun], *, part: bool = False) -> None:
        """For the class's own use: see `create` and `kit.load_runs`."""
        self._store, self._part = store, part
        self._runs = {one.run: one for one in runs}

    # making, opening, closing

    @classmethod
    def create(
        cls,
        path: FilePath | None = None,
        names: Iterable[str] = (),
        parameters: Sequence[Mapping[str, Any]] = (),
        *,
        info: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        overwrite: bool = False,
    ) -> Runs:
        """Begin runs in a file that is there already or not, or in memory: all of them or none.

        Parameters
        ----------
        path
            The file; None keeps them in memory.
        names
            Of the runs, each of its own. Without any, the file is opened so that `extend` can
            add to it.
        parameters
            What made each run, in the order of the names: values that JSON can hold, by name.
        info
            What else to keep of each of them, as `Recording.create` does: one for all, or a list.
        overwrite
            Whether runs of these names may be replaced.

        Returns
        -------
        Runs
            Those that begin here. What else is in the file, `kit.load_runs` reads.

        Raises
        ------
        TypeError, ValueError
            For names that are no texts or come twice, and for parameters that are not one mapping
            for each of them.
        RecordingError
            If the file cannot be written, is no recording or has a newer schema, or a run is
            there already.
        """
        named = given.checked_names(names)
        infos = given.with_parameters(info, parameters, len(named))
        new = [rows.NewRun(name, one) for name, one in zip(named, infos, strict=True)]
        store = Store.to_write(path)
        try:
            return cls(store, store.begin(new, overwrite))
        except BaseException:
            store.close()
            raise

    def save(self, path: FilePath, *, overwrite: bool = False) -> Runs:
        """Copy these runs into another file; errors as for `create`."""
        store = Store.to_write(path)
        try:
            return Runs(store, store.copy(self._settled(), overwrite))
        except BaseException:
            store.close()
            raise

    def extend(self, other: Runs, *, overwrite: bool = False) -> None:
        """Take copies of the runs of another, in one transaction.

        Parameters
        ----------
        other
            Its runs; what is finished stays so, and parameters stay with each.
        overwrite
            Whether runs of these names may be replaced.

        Raises
        ------
        RecordingError
            If a run is there already, one of the others is damaged, or these were opened to be
            read. Nothing is copied then.

        Warns
        -----
        RecordingWarning
            If the file can no longer be written. Those that were written here, and the copies, go
            on in memory, as for `Recording.add`.
        """
        if not isinstance(other, Runs):
            raise TypeError(f"`other` must be a Runs; got a {type(other).__name__}")
        if self._part:
            raise RecordingError("what `select` gave cannot be extended: extend what it is of")
        copies = self._store.extend(other._settled(), overwrite)
        self._runs |= {one.run: one for one in copies}

    def close(self) -> None:
        """Close the file. Runs in memory are gone then; what `select` gave stays open."""
        self._settled()
        if not self._part:
            self._store.close()

    def __enter__(self) -> Runs:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (copying.dump(self._settled()), self.names)

    def __repr__(self) -> str:
        return display_runs.of_runs(self, display.TEXT_ROWS).text()

    def _repr_html_(self) -> str:
        return display_runs.of_runs(self).html()

    def await_with(self, settle: Callable[[], None] | None) -> None:
        """Let readers of all of them wait, as `Recording.await_with`; None ends that."""
        self._store.await_with(settle)

    def _settled(self) -> list[StoredRun]:
        """The runs, with all in them that was given to be written."""
        if self._store.settle is not None:
            self._store.settle()
        return list(self._runs.values())

    # which there are

    @property
    def path(self) -> Path | None:
        """The file; None in memory."""
        return self._store.path

    @property
    def names(self) -> list[str]:
        """Names of the runs, in the order in which they began."""
        return list(self._runs)

    def __getitem__(self, name: str) -> Recording:
        return Recording(self._runs[check_name("run", name, self.names)], alone=False)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self._runs)

    def __contains__(self, name: object) -> bool:
        return name in self._runs

    @property
    def finished(self) -> bool:
        """Whether all of them are complete."""
        with self._moment() as found:
            return all(row["finished"] is not None for row in found)

    def select(self, /, **wanted: Any) -> Runs:
        """The runs whose parameters are these: a view, which shares the file.

        Parameters
        ----------
        **wanted
            For each parameter a value, or several of which one is enough.

        Raises
        ------
        UnknownNameError
            For a parameter that no run has.
        ValueError
            For a value that no run has.

        Examples
        --------
        >>> grid = [{"rate": rate, "seed": seed} for rate in (0.1, 0.2) for seed in (1, 2, 3)]
        >>> runs = Runs.create(names=map(str, range(6)), parameters=grid)
        >>> runs.select(rate=0.2, seed=[1, 3]).names
        ['3', '5']
        """
        chosen = given.chosen(self._parameters(), wanted)
        return Runs(self._store, [self._runs[name] for name in chosen], part=True)

    def only(self, names: Iterable[str]) -> Runs:
        """The runs of these names, in this order: of the same file, which either can close.

        Raises
        ------
        TypeError, ValueError
            For names that are no texts or come twice.
        UnknownNameError
            For one that no run has.

        Examples
        --------
        >>> runs = Runs.create(names=["a", "b", "c"])
        >>> runs.only(["c", "a"]).names
        ['c', 'a']
        """
        return Runs(self._store, map(self._at, given.checked_names(names)), part=self._part)

    @property
    def epochs(self) -> list[int]:
        """Epochs with a capture at their end in some run, ascending; 0 is before training."""
        with self._moment() as found:
            captures = bulk.captures_of(self._store, found).values()
        return sorted({one.epoch for some in captures for one in some if not one.within})

    @property
    def layers(self) -> list[str]:
        """Names of the layers that some run has, in order."""
        return self._known_layers(lambda layer: True)

    def layers_with(self, quantity: str, *, outputs: bool = True) -> list[str]:
        """Names of the layers that have `quantity` in some run; without outputs on demand."""
        check_quantity(quantity)
        return self._known_layers(
            lambda it: quantity in it.quantities and (outputs or not it.output)
        )

    def _known_layers(self, asked: Callable[[bulk.StoredLayer], bool]) -> list[str]:
        with self._moment() as found:
            layers = bulk.layers_of(self._store, found).values()
        places: dict[str, int] = {}  # the last that a layer has in some run: an output stays last
        for some in layers:
            for name, layer in some.items():
                if asked(layer):
                    places[name] = max(layer.place, places.get(name, layer.place))
        return sorted(places, key=lambda name: places[name])

    def _numbers(self) -> dict[int, str]:
        return {one.own: one.run for one in self._settled()}

    def _moment(self) -> AbstractContextManager[list[rows.RunRow]]:
        return bulk.moment(self._store, self._numbers())

    def _parameters(self) -> dict[str, dict[str, Any]]:
        """The parameters of each run, by its name."""
        with self._moment() as found:
            infos = bulk.infos_of(self._store, found)
        return {row["name"]: given.of_info(info) for row, info in zip(found, infos, strict=True)}

    # as tables

    @property
    def parameters(self) -> pd.DataFrame:
        """What made each run: a row for each, by its name, and a column for each parameter.

        Lists and mappings are texts there, as JSON writes them; None and NaN are of runs without
        the parameter.
        """
        return given.table_of(self._parameters())

    def frame(self, quantity: str | None = None) -> pd.DataFrame:
        """What was measured in all of them, as one tidy table.

        Parameters
        ----------
        quantity
            One of z, activation, delta, weight, gradient; None takes all.

        Returns
        -------
        DataFrame
            With the columns of `Recording.to_frame`, run by run, and a column for each parameter.
            One whose name is that of a column, as ``std``, is called ``parameter_std``.

        Raises
        ------
        ValueError
            For an unknown quantity.
        RecordingError
            If the file is damaged.
        """
        if quantity is not None:
            check_quantity(quantity)
        frame = tidy.frame_of(self._store, self._numbers(), quantity)
        return given.joined(frame, self._parameters())

    @property
    def history(self) -> pd.DataFrame:
        """What Keras reported in all of them: a row for each run and epoch.

        Columns: run, a column for each parameter as in `frame`, epoch, and one for each metric,
        NaN in a run that does not report it.

        Examples
        --------
        >>> runs = Runs.create(names=["a", "b"], parameters=[{"rate": 0.1}, {"rate": 0.2}])
        >>> runs.add_history(1, {"a": {"loss": 0.7}, "b": {"loss": 0.6}})
        >>> runs.history.values.tolist()
        [['a', 0.1, 1, 0.7], ['b', 0.2, 1, 0.6]]
        """
        table = tidy.history_of(self._store, self._numbers())
        return given.joined(table, self._parameters(), at=1)

    @property
    def losses(self) -> pd.DataFrame:
        """The compiled loss on the probe data in all of them: a row for each run and capture.

        Columns: run, a column for each parameter as in `frame`, epoch, step, loss, samples.
        """
        table = tidy.losses_of(self._store, self._numbers())
        return given.joined(table, self._parameters(), at=1)

    def explore(self, path: str | os.PathLike[str] | None = None, *, findings: bool = True) -> Page:
        """Make a page to hold runs beside each other: one file that opens from the disk, offline.

        What `Recording.explore` shows of one run, of two side by side, or of up to twelve at once
        on one scale; parameters choose which.

        Parameters
        ----------
        path
            Where it is written, ending in ``.html``; None writes nothing, and a notebook shows
            what is returned.
        findings
            Whether `kit.diagnose` is asked of each run, which takes a second of each.

        Returns
        -------
        Page

        Raises
        ------
        TypeError, ValueError
            For a path that cannot be a page's, where a run holds no capture, and for more runs or
            layers than one page holds.
        RecordingError
            If the file is damaged.

        Examples
        --------
        >>> from kit.datasets.example import example_recording
        >>> example = example_recording()
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("a", "b"):
        ...         example.save(f"{folder}/runs.db", name).close()
        ...     with load_runs(f"{folder}/runs.db") as runs:
        ...         page = runs.explore(findings=False)
        >>> page.title
        '2 runs of runs.db'
        """
        from kit.explorer import run_pages

        return run_pages.explore_runs(self, path, findings=findings)

    # writing

    def add(self, captures: Mapping[str, Mapping[str, Any]]) -> None:
        """Write a capture of each of several runs, in one transaction.

        Parameters
        ----------
        captures
            By the name of the run, what `Recording.add` is given by keyword. Where the file can
            no longer be written, all of the runs go on in memory.
        """
        writes = []
        for name, capture in captures.items():
            writes.append(Write(self._at(name), rows.insert_capture, rows.as_capture(**capture)))
        with self._store.lock, explained(self.path):
            self._store.write(writes)
            self._store.captured(len(writes))

    def add_history(self, epoch: int, logs: Mapping[str, Mapping[str, float]]) -> None:
        """Write what Keras reported of each of several runs for an epoch, in one transaction."""
        self._store.write(
            [
                Write(self._at(name), rows.insert_history, (int(epoch), one))
                for name, one in logs.items()
            ]
        )

    def note(self, info: Mapping[str, Any]) -> None:
        """Keep more of all of them, beside what was kept when they began.

        Parameters
        ----------
        info
            What JSON can hold, by name; it takes the place of what has the same name.

        Raises
        ------
        TypeError, ValueError
            For what JSON cannot hold, for more than a run keeps, and for the name ``parameters``,
            which stay what they are.

        Examples
        --------
        >>> runs = Runs.create(names=["a", "b"], info={"model": "block"})
        >>> runs.note({"host": "n12"})
        >>> runs["b"].info
        {'model': 'block', 'host': 'n12'}
        """
        if given.KEY in info:
            raise ValueError(f"`info` must leave {given.KEY!r} as they are; got {shown(info)}")
        writes = [Write(one, rows.add_info, (dict(info),)) for one in self._runs.values()]
        self._store.write(writes)

    def finish(self, names: Iterable[str] | None = None) -> None:
        """Note that runs, all where none are named, are complete, and bring them into the file."""
        with self._store.lock, explained(self.path):
            which = self.names if names is None else given.checked_names(names)
            self._store.write([Write(self._at(name), rows.mark_finished, ()) for name in which])
            self._store.flush_patiently()

    def _at(self, name: str) -> StoredRun:
        return self._runs[check_name("run", name, self.names)]


def load_runs(path: FilePath) -> Runs:
    """Open all runs of a recording file for reading.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    RecordingError
        If the file is no recording or has a newer schema, or is damaged.

    Warns
    -----
    RecordingWarning
        If a run is not finished and the file is a copy that may lack its last captures.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = Runs.create(f"{folder}/runs.db", ["a", "b"], [{"rate": 0.1}, {"rate": 0.2}])
    ...     made.close()
    ...     with load_runs(f"{folder}/runs.db") as runs:
    ...         runs.names
    ['a', 'b']
    """
    store = Store.to_read(path, read_only=True)
    try:
        runs = {own: name for own, name in listing.numbers_of(store.connection, path)}
        with bulk.moment(store, runs) as found:
            warn_if_cut_short(found, path)
        return Runs(store, [StoredRun(store, name, own) for own, name in runs.items()])
    except BaseException:
        store.close()
        raise


def _restored(data: bytes, names: Sequence[str]) -> Runs:
    store = Store(copying.restore(data), None)
    return Runs(store, [StoredRun(store, name) for name in names])
