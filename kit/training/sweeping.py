"""Sweeps: a network for each value of each parameter and each seed, here or on a cluster."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import keras

from kit.callbacks.data import Inputs, Targets
from kit.checks import check_count, check_flag, check_number, listed, named
from kit.recordings.errors import RecordingWarning
from kit.recordings.runs import Runs, load_runs
from kit.training.checking import checked_probe, checked_stopping
from kit.training.engines import Engine, opened
from kit.training.grid import Build, Grid, Trial, tasks_of, trials_of
from kit.training.origins import ORIGIN, finished_of, origin_of
from kit.training.tasks import Arrays, Outcome, Task
from kit.training.training_data import TrainingData

__all__ = ["SweepError", "sweep"]


_BYTES = "a positive number of bytes"


class SweepError(RuntimeError):
    """Some networks of a sweep could not be trained; the others were.

    Attributes
    ----------
    failed
        By the name of the run, of which error its training died.
    runs
        Those that were trained.
    """

    def __init__(self, failed: Mapping[str, str], runs: Runs) -> None:
        self.failed, self.runs = dict(failed), runs
        by_words: dict[str, list[str]] = {}
        for name, words in failed.items():
            by_words.setdefault(words, []).append(name)
        told = "; ".join(f"{listed(names)} ({words})" for words, names in by_words.items())
        networks = "1 network" if len(failed) == 1 else f"{len(failed)} networks"
        super().__init__(f"{networks} failed, {len(runs)} trained: {told}")


def sweep(
    build: Build,
    grid: Grid,
    x: Inputs,
    y: Targets | None = None,
    *,
    seeds: Iterable[int] = range(10),
    epochs: int = 1,
    batch_size: int = 32,
    shuffle: bool = True,
    validation_data: Sequence[Any] | None = None,
    sample_weight: Targets | None = None,
    class_weight: Mapping[int, float] | None = None,
    early_stopping: keras.callbacks.EarlyStopping | None = None,
    probe: Sequence[Any] | None = None,
    every: int = 1,
    layers: str | Sequence[str] | None = None,
    path: str | Path | None = None,
    engine: str = "together",
    workers: int | None = None,
    scheduler: Any = None,
    options: Mapping[str, Any] | None = None,
    per_task: int = 50,
    memory: float = 2e9,
    overwrite: bool = False,
    verbose: bool = True,
) -> Runs:
    """Train a network for each value of each parameter and each seed.

    The networks are cut into tasks, those that one program can train (`train_together`) in one; an
    engine carries the tasks out. What a task gave is written into the file when it is done, by this
    process alone. After a kill, call it again: what the file has is not trained again. A network's
    numbers do not depend, to rounding, on what else is in the grid, on how it was cut, nor on the
    engine.

    Parameters
    ----------
    build
        Called as ``build(**parameters, seed=seed)``; returns a compiled model, of its own for each
        call. Without a parameter `seed` it draws from Python's, NumPy's or Keras's random numbers,
        which begin with the seed.
    grid
        The values of each parameter, by name: what `build` takes, and, where it does not,
        ``learning_rate``, ``momentum``, ``nesterov``, ``weight_decay``, ``beta_1``, ``beta_2``,
        ``rho`` and ``epsilon`` of the compiled optimizer. A value by itself stands for a list of
        one. What is no number or text is called by its name in the table; a dict gives it another:
        ``{"optimizer": {"slow": SGD(0.01), "fast": SGD(0.5)}}``.
    x, y, epochs, batch_size, shuffle, validation_data, sample_weight, class_weight, \
early_stopping, probe, every, layers
        As for `train_together`, the same for all. The order of batches is that of each network's
        seed: networks with equal seeds see the same batches.
    seeds
        Non-negative integers; each combination of parameters is trained with every one.
    path
        Recording file of the runs, new or with others; None keeps them in memory.
    engine
        ``"together"`` is this process. ``"processes"`` are several on this machine. ``"dask"`` is a
        cluster of Dask's. Any other is the name of a backend that joblib knows, as ``"ray"`` after
        ``ray.util.joblib.register_ray()``.
    workers
        Processes; None takes as many as there are cores.
    scheduler
        Of Dask: an address, a cluster, or a client. None takes the client that there is; without
        one, a cluster of processes on this machine is begun, and closed at the end.
    options
        More for the backend, as ``joblib.parallel_config`` takes it.
    per_task
        Networks of a task, at most: what a kill can cost, and the steps in which progress shows.
    memory
        As for `train_together`, in each worker.
    overwrite
        Whether runs of these names that were made with other arguments may be replaced. Those that
        were made with the same ones are kept all the same.
    verbose
        Whether a bar shows how many networks are done, and how long the others will take.

    Returns
    -------
    Runs
        One of each network, in the order of the grid, the seeds last; of a file, open to be read.
        After an interruption (Ctrl-C), those that were whole, and a warning.

    Raises
    ------
    TypeError, ValueError, RecordingError
        For bad arguments, and for runs of these names that were made with others, before anything
        is trained; the message names the argument, what was expected and what came.
    ImportError
        For an engine that is not installed.
    SweepError
        If some networks could not be trained: after all others have been, and were written.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data(n_points=100)
    >>> grid = {"activation": ["tanh", "relu"], "learning_rate": [0.01, 0.1], "n_layers": 2}
    >>> runs = sweep(build_block, grid, X, y, seeds=[1, 2], epochs=2, verbose=False)
    >>> len(runs), runs.names[0], runs["relu 0.1 2 2"].info["parameters"]["learning_rate"]
    (8, 'tanh 0.01 2 1', 0.1)
    """
    trials = trials_of(build, grid, seeds)
    arrays = _checked_arrays(x, y, sample_weight, class_weight, batch_size, validation_data, probe)
    arguments = {
        "epochs": check_count("epochs", epochs),
        "batch_size": batch_size,
        "shuffle": check_flag("shuffle", shuffle),
        "every": check_count("every", every),
        "layers": None if layers is None else named("layers", layers),
    }
    check_count("per_task", per_task)
    check_flag("overwrite", overwrite)
    check_flag("verbose", verbose)
    kept = {
        "memory": check_number("memory", memory, 0, expected=_BYTES, open_ends=True),
        "early_stopping": checked_stopping(early_stopping),
    }
    measured = {} if probe is not None else {"every": None, "layers": None}
    origin = origin_of(build, arrays, early_stopping, **{**arguments, **measured})
    there, done = _there(path, trials, origin, overwrite)
    todo = [one for one in trials if one.name not in done]
    names = [one.name for one in trials]
    if done and verbose:
        print(f"{len(done)} of {len(trials)} networks are in {path} already.")
    if path is not None and not todo:
        return load_runs(path).only(names)
    with opened(engine, workers, scheduler, options or {}) as way:
        tasks = [
            Task(build, some, {**arguments, **kept}, {ORIGIN: origin})
            for some in tasks_of(todo, per_task, way.workers)
        ]
        going = _Sweep(path, there & {one.name for one in todo}, len(todo), verbose)
        going.run(way, tasks, arrays)
    done |= going.done
    if going.interrupted:  # it may be that what was just written is not noted
        done |= _there(path, trials, origin, True)[1]
    runs = going.end(names, done)
    going.tell(runs, len(trials))
    return runs


class _Sweep:
    """A sweep that is going on: what its engine gave, written as it comes.

    Parameters
    ----------
    path
        The file, or None.
    replaced
        Names of runs that are there and are replaced.
    networks
        That are to be trained.
    verbose
        Whether a bar shows.

    Attributes
    ----------
    done
        Names of the networks that were trained.
    interrupted
        Whether the user stopped it.
    """

    def __init__(
        self, path: str | Path | None, replaced: set[str], networks: int, verbose: bool
    ) -> None:
        self.done: set[str] = set()
        self.interrupted = False
        self._failed: dict[str, str] = {}
        self._warned: dict[tuple[type[Warning], str], None] = {}
        self._path, self._replaced = path, replaced
        self._writer = Runs.create(path)
        self._bar = keras.utils.Progbar(
            networks, verbose=int(verbose), unit_name="network", interval=0
        )

    def run(self, engine: Engine, tasks: Sequence[Task], arrays: Arrays) -> None:
        """Let an engine carry out tasks, and write what comes, until the user stops it."""
        self._bar.update(0, finalize=False)
        try:
            with closing(engine.results(tasks, arrays)) as results:
                for number, outcome in results:
                    self._take(outcome)
                    if outcome.interrupted:
                        raise KeyboardInterrupt
                    self._bar.add(len(tasks[number].trials))
        except KeyboardInterrupt:
            self.interrupted = True

    def _take(self, outcome: Outcome) -> None:
        self._failed |= outcome.failed
        self._warned |= dict.fromkeys(outcome.warned)
        if outcome.runs is not None:
            names = set(outcome.runs)
            self._writer.extend(outcome.runs, overwrite=bool(names & self._replaced))
            self.done |= names

    def end(self, names: Sequence[str], done: set[str]) -> Runs:
        """The runs that are done, in the order of names: of the file if there is one."""
        if self._path is None or self._writer.path is None:  # which could not be written any more
            return self._writer.only([name for name in names if name in self._writer])
        self._writer.close()
        return load_runs(self._path).only([name for name in names if name in done])

    def tell(self, runs: Runs, networks: int) -> None:
        """Tell what was not as it should be."""
        for kind, text in self._warned:
            warnings.warn(text, kind, stacklevel=3)
        if self.interrupted:
            again = "" if self._path is None else "; the same call goes on with the others"
            warnings.warn(
                f"interrupted: {len(runs)} of {networks} networks are trained{again}",
                RuntimeWarning,
                stacklevel=3,
            )
        elif self._failed:
            raise SweepError(self._failed, runs)


def _there(
    path: str | Path | None, trials: Sequence[Trial], origin: Mapping[str, Any], overwrite: bool
) -> tuple[set[str], set[str]]:
    """Names of the runs that a file has, and of those that need not be trained again."""
    if path is None or not Path(path).exists():
        return set(), set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RecordingWarning)  # of runs of others
        there = load_runs(path)
    with there:
        return set(there), finished_of(there, trials, origin, overwrite)


def _checked_arrays(
    x: Any,
    y: Any,
    sample_weight: Any,
    class_weight: Any,
    batch_size: int,
    validation: Any,
    probe: Any,
) -> Arrays:
    """All arrays, as `train_together` makes them; weights of classes as those of samples."""
    data = TrainingData(
        x,
        y,
        sample_weight=sample_weight,
        class_weight=class_weight,
        batch_size=batch_size,
        validation_data=validation,
    )
    found = dict(zip(("x", "y", "sample_weight"), data.as_given(), strict=True))
    found["validation_data"] = None if data.validation is None else data.validation.as_given()
    found["probe"] = None if probe is None else checked_probe(probe).batches[0]
    return found
