"""What of Keras's training, and of TensorFlow's vectorizing, is private: a test for each."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.ops.parallel_for import pfor

from kit.callbacks.keras_internals import replaced
from kit.training import training_internals as internals


def model(**arguments):
    made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])
    made.compile(**{"optimizer": "adam", "loss": "mse", "metrics": ["mae"], **arguments})
    return made


def batch(n=4):
    rng = np.random.default_rng(0)
    return rng.random((n, 3), "float32"), rng.random((n, 1), "float32"), None


def test_what_training_needs_is_built_and_nothing_is_trained():
    one = model()
    before = one.get_weights()
    internals.build_training(one, batch())
    assert one.optimizer.built and len(one.metrics_variables) == 4
    for mine, other in zip(one.get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_an_unbuilt_model_is_built_from_a_batch():
    one = keras.Sequential([keras.layers.Dense(2)])
    one.compile("sgd", "mse")
    internals.build_training(one, (np.zeros((4, 3), "float32"), np.zeros((4, 2), "float32"), None))
    assert one.layers[0].kernel.shape == (3, 2)


def test_the_loss_of_a_batch_counts_by_its_samples():
    one = model()
    internals.build_training(one, batch())
    internals.note_loss(one, tf.constant(1.0), tf.constant(3))
    internals.note_loss(one, tf.constant(5.0), tf.constant(1))
    assert float(one.get_metrics_result()["loss"]) == pytest.approx(2.0)


class OwnStep(keras.Model):
    def train_step(self, data):
        return {}


class OwnFit(keras.Sequential):
    def fit(self, *args, **kwargs):
        return None


def test_a_way_of_training_of_its_own_is_found():
    assert internals.own_way_of_training(model()) is None
    x = keras.Input((3,))
    assert internals.own_way_of_training(keras.Model(x, keras.layers.Dense(1)(x))) is None
    assert internals.own_way_of_training(OwnStep()) == "train_step"
    assert internals.own_way_of_training(OwnFit()) == "fit"


def test_what_gives_a_learning_rate_is_found():
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 5, 0.9)
    assert internals.schedule_of(keras.optimizers.SGD(0.1)) is None
    assert internals.schedule_of(keras.optimizers.SGD(rate)) is rate


def test_weights_that_do_not_decay_are_known():
    one = model(optimizer=keras.optimizers.AdamW(weight_decay=0.1))
    one.optimizer.exclude_from_weight_decay(var_names=["bias"])
    one.optimizer.build(one.trainable_variables)
    found = internals.decayed(one.optimizer, one.trainable_variables)
    assert found == [True, False, True, False]


def test_optimizers_that_scale_the_loss_are_known():
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD())
    assert internals.has_loss_scale(scaled) and not internals.has_loss_scale(keras.optimizers.SGD())


@pytest.mark.parametrize(
    "kind",
    sorted(
        {
            one
            for one in vars(keras.optimizers).values()
            if isinstance(one, type) and issubclass(one, keras.optimizers.Optimizer)
        }
        - {keras.optimizers.Optimizer, keras.optimizers.LossScaleOptimizer}
        - {getattr(keras.optimizers, "MultiOptimizer", None)},  # made of others
        key=lambda one: one.__name__,
    ),
)
def test_an_optimizer_of_slices_does_in_a_scope_what_it_does_to_variables(kind):
    one, other = model(optimizer=kind(0.1)), model(optimizer=kind(0.1))
    other.set_weights(one.get_weights())
    gradients = [tf.fill(v.shape, 0.25) for v in one.trainable_variables]
    for each in (one, other):
        each.optimizer.build(each.trainable_variables)
    variables = [*one.trainable_variables, *one.optimizer.variables]
    mapping = [(v, tf.identity(v.value)) for v in variables]
    before = [v.numpy() for v in variables]
    with (
        internals.optimizer_of_slices(one.optimizer),
        keras.StatelessScope(state_mapping=mapping) as scope,
    ):
        one.optimizer.apply(gradients)
    assert type(one.optimizer) is kind
    for variable, value in zip(variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)  # nothing was written
    other.optimizer.apply(gradients)
    for mine, wanted in zip(
        variables, [*other.trainable_variables, *other.optimizer.variables], strict=True
    ):
        found = scope.get_current_value(mine)
        np.testing.assert_allclose(found, wanted.value, rtol=1e-6, atol=1e-7)


def test_losses_of_outputs_count_each_batch_the_same():
    x = keras.Input((3,))
    outputs = {name: keras.layers.Dense(1, name=name)(x) for name in ("a", "b")}
    one = keras.Model(x, outputs)
    one.compile("sgd", {"a": "mse", "b": "mse"})
    x, y, _ = batch(5)
    internals.build_training(one, (x, {"a": y, "b": y}, None))
    with replaced(internals.losses_of_outputs(one)):
        for rows in (slice(0, 4), slice(4, 5)):
            given = {"a": y[rows], "b": y[rows]}
            one.compute_loss(x[rows], given, one(x[rows]))
    told = {m.name: float(m.result()) for m in one.metrics if m.name.endswith("_loss")}
    wanted = one.fit(x, {"a": y, "b": y}, batch_size=4, shuffle=False, epochs=1, verbose=0)
    one.set_weights(one.get_weights())
    assert set(told) == {"a_loss", "b_loss"} <= set(wanted.history)


def test_a_step_of_fit_leaves_the_model_as_it_was():
    one = model()
    internals.build_training(one, batch())
    before = [np.array(v.value.numpy()) for v in (*one.variables, *one.optimizer.variables)]
    for traced in (False, True):
        found = internals.step_of_fit(one, batch(), traced)
        loss = float(one.evaluate(*batch()[:2], verbose=0)[0])
        assert found[0] / found[1] == pytest.approx(loss, rel=1e-5)  # the loss's sum and count
    for now, value in zip((*one.variables, *one.optimizer.variables), before, strict=True):
        np.testing.assert_array_equal(now.value.numpy(), value)


@pytest.mark.parametrize("y", [[0, 1, 1], [[0.0], [1.0], [1.0]], [[1, 0], [0, 1], [0, 1]]])
def test_weights_of_classes_are_the_samples(y):
    found = internals.weights_of_classes(np.array(y), {0: 2.0})
    assert found.tolist() == [2.0, 1.0, 1.0]


def test_operations_that_are_not_vectorized_are_noted_and_nothing_stays_replaced(caplog):
    before = pfor._fallback_converter, pfor.logging
    images, filters = tf.zeros((2, 1, 8, 8, 1)), tf.zeros((2, 3, 3, 1, 4))

    @tf.function(autograph=False)
    def convolve(images, filters):
        def one(given):
            with tf.GradientTape() as tape:
                tape.watch(given[1])
                loss = tf.reduce_sum(tf.nn.conv2d(given[0], given[1], 1, "VALID") ** 2)
            return tape.gradient(loss, given[1])

        return tf.vectorized_map(one, (images, filters))

    with internals.loops_noted() as found:
        convolve.get_concrete_function(images, filters)
    assert {"Conv2D", "Conv2DBackpropFilter"} <= found
    assert (pfor._fallback_converter, pfor.logging) == before
    assert not caplog.records


def test_the_ways_back_from_the_outputs_end_at_the_first_layers_asked_for():
    given = keras.Input((3,), name="given")
    first = keras.layers.Dense(3, name="first")(given)
    added = keras.layers.Add(name="added")([given, first])
    share = keras.layers.Activation("sigmoid", name="share")(keras.layers.Dense(1, name="o")(added))
    graph = keras.Model(given, {"share": share, "added": added})
    assert internals.names_at_outputs(graph, ["first", "o"]) == {
        "share", "o", "added", "first", "given",
    }  # fmt: skip
    assert internals.names_at_outputs(keras.Model(given, share), ["first", "o"]) == {"share", "o"}
    chain = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="h")])
    chain.add(keras.layers.Dense(1, name="o"))
    assert internals.names_at_outputs(chain, ["h", "o"]) == {"o"}
