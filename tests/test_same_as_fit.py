"""What a pass measures is what ``fit`` computes: loss, gradient, delta."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops
from seeding import set_seed

import kit
from kit.callbacks import Recorder
from kit.callbacks.one_pass import NotHeardWarning

RNG = np.random.default_rng(5)
X = RNG.normal(size=(64, 10)).astype("float32")
LABELS = RNG.integers(0, 3, 64)


def assert_close(got, want, what, tolerance=1e-5):
    """Agreement relative to the largest value of the array."""
    got, want = np.asarray(got, float), np.asarray(want, float)
    assert got.shape == want.shape, what
    assert np.abs(got - want).max() <= tolerance * np.abs(want).max(), what


def losses_of(recorder):
    return recorder.recording.losses["loss"].to_numpy()


def with_large_weights(*stack, loss="sparse_categorical_crossentropy", **arguments):
    """Weights from N(0, 1): probabilities that a loss clips, unless it finds the logits."""
    set_seed(3)
    h = inputs = keras.Input((10,))
    for layer in stack:
        h = layer(h)
    model = keras.Model(inputs, h)
    rng = np.random.default_rng(7)
    model.set_weights([rng.normal(size=one.shape) * 3 for one in model.get_weights()])
    model.compile(keras.optimizers.SGD(1.0), loss, **arguments)
    return model


def softmax_in_a_function():
    class Closed(layers.Layer):
        @tf.function
        def call(self, x):
            return tf.nn.softmax(x)

    return Closed(name="closed")


MODES = {
    "traced": {"jit_compile": False},
    "jit": {"jit_compile": True},
    "eager": {"run_eagerly": True, "jit_compile": False},
}
ENDS = {
    "tf.nn.softmax as activation": lambda: [layers.Dense(3, tf.nn.softmax, name="o")],
    "softmax as activation": lambda: [layers.Dense(3, "softmax", name="o")],
    "a lambda": lambda: [layers.Dense(3, name="o"), layers.Lambda(tf.nn.softmax)],
    "ops.softmax": lambda: [layers.Dense(3, name="o"), ops.softmax],
    "a layer": lambda: [layers.Dense(3, name="o"), layers.Softmax()],
    "written out": lambda: [
        layers.Dense(3, name="o"),
        layers.Lambda(lambda z: ops.exp(z) / ops.sum(ops.exp(z), axis=1, keepdims=True)),
    ],
    "closed": lambda: [layers.Dense(3, name="o"), softmax_in_a_function()],
}


@pytest.mark.filterwarnings("ignore::kit.callbacks.one_pass.NotHeardWarning")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("end", ENDS)
def test_loss_and_gradient_are_those_of_fit(end, mode):
    """One full batch with SGD and a learning rate of 1: the weights move by the gradient."""
    model = with_large_weights(*ENDS[end](), **MODES[mode])
    snapshot = kit.probe(model, X, LABELS)
    assert snapshot.loss == pytest.approx(model.evaluate(X, LABELS, verbose=0), rel=1e-5)
    before = model.get_weights()[0]
    history = model.fit(X, LABELS, batch_size=64, verbose=0).history
    assert snapshot.loss == pytest.approx(history["loss"][0], rel=1e-5)
    assert_close(snapshot["o"].gradient, before - model.get_weights()[0], "gradient", 1e-4)


def test_softmax_within_a_function_stays_closed():
    """Opened, the loss would find the logits: another loss than the one that `fit` minimises."""
    model = with_large_weights(*ENDS["closed"]())
    match = r"closed \(the tf.function call in it stayed closed\)"
    with pytest.warns(NotHeardWarning, match=match):
        snapshot = kit.probe(model, X, LABELS)
    opened = with_large_weights(*ENDS["a lambda"]())
    assert abs(snapshot.loss - kit.probe(opened, X, LABELS).loss) > 0.1


def test_a_function_that_is_compiled_gives_what_fit_computes():
    class Jitted(layers.Layer):
        def __init__(self):
            super().__init__(name="jitted")
            self.inner = layers.Dense(5, "tanh", name="inner")

        def build(self, shape):
            self.inner.build(shape)

        @tf.function(jit_compile=True)
        def call(self, x):
            return self.inner(x)

    model = with_large_weights(Jitted(), layers.Dense(3, "softmax", name="o"))
    snapshot = kit.probe(model, X, LABELS)
    assert snapshot.loss == pytest.approx(model.evaluate(X, LABELS, verbose=0), rel=1e-5)
    assert snapshot.layers_with("delta") == ["jitted/inner", "o"]


# a model that is asked again and again


class Annealed(layers.Layer):
    """Multiplies by an attribute that a callback changes: only Python sees it change."""

    factor = 1.0

    def call(self, x):
        return x * self.factor


class Anneal(keras.callbacks.Callback):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def on_epoch_begin(self, epoch, logs=None):
        self.layer.factor = 1.0 + epoch


def test_an_attribute_that_changes_is_seen_where_python_runs():
    annealed = Annealed()
    model = with_large_weights(*(layers.Dense(1, name="h"), annealed), loss="mse", run_eagerly=True)
    model.optimizer.learning_rate = 0.0
    y = np.ones((64, 1), "float32")
    recorder = Recorder(X, y)
    history = model.fit(
        *(X, y), batch_size=64, epochs=4, verbose=0, callbacks=[Anneal(annealed), recorder]
    ).history["loss"]
    assert len({round(loss, 3) for loss in history}) == 4
    # a capture stands at the end of its epoch, with the factor of that epoch
    np.testing.assert_allclose(losses_of(recorder)[1:], history, rtol=1e-5)


def test_a_model_that_asks_for_numbers_is_measured():
    class AsksForNumbers(layers.Layer):
        def compute_output_spec(self, x):
            return keras.KerasTensor(x.shape, x.dtype)

        def call(self, x):
            return x * float(np.abs(x.numpy()).mean() > 0)

    model = with_large_weights(
        *(layers.Dense(4, "tanh", name="h"), AsksForNumbers(), layers.Dense(3, "softmax")),
        run_eagerly=True,
    )
    snapshot = kit.probe(model, X, LABELS)
    z = X @ model.get_weights()[0] + model.get_weights()[1]
    assert_close(snapshot["h"].activation, np.tanh(z), "activation")
    model.fit(X, LABELS, epochs=2, verbose=0, callbacks=[Recorder(X, LABELS)])


def dense(**arguments):
    return with_large_weights(
        *(layers.Dense(20, "tanh"), layers.Dense(20, "gelu"), layers.Dense(3, "softmax")),
        **arguments,
    )


def convolutional(**arguments):
    return with_large_weights(
        *(layers.Reshape((5, 2, 1)), layers.Conv2D(4, 2, activation="relu")),
        *(layers.MaxPooling2D((2, 1)), layers.Flatten(), layers.Dense(3, "softmax")),
        **arguments,
    )


def normalized(**arguments):
    return with_large_weights(
        *(layers.Dense(20), layers.LayerNormalization(), layers.LeakyReLU()),
        *(layers.Dense(3, tf.nn.softmax),),
        **arguments,
    )


def attention(**arguments):
    class Itself(layers.MultiHeadAttention):
        def call(self, x):
            return super().call(x, x)

        def build(self, shape):
            super().build(shape, shape)

        def compute_output_spec(self, x):
            return super().compute_output_spec(x, x)

    return with_large_weights(
        *(layers.Reshape((5, 2)), Itself(2, 3), layers.Flatten(), layers.Dense(3, "softmax")),
        **arguments,
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("build", [dense, convolutional, normalized, attention])
def test_with_learning_rate_0_every_capture_is_the_same_to_the_last_bit(build, mode):
    model = build(**MODES[mode])
    model.optimizer.learning_rate = 0.0
    recorder = Recorder(X, LABELS, raw=True)
    history = model.fit(
        X, LABELS, batch_size=64, epochs=3, verbose=0, shuffle=False, callbacks=[recorder]
    ).history["loss"]
    probed = kit.probe(model, X, LABELS)
    assert recorder.recording.epochs == [0, 1, 2, 3]
    assert {*losses_of(recorder), probed.loss} == {probed.loss}
    np.testing.assert_allclose(history, probed.loss, rtol=1e-5)
    evaluated = model.evaluate(X, LABELS, batch_size=64, verbose=0)
    assert probed.loss == pytest.approx(evaluated, rel=1e-5)
    for name in probed:
        for quantity in ("z", "activation", "delta", "weight", "gradient"):
            if getattr(probed[name], quantity) is None:
                continue
            for epoch in range(4):
                np.testing.assert_array_equal(
                    recorder.recording.values(quantity, name, epoch),
                    getattr(probed[name], quantity),
                    err_msg=f"{quantity} of {name}",
                )


class Loops(layers.Layer):
    """Calls one layer in a loop, where it cannot be heard, and others before and after it."""

    def __init__(self):
        super().__init__(name="l")
        self.d = layers.Dense(10, "tanh", name="d")
        self.g = layers.Dense(10, "tanh", name="g")

    def build(self, shape):
        self.d.build(shape)
        self.g.build(shape)

    def call(self, x):
        return self.g(ops.fori_loop(0, 2, lambda i, h: self.d(h), x))


@pytest.mark.filterwarnings("ignore::kit.callbacks.one_pass.NotHeardWarning")
def test_no_layer_gets_the_numbers_of_another():
    model = with_large_weights(Loops(), layers.Dense(3, "softmax", name="o"))
    kernels = []

    def note(*_):
        inner = model.layers[1]
        kernels.append([one.kernel.numpy() for one in (inner.d, inner.g, model.layers[2])])

    note()
    recorder = Recorder(X, LABELS, raw=True)
    callbacks = [recorder, keras.callbacks.LambdaCallback(on_epoch_end=note)]
    model.fit(X, LABELS, epochs=3, verbose=0, callbacks=callbacks)
    recording = recorder.recording
    assert recording.layers == ["l/d", "l/g", "o"]
    assert recording.layers_with("z") == ["l/g", "o"]
    for epoch, wanted in enumerate(kernels):
        for name, kernel in zip(recording.layers, wanted, strict=True):
            np.testing.assert_array_equal(recording.values("weight", name, epoch), kernel)


# losses of every kind


def two_outputs(one, two, weights=(1.0, 1.0), **arguments):
    set_seed(3)
    inputs = keras.Input((10,))
    h = layers.Dense(5, "tanh", name="h")(inputs)
    outputs = [layers.Dense(2, name="a")(h), layers.Dense(3, name="b")(h)]
    model = keras.Model(inputs, outputs)
    model.compile("sgd", [one, two], loss_weights=list(weights), **arguments)
    return model


TARGETS = [RNG.normal(size=(64, 2)), RNG.normal(size=(64, 3))]


@pytest.mark.parametrize("eager", [False, True], ids=["traced", "eager"])
@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
def test_losses_that_add_up_beside_losses_that_average(weighted, eager):
    """Of the sum each sample's cost is its own share, of the mean n times its share."""
    losses = keras.losses.MeanSquaredError(reduction="sum"), keras.losses.MeanSquaredError()
    model = two_outputs(*losses, (0.3, 2.0), run_eagerly=eager)
    sample_weight = RNG.uniform(0.5, 2, 64) if weighted else None
    given = None if sample_weight is None else [sample_weight, sample_weight]
    snapshot = kit.probe(model, X, TARGETS, sample_weight=given)
    share = np.ones(64) if sample_weight is None else sample_weight
    w, b, u, c, v, d = (one.astype(float) for one in model.get_weights())
    a = np.tanh(X @ w + b)
    # costs of a sample: 0.3 Σ (error)² / 2, and 2 Σ (error)² / 3
    to_a = share[:, None] * 0.3 * 2 * (a @ u + c - TARGETS[0]) / 2
    to_b = share[:, None] * 2.0 * 2 * (a @ v + d - TARGETS[1]) / 3
    assert_close(snapshot["a"].delta, to_a, "a")
    assert_close(snapshot["b"].delta, to_b, "b")
    assert_close(snapshot["h"].delta, (to_a @ u.T + to_b @ v.T) * (1 - a**2), "h")
    # the compiled loss is Σ cost_a + mean cost_b, and so is its gradient
    assert_close(snapshot["a"].gradient, a.T @ to_a, "∂/∂u")
    assert_close(snapshot["b"].gradient, a.T @ to_b / 64, "∂/∂v")
    back = (to_a @ u.T + to_b @ v.T / 64) * (1 - a**2)
    assert_close(snapshot["h"].gradient, X.T @ back, "∂/∂w")
    evaluated = model.evaluate(X, TARGETS, sample_weight=given, batch_size=64, verbose=0)
    assert snapshot.loss == pytest.approx(evaluated[0], rel=1e-5)


@pytest.mark.parametrize("eager", [False, True], ids=["traced", "eager"])
def test_a_loss_that_reduces_nothing(eager):
    loss = keras.losses.MeanSquaredError(reduction=None)
    model = with_large_weights(layers.Dense(2, name="o"), loss=loss, run_eagerly=eager)
    snapshot = kit.probe(model, X, TARGETS[0])
    w, b = (one.astype(float) for one in model.get_weights())
    error = X @ w + b - TARGETS[0]
    assert snapshot.loss == pytest.approx(np.mean(error**2), rel=1e-5)
    assert_close(snapshot["o"].delta, error, "delta")  # ∂/∂z of Σ (error)² / 2
    assert_close(snapshot["o"].gradient, X.T @ error, "gradient")  # of the sum, as for `fit`
    before = model.get_weights()[0]
    model.fit(X, TARGETS[0], batch_size=64, verbose=0)
    assert_close(snapshot["o"].gradient, before - model.get_weights()[0], "of fit", 1e-4)


def test_classes_that_the_loss_ignores_may_have_any_number():
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=255)
    model = with_large_weights(layers.Dense(5, "softmax", name="o"), loss=loss)
    labels = np.where(np.arange(64) % 3 == 0, 255, np.arange(64) % 5)
    snapshot = kit.probe(model, X, labels)
    assert snapshot.loss == pytest.approx(model.evaluate(X, labels, verbose=0), rel=1e-5)
    assert (snapshot["o"].delta[::3] == 0).all() and (snapshot["o"].delta[1::3] != 0).any()
    recorder = Recorder(X, labels)
    model.fit(X, labels, epochs=1, verbose=0, callbacks=[recorder])
    assert recorder.recording.epochs == [0, 1]


def test_half_precision_keeps_large_gradients():
    """With targets around 500, n times the loss is beyond what float16 can hold."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(1000, 10)).astype("float32")
    y = 500 + 300 * rng.normal(size=(1000, 1))

    def build(policy):
        set_seed(2)
        with_policy = {"dtype": policy}
        inputs = keras.Input((10,))
        h = layers.Dense(64, "relu", name="h1", **with_policy)(inputs)
        h = layers.Dense(64, "relu", name="h2", **with_policy)(h)
        model = keras.Model(inputs, layers.Dense(1, name="o", **with_policy)(h))
        model.compile("sgd", "mse")
        return model

    half, full = build("mixed_float16"), build("float32")
    half.set_weights(full.get_weights())
    got, want = kit.probe(half, x, y), kit.probe(full, x, y)
    for name in want:
        assert np.isfinite(got[name].gradient).all(), name
        assert_close(got[name].gradient, want[name].gradient, name, 2e-2)


# what probe refuses


def test_a_model_that_cannot_be_called_is_told_plainly():
    class Gan(keras.Model):
        """Two models and no call: what it is trained with stands in train_step."""

        def __init__(self):
            super().__init__(name="gan")
            self.generator = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
            self.discriminator = keras.Sequential([keras.Input((2,)), layers.Dense(1)])

        def train_step(self, data):
            return {"loss": tf.reduce_mean(self.discriminator(self.generator(data)))}

    gan = Gan()
    gan.compile("sgd", "mse")
    match = r"`model` must have a `call`; got 'gan', a Gan without one: measure the models inside"
    with pytest.raises(ValueError, match=match):
        kit.probe(gan, X[:, :4], np.zeros((64, 1)))


@pytest.mark.parametrize(
    "model",
    [
        lambda: keras.Sequential([layers.Dense(2)], name="late"),
        lambda: type("Sub", (keras.Model,), {"call": lambda self, x: x})(name="late"),
    ],
    ids=["sequential", "subclass"],
)
def test_a_model_that_is_not_built_is_refused_by_probe(model):
    model = model()
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"`model` must be built; got 'late' without weights"):
        kit.probe(model, X, np.zeros((64, 2)))
