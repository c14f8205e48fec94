"""Many runs together: one file and one connection, begun and copied at one go, chosen from."""

import contextlib
import gc
import os
import pickle
import re
import sqlite3
import sys
import threading

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns

import kit
from kit.callbacks.beside import Beside
from kit.checks import UnknownNameError
from kit.recordings import (
    LayerSketches,
    Recording,
    RecordingError,
    RecordingWarning,
    Runs,
    load_runs,
    read_frame,
)
from kit.recordings.common import COLUMNS
from kit.stats.sketch import Sketch
from kit.stats.units import UnitEvidence

GRID = [
    {"activation": activation, "rate": rate, "seed": seed}
    for activation in ("relu", "tanh")
    for rate in (0.1, 0.5)
    for seed in (1, 2)
]
NAMES = [f"{one['activation']} {one['rate']} {one['seed']}" for one in GRID]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs.db"


def capture(epoch, value=1.0):
    """What `Recording.add` is given: a layer whose every value tells who it is."""
    z = value * np.array([[1.0, 2.0], [3.0, 0.0]])
    layer = LayerSketches(
        "h1",
        0,
        sketches={"z": Sketch.of(z), "weight": Sketch.of([value])},
        units={"z": UnitEvidence.of(z)},
    )
    return {"epoch": epoch, "step": 10 * epoch, "loss": value, "samples": 2, "layers": [layer]}


def filled(path=None, names=NAMES, parameters=GRID, epochs=(0, 1)):
    runs = Runs.create(path, names, parameters)
    for epoch in epochs:
        runs.add({name: capture(epoch, k + 1.0) for k, name in enumerate(names)})
        runs.add_history(epoch, {name: {"loss": k + epoch / 8} for k, name in enumerate(names)})
    runs.finish()
    return runs


# made


@pytest.mark.parametrize("place", ["file", "memory"])
def test_runs_begin_together_with_their_parameters(path, place):
    runs = Runs.create(path if place == "file" else None, NAMES, GRID, info={"model": "block"})
    assert runs.names == list(runs) == NAMES and len(runs) == len(NAMES)
    assert runs.path == (path if place == "file" else None) and not runs.finished
    assert NAMES[3] in runs and "another" not in runs
    for name, parameters in zip(NAMES, GRID, strict=True):
        assert isinstance(runs[name], Recording)
        assert runs[name].info == {"model": "block", "parameters": parameters}
    with pytest.raises(UnknownNameError, match=r"`run` must be one of relu 0.1 1, .*; got 'relu'"):
        runs["relu"]


def test_a_run_that_is_there_stops_all_before_anything_is_written(path):
    Recording.create(path, "b").close()
    before = path.read_bytes()
    with pytest.raises(RecordingError, match=r"`run` must be a new name in .*; got 'b', recorded"):
        Runs.create(path, ["a", "b", "c"])
    assert path.read_bytes() == before and Recording.runs(path).run.tolist() == ["b"]
    with Runs.create(path, ["a", "b"], overwrite=True) as runs:
        assert runs.names == ["a", "b"]
    assert sorted(Recording.runs(path).run) == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"names": "abc"}, TypeError, "`names` must be a list of names of runs; got 'abc'"),
        ({"names": ["a", 3]}, TypeError, r"`names` must be a list .*; got \['a', 3\]"),
        ({"names": ["a", ""]}, ValueError, "`names` must be names of runs; one of them is ''"),
        ({"names": ["a", "b", "a"]}, ValueError, "`names` must be different .*; got 'a' twice"),
        (
            {"names": ["a", "b"], "parameters": [{}]},
            ValueError,
            "`parameters` must be one mapping for each of 2 names; got 1",
        ),
        ({"names": ["a"], "parameters": [3]}, TypeError, "`parameters` must be mappings .* got 3"),
        (
            {"names": ["a"], "parameters": [{"loss": print}]},
            TypeError,
            "`parameters` must have values that JSON can hold; got .*builtin_function",
        ),
        (
            {"names": ["a"], "info": {"parameters": {}}},
            ValueError,
            "`info` must leave 'parameters' to the argument of that name",
        ),
    ],
)
def test_bad_arguments_are_refused_before_a_file_is_made(path, arguments, error, words):
    with pytest.raises(error, match=words):
        Runs.create(path, **arguments)
    assert not path.exists()


def test_values_of_numpy_are_parameters_too():
    given = {"rate": np.float32(0.5), "units": np.array([3, 4]), "deep": {"a": [np.int64(1)]}}
    runs = Runs.create(names=["a"], parameters=[given])
    found = runs["a"].info["parameters"]
    assert found == {"rate": 0.5, "units": [3, 4], "deep": {"a": [1]}}


def open_files(path):
    folder = "/proc/self/fd"
    found = []
    for one in os.listdir(folder):
        with contextlib.suppress(OSError):
            found.append(os.readlink(f"{folder}/{one}"))
    return sum(name.startswith(str(path)) for name in found)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files as Linux does")
def test_many_runs_share_one_connection(path):
    names = [f"run {k}" for k in range(300)]
    with Runs.create(path, names) as runs:
        recordings = [runs[name] for name in names]
        for recording in recordings:
            recording.add_history(1, {"loss": 1.0})
        assert open_files(path) <= 3  # itself, its log and the index of that
    assert open_files(path) == 0
    with load_runs(path) as runs:
        assert len([runs[name] for name in runs]) == 300 and open_files(path) <= 3


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files as Linux does")
def test_who_forgets_runs_has_closed_them(path):
    gc.disable()
    try:
        for made in (Runs.create(path, ["a", "b"]), Recording.create(path, "c"), load_runs(path)):
            assert list(made) is not None and open_files(path)
        del made
        assert open_files(path) == 0
    finally:
        gc.enable()


# written


@pytest.mark.parametrize("place", ["file", "memory"])
def test_what_is_written_at_one_go_is_what_is_written_one_by_one(path, place):
    together = filled(path if place == "file" else None)
    for k, name in enumerate(NAMES):
        alone = Recording.create(run=name)
        for epoch in (0, 1):
            alone.add(**capture(epoch, k + 1.0))
            alone.add_history(epoch, {"loss": k + epoch / 8})
        assert together[name].to_frame().equals(alone.to_frame())
        assert together[name].history.equals(alone.history)
        assert together[name].losses.equals(alone.losses)
        assert together[name].units("z", "h1", 1).mean == pytest.approx(
            alone.units("z", "h1", 1).mean
        )
    assert together.finished
    together[NAMES[0]].add(**capture(2))
    assert not together.finished and together[NAMES[1]].finished


def test_a_recording_of_many_is_written_as_any_other(path):
    runs = Runs.create(path, ["a", "b"])
    with runs["a"] as recording:
        recording.add(**capture(0))
    recording.add(**capture(1))  # the file stays open for the others
    recording.finish()
    assert recording.epochs == runs["a"].epochs == [0, 1] and runs["b"].epochs == []
    assert recording.cut(0) == 1 and not recording.finished
    runs.close()
    with pytest.raises(RecordingError, match="closed"):
        recording.epochs  # noqa: B018


def test_finish_can_name_some():
    runs = Runs.create(names=["a", "b", "c"])
    runs.finish(["a", "c"])
    assert [runs[name].finished for name in runs] == [True, False, True]
    with pytest.raises(UnknownNameError, match="`run` must be one of a, b, c; got 'd'"):
        runs.finish(["d"])
    with pytest.raises(UnknownNameError, match="`run` must be one of a, b, c; got 'd'"):
        runs.add_history(1, {"a": {"loss": 1.0}, "d": {"loss": 1.0}})
    assert len(runs["a"].history) == 0  # all or none
    with pytest.raises(ValueError, match="`layers` must have names of their own; got 'h1' twice"):
        runs.add({"a": capture(0) | {"layers": 2 * capture(0)["layers"]}})


# threads


def test_a_thread_writes_while_others_are_read(path):
    names = [f"run {k}" for k in range(5)]
    runs = Runs.create(path, names)
    beside = Beside()
    runs.await_with(beside.settle)
    go = threading.Event()
    beside.do(go.wait)
    for epoch in range(20):
        for name in names:
            beside.do(lambda name=name, epoch=epoch: runs[name].add(**capture(epoch)))
    threading.Timer(0.1, go.set).start()
    # whoever reads waits for what was asked for, and so does who opens the file
    assert runs[names[-1]].epochs == list(range(20))
    for epoch in range(20, 30):
        beside.do(lambda epoch=epoch: runs.add({name: capture(epoch) for name in names}))
    assert load_runs(path)[names[0]].epochs == list(range(30))
    beside.do(runs.finish)
    assert runs.finished and not beside.failures
    runs.await_with(None)
    beside.end()


def test_readers_see_whole_captures_while_a_thread_writes(path):
    runs = Runs.create(path, ["a", "b"])
    failed = []

    def write():
        try:
            for epoch in range(150):
                runs.add({"a": capture(epoch), "b": capture(epoch)})
        except Exception as error:
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while writer.is_alive():
        a, b = runs["a"].epochs, runs["b"].to_frame()
        assert a == list(range(len(a))) and len(b) % 2 == 0 and len(a) <= len(b) // 2
        seen.add(len(a))
    writer.join()
    assert not failed and runs["b"].epochs == list(range(150))
    assert len(seen) > 3, "the reader saw nothing grow: this test would prove nothing"


# a file that can no longer be written


def fill_up(runs):
    """Let the file be as full as a disk can be."""
    connection = runs._store.connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")


def big(epoch):
    x = np.random.default_rng(epoch).normal(size=(50, 300))
    layer = LayerSketches("h1", 0, sketches={"z": Sketch.of(x)}, arrays={"z": x})
    return {"epoch": epoch, "step": epoch, "loss": 1.0, "samples": 50, "layers": [layer]}


@pytest.mark.parametrize("written", ["a", "ab"])
def test_a_full_disk_stops_the_file_and_none_of_the_recordings(path, tmp_path, written):
    runs = Runs.create(path, ["a", "b", "c"], [{"seed": k} for k in range(3)])
    held = runs["b"]
    runs.add({name: big(0) for name in runs})
    runs.finish(["c"])
    fill_up(runs)
    with pytest.warns(RecordingWarning, match="full.*has of 3 runs stays there; the recordings"):
        runs.add({name: big(1) for name in written})
    assert runs.path is None and held.path is None
    held.add(**big(2))  # in silence
    runs.add_history(1, {"a": {"loss": 0.5}})
    assert runs["a"].epochs == [0, 1] and runs["a"].history["loss"].tolist() == [0.5]
    assert held.epochs == ([0, 1, 2] if "b" in written else [0, 2])
    assert runs["c"].epochs == [0] and runs["c"].finished and runs.select(seed=2).names == ["c"]
    with load_runs(path) as left:
        assert [left[name].epochs for name in left] == [[0], [0], [0]]
    with runs.save(tmp_path / "elsewhere.db") as saved:
        assert saved["b"].to_frame().equals(held.to_frame())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no file that is open")
def test_a_file_that_goes_away_stops_none_of_the_recordings(path):
    runs = Runs.create(path, ["a", "b"])
    runs.add({name: capture(0) for name in runs})
    path.unlink()
    with pytest.warns(RecordingWarning, match="it was deleted"):
        runs.add({name: capture(1) for name in runs})
    assert [runs[name].epochs for name in runs] == [[0, 1], [0, 1]] and not path.exists()


def test_a_run_that_cannot_be_read_costs_no_other(path):
    runs = Runs.create(path, ["a", "b"])
    runs.add({name: capture(0) for name in runs})
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE captures SET loss = 9 WHERE run_id = 1")
        connection.commit()
    path.rename(path.with_name("moved.db"))
    with pytest.warns(RecordingWarning, match="it was deleted"):
        runs.add({name: capture(1) for name in runs})
    assert runs["a"].epochs == [1] and runs["b"].epochs == [0, 1]


def test_extending_goes_on_in_memory_where_the_disk_is_full(path):
    more = Runs.create(names=["x", "y"])
    for epoch in range(3):
        more.add({name: big(epoch) for name in more})
    for names in ([], ["a"]):
        runs = Runs.create(path, names)
        fill_up(runs)
        with pytest.warns(RecordingWarning, match="full"):
            runs.extend(more)
        assert runs.names == [*names, "x", "y"] and runs.path is None
        assert runs["y"].to_frame().equals(more["y"].to_frame())
    assert Recording.runs(path).run.tolist() == ["a"]


# copied


def same(one, other):
    assert one.names == other.names and one.finished == other.finished
    for name in one:
        assert one[name].info == other[name].info
        assert one[name].to_frame().equals(other[name].to_frame())
        assert one[name].history.equals(other[name].history)
        assert one[name].finished == other[name].finished


def test_runs_are_pickled_and_saved_whole(path, tmp_path):
    runs = filled(path)
    runs["relu 0.1 2"].add(**capture(7))  # which is not finished then
    again = pickle.loads(pickle.dumps(runs))
    assert again.path is None
    same(runs, again)
    with runs.save(tmp_path / "copy.db") as saved:
        same(runs, saved)
        with pytest.raises(RecordingError, match=r"must be a new name .*; got 'relu 0.1 1'"):
            runs.save(saved.path)
        same(runs.save(saved.path, overwrite=True), runs)
    again[NAMES[0]].add(**capture(8))
    assert runs[NAMES[0]].epochs == [0, 1]
    some = runs.select(activation="tanh")
    same(pickle.loads(pickle.dumps(some)), some)


@pytest.mark.parametrize("place", ["file", "memory"])
def test_one_writer_takes_the_runs_of_others(path, place):
    runs = Runs.create(path if place == "file" else None)
    assert len(runs) == 0 and runs.names == []
    half = len(NAMES) // 2
    groups = [
        filled(None, NAMES[:half], GRID[:half]),
        filled(None, NAMES[half:], GRID[half:]),
    ]
    groups[1][NAMES[-1]].add(**capture(9))
    for group in groups:
        runs.extend(pickle.loads(pickle.dumps(group)))
    assert runs.names == NAMES
    for group in groups:
        same(runs.select(activation=group[group.names[0]].info["parameters"]["activation"]), group)
    with pytest.raises(RecordingError, match=r"must be a new name .*; got 'tanh 0.1 1'"):
        runs.extend(groups[1])
    assert runs.names == NAMES and runs["tanh 0.5 2"].epochs == [0, 1, 9]
    runs.extend(filled(None, NAMES[-1:], GRID[-1:]), overwrite=True)
    assert runs["tanh 0.5 2"].epochs == [0, 1] and len(runs) == len(NAMES)
    if place == "file":
        with load_runs(path) as read:  # while it is open for writing
            same(read, runs)


def test_extending_takes_all_or_nothing(path):
    runs = Runs.create(path, ["b"])
    with pytest.raises(RecordingError, match="must be a new name"):
        runs.extend(Runs.create(names=["a", "b"]))
    assert runs.names == ["b"] and Recording.runs(path).run.tolist() == ["b"]
    with pytest.raises(TypeError, match="`other` must be a Runs; got a Recording"):
        runs.extend(runs["b"])
    with pytest.raises(RecordingError, match="what `select` gave cannot be extended"):
        filled().select(seed=1).extend(runs)


# read


def test_loaded_runs_are_all_of_the_file_and_are_not_written(path):
    filled(path).close()
    Recording.create(path, "alone").close()
    with kit.load_runs(path) as runs:
        assert isinstance(runs, kit.Runs) and runs.names == [*NAMES, "alone"]
        assert runs.path == path and not runs.finished
        same(runs.select(seed=[1, 2]), filled())
        for write in (
            lambda: runs["alone"].add(**capture(0)),
            lambda: runs.add_history(1, {"alone": {"loss": 1.0}}),
            lambda: runs.extend(Runs.create(names=["more"])),
        ):
            with pytest.raises(RecordingError, match=r"was opened to be read: Recording.resume"):
                write()
        assert runs.path == path
    assert Recording.runs(path).run.tolist() == [*NAMES, "alone"]


def test_a_file_that_is_not_there_is_told(path):
    with pytest.raises(FileNotFoundError, match="`path` must be a recording file; there is no"):
        load_runs(path)
    path.write_bytes(b"x" * 2000)
    with pytest.raises(RecordingError, match="it is no recording"):
        load_runs(path)


def test_a_run_that_another_process_replaced_is_told(path):
    runs = filled(path)
    with load_runs(path) as read:
        Recording.create(path, NAMES[0], overwrite=True).close()
        for one in (runs, read):
            with pytest.raises(RecordingError, match=f"run {NAMES[0]!r} .* replaced"):
                one.finished  # noqa: B018
            with pytest.raises(RecordingError, match=f"run {NAMES[0]!r} was replaced"):
                one[NAMES[0]].epochs  # noqa: B018
            assert one[NAMES[1]].epochs == [0, 1]


def test_a_copy_of_a_file_that_is_written_is_told_once(path):
    runs = Runs.create(path, ["a", "b", "c"])
    runs.finish(["b"])
    copy = path.with_name("copy.db")
    runs.add({"a": capture(0)})
    assert runs["a"].flush()
    copy.write_bytes(path.read_bytes())
    with pytest.warns(RecordingWarning) as told:
        load_runs(copy)
    assert len(told) == 1
    assert re.match("2 runs did not finish: if .* up to 20 capt", str(told[0].message))
    runs.close()
    load_runs(path)  # in silence: a warning would be an error


# chosen


def test_runs_are_chosen_by_their_parameters():
    runs = filled()
    some = runs.select(activation="tanh", rate=[0.1, 0.5], seed=2)
    assert some.names == ["tanh 0.1 2", "tanh 0.5 2"]
    assert runs.select(rate=np.float32(0.5), seed=range(1, 2)).names == ["relu 0.5 1", "tanh 0.5 1"]
    assert some.select(rate=0.1).names == ["tanh 0.1 2"] and runs.select().names == NAMES
    some.close()  # a view: the others stay open
    assert runs["tanh 0.1 2"].epochs == some["tanh 0.1 2"].epochs == [0, 1]
    with pytest.raises(UnknownNameError, match="`parameters` must be one of activation, rate, s"):
        runs.select(speed=1)
    with pytest.raises(ValueError, match="`activation` must be one of 'relu', 'tanh'; got 'rleu'"):
        runs.select(activation=["relu", "rleu"])


def test_a_list_can_be_a_value():
    runs = Runs.create(
        names=["a", "b", "c"], parameters=[{"units": [3, 4]}, {"units": [5]}, {"units": 3}]
    )
    assert runs.select(units=[3, 4]).names == ["a"] and runs.select(units=(5,)).names == ["b"]
    assert runs.select(units=[[5], 3]).names == ["b", "c"] and runs.select(units=3).names == ["c"]


def test_runs_without_parameters_have_none():
    runs = Runs.create(names=["a", "b"])
    assert "parameters" not in runs["a"].info
    with pytest.raises(UnknownNameError, match="`parameters` must be one of none; got 'seed'"):
        runs.select(seed=1)


# as tables

COLLIDING = [
    {"std": 0.1, "loss": "mse", "epoch": 7, "units": [3, 4], "deep": {"a": None}},
    {"std": 0.2, "loss": "mae", "epoch": 8, "units": [5], "more": True},
]


def test_parameters_are_a_table():
    table = filled().parameters
    assert table.index.tolist() == NAMES and table.index.name == "run"
    assert table.to_dict("records") == GRID
    assert table["seed"].dtype.kind == "i" and table["rate"].dtype.kind == "f"
    odd = Runs.create(names=["a", "b"], parameters=COLLIDING).parameters
    assert list(odd) == ["std", "loss", "epoch", "units", "deep", "more"]
    assert odd["units"].tolist() == ["[3, 4]", "[5]"] and odd["deep"].tolist()[0] == '{"a": null}'
    assert odd["deep"].isna().tolist() == [False, True] == (~odd["more"].isna()).tolist()
    assert Runs.create(names=["a"]).parameters.shape == (1, 0)
    assert Runs.create().parameters.shape == (0, 0)


@pytest.mark.parametrize("place", ["file", "memory", "loaded", "pickled"])
def test_the_frame_is_that_of_each_run_with_its_parameters(path, place):
    runs = filled(path if place in ("file", "loaded") else None)
    runs[NAMES[2]].add(**capture(5, 0.0))
    if place == "loaded":
        runs.close()
        runs = load_runs(path)
    if place == "pickled":
        runs = pickle.loads(pickle.dumps(runs))
    frame = runs.frame()
    assert list(frame) == [*COLUMNS, "activation", "rate", "seed"]
    one_by_one = pd.concat([runs[name].to_frame() for name in NAMES], ignore_index=True)
    assert frame[COLUMNS].equals(one_by_one) and len(frame) == 2 * 2 * len(NAMES) + 2
    wanted = dict(zip(NAMES, GRID, strict=True))
    for row in frame[["run", *GRID[0]]].to_dict("records"):
        assert wanted[row.pop("run")] == row
    some = runs.select(seed=2).frame("weight")
    whole = frame[(frame["seed"] == 2) & (frame["quantity"] == "weight")]
    assert some.equals(whole.reset_index(drop=True))
    with pytest.raises(ValueError, match=r"`quantity` must be one of z, .*; got 'weights'"):
        runs.frame("weights")


def test_the_order_of_the_frame_is_that_of_the_names():
    runs = filled()
    runs.extend(filled(None, NAMES[:1], GRID[:1]), overwrite=True)  # begun last, named first
    assert runs.frame()["run"].drop_duplicates().tolist() == runs.names == NAMES
    assert runs.history["run"].drop_duplicates().tolist() == NAMES


def test_histories_and_losses_are_tidy():
    runs = Runs.create(names=["b", "a"], parameters=[{"rate": 0.5}, {"rate": 0.1}])
    runs.add_history(2, {"a": {"loss": 0.25}, "b": {"loss": 1.5, "accuracy": 0.5}})
    runs.add_history(1, {"a": {"loss": 0.75}})
    runs.add({"b": capture(3, 4.0), "a": capture(1, 2.0)})
    history = runs.history
    assert list(history) == ["run", "rate", "epoch", "loss", "accuracy"]
    assert history["epoch"].dtype.kind == "i" and history["loss"].dtype.kind == "f"
    assert history.drop(columns="accuracy").values.tolist() == [
        ["b", 0.5, 2, 1.5],
        ["a", 0.1, 1, 0.75],
        ["a", 0.1, 2, 0.25],
    ]
    assert history["accuracy"].isna().tolist() == [False, True, True]
    assert runs.losses.values.tolist() == [["b", 0.5, 3, 30, 4.0, 2], ["a", 0.1, 1, 10, 2.0, 2]]
    assert list(runs.losses) == ["run", "rate", "epoch", "step", "loss", "samples"]


def test_a_parameter_never_takes_the_place_of_a_column():
    runs = Runs.create(names=["a", "b"], parameters=COLLIDING)
    runs.add({name: capture(1, 2.0) for name in runs})
    runs.add_history(1, {name: {"loss": 0.5} for name in runs})
    frame = runs.frame("z")
    assert frame["parameter_std"].tolist() == [0.1, 0.2] and frame["epoch"].tolist() == [1, 1]
    assert frame["std"].tolist() == runs["a"].to_frame()["std"].tolist()[:1] * 2
    assert frame["loss"].tolist() == ["mse", "mae"]
    history = runs.history
    assert history["loss"].tolist() == [0.5, 0.5] and history["epoch"].tolist() == [1, 1]
    assert history["parameter_loss"].tolist() == ["mse", "mae"]
    assert history["parameter_epoch"].tolist() == [7, 8] and history["std"].tolist() == [0.1, 0.2]
    both = Runs.create(names=["a"], parameters=[{"parameter_std": 1, "std": 2}])
    both.add({"a": capture(0)})
    assert both.frame("z")[["parameter_std", "parameter_parameter_std"]].values.tolist() == [[1, 2]]


def test_tables_of_nothing_have_their_columns():
    for runs, more in (
        (Runs.create(), []),
        (Runs.create(names=NAMES, parameters=GRID), [*GRID[0]]),
    ):
        assert list(runs.frame()) == [*COLUMNS, *more] and len(runs.frame()) == 0
        assert list(runs.history) == ["run", *more, "epoch"] and len(runs.history) == 0
        assert list(runs.losses) == ["run", *more, "epoch", "step", "loss", "samples"]


def test_recordings_of_a_recorder_are_runs_without_parameters(path):
    with Recording.create(path, "plain") as plain:
        plain.add(**capture(0))
        plain.add_history(1, {"loss": 0.5})
    filled(path, NAMES[:1], GRID[:1]).close()
    with load_runs(path) as runs:
        assert runs.parameters["rate"].isna().tolist() == [True, False]
        assert runs.frame()["activation"].isna().sum() == 2
        assert runs.history["seed"].isna().tolist() == [True, False, False]
        assert runs.frame()[COLUMNS].equals(read_frame(path))


def test_seaborn_draws_the_tables_as_they_are():
    runs = filled(epochs=(0, 1, 2))
    ax = sns.lineplot(data=runs.history, x="epoch", y="loss", hue="activation")
    # the mean of the runs of each colour
    of_relu = [k for k, one in enumerate(GRID) if one["activation"] == "relu"]
    np.testing.assert_allclose(
        ax.lines[0].get_ydata(), np.mean(of_relu) + np.arange(3) / 8, rtol=1e-12
    )
    grid = sns.relplot(
        data=runs.frame("z"), x="layer", y="std", hue="rate", col="activation", kind="line"
    )
    assert len(grid.axes.flat) == 2
    plt.close("all")


# a thousand, and damage


def test_reading_is_linear_in_the_runs():
    def asked(count):
        runs = Runs.create(names=[str(k) for k in range(count)], parameters=[{"a": 1}] * count)
        runs.add({name: capture(0) for name in runs})
        runs.add_history(1, {name: {"loss": 1.0} for name in runs})
        statements, steps = [], [0]
        connection = runs._store.connection
        connection.set_trace_callback(statements.append)
        connection.set_progress_handler(lambda: steps.__setitem__(0, steps[0] + 1), 1000)
        _ = runs.frame(), runs.history, runs.losses, runs.finished, runs.parameters
        return len(statements), steps[0]

    (few, little), (many, much) = asked(100), asked(800)
    assert many < 8 * few / 2, "each run is asked for by itself"
    assert little >= 4 and much < 8 * little * 1.5


def everything_in(path):
    with load_runs(path) as runs:
        said = [runs.names, runs.finished, runs.parameters.to_csv(), runs.frame().to_csv()]
        said += [runs.history.to_csv(), runs.losses.to_csv(), runs.path]
        return said


def test_a_flipped_bit_is_told_or_changes_nothing(path):
    filled(path, NAMES[:4], GRID[:4]).close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for statement in ("journal_mode = DELETE", "page_size = 512"):
            connection.execute(f"PRAGMA {statement}")
        connection.execute("VACUUM")
    data, wanted = path.read_bytes(), everything_in(path)
    rng = np.random.default_rng(3)
    told = 0
    for flip in range(300):
        place = flip % (len(data) // 512) * 512 + int(rng.integers(512))
        damaged = bytearray(data)
        damaged[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            assert everything_in(path) == wanted, f"byte {place} gives other numbers in silence"
        except RecordingError:
            told += 1
        for log in path.parent.glob("runs.db-*"):
            log.unlink()
    # the rest lies where nothing is, or in bins and units, which are not asked for
    assert told > 50, "little was ever told: this test would prove nothing"


@pytest.mark.parametrize(
    ("table", "read"),
    [
        ("captures", lambda runs: runs.losses),
        ("sketches", lambda runs: runs.frame()),
        ("history", lambda runs: runs.history),
        ("layers", lambda runs: runs.frame()),
        ("runs", lambda runs: runs.parameters),
    ],
)
def test_a_row_that_is_missing_is_told(path, table, read):
    filled(path).close()
    with load_runs(path) as runs:
        assert len(read(runs))
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute(f"DELETE FROM {table} WHERE rowid = 5")
            connection.commit()
        with pytest.raises(RecordingError, match=r"missing|somebody replaced it|is damaged"):
            read(runs)


# summed up


def test_a_summary_says_how_many_what_made_them_and_where_they_ended():
    runs = filled(epochs=(0, 1, 2))
    final = {
        value: [k + 0.25 for k, one in enumerate(GRID) if one["activation"] == value]
        for value in ("relu", "tanh")
    }
    assert final == {"relu": [0.25, 1.25, 2.25, 3.25], "tanh": [4.25, 5.25, 6.25, 7.25]}
    assert repr(runs).splitlines() == [
        "8 runs in memory",
        "all finished; 2 epochs, captured at epochs 0 to 2",
        "final loss: median 3.8, from 0.25 to 7.2",
        "final loss by activation",
        "activation  runs  median  lowest  highest",
        "relu           4     1.8    0.25      3.2",
        "tanh           4     5.8     4.2      7.2",
        "- activation: relu, tanh",
        "- rate: 0.1, 0.5",
        "- seed: 1, 2",
    ]


def test_a_summary_tells_what_is_not_finished_or_not_finite(path):
    runs = filled(path)
    runs[NAMES[0]].add(**capture(3))
    runs.add_history(3, {NAMES[1]: {"loss": float("inf")}, NAMES[2]: {"loss": 0.5}})
    lines = repr(runs).splitlines()
    assert lines[0] == f"8 runs in {path}"
    assert lines[1].startswith("1 of them not finished; 1 to 3 epochs, captured at epochs 0, 1, 3")
    assert lines[2].endswith("of 1 it is not finite")
    assert "0.50 ✕" in next(line for line in lines if line.startswith("relu  "))
    assert lines[-1].startswith("✕: the loss of some is not finite")
    runs.close()
    assert repr(runs) == f"8 runs in {path}: cannot be read\n" + repr(runs).splitlines()[1]
    assert "closed" in repr(runs)


def test_a_summary_is_short_however_much_there_is():
    many = [{"rate": k / 7, "unit <b>": f"<i>{k}</i>", **{f"p{j}": j for j in range(9)}}
            for k in range(300)]  # fmt: skip
    runs = Runs.create(names=map(str, range(300)), parameters=many)
    text = repr(runs).splitlines()
    assert text[2] == "- rate: 0, 0.1429, 0.2857, 0.4286, 0.5714, 0.7143, …, 42.71 (300 values)"
    assert text[-1] == "- and 5 more parameters" and len(text) < 12
    html = runs._repr_html_()
    assert "<i>" not in html and "&lt;i&gt;0&lt;/i&gt;" in html and "currentColor" not in html
    assert "color" not in html  # that of the page, light or dark
    assert repr(Runs.create()) == "0 runs in memory"
    plain = Runs.create(names=["a"])
    plain.add({"a": capture(0, 0.5)})
    assert repr(plain).splitlines()[1:] == [
        "1 of them not finished; captured at epoch 0",
        "final loss on the probe data: 0.50",
    ]


@pytest.mark.parametrize("place", ["file", "memory"])
def test_runs_are_chosen_by_name_in_another_order(path, place):
    runs = filled(path if place == "file" else None)
    wanted = [NAMES[5], NAMES[0], NAMES[3]]
    some = runs.only(wanted)
    assert some.names == wanted and some.finished and some.path == runs.path
    assert [one["seed"] for one in (some[name].info["parameters"] for name in wanted)] == [2, 1, 2]
    assert runs.select(rate=0.1).only(["relu 0.1 2"]).names == ["relu 0.1 2"]
    with pytest.raises(UnknownNameError, match=r"`run` must be one of relu 0.1 1, .*; got 'relu'"):
        runs.only(["relu"])
    with pytest.raises(ValueError, match="must be different from each other; got 'a' twice"):
        runs.only(["a", "a"])
    some.extend(filled(names=["new"], parameters=[]))  # it is whole, and closes the file
    assert some.names == [*wanted, "new"]
    some.close()
    if place == "file":
        assert load_runs(path).names == [*NAMES, "new"]


# noted


@pytest.mark.parametrize("place", ["file", "memory"])
def test_more_can_be_noted_of_runs(path, place):
    runs = filled(path if place == "file" else None)
    before = {name: runs[name].info for name in NAMES}
    runs.only(NAMES[:2]).note({"sweep": {"epochs": 3}, "host": "a"})
    runs.only(NAMES[:1]).note({"host": "b"})
    more = {NAMES[0]: {"sweep": {"epochs": 3}, "host": "b"}}
    more[NAMES[1]] = {"sweep": {"epochs": 3}, "host": "a"}
    assert {name: runs[name].info for name in NAMES} == {
        name: before[name] | more.get(name, {}) for name in NAMES
    }
    assert runs.finished  # which noting does not end
    again = load_runs(path) if place == "file" else pickle.loads(pickle.dumps(runs))
    assert again[NAMES[0]].info == before[NAMES[0]] | more[NAMES[0]]
    assert again.select(seed=1).names == NAMES[::2]


def test_what_cannot_be_noted_changes_nothing(path):
    runs = filled(path)
    with pytest.raises(ValueError, match="`info` must leave 'parameters' as they are"):
        runs.note({"parameters": {"seed": 9}})
    with pytest.raises(ValueError, match="must have at most 1,000,000 characters"):
        runs.note({"text": "a" * 1_000_001})
    with pytest.raises(TypeError, match="not JSON serializable"):
        runs.note({"data": b"a"})
    with pytest.raises(RecordingError, match="was opened to be read"):
        load_runs(path).note({"host": "a"})
    assert runs.path == path and all(set(runs[name].info) == {"parameters"} for name in NAMES)
