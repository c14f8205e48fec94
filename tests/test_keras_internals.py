"""Whatever of Keras and TensorFlow is private: a test for each, so that a change fails by name."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kit.callbacks import keras_internals as internals

KIT = Path(__file__).resolve().parent.parent / "kit"


class WithTraining(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dense(2)

    def call(self, x, training=False):
        return self.inner(x) + (1.0 if training else 0.0)


class WithoutTraining(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dense(2)

    def call(self, x):
        return self.inner(x)


def test_replaced_activation_is_what_a_layer_calls_and_leaves_no_trace():
    layer = keras.layers.Dense(2, activation="relu")
    layer.build((None, 3))
    before, names = layer.activation, set(vars(layer))
    x = np.ones((1, 3), "float32")
    with internals.replaced([(layer, "activation", lambda z: z * 0 + 7)]):
        assert np.asarray(layer(x)).tolist() == [[7, 7]]
    assert layer.activation is before and set(vars(layer)) == names


def test_replaced_call_is_what_a_layer_calls_and_leaves_no_trace():
    layer = keras.layers.ReLU()
    with internals.replaced([(layer, "call", lambda x: x * 0 + 5)]):
        assert np.asarray(layer(np.zeros((1, 1), "float32"))).item() == 5
    assert "call" not in vars(layer)
    assert np.asarray(layer(np.full((1, 1), -1, "float32"))).item() == 0


def test_replaced_puts_back_after_an_error_too():
    layer = keras.layers.ReLU()
    with pytest.raises(RuntimeError), internals.replaced([(layer, "call", None)]):
        raise RuntimeError
    assert "call" not in vars(layer)


def test_sublayers_are_found_in_layers_and_models_in_order():
    inner = keras.layers.Dense(2, name="inner")
    wrapper = keras.layers.TimeDistributed(inner)
    assert internals.sublayers(wrapper) == [inner]
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.ReLU()])
    assert internals.sublayers(model) == model.layers
    assert internals.sublayers(keras.layers.Dense(2)) == []


def test_call_model_tells_of_training_only_who_listens():
    x = np.ones((1, 3), "float32")
    model = WithTraining()
    away, at = (np.asarray(internals.call_model(model, x, one)) for one in (False, True))
    np.testing.assert_allclose(at - away, 1.0, rtol=1e-5)  # rounding of float32
    assert internals.call_model(WithoutTraining(), x, True).shape == (1, 2)


def test_compiled_loss_is_that_of_evaluate_with_penalties_and_weights():
    penalty = keras.regularizers.L2(0.1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_regularizer=penalty)])
    model.compile("sgd", "mse")
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(8, 3)).astype("float32"), rng.normal(size=(8, 1)).astype("float32")
    weight = rng.uniform(size=8).astype("float32")
    y_pred = internals.call_model(model, tf.constant(x), False)
    found = internals.compiled_loss(model, x, y, y_pred, weight, False)
    expected = np.mean(weight * np.mean((y - np.asarray(y_pred)) ** 2, axis=1))
    expected += 0.1 * np.sum(np.asarray(model.layers[0].kernel) ** 2)
    np.testing.assert_allclose(float(found), expected, rtol=1e-5)


def test_current_graph_is_none_where_operations_run_at_once():
    assert internals.current_graph() is None
    seen = []

    @tf.function
    def traced(x):
        seen.append(internals.current_graph())
        return x

    traced(tf.constant(1.0))
    assert len(seen) == 1 and seen[0] is traced.get_concrete_function(tf.constant(1.0)).graph


def test_inputs_of_dataset_lead_back_to_its_shuffle():
    dataset = tf.data.Dataset.range(4).shuffle(4).batch(2)
    [before] = internals.inputs_of_dataset(dataset)
    assert "Shuffle" in type(before).__name__
    assert internals.inputs_of_dataset(tf.data.Dataset.range(4)) == []


def test_longest_path_takes_the_longer_branch():
    x = keras.Input((4,))
    short = keras.layers.Dense(2)(x)
    long = keras.layers.Dense(2)(keras.layers.Dense(3)(x))
    model = keras.Model(x, keras.layers.Add()([short, long]))
    assert internals.longest_path(model) == 4  # the input, two dense layers, their sum


# `_file` of sqlite and the like are the kit's own: names that Keras and TensorFlow keep private
PRIVATE = re.compile(
    r"\._(call_has|compute_loss|flatten_layers|inbound_nodes|keras_history|inputs\(|tracker|"
    r"functional|layers\b|trainable|losses|metrics)|compat\.v1"
)


@pytest.mark.parametrize("file", sorted(KIT.rglob("*.py")), ids=lambda file: file.name)
def test_nothing_private_of_keras_stands_in_another_file(file):
    if file.name != "keras_internals.py":
        assert not PRIVATE.search(file.read_text("utf-8"))
