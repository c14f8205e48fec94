"""Layers named with brackets, spaces and HTML: asked for, measured, recorded and shown as they are.

Keras gives such names to layers, and runs them where it does not trace (``run_eagerly=True``).
"""

import keras
import numpy as np
import pytest

import kit
from kit.callbacks import Recorder, feature_maps
from kit.callbacks.layers import asked_layer, call_names

NAMES = ["a[b]", "h[2]", "two words", "<b>bold<i>", "x & y", "ü[1][2]", "100 %", "[3]"]


def dense(name):
    return keras.layers.Dense(4, "tanh", name=name)


def in_a_row(names=NAMES):
    """Each layer once, one after the other."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((4,))
    outputs = inputs
    for name in names:
        outputs = dense(name)(outputs)
    return compiled(keras.Model(inputs, outputs))


def shared():
    """A layer that is called twice, between two that are named like its second call and like it."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((4,))
    twice = dense("h")
    outputs = dense("h[2]")(twice(dense("o[1]")(twice(inputs))))
    return compiled(keras.Model(inputs, outputs))


def compiled(model):
    model.compile("sgd", "mse", run_eagerly=True)
    return model


@pytest.fixture
def data(rng):
    x = rng.normal(size=(6, 4)).astype("float32")
    return x, x


def reached(model, x, *names):
    """What comes out of layers that are run one after the other, as arrays."""
    for name in names:
        x = model.get_layer(name)(x)
    return np.asarray(x)


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_is_asked_for_by_its_exact_name(data, name):
    model = in_a_row()
    want = reached(model, data[0], *NAMES[: NAMES.index(name) + 1])
    for layers in (name, [name]):
        snapshot = kit.probe(model, *data, layers=layers)
        assert snapshot.layers == [name]
        np.testing.assert_allclose(snapshot[name].activation, want, rtol=1e-5, atol=1e-6)
        maps = feature_maps(model, data[0], layers=layers)
        assert list(maps) == [name]
        np.testing.assert_allclose(maps[name], want, rtol=1e-5, atol=1e-6)


def test_all_of_them_are_measured_under_their_names(data):
    model = in_a_row()
    assert kit.probe(model, *data).layers == list(feature_maps(model, data[0])) == NAMES


def test_a_recording_in_a_file_has_them(data, tmp_path):
    path = tmp_path / "runs.db"
    recorder = Recorder(*data, path=path, layers=NAMES[1:], raw=True)
    model = in_a_row()
    model.fit(*data, epochs=2, verbose=0, callbacks=[recorder])
    recording = kit.Recording.load(path)
    assert recording.layers == NAMES[1:] and recording.epochs == [0, 1, 2]
    assert set(recording.to_frame()["layer"]) == set(NAMES[1:])
    for name in NAMES[1:]:
        np.testing.assert_array_equal(
            recording.values("weight", name, 2), model.get_layer(name).kernel.numpy()
        )
    shown = recording._repr_html_()
    assert "&lt;b&gt;bold&lt;i&gt;" in shown and "<b>bold" not in shown


def test_one_name_records_one_layer(data):
    recorder = Recorder(*data, layers="a[b]")
    in_a_row().fit(*data, verbose=0, callbacks=[recorder])
    assert recorder.recording.layers == ["a[b]"]


def test_the_layer_of_exactly_this_name_comes_before_a_call(data):
    model = shared()
    assert kit.probe(model, *data, layers="h[2]").layers == ["h[2]"]
    np.testing.assert_array_equal(
        kit.probe(model, *data, layers="h[2]")["h[2]"].weight, model.get_layer("h[2]").kernel
    )
    assert list(feature_maps(model, data[0], layers="h[2]")) == ["h[2]"]


def test_a_call_that_would_have_the_name_of_a_layer_has_another(data):
    model = shared()
    first = reached(model, data[0], "h")
    second = reached(model, first, "o[1]", "h")
    snapshot, maps = kit.probe(model, *data), feature_maps(model, data[0])
    assert snapshot.layers == ["h", "h[1]", "h[2]#2", "o[1]", "h[2]"]
    assert list(maps) == ["h[1]", "o[1]", "h[2]#2", "h[2]"]
    for found in ({name: snapshot[name].activation for name in maps}, maps):
        np.testing.assert_allclose(found["h[1]"], first, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(found["h[2]#2"], second, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(
            found["h[2]"], reached(model, second, "h[2]"), rtol=1e-5, atol=1e-6
        )
    assert kit.probe(model, *data, layers=["h[2]#2"]).layers == ["h[2]#2"]
    assert list(feature_maps(model, data[0], layers=["h[2]#2"])) == ["h[2]#2"]
    assert kit.probe(model, *data, layers=["h"]).layers == ["h", "h[1]", "h[2]#2"]


@pytest.mark.parametrize("name", ["a[b]", "h[x]", "o[1][1]", "h[3]", "h[2]#3", "o", "[1]"])
def test_what_no_layer_and_no_call_is_named_is_refused(data, name):
    model = shared()
    with pytest.raises(
        kit.checks.UnknownNameError, match=r"`layers` must be one of h, .* model; got"
    ):
        kit.probe(model, *data, layers=["h", name])
    with pytest.raises(kit.checks.UnknownNameError, match=r"`layers` must .*; got"):
        feature_maps(model, data[0], layers=["h", name])


def test_a_call_number_is_none_where_there_was_one_call(data):
    model = in_a_row(["a", "b"])
    with pytest.raises(kit.checks.UnknownNameError, match=r"`layers` must be one of a, b .*a\[1\]"):
        kit.probe(model, *data, layers="a[1]")
    with pytest.raises(kit.checks.UnknownNameError, match=r"`layers` must .*: a; got 'a\[1\]'"):
        feature_maps(model, data[0], layers="a[1]")


def test_names_of_calls():
    assert call_names("a", 1, ["a", "a[1]"]) == ["a"]
    assert call_names("a", 3, ["a", "a[2]", "a[2]#2"]) == ["a[1]", "a[2]#3", "a[3]"]
    assert asked_layer("a[2]#3", ["a"]) == asked_layer("a[12]", ["a"]) == "a"
    assert asked_layer("a[2]#2", ["a", "a[2]#2"]) == "a[2]#2"
    assert asked_layer("a[b]", ["a"]) == "a[b]"


def test_a_model_that_cannot_be_traced_is_recorded_where_it_trains(data):
    class Untraceable(keras.layers.Layer):
        def call(self, x):
            return x * float(np.asarray(x).max() > -1e9)  # needs the numbers

    inputs = keras.Input((4,))
    model = keras.Sequential([inputs, dense("h"), Untraceable(), dense("o")])
    model.compile("sgd", "mse", run_eagerly=True)
    recorder = Recorder(*data)
    model.fit(*data, epochs=3, verbose=0, callbacks=[recorder])
    assert recorder.recording.epochs == [0, 1, 2, 3]
    assert recorder.recording.layers == ["h", "o"]
