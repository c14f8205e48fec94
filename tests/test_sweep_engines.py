"""The engines of a sweep: the same numbers everywhere, and what happens when something dies."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import joblib
import pytest
from joblib.parallel import ThreadingBackend

import kit
from kit.models import build_block
from kit.recordings import load_runs
from kit.training import SweepError, engines, rounds, sweep
from kit.training.grid import trials_of
from kit.training.tasks import Outcome, Task

GRID = {"activation": ["tanh", "relu"], "initializer": [0.3, "he_normal"]}
SEEDS = (1, 2, 3)
NAMES = [f"{a} {i} {s}" for a in GRID["activation"] for i in GRID["initializer"] for s in SEEDS]
ARGUMENTS = {"seeds": SEEDS, "epochs": 3, "batch_size": 50, "per_task": 2, "verbose": False}


@pytest.fixture(scope="module")
def data():
    x, y = kit.datasets.ball.load_data(n_points=200)
    return x, y.astype("float32")


def small(activation, initializer, seed):
    return build_block(activation, initializer, n_layers=2, units=5, seed=seed)


def marking(folder, kill=(), always=False):
    """A builder that notes what it is called for; some builds are the last of their process.

    It dies a little later, when it has begun to train; only the first time, or always.
    """

    def build(activation, initializer, seed):
        name = f"{activation} {initializer} {seed}"
        first = not (folder / "builds").exists() or name not in (folder / "builds").read_text()
        with (folder / "builds").open("a") as file:
            file.write(f"{name}\n")
        if name in kill and (first or always):
            threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return small(activation, initializer, seed)

    return build


def built(folder):
    return Counter((folder / "builds").read_text().splitlines())


def losses(runs):
    return {name: runs[name].history["loss"].tolist() for name in runs}


@pytest.fixture(scope="module")
def here(data):
    """The losses that every engine is to give.

    Tasks are cut as everywhere; where they are not, as after a death, products of other numbers of
    matrices round otherwise, which twelve steps amplify to some 1e-6.
    """
    found = losses(sweep(small, GRID, *data, **ARGUMENTS))
    return {name: pytest.approx(one, rel=1e-5) for name, one in found.items()}


@pytest.fixture(scope="module")
def cluster():
    """Two processes, on ports that are free."""
    distributed = pytest.importorskip(
        "distributed", reason="Dask is not installed: pip install '.[dask]'"
    )
    import dask

    patience = {"distributed.deploy.lost-worker-timeout": "60 s"}  # for TensorFlow to load
    cluster = distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        scheduler_port=0,
        memory_limit=0,
    )
    with dask.config.set(patience), cluster:
        yield cluster


SCRIPT = """
import signal
import sys
import time
from pathlib import Path
import kit
import tensorflow as tf
from kit.models import build_block
from kit.training import sweep

FOLDER = Path(sys.argv[1])
signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored


def build(activation, initializer, seed):
    with (FOLDER / "builds").open("a") as file:
        file.write(f"{activation} {initializer} {seed}\\n")
    with (FOLDER / "threads").open("a") as file:
        file.write(f"{tf.config.threading.get_intra_op_parallelism_threads()}\\n")
    if (activation, initializer) == ("relu", "he_normal"):
        end = time.monotonic() + 60
        while (FOLDER / "hold").exists() and time.monotonic() < end:
            time.sleep(0.02)
    return build_block(activation, initializer, n_layers=2, units=5, seed=seed)


if __name__ == "__main__":
    x, y = kit.datasets.ball.load_data(n_points=200)
    options = {options}
    sweep(build, {grid}, x, y.astype("float32"), path=FOLDER / "runs.db", **{arguments}, **options)
"""


def script(folder, **options):
    """A driver of its own, whose builder no module has."""
    path = folder / "driver.py"
    text = SCRIPT
    for name, value in (("options", options), ("grid", GRID), ("arguments", ARGUMENTS)):
        text = text.replace(f"{{{name}}}", repr(value))
    path.write_text(text)
    return [sys.executable, "-W", "error::UserWarning", str(path), str(folder)]


# processes


@pytest.mark.slow
def test_processes_train_what_a_script_builds(here, tmp_path):
    done = subprocess.run(
        script(tmp_path, engine="processes", workers=2), check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert built(tmp_path) == dict.fromkeys(NAMES, 1)
    assert losses(load_runs(tmp_path / "runs.db")) == {name: here[name] for name in built(tmp_path)}
    threads = set((tmp_path / "threads").read_text().split())
    assert threads == {str(max(1, joblib.cpu_count() // 2))}


@pytest.mark.slow
def test_a_process_that_dies_costs_its_task_alone(data, here, tmp_path):
    runs = sweep(
        marking(tmp_path, kill=["tanh he_normal 2"]),
        GRID,
        *data,
        **ARGUMENTS,
        path=tmp_path / "runs.db",
        engine="processes",
        workers=2,
    )
    assert runs.names == NAMES and losses(runs) == here


# Dask


def swept_by_dask(cluster, data, folder, **arguments):
    return sweep(
        arguments.pop("build", small),
        GRID,
        *data,
        **{**ARGUMENTS, **arguments},
        engine="dask",
        scheduler=cluster.scheduler_address,
        path=folder / "runs.db",
    )


@pytest.mark.slow
def test_dask_gives_the_same_numbers(cluster, data, here, tmp_path):
    runs = swept_by_dask(cluster, data, tmp_path, build=marking(tmp_path))
    assert runs.names == NAMES and losses(runs) == here
    assert built(tmp_path) == dict.fromkeys(NAMES, 1)
    again = swept_by_dask(cluster, data, tmp_path, build=marking(tmp_path))
    assert losses(again) == losses(runs)
    assert built(tmp_path) == dict.fromkeys(NAMES, 1)


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_its_task_alone(cluster, data, here, tmp_path):
    killed = "tanh he_normal 2"
    runs = swept_by_dask(cluster, data, tmp_path, build=marking(tmp_path, kill=[killed]))
    assert runs.names == NAMES and losses(runs) == here
    twice = {name for name, times in built(tmp_path).items() if times > 1}
    assert killed in twice and len(twice) <= ARGUMENTS["per_task"]
    assert set(built(tmp_path)) == set(NAMES)


@pytest.mark.slow
def test_a_network_that_kills_every_worker_fails_alone(cluster, data, tmp_path, monkeypatch):
    """joblib hears nothing of what Dask gives up, and would wait for ever."""
    monkeypatch.setattr("kit.training.rounds.TRIES", 1)
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    build = marking(tmp_path, kill=["tanh 0.3 1"], always=True)
    with pytest.raises(SweepError, match=r"2 networks failed, 10 trained: tanh 0.3 1, tanh 0.3 2 "):
        swept_by_dask(cluster, data, tmp_path, build=build)
    assert load_runs(tmp_path / "runs.db").finished


@pytest.mark.slow
def test_a_driver_that_is_killed_goes_on_where_it_was(cluster, here, tmp_path):
    path = tmp_path / "runs.db"
    command = script(tmp_path, engine="dask", scheduler=cluster.scheduler_address)
    (tmp_path / "hold").touch()  # the last networks wait, however late it is stopped
    first = begun_until_something_is_there(command, path, stderr=subprocess.DEVNULL)
    first.kill()
    first.wait()
    (tmp_path / "hold").unlink()
    done = stamps(path)
    assert 1 < len(done) < len(NAMES)
    before = built(tmp_path)
    second = subprocess.run(command, check=False, capture_output=True, text=True)
    assert second.returncode == 0, second.stderr
    after = built(tmp_path)
    assert {name: after[name] for name in done} == {name: before[name] for name in done}
    assert set(after) == set(NAMES)
    everything = stamps(path)
    assert {name: everything[name] for name in done} == done
    assert losses(load_runs(path).only(NAMES)) == here
    assert set((tmp_path / "threads").read_text().split()) == {"1"}  # as many as the workers have


def begun_until_something_is_there(command, path, **options):
    """A driver that has written something, and has more to do."""
    driver = subprocess.Popen(command, **options)
    end = time.monotonic() + 100
    while not names_in(path):
        assert time.monotonic() < end and driver.poll() is None
        time.sleep(0.02)
    return driver


def names_in(path):
    with contextlib.suppress(Exception), load_runs(path) as runs:
        return runs.names
    return []


def stamps(path):
    """What of each run is another where it was written again."""
    with load_runs(path) as runs:
        return {name: (runs[name]._stored.own, losses(runs)[name]) for name in runs}


def test_the_client_that_there_is_is_taken(cluster, data, tmp_path):
    import distributed

    with distributed.Client(cluster) as client:
        names = sweep(
            small, {**GRID, "initializer": [0.3]}, *data, **ARGUMENTS, engine="dask"
        ).names
        assert names == [name for name in NAMES if " 0.3 " in name]
        assert client.status == "running"
        with pytest.raises(ValueError, match="`workers` must be left out with a `scheduler`"):
            sweep(small, GRID, *data, engine="dask", scheduler=client, workers=2)
    with pytest.raises(ValueError, match="`scheduler` must be the address of a scheduler"):
        sweep(small, GRID, *data, engine="dask", scheduler=7)


def test_a_cluster_without_workers_is_told(data):
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty,
        pytest.raises(ValueError, match=r"`scheduler` must have workers; got none at \S+ within 0"),
    ):
        sweep(
            small,
            GRID,
            *data,
            engine="dask",
            scheduler=empty,
            options={"wait_for_workers_timeout": 0.2},
        )


@pytest.mark.slow
def test_a_cluster_of_its_own_is_closed_again(data, tmp_path):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install '.[dask]'")
    import distributed

    before = nannies()

    def build(activation, initializer, seed):
        (tmp_path / str(os.getpid())).touch()
        return small(activation, initializer, seed)

    grid = {**GRID, "initializer": [0.3]}
    runs = sweep(build, grid, *data, **ARGUMENTS, engine="dask", workers=1)
    assert runs.finished and len(runs) == 6
    [worker] = tmp_path.iterdir()  # one, and not this one, to which joblib would come back
    assert worker.name != str(os.getpid())
    with pytest.raises(ValueError, match="No clients found"):
        distributed.default_client()
    assert nannies() <= before


def nannies():
    """Threads that watch processes of Dask's."""
    return {one.ident for one in threading.enumerate() if "Nanny" in one.name}


# any other backend of joblib, and the rounds


class _Whole(ThreadingBackend):
    """A backend that cannot tell of each task, as Ray's cannot."""

    supports_return_generator = False


joblib.register_parallel_backend("whole", _Whole)
joblib.register_parallel_backend("threads", ThreadingBackend)


def test_a_backend_that_gives_all_at_once_is_asked_in_parts(data, here, tmp_path, monkeypatch):
    monkeypatch.setattr("kit.training.rounds.AT_ONCE", 1)
    path = tmp_path / "runs.db"

    def build(activation, initializer, seed):
        with (tmp_path / "there").open("a") as file:
            file.write(f"{len(names_in(path))}\n")
        return small(activation, initializer, seed)

    runs = sweep(build, GRID, *data, **ARGUMENTS, engine="whole", workers=2, path=path)
    assert losses(runs) == here
    there = (tmp_path / "there").read_text().split()
    assert there == ["0"] * 4 + ["4"] * 4 + ["8"] * 4  # two tasks of two networks each time


def carried_out(monkeypatch, dies, networks=6):
    """What became of tasks of which some bring down all that is handed out with them."""
    tried = []

    def run(number, *_):
        tried.append(number)
        if dies(number):
            raise MemoryError("gone")
        time.sleep(0.01 * number)
        return number, Outcome()

    monkeypatch.setattr(rounds, "run_packed", run)
    trials = trials_of(small, GRID, range(2))[:networks]
    tasks = [Task(small, [one], {}, {}) for one in trials]
    with engines.opened("threads", 2, None, {}) as engine:
        found = dict(engine.results(tasks, {}))
    assert sorted(found) == list(range(networks))
    return {number: list(one.failed.values()) for number, one in found.items()}, Counter(tried)


def test_a_task_that_kills_its_workers_is_given_up_and_the_others_are_done(monkeypatch):
    found, tried = carried_out(monkeypatch, lambda number: number in (0, 3))
    died = ["its worker died: MemoryError: gone"]
    assert found == {0: died, 1: [], 2: [], 3: died, 4: [], 5: []}
    assert tried[0] >= 2 * rounds.TRIES  # with others, and by itself


def test_a_cluster_that_is_gone_is_not_asked_for_ever(monkeypatch):
    found, tried = carried_out(monkeypatch, lambda number: True)
    assert found == {number: ["its worker died: MemoryError: gone"] for number in range(6)}
    assert max(tried.values()) <= 3 * 2 * rounds.TRIES


def test_results_that_are_not_waited_for_end_also_where_ending_fails(monkeypatch):
    monkeypatch.setattr(rounds.Workers, "_round", broken_at_its_end)
    tasks = [Task(small, [one], {}, {}) for one in trials_of(small, GRID, [1])]
    with engines.opened("threads", 2, None, {}) as engine:
        results = engine.results(tasks, {})
        assert next(results)[0] == 0
        results.close()


def broken_at_its_end(*_):
    try:
        yield 0, Outcome()
    finally:
        raise OSError("already gone")


def test_what_cannot_be_sent_is_told(data):
    lock = threading.Lock()

    def build(activation, initializer, seed):
        with lock:
            return small(activation, initializer, seed)

    with pytest.raises(
        TypeError, match="`build`, `grid` and `early_stopping` must be what can be s"
    ):
        sweep(build, GRID, *data, **ARGUMENTS, engine="threads", workers=2)
    assert sweep(build, {**GRID, "initializer": [0.3]}, *data, **ARGUMENTS).finished


def test_what_a_worker_cannot_read_is_told_by_network(data, monkeypatch):
    monkeypatch.setattr("kit.training.rounds.pack", lambda task: b"nothing")
    with pytest.raises(SweepError, match=r"12 networks failed, 0 trained: .*UnpicklingError"):
        sweep(small, GRID, *data, **ARGUMENTS, engine="threads", workers=2)


@pytest.mark.slow
def test_ctrl_c_keeps_what_workers_have_brought(here, tmp_path):
    path = tmp_path / "runs.db"
    (tmp_path / "hold").touch()
    driver = begun_until_something_is_there(
        script(tmp_path, engine="processes", workers=2), path, stderr=subprocess.PIPE, text=True
    )
    driver.send_signal(signal.SIGINT)
    _, told = driver.communicate()
    assert driver.returncode == 0, told
    found = losses(load_runs(path))
    assert f"RuntimeWarning: interrupted: {len(found)} of 12 networks" in told
    assert 1 < len(found) < 12 and found == {name: here[name] for name in found}
