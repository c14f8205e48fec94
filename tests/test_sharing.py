"""One traced pass for models that compute the same, and for no others."""

import functools
import gc
import threading
import weakref

import keras
import numpy as np
import pytest

import kit
from kit.callbacks import sharing, traced
from kit.models import build_block


@pytest.fixture(autouse=True)
def nothing_kept():
    sharing._KEPT.clear()
    yield
    sharing._KEPT.clear()


@pytest.fixture
def traces(monkeypatch):
    """How often a program was traced."""
    made = []
    original = traced._traced
    monkeypatch.setattr(
        traced, "_traced", lambda *what, **more: (made.append(1), original(*what, **more))[1]
    )
    return made


X = np.random.default_rng(0).normal(size=(30, 4)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


def network(
    activation="tanh", units=5, name="h", loss="binary_crossentropy", compiled=None, **layer
):
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(units, activation, name=name, **layer),
            keras.layers.Dropout(0.5, name="drop"),
            keras.layers.Dense(1, "sigmoid", name="o"),
        ]
    )
    model.compile("sgd", loss, **(compiled or {}))
    return model


def alone(model, **arguments):
    """A probe that shares nothing."""
    sharing._KEPT.clear()
    return kit.probe(model, X, Y, **arguments)


def assert_same(one, other):
    assert one.loss == other.loss and one.layers == other.layers
    for layer in one:
        assert one[layer].quantities == other[layer].quantities
        for quantity in one[layer].quantities:
            np.testing.assert_array_equal(
                one.values(quantity, layer), other.values(quantity, layer)
            )


def test_ten_draws_of_a_network_trace_once_and_each_has_its_own_numbers(traces):
    models = [network(kernel_initializer=keras.initializers.HeNormal(seed)) for seed in range(10)]
    found = [kit.probe(model, X, Y) for model in models]
    assert len(traces) == 1
    assert len({one.loss for one in found}) == 10
    for model, one in zip(models, found, strict=True):
        np.testing.assert_array_equal(one["h"].weight, model.get_layer("h").kernel.numpy())
        assert_same(one, alone(model))


def test_initializers_optimizers_and_metrics_are_of_no_concern(traces):
    kit.probe(network(), X, Y)
    other = network(kernel_initializer="zeros", compiled={"metrics": ["accuracy"]})
    other.optimizer.learning_rate = 7.0
    assert_same(kit.probe(other, X, Y), alone(other))
    assert len(traces) == 2  # the second was alone


OTHERS = {
    "activation": lambda: network("relu"),
    "units": lambda: network(units=6),
    "name": lambda: network(name="g"),
    "loss": lambda: network(loss="mse"),
    "loss of the same name": lambda: network(
        loss=keras.losses.BinaryCrossentropy(label_smoothing=0.3)
    ),
    "weights of losses": lambda: network(compiled={"loss_weights": 2.0}),
    "a penalty": lambda: network(kernel_regularizer="l2"),
    "no bias": lambda: network(use_bias=False),
    "a type": lambda: network(dtype="float64"),
    "a precision": lambda: network(dtype="mixed_bfloat16"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_computes_something_else_is_traced_anew(traces, what):
    kit.probe(network(), X, Y)
    other = OTHERS[what]()
    found = kit.probe(other, X, Y)
    assert len(traces) == 2
    assert_same(found, alone(other))


@pytest.mark.parametrize("arguments", [{"layers": "h"}, {"training": True}, {"batch_size": 7}])
def test_what_is_asked_counts_too(arguments):
    first = network()
    plain = kit.probe(first, X, Y)
    found = kit.probe(network(), X, Y, **arguments)
    assert found.layers == (["h"] if "layers" in arguments else plain.layers)
    one = network()
    assert_same(kit.probe(one, X, Y, **arguments), alone(one, **arguments))


def test_functions_of_the_users_of_one_name_are_not_taken_for_the_same(traces):
    def bend(x):
        return x * 2

    first = bend

    def bend(x):
        return x * 3

    for function in (first, bend):
        model = network(function)
        z = kit.probe(model, X, Y)["h"]
        np.testing.assert_allclose(z.activation, z.z * (2 if function is first else 3), rtol=1e-6)
    for slope in (0.1, 0.9):
        leaky = functools.partial(keras.activations.leaky_relu, negative_slope=slope)
        one = kit.probe(network(leaky), X, Y)["h"]
        expected = np.where(one.z > 0, one.z, one.z * slope)
        np.testing.assert_allclose(one.activation, expected, rtol=1e-6)
    assert len(traces) == 4


def test_a_call_that_somebody_replaced_is_not_taken_for_keras_own():
    kit.probe(network("sigmoid"), X, Y)
    other = network("sigmoid")
    layer = other.get_layer("drop")
    layer.call = lambda x, training=None: x * 10
    o = other.get_layer("o")
    o.kernel.assign(keras.ops.abs(o.kernel))  # a sum near 0 would have no digits left
    found = kit.probe(other, X, Y)
    expected = found["h"].activation * 10 @ o.kernel.numpy() + o.bias.numpy()
    np.testing.assert_allclose(found["o"].z, expected, rtol=1e-5)


def test_frozen_layers_and_changed_attributes(traces):
    kit.probe(network(), X, Y)
    frozen = network()
    frozen.get_layer("h").trainable = False
    assert_same(kit.probe(frozen, X, Y), alone(frozen))
    changed = network()
    changed.get_layer("h").activation = keras.activations.relu
    found = kit.probe(changed, X, Y)["h"]
    np.testing.assert_array_equal(found.activation, np.maximum(found.z, 0))


def test_inputs_that_are_named_are_not_mixed_up():
    def two(first, second):
        inputs = {name: keras.Input((4,), name=name) for name in ("a", "b")}
        difference = keras.layers.Subtract()([inputs[first], inputs[second]])
        model = keras.Model(inputs, keras.layers.Dense(1, name="o")(difference))
        model.compile("sgd", "mse")
        return model

    data = {"a": X, "b": 3 * X}
    for model, sign in ((two("a", "b"), -2), (two("b", "a"), 2)):
        kernel = model.get_layer("o").kernel.numpy()
        z = kit.probe(model, data, Y)["o"].z
        np.testing.assert_allclose(z, sign * X @ kernel, rtol=1e-4, atol=1e-6)


def test_no_model_is_kept(traces):
    model = network()
    kit.probe(model, X, Y)
    known = weakref.ref(model)
    del model
    gc.collect()
    assert known() is None and len(sharing._KEPT) == 1


def test_a_large_model_is_not_kept():
    model = network(units=500_000)
    kit.probe(model, X[:2], Y[:2], layers="o")
    assert not sharing._KEPT


def test_few_programs_are_kept():
    for units in range(1, sharing.KEPT + 4):
        kit.probe(network(units=units), X, Y)
    assert len(sharing._KEPT) == sharing.KEPT


def test_two_threads_that_share_a_program_get_each_their_own(ball):
    x, y = ball
    models = [build_block("tanh", seed=seed) for seed in range(4)]
    expected = [kit.probe(model, x, y).loss for model in models]
    assert len(set(expected)) == 4
    found = {}

    def probe(k):
        for _ in range(5):
            found.setdefault(k, set()).add(kit.probe(models[k], x, y).loss)

    threads = [threading.Thread(target=probe, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {k: {loss} for k, loss in enumerate(expected)}


# what looks alike and is not


def sequential(*layers, loss="binary_crossentropy"):
    model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1, name="o")])
    model.compile("sgd", loss)
    return model


def adapted(times):
    layer = keras.layers.Normalization(name="n")
    layer.adapt(X * times)
    return sequential(layer)


def tied(hand):
    first, second = (keras.layers.Dense(4, "tanh", name=name) for name in ("a", "b"))
    model = sequential(first, second)
    if hand:
        vars(second)["_kernel"] = first._kernel
    return model


def penalised(after):
    model = sequential(keras.layers.Dense(3, name="h"))
    if after:
        model.get_layer("h").kernel.regularizer = keras.regularizers.L2(1.0)
    return model


def held(frozen):
    model = sequential(keras.layers.Dense(3, kernel_regularizer="l2", name="h"))
    model.get_layer("h").kernel.trainable = not frozen
    return model


def nested(twice):
    inner = keras.layers.Dense(4, "tanh", name="a")
    other = inner if twice else keras.layers.Dense(4, "tanh", name="a")
    parts = [
        keras.Sequential([keras.Input((4,)), one], name=n)
        for one, n in ((inner, "e"), (other, "d"))
    ]
    return sequential(*parts)


def attending(frozen):
    inputs = keras.Input((4,))
    steps = keras.layers.Reshape((2, 2))(inputs)
    layer = keras.layers.MultiHeadAttention(1, 2, kernel_regularizer="l2", name="m")
    outputs = keras.layers.Dense(1, name="o")(keras.layers.Flatten()(layer(steps, steps)))
    layer._query_dense.trainable = not frozen
    model = keras.Model(inputs, outputs)
    model.compile("sgd", "binary_crossentropy")
    return model


@pytest.mark.parametrize("make", [adapted, tied, penalised, held, nested, attending])
def test_two_that_look_alike_get_each_their_own_numbers(make):
    for order in ((1, 0), (0, 1)):
        sharing._KEPT.clear()
        models = [make(which) for which in order]
        found = [kit.probe(model, X, Y) for model in models]
        for model, one in zip(models, found, strict=True):
            assert_same(one, alone(model))
            expected = model.evaluate(X, Y, batch_size=len(X), verbose=0)
            assert one.loss == pytest.approx(expected, rel=1e-5)


def test_what_keras_takes_for_nearly_nothing_counts():
    saturated = X * 1000
    before = keras.config.epsilon()
    try:
        losses = []
        for epsilon in (1e-7, 1e-2):
            keras.config.set_epsilon(epsilon)
            model = sequential(keras.layers.Dense(3, name="h"))
            model.set_weights([np.ones_like(one) for one in model.get_weights()])
            losses.append(kit.probe(model, saturated, Y).loss)
            assert losses[-1] == pytest.approx(
                model.evaluate(saturated, Y, batch_size=len(X), verbose=0), rel=1e-5
            )
    finally:
        keras.config.set_epsilon(before)
    assert losses[0] != losses[1]


# batches that add up, and batches that do not


@pytest.mark.parametrize(
    "loss",
    [
        keras.losses.Dice(),
        keras.losses.MeanSquaredError(reduction="sum"),
        lambda y, p: keras.ops.max(keras.ops.abs(y - p)) + 0 * p,
    ],
)
def test_what_does_not_add_up_goes_through_at_once(monkeypatch, loss):
    monkeypatch.setattr("kit.callbacks.one_pass.BYTES_AT_ONCE", 1.0)  # a sample at a time
    model = sequential(keras.layers.Dense(3, "sigmoid", name="h"), loss=loss)
    expected = model.evaluate(X, Y, batch_size=len(X), verbose=0)
    assert kit.probe(model, X, Y).loss == pytest.approx(expected, rel=1e-5)


def test_operations_between_layers_may_look_at_all_samples(monkeypatch):
    monkeypatch.setattr("kit.callbacks.one_pass.BYTES_AT_ONCE", 1.0)
    inputs = keras.Input((4,))
    hidden = keras.layers.Dense(3, name="h")(inputs)
    centred = hidden - keras.ops.mean(hidden, axis=0, keepdims=True)
    model = keras.Model(inputs, keras.layers.Dense(1, name="o")(centred))
    model.compile("sgd", "mse")
    expected = model.evaluate(X, Y, batch_size=len(X), verbose=0)
    assert kit.probe(model, X, Y).loss == pytest.approx(expected, rel=1e-5)


def test_batches_that_add_up_are_cut_to_fit_memory(monkeypatch, ball):
    x, y = ball[0][:100], ball[1][:100]
    model = build_block("tanh", seed=1)
    whole = kit.probe(model, x, y)
    sharing._KEPT.clear()
    monkeypatch.setattr("kit.callbacks.one_pass.BYTES_AT_ONCE", 50_000.0)
    one = kit.probe(model, x, y)
    assert one.loss == pytest.approx(whole.loss, rel=1e-6)
    for layer in whole:
        for quantity in ("delta", "gradient"):
            got, want = one.values(quantity, layer), whole.values(quantity, layer)
            assert np.abs(got - want).max() <= 1e-5 * np.abs(want).max()
