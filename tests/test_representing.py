"""What a binary classifier makes of samples: equal to Keras's, and without a trace in training."""

import random
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops
from seeding import set_seed

from kit.callbacks import RepresentationRecorder, feature_maps, represent
from kit.checks import UnknownNameError
from kit.datasets import ball, parabola
from kit.films import animate_representations
from kit.plots import plot_decision_boundary, plot_feature_space
from kit.recordings import Representation

X, Y = parabola.load_data(n_points=40)


def small(output="sigmoid", units=1, activation="tanh"):
    set_seed(3)
    hidden = keras.layers.Dense(2, activation, name="hidden")
    last = keras.layers.Dense(units, output, bias_initializer=keras.initializers.Constant(0.1))
    model = keras.Sequential([keras.Input((2,)), hidden, last])
    model.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")
    return model


def test_it_is_what_keras_gives():
    model = small()
    found = represent(model, X, Y, layer="hidden", points=11)
    np.testing.assert_allclose(found.probabilities, model.predict(X, verbose=0)[:, 0], rtol=1e-6)
    np.testing.assert_allclose(found.hidden, feature_maps(model, X, layers="hidden")["hidden"])
    losses = keras.losses.binary_crossentropy(Y.astype("float32"), model.predict(X, verbose=0))
    np.testing.assert_allclose(found.losses, losses, rtol=1e-5)
    assert found.losses.mean() == pytest.approx(model.evaluate(X, Y, verbose=0), rel=1e-5)
    assert found.labels.tolist() == Y[:, 0].tolist()
    on_grid = model.predict(found.grid.reshape(-1, 2), verbose=0)
    np.testing.assert_allclose(found.grid_probabilities.ravel(), on_grid[:, 0], rtol=1e-6)
    h, (w1, w2, b) = found.grid_hidden, found.line
    np.testing.assert_allclose(
        1 / (1 + np.exp(-(w1 * h[..., 0] + w2 * h[..., 1] + b))), found.grid_probabilities, 1e-5
    )


def test_the_grid_reaches_beyond_the_samples():
    grid = represent(small(), X, Y, points=5).grid
    assert grid.shape == (5, 5, 2)
    low, high = X.min(axis=0), X.max(axis=0)
    np.testing.assert_allclose(grid[0, 0], low - 0.1 * (high - low), rtol=1e-5)
    np.testing.assert_allclose(grid[-1, -1], high + 0.1 * (high - low), rtol=1e-5)
    assert (np.diff(grid[0, :, 0]) > 0).all() and (np.diff(grid[:, 0, 1]) > 0).all()
    flat = np.column_stack([X[:, 0], np.zeros(len(X))])
    assert np.isfinite(represent(small(), flat, Y, points=3).grid).all()


def test_two_outputs_are_the_probabilities_of_both_classes():
    model = small("softmax", 2)
    found = represent(model, X, Y, layer="hidden", points=3)
    np.testing.assert_allclose(found.probabilities, model.predict(X, verbose=0)[:, 1], rtol=1e-6)
    assert found.line is None


def test_what_is_not_the_sigmoid_of_a_unit_on_the_layer_has_no_line():
    inputs = keras.Input((2,))
    hidden = keras.layers.Dense(2, "tanh", name="hidden")(inputs)
    both = keras.layers.Concatenate()([hidden, inputs])
    model = keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(both))
    found = represent(model, X, Y, layer="hidden")
    assert found.line is None and found.hidden.shape == (80, 2)


def test_more_inputs_have_no_plane():
    x, y = ball.load_data(n_points=30)
    model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(1, "sigmoid")])
    found = represent(model, x, y)
    assert found.grid is None and found.hidden is None and found.line is None
    with pytest.raises(ValueError, match="`data` must have a grid of two inputs; got 10 inputs"):
        plot_decision_boundary(found)
    with pytest.raises(ValueError, match="`data` must have the activations of two hidden units"):
        plot_feature_space(found)


class OwnState(keras.layers.Layer):
    """Draws from Keras's seeds, NumPy's and Python's, and counts its calls."""

    def __init__(self):
        super().__init__()
        self.calls = tf.Variable(0.0, trainable=False)

    def call(self, x):
        self.calls.assign_add(1.0)
        noise = np.random.normal() + random.random()  # noqa: NPY002
        return x + 0.01 * keras.random.normal(ops.shape(x)) * noise


def trained(callbacks, eager=False):
    set_seed(5)
    parts = [keras.layers.Dense(2, "tanh", name="hidden"), keras.layers.BatchNormalization()]
    parts += [keras.layers.Dropout(0.3)] + ([OwnState()] if eager else [])
    model = keras.Sequential([keras.Input((2,)), *parts, keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], run_eagerly=eager)
    history = model.fit(X, Y, epochs=3, batch_size=30, verbose=0, callbacks=callbacks)
    state = [
        *model.get_weights(),
        *(ops.convert_to_numpy(one) for one in model.optimizer.variables),
    ]
    drawn = [np.random.random(), random.random()]  # noqa: NPY002
    return history.history, [*state, drawn, ops.convert_to_numpy(keras.random.normal((2,)))]


@pytest.mark.parametrize("eager", [False, True])
def test_training_is_the_same_to_the_last_bit(eager):
    bare = trained([], eager)
    recorder = RepresentationRecorder(X, Y, layer="hidden", points=5)
    beside = trained([recorder], eager)
    assert bare[0] == beside[0]
    for one, other in zip(bare[1], beside[1], strict=True):
        np.testing.assert_array_equal(one, other)
    assert list(recorder.views) == [0, 1, 2, 3]


def test_each_view_is_that_of_its_epoch():
    model, weights = small(), []
    keep = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: weights.append(model.get_weights())
    )
    recorder = RepresentationRecorder(X, Y, layer="hidden", points=3, every=2)
    model.fit(X, Y, epochs=5, verbose=0, callbacks=[keep, recorder])
    assert list(recorder.views) == [0, 2, 4]
    for epoch, view in recorder.views.items():
        model.set_weights(weights[epoch])
        again = represent(model, X, Y, layer="hidden", points=3)
        np.testing.assert_array_equal(view.probabilities, again.probabilities)
        np.testing.assert_array_equal(view.grid_hidden, again.grid_hidden)


def test_a_second_training_begins_anew_or_goes_on():
    model, recorder = small(), RepresentationRecorder(X, Y, points=3)
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[recorder])
    model.fit(X, Y, epochs=4, initial_epoch=2, verbose=0, callbacks=[recorder])
    assert list(recorder.views) == [0, 1, 2, 3, 4]
    model.fit(X, Y, epochs=1, verbose=0, callbacks=[recorder])
    assert list(recorder.views) == [0, 1]


def test_a_model_that_is_built_later_is_looked_at_from_its_first_epoch_on():
    model = keras.Sequential([keras.layers.Dense(1, "sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    recorder = RepresentationRecorder(X, Y, points=3)
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[recorder])
    assert list(recorder.views) == [1, 2]


def test_a_training_that_diverges_goes_on():
    model = small(activation="linear")
    spoil = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: model.set_weights(
            [np.full_like(one, np.nan) for one in model.get_weights()]
        )
    )
    recorder = RepresentationRecorder(X, Y, points=3)
    with pytest.warns(RuntimeWarning, match=r"leaves out epoch 1: .* must be finite.* goes on"):
        model.fit(X, Y, epochs=1, verbose=0, callbacks=[spoil, recorder])
    assert list(recorder.views) == [0]


def test_what_does_not_fit_stops_a_training_before_it_begins():
    model = small()
    before = model.get_weights()
    with pytest.raises(UnknownNameError, match=r"^`layer` must be one of .*hiden"):
        model.fit(X, Y, verbose=0, callbacks=[RepresentationRecorder(X, Y, layer="hiden")])
    with pytest.raises(ValueError, match="`X` must be of the size of the model's one input"):
        model.fit(X, Y, verbose=0, callbacks=[RepresentationRecorder(X[:, :1], Y)])
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_bad_arguments_are_refused_by_name():
    model = small()
    for arguments, words in (
        ((X[0], Y), r"`X` must have the shape \(n, inputs\), both at least 1; got \(2,\)"),
        ((X, Y[1:]), "`y` must have a label for each of the 80 rows of `X`; got 79"),
        ((X, Y + 1), "`y` must be 0 or 1; got 2"),
    ):
        with pytest.raises(ValueError, match=words):
            represent(model, *arguments)
        with pytest.raises(ValueError, match=words):
            RepresentationRecorder(*arguments)
    with pytest.raises(ValueError, match="`points` must be"):
        represent(model, X, Y, points=1)
    with pytest.raises(ValueError, match="`every` must be"):
        RepresentationRecorder(X, Y, every=0)
    with pytest.raises(ValueError, match=r"`layer` must have two units; got '.*' with 1"):
        represent(model, X, Y, layer=model.layers[-1].name)
    with pytest.raises(ValueError, match=r"`probabilities` must be from 0 to 1; .* a sigmoid\?"):
        represent(small("linear"), 30 * X, Y)
    for output, units, words in (("sigmoid", 2, "do not add up to 1"), ("softmax", 3, r"\(3,\)")):
        with pytest.raises(ValueError, match=f"`model` must have one output, .*{words}"):
            represent(small(output, units), X, Y)
    with pytest.raises(TypeError, match="`model` must be a Keras 3 model"):
        represent("model", X, Y)


def test_arrays_of_a_representation_are_checked():
    found = Representation([[0], [1]], [[0.25], [1.0]], hidden=[[0, 1], [2, 3]])
    assert found.labels.tolist() == [0, 1] and found.probabilities.tolist() == [0.25, 1.0]
    np.testing.assert_allclose(found.losses, [-np.log(0.75), 1e-7], rtol=1e-6)
    assert np.isnan(Representation([1], [0.2]).right[0])
    square = np.zeros((3, 4, 2))
    for wrong, words in (
        ({"labels": [0, 2]}, "`labels` must be 0 or 1; got 2"),
        ({"labels": [[0, 1]]}, r"`labels` must have the shape \(n,\) or \(n, 1\)"),
        ({"probabilities": [0.5]}, "`probabilities` must have as many entries as `labels`, 2"),
        ({"probabilities": [0.5, 1.5]}, "`probabilities` must be from 0 to 1; got values from 0.5"),
        ({"probabilities": [0.5, np.nan]}, "`probabilities` must be finite"),
        ({"hidden": np.zeros((2, 3))}, r"`hidden` must have the shape \(2, 2\); got \(2, 3\)"),
        ({"line": [1, 2]}, r"`line` must have the shape \(3\); got \(2,\)"),
        ({"grid": square}, "`grid_probabilities` must be there for the points of `grid`"),
        (
            {"grid": square, "grid_probabilities": np.zeros((4, 3))},
            r"`grid_probabilities` must have the shape \(3, 4\); got \(4, 3\)",
        ),
    ):
        with pytest.raises(ValueError, match=words):
            Representation(**{"labels": [0, 1], "probabilities": [0.1, 0.2], **wrong})


def test_a_film_keeps_its_axes():
    model, recorder = small(), RepresentationRecorder(X, Y, layer="hidden", points=7)
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[recorder])
    plots = [plot_decision_boundary, plot_feature_space]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        film = animate_representations(recorder.views, plots, width=320)
    assert film.frames == 3
    with pytest.raises(ValueError, match=r"`views` must have two epochs at least.*got \[0\]"):
        animate_representations({0: recorder.views[0]}, plots)
