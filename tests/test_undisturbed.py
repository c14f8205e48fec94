"""A pass leaves a model, and everything that is random, as they were."""

import random
from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops
from seeding import set_seed

import kit
from kit.callbacks import keras_internals
from kit.callbacks.one_pass import NotHeardWarning

X = np.random.default_rng(5).normal(size=(12, 4)).astype("float32")
Y = np.random.default_rng(6).normal(size=(12, 2)).astype("float32")


class OwnState(layers.Layer):
    """Keeps a variable and a generator of TensorFlow's own, which Keras knows nothing of."""

    def __init__(self):
        super().__init__(name="own_state")
        self.calls = tf.Variable(0.0, trainable=False)
        self.kept = {"in a dict": [tf.Variable(1.0, trainable=False)]}
        self.generator = tf.random.Generator.from_seed(3)

    def call(self, x):
        self.calls.assign_add(1.0)
        self.kept["in a dict"][0].assign(self.kept["in a dict"][0] * 2)
        return x + 0.1 * self.generator.normal(tf.shape(x)) + 0 * self.calls


class CompiledNoise(layers.Layer):
    """Noise from a SeedGenerator, and a counter, within a tf.function."""

    def __init__(self):
        super().__init__(name="compiled_noise")
        self.seeds = keras.random.SeedGenerator(7)
        self.counter = self.add_weight((), initializer="zeros", trainable=False, name="counter")

    @tf.function
    def call(self, x):
        self.counter.assign_add(1.0)
        return x + keras.random.normal(ops.shape(x), seed=self.seeds) + 0 * self.counter


class UnseededNoise(layers.Layer):
    """Noise from the stream of seeds that Keras has for all, and from that of TensorFlow."""

    def call(self, x):
        return x + keras.random.normal(ops.shape(x)) + tf.random.normal(tf.shape(x))


class Everything(keras.Model):
    def __init__(self, *parts):
        super().__init__(name="everything")
        self.parts = [
            layers.Dense(5, "tanh", activity_regularizer="l2"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            *parts,
            layers.SpectralNormalization(layers.Dense(2)),
        ]

    def call(self, x, training=False):
        for part in self.parts:
            x = part(x, training=training) if part._call_has_training_arg else part(x)
        return x


PARTS = {"own state": OwnState, "compiled": CompiledNoise, "unseeded": UnseededNoise}


def built(part, eager):
    set_seed(4)
    model = Everything(PARTS[part]())
    model.compile("adam", "mse", metrics=["mae"], run_eagerly=eager)
    model.fit(X, Y, batch_size=6, verbose=0)
    return model


def state(model):
    """Everything that a pass must leave: the value by its name, and what follows of each stream."""
    found = {f"{k} {v.path}": v.numpy() for k, v in enumerate(model.variables)}
    found |= {f"optimizer {v.path}": v.numpy() for v in model.optimizer.variables}
    found |= {f"metric {k}": v.numpy() for k, v in enumerate(model.metrics_variables)}
    for layer in model._flatten_layers():
        if isinstance(layer, OwnState):
            found |= {"calls": layer.calls.numpy(), "kept": layer.kept["in a dict"][0].numpy()}
            found["generator"] = layer.generator.state.numpy()
    found["python"] = np.array(random.getstate()[1])
    found["numpy"] = np.random.get_state()[1]  # noqa: NPY002 - models may draw from it
    stream = keras.src.random.seed_generator.global_seed_generator().state.numpy()
    found["Keras's seeds"] = stream
    return found


def probed(model, training):
    """A probe; a tf.function that is closed, in a model that runs eagerly, is told."""
    if model.run_eagerly and any(isinstance(part, CompiledNoise) for part in model.parts):
        with pytest.warns(NotHeardWarning, match="compiled_noise"):
            return kit.probe(model, X, Y, training=training, batch_size=5)
    return kit.probe(model, X, Y, training=training, batch_size=5)


@pytest.mark.parametrize("eager", [False, True], ids=["traced", "eager"])
@pytest.mark.parametrize("training", [False, True], ids=["inference", "training"])
@pytest.mark.parametrize("part", PARTS)
def test_all_state_is_left_as_it_was(part, training, eager):
    model = built(part, eager)
    attributes = [(one, dict(vars(one))) for one in model._flatten_layers()]
    penalties = [one for layer in model._flatten_layers() for one in layer._losses]
    assert penalties
    state(model)  # whatever is made when it is first asked for
    before = state(model)
    probed(model, training)
    after = state(model)
    assert before.keys() == after.keys()
    for name, value in before.items():
        np.testing.assert_array_equal(after[name], value, err_msg=name)
    kept = [one for layer in model._flatten_layers() for one in layer._losses]
    assert list(map(id, kept)) == list(map(id, penalties))
    for layer, names in attributes:
        assert vars(layer).keys() == names.keys(), layer.name
        for name, value in names.items():
            assert vars(layer)[name] is value, f"{name} of {layer.name}"


@cache  # what it is without a probe is asked for twice
def trained_on(part, eager, training=None):
    """What further training gives, after a probe with `training`, or after none."""
    model = built(part, eager)
    if training is not None:
        probed(model, training)
    history = model.fit(X, Y, batch_size=6, epochs=2, verbose=0).history
    drawn = float(tf.random.uniform(())), random.random(), np.random.rand()  # noqa: NPY002
    return history, drawn, model.get_weights()


@pytest.mark.parametrize("eager", [False, True], ids=["traced", "eager"])
@pytest.mark.parametrize("training", [False, True], ids=["inference", "training"])
@pytest.mark.parametrize("part", PARTS)
def test_training_goes_on_as_without_a_probe(part, training, eager):
    with_probe, without = trained_on(part, eager, training), trained_on(part, eager)
    assert with_probe[:2] == without[:2]
    for one, other in zip(with_probe[2], without[2], strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("eager", [False, True], ids=["traced", "eager"])
def test_a_probe_before_the_first_batch_changes_no_training(eager):
    """The functions inside have been traced by nobody yet, and the stream of seeds not begun."""

    def trained(probes):
        set_seed(9)
        model = Everything(CompiledNoise(), UnseededNoise())
        model(X[:1])
        model.compile("sgd", "mse", run_eagerly=eager)
        if probes:
            probed(model, True)
        model.fit(X, Y, batch_size=12, epochs=3, verbose=0, shuffle=False)
        noise = model.parts[3]
        return model.get_weights(), noise.counter.numpy(), noise.seeds.state.numpy()

    with_probe, without = trained(True), trained(False)
    for one, other in zip(with_probe[0], without[0], strict=True):
        np.testing.assert_array_equal(one, other)
    assert with_probe[1] == without[1]
    np.testing.assert_array_equal(with_probe[2], without[2])


def test_nothing_of_keras_or_tensorflow_stays_replaced():
    function = keras_internals.Function.__call__
    nn = dict(vars(keras_internals.backend_nn))
    kit.probe(built("own state", False), X, Y)
    assert keras_internals.Function.__call__ is function
    assert dict(vars(keras_internals.backend_nn)) == nn


class Draws(layers.Layer):
    """Draws from Python's and NumPy's streams in its call."""

    def call(self, x):
        return x * (1 + random.random()) + np.random.rand()  # noqa: NPY002


@pytest.mark.parametrize("eager", [False, True], ids=["traced", "eager"])
def test_the_streams_of_python_and_numpy_stand_where_they_stood(eager):
    set_seed(1)
    model = keras.Sequential([keras.Input((4,)), Draws(), layers.Dense(2)])
    model.compile("sgd", "mse", run_eagerly=eager)
    set_seed(2)
    want = random.random(), np.random.rand()  # noqa: NPY002
    set_seed(2)
    kit.probe(model, X, Y)
    assert (random.random(), np.random.rand()) == want  # noqa: NPY002


class Counts(layers.Layer):
    """What cannot be put back: a list of Python's, to which every call adds."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def call(self, x):
        self.seen.append("called")
        return x


def test_what_python_does_in_a_call_is_done_in_a_pass_too():
    inputs, counts = keras.Input((4,)), Counts()
    model = keras.Model(inputs, layers.Dense(2)(counts(inputs)))
    model.compile("sgd", "mse")
    before = len(counts.seen)
    kit.probe(model, X, Y)
    assert len(counts.seen) == before + 1  # it was traced once
