"""kit.recordings: what is written comes back, whatever happens in between."""

import contextlib
import gc
import json
import math
import os
import pickle
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kit.checks import UnknownNameError
from kit.quantities import OF_SAMPLES
from kit.recordings import (
    QUANTITIES,
    LayerSketches,
    LayerSnapshot,
    Recording,
    RecordingError,
    RecordingWarning,
    Snapshot,
    read_frame,
    schema,
    storage,
)
from kit.recordings.common import COLUMNS
from kit.stats.sketch import QUANTILES, Sketch
from kit.stats.units import UnitEvidence

# What every child process begins with. It must not load TensorFlow: that alone takes seconds.
CHILD = '''
import json, os, signal, sys, time
import numpy as np
from kit.recordings import LayerSketches, QUANTITIES, Recording, RecordingError
from kit.stats.sketch import Sketch

def layers(epoch):
    """Two layers whose every value tells the epoch."""
    x = epoch + np.linspace(1, 2, 500).astype("float32")
    sketches = {quantity: Sketch.of(x * (k + 1)) for k, quantity in enumerate(QUANTITIES)}
    arrays = {"z": x}
    return [LayerSketches(f"h{k}", k, sketches=sketches, arrays=arrays) for k in range(2)]

def add(recording, epoch):
    recording.add(epoch=epoch, step=epoch * 3, loss=epoch / 7, samples=5, layers=layers(epoch))

assert "tensorflow" not in sys.modules and "keras" not in sys.modules
'''


def start(script, *arguments):
    code = CHILD + textwrap.dedent(script)
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process, timeout=100):
    out, err = process.communicate(timeout=timeout)
    assert process.returncode == 0, err
    return out


def assert_whole(recording, epochs):
    """The captures of `CHILD` for these epochs, to the last value."""
    assert recording.layers == ["h0", "h1"]
    assert set(epochs) <= set(recording.epochs)
    for epoch in epochs:
        x = epoch + np.linspace(1, 2, 500).astype("float32")
        for layer in recording.layers:
            for k, quantity in enumerate(QUANTITIES):
                sketch = recording.sketch(quantity, layer, epoch)
                assert sketch.count == sketch.counts.sum() == 500
                assert (sketch.min, sketch.max) == ((x * (k + 1)).min(), (x * (k + 1)).max())
                np.testing.assert_array_equal(sketch.bins, Sketch.of(x * (k + 1)).bins)
            np.testing.assert_array_equal(recording.values("z", layer, epoch), x)
    losses = recording.losses.set_index("epoch").loss
    np.testing.assert_allclose(losses[list(epochs)], [epoch / 7 for epoch in epochs])


def some_arrays(seed, layers=("h1", "h2", "o")):
    """Arrays of every quantity: {layer: {quantity: array}}."""
    rng = np.random.default_rng(seed)
    return {
        name: {
            "z": rng.normal(size=(20, 4)).astype("float32"),
            "activation": np.maximum(rng.normal(size=(20, 4)), 0).astype("float32"),
            "delta": rng.normal(0, 1e-9, (20, 4)).astype("float32"),
            "weight": rng.normal(size=(3, 4)).astype("float16"),
            "gradient": rng.normal(0, 1e-4, (3, 4)),
        }
        for name in layers
    }


def as_layers(arrays, *, raw=False, output="o"):
    return [
        LayerSketches(
            name,
            index,
            output=name == output,
            sketches={quantity: Sketch.of(x) for quantity, x in of_layer.items()},
            arrays=of_layer if raw else {},
            units={
                quantity: UnitEvidence.of(x, beyond=1.0 if quantity == "z" else None)
                for quantity, x in of_layer.items()
                if quantity in OF_SAMPLES
            },
            update=0.5,
        )
        for index, (name, of_layer) in enumerate(arrays.items())
    ]


def fill(recording, epochs=3, *, raw=False, seed=0):
    """Captures at epochs 0, 1, ... of 10 steps each; the arrays by epoch."""
    written = [some_arrays(seed + epoch) for epoch in range(epochs)]
    for epoch, arrays in enumerate(written):
        recording.add(
            epoch=epoch,
            step=10 * epoch,
            loss=1 / (epoch + 1),
            samples=20,
            layers=as_layers(arrays, raw=raw),
        )
    return written


def same_sketch(a, b):
    for name in ("count", "mean", "m2", "min", "max", "zeros", "nonfinite", "bits"):
        np.testing.assert_equal(getattr(a, name), getattr(b, name))
    np.testing.assert_array_equal(a.bins, b.bins)
    np.testing.assert_array_equal(a.counts, b.counts)


def assert_holds(recording, written, *, raw=False):
    assert recording.epochs == list(range(len(written)))
    for epoch, arrays in enumerate(written):
        for layer, of_layer in arrays.items():
            for quantity, x in of_layer.items():
                same_sketch(recording.sketch(quantity, layer, epoch), Sketch.of(x))
                if raw:
                    values = recording.values(quantity, layer, epoch)
                    assert (values.dtype, values.shape) == (x.dtype, x.shape)
                    np.testing.assert_array_equal(values, x)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs.kit"


@pytest.fixture(params=["file", "memory", "pickled", "saved"])
def elsewhere(request, tmp_path):
    """A function that puts a filled recording into each place it can be read from."""

    def put(recording):
        if request.param == "file":
            return Recording.load(recording.save(tmp_path / "copy").path, recording.run)
        if request.param == "pickled":
            return pickle.loads(pickle.dumps(recording))
        if request.param == "saved":
            return recording.save(tmp_path / "copy", "another name")
        return recording

    return put


# round trips


@pytest.mark.parametrize("raw", [False, True])
def test_sketches_and_arrays_come_back_to_the_last_bit(elsewhere, raw):
    recording = Recording.create()
    written = fill(recording, raw=raw)
    assert_holds(elsewhere(recording), written, raw=raw)


def test_a_file_holds_what_was_written_once_it_is_closed(path):
    with Recording.create(path) as recording:
        written = fill(recording, raw=True)
    with Recording.load(path) as read:
        assert_holds(read, written, raw=True)
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name]


def test_a_file_can_be_read_before_it_is_closed(path):
    recording = Recording.create(path)
    reader = None
    written = []
    for epoch in range(3):
        arrays = some_arrays(epoch)
        recording.add(epoch=epoch, step=epoch, loss=0, samples=20, layers=as_layers(arrays))
        written.append(arrays)
        reader = reader or Recording.load(path)
        assert_holds(reader, written)


def test_what_has_no_finite_value_comes_back(elsewhere):
    recording = Recording.create()
    of_layer = {
        "z": np.array([math.nan, math.inf]),
        "activation": np.empty((0, 3)),
        "delta": np.array([1e300, -1e300]),
        "weight": np.array([math.nan, 0.0, -0.0, 5.0]),
    }
    layer = as_layers({"h1": of_layer}, raw=True)
    recording.add(epoch=0, step=0, loss=math.nan, samples=2, layers=layer)
    read = elsewhere(recording)
    for quantity, x in of_layer.items():
        same_sketch(read.sketch(quantity, "h1", 0), Sketch.of(x))
        np.testing.assert_array_equal(read.values(quantity, "h1", 0), x)
    assert math.isnan(read.losses.loss[0])
    frame = read.to_frame().set_index("quantity")
    assert frame.loc["z", "nonfinite"] == 2 and math.isnan(frame.loc["z", "mean"])
    assert frame.loc["weight", "zero_fraction"] == pytest.approx(2 / 3)


def test_the_arrays_that_come_back_can_be_written_to():
    recording = Recording.create()
    fill(recording, raw=True)
    recording.values("z", "h1", 0)[:] = 0
    assert np.any(recording.values("z", "h1", 0))


@pytest.mark.parametrize("name", ["plain", "a b#c?d%20.kit", "Übung.sqlite"])
def test_file_names_of_every_kind(tmp_path, name):
    with Recording.create(str(tmp_path / name)) as recording:
        written = fill(recording)
    assert_holds(Recording.load(str(tmp_path / name)), written)


def test_a_relative_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Recording.create("here.kit") as recording:
        written = fill(recording)
    assert_holds(Recording.load("here.kit"), written)


# tables


def test_the_frame_agrees_with_numpy(elsewhere):
    recording = Recording.create()
    written = fill(recording)
    frame = elsewhere(recording).to_frame()
    assert list(frame.columns) == COLUMNS
    assert len(frame) == 3 * 3 * 5
    for row in frame.itertuples():
        x = written[row.epoch][row.layer][row.quantity].astype("f8")
        assert row.step == 10 * row.epoch
        assert row.layer_index == ["h1", "h2", "o"].index(row.layer)
        assert (row.count, row.nonfinite) == (x.size, 0)
        assert row.mean == pytest.approx(x.mean(), rel=1e-9)
        assert row.std == pytest.approx(x.std(), rel=1e-9)
        assert row.rms == pytest.approx(np.sqrt((x**2).mean()), rel=1e-9)
        assert (row.min, row.max) == (x.min(), x.max())
        assert row.zero_fraction == np.mean(x == 0)
        for name, q in QUANTILES.items():
            true = np.quantile(x, q, method="inverted_cdf")
            assert getattr(row, name) == pytest.approx(true, rel=0.02)


def test_the_frame_has_its_rows_in_order():
    recording = Recording.create()
    fill(recording)
    frame = recording.to_frame()
    order = frame.quantity.map(QUANTITIES.index)
    keys = list(zip(frame.epoch, frame.layer_index, order, strict=True))
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_the_frame_has_numbers_for_numbers(elsewhere):
    recording = Recording.create()
    nothing = {"h1": {"z": np.array([math.nan])}}
    recording.add(epoch=0, step=0, loss=0, samples=1, layers=as_layers(nothing))
    frame = elsewhere(recording).to_frame()
    for name in ("epoch", "step", "layer_index", "count", "nonfinite"):
        assert frame[name].dtype == "int64", name
    for name in ("mean", "std", "rms", "min", *QUANTILES, "max", "zero_fraction"):
        assert frame[name].dtype == "float64", name


def test_the_frame_is_ready_for_pandas_and_seaborn():
    import matplotlib.pyplot as plt
    import seaborn as sns

    recording = Recording.create()
    fill(recording)
    frame = recording.to_frame()
    by_layer = frame[frame.quantity == "z"].groupby("layer")["std"].mean()
    assert by_layer.index.tolist() == ["h1", "h2", "o"]
    wide = frame.pivot(index="epoch", columns=["layer", "quantity"], values="mean")
    assert wide.shape == (3, 15)
    z = frame[frame.quantity == "z"]
    ax = sns.lineplot(z, x="epoch", y="std", hue="layer", ax=plt.figure().subplots())
    lines = [line for line in ax.lines if len(line.get_xdata())]
    assert [list(line.get_xdata()) for line in lines] == [[0, 1, 2]] * 3
    for line, layer in zip(lines, ["h1", "h2", "o"], strict=True):
        np.testing.assert_allclose(line.get_ydata(), z[z.layer == layer]["std"])


def test_the_view_in_the_file_is_the_frame(path):
    with Recording.create(path, "first") as first, Recording.create(path, "second") as second:
        fill(first)
        fill(second, epochs=2, seed=50)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        frame = pd.read_sql("SELECT * FROM quantities", connection)
    for run in ("first", "second"):
        part = frame[frame.run == run].sort_values(["step", "layer_index", "rank"])
        expected = Recording.load(path, run).to_frame()
        pd.testing.assert_frame_equal(part[COLUMNS].reset_index(drop=True), expected)


def test_a_frame_names_its_run_and_frames_can_be_joined(snapshot):
    one, other = Recording.create(run="tanh"), Recording.create(run="ReLU")
    fill(one)
    fill(other, epochs=2)
    joined = pd.concat([one.to_frame(), other.to_frame(), snapshot.to_frame()])
    counted = joined.groupby("run", sort=False)["epoch"].nunique()
    assert counted.to_dict() == {"tanh": 3, "ReLU": 2, "": 1}  # no run drops out of a grouping


def test_all_runs_of_a_file_are_one_table(path):
    for run, epochs in (("second", 2), ("a first", 3), ("empty", 0)):
        with Recording.create(path, run) as recording:
            fill(recording, epochs=epochs, seed=epochs)
    frame = read_frame(path)
    assert frame.run.unique().tolist() == ["second", "a first"]  # in the order they began
    for run in ("second", "a first"):
        part = frame[frame.run == run].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, Recording.load(path, run).to_frame())
    only = read_frame(path, "z")
    pd.testing.assert_frame_equal(only, frame[frame.quantity == "z"].reset_index(drop=True))


def test_the_table_of_a_file_without_a_capture_is_empty(path):
    Recording.create(path).close()
    assert read_frame(path).empty and list(read_frame(path).columns) == COLUMNS


def test_what_cannot_be_read_into_a_table_is_told(path):
    with pytest.raises(FileNotFoundError, match="there is no"):
        read_frame(path)
    Recording.create(path).close()
    with pytest.raises(ValueError, match="`quantity` must be one of z, activation, delta, "):
        read_frame(path, "y")


def test_an_empty_recording_has_empty_tables(elsewhere):
    read = elsewhere(Recording.create())
    assert (read.epochs, read.steps, read.layers, read.info) == ([], [], [], {})
    assert read.to_frame().empty and list(read.to_frame().columns) == COLUMNS
    assert read.history.empty and read.losses.empty
    assert read.layers_with("z") == []
    assert "no capture yet" in repr(read)


def test_history_comes_back_with_what_is_missing(elsewhere):
    recording = Recording.create()
    recording.add_history(1, {"loss": 0.5, "accuracy": np.float32(0.25)})
    recording.add_history(2, {"loss": math.nan, "accuracy": 0.5, "val_loss": 0.75})
    recording.add_history(3, {"loss": math.inf, "val_loss": 1})
    expected = pd.DataFrame(
        {
            "loss": [0.5, math.nan, math.inf],
            "accuracy": [0.25, 0.5, math.nan],
            "val_loss": [math.nan, 0.75, 1],
        },
        index=pd.Index([1, 2, 3], name="epoch"),
    )
    pd.testing.assert_frame_equal(elsewhere(recording).history, expected)


def test_the_history_of_an_epoch_can_be_written_again():
    recording = Recording.create()
    recording.add_history(1, {"loss": 0.5, "accuracy": 0.1})
    recording.add_history(1, {"loss": 0.25})
    assert recording.history.to_dict("index") == {1: {"loss": 0.25, "accuracy": 0.1}}


def test_losses_by_capture(elsewhere):
    recording = Recording.create()
    fill(recording)
    frame = elsewhere(recording).losses
    assert frame.to_dict("list") == {
        "epoch": [0, 1, 2],
        "step": [0, 10, 20],
        "loss": [1, 1 / 2, 1 / 3],
        "samples": [20] * 3,
    }


def test_info_comes_back(elsewhere):
    info = {"seed": 13, "versions": {"keras": "3.15"}, "words": ["ü", None, 1.5]}
    assert elsewhere(Recording.create(info=info)).info == info


# layers, epochs, steps


def test_layers_are_in_the_order_of_the_model(elsewhere):
    recording = Recording.create()
    arrays = some_arrays(0, layers=("z", "m", "a", "encoder/dense[2]"))
    recording.add(epoch=0, step=0, loss=0, samples=1, layers=as_layers(arrays)[::-1])
    read = elsewhere(recording)
    assert read.layers == ["z", "m", "a", "encoder/dense[2]"]
    assert read.layers_with("z") == read.layers
    assert read.to_frame().layer.unique().tolist() == read.layers


def test_layers_with_a_quantity(elsewhere):
    recording = Recording.create()
    arrays = some_arrays(0)
    del arrays["h1"]["z"], arrays["h2"]["weight"], arrays["h2"]["gradient"]
    recording.add(epoch=0, step=0, loss=0, samples=1, layers=as_layers(arrays))
    read = elsewhere(recording)
    assert read.layers_with("z") == ["h2", "o"]
    assert read.layers_with("z", outputs=False) == ["h2"]
    assert read.layers_with("weight") == ["h1", "o"]
    assert read.layers_with("activation", outputs=False) == ["h1", "h2"]
    with pytest.raises(ValueError, match="layer 'h1' has no z; it has activation, delta, weight"):
        read.sketch("z", "h1", 0)
    with pytest.raises(ValueError, match="layer 'h2' has no gradient; it has z, activation, delta"):
        read.values("gradient", "h2", 0)


def constant(value):
    return [LayerSketches("h1", 0, sketches={"z": Sketch.of([value])})]


def test_captures_within_an_epoch(elsewhere):
    recording = Recording.create()
    # within the first epoch at steps 2 and 4; the one at step 4 ends it
    for epoch, step in [(0, 0), (0, 2), (0, 4), (1, 6)]:
        recording.add(epoch=epoch, step=step, loss=step, samples=1, layers=constant(step))
    assert recording.finish_epoch(1, 4) is True
    assert recording.finish_epoch(2, 8) is False
    read = elsewhere(recording)
    assert (read.epochs, read.steps) == ([0, 1], [0, 2, 4, 6])
    assert [read.sketch("z", "h1", step=step).mean for step in read.steps] == [0, 2, 4, 6]
    # of an epoch, the capture at its end, before the next one's steps
    assert [read.sketch("z", "h1", epoch).mean for epoch in read.epochs] == [0, 4]
    assert read.losses[["epoch", "step"]].values.tolist() == [[0, 0], [0, 2], [1, 4], [1, 6]]
    assert read.to_frame()[["epoch", "step", "mean"]].values.tolist() == [
        [0, 0, 0],
        [0, 2, 2],
        [1, 4, 4],
        [1, 6, 6],
    ]


def test_a_capture_of_the_same_epoch_and_step_is_replaced(path):
    recording = Recording.create(path)
    for value in (1.0, 2.0):
        recording.add(epoch=0, step=0, loss=value, samples=1, layers=constant(value))
    assert recording.sketch("z", "h1", 0).mean == 2
    assert recording.losses.loss.tolist() == [2]
    assert len(recording.to_frame()) == 1
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM sketches").fetchone() == (1,)


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8, int])
def test_epochs_and_steps_may_be_numpy_integers(kind):
    recording = Recording.create()
    recording.add(epoch=kind(3), step=kind(7), loss=np.float32(1), samples=kind(1),
                  layers=constant(5.0))  # fmt: skip
    recording.add_history(kind(3), {"loss": np.float64(2)})
    assert (recording.epochs, recording.steps) == ([3], [7])
    assert recording.sketch("z", "h1", kind(3)).mean == 5
    assert recording.sketch("z", "h1", step=kind(7)).mean == 5
    assert recording.history.index.tolist() == [3]
    assert recording.finish_epoch(kind(4), kind(7)) is True
    assert recording.epochs == [4]


def test_the_epochs_of_a_frame_can_be_asked_for():
    recording = Recording.create()
    written = fill(recording)
    frame = recording.to_frame()
    for epoch, layer in frame[["epoch", "layer"]].drop_duplicates().itertuples(index=False):
        same_sketch(recording.sketch("z", layer, epoch), Sketch.of(written[epoch][layer]["z"]))
    for epoch in frame.epoch.unique():
        assert recording.sketch("z", "h1", epoch).count == 80


def test_what_a_layer_has_at_other_captures_only_is_told():
    recording = Recording.create()
    recording.add(epoch=0, step=0, loss=0, samples=1, layers=constant(1.0))
    weight = [LayerSketches("h1", 0, sketches={"weight": Sketch.of([1.0])})]
    recording.add(epoch=1, step=5, loss=0, samples=1, layers=weight)
    with pytest.raises(ValueError, match="layer 'h1' has no z at epoch 1"):
        recording.sketch("z", "h1", 1)
    with pytest.raises(ValueError, match="layer 'h1' has no weight at step 0"):
        recording.sketch("weight", "h1", step=0)
    with pytest.raises(ValueError, match="layer 'h1' has no delta; it has z, weight"):
        recording.sketch("delta", "h1", 0)


@pytest.mark.parametrize("method", ["sketch", "values"])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("y", "h1", 0), ValueError, "`quantity` must be one of z, activation, delta, weight, "),
        (("z", "h9", 0), KeyError, "`layer` must be one of h1, h2, o; got 'h9'"),
        (("z", "h1", 3), ValueError, "`epoch` must be one of 0 to 2; got 3"),
        (("z", "h1", -1), ValueError, "`epoch` must be one of 0 to 2; got -1"),
        (("z", "h1", "0"), ValueError, "`epoch` must be one of 0 to 2; got '0'"),
        (("z", "h1", True), ValueError, "`epoch` must be one of 0 to 2; got True"),
        (("z", "h1"), ValueError, "one of `epoch` and `step` must be given; got None and None"),
    ],
)
def test_what_was_not_recorded_is_told(method, arguments, error, message):
    recording = Recording.create()
    fill(recording, raw=True)
    with pytest.raises(error, match=message):
        getattr(recording, method)(*arguments)


def test_steps_that_were_not_recorded_are_told():
    recording = Recording.create()
    fill(recording)
    with pytest.raises(ValueError, match=r"`step` must be one of 0, 10, 20; got 5"):
        recording.sketch("z", "h1", step=5)
    with pytest.raises(ValueError, match="one of `epoch` and `step` must be given; got 1 and 10"):
        recording.sketch("z", "h1", 1, step=10)
    with pytest.raises(ValueError, match="`quantity` must be one of"):
        recording.layers_with("y")


def test_the_epochs_that_are_there_are_listed_in_short():
    recording = Recording.create()
    for epoch in range(0, 100, 5):
        recording.add(epoch=epoch, step=epoch, loss=0, samples=1, layers=constant(1))
    with pytest.raises(ValueError, match=r"one of 0, 5, 10, 15, 20, \.\.\., 95; got 3"):
        recording.sketch("z", "h1", 3)


def test_arrays_need_a_raw_recording():
    recording = Recording.create()
    fill(recording)
    with pytest.raises(
        ValueError, match="`values` needs a run recorded with raw=True; run 'run-1'"
    ):
        recording.values("z", "h1", 0)


# one layer over the run


def test_a_recording_holds_layers_by_name(elsewhere):
    recording = Recording.create()
    written = fill(recording, raw=True)
    read = elsewhere(recording)
    assert list(read) == read.layers == ["h1", "h2", "o"]
    assert len(read) == 3 and "h1" in read and "h9" not in read and 3 not in read
    h2 = read["h2"]
    assert (h2.name, h2.index, h2.output, read["o"].output) == ("h2", 1, False, True)
    assert h2.quantities == list(QUANTITIES)
    same_sketch(h2.sketch("z", epoch=1), Sketch.of(written[1]["h2"]["z"]))
    same_sketch(h2.sketch("z", step=20), Sketch.of(written[2]["h2"]["z"]))
    np.testing.assert_array_equal(h2.values("weight", 2), written[2]["h2"]["weight"])
    frame = read.to_frame()
    expected = frame[frame.layer == "h2"].reset_index(drop=True)
    pd.testing.assert_frame_equal(h2.to_frame(), expected)
    assert repr(h2) == "<h2: z, activation, delta, weight, gradient at 3 captures>"


def test_a_layer_of_a_recording_goes_on_with_it():
    recording = Recording.create()
    recording.add(epoch=0, step=0, loss=0, samples=1, layers=constant(1.0))
    layer = recording["h1"]
    assert layer.quantities == ["z"] and list(layer.sketches("z")) == [0]
    recording.add(epoch=1, step=5, loss=0, samples=1, layers=constant(2.0))
    assert [sketch.mean for sketch in layer.sketches("z").values()] == [1.0, 2.0]


def test_a_layer_that_was_not_recorded_is_told():
    recording = Recording.create()
    fill(recording)
    with pytest.raises(UnknownNameError, match="`layer` must be one of h1, h2, o; got 'h9'"):
        recording["h9"]
    with pytest.raises(UnknownNameError, match="`layer` must be one of h1, h2, o; got 0"):
        recording[0]
    with pytest.raises(UnknownNameError, match="`layer` must be one of none; got 'h1'"):
        Recording.create()["h1"]


def test_a_recording_is_true_even_where_nothing_is_captured_yet():
    recording = Recording.create()
    assert len(recording) == 0 and recording
    recording.close()
    assert recording


def test_all_sketches_of_a_quantity_are_those_of_each_capture():
    recording = Recording.create()
    steps = ((0, 0, False), (0, 3, True), (1, 5, False), (1, 8, True), (2, 8, False), (2, 9, False))
    for k, (epoch, step, within) in enumerate(steps):
        recording.add(
            epoch=epoch, step=step, loss=0, samples=1, layers=constant(float(k)), within=within
        )
    for by, keys in (("epoch", [0, 1, 2]), ("step", [0, 3, 5, 8, 9])):
        found = recording.sketches("z", "h1", by)
        assert list(found) == keys
        for key, sketch in found.items():
            same_sketch(sketch, recording.sketch("z", "h1", **{by: key}))
    assert recording.sketches("weight", "h1") == {}
    with pytest.raises(ValueError, match="`by` must be one of epoch, step; got 'batch'"):
        recording.sketches("z", "h1", "batch")
    with pytest.raises(UnknownNameError, match="`layer` must be one of h1"):
        recording.sketches("z", "h9")


@pytest.mark.parametrize(
    "name", ["a[b]", "a/b[2]", "<b>&amp;'\"", "a$b$", "line\nbreak", "日本 x", ""]
)
def test_layers_of_every_name(elsewhere, name):
    recording = Recording.create()
    written = fill_named(recording, name)
    read = elsewhere(recording)
    assert read.layers == [name, "h2"] and name in read
    same_sketch(read[name].sketch("z", 0), Sketch.of(written))
    assert read.to_frame().layer.tolist() == [name, "h2"]
    assert set(read[name].to_frame().layer) == {name}


def fill_named(recording, name):
    written = np.arange(9.0)
    layers = [
        LayerSketches(each, k, sketches={"z": Sketch.of(written + k)})
        for k, each in enumerate((name, "h2"))
    ]
    recording.add(epoch=0, step=0, loss=0, samples=9, layers=layers)
    return written


# runs


def test_one_file_holds_many_runs(path):
    written = {}
    for k, run in enumerate(["b", "a", None, None]):
        with Recording.create(path, run) as recording:
            written[recording.run] = fill(recording, epochs=k + 1, seed=100 * k)
    assert list(written) == ["b", "a", "run-1", "run-2"]
    for run, arrays in written.items():
        assert_holds(Recording.load(path, run), arrays)
    runs = Recording.runs(path)
    assert runs[["run", "captures", "epochs", "finished"]].values.tolist() == [
        ["b", 1, 0, False],
        ["a", 2, 1, False],
        ["run-1", 3, 2, False],
        ["run-2", 4, 3, False],
    ]
    age = pd.Timestamp.now("UTC") - pd.to_datetime(runs.created)
    assert age.max() < pd.Timedelta("2min") and age.min() >= pd.Timedelta(0)


def test_a_run_without_a_capture_is_listed(path):
    Recording.create(path).close()
    runs = Recording.runs(path)
    assert (runs.run[0], runs.captures[0]) == ("run-1", 0)
    assert pd.isna(runs.epochs[0])


def test_automatic_names_fill_gaps(path):
    for run in (None, "run-3", None, None):
        Recording.create(path, run).close()
    assert Recording.runs(path).run.tolist() == ["run-1", "run-3", "run-2", "run-4"]


def test_the_run_to_load_must_be_named_where_there_are_several(path):
    for run in ("first", "second"):
        Recording.create(path, run).close()
    named = rf"`run` must name a run of {re.escape(str(path))}; got None; it has: 'first', 'second'"
    with pytest.raises(RecordingError, match=named):
        Recording.load(path)
    with pytest.raises(RecordingError, match="got 'third'; it has: 'first', 'second'"):
        Recording.load(path, "third")


def test_a_name_that_is_taken_is_refused_and_nothing_is_lost(path):
    with Recording.create(path, "mine") as recording:
        written = fill(recording, raw=True)
    message = rf"`run` must be a new name in {re.escape(str(path))}; got 'mine', recorded 20"
    with pytest.raises(RecordingError, match=message):
        Recording.create(path, "mine")
    with pytest.raises(RecordingError, match=message):
        Recording.create().save(path, "mine")
    with pytest.raises(RecordingError, match=message):
        storage.check_run(path, "mine", overwrite=False)
    assert_holds(Recording.load(path), written, raw=True)


def test_what_is_no_name_of_a_run_is_refused(path):
    for call in (Recording.create, Recording.create().save):
        with pytest.raises(TypeError, match="`run` must be a name or None; got 3"):
            call(path, 3)
    with pytest.raises(RecordingError, match="`run` must be a name or None; got ''"):
        Recording.create(path, "")
    with pytest.raises(RecordingError, match=r"`run` must name a run of .*; got 3"):
        Recording.create(path, "mine").load(path, 3)


def test_overwriting_replaces_one_run_only(path):
    with Recording.create(path, "kept") as kept, Recording.create(path, "replaced") as replaced:
        written = fill(kept, raw=True)
        fill(replaced, epochs=4, raw=True, seed=50)
        replaced.add_history(1, {"loss": 1})
    with Recording.create(path, "replaced", overwrite=True) as again:
        assert again.epochs == [] and again.history.empty
        new = fill(again, epochs=1, seed=70)
    assert_holds(Recording.load(path, "kept"), written, raw=True)
    assert_holds(Recording.load(path, "replaced"), new)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for table in ("sketches", "arrays"):
            orphans = (
                f"SELECT COUNT(*) FROM {table} WHERE capture_id NOT IN (SELECT id FROM captures)"
            )
            assert connection.execute(orphans).fetchone() == (0,)


def test_a_run_that_was_removed_is_told(path):
    recording = Recording.create(path, "mine")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM runs")
    with pytest.raises(RecordingError, match="run 'mine' is no longer in the file"):
        recording.epochs  # noqa: B018
    with pytest.raises(RecordingError, match="run 'mine' is no longer in the file"):
        recording.info  # noqa: B018


def test_save_copies_everything_and_leaves_the_source(path, tmp_path):
    recording = Recording.create(path, "mine", info={"seed": 5})
    written = fill(recording, raw=True)
    recording.add_history(1, {"loss": 0.5, "accuracy": math.nan})
    recording._write(lambda _, row: row.update(created="2001-01-01"))
    with Recording.create(tmp_path / "other", "there before") as before:
        fill(before, epochs=1, seed=90)
    saved = recording.save(tmp_path / "other")
    assert (saved.run, saved.path) == ("mine", tmp_path / "other")
    for each in (saved, recording, Recording.load(tmp_path / "other", "mine")):
        assert_holds(each, written, raw=True)
        assert each.info == {"seed": 5}
        pd.testing.assert_frame_equal(each.history, recording.history)
        pd.testing.assert_frame_equal(each.to_frame(), recording.to_frame())
    assert Recording.runs(tmp_path / "other").created[1] == "2001-01-01"
    assert len(Recording.load(tmp_path / "other", "there before").epochs) == 1


def test_save_into_the_same_file(path):
    recording = Recording.create(path, "mine")
    written = fill(recording, raw=True)
    assert_holds(recording.save(path, "copy"), written, raw=True)
    assert_holds(recording.save(path, "mine", overwrite=True), written, raw=True)
    assert Recording.runs(path).run.tolist() == ["copy", "mine"]


def test_a_saved_recording_goes_on_in_its_file(path):
    saved = Recording.create().save(path)
    written = fill(saved)
    saved.close()
    assert_holds(Recording.load(path), written)


def test_a_pickled_recording_is_whole_and_lives_in_memory(path):
    recording = Recording.create(path, "mine", info={"seed": 5})
    Recording.create(path, "another").close()
    written = fill(recording, raw=True)
    recording.add_history(1, {"loss": 0.5})
    restored = pickle.loads(pickle.dumps(recording))
    recording.close()
    path.unlink()
    assert (restored.run, restored.path, restored.info) == ("mine", None, {"seed": 5})
    assert_holds(restored, written, raw=True)
    assert restored.history.loss.tolist() == [0.5]
    restored.add(epoch=3, step=30, loss=0, samples=20, layers=as_layers(some_arrays(3)))
    assert_holds(restored, [*written, some_arrays(3)])


@pytest.mark.parametrize("cycle", [False, True])
def test_a_recording_that_nobody_holds_is_closed(path, cycle):
    recording = Recording.create(path)
    connection = recording._connection
    if cycle:
        recording.itself = recording
    del recording
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        connection.execute("SELECT 1")
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name]


def test_the_words_a_recording_has_for_itself(path):
    recording = Recording.create(path, "mine")
    fill(recording)
    assert repr(recording).startswith(f"Recording 'mine' in {path}\nepochs 0 to 2, ")
    assert "in memory" in repr(Recording.create())


# snapshots


@pytest.fixture
def snapshot():
    arrays = some_arrays(0)
    del arrays["h1"]["z"]
    entries = [
        LayerSnapshot(name, index, output=name == "o", saturates_beyond=1.0, **of_layer)
        for index, (name, of_layer) in enumerate(arrays.items())
    ]
    return Snapshot(entries, loss=0.5, samples=20)


def test_a_snapshot_holds_layers_by_name(snapshot):
    assert list(snapshot) == snapshot.layers == ["h1", "h2", "o"]
    assert len(snapshot) == 3 and "h1" in snapshot and "h9" not in snapshot
    assert [snapshot[name].index for name in snapshot] == [0, 1, 2]
    assert snapshot["h2"].z.shape == (20, 4) and snapshot["h1"].z is None
    assert (snapshot.loss, snapshot.samples) == (0.5, 20)
    assert snapshot.epochs == snapshot.steps == [0]
    assert snapshot["h1"].quantities == ["activation", "delta", "weight", "gradient"]
    assert snapshot.layers_with("z") == ["h2", "o"]
    assert snapshot.layers_with("z", outputs=False) == ["h2"]


def test_a_snapshot_answers_like_a_recording(snapshot):
    recording = Recording.create()
    arrays = some_arrays(0)
    del arrays["h1"]["z"]
    recording.add(epoch=0, step=0, loss=0.5, samples=20, layers=as_layers(arrays, raw=True))
    assert set(snapshot.to_frame().run) == {""} and set(recording.to_frame().run) == {"run-1"}
    as_recorded = recording.to_frame().assign(run="", update=math.nan)  # of one moment: no update
    pd.testing.assert_frame_equal(snapshot.to_frame(), as_recorded)
    for data in (snapshot, recording):
        same_sketch(data.sketch("z", "h2", 0), Sketch.of(arrays["h2"]["z"]))
        np.testing.assert_array_equal(data.values("z", "h2", 0), arrays["h2"]["z"])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("y", "h1"), ValueError, "`quantity` must be one of z, activation, delta, weight, "),
        (("z", "h9"), KeyError, "`layer` must be one of h1, h2, o; got 'h9'"),
        (("z", "h2", 1), ValueError, "`epoch` must be one of 0; got 1"),
        (("z", "h2", True), ValueError, "`epoch` must be one of 0; got True"),
        (("z", "h1"), ValueError, "layer 'h1' has no z; it has activation, delta, weight, gradi"),
    ],
)
def test_what_a_snapshot_does_not_have_is_told(snapshot, arguments, error, message):
    for method in (snapshot.sketch, snapshot.values):
        with pytest.raises(error, match=message):
            method(*arguments)


def test_a_snapshot_is_of_one_moment(snapshot):
    for when in ({}, {"epoch": 0}, {"step": 0}):
        same_sketch(snapshot.sketch("z", "h2", **when), Sketch.of(snapshot["h2"].z))
    with pytest.raises(ValueError, match="`step` must be one of 0; got 3"):
        snapshot.sketch("z", "h2", step=3)


def test_an_unknown_layer_of_a_snapshot_is_told(snapshot):
    with pytest.raises(KeyError, match="`layer` must be one of h1, h2, o; got 'h9'"):
        snapshot["h9"]


def test_the_words_a_snapshot_has_for_itself(snapshot):
    assert repr(snapshot).startswith("Snapshot of 20 samples, loss 0.5\n")
    assert "(20, 4)" in repr(snapshot)
    assert repr(snapshot["h2"]).startswith("<h2: z (20, 4)")


# files that are no recordings


def refused(path, call, why=""):
    with pytest.raises(RecordingError, match=f"{re.escape(str(path))}.*{why}"):
        call()


def refused_everywhere(path, why=""):
    """Neither read nor written; and the file stays as it is."""
    before = path.read_bytes()
    refused(path, lambda: Recording.load(path), why)
    refused(path, lambda: Recording.runs(path), why)
    refused(path, lambda: Recording.create(path), why)
    refused(path, lambda: Recording.create().save(path), why)
    refused(path, lambda: storage.check_run(path, "mine", overwrite=False), why)
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name]


@pytest.mark.parametrize("text", ["xy", "a note\n" * 3, "many notes\n" * 1000])
def test_a_text_file_is_refused(path, text):
    path.write_text(text)
    refused_everywhere(path, "it is no recording")


def test_the_sqlite_file_of_another_program_is_refused(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE runs (id, name)")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    refused_everywhere(path, "it is another program's SQLite file")


def test_a_file_of_a_newer_schema_is_refused(path):
    Recording.create(path).close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    refused_everywhere(path, "schema 99: a newer kit wrote it; update keras-teaching-kit")


def test_an_empty_file_cannot_be_read_but_written(path):
    path.touch()
    refused(path, lambda: Recording.load(path), "it is an empty file")
    refused(path, lambda: Recording.runs(path), "it is an empty file")
    storage.check_run(path, None, overwrite=False)
    with Recording.create(path) as recording:
        written = fill(recording)
    assert_holds(Recording.load(path), written)


def test_a_folder_is_refused(tmp_path):
    refused(tmp_path, lambda: Recording.load(tmp_path), "")
    refused(tmp_path, lambda: Recording.create(tmp_path), "")
    refused(tmp_path, lambda: storage.check_run(tmp_path, None, overwrite=False), "")
    with pytest.raises(RecordingError, match="`path` must name a file; got the folder"):
        Recording.create().save(tmp_path)


def test_a_missing_folder_is_told_and_not_made(tmp_path):
    path = tmp_path / "missing" / "runs.kit"
    for call in (
        lambda: Recording.create(path),
        lambda: Recording.create().save(path),
        lambda: storage.check_run(path, None, overwrite=False),
    ):
        with pytest.raises(RecordingError, match="`path` must lie in a folder that exists; got"):
            call()
    assert not path.parent.exists()


def test_a_missing_file_is_told_and_not_made(path):
    for call in (Recording.load, Recording.runs):
        with pytest.raises(FileNotFoundError, match=f"there is no {re.escape(str(path))}"):
            call(path)
    assert not path.exists()


def everything(path):
    """Read all that a file says it holds."""
    for run in Recording.runs(path).run:
        with Recording.load(path, run) as recording:
            recording.to_frame()
            _ = recording.history, recording.losses, recording.info, repr(recording)
            for epoch in recording.epochs:
                for quantity in QUANTITIES:
                    for layer in recording.layers_with(quantity):
                        recording.sketch(quantity, layer, epoch)


@pytest.fixture
def long_file(path):
    with Recording.create(path) as recording:
        fill(recording, epochs=20)
        recording.add_history(1, {"loss": 1.0})
    return path


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_told(long_file, share):
    data = long_file.read_bytes()
    long_file.write_bytes(data[: int(share * len(data))])
    refused(long_file, lambda: everything(long_file))


def test_a_file_with_its_middle_overwritten_is_told(long_file):
    data = bytearray(long_file.read_bytes())
    data[4096 : len(data) - 4096] = b"\xa5" * (len(data) - 8192)
    long_file.write_bytes(data)
    refused(long_file, lambda: everything(long_file), "damaged")


def test_a_damaged_sketch_is_told(long_file):
    with contextlib.closing(sqlite3.connect(long_file)) as connection:
        connection.execute("UPDATE sketches SET bins = zeroblob(length(bins)) WHERE capture_id = 3")
        connection.commit()
    recording = Recording.load(long_file)
    refused(long_file, lambda: recording.sketch("z", "h1", 2), "damaged")
    assert recording.sketch("z", "h1", 3).count == 80


def test_a_damaged_array_is_told(path):
    with Recording.create(path) as recording:
        fill(recording, raw=True)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE arrays SET data = substr(data, 1, 30)")
        connection.commit()
    refused(path, lambda: Recording.load(path).values("z", "h1", 0), "damaged")


def test_any_damage_is_told_or_does_no_harm(long_file):
    rng = np.random.default_rng(5)
    data = long_file.read_bytes()
    told = 0
    for _ in range(60):
        damaged = bytearray(data)
        first = rng.integers(len(data))
        length = int(10 ** rng.uniform(1, 4))
        noise = rng.bytes(len(damaged[first : first + length]))
        damaged[first : first + length] = noise
        long_file.write_bytes(damaged)
        try:
            everything(long_file)
        except RecordingError as error:
            told += str(long_file) in str(error)
        except ValueError as error:
            # a row whose key was hit is another row, and the one that it was is missing
            if " has no " not in str(error):
                raise
    assert told > 20  # the rest hit numbers or free space, which nothing guards


# a disk that is full


def test_a_full_disk_stops_the_file_and_not_the_recording(path, tmp_path):
    recording = Recording.create(path, "mine", info={"seed": 5})
    written = fill(recording, epochs=3, raw=True)
    recording.add_history(1, {"loss": 1.0})
    pages = recording._connection.execute("PRAGMA page_count").fetchone()[0]
    recording._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.warns(RecordingWarning, match=f"{re.escape(str(path))} failed:.*full.*in memory"):
        add_more(recording, written, 3)
    add_more(recording, written, 4, 5)
    recording.add_history(2, {"loss": 0.5})
    assert recording.path is None and recording.run == "mine" and recording.info == {"seed": 5}
    assert_holds(recording, written, raw=True)
    assert_holds(Recording.load(path), written[:3], raw=True)
    assert_holds(recording.save(tmp_path / "elsewhere"), written, raw=True)
    again = Recording.load(tmp_path / "elsewhere")
    assert_holds(again, written, raw=True)
    assert again.history.loss.tolist() == [1.0, 0.5]
    assert recording.save(path, overwrite=True).epochs == [0, 1, 2, 3, 4, 5]  # room was made


def add_more(recording, written, *epochs):
    for epoch in epochs:
        arrays = some_arrays(epoch)
        layers = as_layers(arrays, raw=True)
        recording.add(epoch=epoch, step=10 * epoch, loss=0, samples=20, layers=layers)
        written.append(arrays)


@pytest.fixture
def tiny_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a tmpfs takes root and Linux")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.parametrize("left", [0, 1, 5000, 20_000])
def test_a_real_full_disk(tiny_disk, tmp_path, left):
    path = tiny_disk / "runs.kit"
    recording = Recording.create(path)
    written = fill(recording, epochs=3, raw=True)
    room = shutil.disk_usage(tiny_disk).free
    assert room > 30_000
    (tiny_disk / "ballast").write_bytes(bytes(room - left))
    with pytest.warns(RecordingWarning, match=r"in memory: make room and call recording\.save"):
        add_more(recording, written, *range(3, 9))
    assert_holds(recording, written, raw=True)
    in_file = Recording.load(path).epochs
    assert in_file == list(range(len(in_file))) and len(in_file) >= 3
    assert_holds(Recording.load(path), written[: len(in_file)], raw=True)
    assert_holds(recording.save(tmp_path / "elsewhere"), written, raw=True)
    (tiny_disk / "ballast").unlink()
    assert_holds(recording.save(path, "whole"), written, raw=True)


def test_no_room_for_a_copy_is_told(tiny_disk):
    recording = Recording.create()
    written = fill(recording, epochs=10, raw=True)
    path = tiny_disk / "runs.kit"
    (tiny_disk / "ballast").write_bytes(bytes(shutil.disk_usage(tiny_disk).free - 50_000))
    refused(path, lambda: recording.save(path), "the disk is full")
    assert_holds(recording, written, raw=True)


# permissions; the superuser is bound by none, so that a child process becomes nobody


@pytest.fixture
def open_folder():
    """A folder that others can enter: pytest's own are closed to them."""
    if not hasattr(os, "setuid"):
        pytest.skip("permissions of this kind are POSIX's")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


AS_NOBODY = """
import tempfile
from pathlib import Path

path = Path(sys.argv[1])
# whatever is loaded late is loaded now: as nobody, Python's own files may be out of sight
with tempfile.TemporaryDirectory() as folder, Recording.create(Path(folder) / "x") as warm:
    add(warm, 0)
    Recording.runs(warm.path)
    Recording.load(warm.path).to_frame(), warm.history, warm.sketch("z", "h0", 0)
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)

def outcome(call):
    try:
        return call()
    except RecordingError as error:
        return f"RecordingError: {error}"
"""


def test_a_folder_that_cannot_be_written_is_told(open_folder):
    open_folder.chmod(0o555)
    path = open_folder / "runs.kit"
    script = """
        from kit.recordings import storage
        print(outcome(lambda: Recording.create(path)))
        print(outcome(lambda: Recording.create().save(path)))
        print(outcome(lambda: storage.check_run(path, None, overwrite=False)))
    """
    lines = finish(start(AS_NOBODY + textwrap.dedent(script), path)).splitlines()
    assert len(lines) == 3
    for line in lines:
        assert line.startswith(
            f"RecordingError: `path` must be a usable recording file; got {path}"
        )
        assert "it cannot be" in line
    assert list(open_folder.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told(open_folder):
    path = open_folder / "runs.kit"
    Recording.create(path).close()
    path.chmod(0o444)
    open_folder.chmod(0o555)
    before = path.read_bytes()
    script = "print(outcome(lambda: Recording.create(path)))"
    line = finish(start(AS_NOBODY + script, path))
    assert line.startswith(f"RecordingError: `path` must be a usable recording file; got {path}")
    assert path.read_bytes() == before


READ_AS_NOBODY = """
recording = Recording.load(path)
try:
    (path.parent / "probe").touch()
except PermissionError:
    pass
else:
    raise SystemExit("the folder could be written after all")
means = [recording.sketch("z", "h0", epoch).min for epoch in recording.epochs]
print(json.dumps([means, len(recording.to_frame()), Recording.runs(path).run.tolist()]))
"""


def test_a_file_in_a_folder_that_cannot_be_written_can_be_read(open_folder):
    path = open_folder / "runs.kit"
    finish(start("r = Recording.create(sys.argv[1]); [add(r, k) for k in range(3)]", path))
    path.chmod(0o444)
    open_folder.chmod(0o555)
    out = finish(start(AS_NOBODY + READ_AS_NOBODY, path))
    assert json.loads(out) == [[1, 2, 3], 30, ["run-1"]]


@pytest.mark.parametrize("index", ["kept", "lost"])
def test_the_last_captures_of_a_killed_process_are_read_in_such_a_folder(open_folder, index):
    path = open_folder / "runs.kit"
    script = """
        recording = Recording.create(sys.argv[1])
        for epoch in range(3):
            add(recording, epoch)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    process = start(script, path)
    process.communicate(timeout=100)
    log = Path(f"{path}-wal")
    assert log.stat().st_size > 0  # the captures lie there, and not yet in the file
    if index == "lost":  # as after copying the two files
        Path(f"{path}-shm").unlink()
    open_folder.chmod(0o555)
    out = finish(start(AS_NOBODY + READ_AS_NOBODY, path))
    assert json.loads(out) == [[1, 2, 3], 30, ["run-1"]]


# several processes


def test_two_processes_write_to_one_file(path):
    script = """
        sys.stdin.readline()
        recording = Recording.create(sys.argv[1], sys.argv[2])
        for epoch in range(40):
            add(recording, epoch)
            recording.add_history(epoch, {"loss": epoch})
    """
    processes = [start(script, path, run) for run in ("first", "second")]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        finish(process)
    for run in ("first", "second"):
        with Recording.load(path, run) as recording:
            assert_whole(recording, range(40))
            assert recording.epochs == list(range(40))
            assert recording.history.loss.tolist() == list(range(40))


def test_processes_that_make_the_same_files_at_once_take_names_of_their_own(tmp_path):
    script = """
        for k in range(15):
            sys.stdin.readline()
            recording = Recording.create(f"{sys.argv[1]}/{k}.kit")
            add(recording, 0)
            recording.close()
            print(recording.run, flush=True)
    """
    processes = [start(script, tmp_path) for _ in range(4)]
    for k in range(15):
        for process in processes:
            with contextlib.suppress(BrokenPipeError):  # its error is shown below
                process.stdin.write("go\n")
                process.stdin.flush()
        names = [process.stdout.readline().strip() for process in processes]
        if "" in names:
            break
        assert sorted(names) == ["run-1", "run-2", "run-3", "run-4"]
        for run in names:
            assert_whole(Recording.load(tmp_path / f"{k}.kit", run), [0])
    for process in processes:
        finish(process)


def test_a_file_that_another_makes_at_this_moment_is_no_stranger(path):
    # between two of the questions that tell what a file is, somebody makes a recording of it
    other = threading.Thread(target=lambda: Recording.create(path, "other").close())

    def meanwhile(statement):
        if "application_id" in statement:
            other.start()
            other.join(timeout=0.5)

    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.set_trace_callback(meanwhile)
        schema.check_kind(connection, path, new_is_fine=True)
        connection.set_trace_callback(None)
    other.join()
    assert Recording.load(path).run == "other"


def test_reading_while_another_process_writes(path):
    script = """
        recording = Recording.create(sys.argv[1])
        print("made", flush=True)
        for epoch in range(150):
            add(recording, epoch)
            print(epoch, flush=True)
    """
    process = start(script, path)
    process.stdout.readline()
    seen = []
    reader = Recording.load(path)
    while process.poll() is None:
        with Recording.load(path) as recording:
            epochs = recording.epochs
            assert epochs == list(range(len(epochs)))
            if epochs:
                assert_whole(recording, epochs[-2:])
            seen.append(len(epochs))
            assert len(recording.to_frame()) % 10 == 0  # whole captures only
        assert len(reader.epochs) >= seen[-1]
        if len(seen) > 20:  # the writer must not wait for a pipe that nobody reads
            break
    finish(process)
    assert seen == sorted(seen)
    assert len(set(seen)) > 3, "the reader saw nothing grow: this test would prove nothing"
    assert_whole(reader, range(150))


def test_a_process_killed_while_writing_leaves_every_finished_capture(tmp_path):
    # one process forks the writers and kills them: starting Python 20 times takes longer
    script = """
        import random

        random.seed(int(sys.argv[2]))
        for k in range(20):
            path = f"{sys.argv[1]}/{k}.kit"
            reports, report = os.pipe()
            child = os.fork()
            if not child:
                recording = Recording.create(path)
                for epoch in range(100_000):
                    add(recording, epoch)
                    os.write(report, f"{epoch}\\n".encode())
            os.close(report)
            told = os.read(reports, 100)  # wait until it writes at all
            time.sleep(random.uniform(0, 0.15))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            while more := os.read(reports, 1 << 16):
                told += more
            os.close(reports)
            print(told.decode().split()[-1], flush=True)
    """
    reported = [int(line) for line in finish(start(script, tmp_path, 7)).split()]
    assert len(reported) == 20
    assert max(reported) > 5, "nobody was killed in the middle of writing"
    for k, last in enumerate(reported):
        path = tmp_path / f"{k}.kit"
        with Recording.load(path) as recording:
            found = recording.epochs
            assert found == list(range(len(found)))
            # what was being reported when it died may be there too
            assert len(found) in (last + 1, last + 2)
            assert_whole(recording, found)
            assert len(recording.to_frame()) == 10 * len(found)
        with Recording.create(path) as after:  # and the file goes on being of use
            assert after.run == "run-2"
            after.add(epoch=0, step=0, loss=0, samples=1, layers=constant(1.0))
        assert Recording.runs(path).captures.tolist() == [len(found), 1]


def test_a_run_that_another_replaces_is_not_mixed_with_it(tmp_path):
    layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([1.0, 2.0])})
    first = Recording.create(tmp_path / "r.db", "he")
    first.add(epoch=0, step=0, loss=1.0, samples=2, layers=[layer])
    second = Recording.create(tmp_path / "r.db", "he", overwrite=True)
    second.add(epoch=0, step=0, loss=2.0, samples=2, layers=[layer])
    with pytest.warns(RecordingWarning, match="run 'he' was replaced by a newer one"):
        first.add(epoch=1, step=1, loss=3.0, samples=2, layers=[layer])
    assert first.epochs == [1] and first.path is None
    assert second.losses["loss"].tolist() == [2.0]


def test_logs_that_are_no_single_numbers_are_kept_or_left_out():
    recording = Recording.create()
    logs = {"loss": 0.5, "f1": np.array([0.25, 0.75]), "note": "hello", "none": None}
    recording.add_history(1, logs)
    assert recording.history.loc[1].to_dict() == {"loss": 0.5, "f1[0]": 0.25, "f1[1]": 0.75}


def test_an_epoch_is_never_a_capture_from_within_the_next():
    recording = Recording.create()
    for epoch, step, within in ((0, 0, False), (0, 3, True), (1, 9, True)):
        layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([float(step)])})
        recording.add(epoch=epoch, step=step, loss=1, samples=1, layers=[layer], within=within)
    assert recording.epochs == [0] and recording.steps == [0, 3, 9]
    assert recording.sketch("z", "h1", 0).mean == 0
    assert recording.sketch("z", "h1", step=9).mean == 9
    with pytest.raises(ValueError, match="`epoch` must be one of 0; got 1"):
        recording.sketch("z", "h1", 1)
    recording.finish_epoch(2, 9)
    assert recording.epochs == [0, 2]
