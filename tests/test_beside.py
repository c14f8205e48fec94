"""Captures beside the training: of the moment they were asked for, and never in its way."""

import copy
import gc
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
import warnings
import weakref

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
import tensorflow as tf
from seeding import set_seed
from small_training import block, fit, points

import kit
from kit.callbacks import Recorder
from kit.callbacks.beside import WAITING, Beside
from kit.callbacks.capturing import Captures
from kit.callbacks.one_pass import NotHeardWarning
from kit.plots import layer_panel
from kit.recordings import LayerSnapshot, Snapshot


@pytest.fixture(scope="module")
def data():
    return points()


# the thread


def test_things_are_done_in_the_order_in_which_they_were_asked_for():
    beside, done = Beside(), []
    for k in range(50):
        beside.do(lambda k=k: done.append(k), heavy=k % 3 == 0)
    beside.end()
    assert done == list(range(50))


def test_no_more_than_two_captures_wait():
    beside, gate, begun = Beside(), threading.Event(), []
    for k in range(1 + WAITING):
        beside.do(lambda k=k: (begun.append(k), gate.wait(20)), heavy=True)
    asked = threading.Event()

    def ask_for_one_more():
        beside.do(lambda: begun.append("more"), heavy=True)
        asked.set()

    thread = threading.Thread(target=ask_for_one_more)
    thread.start()
    assert not asked.wait(0.3)  # one is done, two wait: the fourth has to
    gate.set()
    thread.join(20)
    beside.end()
    assert asked.is_set() and begun == [0, 1, 2, "more"]


def test_what_goes_wrong_is_kept_and_the_rest_is_done():
    beside, done = Beside(), []
    beside.do(lambda: 1 / 0)
    beside.do(lambda: done.append(1))
    beside.end()
    assert done == [1] and isinstance(beside.failures.popleft(), ZeroDivisionError)


def test_the_thread_itself_does_not_wait_for_itself():
    beside = Beside()
    beside.do(beside.settle)
    beside.end()
    assert not beside.failures


# a capture is that of its moment


class Slow(Recorder):
    """A recorder whose captures begin long after they were asked for."""

    def _capture(self, *what, **more):
        self._beside.do(lambda: time.sleep(0.05))
        super()._capture(*what, **more)


def test_a_capture_is_of_the_moment_at_which_it_was_asked_for(data):
    weights = []
    model = block(optimizer=keras.optimizers.SGD(1.0))
    note = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda k, logs: weights.append(model.layers[0].kernel.numpy())
    )
    slow = Slow(*data, raw=True)
    fit(model, data, note, slow, epochs=5)
    for epoch, kernel in enumerate(weights):
        found = slow.recording.values("weight", "h1", epoch)
        np.testing.assert_array_equal(found, kernel)
        assert epoch == 0 or not np.array_equal(kernel, weights[epoch - 1])


def test_captures_beside_the_training_equal_probes_in_between(data):
    """The numbers of `kit.probe`, taken while training stands still."""
    snapshots = []
    model = block(optimizer=keras.optimizers.SGD(0.5))
    probe = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda k, logs: snapshots.append(kit.probe(model, *data))
    )
    recorder = Recorder(*data, raw=True)
    fit(model, data, recorder, probe, epochs=3)
    for epoch, snapshot in enumerate(snapshots, 1):
        for layer in snapshot:
            for quantity in snapshot[layer].quantities:
                np.testing.assert_array_equal(
                    recorder.recording.values(quantity, layer, epoch),
                    snapshot.values(quantity, layer),
                )


def test_whoever_reads_the_recording_waits_for_what_is_to_come(data):
    seen = []
    slow = Slow(*data)
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda k, logs: seen.append(slow.recording.epochs[-1])
    )
    fit(block(), data, slow, look, epochs=4)
    assert seen == [1, 2, 3, 4]


def test_training_goes_on_meanwhile(data):
    """The last capture is still to be done when the last epoch ends."""
    moments = {}

    class Timed(Slow):
        def _capture(self, *what, **more):
            super()._capture(*what, **more)
            self._beside.do(lambda: moments.update(measured=time.monotonic()))

    timed = Timed(*data)
    end = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda k, logs: moments.update(ended=time.monotonic())
    )
    fit(block(), data, timed, end, epochs=1)
    assert moments["ended"] < moments["measured"]


# end, exception and interruption


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, tf.errors.InternalError])
def test_after_an_exception_in_another_callback_all_that_was_asked_for_is_there(
    data, tmp_path, error
):
    def stop(epoch, logs):
        if epoch == 2:
            raise error(None, None, "stop") if error is tf.errors.InternalError else error("stop")

    slow = Slow(*data, path=tmp_path / "runs.db")
    with pytest.raises(error):
        fit(block(), data, slow, keras.callbacks.LambdaCallback(on_epoch_end=stop), epochs=9)
    assert slow.recording.epochs == [0, 1, 2, 3]
    assert not slow.recording.finished
    with kit.Recording.load(tmp_path / "runs.db") as loaded:
        assert loaded.epochs == [0, 1, 2, 3]


def test_a_process_that_ends_of_itself_writes_what_was_asked_for(tmp_path):
    program = textwrap.dedent(
        """
        import sys, time, keras, numpy as np, kit
        from kit.callbacks import Recorder
        class Slow(Recorder):
            def _capture(self, *what, **more):
                self._beside.do(lambda: time.sleep(0.2))
                super()._capture(*what, **more)
        def stop(epoch, logs):
            sys.exit(3)
        x, y = np.ones((4, 10), "float32"), np.ones(4, "float32")
        kit.models.build_block(n_layers=1, units=4, seed=1).fit(
            x, y, verbose=0, callbacks=[Slow(x, y, path=sys.argv[1]),
                                        keras.callbacks.LambdaCallback(on_epoch_end=stop)])
        """
    )
    path = tmp_path / "runs.db"
    command = [sys.executable, "-c", program, str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 3
    assert kit.Recording.load(path).epochs == [0, 1]


def test_training_is_the_same_with_an_exception_in_another_callback(data):
    def weights(*callbacks):
        set_seed(4)
        model = block(optimizer="adam")

        def stop(epoch, logs):
            if epoch == 3:
                raise RuntimeError("stop")

        last = keras.callbacks.LambdaCallback(on_epoch_end=stop)
        with pytest.raises(RuntimeError, match="stop"):
            fit(model, data, *callbacks, last, epochs=9)
        return model.get_weights() + [one.numpy() for one in model.optimizer.variables]

    for one, other in zip(weights(), weights(Slow(*data)), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_recorder_lets_go_of_model_and_thread(data):
    before = set(threading.enumerate())
    recorder, model = Recorder(*data), block()
    fit(model, data, recorder)
    assert set(threading.enumerate()) <= before
    recorder.set_model(None)
    known = weakref.ref(model)
    del model
    gc.collect()
    assert known() is None


# a training that works goes on working


def test_a_model_that_fit_builds_is_measured_from_its_first_epoch_on(data):
    model = keras.Sequential([keras.layers.Dense(4, "tanh"), keras.layers.Dense(1, "sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    recorder = Recorder(*data)
    with pytest.warns(RuntimeWarning, match="epoch 0 is not measured"):
        fit(model, data, recorder, epochs=3)
    assert recorder.recording.epochs == [1, 2, 3]
    assert len(recorder.recording.layers) == 2


class NoCall(keras.Model):
    """A GAN, say: it has its own step of training and no `call`."""

    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dense(1)

    def build(self, shape):
        self.inner.build(shape)

    def train_step(self, batch):
        return {"loss": tf.reduce_mean(self.inner(batch[0]))}


@pytest.mark.parametrize("built", [False, True])
def test_a_model_without_call_trains_and_the_reason_is_told_once(data, built):
    model = NoCall()
    if built:
        model.build((None, 10))
    model.compile("sgd", "mse")
    recorder = Recorder(*data)
    with pytest.warns(RuntimeWarning) as told:
        history = fit(model, data, recorder, epochs=3)
    assert len(history.history["loss"]) == 3
    assert recorder.recording.epochs == []
    reasons = [str(one.message) for one in told if "could not capture" in str(one.message)]
    assert len(reasons) == 1 and "call" in reasons[0]


def test_a_capture_that_fails_is_told_once_and_training_goes_on(data, monkeypatch):
    make = Captures.make

    def failing(self, one_pass, state, epoch, step, within):
        if epoch in (1, 2):
            raise ArithmeticError("no number")
        make(self, one_pass, state, epoch, step, within)

    monkeypatch.setattr(Captures, "make", failing)
    recorder = Recorder(*data)
    with pytest.warns(RuntimeWarning) as told:
        fit(block(), data, recorder, epochs=4)
    assert recorder.recording.epochs == [0, 3, 4]
    assert [str(one.message) for one in told if "no number" in str(one.message)] == [
        "`Recorder` could not capture: ArithmeticError: no number. Training goes on, and so does "
        "the recording where it can."
    ]


def test_bad_layers_stop_a_training_before_anything_is_written(data, tmp_path):
    path = tmp_path / "runs.db"
    with pytest.raises(KeyError, match=r"h1\[5\]"):
        fit(block(), data, Recorder(*data, layers=["h1[5]"], path=path))
    assert not path.exists()


class Sometimes(keras.layers.Layer):
    """A layer that uses one of two, as Python has it just then."""

    which = 0

    def __init__(self, **rest):
        super().__init__(**rest)
        self.both = [keras.layers.Dense(3, "tanh", name=name) for name in ("a", "b")]

    def build(self, shape):
        for one in self.both:
            one.build(shape)

    def call(self, x):
        return self.both[self.which](x)


@pytest.mark.filterwarnings("ignore:Gradients do not exist")  # Keras, of the one not used
def test_a_capture_that_hears_something_else_names_it_and_mixes_nothing_up(data):
    layer = Sometimes(name="one_of")
    model = keras.Sequential([keras.Input((10,)), layer, keras.layers.Dense(1, name="o")])
    model.compile("sgd", "mse", run_eagerly=True)

    def change(epoch, logs):
        layer.which = epoch % 2

    recorder = Recorder(*data, raw=True)
    note = keras.callbacks.LambdaCallback(on_epoch_begin=change)
    heard = "step 2 heard no more one_of/a; for the first time one_of/b"
    with pytest.warns(NotHeardWarning), pytest.warns(RuntimeWarning, match=heard):
        fit(model, data, recorder, note, epochs=2, batch_size=200)
    recording = recorder.recording
    for epoch, name in ((0, "a"), (1, "a"), (2, "b")):
        z = recording.values("z", f"one_of/{name}", epoch)
        kernel = recording.values("weight", f"one_of/{name}", epoch)
        # the bias moves, and is no weight: what is left is one for each unit
        assert np.ptp(z - data[0] @ kernel, axis=0).max() < 1e-5
        other = {"a": "b", "b": "a"}[name]
        with pytest.raises(ValueError, match=f"has no z at epoch {epoch}|has no z"):
            recording.sketch("z", f"one_of/{other}", epoch)
        assert recording.values("weight", f"one_of/{other}", epoch).shape == (10, 3)


# copies


@pytest.mark.parametrize("trained", [False, True])
def test_a_recorder_can_be_copied_and_pickled(data, trained):
    recorder = Recorder(*data, every=2)
    if trained:
        fit(block(), data, recorder, epochs=4)
    pickled = pickle.loads(pickle.dumps(recorder))
    for other in (copy.copy(recorder), copy.deepcopy(recorder), pickled):
        assert other.every == 2
        if trained:
            assert other.recording.epochs == [0, 2, 4]
            assert other.recording.to_frame().equals(recorder.recording.to_frame())
        fit(block(), data, other, epochs=2)
        assert other.recording.epochs == [0, 2]


# going on after a kill


def test_resume_must_know_what_goes_on(data, tmp_path):
    for arguments in ({}, {"path": tmp_path / "runs.db"}, {"run": "a"}):
        with pytest.raises(ValueError, match="`resume` must come with a path and the name of"):
            Recorder(*data, resume=True, **arguments)
    with pytest.raises(ValueError, match="without overwrite"):
        Recorder(*data, path=tmp_path / "runs.db", run="a", resume=True, overwrite=True)


def test_resume_begins_a_run_that_is_not_there(data, tmp_path):
    recorder = Recorder(*data, path=tmp_path / "runs.db", run="a", resume=True)
    fit(block(), data, recorder)
    assert recorder.recording.run == "a" and recorder.recording.epochs == [0, 1, 2]


PROGRAM = """
import os, signal, sys, keras, numpy as np, kit
from kit.callbacks import Recorder
x, y = kit.datasets.ball.load_data(n_points=200)
y = y.astype("float32")
folder, kill = sys.argv[1], int(sys.argv[2])
model = kit.models.build_block("tanh", n_layers=1, units=4, seed=1)
recorder = Recorder(x, y, path=folder + "/runs.db", run="a", resume=True)
def maybe(epoch, logs):
    if epoch == kill:
        recorder.recording.epochs  # what was asked for is written
        os.kill(os.getpid(), signal.SIGKILL)
model.fit(x, y, epochs=6, batch_size=50, verbose=0, shuffle=False, callbacks=[
    recorder, keras.callbacks.BackupAndRestore(folder + "/backup"),
    keras.callbacks.LambdaCallback(on_epoch_begin=maybe)])
"""


@pytest.mark.slow
def test_a_run_goes_on_after_a_kill_as_if_nothing_had_been(tmp_path):
    frames = []
    for name, kills in (("whole", [-1]), ("killed", [4, -1])):
        folder = tmp_path / name
        folder.mkdir()
        for kill in kills:
            done = subprocess.run(
                [sys.executable, "-c", PROGRAM, str(folder), str(kill)],
                capture_output=True,
                check=False,
            )
            assert done.returncode == (0 if kill < 0 else -signal.SIGKILL), done.stderr
        with kit.Recording.load(folder / "runs.db", "a") as recording:
            assert recording.finished
            assert recording.epochs == list(range(7)) and recording.steps == list(range(0, 28, 4))
            assert len(recording.history) == 6
            frames.append(recording.to_frame())
    numbers = [one.drop(columns="update").select_dtypes("number") for one in frames]
    np.testing.assert_allclose(numbers[0], numbers[1], rtol=1e-6)


# what is recorded of each unit, and of a kernel's way


def test_unit_evidence_of_a_capture_is_that_of_its_arrays(data):
    recorder, model = Recorder(*data, raw=True), block()
    fit(model, data, recorder, epochs=1)
    recording = recorder.recording
    for layer in ("h1", "h2", "o"):
        for quantity in ("z", "activation", "delta"):
            array = recording.values(quantity, layer, 1).astype("float64")
            units = recording.units(quantity, layer, 1)
            np.testing.assert_allclose(units.std, array.std(axis=0), rtol=1e-3)
            np.testing.assert_array_equal(units.active, (array != 0).sum(axis=0))
    z = recording.values("z", "h1", 1)
    beyond = np.arctanh(np.sqrt(0.95))  # where 1 - tanh² is 0.05
    np.testing.assert_array_equal(
        recording.units("z", "h1", 1).saturated, (np.abs(z) > beyond).sum(axis=0)
    )
    frame = recording.to_frame().set_index(["epoch", "layer", "quantity"])
    row = frame.loc[(1, "h1", "z")]
    assert row["std_samples"] == pytest.approx(np.sqrt(z.var(axis=0).mean()), rel=1e-6)
    assert row["std_units"] == pytest.approx(z.mean(axis=0).std(), rel=1e-6)
    assert row["saturated"] == pytest.approx((np.abs(z) > beyond).mean())


def test_the_update_is_how_far_a_kernel_moved_since_the_last_capture(data):
    recorder = Recorder(*data, raw=True, every=2)
    fit(block(), data, recorder, epochs=4)
    recording = recorder.recording
    frame = recording.to_frame().set_index(["epoch", "layer", "quantity"])["update"]
    assert np.isnan(frame.loc[(0, "h1", "weight")]) and np.isnan(frame.loc[(2, "h1", "z")])
    for before, now in ((0, 2), (2, 4)):
        old, new = (recording.values("weight", "h1", at).astype("f8") for at in (before, now))
        expected = np.linalg.norm(new - old) / np.linalg.norm(old)
        assert expected > 0
        assert frame.loc[(now, "h1", "weight")] == pytest.approx(expected, rel=1e-9)


# inputs of all kinds


def test_a_dict_may_hold_more_than_the_model_takes_and_an_input_may_be_left_out(data):
    x, y = data
    a, b = keras.Input((10,), name="a", optional=True), keras.Input((10,), name="b")

    class Either(keras.layers.Layer):
        def call(self, first, second):
            return second if first is None else first + second

    hidden = keras.layers.Dense(3, "tanh", name="h")(Either()(a, b))
    model = keras.Model([a, b], keras.layers.Dense(1, name="o")(hidden))
    model.compile("sgd", "mse")
    kernel, bias = model.get_layer("h").get_weights()
    alone = kit.probe(model, [None, x], y)
    np.testing.assert_allclose(alone["h"].z, x @ kernel + bias, rtol=1e-4, atol=1e-5)
    named = keras.Model({"a": a, "b": b}, model.output)
    named.compile("sgd", "mse")
    recorder = Recorder({"a": x, "b": x, "c": y}, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras speaks of the structure
        named.fit({"a": x, "b": x, "c": y}, y, verbose=0, callbacks=[recorder])
    assert recorder.recording.epochs == [0, 1]


@pytest.mark.parametrize("n", [100, 1500])
def test_probe_data_are_the_recorders_own(n):
    """Whoever shuffles theirs in place during training means not these."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(n, 10)).astype("float32")
    y = (x[:, :1] > 0).astype("float32")
    recorder = Recorder(x, y)
    shuffle = keras.callbacks.LambdaCallback(on_epoch_begin=lambda k, logs: rng.shuffle(x))
    model = block(optimizer=keras.optimizers.SGD(0.0))
    fit(model, (x.copy(), y), recorder, shuffle, epochs=3)
    assert len(set(recorder.recording.losses["loss"])) == 1


def test_batches_of_other_lengths_and_a_last_one_of_fewer_samples(data):
    """Sequences of 5 and of 7 steps, batch by batch."""
    rng = np.random.default_rng(2)
    steps, samples = (5, 7, 7), (4, 4, 3)
    batches = [
        (rng.normal(size=(n, t, 3)).astype("float32"), rng.normal(size=(n, 1)).astype("float32"))
        for n, t in zip(samples, steps, strict=True)
    ]
    spec = (tf.TensorSpec((None, None, 3)), tf.TensorSpec((None, 1)))
    dataset = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=spec)
    inputs = keras.Input((None, 3))
    hidden = keras.layers.Dense(4, "tanh", name="h")(inputs)
    pooled = keras.layers.GlobalAveragePooling1D()(hidden)
    model = keras.Model(inputs, keras.layers.Dense(1, name="o")(pooled))
    model.compile("sgd", "mse")
    recorder = Recorder(dataset)
    more = dataset.repeat()
    model.fit(more, steps_per_epoch=3, shuffle=False, verbose=0, callbacks=[recorder])
    recording = recorder.recording
    values = sum(n * t for n, t in zip(samples, steps, strict=True)) * 4
    assert recording.sketch("z", "h", 0).count == values
    assert recording.units("z", "h", 0).count.tolist() == [values // 4] * 4


# what a reviewer broke


def test_a_run_that_goes_on_counts_its_steps_from_where_it_was(data, tmp_path):
    """With captures after every second epoch, and the third to begin with."""
    path = tmp_path / "runs.db"
    fit(block(), data, Recorder(*data, path=path, run="a", every=2), epochs=4)
    again = Recorder(*data, path=path, run="a", every=2, resume=True)
    fit(block(), data, again, epochs=6, initial_epoch=3)
    assert again.recording.epochs == [0, 2, 3, 4, 6]
    assert again.recording.steps == [0, 8, 12, 16, 24]


def test_another_model_begins_a_recording_of_its_own(data):
    recorder = Recorder(*data)
    fit(block(), data, recorder, epochs=2)
    first = recorder.recording
    fit(block(), data, recorder, epochs=3, initial_epoch=2)
    assert recorder.recording is not first
    assert first.epochs == [0, 1, 2] and recorder.recording.epochs == [2, 3]


def test_a_thread_that_was_let_go_is_done_without():
    beside, done = Beside(), []
    beside.end()
    beside.do(lambda: done.append(1), heavy=True)
    assert done == [1] and not beside.failures


def test_a_fit_within_a_fit_with_the_same_recorder_stops_neither(data):
    recorder, model = Recorder(*data), block()
    inner = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda k, logs: fit(block(), data, recorder, epochs=1) if k == 0 else None
    )
    assert len(fit(model, data, recorder, inner, epochs=3).history["loss"]) == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_does_not_wait_for_a_thread_that_it_has_not():
    beside, gate = Beside(), threading.Event()
    beside.do(lambda: gate.wait(20))
    child = os.fork()
    if not child:
        beside.settle()
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    gate.set()
    beside.end()


def test_threads_that_trace_at_once_put_back_what_was_there():
    from keras.src.backend import nn

    shared = keras.layers.Dense(5, "tanh", name="shared")
    x = np.random.default_rng(0).normal(size=(40, 6)).astype("float32")
    y = (x[:, :1] > 0).astype("float32")

    def model(k):
        inputs = keras.Input((6,))
        hidden = keras.layers.Dense(4 + k, "gelu", name="g")(shared(inputs))
        made = keras.Model(inputs, keras.layers.Dense(1, "sigmoid", name="o")(hidden))
        made.compile("sgd", "binary_crossentropy")
        return made

    def work(k):
        for _ in range(3):
            kit.probe(models[k], x, y)

    before, models = dict(vars(nn)), [model(k) for k in range(4)]
    function = tf.function(lambda a: a + 1)
    call = type(function).__call__
    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(vars(nn)) == before and type(function).__call__ is call
    assert not any("call" in vars(layer) for one in models for layer in one.layers)


def test_names_with_dollars_stand_on_the_picture_as_they_are():
    layer = LayerSnapshot("h", 0, z=np.ones((4, 2)))
    reason = {"l$x^{$": "recurrent: its steps run in a loop"}
    snapshot = Snapshot([layer], loss=0.7, samples=4, not_heard=reason)
    figure = layer_panel(snapshot)
    figure.canvas.draw()
    assert "l$x^{$ (recurrent: its steps run in a loop)" in figure.get_supxlabel()
    plt.close(figure)


@pytest.mark.parametrize("trained", [False, True])
def test_a_fit_of_no_epochs_is_none_of_the_recorders_business(data, trained):
    recorder, model = Recorder(*data), block()
    if trained:
        fit(model, data, recorder, epochs=2)
    fit(model, data, recorder, epochs=2, initial_epoch=2)
    assert recorder.recording is None or recorder.recording.epochs == [0, 1, 2]


def test_whoever_reads_a_recording_that_goes_on_waits_too(data):
    slow, model, seen = Slow(*data), block(), []
    fit(model, data, slow, epochs=2)
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda k, logs: seen.append(slow.recording.epochs[-1])
    )
    fit(model, data, slow, look, epochs=5, initial_epoch=2)
    assert seen == [3, 4, 5]


def test_a_capture_of_an_earlier_training_is_not_taken_for_this_ones(data):
    """As many steps as the first had, by a model that is measured from its first epoch on."""
    recorder = Recorder(*data)
    fit(block(), data, recorder, epochs=1)
    model = keras.Sequential([keras.layers.Dense(3, "tanh"), keras.layers.Dense(1, "sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    with pytest.warns(RuntimeWarning, match="epoch 0 is not measured"):
        fit(model, data, recorder, epochs=1)
    assert recorder.recording.epochs == [1]
