"""Drawing in several processes, each of which computes as any other would."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from kit.catalogue import register
from kit.checks import check_count
from kit.files import quiet_start

__all__ = ["be_deterministic", "default_jobs", "run_tasks"]

_Result = TypeVar("_Result")


def default_jobs() -> int:
    """Processes that draw a catalogue fastest, as ``benchmarks`` measures it."""
    return min(2, os.cpu_count() or 1)


def run_tasks(
    function: Callable[..., _Result],
    tasks: Mapping[str, tuple[Any, ...]],
    jobs: int = 1,
    deterministic: bool = False,
) -> Iterator[tuple[str, _Result | None, str]]:
    """Call a function with each task's arguments, here or in several processes.

    Parameters
    ----------
    function
        Of a module.
    tasks
        Arguments by the id of the figure that they are about.
    jobs
        Processes at a time; one task, or one process, runs here.
    deterministic
        As for `regenerate`.

    Yields
    ------
    id, result, error
        As each is done; the result is None where the process died, and `error` says of what.

    Raises
    ------
    ValueError, TypeError
        For `jobs` that are no positive integer.
    """
    jobs = min(check_count("jobs", jobs), len(tasks))
    return _run_tasks(function, tasks, jobs, deterministic)


def _run_tasks(
    function: Callable[..., _Result], tasks: Mapping[str, tuple[Any, ...]], jobs: int, exact: bool
) -> Iterator[tuple[str, _Result | None, str]]:
    if jobs <= 1:
        if exact and tasks:
            be_deterministic()
        for name, arguments in tasks.items():
            yield name, function(*arguments), ""
        return
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_begin, initargs=(register.added_folders(),)
    ) as pool:
        futures = {pool.submit(function, *a): name for name, a in tasks.items()}
        try:
            for future in concurrent.futures.as_completed(futures):
                try:
                    result, error = future.result(), ""
                except Exception as died:  # the process did
                    result, error = None, f"{type(died).__name__}: {died}"
                yield futures[future], result, error
        finally:  # where it is interrupted, what has not begun does not begin
            pool.shutdown(wait=False, cancel_futures=True)


def _begin(folders: Sequence[Path]) -> None:
    """Let another process know the figures that this one does, and compute as it does."""
    for folder in folders:
        register.add_folder(folder)
    be_deterministic()


def be_deterministic() -> None:
    """Let TensorFlow give the same bits again, for the rest of this process."""
    with quiet_start():
        import tensorflow as tf
    tf.config.experimental.enable_op_determinism()
