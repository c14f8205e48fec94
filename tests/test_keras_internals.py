"""Whatever of Keras and TensorFlow is private: a test for each, so that a change fails by name."""

import random
import re
import threading
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from limits import needs_remat

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


def test_all_layers_are_the_model_and_what_is_in_it_at_any_depth():
    inner = keras.layers.Dense(2)
    block = keras.Sequential([keras.layers.ReLU(), inner])
    model = keras.Sequential([keras.Input((3,)), block])
    found = {id(one) for one in internals.all_layers(model)}
    assert {id(model), id(block), id(inner), id(block.layers[0])} <= found


def test_own_trainable_leaves_out_statistics_and_keeps_what_is_frozen():
    layer = keras.layers.BatchNormalization()
    layer.build((None, 3))
    assert [one.name for one in internals.own_trainable(layer)] == ["gamma", "beta"]
    dense = keras.layers.Dense(2, trainable=False)
    dense.build((None, 3))
    assert [one.name for one in internals.own_trainable(dense)] == ["kernel", "bias"]
    assert internals.own_trainable(keras.KerasTensor((1, 2)) * 2) == []


def test_penalties_are_kept_over_a_call():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activity_regularizer="l2")])
    model(np.ones((1, 3)))
    before = list(model.losses)
    with internals.penalties_kept(internals.all_layers(model)):
        model(np.full((1, 3), 9.0))
        assert float(model.losses[0]) != float(before[0])
    assert [id(one) for one in model.losses] == [id(one) for one in before]


def test_is_symbolic_while_keras_asks_for_shapes():
    seen = []

    class Asked(keras.layers.Layer):
        def call(self, x):
            seen.append(internals.is_symbolic())
            return x

    layer = Asked()
    layer(keras.Input((3,)))
    layer(np.ones((1, 3)))
    tf.function(layer)(tf.ones((1, 3)))
    assert seen == [True, False, False]


def test_kind_of_graph_in_words():
    seen = []

    def look(x):
        seen.append(internals.kind_of_graph(internals.current_graph()))
        return x

    @tf.function
    def named(x):
        return look(x)

    x = tf.constant([1.0, 2.0])
    tf.function(lambda x: tf.while_loop(lambda i: i < 3.0, lambda i: [look(i) + 1], [x[0]]))(x)
    tf.function(lambda x: tf.map_fn(look, x))(x)
    tf.function(lambda x: tf.cond(x[0] > 0, lambda: look(x), lambda: x))(x)
    named(x)
    assert seen == ["a loop", "a loop", "a condition", "the closed function named"]


def test_functions_are_entered_in_this_thread_and_closed_again():
    eager = []

    @tf.function
    def theirs(x):
        eager.append(tf.executing_eagerly())
        return x + 1

    met = []
    with internals.functions_entered(True, met.append):
        assert float(theirs(tf.constant(1.0))) == 2
        thread = threading.Thread(target=theirs, args=[tf.constant(1.0)])
        thread.start()
        thread.join()
    with internals.functions_entered(False, met.append):
        theirs(tf.constant([1.0]))
    theirs(tf.constant([[1.0]]))
    assert eager == [True, False, False, False]
    assert met == ["theirs", "theirs"]


def test_keras_functions_stay_closed():
    met = []
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    with internals.functions_entered(True, met.append):
        model.predict(np.ones((2, 3)), verbose=0)
    assert met == []


ACTIVATIONS = [
    *("relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "glu", "sigmoid"),
    *("hard_sigmoid", "hard_silu", "softplus", "softsign", "softmax", "log_softmax", "log_sigmoid"),
]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_wrapped_for_whoever_calls_them(name):
    calls = []

    def wrap(function):
        def wrapped(*args, **kwargs):
            calls.append(function.__name__)
            return function(*args, **kwargs)

        return wrapped

    x = np.ones((1, 4), "float32")
    with internals.activations_wrapped(wrap):
        for call in (getattr(keras.ops, name), getattr(keras.activations, name)):
            calls.clear()
            call(x)
            assert name in calls
        calls.clear()
        keras.layers.Activation(name)(x)
        assert name in calls
    calls.clear()
    getattr(keras.ops, name)(x)
    assert calls == []


@needs_remat
def test_remat_modes_are_those_that_a_scope_gave():
    with keras.RematScope(mode="full"):
        inside = keras.layers.Dense(2)
    places = internals.remat_modes([inside, keras.layers.Dense(2), None])
    assert [place[0] for place in places] == [inside]
    x = tf.ones((1, 3))

    def operations():
        layer_calls = tf.function(inside).get_concrete_function(x).graph
        return {one.type for one in layer_calls.get_operations()}

    inside(x)
    assert "IdentityN" in operations()  # what a function with a gradient of its own ends in
    with internals.replaced(places):
        assert "IdentityN" not in operations()


def test_home_of_call_is_where_it_is_written():
    class Theirs(keras.layers.Dense):
        def call(self, x):
            return x

    assert internals.home_of_call(keras.layers.Dense(2)).startswith("keras.")
    assert internals.home_of_call(Theirs(2)) == __name__
    operation = (keras.KerasTensor((1, 2)) * 2)._keras_history.operation
    assert internals.home_of_call(operation).startswith("keras.")


def test_logits_are_kept_behind_probabilities_in_a_graph():
    seen = {}

    @tf.function
    def traced(z):
        seen["tf"] = internals.keeps_logits(tf.nn.softmax(z))
        seen["keras"] = internals.keeps_logits(keras.ops.sigmoid(z))
        seen["none"] = internals.keeps_logits(tf.exp(z))
        seen["moved"] = internals.keeps_logits(tf.identity(tf.nn.softmax(z)))

    traced(tf.ones((1, 3)))
    assert seen == {"tf": True, "keras": True, "none": False, "moved": False}
    # and Keras takes them: where the probability of the label is 0, its clipped logarithm ends
    z, label = np.array([[0.0, 60.0]], "float32"), np.array([0])
    loss = keras.losses.sparse_categorical_crossentropy
    kept = tf.function(lambda z: loss(label, tf.nn.softmax(z)))(z)
    moved = tf.function(lambda z: loss(label, tf.identity(tf.nn.softmax(z))))(z)
    np.testing.assert_allclose(
        [kept[0], moved[0]], [60, -np.log(keras.config.epsilon())], rtol=1e-4
    )


def test_variables_are_found_behind_what_a_function_captures_and_replaced():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, use_bias=False)])
    kernel, other = model.layers[0].kernel, tf.Variable(np.ones((3, 2), "float32"))
    constant = tf.constant([[5.0, 5.0]])
    traced = tf.function(lambda x: model(x) + constant)
    concrete = traced.get_concrete_function(tf.TensorSpec((1, 3)))
    captured = list(concrete.captured_inputs)
    (handle,) = (one for one in captured if internals.variable_behind(one) is not None)
    assert handle is internals.handle_of(kernel)
    assert internals.variable_behind(handle) == tf.TensorSpec((3, 2), tf.float32)
    assert internals.variable_behind(constant) is None
    given = [other.handle if one is handle else one for one in captured]
    internals.run_with_captures(concrete, given)
    assert np.asarray(concrete(tf.ones((1, 3)))).tolist() == [[8, 8]]


def test_a_table_of_words_is_no_variable():
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(["a"], tf.constant([1], tf.int64)), -1
    )
    assert internals.variable_behind(table.resource_handle) is None


def test_eager_seeds_leave_the_stream_where_it_was():
    tf.random.set_seed(3)
    tf.random.uniform(())
    want = float(tf.random.uniform(()))
    tf.random.set_seed(3)
    tf.random.uniform(())
    with internals.eager_seeds():
        assert float(tf.random.uniform(())) != want
    assert float(tf.random.uniform(())) == want


def test_operations_are_heard_with_the_tensors_that_python_gets():
    heard = []
    variable = keras.Variable(np.ones((3, 2), "float32"))
    x = tf.ones((1, 3))
    with internals.operations_heard(lambda *what: heard.append(what)):
        y = tf.nn.relu(keras.ops.matmul(x, variable))
        tf.function(tf.exp)(x)  # its inside is no operation of this thread's
    tf.exp(x)
    kinds = [kind for kind, _, _ in heard]
    assert kinds[-3:-1] == ["MatMul", "Relu"] and kinds[-1].startswith("__inference_")
    assert heard[-3][1][0] is x
    assert heard[-2][1][0] is heard[-3][2][0]
    assert heard[-2][2][0] is y


@pytest.mark.parametrize("begun", [False, True])
def test_the_stream_of_seeds_of_keras_stands_where_it_stood(begun):
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    if begun:
        keras.random.normal(())
    want = float(keras.random.normal(()))
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    if begun:
        keras.random.normal(())
    state = random.getstate()
    with internals.global_seeds_kept():
        keras.random.normal(())
    random.setstate(state)
    assert float(keras.random.normal(())) == want


def test_the_stream_of_seeds_of_keras_begins_anew_from_those_of_python():
    def drawn():
        random.seed(7)
        with internals.global_seeds_fresh():
            return [float(keras.random.normal(())) for _ in range(2)]

    state = random.getstate()
    first = drawn()
    between = float(keras.random.normal(()))
    assert drawn() == first and between not in first
    random.setstate(state)


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
    r"functional|layers\b|trainable|losses|loss_ids|metrics|remat_mode|keras_logits|handle_data|"
    r"rng\b)|compat\.v1|set_external_captures|python_function|tensorflow\.python|keras\.src|"
    r"op_callback|global_state"
)


@pytest.mark.parametrize("file", sorted(KIT.rglob("*.py")), ids=lambda file: file.name)
def test_nothing_private_of_keras_stands_in_another_file(file):
    if file.name not in ("keras_internals.py", "training_internals.py"):
        assert not PRIVATE.search(file.read_text("utf-8"))


def test_what_keras_made_is_told_from_what_others_made():
    class Mine(keras.layers.Dense):
        pass

    mine = (Mine(1), lambda x: x, np.tanh, WithTraining)
    theirs = (keras.layers.Dense(1), keras.activations.tanh, keras.regularizers.L2(1.0))
    assert not any(map(internals.is_of_keras, mine)) and all(map(internals.is_of_keras, theirs))


def test_own_variables_are_in_the_order_of_the_model():
    layers = [keras.layers.Dense(3), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)]
    model = keras.Sequential([keras.Input((2,)), *layers])
    own = [id(one) for layer in layers for one in internals.own_variables(layer)]
    assert own == [id(one) for one in model.variables] and len(own) == 7


def test_the_weights_of_losses_are_those_that_were_compiled():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    for weights in (None, 2.0, [3.0]):
        model.compile("sgd", "mse", loss_weights=weights)
        assert internals.loss_weights(model) == weights


def test_one_thread_listens_at_a_time_and_may_do_so_again_within():
    with internals.LISTENING, internals.LISTENING:
        got = []
        thread = threading.Thread(target=lambda: got.append(internals.LISTENING.acquire(False)))
        thread.start()
        thread.join()
    assert got == [False]
