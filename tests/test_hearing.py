"""Every layer that has a z is heard, or named: against a second implementation of each model.

A test gives the model and, beside it, the same in plain operations of TensorFlow, which names the
layers itself; z, activation and delta of both must agree, and no other layer may have a z.
"""

import threading

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops
from limits import needs_remat

import kit
from kit.callbacks.one_pass import NotHeardWarning

X = np.random.default_rng(5).normal(size=(7, 4)).astype("float32")


def assert_close(got, want, what, tolerance=1e-5):
    """Agreement relative to the largest value of the array."""
    got, want = np.asarray(got, float), np.asarray(want, float)
    assert got.shape == want.shape, what
    assert np.abs(got - want).max() <= tolerance * np.abs(want).max(), what


def compiled(model, x=X):
    """The model with biases that are not zero, built and compiled."""
    model(x[:2])
    rng = np.random.default_rng(8)
    for weight in model.weights:
        if "bias" in weight.name:
            weight.assign(rng.normal(size=weight.shape) / 2)
    model.compile("sgd", "mse", run_eagerly=False)
    return model


def functional(*stack, shape=(4,)):
    h = inputs = keras.Input(shape)
    for layer in stack:
        h = layer(h)
    return keras.Model(inputs, h, name="functional")


def functional_with_mse(*stack, shape=(4,)):
    model = functional(*stack, shape=shape)
    model.compile("sgd", "mse")
    return model


def dense(units, activation=None, name=None, **arguments):
    return layers.Dense(units, activation, name=name, **arguments)


class Own(keras.Model):
    """A model that holds layers and runs a function of them."""

    def __init__(self, run, **parts):
        super().__init__(name="own")
        self.run = run
        for name, part in parts.items():
            setattr(self, name, part)

    def call(self, x):
        return self.run(self, x)


def times(x, layer):
    """x W + b, in plain operations."""
    return tf.tensordot(x, layer.kernel.value, 1) + layer.bias.value


def assert_heard(model, again, x=X, *, eagerly=(False, True)):
    """That z, activation and delta are those of `again(x, note)`, and nothing else has a z.

    ``note(name, z, f)`` of the second implementation returns f(z). The model is heard traced, and
    run eagerly; the snapshot of the last is returned.
    """
    y = np.random.default_rng(9).normal(size=model(x).shape).astype("float32")
    notes = {}
    with tf.GradientTape(persistent=True) as tape:

        def note(name, z, function=tf.identity):
            tape.watch(z)
            notes[name] = z, function(z)
            return notes[name][1]

        loss = tf.reduce_mean((again(tf.constant(x), note) - y) ** 2)
    for eager in eagerly:
        model.run_eagerly = eager
        snapshot = kit.probe(model, x, y)
        assert snapshot.loss == pytest.approx(float(loss), rel=1e-5)
        assert sorted(snapshot.layers_with("z")) == sorted(notes)
        assert snapshot.not_heard == {}
        for name, (z, activation) in notes.items():
            assert_close(snapshot[name].z, z, f"z of {name}")
            assert_close(snapshot[name].activation, activation, f"activation of {name}")
            assert_close(snapshot[name].delta, len(x) * tape.gradient(loss, z), f"delta of {name}")
    return snapshot


# activations, wherever they stand

FUNCTIONS = sorted(
    name
    for name, function in vars(keras.activations).items()
    if callable(function)
    and not name.startswith("_")
    and name not in ("get", "serialize", "deserialize", "linear", "threshold")
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_activation_in_dense(name):
    function = getattr(keras.activations, name)
    parts = {"a": dense(6, name, "a"), "b": dense(2, name="b")}
    model = compiled(Own(lambda self, x: self.b(self.a(x)), **parts))

    def again(x, note):
        return note("b", times(note("a", times(x, model.a), function), model.b))

    assert_heard(model, again)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "glu"])
def test_every_activation_in_a_convolution_and_in_an_activation_layer(name):
    function = getattr(keras.activations, name)
    images = np.random.default_rng(2).normal(size=(3, 5, 5, 2)).astype("float32")
    conv = layers.Conv2D(4, 3, activation=name, name="conv")
    act = layers.Activation(name, name="act")
    model = compiled(functional(conv, act, shape=(5, 5, 2)), images)

    def again(x, note):
        z = tf.nn.conv2d(x, conv.kernel.value, 1, "VALID") + conv.bias.value
        return note("act", note("conv", z, function), function)

    assert_heard(model, again, images)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_activation_called_by_the_model_itself(name):
    function = getattr(keras.activations, name)
    parts = {"a": dense(6, name="a"), "b": dense(2, name="b")}
    model = compiled(Own(lambda self, x: self.b(function(self.a(x))), **parts))

    def again(x, note):
        h = note("own", note("a", times(x, model.a)), function)
        return note("b", times(h, model.b))

    assert_heard(model, again)


def runs_in_a_graph(name):
    """Whether Keras knows what shape an operation gives: 3.8 does not of glu."""
    model = keras.Model(inputs := keras.Input((4,)), getattr(ops, name)(inputs))
    return model(np.ones((1, 4), "float32")).shape[1:] == model.output.shape[1:]


OPERATIONS = [name for name in FUNCTIONS if hasattr(ops, name) and runs_in_a_graph(name)]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_in_a_functional_graph(name):
    function = getattr(ops, name)
    inputs = keras.Input((4,))
    a, b = dense(6, name="a"), dense(2, name="b")
    model = compiled(keras.Model(inputs, b(function(a(inputs)))))
    (operation,) = (one.name for one in model.operations if one.name.startswith(
        function(keras.KerasTensor((1, 6)))._keras_history.operation.name.rsplit("_", 1)[0]
    ))  # fmt: skip

    def again(x, note):
        return note("b", times(note(operation, note("a", times(x, a)), function), b))

    assert_heard(model, again)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_as_a_gate_within_call(name):
    """What it gives is multiplied by something else, so it stands between no two layers."""
    function = getattr(ops, name)
    parts = {"a": dense(6, name="a"), "g": dense(3 if name == "glu" else 6, name="g")}
    model = compiled(Own(lambda self, x: function(self.a(x)) * self.g(x), **parts))

    def again(x, note):
        left = note("own", note("a", times(x, model.a)), function)
        return left * note("g", times(x, model.g))

    assert_heard(model, again)


@pytest.mark.parametrize(
    "function",
    [
        *(tf.nn.relu, tf.nn.relu6, tf.nn.leaky_relu, tf.nn.elu, tf.nn.selu, tf.nn.gelu),
        *(tf.nn.silu, tf.nn.softplus, tf.nn.softsign, tf.nn.softmax, tf.nn.log_softmax),
        *(tf.math.tanh, tf.math.sigmoid, tf.math.log_sigmoid, tf.math.erf),
        lambda z: 0.5 * z * (1 + tf.math.erf(z / 2**0.5)),
        lambda z: z * tf.math.tanh(tf.math.softplus(z)),
        lambda z: tf.maximum(z, 0.1 * z),
        lambda z: tf.where(z > 0, z, tf.exp(tf.minimum(z, 0)) - 1),
        lambda z: 1.7159 * tf.math.tanh(2 / 3 * z),
        lambda z: tf.clip_by_value(z, -1, 1),
    ],
)
def test_activations_of_tensorflow_and_written_out(function):
    parts = {"a": dense(6, name="a"), "b": dense(2, name="b")}
    model = compiled(Own(lambda self, x: self.b(function(self.a(x))), **parts))

    def again(x, note):
        h = note("own", note("a", times(x, model.a)), function)
        return note("b", times(h, model.b))

    assert_heard(model, again)


def test_what_is_made_of_an_activation_is_no_part_of_it():
    """Both an activation and its negative are used, so there are two ways out of the group."""

    def run(self, x):
        h = 0.5 * self.a(x)
        h = h * (1 + tf.math.erf(h))
        return tf.concat([h, -h], axis=1)

    model = compiled(Own(run, a=dense(6, name="a")))

    def again(x, note):
        z = note("a", times(x, model.a))
        h = note("own", z, lambda z: 0.5 * z * (1 + tf.math.erf(0.5 * z)))
        return tf.concat([h, -h], axis=1)

    assert_heard(model, again)


def test_two_activations_of_one_z():
    def run(self, x):
        h = self.a(x)
        return tf.concat([ops.gelu(h), tf.nn.tanh(h)], axis=1)

    model = compiled(Own(run, a=dense(6, name="a")))

    def again(x, note):
        h = note("a", times(x, model.a))
        return tf.concat([note("own[1]", h, ops.gelu), note("own[2]", h, tf.nn.tanh)], axis=1)

    # z of both is one tensor, so that delta of each has what comes by way of the other
    y = np.zeros((7, 12), "float32")
    snapshot = kit.probe(model, X, y)
    assert snapshot.layers_with("z") == ["a", "own[1]", "own[2]"]
    z = np.asarray(times(tf.constant(X), model.a))
    assert_close(snapshot["own[1]"].activation, ops.gelu(z), "gelu")
    assert_close(snapshot["own[2]"].activation, np.tanh(z), "tanh")
    np.testing.assert_array_equal(snapshot["own[1]"].z, snapshot["own[2]"].z)


# layers in which an activation does not stand at `activation`


class Property(layers.Dense):
    @property
    def activation(self):
        return keras.activations.tanh

    @activation.setter
    def activation(self, value):
        pass


class OtherName(layers.Dense):
    def __init__(self, units, name):
        super().__init__(units, name=name)
        self.fn = keras.activations.gelu

    def call(self, x):
        return self.fn(super().call(x))


class ByKeyword(layers.Dense):
    def call(self, x):
        return self.activation(x=ops.matmul(x, self.kernel) + self.bias)


class OwnCall(layers.Dense):
    def call(self, x):
        return tf.nn.sigmoid(x @ self.kernel + self.bias)


class LooksAtTheName(layers.Dense):
    def call(self, x):
        z = ops.matmul(x, self.kernel) + self.bias
        return self.activation(z) if self.activation.__name__ == "gelu" else 100 * z


class LooksWhichItIs(layers.Dense):
    def call(self, x):
        z = ops.matmul(x, self.kernel) + self.bias
        return self.activation(z) if self.activation is keras.activations.gelu else 100 * z


class ActivationInTheMiddle(layers.Dense):
    def build(self, shape):
        super().build(shape)
        self.offset = self.add_weight((self.units,), initializer="ones", name="offset")

    def call(self, x):
        return self.activation(ops.matmul(x, self.kernel) + self.bias) - self.offset


@pytest.mark.parametrize(
    ("layer", "function"),
    [
        (lambda: Property(5, name="h"), tf.nn.tanh),
        (lambda: OtherName(5, name="h"), keras.activations.gelu),
        (lambda: ByKeyword(5, "silu", name="h"), tf.nn.silu),
        (lambda: OwnCall(5, name="h"), tf.nn.sigmoid),
        (lambda: LooksAtTheName(5, "gelu", name="h"), keras.activations.gelu),
        (lambda: LooksWhichItIs(5, "gelu", name="h"), keras.activations.gelu),
        (lambda: dense(5, lambda z: z, "h"), tf.identity),
        (lambda: dense(5, lambda z: 2 * z, "h"), lambda z: 2 * z),
        (lambda: dense(5, lambda z: ops.sin(z) + z, "h"), lambda z: tf.sin(z) + z),
        (
            lambda: dense(5, lambda z: z / ops.sum(ops.abs(z), axis=1, keepdims=True), "h"),
            lambda z: z / tf.reduce_sum(tf.abs(z), axis=1, keepdims=True),
        ),
        (lambda: dense(5, layers.LeakyReLU(0.1), "h"), lambda z: tf.nn.leaky_relu(z, 0.1)),
        (lambda: dense(5, layers.PReLU("ones"), "h"), tf.identity),
        (lambda: layers.EinsumDense("ab,bc->ac", 5, "elu", bias_axes="c", name="h"), tf.nn.elu),
    ],
)
def test_layers_with_a_kernel(layer, function):
    model = compiled(functional(layer(), dense(2, name="o")))
    h, o = model.layers[1:]

    def again(x, note):
        return note("o", times(note("h", times(x, h), function), o))

    snapshot = assert_heard(model, again)
    np.testing.assert_array_equal(snapshot["h"].weight, h.kernel.numpy())


def test_what_comes_after_the_activation_of_a_layer_is_no_part_of_it():
    model = compiled(functional(ActivationInTheMiddle(5, "relu", name="h"), dense(2, name="o")))
    h, o = model.layers[1:]

    def again(x, note):
        return note("o", times(note("h", times(x, h), tf.nn.relu) - 1, o))

    assert_heard(model, again)


class Square(layers.Layer):
    def call(self, x):
        return x**2


class Swish(layers.Layer):
    """With a slope that is trained."""

    def build(self, shape):
        self.slope = self.add_weight((), initializer="ones")
        self.slope.assign(0.7)

    def call(self, x):
        return x * ops.sigmoid(self.slope * x)


@pytest.mark.parametrize(
    ("layer", "function"),
    [
        (lambda: layers.Lambda(ops.relu, name="act"), tf.nn.relu),
        (lambda: layers.Lambda(lambda z: ops.exp(-z * z), name="act"), lambda z: tf.exp(-z * z)),
        (lambda: Square(name="act"), tf.square),
        (lambda: Swish(name="act"), lambda z: z * tf.sigmoid(0.7 * z)),
        (lambda: layers.Softmax(axis=1, name="act"), tf.nn.softmax),
        (lambda: layers.Lambda(lambda z: ops.softmax(z, axis=0), name="act"),
         lambda z: tf.nn.softmax(z, axis=0)),
    ],
)  # fmt: skip
def test_layers_that_are_an_activation(layer, function):
    model = compiled(functional(dense(5, name="h"), layer(), dense(2, name="o")))

    def again(x, note):
        h = note("act", note("h", times(x, model.layers[1])), function)
        return note("o", times(h, model.layers[3]))

    assert_heard(model, again)


class FeedForward(layers.Layer):
    """Two products and an activation between them, in one layer."""

    def build(self, shape):
        self.first = self.add_weight((shape[-1], 6), name="first")
        self.second = self.add_weight((6, 2), name="second")

    def call(self, x):
        return tf.nn.relu(x @ self.first) @ self.second


def test_a_layer_of_two_products():
    model = compiled(functional(FeedForward(name="ffn")))
    ffn = model.layers[1]

    def again(x, note):
        h = note("ffn[1]", x @ ffn.first.value, tf.nn.relu)
        return note("ffn[2]", h @ ffn.second.value)

    snapshot = assert_heard(model, again)
    assert snapshot.layers == ["ffn", "ffn[1]", "ffn[2]", "ffn/second"]


class RadialBasis(layers.Layer):
    """exp(-‖x - c‖²): a kernel, and no product."""

    def build(self, shape):
        self.centres = self.add_weight((5, shape[-1]), name="centres")

    def call(self, x):
        return ops.exp(-ops.sum((x[:, None] - self.centres) ** 2, axis=-1) / 9)


def test_a_kernel_that_multiplies_nothing():
    model = compiled(functional(RadialBasis(name="h")))
    centres = model.layers[1].centres.value

    def again(x, note):
        distance = tf.reduce_sum((x[:, None] - centres) ** 2, axis=-1)
        return note("h", distance, lambda z: tf.exp(-z / 9))

    assert_heard(model, again)


@pytest.mark.parametrize("groups", [1, 2])
def test_convolutions_with_a_bias(groups):
    images = np.random.default_rng(2).normal(size=(3, 6, 6, 4)).astype("float32")
    conv = layers.Conv2D(4, 3, groups=groups, activation="gelu", name="conv")
    model = compiled(functional(conv, shape=(6, 6, 4)), images)

    def again(x, note):
        kernels = tf.split(conv.kernel.value, groups, axis=-1)
        pairs = zip(tf.split(x, groups, axis=-1), kernels, strict=True)
        z = tf.concat([tf.nn.conv2d(part, kernel, 1, "VALID") for part, kernel in pairs], -1)
        return note("conv", z + conv.bias.value, keras.activations.gelu)

    assert_heard(model, again, images)


QUANTIZATION_MODES = keras.src.dtype_policies.dtype_policy.QUANTIZATION_MODES


@pytest.mark.parametrize("mode", ["int8", "int4", "float8"])
def test_quantized_layers(mode):
    model = functional(dense(8, "relu", "h"), dense(3, name="o"))
    compiled(model)
    if mode not in QUANTIZATION_MODES:
        pytest.skip(f"Keras {keras.__version__} knows no {mode}")
    for name in ("h", "o"):
        model.get_layer(name).quantize(mode)
    model.compile("sgd", "mse")
    snapshot = kit.probe(model, X, np.zeros((7, 3), "float32"))
    assert snapshot.layers_with("z") == ["h", "o"]
    h = model.get_layer("h")
    assert_close(snapshot["h"].activation, h(X), "activation")
    np.testing.assert_array_equal(np.maximum(snapshot["h"].z, 0), snapshot["h"].activation)
    h.activation = None  # what it gives then is z
    assert_close(snapshot["h"].z, h(X), "z")
    # whole numbers and what scales them are no kernel
    assert snapshot.layers_with("weight") == (["h", "o"] if mode == "float8" else [])


def test_lora_has_the_kernel_that_z_is_made_with():
    model = functional(dense(8, "relu", "h"), dense(3, name="o"))
    h = model.get_layer("h")
    h.enable_lora(2)
    h.lora_kernel_a.assign(np.ones((4, 2)))
    h.lora_kernel_b.assign(np.full((2, 8), 0.3))
    model.compile("sgd", "mse")
    snapshot = kit.probe(model, X, np.zeros((7, 3), "float32"))
    kernel = h._kernel.numpy() + 0.6  # 1 · 0.3 + 1 · 0.3
    assert_close(snapshot["h"].weight, kernel, "weight")
    assert_close(snapshot["h"].z, X @ kernel, "z")


def test_a_wrapper_has_no_kernel_of_its_own():
    inner = dense(3, "relu", "inner")
    model = compiled(functional(layers.SpectralNormalization(inner, name="sn")))
    snapshot = assert_heard(model, lambda x, note: note("sn/inner", times(x, inner), tf.nn.relu))
    assert snapshot.layers == ["sn/inner"]


def test_statistics_of_normalization_are_no_kernel():
    normalize = layers.Normalization(axis=(1, 2))
    normalize.adapt(np.random.default_rng(1).normal(size=(20, 3, 4)))
    x = np.random.default_rng(2).normal(size=(7, 3, 4))
    snapshot = kit.probe(
        functional_with_mse(normalize, dense(2, name="o"), shape=(3, 4)), x, x[..., :2]
    )
    assert snapshot.layers == ["o"]


# parts of the model beside layers in a row


class WithHead(keras.Model):
    """A functional model that does one thing more in its call."""

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs, name="with_head")
        self.head = dense(3, "tanh", "head")

    def call(self, x):
        return self.head(super().call(x))


def test_a_head_in_a_functional_subclass():
    inputs, body = keras.Input((4,)), dense(3, "relu", "body")
    model = compiled(WithHead(inputs, body(inputs)))
    if model.head not in model._flatten_layers():
        pytest.skip(f"Keras {keras.__version__} takes the head's weights for the model's own")

    def again(x, note):
        return note("head", times(note("body", times(x, body), tf.nn.relu), model.head), tf.nn.tanh)

    snapshot = assert_heard(model, again)
    assert snapshot.layers_with("gradient") == ["body", "head"]


class Root(keras.Model):
    """A model that has weights and an activation itself."""

    def __init__(self):
        super().__init__(name="root")
        self.activation = keras.activations.tanh
        self.inner = dense(2, "relu", "inner")

    def build(self, shape):
        self.kernel = self.add_weight((4, 3), name="kernel")
        self.bias = self.add_weight((3,), name="bias")
        self.inner.build((None, 3))

    def call(self, x):
        return self.inner(self.activation(ops.matmul(x, self.kernel) + self.bias))


def test_weights_and_activation_of_the_model_itself():
    model = compiled(Root())

    def again(x, note):
        h = note("root", times(x, model), tf.nn.tanh)
        return note("inner", times(h, model.inner), tf.nn.relu)

    snapshot = assert_heard(model, again)
    assert snapshot.layers_with("gradient") == ["inner", "root"]


@needs_remat
@pytest.mark.parametrize("mode", ["full", "activations", "list_of_layers"])
def test_remat_scopes(mode):
    names = {"layer_names": ["h"]} if mode == "list_of_layers" else {}
    with keras.RematScope(mode=mode, **names):
        parts = dense(6, "gelu", "h"), dense(2, layers.LeakyReLU(0.1), "o")
    model = compiled(functional(*parts))

    def again(x, note):
        h = note("h", times(x, parts[0]), keras.activations.gelu)
        return note("o", times(h, parts[1]), lambda z: tf.nn.leaky_relu(z, 0.1))

    assert_heard(model, again)


class PlainDense(layers.Layer):
    """For the mode that asks a layer for the size of its output: Dense cannot answer it."""

    def build(self, shape):
        self.kernel = self.add_weight((shape[-1], 5), name="kernel")
        self.bias = self.add_weight((5,), name="bias")

    def call(self, x):
        return ops.tanh(ops.matmul(x, self.kernel) + self.bias)


@needs_remat
def test_remat_of_what_is_large():
    with keras.RematScope(mode="larger_than", output_size_threshold=2):
        h = PlainDense(name="h")
    model = compiled(functional(h))
    assert_heard(model, lambda x, note: note("h", times(x, h), tf.nn.tanh))


class Compiled(layers.Layer):
    """A call that is a tf.function, of layers that it holds."""

    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.a, self.b = dense(5, "tanh", "a"), dense(2, "relu", "b")

    @tf.function
    def call(self, x):
        return self.b(self.a(x))


class CompiledWithXLA(Compiled):
    @tf.function(jit_compile=True)
    def call(self, x):
        return self.b(self.a(x))


class CompiledHelper(Compiled):
    @tf.function
    def helper(self, x):
        return self.a(x)

    def call(self, x):
        return self.b(self.helper(x))


def test_a_function_is_that_of_fit_whatever_keras_traced_before():
    """Keras builds a model symbolically: the function keeps that trace, with other weights in it.

    It is found again by calls with as many samples; `fit`, whose batches may have any number, has
    one of its own.
    """
    model = Own(lambda self, x: self.part(x), part=Compiled(name="part"))
    model(X)
    model.compile("sgd", "mse")
    y = np.ones((7, 2), "float32")
    snapshot = kit.probe(model, X, y)
    assert snapshot.loss == pytest.approx(model.evaluate(X, y, verbose=0), rel=1e-6)
    assert snapshot.layers_with("z") == ["part/a", "part/b"]


@pytest.mark.parametrize("kind", [Compiled, CompiledWithXLA, CompiledHelper])
def test_functions_of_tensorflow_are_entered(kind):
    model = compiled(Own(lambda self, x: self.part(x), part=kind(name="part")))
    part = model.part

    def again(x, note):
        h = note("part/a", times(x, part.a), tf.nn.tanh)
        return note("part/b", times(h, part.b), tf.nn.relu)

    assert_heard(model, again, eagerly=[False])


def test_functions_of_tensorflow_are_heard_where_all_run_as_python():
    model = compiled(Own(lambda self, x: self.part(x), part=Compiled(name="part")))
    part = model.part

    def again(x, note):
        h = note("part/a", times(x, part.a), tf.nn.tanh)
        return note("part/b", times(h, part.b), tf.nn.relu)

    tf.config.run_functions_eagerly(True)
    try:
        assert_heard(model, again, eagerly=[True])
    finally:
        tf.config.run_functions_eagerly(False)


class Cell(layers.Layer):
    """A cell that lets its Dense be built when it is first called."""

    def __init__(self):
        super().__init__(name="cell")
        self.state_size = 3
        self.inner = dense(3, "tanh", "inner")

    def call(self, x, states):
        h = self.inner(ops.concatenate([x, states[0]], axis=-1))
        return h, [h]


# Keras says itself that such a cell should have a `build`
@pytest.mark.filterwarnings("ignore:`build\\(\\)` was called on layer 'cell'")
def test_layers_that_are_built_late():
    x = np.random.default_rng(3).normal(size=(6, 5, 4)).astype("float32")
    model = functional(layers.RNN(Cell(), name="rnn"), dense(2, name="o"), shape=(5, 4))
    model.compile("sgd", "mse")
    inner = model.layers[1].cell.inner
    assert not inner.built
    with pytest.warns(NotHeardWarning, match=r"rnn/inner \(recurrent: its steps run in a loop\)"):
        snapshot = kit.probe(model, x, np.zeros((6, 2)))
    assert snapshot.layers == ["rnn/inner", "o"]
    np.testing.assert_array_equal(snapshot["rnn/inner"].weight, inner.kernel.numpy())
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(x) ** 2)
    wanted = tape.gradient(loss, inner.kernel.value)
    assert_close(snapshot["rnn/inner"].gradient, wanted, "gradient")


# what cannot be heard is named


class Looping(layers.Layer):
    """Calls `inner` where nothing can be heard, and `after` where it can."""

    def __init__(self, kind):
        super().__init__(name="looping")
        self.kind, self.inner, self.after = kind, dense(4, "tanh", "inner"), dense(4, name="after")

    def build(self, shape):
        self.inner.build(shape)
        self.after.build(shape)

    def call(self, x):
        return self.after(KINDS[self.kind][0](self.inner, x))


KINDS = {
    "fori_loop": (lambda f, x: ops.fori_loop(0, 3, lambda i, h: f(h), x), "a loop"),
    "while_loop": (
        lambda f, x: ops.while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, f(h)), (0, x))[1],
        "a loop",
    ),
    "map": (lambda f, x: ops.map(lambda row: f(row[None])[0], x), "a loop"),
    "vectorized_map": (
        lambda f, x: ops.reshape(ops.vectorized_map(lambda row: f(row[None])[0], x), (-1, 4)),
        "a loop that was vectorized",
    ),
    "cond": (lambda f, x: ops.cond(ops.sum(x) > -1e9, lambda: f(x), lambda: x), "a condition"),
    "switch": (lambda f, x: ops.switch(0, [lambda: f(x), lambda: x]), "a condition"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_runs_in_a_loop_or_a_condition_is_named(kind):
    model = compiled(functional(Looping(kind)))
    with pytest.warns(NotHeardWarning) as told:
        snapshot = kit.probe(model, X, np.zeros((7, 4)))
    assert len(told) == 1
    assert snapshot.not_heard == {"looping/inner": f"it runs in {KINDS[kind][1]}"}
    assert f"looping/inner (it runs in {KINDS[kind][1]})" in str(told[0].message)
    inner, after = snapshot["looping/inner"], snapshot["looping/after"]
    assert inner.z is inner.activation is inner.delta is None
    np.testing.assert_array_equal(inner.weight, model.layers[1].inner.kernel.numpy())
    assert_close(after.z, model(X), "z after the loop")
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(X) ** 2)
    wanted = tape.gradient(loss, model.layers[1].inner.kernel.value)
    assert_close(inner.gradient, wanted, "gradient")


class Branching(Compiled):
    @tf.function
    def call(self, x):
        if tf.reduce_sum(x) > -1e9:  # what autograph makes of it is no Python any more
            x = self.a(x)
        else:
            x = 2 * self.a(x)
        return self.b(x)


class ClosedSoftmax(Compiled):
    @tf.function
    def call(self, x):
        return tf.nn.softmax(self.b(self.a(x)))


def test_functions_within_a_model_that_runs_eagerly_are_named():
    model = compiled(Own(lambda self, x: self.part(x), part=Compiled(name="part")))
    model.run_eagerly = True
    match = r"part \(the tf.function call in it stayed closed\); part/a"
    with pytest.warns(NotHeardWarning, match=match):
        snapshot = kit.probe(model, X, np.zeros((7, 2)))
    assert list(snapshot.not_heard) == ["part", "part/a", "part/b"]
    assert snapshot.layers_with("gradient") == ["part/a", "part/b"]


@pytest.mark.parametrize("kind", [Branching, ClosedSoftmax])
def test_functions_of_tensorflow_that_stay_closed_are_named(kind):
    model = compiled(Own(lambda self, x: self.part(x), part=kind(name="part")))
    with pytest.warns(NotHeardWarning) as told:
        snapshot = kit.probe(model, X, np.zeros((7, model(X).shape[1])))
    assert len(told) == 1
    assert list(snapshot.not_heard) == ["part", "part/a", "part/b"]
    assert snapshot.not_heard["part"] == "the tf.function call in it stayed closed"
    where = "it runs in " + ("a condition" if kind is Branching else "the closed function call")
    assert snapshot.not_heard["part/a"] == where
    assert snapshot.layers_with("z") == []
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(X) ** 2)
    kernels = [model.part.a.kernel.value, model.part.b.kernel.value]
    for name, wanted in zip(("part/a", "part/b"), tape.gradient(loss, kernels), strict=True):
        assert_close(snapshot[name].gradient, wanted, name)


def test_time_distributed_is_heard_step_by_step():
    x = np.random.default_rng(3).normal(size=(6, 3, 4)).astype("float32")
    inner = dense(2, "tanh", "inner")
    model = compiled(functional(layers.TimeDistributed(inner, name="steps"), shape=(3, 4)), x)

    def again(x, note):
        steps = [note(f"steps/inner[{t + 1}]", times(x[:, t], inner), tf.nn.tanh) for t in range(3)]
        return tf.stack(steps, axis=1)

    assert_heard(model, again, x)


# nothing that is no activation


class Sampling(layers.Layer):
    """Draws codes from their mean and the logarithm of their variance (Kingma 2013)."""

    def __init__(self):
        super().__init__(name="sampling")
        self.seeds = keras.random.SeedGenerator(1)

    def call(self, x):
        mean, log_variance = x
        noise = keras.random.normal(ops.shape(mean), seed=self.seeds)
        return mean + ops.exp(0.5 * log_variance) * noise


class Position(layers.Layer):
    def build(self, shape):
        self.table = self.add_weight(shape[1:], name="table")

    def call(self, x):
        return x + self.table


class Distance(layers.Layer):
    def call(self, x):
        return ops.sqrt(ops.sum(x**2, axis=-1, keepdims=True))


class Standardised(layers.Layer):
    def call(self, x):
        mean, variance = ops.moments(x, axes=[-1], keepdims=True)
        return (x - mean) / ops.sqrt(variance + 1e-3)


def on_two(merge):
    return lambda x: merge([x, layers.Rescaling(2.0)(x)])


SILENT = {
    "layer norm": layers.LayerNormalization,
    "batch norm": layers.BatchNormalization,
    "group norm": lambda: layers.GroupNormalization(2),
    "unit norm": layers.UnitNormalization,
    "rms norm": getattr(layers, "RMSNormalization", layers.LayerNormalization),  # Keras 3.9
    "rescaling": lambda: layers.Rescaling(1 / 255, offset=1.0),
    "normalization": lambda: layers.Normalization(mean=0.5, variance=2.0),
    "dropout": lambda: layers.Dropout(0.5),
    "alpha dropout": lambda: layers.AlphaDropout(0.5),
    "gaussian noise": lambda: layers.GaussianNoise(0.5),
    "gaussian dropout": lambda: layers.GaussianDropout(0.5),
    "penalty": lambda: layers.ActivityRegularization(0.1),
    "identity": layers.Identity,
    "max pooling": lambda: layers.MaxPooling1D(2),
    "average pooling": lambda: layers.AveragePooling1D(2),
    "global pooling": layers.GlobalAveragePooling1D,
    "padding": lambda: layers.ZeroPadding1D(1),
    "upsampling": lambda: layers.UpSampling1D(2),
    "sum": lambda: on_two(layers.Add()),
    "product": lambda: on_two(layers.Multiply()),
    "difference": lambda: on_two(layers.Subtract()),
    "largest": lambda: on_two(layers.Maximum()),
    "smallest": lambda: on_two(layers.Minimum()),
    "mean": lambda: on_two(layers.Average()),
    "concatenation": lambda: on_two(layers.Concatenate()),
    "dot": lambda: on_two(layers.Dot(2, normalize=True)),
    "sampling": lambda: on_two(Sampling()),
    "position": Position,
    "distance": Distance,
    "standardised": Standardised,
    "root of the sum": lambda: layers.Lambda(lambda x: ops.sqrt(ops.sum(x**2, -1, keepdims=True))),
}


@pytest.mark.parametrize("eager", [False, True], ids=["traced", "eager"])
@pytest.mark.parametrize("name", SILENT)
def test_what_is_no_activation_has_no_z(name, eager):
    x = np.random.default_rng(3).normal(size=(6, 4, 4)).astype("float32")
    inputs = keras.Input((4, 4))
    h = dense(4, name="before")(inputs)
    h = layers.Flatten()(SILENT[name]()(h))
    model = keras.Model(inputs, dense(2, name="after")(h))
    model.compile("sgd", "mse", run_eagerly=eager)
    for training in (False, True):
        snapshot = kit.probe(model, x, np.zeros((6, 2)), training=training)
        assert snapshot.layers_with("z") == ["before", "after"]
        assert snapshot.not_heard == {}


def test_embeddings_have_no_z():
    tokens = np.random.default_rng(1).integers(0, 5, (6, 4))
    model = functional(layers.Embedding(5, 3, name="words"), dense(2, name="o"), shape=(4,))
    model.compile("sgd", "mse")
    snapshot = kit.probe(model, tokens, np.zeros((6, 4, 2)))
    assert snapshot.layers_with("z") == ["o"] and snapshot.not_heard == {}


@pytest.mark.parametrize("kind", ["dot", "additive"])
def test_of_attention_only_its_functions_are_heard(kind):
    """Softmax of the scores is an activation, and so is the tanh of additive attention."""
    x = np.random.default_rng(3).normal(size=(6, 3, 4)).astype("float32")
    inputs = keras.Input((3, 4))
    kinds = {"dot": layers.Attention, "additive": layers.AdditiveAttention}
    attention = kinds[kind](name="attention")
    model = keras.Model(inputs, attention([inputs, inputs]))
    model.compile("sgd", "mse")

    def again(x, note):
        if kind == "dot":
            shares = note("attention", tf.einsum("ntd,nsd->nts", x, x), tf.nn.softmax)
        else:
            h = note("attention[1]", x[:, :, None] + x[:, None], tf.nn.tanh)
            scores = tf.reduce_sum(attention.scale.value * h, axis=-1)
            shares = note("attention[2]", scores, tf.nn.softmax)
        return tf.einsum("nts,nsd->ntd", shares, x)

    assert_heard(model, again, x)


# other threads


def test_calls_of_other_threads_are_no_calls_of_the_pass():
    entered, left = threading.Event(), threading.Event()

    class Waits(layers.Layer):
        waits = False

        def call(self, x):
            if self.waits:
                entered.set()
                assert left.wait(20)
            return x

    h, wait = dense(5, "tanh", "h"), Waits()
    model = compiled(functional(h, wait, dense(2, name="o")))
    want, wait.waits, other = np.asarray(h(X[:3])), True, []

    def call():
        assert entered.wait(20)
        other.append(np.asarray(h(X[:3])))
        left.set()

    thread = threading.Thread(target=call)
    thread.start()
    snapshot = kit.probe(model, X, np.zeros((7, 2)))
    thread.join()
    assert snapshot.layers == ["h", "o"]
    assert snapshot["h"].z.shape == (7, 5)
    np.testing.assert_array_equal(other[0], want)
