"""Tasks handed out by joblib, in rounds: what does not come back is handed out again.

A worker that dies takes its task with it, and with joblib all that was handed out. So what has not
come back is handed out again, and a task that brings down its worker also when nothing else is with
it has failed.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import joblib

from kit.training.tasks import Arrays, Outcome, Task, pack, run_packed, told_in_a_line

__all__ = ["Results", "Round", "Workers"]

TRIES = 2
"""Times in a row that everything may break down before tasks are handed out one by one."""

AT_ONCE = 2
"""Tasks for each worker that are handed out and waited for, where a backend cannot tell of each."""

Results: TypeAlias = "Generator[tuple[int, Outcome], None, None]"
"""The place of each task, and what became of it, as they are done."""


class Round(NamedTuple):
    """What hands tasks out once.

    Attributes
    ----------
    parallel
        joblib's, with its backend.
    arrays
        As each task is handed them.
    streams
        Whether results come one by one.
    """

    parallel: joblib.Parallel
    arrays: Any
    streams: bool

    @classmethod
    def of_backend(cls, arrays: Any, **options: Any) -> Round:
        """A round with the backend that joblib is configured to use; options of its Parallel."""
        backend, _ = joblib.parallel.get_active_backend()
        streams = bool(getattr(backend, "supports_return_generator", False))
        kind = "generator_unordered" if streams else "list"
        return cls(joblib.Parallel(batch_size=1, return_as=kind, **options), arrays, streams)


@dataclass
class Workers:
    """Processes, here or elsewhere, that joblib has a backend for.

    Attributes
    ----------
    workers
        That each take a task at a time.
    begin
        Begins a round, given the arrays that all tasks need, and ends it.
    threads
        That TensorFlow uses in a worker; None leaves it to the worker.
    """

    workers: int
    begin: Callable[[Arrays], AbstractContextManager[Round]]
    threads: int | None = None

    def results(self, tasks: Sequence[Task], arrays: Arrays) -> Results:
        """Carry out tasks, in whichever order they are done.

        Raises
        ------
        TypeError
            If something in a task cannot be sent to another process.
        """
        waiting = {number: pack(task) for number, task in enumerate(tasks)}
        broke = given_up = 0  # rounds, and tasks, in a row that nothing came of
        while waiting:
            some = dict([*waiting.items()][:1]) if broke >= TRIES else dict(waiting)
            before = len(waiting)
            why, handed_on = "no result came back", False
            try:
                with closing(self._round(some, arrays)) as found:
                    for number, result in found:
                        del waiting[number]
                        handed_on = True
                        yield number, _outcome(tasks[number], result)
                        handed_on = False
            except (Exception, asyncio.CancelledError) as error:
                if handed_on:  # nobody waits for more; this came of ending the round
                    return
                why = told_in_a_line(error)
            if len(waiting) < before:
                broke = given_up = 0
                continue
            broke += 1
            if broke == 2 * TRIES:
                broke, given_up = TRIES - 1, given_up + 1
                for number in [*waiting] if given_up > TRIES else [*some]:
                    del waiting[number]
                    yield number, _outcome(tasks[number], f"its worker died: {why}")

    def _round(
        self, tasks: Mapping[int, bytes], arrays: Arrays
    ) -> Generator[tuple[int, Outcome | str], None, None]:
        """Hand tasks out once; ends with an error where a worker dies."""
        with self.begin(arrays) as (parallel, shared, streams):
            calls = [
                joblib.delayed(run_packed)(number, packed, shared, self.threads)
                for number, packed in tasks.items()
            ]
            at_once = len(calls) if streams else AT_ONCE * self.workers
            for start in range(0, len(calls), at_once):
                yield from _closed_after(parallel(calls[start : start + at_once]))


def _closed_after(results: Iterable[Any]) -> Generator[Any, None, None]:
    """Results, of which joblib ends what is not waited for."""
    try:
        yield from results
    finally:
        if isinstance(results, Generator):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it tells that some are not waited for
                results.close()


def _outcome(task: Task, result: Outcome | str) -> Outcome:
    if isinstance(result, Outcome):
        return result
    return Outcome(failed={one.name: result for one in task.trials})
