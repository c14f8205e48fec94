import os
import random
import signal
import subprocess
import sys
import textwrap
import time

import keras
import numpy as np
import pytest
import tensorflow as tf
from limits import needs_loading_of_layers_as_activations
from seeding import set_seed
from small_training import block, fit, points

import kit
from kit.callbacks import Recorder
from kit.models import build_block
from kit.recordings import RecordingError
from kit.stats.sketch import Sketch

QUANTITIES = ("z", "activation", "delta", "weight", "gradient")


@pytest.fixture(scope="module")
def data():
    return points()


# the recorder changes nothing


def dropout_model():
    return keras.Sequential(
        [
            keras.Input((10,)),
            keras.layers.Dense(8, "relu"),
            keras.layers.Dropout(0.5),
            keras.layers.GaussianNoise(0.1),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


def batch_normalised_model():
    return keras.Sequential(
        [
            keras.Input((10,)),
            keras.layers.Dense(8, use_bias=False, kernel_regularizer="l2"),
            keras.layers.BatchNormalization(),
            keras.layers.PReLU(),
            keras.layers.Dense(4, keras.layers.PReLU()),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


def two_output_model():
    inputs = keras.Input((10,))
    h = keras.layers.Dense(8, "tanh", name="h")(inputs)
    outputs = [keras.layers.Dense(1, "sigmoid", name=name)(h) for name in ("a", "b")]
    return keras.Model(inputs, outputs)


def trained(build, data, recorder_arguments, fit_arguments, compile_arguments):
    """Everything that training leaves: variables, history, the next random numbers."""
    x, y = data
    set_seed(8)
    model = build()
    y = [y, 1 - y] if len(model.outputs) == 2 else y
    model.compile("adam", **{"loss": "binary_crossentropy", **compile_arguments})
    callbacks = []
    if recorder_arguments is not None:
        callbacks.append(Recorder(x, y, batch_size=64, **recorder_arguments))
    if "validation_data" in fit_arguments:
        fit_arguments = {**fit_arguments, "validation_data": (x, y)}
    history = model.fit(
        *(x, y), epochs=3, batch_size=50, verbose=0, callbacks=callbacks, **fit_arguments
    ).history
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    values = [variable.numpy() for variable in variables]
    values.append(np.array(keras.random.normal((2,))))
    attributes = set(vars(model)), [set(vars(layer)) for layer in model.layers]
    return values, history, attributes


def assert_recorder_changes_nothing(
    build, data, *, recorder=None, fit_arguments=None, compile_arguments=None
):
    rest = (fit_arguments or {}, compile_arguments or {})
    without = trained(build, data, None, *rest)
    with_recorder = trained(build, data, recorder or {}, *rest)
    assert len(without[0]) == len(with_recorder[0])
    for one, other in zip(without[0], with_recorder[0], strict=True):
        np.testing.assert_array_equal(one, other)
    assert without[1:] == with_recorder[1:]


def test_dropout_trains_the_same(data):
    assert_recorder_changes_nothing(dropout_model, data)


def test_batch_normalisation_trains_the_same(data):
    assert_recorder_changes_nothing(batch_normalised_model, data)


def test_two_outputs_report_the_same(data):
    metrics = {"metrics": [["accuracy"], ["mae"]], "loss_weights": [0.3, 2.0]}
    metrics["loss"] = ["binary_crossentropy", "mse"]
    assert_recorder_changes_nothing(two_output_model, data, compile_arguments=metrics)


@pytest.mark.parametrize("build", [dropout_model, batch_normalised_model, two_output_model])
def test_captures_within_epochs_change_nothing(data, build):
    assert_recorder_changes_nothing(
        build,
        data,
        recorder={"every_n_batches": 1, "raw": True},
        fit_arguments={"validation_data": True, "shuffle": True},
    )


@pytest.mark.parametrize("build", [dropout_model, two_output_model])
def test_several_steps_an_execution_train_the_same(data, build):
    assert_recorder_changes_nothing(
        build, data, compile_arguments={"steps_per_execution": 3, "jit_compile": False}
    )


@needs_loading_of_layers_as_activations
def test_the_model_still_saves(data, tmp_path):
    set_seed(8)
    model = batch_normalised_model()
    model.compile("adam", "binary_crossentropy")
    fit(model, data, Recorder(*data))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        again.predict(data[0], verbose=0), model.predict(data[0], verbose=0)
    )


# what is recorded


class Probes(keras.callbacks.Callback):
    """Probes with `kit.probe` after every epoch, and before training."""

    def __init__(self, data, **arguments):
        super().__init__()
        self.data, self.arguments, self.snapshots = data, arguments, {}

    def on_train_begin(self, logs=None):
        self.snapshots[0] = kit.probe(self.model, *self.data, **self.arguments)

    def on_epoch_end(self, epoch, logs=None):
        self.snapshots[epoch + 1] = kit.probe(self.model, *self.data, **self.arguments)


@pytest.mark.parametrize("batch_size", [1024, 64])
@pytest.mark.parametrize("build", [dropout_model, batch_normalised_model, two_output_model])
def test_every_epoch_equals_probe(data, build, batch_size):
    x, y = data
    set_seed(8)
    model = build()
    y = [y, 1 - y] if build is two_output_model else y
    model.compile("adam", "binary_crossentropy")
    recorder = Recorder(x, y, raw=True, batch_size=batch_size)
    probes = Probes((x, y), batch_size=batch_size)
    model.fit(x, y, epochs=3, verbose=0, callbacks=[recorder, probes])
    recording = recorder.recording
    assert recording.epochs == [0, 1, 2, 3]
    for epoch, snapshot in probes.snapshots.items():
        assert recording.layers == snapshot.layers
        assert recording.losses["loss"][epoch] == pytest.approx(snapshot.loss, rel=1e-6)
        for quantity in QUANTITIES:
            assert recording.layers_with(quantity) == snapshot.layers_with(quantity)
            for layer in snapshot.layers_with(quantity):
                want = snapshot.values(quantity, layer)
                got = recording.values(quantity, layer, epoch)
                # the compiled pass may add up in another order
                assert np.abs(got - want).max() <= 1e-6 * np.abs(want).max()
                if epoch == 0:
                    np.testing.assert_array_equal(got, want)
                sketch = recording.sketch(quantity, layer, epoch)
                assert sketch.count == got.size
                assert sketch.mean == pytest.approx(got.mean(dtype=float), rel=1e-6, abs=1e-12)
                assert sketch.std == pytest.approx(got.std(dtype=float), rel=1e-6)


def test_sketches_alone_equal_those_of_raw(data):
    frames = []
    for raw in (False, True):
        recorder = Recorder(*data, raw=raw, batch_size=64)
        fit(block(), data, recorder, shuffle=False)
        frames.append(recorder.recording.to_frame())
        if not raw:
            with pytest.raises(ValueError, match=r"recorded with raw=True"):
                recorder.recording.values("z", "h1", 0)
    whole, merged = frames
    exact = ["epoch", "step", "layer", "quantity", "count", "min", "max", "nonfinite"]
    assert whole[exact].equals(merged[exact])
    np.testing.assert_allclose(whole["std"], merged["std"], rtol=1e-6)


def test_every_k_epochs(data):
    recorder = Recorder(*data, every=3)
    fit(block(), data, recorder, epochs=7)
    assert recorder.recording.epochs == [0, 3, 6]
    assert recorder.recording.steps == [0, 12, 24]
    assert list(recorder.recording.history.index) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("n", "captures"),
    [
        (1, [(0, 0), (0, 1), (0, 2), (0, 3), (1, 4), (1, 5), (1, 6), (1, 7), (2, 8)]),
        (2, [(0, 0), (0, 2), (1, 4), (1, 6), (2, 8)]),
        (3, [(0, 0), (0, 3), (1, 4), (1, 6), (2, 8)]),
        (4, [(0, 0), (1, 4), (2, 8)]),
        (5, [(0, 0), (1, 4), (1, 5), (2, 8)]),
        (100, [(0, 0), (1, 4), (2, 8)]),
    ],
)
def test_every_n_batches(data, n, captures):
    recorder = Recorder(*data, every_n_batches=n)
    fit(block(), data, recorder)
    recording = recorder.recording
    frame = recording.to_frame()
    assert list(dict.fromkeys(zip(frame["epoch"], frame["step"], strict=True))) == captures
    # 3 layers of 5 quantities each, and nothing twice
    assert len(frame) == 15 * len(captures)
    assert not frame.duplicated(["epoch", "step", "layer", "quantity"]).any()
    assert recording.steps == [step for _, step in captures]


def test_every_n_batches_measures_at_that_step(data):
    class Weights(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.kernels = [self.model.get_layer("h1").get_weights()[0]]

        def on_train_batch_end(self, batch, logs=None):
            self.kernels.append(self.model.get_layer("h1").get_weights()[0])

    recorder, weights = Recorder(*data, every_n_batches=3, raw=True), Weights()
    fit(block(), data, recorder, weights)
    for step in recorder.recording.steps:
        got = recorder.recording.values("weight", "h1", step=step)
        np.testing.assert_array_equal(got, weights.kernels[step])
    np.testing.assert_array_equal(recorder.recording.values("weight", "h1", 1), weights.kernels[4])


def test_epochs_left_out_by_every_are_captured_where_n_batches_ends_them(data):
    recorder = Recorder(*data, every=2, every_n_batches=4)
    fit(block(), data, recorder, epochs=3)
    assert recorder.recording.epochs == [0, 1, 2, 3]
    assert recorder.recording.steps == [0, 4, 8, 12]


def test_steps_count_where_several_run_at_one_go(data):
    # 7 batches an epoch in goes of 3: after 3, 6 and 7
    x, y = data
    recorder = Recorder(x, y, every_n_batches=2)
    model = block()
    model.compile("sgd", "binary_crossentropy", steps_per_execution=3)
    fit(model, data, recorder, batch_size=30)
    frame = recorder.recording.to_frame()
    captures = list(dict.fromkeys(zip(frame["epoch"], frame["step"], strict=True)))
    assert captures == [(0, 0), (0, 3), (0, 6), (1, 7), (1, 10), (1, 13), (2, 14)]
    assert int(model.optimizer.iterations) == 14


@pytest.mark.parametrize("told", [(2, 5, 8), (0, 3, 6)], ids=["the last", "the first"])
def test_of_several_steps_at_one_go_keras_tells_the_last_or_the_first(data, told):
    recorder, model = Recorder(*data, every_n_batches=2), block()
    model.compile("sgd", "binary_crossentropy", steps_per_execution=3)
    recorder.set_model(model)
    recorder.set_params({"epochs": 2, "steps": 7})
    recorder.on_train_begin()
    for epoch in range(2):
        recorder.on_epoch_begin(epoch)
        for batch in told:
            recorder.on_train_batch_end(batch)
        recorder.on_epoch_end(epoch, {})
    assert recorder.recording.steps == [0, 3, 6, 7, 10, 13, 14]


@pytest.mark.filterwarnings("ignore:Your input ran out of data")  # how Keras finds its size
@pytest.mark.parametrize(
    ("n", "steps"), [(None, [0, 4, 8]), (2, [0, 2, 4, 6, 8]), (3, [0, 3, 4, 6, 8])]
)
def test_training_on_a_dataset_of_unknown_size(data, n, steps):
    def rows():
        yield from zip(*data, strict=True)

    signature = (tf.TensorSpec((10,)), tf.TensorSpec((1,)))
    dataset = tf.data.Dataset.from_generator(rows, output_signature=signature).batch(50)
    recorder = Recorder(*data, every_n_batches=n)
    block().fit(dataset, epochs=2, verbose=0, shuffle=False, callbacks=[recorder])
    assert recorder.recording.steps == steps
    assert len(recorder.recording.to_frame()) == 15 * len(steps)


def test_steps_where_batches_end_in_threads(data):
    recorder = Recorder(*data)
    fit(block(), data, recorder, batch_size=1)
    assert recorder.recording.steps == [0, 200, 400]


def test_probe_data_may_be_a_dataset(data):
    dataset = tf.data.Dataset.from_tensor_slices(data).batch(64)
    ours, theirs = Recorder(dataset), Recorder(*data, batch_size=64)
    fit(block(), data, ours, theirs)
    assert ours.recording.to_frame().equals(theirs.recording.to_frame())


def test_sample_weights_count(data):
    weight = np.linspace(0, 2, 200)
    recorder = Recorder(*data, sample_weight=weight, raw=True)
    model = block()
    want = kit.probe(model, *data, sample_weight=weight)
    fit(model, data, recorder, epochs=1)
    np.testing.assert_array_equal(recorder.recording.values("delta", "h1", 0), want["h1"].delta)


def test_layers_filter(data):
    recorder = Recorder(*data, layers=["h2"])
    fit(block(), data, recorder)
    assert recorder.recording.layers == ["h2"]
    assert set(recorder.recording.to_frame()["layer"]) == {"h2"}


def test_history_equals_that_of_keras(data):
    recorder = Recorder(*data)
    history = fit(block(), data, recorder, epochs=3, validation_data=data)
    recorded = recorder.recording.history
    assert list(recorded.index) == [1, 2, 3]
    assert set(recorded.columns) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert recorded.to_dict("list") == history.history


def test_info_says_what_was_measured(data):
    recorder = Recorder(*data)
    fit(block(), data, recorder, epochs=1)
    info = recorder.recording.info
    assert (info["model"], info["mode"], info["samples"]) == ("block", "inference", 200)
    assert info["versions"]["keras"] == keras.__version__
    assert info["versions"]["tensorflow"] == tf.__version__


# runs


def test_recording_is_in_the_file(data, tmp_path):
    path = tmp_path / "run.kit"
    recorder = Recorder(*data, path=path, run="a", raw=True)
    fit(block(), data, recorder)
    with kit.Recording.load(path) as loaded:
        assert loaded.run == "a"
        assert loaded.to_frame().equals(recorder.recording.to_frame())
        assert loaded.history.equals(recorder.recording.history)
        np.testing.assert_array_equal(
            loaded.values("z", "h1", 2), recorder.recording.values("z", "h1", 2)
        )


def test_fit_again_begins_a_new_recording(data, tmp_path):
    path, model = tmp_path / "run.kit", block()
    recorder = Recorder(*data, path=path)
    fit(model, data, recorder)
    first = recorder.recording
    fit(model, data, recorder, epochs=1)
    assert recorder.recording is not first
    assert first.epochs == [0, 1, 2]
    assert recorder.recording.epochs == [0, 1]
    assert recorder.recording.steps == [0, 4]
    assert list(kit.Recording.runs(path)["run"]) == ["run-1", "run-2"]
    # the second begins where the first ended
    assert recorder.recording.sketch("weight", "h1", 0).mean == first.sketch("weight", "h1", 2).mean


@pytest.mark.parametrize("every", [1, 2])
def test_initial_epoch_goes_on(data, tmp_path, every):
    path, model = tmp_path / "run.kit", block()
    recorder = Recorder(*data, every=every, path=path)
    fit(model, data, recorder, epochs=3)
    first = recorder.recording
    fit(model, data, recorder, initial_epoch=3, epochs=6)
    assert recorder.recording is first
    assert first.epochs == list(range(0, 7, every))
    assert first.steps == [4 * epoch for epoch in first.epochs]
    assert list(first.history.index) == [1, 2, 3, 4, 5, 6]
    assert list(kit.Recording.runs(path)["run"]) == ["run-1"]


def test_initial_epoch_of_a_new_recorder(data):
    recorder = Recorder(*data)
    fit(block(), data, recorder, initial_epoch=3, epochs=5)
    assert recorder.recording.epochs == [3, 4, 5]
    assert recorder.recording.steps == [0, 4, 8]


def test_an_initial_epoch_elsewhere_begins_a_new_recording(data):
    recorder = Recorder(*data)
    fit(block(), data, recorder)
    first = recorder.recording
    fit(block(), data, recorder, epochs=4, initial_epoch=1)
    assert recorder.recording is not first
    assert first.epochs == [0, 1, 2]


def test_early_stopping(data):
    recorder = Recorder(*data)
    stop = keras.callbacks.EarlyStopping("loss", min_delta=1e9, patience=1)
    history = fit(block(), data, recorder, stop, epochs=20)
    assert len(history.history["loss"]) == 2
    assert recorder.recording.epochs == [0, 1, 2]
    assert list(recorder.recording.history.index) == [1, 2]


@pytest.mark.parametrize("path", [None, "run.kit"])
def test_an_interrupted_training_leaves_what_was_finished(data, tmp_path, path):
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if int(self.model.optimizer.iterations) == 10:
                raise KeyboardInterrupt

    path = path and tmp_path / path
    recorder = Recorder(*data, path=path, every_n_batches=3)
    with pytest.raises(KeyboardInterrupt):
        fit(block(), data, recorder, Interrupt(), epochs=20)
    recording = kit.Recording.load(path) if path else recorder.recording
    assert recording.steps == [0, 3, 4, 6, 8, 9]
    assert recording.epochs == [0, 1, 2]
    assert list(recording.history.index) == [1, 2]
    assert len(recording.to_frame()) == 6 * 15


def test_a_diverging_run_is_recorded(data):
    model = build_block("relu", "he_normal", n_layers=2, units=6, seed=3, optimizer="sgd")
    model.compile(keras.optimizers.SGD(1e30), "mse")
    recorder = Recorder(*data, raw=True)
    history = fit(model, data, recorder, epochs=3)
    recording = recorder.recording
    assert recording.epochs == [0, 1, 2, 3]
    assert np.isnan(history.history["loss"][-1])
    assert np.isnan(recording.history["loss"][3])
    assert recording.sketch("weight", "h1", 0).nonfinite == 0
    weight = recording.values("weight", "h1", 3)
    bad = int((~np.isfinite(weight)).sum())
    assert bad > 0
    assert recording.sketch("weight", "h1", 3).nonfinite == bad


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_weights_that_are_not_finite_are_counted(data, value):
    model = block()
    kernel, bias = model.get_layer("h1").get_weights()
    kernel[2, 3] = value
    model.get_layer("h1").set_weights([kernel, bias])
    recorder = Recorder(*data)
    fit(model, data, recorder, epochs=1)
    frame = recorder.recording.to_frame().query("epoch == 0").set_index(["layer", "quantity"])
    assert frame.loc[("h1", "weight"), "nonfinite"] == 1
    # unit 3 of every sample; ±inf becomes ±1 by tanh, NaN stays
    assert frame.loc[("h1", "z"), "nonfinite"] == 200
    assert frame.loc[("h1", "activation"), "nonfinite"] == (200 if np.isnan(value) else 0)


# bad arguments, and files that cannot be used


@pytest.mark.parametrize("name", ["every", "every_n_batches"])
@pytest.mark.parametrize(
    ("value", "kind"), [(0, ValueError), (-1, ValueError), (1.5, TypeError), (True, TypeError)]
)
def test_bad_counts(data, name, value, kind):
    with pytest.raises(kind, match=rf"`{name}` must be a positive integer; got {value}"):
        Recorder(*data, **{name: value})


@pytest.mark.parametrize(("run", "kind"), [("", ValueError), (3, TypeError), (False, TypeError)])
def test_bad_run(data, run, kind):
    with pytest.raises(kind, match=rf"`run` must be a name or None; got {run!r}"):
        Recorder(*data, run=run)


def test_bad_path(data, tmp_path):
    with pytest.raises(TypeError, match="`path` must be a path or None; got 3"):
        Recorder(*data, path=3)
    with pytest.raises(RecordingError, match=r"`path` must name a file; got the folder"):
        Recorder(*data, path=tmp_path)
    with pytest.raises(RecordingError, match=r"`path` must lie in a folder that exists; got .*no"):
        Recorder(*data, path=tmp_path / "no" / "run.kit")
    assert list(tmp_path.iterdir()) == []


def test_bad_probe_data(data):
    x, y = data
    with pytest.raises(ValueError, match=r"`y` must have as many samples as `x`; got 7 for y"):
        Recorder(x, y[:7])
    with pytest.raises(ValueError, match=r"`x` must be finite; .* in sample 4"):
        Recorder(np.where(np.arange(200)[:, None] == 4, np.nan, x), y)
    with pytest.raises(TypeError, match=r"`batch_size` must be a positive integer; got 2.5"):
        Recorder(x, y, batch_size=2.5)


def another_file(path):
    path.write_bytes(b"this is no SQLite file, but longer than its header of 100 bytes" * 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.ones((9, 4)), "y": np.ones((9, 1))}, r"`x` must have the shape \(n, 10\)"),
        ({"x": np.ones((9, 10)), "y": np.ones((9, 2))}, r"`y` must have the shape \(n, 1\)"),
        (
            {"x": np.ones((9, 10)), "y": np.ones((9, 1)), "layers": ["h9"]},
            r"`layers` must be one of h1, h2, o of the model; got 'h9'",
        ),
    ],
)
def test_what_does_not_fit_the_model_stops_before_training(data, tmp_path, arguments, message):
    model = block()
    recorder = Recorder(**arguments, path=tmp_path / "run.kit")
    before = model.get_weights()
    with pytest.raises(ValueError, match=message):
        fit(model, data, recorder)
    assert int(model.optimizer.iterations) == 0
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_exists_is_refused_and_stays(data, tmp_path):
    path = tmp_path / "run.kit"
    late = Recorder(*data, path=path, run="a")
    fit(block(), data, Recorder(*data, path=path, run="a"))
    before = kit.Recording.load(path).to_frame()
    with pytest.raises(RecordingError, match=r"`run` must be a new name in .*run.kit; got 'a'"):
        Recorder(*data, path=path, run="a")
    model = block()
    with pytest.raises(RecordingError, match=r"`run` must be a new name .* overwrite=True"):
        fit(model, data, late)
    assert int(model.optimizer.iterations) == 0
    assert kit.Recording.load(path).to_frame().equals(before)


def test_overwrite_replaces_the_run_and_no_other(data, tmp_path):
    path = tmp_path / "run.kit"
    for run in ("a", "b"):
        fit(block(), data, Recorder(*data, path=path, run=run), epochs=3)
    fit(block(), data, Recorder(*data, path=path, run="a", overwrite=True), epochs=1)
    assert kit.Recording.load(path, "a").epochs == [0, 1]
    assert kit.Recording.load(path, "b").epochs == [0, 1, 2, 3]


def test_a_file_of_another_kind_is_refused_and_stays(data, tmp_path):
    path = tmp_path / "run.kit"
    another_file(path)
    before = path.read_bytes()
    with pytest.raises(RecordingError, match=r"`path` must be a usable recording file; .*run.kit"):
        Recorder(*data, path=path)
    assert path.read_bytes() == before


# whole processes


def script(body):
    head = """
        import os, sys
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
        import keras, kit
        from kit.callbacks import Recorder
        x, y = kit.datasets.ball.load_data(n_points=50)
    """
    return textwrap.dedent(head) + textwrap.dedent(body)


@pytest.mark.slow
def test_a_killed_process_leaves_every_finished_capture(tmp_path):
    path = tmp_path / "run.kit"
    program = script(
        """
        from kit.models import build_block
        model = build_block(n_layers=2, units=6, seed=1)
        recorder = Recorder(x, y, path=sys.argv[1], raw=True)
        tell = keras.callbacks.LambdaCallback(on_epoch_end=lambda k, logs: print(k + 1, flush=True))
        model.fit(x, y, epochs=100_000, verbose=0, callbacks=[recorder, tell])
        """
    )
    moments = random.Random(5)
    for number in (1, 2, 3):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
        ) as process:
            for line in process.stdout:
                if int(line) == 3:
                    break
            time.sleep(moments.uniform(0, 0.5))
            process.kill()
            told = [int(line) for line in process.stdout if line.endswith("\n")]
        assert process.returncode == -signal.SIGKILL
        with kit.Recording.load(path, f"run-{number}") as recording:
            last = recording.epochs[-1]
            assert recording.epochs == list(range(last + 1))
            assert last >= max([3, *told]) - 3  # one was being made, and two waited
            assert recording.steps == [2 * epoch for epoch in recording.epochs]
            frame = recording.to_frame()
            assert len(frame) == 15 * (last + 1)
            assert (frame["count"] > 0).all()
            z = recording.values("z", "h1", last)
            assert z.shape == (50, 6)
            mean = recording.sketch("z", "h1", last).mean
            assert Sketch.of(z).mean == pytest.approx(mean, rel=1e-12)


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux's /proc")
def test_memory_does_not_grow_with_epochs(tmp_path):
    program = script(
        """
        import gc
        import tensorflow as tf
        def resident():
            gc.collect()
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        class Measure(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                if epoch + 1 in (10, 1000):
                    print(resident(), flush=True)
        model = kit.models.build_block(n_layers=1, units=4, seed=1)
        # one iterator for all of training, as Keras takes 30 ms to make one
        batches = tf.data.Dataset.from_tensors((x, y)).repeat()
        model.fit(batches, epochs=1000, steps_per_epoch=1, verbose=0,
                  callbacks=[Recorder(x, y, path=sys.argv[1]), Measure()])
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "run.kit")],
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    early, late = map(float, done.stdout.split())
    assert late - early < 10
    assert kit.Recording.load(tmp_path / "run.kit").epochs == list(range(1001))


def test_a_metric_that_is_a_vector_does_not_stop_training(rng):
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(3, "softmax")(inputs))
    model.compile("sgd", "categorical_crossentropy", metrics=[keras.metrics.F1Score()])
    x, y = rng.normal(size=(9, 4)).astype("f4"), np.eye(3, dtype="f4")[np.arange(9) % 3]
    recorder = Recorder(x, y)
    model.fit(x, y, epochs=1, verbose=0, callbacks=[recorder])
    assert {"loss", "f1_score[0]", "f1_score[2]"} <= set(recorder.recording.history)


def test_epochs_skipped_by_every_are_not_taken_from_captures_within(data):
    recorder = Recorder(*data, every=5, every_n_batches=3)
    model = build_block(seed=1)
    model.fit(*data, epochs=3, batch_size=-(-len(data[0]) // 8), verbose=0, callbacks=[recorder])
    ends = {8: 1, 16: 2, 24: 3}  # of 8 batches each; 24 is also a multiple of 3
    assert recorder.recording.epochs == [0, *(e for s, e in ends.items() if s % 3 == 0)]
    assert recorder.recording.steps == list(range(0, 25, 3))


@pytest.mark.parametrize("name", ["raw", "overwrite"])
def test_bad_flags(data, name):
    with pytest.raises(TypeError, match=f"`{name}` must be True or False; got 'no'"):
        Recorder(*data, **{name: "no"})


@pytest.mark.parametrize(
    ("layers", "kind", "message"),
    [
        ([], ValueError, r"`layers` must have at least one name; got \[\]"),
        (3, TypeError, "`layers` must be a name or a list of names; got 3"),
    ],
)
def test_bad_layers_are_told_at_once(data, layers, kind, message):
    with pytest.raises(kind, match=message):
        Recorder(*data, layers=layers)
