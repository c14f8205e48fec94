"""Adversarial inputs: against closed forms and float64 differences, and what they leave alone."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf

from kit.models import adversarial, build_block, build_mlp, build_toy_convnet

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6)).astype("float32")
LABELS = RNG.integers(0, 3, size=40)


def three_classes(**how):
    return build_mlp([8], "tanh", input_shape=6, outputs=3, seed=1, **how)


def cross_entropies(weights, x, labels):
    """Of each sample, in NumPy and float64."""
    w1, b1, w2, b2 = (one.astype(np.float64) for one in weights)
    z = np.tanh(x @ w1 + b1) @ w2 + b2
    top = z.max(axis=1)
    total = top + np.log(np.exp(z - top[:, None]).sum(axis=1))
    return total - z[np.arange(len(z)), labels]


def test_of_a_logistic_regression_it_is_a_closed_form():
    """∂J/∂x = (a - y) w / n: all samples of one class go the same way, along the signs of w."""
    model = build_block(n_layers=1, units=1, activation="linear", seed=1, input_dim=6)
    y = (np.arange(40) % 2).astype("float32")
    w = (model.get_layer("h1").kernel.numpy() @ model.get_layer("o").kernel.numpy()).ravel()
    found = adversarial(model, X, y, 0.25)
    expected = X + 0.25 * np.where(y == 1, -1, 1)[:, None] * np.sign(w)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found.dtype == np.float32


def test_its_signs_are_those_of_float64_differences():
    model = three_classes()
    weights, wide = model.get_weights(), X.astype(np.float64)
    moved = adversarial(model, X, LABELS, 1.0) - X
    for k in range(6):
        step = 1e-5 * np.eye(6)[k]
        up, down = (cross_entropies(weights, wide + s * step, LABELS) for s in (1, -1))
        slope = (up - down) / 2e-5
        clear = abs(slope) > 1e-6
        assert clear.sum() > 30
        np.testing.assert_allclose(moved[clear, k], np.sign(slope[clear]), atol=1e-6)


def test_no_other_move_of_its_size_costs_more_to_first_order():
    """As ε goes to 0 the loss grows by ε times the sum of the slopes' sizes: in float64."""
    model = three_classes()
    wide = X.astype(np.float64)
    size = 1e-4
    before = cross_entropies(model.get_weights(), wide, LABELS)
    worst = adversarial(model, wide, LABELS, size)
    assert worst.dtype == np.float64
    grown = cross_entropies(model.get_weights(), worst, LABELS) - before
    for _ in range(20):
        other = wide + size * RNG.choice([-1.0, 1.0], size=wide.shape)
        more = cross_entropies(model.get_weights(), other, LABELS) - before
        assert (more <= grown + 1e-8).all()


@pytest.mark.parametrize("batch_size", [1, 7, 40, 1000])
def test_batches_change_nothing(batch_size):
    model = three_classes()
    found = adversarial(model, X, LABELS, 0.1, batch_size=batch_size)
    np.testing.assert_array_equal(found, adversarial(model, X, LABELS, 0.1))


def test_a_sum_of_costs_has_the_same_signs_as_their_mean():
    model, other = three_classes(), three_classes()
    for reduction in ("sum", None):
        loss = keras.losses.SparseCategoricalCrossentropy(reduction=reduction)
        other.compile("sgd", loss)
        found = adversarial(other, X, LABELS, 0.1)
        np.testing.assert_array_equal(found, adversarial(model, X, LABELS, 0.1))


def test_nothing_moves_with_0_and_what_has_no_slope_stays():
    model = three_classes()
    np.testing.assert_array_equal(adversarial(model, X, LABELS, 0), X)
    kernel, *others = model.get_weights()
    kernel[2] = 0  # the third input is not looked at
    model.set_weights([kernel, *others])
    moved = adversarial(model, X, LABELS, 0.5)
    np.testing.assert_array_equal(moved[:, 2], X[:, 2])
    np.testing.assert_allclose(abs(moved - X)[:, [0, 1, 3, 4, 5]], 0.5, rtol=1e-5)


def test_a_digit_read_with_certainty_is_moved_too():
    """Where softmax has rounded to 1, the slopes of the other classes still say where to go."""
    model = three_classes()
    first, bias, kernel, last = model.get_weights()
    model.set_weights([first, bias, 30 * kernel, last])
    sure = model.predict(X, verbose=0)
    labels = sure.argmax(axis=1)
    certain = sure.max(axis=1) > 1 - 1e-6  # some processors divide to 1 - 6e-8
    assert certain.sum() > 1
    assert (adversarial(model, X, labels, 0.1) != X)[certain].all()


def test_clipped_it_ends_on_the_edges():
    model = build_toy_convnet(seed=1)
    x = RNG.random((5, *model.input_shape[1:])).astype("float32")
    y = np.arange(5)
    free, kept = (adversarial(model, x, y, 0.3, clip=clip) for clip in (None, (0, 1)))
    assert kept.min() == 0.0
    assert kept.max() == 1.0
    assert kept.dtype == np.float32
    np.testing.assert_array_equal(kept, np.clip(free, 0, 1))


@pytest.mark.parametrize("kind", ["uint8", "int64", "float16", "float64"])
def test_its_dtype_is_that_of_the_inputs_if_they_are_floats(kind):
    x = abs(2 * X).astype(kind)
    found = adversarial(three_classes(), x, LABELS, 0.5)
    assert found.dtype == (kind if kind.startswith("float") else keras.config.floatx())
    assert found.shape == x.shape
    np.testing.assert_allclose(abs(found - x.astype(found.dtype)), 0.5, rtol=2e-2)


def test_the_arrays_that_came_are_not_written_to():
    x, y = X.copy(), LABELS.copy()
    adversarial(three_classes(), x, y, 0.3, clip=(-9, 9))
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, LABELS)


def two_inputs():
    """Two inputs, two outputs with a loss each, batch normalisation, dropout, a penalty on z."""
    left, right = keras.Input((4,), name="left"), keras.Input((3, 2), name="right")
    joined = keras.layers.Concatenate()([left, keras.layers.Flatten()(right)])
    hidden = keras.layers.BatchNormalization()(joined)
    hidden = keras.layers.Dense(8, "tanh", activity_regularizer="l2")(hidden)
    hidden = keras.layers.Dropout(0.5)(hidden)
    outputs = [
        keras.layers.Dense(1, "sigmoid", name="a")(hidden),
        keras.layers.Dense(3, "softmax", name="b")(hidden),
    ]
    model = keras.Model({"left": left, "right": right}, outputs)
    losses = ["binary_crossentropy", "sparse_categorical_crossentropy"]
    model.compile("adam", losses, metrics=[["accuracy"], ["accuracy"]])
    return model


def test_several_inputs_and_outputs():
    model = two_inputs()
    x = {"left": X[:, :4], "right": X.reshape(40, 3, 2)}
    y = [(LABELS > 0).astype("float32"), LABELS]
    model.fit(x, y, verbose=0)
    found = adversarial(model, x, y, 0.01, batch_size=16)
    assert {name: one.shape for name, one in found.items()} == {
        "left": (40, 4),
        "right": (40, 3, 2),
    }
    losses = [model.evaluate(one, y, verbose=0)[0] for one in (x, found)]
    assert losses[1] > losses[0]


def everything(model):
    """Weights, statistics, seeds, metrics and what the optimizer keeps."""
    return [
        *(one.numpy() for one in model.variables),
        *(one.numpy() for one in model.optimizer.variables),
        *(one.numpy() for metric in model.metrics for one in metric.variables),
    ]


def test_the_model_its_metrics_and_all_random_states_stay():
    keras.utils.set_random_seed(3)
    model = two_inputs()
    x = {"left": X[:, :4], "right": X.reshape(40, 3, 2)}
    y = [(LABELS > 0).astype("float32"), LABELS]
    model.fit(x, y, verbose=0)
    before, states = everything(model), (random.getstate(), np.random.get_state()[1].copy())  # noqa: NPY002
    adversarial(model, x, y, 0.01)
    for one, other in zip(everything(model), before, strict=True):
        np.testing.assert_array_equal(one, other)
    assert random.getstate() == states[0]
    np.testing.assert_array_equal(np.random.get_state()[1], states[1])  # noqa: NPY002


def test_a_training_goes_on_as_if_nothing_had_been():
    weights = []
    for fooled in (False, True):
        keras.utils.set_random_seed(5)
        model = three_classes(dropout=0.3)
        model.fit(X, LABELS, epochs=2, verbose=0)
        if fooled:
            adversarial(model, X, LABELS, 0.1)
        drawn = [float(tf.random.normal(())), float(keras.random.normal(()))]
        model.fit(X, LABELS, epochs=2, verbose=0)
        weights.append([*model.get_weights(), np.array(drawn)])
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)


class Plain(keras.Model):
    """A subclass whose call and whose loss are told nothing of training."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(3, "softmax")

    def call(self, x):
        return self.dense(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
        return super().compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)


def test_subclasses():
    model = Plain()
    model(X)
    model.compile("sgd", "sparse_categorical_crossentropy")
    kernel = model.dense.kernel.numpy()
    off = model.predict(X, verbose=0) - np.eye(3)[LABELS]
    expected = X + 0.1 * np.sign(off @ kernel.T)
    np.testing.assert_allclose(adversarial(model, X, LABELS, 0.1), expected, rtol=1e-5)


class SumOfThoseThere(keras.layers.Layer):
    """Adds up the inputs that are not left out."""

    def call(self, inputs):
        return sum(one for one in inputs if one is not None)

    def compute_output_shape(self, shapes):
        return shapes[0]


def embedded():
    inputs = keras.Input((4,), dtype="int32")
    pooled = keras.layers.GlobalAveragePooling1D()(keras.layers.Embedding(9, 3)(inputs))
    model = keras.Model(inputs, keras.layers.Dense(3, "softmax")(pooled))
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def pairs():
    return tf.data.Dataset.from_tensor_slices((X, LABELS)).batch(8)


def uncompiled():
    return keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])


def broken():
    model = three_classes()
    model.set_weights([np.nan * one for one in model.get_weights()])
    return model


SIZE = "`epsilon` must be a finite number of at least 0"


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"model": "net"}, TypeError, "`model` must be a Keras 3 model; got str"),
        ({"model": uncompiled}, ValueError, "`model` must be compiled; got"),
        (
            {"epsilon": -0.1},
            ValueError,
            f"{SIZE}; got -0.1",
        ),
        (
            {"epsilon": np.inf},
            ValueError,
            f"{SIZE}; got inf",
        ),
        (
            {"epsilon": "0.1"},
            TypeError,
            f"{SIZE}; got '0.1'",
        ),
        ({"epsilon": X}, TypeError, "`epsilon` must be a finite number"),
        (
            {"x": X[:, :5]},
            ValueError,
            r"the shape \(n, 6\) of the model's input; got",
        ),
        ({"x": X[:9]}, ValueError, "as many samples as `x`; got 40 for y and 9 for x"),
        ({"x": X * np.nan}, ValueError, "`x` must be finite; got 240 NaN"),
        ({"x": "digits"}, ValueError, "`x` must be an array with the samples first; got"),
        ({"x": X.astype(str)}, TypeError, "`x` must be numbers, as the model takes float32; got"),
        ({"x": pairs()}, TypeError, "`x` must be arrays; got a tf.data.Dataset: gather"),
        ({"x": (one for one in X)}, TypeError, "`x` must be arrays; got a generator: gather"),
        ({"x": 3.0}, ValueError, "`x` must be an array with the samples first; got"),
        ({"y": LABELS * np.nan}, ValueError, "`y` must be finite"),
        ({"y": LABELS[:0], "x": X[:0]}, ValueError, "`x` must hold at least one sample"),
        ({"y": None}, ValueError, "`y` must hold the targets for the loss"),
        ({"y": LABELS + 0.5}, ValueError, "`y` must hold whole numbers, the labels"),
        ({"clip": (1, 0)}, ValueError, "`clip` must be two finite numbers, ascending"),
        ({"clip": 1}, TypeError, "`clip` must be two finite numbers, ascending; got 1"),
        ({"clip": (0, 1)}, ValueError, "`clip` must hold all of `x`, which goes from -"),
        ({"batch_size": 0}, ValueError, "`batch_size` must be a positive integer; got 0"),
        ({"model": broken}, ValueError, "the gradient of the loss by `x` must be finite; got 240"),
        (
            {"model": embedded, "x": LABELS.reshape(10, 4), "y": LABELS[:10]},
            ValueError,
            "`x` must have a gradient; the loss does not depend on it",
        ),
    ],
)
def test_bad_arguments(changed, error, words):
    given = {"model": three_classes, "x": X, "y": LABELS, "epsilon": 0.1} | changed
    model = given.pop("model")
    with pytest.raises(error, match=words):
        adversarial(model() if callable(model) else model, given.pop("x"), **given)


def test_a_label_that_the_model_does_not_have_is_told_with_its_number():
    model = build_mlp(5, input_shape=10, seed=1)
    x, labels = np.zeros((4, 10), "float32"), np.array([0, 3, 99, 9])
    with pytest.raises(ValueError, match=r"`y` must hold labels from 0 to 9, .* got 0 to 99"):
        adversarial(model, x, labels, 0.1)


def test_so_is_one_of_several_outputs():
    x = {"left": X[:, :4], "right": X.reshape(40, 3, 2)}
    y = [(LABELS > 0).astype("float32"), np.full(40, 99)]
    with pytest.raises(ValueError, match=r"`y`, of which TensorFlow says: .* label value of 99"):
        adversarial(two_inputs(), x, y, 0.1)


def test_an_input_that_is_left_out_stays_out():
    always, maybe = keras.Input((6,)), keras.Input((6,), optional=True)
    model = keras.Model(
        [always, maybe], keras.layers.Dense(3, "softmax")(SumOfThoseThere()([always, maybe]))
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    moved, nothing = adversarial(model, [X, None], LABELS, 0.1, clip=(-9, 9))
    assert nothing is None
    kernel = model.layers[-1].kernel.numpy()
    off = model.predict([X, X * 0], verbose=0) - np.eye(3)[LABELS]
    np.testing.assert_allclose(moved, X + 0.1 * np.sign(off @ kernel.T), rtol=1e-5)


def test_rows_in_lists_are_one_array():
    model = three_classes()
    found = adversarial(model, X.tolist(), LABELS.tolist(), 0.1)
    np.testing.assert_allclose(found, adversarial(model, X, LABELS, 0.1), rtol=1e-6)
    assert found.dtype == np.float64 == np.asarray(X.tolist()).dtype
