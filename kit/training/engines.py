"""Where the tasks of a sweep are carried out: in this process, in others, on a cluster.

joblib hands them out; what they gave comes back as they are done. What only one process can do,
writing into the file, is none of an engine's business.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any, Protocol

import joblib

from kit.checks import check_count, shown
from kit.training.rounds import Results, Round, Workers
from kit.training.tasks import Arrays, Task, run_task

__all__ = ["Engine", "opened"]

SECONDS_FOR_WORKERS = 60
"""After which a cluster without any worker is told of."""

Options = Mapping[str, Any]


class Engine(Protocol):
    """What carries out tasks.

    Attributes
    ----------
    workers
        That each take a task at a time.
    """

    workers: int

    def results(self, tasks: Sequence[Task], arrays: Arrays) -> Results:
        """Carry out tasks."""


class _Here:
    """The process itself, which takes one task after another."""

    workers = 1

    def results(self, tasks: Sequence[Task], arrays: Arrays) -> Results:
        """As for `Engine`."""
        for number, task in enumerate(tasks):
            yield number, run_task(task, arrays)


@contextmanager
def opened(engine: str, workers: int | None, scheduler: Any, options: Options) -> Iterator[Engine]:
    """An engine by its name, with what it needs; what it began is closed at the end.

    Parameters
    ----------
    engine, workers, scheduler, options
        As for `sweep`.

    Raises
    ------
    TypeError, ValueError
        For an unknown engine, arguments that it does not take, and a cluster that is not there.
    ImportError
        For one that is not installed, with the command that does it.
    """
    if workers is not None:
        check_count("workers", workers)
    if engine != "dask" and scheduler is not None:
        raise ValueError(f"`scheduler` must go with engine='dask'; got engine={engine!r}")
    if engine == "together":
        if workers is not None or options:
            raise ValueError("`workers` and `options` must go with another engine than 'together'")
        yield _Here()
    elif engine == "dask":
        with ExitStack() as closed:
            yield _dask(closed, workers, scheduler, options)
    else:
        yield _of_joblib(engine, workers, options)


def _of_joblib(engine: str, workers: int | None, options: Options) -> Workers:
    """Processes of this machine, or what else joblib has a backend for."""
    name = "loky" if engine == "processes" else engine
    if name in ("multiprocessing", "threading"):
        raise ValueError(
            f"`engine` must not be {name!r}: Keras does not build models in several threads, and "
            "TensorFlow does not live on in the copy of a process; engine='processes' begins new "
            "ones"
        )
    if name == "loky":
        options = {"initializer": _quiet_start(), **options}
    asked = joblib.cpu_count() if workers is None and name == "loky" else workers or -1
    configured = partial(joblib.parallel_config, backend=name, n_jobs=asked, **options)
    try:
        with configured():
            number = joblib.effective_n_jobs(asked)
    except ValueError as error:
        raise ValueError(
            "`engine` must be together, processes, dask, or a backend that joblib knows, as Ray's "
            f"after ray.util.joblib.register_ray(); got {engine!r}"
        ) from error

    @contextmanager
    def begin(arrays: Arrays) -> Iterator[Round]:
        with configured():
            found = Round.of_backend(arrays)
        yield found

    threads = max(1, joblib.cpu_count() // number) if name == "loky" and number > 1 else None
    return Workers(number, begin, threads)


def _quiet_start() -> Callable[[], None]:
    """What a process of this machine does first: load TensorFlow without its messages."""

    def start() -> None:  # no module's, as loading this one would load TensorFlow
        from kit.files import quiet_start

        with quiet_start():
            import tensorflow  # noqa: F401

    return start


def _dask(closed: ExitStack, workers: int | None, scheduler: Any, options: Options) -> Workers:
    """A cluster: that of a scheduler, else of the client that there is, else one of its own."""
    if importlib.util.find_spec("distributed") is None:
        raise ImportError(
            "`engine` 'dask' needs Dask, which is not there: pip install dask distributed"
        )
    client, own = _client(closed, workers, scheduler)
    _wait_for_workers(client, options)
    there = len(client.nthreads())
    threads = None
    if own:
        threads = max(1, joblib.cpu_count() // there)
        client.run(_quiet_start())
    begin = partial(_dask_round, client.scheduler.address, client.security, options)
    return Workers(there, begin, threads)


def _wait_for_workers(client: Any, options: Options) -> None:
    patience = options.get("wait_for_workers_timeout", SECONDS_FOR_WORKERS)
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError as error:
        raise ValueError(
            f"`scheduler` must have workers; got none at {client.scheduler.address} within "
            f"{patience} s"
        ) from error


@contextmanager
def _dask_round(address: str, security: Any, options: Options, arrays: Arrays) -> Iterator[Round]:
    """A round on a cluster, by a client of its own: what it asked for ends with it."""
    import distributed

    with distributed.Client(address, security=security, set_as_default=False) as client:
        _wait_for_workers(client, options)
        # to all workers at first, so that one that dies does not take them with it
        [shared] = client.scatter([arrays], broadcast=True, hash=False)
        with joblib.parallel_config(backend="dask", client=client, **options):
            backend, _ = joblib.parallel.get_active_backend()
            own = "submit" in vars(type(backend))  # from joblib 1.6 on
            backend.submit = partial(_submit, backend.submit if own else backend.apply_async)
            # of one worker, all that may be left for a moment, joblib would take the work off
            backend.effective_n_jobs = lambda n_jobs: 2
            # all at once, so that workers that come later have something to do
            found = Round.of_backend(shared, pre_dispatch="all")
        yield found


def _submit(submit: Callable[..., Future[Any]], task: Any, callback: Callable[[Any], None]) -> Any:
    """Submit a task, and tell joblib also of an error of Dask's, of which it would never hear."""

    def tell(future: Future[Any]) -> None:
        error = future.exception()
        if error is not None:
            callback(error)

    found = submit(task, callback)
    found.add_done_callback(tell)
    return found


def _client(closed: ExitStack, workers: int | None, scheduler: Any) -> tuple[Any, bool]:
    """A client of Dask's, and whether its workers were begun for it."""
    import dask
    import distributed

    if scheduler is not None and workers is not None:
        raise ValueError("`workers` must be left out with a `scheduler`, which has its own")
    if isinstance(scheduler, distributed.Client):
        return scheduler, False
    if scheduler is None and workers is None:
        with suppress(ValueError):  # there is none
            return distributed.default_client(), False
    own = scheduler is None
    if own:
        # one that died is back when it has loaded TensorFlow
        patience = {"distributed.deploy.lost-worker-timeout": f"{SECONDS_FOR_WORKERS} s"}
        closed.enter_context(dask.config.set(patience))
        scheduler = closed.enter_context(
            distributed.LocalCluster(
                n_workers=workers or joblib.cpu_count(),
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",
                memory_limit=0,  # TensorFlow's is not to be told from a leak
                silence_logs=logging.ERROR,
            )
        )
    try:
        return closed.enter_context(distributed.Client(scheduler, set_as_default=False)), own
    except (OSError, TypeError, ValueError) as error:
        raise ValueError(
            "`scheduler` must be the address of a scheduler of Dask's that answers, as "
            f"'tcp://10.0.0.1:8786'; got {shown(scheduler)}: {error}"
        ) from error
