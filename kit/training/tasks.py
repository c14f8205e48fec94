"""A task of a sweep: networks that are trained at one go, wherever it is carried out."""

from __future__ import annotations

import pickle
import sys
import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import joblib
import tensorflow as tf

from kit.recordings.runs import Runs
from kit.training.grid import Build, Trial, build_trial
from kit.training.together import train_together

__all__ = ["Arrays", "Outcome", "Task", "pack", "run_packed", "run_task", "told_in_a_line"]

Arrays = Mapping[str, Any]
"""What `train_together` takes of arrays, by the names of its arguments."""

NOISE = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ResourceWarning)
"""Warnings that are for those who write programs."""

_ONE_AT_A_TIME = threading.Lock()  # Keras and TensorFlow are traced by one thread of a process


@dataclass(frozen=True)
class Task:
    """Networks that are trained at one go, and how.

    Attributes
    ----------
    build, trials
        The builder, and which networks.
    arguments
        Of `train_together`, but for arrays and what is each network's own.
    note
        What their runs are to keep.
    """

    build: Build
    trials: Sequence[Trial]
    arguments: Mapping[str, Any]
    note: Mapping[str, Any]


@dataclass
class Outcome:
    """What became of a task.

    Attributes
    ----------
    runs
        Those that are whole; None without any.
    failed
        By name, of which error a network died.
    warned
        What was warned of: class and text.
    interrupted
        Whether the user stopped it.
    """

    runs: Runs | None = None
    failed: dict[str, str] = field(default_factory=dict)
    warned: list[tuple[type[Warning], str]] = field(default_factory=list)
    interrupted: bool = False


def run_task(task: Task, arrays: Arrays) -> Outcome:
    """Build and train the networks of a task, in this process.

    Where they cannot be trained at one go, each is trained by itself, so that one that fails takes
    no other with it.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        outcome = _train(task, task.trials, arrays)
    told = [(one.category, str(one.message)) for one in caught]
    outcome.warned = [
        (kind, text)
        for kind, text in dict.fromkeys(told)
        if not issubclass(kind, NOISE) and not outcome.interrupted
    ]
    return outcome


def _train(task: Task, trials: Sequence[Trial], arrays: Arrays) -> Outcome:
    models, built, failed = [], [], {}
    for one in trials:
        try:
            models.append(build_trial(task.build, one))
            built.append(one)
        except Exception as error:
            failed[one.name] = told_in_a_line(error)
    if not models:
        return Outcome(failed=failed)
    try:
        runs = train_together(
            models,
            **arrays,
            **task.arguments,
            seed=[one.seed for one in built],
            names=[one.name for one in built],
            parameters=[one.parameters for one in built],
            verbose=False,
        )
    except Exception as error:
        if len(built) == 1:
            return Outcome(failed={**failed, built[0].name: told_in_a_line(error)})
        return _train_apart(task, built, arrays, failed)
    whole = [name for name in runs if runs[name].finished]
    runs.note(task.note)
    return Outcome(runs.only(whole) if whole else None, failed, interrupted=len(whole) < len(runs))


def _train_apart(
    task: Task, trials: Sequence[Trial], arrays: Arrays, failed: dict[str, str]
) -> Outcome:
    every = Outcome(failed=failed)
    for one in trials:
        outcome = _train(task, [one], arrays)
        every.failed |= outcome.failed
        if outcome.runs is not None:
            every.runs = every.runs or Runs.create()
            every.runs.extend(outcome.runs)
        if outcome.interrupted:
            every.interrupted = True
            break
    return every


def told_in_a_line(error: BaseException) -> str:
    """An error as its class and words."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words[:500]}"


def pack(task: Task) -> bytes:
    """A task as bytes, which hold functions that no module has as well.

    Raises
    ------
    TypeError
        If there is something in it that cannot be sent to another process.
    """
    try:
        return pickle.dumps(joblib.wrap_non_picklable_objects(task, keep_wrapper=False))
    except Exception as error:
        raise TypeError(
            "`build`, `grid` and `early_stopping` must be what can be sent to another process; "
            f"{type(error).__name__}: {error}: leave out what holds files, locks or connections, "
            "or train in this one, with engine='together'"
        ) from error


def run_packed(number: int, packed: bytes, arrays: Arrays, threads: int | None) -> Any:
    """`run_task` in a worker; whatever happens there is told, as an error would end all.

    Parameters
    ----------
    number
        Of the task, which comes back.
    packed
        By `pack`.
    arrays
        As for `run_task`.
    threads
        That TensorFlow is to use; None leaves it to the worker.

    Returns
    -------
    int, Outcome or str
        The number, and what became of the task; a text of why it could not be begun.
    """
    try:
        _use_threads(threads)
        return number, run_task(pickle.loads(packed), arrays)
    except Exception as error:
        return number, told_in_a_line(error)


def _use_threads(threads: int | None) -> None:
    """Let TensorFlow use so many, if it has not begun."""
    if threads is None and "distributed" in sys.modules:
        threads = _threads_of_dask()
    if threads is not None:
        try:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(max(2, threads))
        except RuntimeError:
            pass


def _threads_of_dask() -> int | None:
    from distributed import get_worker

    try:
        return int(get_worker().state.nthreads)
    except ValueError:  # this is none
        return None
