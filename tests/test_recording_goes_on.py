"""A run from its beginning to its end: layers by name, what is not heard, kills, threads."""

import contextlib
import copy
import math
import pickle
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from kit.recordings import (
    LayerSketches,
    LayerSnapshot,
    Recording,
    RecordingError,
    RecordingWarning,
    Snapshot,
    written_file,
)
from kit.stats.sketch import Sketch
from kit.stats.units import MOST_UNITS, UnitEvidence


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs.db"


def entry(name, index, value, *, output=False, units=True):
    """A layer whose every value tells who it is."""
    z = np.array([[value, 2.0 * value], [3.0 * value, 0.0]])
    evidence = {"z": UnitEvidence.of(z, beyond=abs(value))} if units else {}
    return LayerSketches(
        name,
        index,
        output,
        sketches={"z": Sketch.of(z), "weight": Sketch.of([value])},
        units=evidence,
    )


def add(recording, epoch, *layers, step=None, **more):
    step = 10 * epoch if step is None else step
    recording.add(epoch=epoch, step=step, loss=epoch / 4, samples=2, layers=layers, **more)


def one(epoch):
    return entry("h1", 0, epoch + 1.0)


# layers by name


@pytest.mark.parametrize("place", ["memory", "file", "pickled"])
def test_captures_of_other_entries_keep_each_layer_under_its_name(path, place):
    recording = Recording.create(None if place == "memory" else path)
    first = {"l/d": 1.0, "l/d[1]": 2.0, "l/d[2]": 3.0, "g": 4.0, "o": 5.0}
    second = {"l/d": 10.0, "g": 40.0, "new": 60.0, "o": 50.0}  # 4 entries, other places
    for epoch, values in enumerate((first, second)):
        layers = [
            entry(name, k, v, output=name == "o") for k, (name, v) in enumerate(values.items())
        ]
        add(recording, epoch, *layers)
    if place == "pickled":
        recording = pickle.loads(pickle.dumps(recording))
    assert recording.layers == ["l/d", "l/d[1]", "l/d[2]", "g", "o", "new"]
    for epoch, values in enumerate((first, second)):
        for name, value in values.items():
            assert recording.sketch("z", name, epoch).max == 3 * value
            assert recording.sketch("weight", name, epoch).mean == value
            np.testing.assert_allclose(recording.units("z", name, epoch).mean, [2 * value, value])
        rows = recording.to_frame().query("quantity == 'weight' and epoch == @epoch")
        assert dict(zip(rows.layer, rows["mean"], strict=True)) == values
    for name in ("l/d[1]", "l/d[2]"):
        with pytest.raises(ValueError, match=f"layer {re.escape(repr(name))} has no z at epoch 1"):
            recording.sketch("z", name, 1)
        assert list(recording.sketches("z", name)) == [0]
    assert list(recording.sketches("z", "new")) == [1]
    assert recording["o"].output and not recording["g"].output
    assert recording.layers_with("z", outputs=False) == ["l/d", "l/d[1]", "l/d[2]", "g", "new"]


def test_a_new_layer_takes_the_place_that_it_names_where_that_is_free():
    recording = Recording.create()
    add(recording, 0, entry("b", 2, 1.0), entry("a", 0, 2.0))
    add(recording, 1, entry("between", 1, 3.0), entry("clash", 2, 4.0))
    assert recording.layers == ["a", "between", "b", "clash"]


def test_two_layers_of_one_name_are_refused():
    recording = Recording.create()
    with pytest.raises(ValueError, match="`layers` must have names of their own; got 'h1' twice"):
        add(recording, 0, entry("h1", 0, 1.0), entry("h1", 1, 2.0))
    assert recording.epochs == []


# what each unit shows, and updates


def test_units_come_back_and_stand_in_the_table(path):
    z = np.array([[1.0, -4.0, 5.0], [3.0, -4.0, 0.0]])
    unit = UnitEvidence.of(z, beyond=3.5)
    layer = LayerSketches(
        "h1",
        0,
        sketches={"z": Sketch.of(z), "weight": Sketch.of([1.0])},
        units={"z": unit},
        update=0.25,
    )
    with Recording.create(path) as recording:
        add(recording, 0, layer)
    with Recording.load(path) as read:
        for found in (read.units("z", "h1", 0), read["h1"].units("z", step=0)):
            assert found.count.tolist() == [2, 2, 2] and found.active.tolist() == [2, 2, 1]
            assert found.saturated.tolist() == [0, 2, 1]
            np.testing.assert_allclose(found.mean, [2.0, -4.0, 2.5], rtol=1e-4)
            np.testing.assert_allclose(found.std, [1.0, 0.0, 2.5], rtol=1e-4)
        row, weight = read.to_frame().to_dict("records")
        assert row["std_samples"] == pytest.approx(math.sqrt((1 + 0 + 6.25) / 3))
        assert row["std_units"] == pytest.approx(np.std([2.0, -4.0, 2.5]))
        assert row["saturated"] == pytest.approx(3 / 6) and math.isnan(row["update"])
        assert row["std_samples"] ** 2 + row["std_units"] ** 2 == pytest.approx(row["std"] ** 2)
        assert weight["update"] == 0.25
        assert all(math.isnan(weight[name]) for name in ("std_samples", "std_units", "saturated"))
        with pytest.raises(ValueError, match="layer 'h1' has no unit evidence of weight: its val"):
            read.units("weight", "h1", 0)
        with pytest.raises(ValueError, match="`epoch` must be one of 0; got 3"):
            read.units("z", "h1", 3)
        with pytest.raises(ValueError, match="layer 'h1' has no delta; it has z, weight"):
            read.units("delta", "h1", 0)


def test_units_of_many_layers_are_told_apart():
    recording = Recording.create()
    some = [entry(f"h{k}", k, k + 1.0, units=k != 1) for k in range(4)]
    add(recording, 0, *some)
    for k in (0, 2, 3):
        assert recording.units("z", f"h{k}", 0).count.tolist() == [2, 2]
        np.testing.assert_allclose(recording.units("z", f"h{k}", 0).mean, [2 * (k + 1), k + 1])
    with pytest.raises(ValueError, match="layer 'h1' has no unit evidence of z"):
        recording.units("z", "h1", 0)


def test_layers_of_very_many_units_are_packed_apart_or_not_at_all():
    recording = Recording.create()
    wide = np.arange(2.0 * MOST_UNITS + 2).reshape(2, -1)  # one unit too many
    half = wide[:, : MOST_UNITS // 2 + 1]
    layers = [
        LayerSketches(name, k, sketches={"z": Sketch.of(x)}, units={"z": UnitEvidence.of(x)})
        for k, (name, x) in enumerate({"a": half, "b": half, "wide": wide}.items())
    ]
    add(recording, 0, *layers)
    for name in ("a", "b"):
        assert recording.units("z", name, 0).units == half.shape[1]
    with pytest.raises(ValueError, match="layer 'wide' has no unit evidence of z"):
        recording.units("z", "wide", 0)
    assert recording.to_frame()["std_units"].notna().all()


def test_a_snapshot_has_units_too():
    z = np.array([[1.0, -4.0], [3.0, 0.0]])
    layers = [
        LayerSnapshot("h1", 0, z=z, activation=np.tanh(z), weight=z, saturates_beyond=2.0),
        LayerSnapshot("h2", 1, z=z),
    ]
    snapshot = Snapshot(layers, loss=0.5, samples=2, not_heard={"h3": "a loop"})
    unit = snapshot.units("z", "h1")
    assert unit.saturated.tolist() == [1, 1] and unit.mean.tolist() == [2.0, -2.0]
    assert snapshot.units("z", "h1", 0) is unit and snapshot.units("z", "h1", step=0) is unit
    assert snapshot.units("z", "h2").saturated is None
    assert snapshot.units("activation", "h1").saturated is None
    frame = snapshot.to_frame()
    assert frame["saturated"].isna().tolist() == [False, True, True, True]
    assert frame["saturated"][0] == 0.5 and frame["update"].isna().all()
    with pytest.raises(ValueError, match="layer 'h1' has no unit evidence of weight: its values"):
        snapshot.units("weight", "h1")
    with pytest.raises(ValueError, match="layer 'h2' has no activation; it has z"):
        snapshot.units("activation", "h2")
    assert snapshot.not_heard == {"h3": "a loop"} and Snapshot(layers, 0.5, 2).not_heard == {}


# what is not heard


def test_what_is_not_heard_is_kept_with_its_reason(path):
    with Recording.create(path) as recording:
        add(recording, 0, one(0), not_heard={"l/d": "runs in a loop"})
        add(recording, 1, one(1), not_heard={"l/d": "runs in a loop", "g": "first words"})
        add(recording, 2, one(2), not_heard={"g": "other words"})
        assert recording.not_heard == {"l/d": "runs in a loop", "g": "other words"}
        saved = recording.save(path.with_name("copy.db"))
    assert saved.not_heard == {"l/d": "runs in a loop", "g": "other words"}
    assert pickle.loads(pickle.dumps(saved)).not_heard == saved.not_heard
    with contextlib.closing(sqlite3.connect(path)) as connection:
        steps = dict(connection.execute("SELECT name, step FROM unheard"))
    assert steps == {"l/d": 0, "g": 10}  # since when
    with Recording.load(path) as read:
        assert read.not_heard == saved.not_heard and read.layers == ["h1"]
    assert Recording.create().not_heard == {}


# the end


def test_a_run_tells_whether_it_is_finished(path):
    with Recording.create(path, "done") as done, Recording.create(path, "open") as other:
        assert not done.finished
        for recording in (done, other):
            add(recording, 0, one(0))
        done.finish()
        assert done.finished and not other.finished
        assert Recording.runs(path)[["run", "finished"]].values.tolist() == [
            ["done", True],
            ["open", False],
        ]
    assert Recording.load(path, "done").finished
    memory = Recording.create()
    memory.finish()
    assert memory.finished and memory.save(path, "saved").finished
    assert pickle.loads(pickle.dumps(memory)).finished and copy.deepcopy(memory).finished
    add(memory, 1, one(1))  # which begins it anew
    assert not memory.finished


def copied(path):
    target = path.with_name("copy.db")
    target.unlink(missing_ok=True)
    shutil.copy(path, target)
    return target


def test_a_copy_of_a_finished_file_alone_is_whole_and_silent(path):
    recording = Recording.create(path)
    for epoch in range(7):
        add(recording, epoch, one(epoch))
    recording.finish()
    with Recording.load(copied(path)) as copy_:  # a warning would be an error
        assert copy_.to_frame().equals(recording.to_frame()) and copy_.finished


def test_a_copy_from_the_middle_lacks_no_more_than_it_says(path, monkeypatch):
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)  # no second passes
    recording = Recording.create(path)
    said = []
    for epoch in range(2 * written_file.CHECKPOINT_EVERY + 5):
        add(recording, epoch, one(epoch))
        with pytest.warns(RecordingWarning, match="run 'run-1' did not finish: if .*copy") as told:
            copy_ = Recording.load(copied(path))
        (most,) = {int(re.search(r"up to (\d+) captures", str(w.message))[1]) for w in told}
        missing = epoch + 1 - len(copy_.epochs)
        said.append(missing)
        assert 0 <= missing <= most and len(told) == 1
        assert copy_.epochs == list(range(len(copy_.epochs)))
        copy_.close()
    assert max(said) > 0, "nothing was ever missing: this test would prove nothing"


def test_beside_a_writer_or_its_log_there_is_no_warning(path):
    recording = Recording.create(path)
    add(recording, 0, one(0))
    assert Recording.load(path).epochs == [0]
    both = copied(path)
    shutil.copy(f"{path}-wal", f"{both}-wal")  # as a kill leaves it
    assert Recording.load(both).epochs == [0]
    recording.close()  # nothing stands elsewhere any more
    assert Recording.load(path).epochs == [0]
    assert Recording.load(copied(path)).epochs == [0]
    again = Recording.resume(path)
    add(again, 1, one(1))
    with pytest.warns(RecordingWarning, match="captures may be missing"):
        Recording.load(copied(path))


def test_a_recording_that_is_forgotten_is_closed_well(path):
    add(Recording.create(path), 0, one(0))
    assert Recording.load(path).epochs == [0]


# going on after a kill


KILLED = """
import os, signal, sys
from kit.recordings import LayerSketches, Recording
from kit.stats.sketch import Sketch

recording = Recording.create(sys.argv[1], "mine", info={"seed": 5})
for epoch in range(5):
    layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([epoch + 1.0])})
    recording.add(epoch=epoch, step=10 * epoch, loss=1, samples=2, layers=[layer])
    recording.add_history(epoch, {"loss": epoch})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a kill of this kind is POSIX's")
def test_a_run_goes_on_after_a_kill(path):
    done = subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert done.returncode == -signal.SIGKILL
    with Recording.resume(path, "mine") as recording:
        assert recording.epochs == [0, 1, 2, 3, 4] and recording.info == {"seed": 5}
        assert recording.cut(2) == 2  # the backup is of epoch 2
        assert recording.epochs == [0, 1, 2] and recording.history.index.tolist() == [0, 1, 2]
        for epoch in (3, 4):
            add(recording, epoch, entry("h1", 0, 100.0 * epoch))
        recording.finish()
    with Recording.load(path) as read:
        assert read.finished and read.info == {"seed": 5}
        maxima = [read.sketch("z", "h1", epoch).max for epoch in read.epochs]
        assert maxima == [1.0, 2.0, 3.0, 900.0, 1200.0]


def test_a_cut_drops_what_came_after_the_end_of_an_epoch():
    recording = Recording.create()
    add(recording, 0, one(0), step=0, not_heard={"a": "since step 0"})
    for epoch in range(3):
        add(recording, epoch, one(epoch), step=10 * epoch + 5, within=True)
        more = [entry("late", 1, 7.0)] if epoch == 2 else []
        heard = {"late": "since the last"} if epoch == 2 else {}
        add(recording, epoch + 1, one(epoch), *more, step=10 * epoch + 10, not_heard=heard)
        recording.add_history(epoch + 1, {"loss": epoch})
    recording.finish()
    assert recording.layers == ["h1", "late"]
    assert recording.cut(2) == 2
    assert recording.steps == [0, 5, 10, 15, 20] and recording.epochs == [0, 1, 2]
    assert recording.layers == ["h1"] and recording.not_heard == {"a": "since step 0"}
    assert recording.history.index.tolist() == [1, 2] and not recording.finished
    assert len(recording.to_frame()) == 5 * 2
    assert recording.cut(2) == 0 and recording.steps == [0, 5, 10, 15, 20]
    assert recording.cut(0) == 4 and recording.steps == [0]
    with pytest.raises(ValueError, match="`epoch` must be"):
        recording.cut(-1)
    with pytest.raises(TypeError, match="`epoch` must be"):
        recording.cut("two")


def test_what_cannot_go_on_is_told(path):
    with pytest.raises(FileNotFoundError, match="there is no"):
        Recording.resume(path, "mine")
    for run in ("first", "second"):
        Recording.create(path, run).close()
    for run in (None, "third"):
        with pytest.raises(RecordingError, match=rf"`run` must name a run of .*; got {run!r}; it"):
            Recording.resume(path, run)
    assert Recording.resume(path, "second").run == "second"


def test_a_long_list_of_runs_is_shortened(path):
    for _ in range(15):
        Recording.create(path).close()
    with pytest.raises(RecordingError, match=r"'run-1', .*'run-12' and 3 more$"):
        Recording.load(path)


# a file that goes away


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no file that is open")
@pytest.mark.parametrize("way", ["deleted", "replaced", "folder"])
def test_a_file_that_goes_away_is_told_and_the_recording_goes_on(tmp_path, way, monkeypatch):
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    recording = Recording.create("runs.db")
    monkeypatch.chdir(tmp_path)  # a process may go elsewhere: the file is where it was
    for epoch in range(3):
        add(recording, epoch, one(epoch))
    path = folder / "runs.db"
    if way == "folder":
        shutil.rmtree(folder)
    else:
        path.unlink()
    if way == "replaced":
        path.write_bytes(b"another")
    why = "another is in its place" if way == "replaced" else "it was deleted"
    with pytest.warns(RecordingWarning, match=f"runs.db failed: {why}.*goes on in memory"):
        add(recording, 3, one(3))
    add(recording, 4, one(4))
    recording.finish()
    assert recording.path is None and recording.epochs == [0, 1, 2, 3, 4] and recording.finished
    assert recording.sketch("z", "h1", 1).max == 6.0
    recording.close()
    assert not path.exists() or path.read_bytes() == b"another"


# threads


def test_one_thread_reads_while_another_writes(path):
    recording = Recording.create(path)
    add(recording, 0, one(0))
    failed, seen = [], []

    def write():
        try:
            for epoch in range(1, 201):
                add(recording, epoch, one(epoch))
                recording.add_history(epoch, {"loss": 1.0})
        except Exception as error:
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        frame, epochs = recording.to_frame(), recording.epochs
        assert len(frame) % 2 == 0  # whole captures only
        assert epochs == list(range(len(epochs))) and len(frame) // 2 <= len(epochs)
        assert recording.sketch("z", "h1", epochs[-1]).max == 3 * (epochs[-1] + 1)
        seen.append(len(epochs))
    writer.join()
    assert not failed and recording.epochs == list(range(201))
    assert len(set(seen)) > 3, "the reader saw nothing grow: this test would prove nothing"


def test_who_reads_waits_for_what_is_still_to_be_written():
    recording = Recording.create()
    waiting = [0, 1, 2]

    def settle():
        while waiting:
            epoch = waiting.pop(0)
            add(recording, epoch, one(epoch))  # writing does not wait, or this would not end
            recording.add_history(epoch, {"loss": 1.0})

    reads = {
        "epochs": lambda: recording.epochs == [0, 1, 2],
        "steps": lambda: recording.steps == [0, 10, 20],
        "layers": lambda: recording.layers == ["h1"],
        "len": lambda: len(recording) == 1,
        "in": lambda: "h1" in recording,
        "iter": lambda: list(recording) == ["h1"],
        "layers_with": lambda: recording.layers_with("z") == ["h1"],
        "history": lambda: len(recording.history) == 3,
        "losses": lambda: len(recording.losses) == 3,
        "sketch": lambda: recording.sketch("z", "h1", 2).max == 9,
        "sketches": lambda: len(recording.sketches("z", "h1")) == 3,
        "units": lambda: recording.units("z", "h1", 2).units == 2,
        "to_frame": lambda: len(recording.to_frame()) == 6,
        "layer": lambda: len(recording["h1"].to_frame()) == 6,
        "info": lambda: recording.info == {} and not waiting,
        "finished": lambda: not recording.finished and not waiting,
        "not_heard": lambda: recording.not_heard == {} and not waiting,
        "repr": lambda: "epochs 0 to 2" in repr(recording),
        "pickle": lambda: len(pickle.loads(pickle.dumps(recording)).epochs) == 3,
    }
    for name, read in reads.items():
        recording, waiting = Recording.create(), [0, 1, 2]
        recording._settle = settle
        assert read(), name


def test_a_saved_recording_has_what_was_still_to_be_written(path):
    recording = Recording.create()
    waiting = [0, 1]

    def settle():
        while waiting:
            epoch = waiting.pop(0)
            add(recording, epoch, one(epoch))

    recording._settle = settle
    assert recording.save(path).epochs == [0, 1]


# reading is linear in the captures


def steps_of(recording, read):
    """Thousands of instructions that SQLite takes for an answer: time that does not flicker."""
    counted = [0]

    def count():
        counted[0] += 1

    recording._connection.set_progress_handler(count, 1000)
    read(recording)
    recording._connection.set_progress_handler(None, 0)
    return counted[0]


def draw(recording):
    import matplotlib.pyplot as plt

    from kit.plots import plot_epochs

    plot_epochs(recording, "z")
    plt.close("all")


READS = {
    "drawing": draw,
    "the table": lambda recording: recording.to_frame(),
    "each capture's sketch": lambda recording: [
        recording.sketch("z", "h1", epoch) for epoch in range(len(recording.losses))
    ],
    "a copy": copy.deepcopy,
    "each step's units": lambda recording: [
        recording.units("z", "h1", step=step) for step in recording.steps
    ],
}


@pytest.mark.parametrize("name", READS)
def test_reading_is_linear_in_the_captures(name):
    found = []
    for captures in (150, 600):
        recording = Recording.create()
        for epoch in range(captures):
            add(recording, epoch, one(epoch), entry("h2", 1, 5.0))
        found.append(steps_of(recording, READS[name]))
    few, many = found
    assert few >= 4 and many < 4 * few * 1.5  # 16 times as much where it is quadratic
