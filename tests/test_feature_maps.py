"""What the layers of convolutional models give: feature maps, probes and recordings of them.

The oracles: functional models that end at a layer, and a second implementation in NumPy and
float64, itself held against central differences.
"""

import keras
import numpy as np
import oracle
import pytest
import tensorflow as tf
from seeding import set_seed

import kit
from kit.callbacks import Recorder, feature_maps
from kit.datasets import handwritten_digits
from kit.models import build_lenet5, build_mnist_cnn, build_toy_convnet

BUILDERS = (build_mnist_cnn, build_lenet5, build_toy_convnet)
QUANTITIES = ("z", "activation", "delta", "weight", "gradient")


@pytest.fixture(scope="module")
def digits():
    """(1438, 28, 28, 1) float32 and (1438,)."""
    return handwritten_digits("digits").train


def functional(outputs_of, inputs):
    return keras.Model(inputs, outputs_of(inputs))


def assert_close(got, want, tolerance, what=""):
    """Agreement relative to the largest value of the array."""
    assert got.shape == want.shape, what
    assert np.abs(got - want).max() <= tolerance * np.abs(want).max(), what


# feature maps


@pytest.mark.parametrize("build", BUILDERS)
def test_feature_maps_are_what_a_model_up_to_the_layer_gives(build, digits):
    model, x = build(seed=1), digits[0][:5]
    maps = feature_maps(model, x)
    assert list(maps) == [layer.name for layer in model.layers]
    for layer in model.layers:
        up_to = keras.Model(model.inputs[0], layer.output)
        np.testing.assert_allclose(maps[layer.name], up_to(x), rtol=1e-6, atol=1e-7)
        assert maps[layer.name].dtype == np.float32
    np.testing.assert_allclose(maps["o"], model.predict(x, verbose=0), rtol=1e-5)


def test_one_image_or_several(digits):
    model, x = build_lenet5(seed=1), digits[0][:3]
    several = feature_maps(model, x)
    assert several["conv2"].shape == (3, 10, 10, 16)
    for image in (x[1], x[1, ..., 0], x[1].tolist()):
        one = feature_maps(model, image)
        assert one["conv2"].shape == (10, 10, 16) and one["o"].shape == (10,)
        for name, values in one.items():
            np.testing.assert_allclose(values, several[name][1], rtol=1e-5, atol=1e-6)
    flat = feature_maps(model, x[..., 0])  # (n, height, width)
    alone = feature_maps(model, x[:1])  # a batch of one is no single image
    assert flat["conv2"].shape == (3, 10, 10, 16) and alone["conv2"].shape == (1, 10, 10, 16)
    np.testing.assert_array_equal(flat["o"], several["o"])


def test_images_of_several_channels_and_of_any_size(rng):
    inputs = keras.Input((None, None, 3))
    model = functional(keras.layers.Conv2D(2, 3, name="conv"), inputs)
    for shape, want in (((6, 7, 3), (4, 5, 2)), ((2, 5, 5, 3), (2, 3, 3, 2))):
        assert feature_maps(model, rng.random(shape))["conv"].shape == want


def test_layers_can_be_chosen(digits):
    model = build_toy_convnet(seed=1)
    every = feature_maps(model, digits[0][0])
    some = feature_maps(model, digits[0][0], layers=["pool", "conv1"])
    assert list(some) == ["conv1", "pool"]  # in the order of the calls
    for name, values in some.items():
        np.testing.assert_array_equal(values, every[name])


def test_dropout_passes_everything_on(digits):
    maps = feature_maps(build_mnist_cnn(dropout=0.9, seed=1), digits[0][:4])
    np.testing.assert_array_equal(maps["dropout"], maps["flatten"])


def encoder_model():
    encoder = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(2, 3, name="conv"),
            keras.layers.MaxPooling2D(name="pool"),
        ],
        name="encoder",
    )
    inputs = keras.Input((8, 8, 1))
    outputs = keras.layers.Dense(3, name="conv")(keras.layers.Flatten(name="flat")(encoder(inputs)))
    return keras.Model(inputs, outputs), encoder


def test_nested_models_are_named_by_path(rng):
    model, encoder = encoder_model()
    x = rng.random((4, 8, 8, 1)).astype("float32")
    maps = feature_maps(model, x)
    assert list(maps) == ["encoder/conv", "encoder/pool", "flat", "conv"]
    np.testing.assert_allclose(maps["encoder/conv"], encoder.layers[0](x), rtol=1e-6)
    np.testing.assert_allclose(maps["encoder/pool"], encoder(x), rtol=1e-6)
    np.testing.assert_allclose(maps["conv"], model(x), rtol=1e-6)
    assert list(feature_maps(model, x, layers=["encoder/pool"])) == ["encoder/pool"]


def shared_model():
    shared = keras.layers.Conv2D(2, 3, padding="same", activation="tanh", name="shared")
    inputs = keras.Input((8, 8, 2))
    outputs = keras.layers.Flatten(name="flat")(shared(shared(inputs)))
    return keras.Model(inputs, outputs), shared


def test_a_shared_layer_has_maps_of_every_call(rng):
    model, shared = shared_model()
    x = rng.random((4, 8, 8, 2)).astype("float32")
    maps = feature_maps(model, x)
    assert list(maps) == ["shared[1]", "shared[2]", "flat"]
    np.testing.assert_allclose(maps["shared[1]"], shared(x), rtol=1e-6)
    np.testing.assert_allclose(maps["shared[2]"], shared(shared(x)), rtol=1e-6)
    assert list(feature_maps(model, x, layers=["shared"])) == ["shared[1]", "shared[2]"]
    (only,) = feature_maps(model, x, layers=["shared[2]"]).items()
    assert only[0] == "shared[2]"
    np.testing.assert_array_equal(only[1], maps["shared[2]"])


def test_a_layer_within_and_beside_a_model_is_one_layer(rng):
    shared = keras.layers.Conv2D(2, 3, padding="same", name="shared")
    inner = keras.Sequential([keras.Input((8, 8, 2)), shared], name="inner")
    inputs = keras.Input((8, 8, 2))
    model = keras.Model(inputs, inner(shared(inputs)))
    x = rng.random((4, 8, 8, 2)).astype("float32")
    maps = feature_maps(model, x)
    assert len(maps) == 2 and {name.split("[")[0] for name in maps} < {"shared", "inner/shared"}
    first, second = maps.values()
    np.testing.assert_allclose(first, shared(x), rtol=1e-6)
    np.testing.assert_allclose(second, shared(shared(x)), rtol=1e-5, atol=1e-7)
    # it has one name, and probe has the same
    model.compile("sgd", "mse")
    assert set(maps) < set(kit.probe(model, x, x).layers)
    (name,) = {name.split("[")[0] for name in maps}
    with pytest.raises(ValueError, match=f"`layers` must be one of {name} of the model; got 'x'"):
        feature_maps(model, x, layers=["x"])


class Subclassed(keras.Model):
    """Two layers of one name, one of which has no training argument."""

    def __init__(self):
        super().__init__(name="subclassed")
        self.conv = keras.layers.Conv2D(2, 3, name="same")
        self.unused = keras.layers.Dense(4, name="unused")
        self.norm = keras.layers.BatchNormalization(name="same")

    def build(self, shape):
        self.conv.build(shape)
        self.norm.build(self.conv.compute_output_shape(shape))

    def call(self, x):
        return self.norm(self.conv(x))


def test_a_subclassed_model_takes_several_images(rng):
    model = Subclassed()
    x = rng.random((4, 6, 6, 1)).astype("float32")
    model(x)
    maps = feature_maps(model, x)
    assert list(maps) == ["same", "same#2"]  # as probe names them
    np.testing.assert_allclose(maps["same"], model.conv(x), rtol=1e-6)
    np.testing.assert_allclose(maps["same#2"], model(x), rtol=1e-6)
    with pytest.raises(ValueError, match="of those asked for: none; got 'unused'"):
        feature_maps(model, x, layers=["unused"])
    with pytest.raises(ValueError, match="of those asked for: same; got 'unused'"):
        feature_maps(model, x, layers=["same", "unused"])


class Split(keras.layers.Layer):
    def call(self, x):
        return x[..., :1], None, x[..., 1:]


class Splitting(keras.Model):
    def __init__(self):
        super().__init__()
        self.split = Split(name="split")

    def call(self, x):
        return self.split(x)[2]


def test_a_layer_of_several_outputs_has_maps_of_each(rng):
    model = Splitting()
    x = rng.random((2, 4, 4, 3)).astype("float32")
    model(x)
    maps = feature_maps(model, x)
    np.testing.assert_array_equal(maps["split[1]"], x[..., :1])
    np.testing.assert_array_equal(maps["split[2]"], x[..., 1:])


# Keras warns where an input has another structure than the model's, and warnings are errors
@pytest.mark.parametrize("structure", [lambda x: {"image": x}, lambda x: [x], lambda x: (x,)])
def test_an_input_within_a_structure(rng, structure):
    inputs = keras.Input((6, 6, 1), name="image")
    model = keras.Model(structure(inputs), keras.layers.Conv2D(2, 3, name="conv")(inputs))
    x = rng.random((2, 6, 6, 1)).astype("float32")
    np.testing.assert_allclose(feature_maps(model, x)["conv"], model(structure(x)), rtol=1e-6)


# the model is left as it was


def normalised_model():
    """Batch statistics, dropout, noise and a penalty: whatever a model may write down."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(3, 3, name="conv"),
            keras.layers.BatchNormalization(name="norm"),
            keras.layers.Activation("relu", name="relu"),
            keras.layers.GaussianNoise(0.5, name="noise"),
            keras.layers.ActivityRegularization(l2=0.1, name="penalty"),
            keras.layers.Dropout(0.5, name="dropout"),
            keras.layers.Flatten(name="flat"),
            keras.layers.Dense(2, "softmax", name="o"),
        ]
    )


def trained_model(x):
    set_seed(2)
    model = normalised_model()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, np.arange(len(x)) % 2, epochs=2, verbose=0)
    return model


def state_of(model):
    """Every variable, and every attribute of every layer with what it refers to."""
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    layers = [model, *model._flatten_layers(include_self=False)]
    attributes = [{name: id(value) for name, value in vars(layer).items()} for layer in layers]
    return [variable.numpy().copy() for variable in variables], attributes


def assert_same_state(one, other):
    for a, b in zip(one[0], other[0], strict=True):
        np.testing.assert_array_equal(a, b)
    assert one[1] == other[1]


def test_batch_normalisation_uses_what_it_has_learnt(rng):
    x = rng.random((32, 8, 8, 1)).astype("float32")
    model = trained_model(x)
    maps = feature_maps(model, x)
    gamma, beta, mean, variance = model.get_layer("norm").get_weights()
    want = (maps["conv"] - mean) / np.sqrt(variance + 1e-3) * gamma + beta
    np.testing.assert_allclose(maps["norm"], want, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(maps["relu"], np.maximum(maps["norm"], 0))
    for name in ("noise", "penalty", "dropout"):
        np.testing.assert_array_equal(maps[name], maps["relu"])


def test_the_model_is_left_as_it_was(rng):
    x = rng.random((32, 8, 8, 1)).astype("float32")
    model = trained_model(x)
    predicted = model.predict(x, verbose=0)
    seeds = [v for v in model.variables if v.path.endswith("seed_generator_state")]
    assert len(seeds) == 2  # of dropout and noise: they are among what is compared
    before = state_of(model)
    feature_maps(model, x)
    assert_same_state(state_of(model), before)
    feature_maps(model, x[0], layers=["norm"])
    assert_same_state(state_of(model), before)
    np.testing.assert_array_equal(model.predict(x, verbose=0), predicted)


class Counting(keras.layers.Layer):
    """Writes something down at every call, in whatever mode."""

    def build(self, shape):
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, x):
        self.calls.assign_add(1.0)
        return x


def test_what_a_layer_writes_down_is_kept_out(rng):
    inputs = keras.Input((6, 6, 1))
    counting = Counting(name="counting")
    model = keras.Model(inputs, counting(inputs))
    x = rng.random((2, 6, 6, 1)).astype("float32")
    model(x)
    before = float(counting.calls)
    np.testing.assert_array_equal(feature_maps(model, 2 * x)["counting"], 2 * x)
    assert float(counting.calls) == before
    model(x)
    assert float(counting.calls) == before + 1  # it does count otherwise


def test_keras_random_state_is_left_as_it_was(digits):
    model = build_mnist_cnn(seed=1)
    set_seed(3)
    want = np.array(keras.random.normal((3,)))
    set_seed(3)
    feature_maps(model, digits[0][:4])
    np.testing.assert_array_equal(keras.random.normal((3,)), want)


class Failing(keras.layers.Layer):
    fails = False

    def call(self, x):
        if self.fails:
            raise RuntimeError("out of order")
        return 2 * x


def test_the_model_is_left_as_it_was_when_a_layer_fails(rng):
    inputs = keras.Input((6, 6, 1))
    failing = Failing(name="failing")
    outputs = keras.layers.Flatten()(failing(keras.layers.Conv2D(2, 3)(inputs)))
    model = keras.Model(inputs, outputs)
    model.compile("sgd", "mse")
    x = rng.random((2, 6, 6, 1)).astype("float32")
    model(x)  # Keras notes the first call
    failing.fails = True
    before = state_of(model)
    with pytest.raises(RuntimeError, match="out of order"):
        feature_maps(model, x)
    assert_same_state(state_of(model), before)
    failing.fails = False
    np.testing.assert_allclose(feature_maps(model, x)["failing"].reshape(2, -1), model(x))


def test_a_call_of_ones_own_is_put_back(rng):
    model, encoder = encoder_model()
    layer = encoder.get_layer("conv")
    own = layer.call
    layer.call = lambda x: 3 * own(x)
    mine = vars(layer)["call"]
    x = rng.random((2, 8, 8, 1)).astype("float32")
    got = feature_maps(model, x)["encoder/conv"]
    np.testing.assert_allclose(got, 3 * own(tf.constant(x)), rtol=1e-6)
    assert vars(layer)["call"] is mine


# what is refused


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (np.zeros((27, 28)), ValueError, r"size, \(28, 28, 1\), one or .*; got shape \(27, 28\)"),
        (np.zeros((2, 28, 29, 1)), ValueError, r"got shape \(2, 28, 29, 1\)"),
        (np.zeros((28, 28, 3)), ValueError, r"got shape \(28, 28, 3\)"),
        (np.zeros((1, 1, 28, 28, 1)), ValueError, r"got shape \(1, 1, 28, 28, 1\)"),
        (np.zeros((0, 28, 28, 1)), ValueError, r"got shape \(0, 28, 28, 1\)"),
        (np.zeros(784), ValueError, r"got shape \(784,\)"),
        (3.0, ValueError, r"got shape \(\)"),
        ([[1], [1, 2]], ValueError, "`images` must be an array of numbers; got .*inhomogeneous"),
        (np.full((28, 28), np.nan), ValueError, "`images` must be finite; got 784 NaN or infinite"),
        (np.full((28, 28), 1e300), ValueError, "`images` must be finite"),  # beyond float32
        ("seven", TypeError, "`images` must be an array of numbers; got 'seven' of dtype <U5"),
        (np.zeros((28, 28), complex), TypeError, "`images` must be .* numbers; got .* complex128"),
        (None, TypeError, "`images` must be an array of numbers; got None of dtype object"),
    ],
)
def test_images_that_do_not_fit(images, error, message):
    with pytest.raises(error, match=message):
        feature_maps(build_toy_convnet(seed=1), images)


def test_the_size_is_told_as_any_where_any_will_do():
    model = functional(keras.layers.Conv2D(2, 3), keras.Input((None, None, 3)))
    with pytest.raises(ValueError, match=r"size, \(any, any, 3\), .*; got shape \(8, 8, 1\)"):
        feature_maps(model, np.zeros((8, 8, 1)))


@pytest.mark.parametrize(
    ("layers", "error", "message"),
    [
        (["x"], KeyError, "must be one of conv1, conv2, pool, flatten, o of the model; got 'x'"),
        ("x", ValueError, "must be one of conv1, conv2, pool, flatten, o of the model; got 'x'"),
        (["conv1", "conv1[2]"], ValueError, r"of those asked for: conv1; got 'conv1\[2\]'"),
        ([], ValueError, r"`layers` must have at least one name; got \[\]"),
        ([1], TypeError, r"`layers` must be a name or a list of names; got \[1\]"),
    ],
)
def test_layers_that_are_not_there(layers, error, message):
    with pytest.raises(error, match=message):
        feature_maps(build_toy_convnet(seed=1), np.zeros((28, 28)), layers=layers)


def test_models_that_cannot_be_run():
    with pytest.raises(TypeError, match="`model` must be a Keras 3 model; got str"):
        feature_maps("model", np.zeros((28, 28)))
    with pytest.raises(ValueError, match="`model` must be built; got 'bare' without weights"):
        feature_maps(keras.Sequential([keras.layers.Dense(2)], name="bare"), np.zeros((2, 2)))
    left, right = keras.Input((4,)), keras.Input((4,))
    both = keras.Model([left, right], keras.layers.Add()([left, right]))
    with pytest.raises(ValueError, match="`model` must have one input; got 2"):
        feature_maps(both, np.zeros((2, 4)))


# probes of convolutional models, against NumPy


def network(model, name="tanh"):
    """The layers of one of the kit's convolutional models, for the oracle."""
    found = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            zeros = layer.kernel_size[0] // 2 if layer.padding == "same" else 0
            found.append(oracle.Conv(layer.name, *layer.get_weights(), zeros, name))
        elif isinstance(layer, keras.layers.Dense):
            kind = "linear" if layer.name == "o" else name
            found.append(oracle.Dense(layer.name, *layer.get_weights(), kind))
        elif "pool" in layer.name:
            average = isinstance(layer, keras.layers.AveragePooling2D)
            found.append(oracle.Pool("average" if average else "max"))
    return found


@pytest.mark.parametrize("kind", ["max", "average"])
def test_the_oracle_is_right(rng, kind):
    x, y = rng.normal(size=(3, 7, 6, 2)), np.array([0, 2, 1])
    shapes = [(3, 3, 2, 2), (2,), (2, 2, 2, 3), (3,), (2 * 2 * 3, 4), (4,), (4, 3), (3,)]
    weights = [rng.normal(scale=0.7, size=shape) for shape in shapes]

    def run(weights):
        layers = [
            oracle.Conv("conv1", *weights[:2], 1, "tanh"),
            oracle.Pool(kind),  # (3, 3): the seventh row is dropped
            oracle.Conv("conv2", *weights[2:4], 0, "sigmoid"),
            oracle.Dense("d", *weights[4:6], "tanh"),
            oracle.Dense("o", *weights[6:], "linear"),
        ]
        return oracle.backpropagate_images(layers, x, y)

    found, loss = run(weights)
    z = found["o"].z
    assert loss == pytest.approx(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(3), y]))
    want = oracle.finite_differences(lambda moved: run(moved)[1], weights)
    for k, name in enumerate(("conv1", "conv2", "d", "o")):
        np.testing.assert_allclose(found[name].gradient, want[2 * k], rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("name", ["tanh", "relu"])
@pytest.mark.parametrize("build", BUILDERS)
def test_probe_of_a_convolutional_model_equals_numpy(build, name, rng):
    # noise, as in digits many pixels are the same and no maximum of theirs is the only one
    x, y = rng.random((6, 28, 28, 1)).astype("float32"), np.array([3, 1, 4, 1, 5, 9])
    model = build(name, "glorot_normal", seed=2)
    snapshot = kit.probe(model, x, y)
    found, loss = oracle.backpropagate_images(network(model, name), x, y)
    assert snapshot.loss == pytest.approx(loss, rel=1e-5)
    assert list(snapshot) == list(found)
    for layer, want in found.items():
        got = snapshot[layer]
        for quantity in QUANTITIES:
            assert_close(
                getattr(got, quantity), getattr(want, quantity), 1e-4, f"{quantity} {layer}"
            )


def test_dropout_is_inactive_in_a_probe(digits):
    x, y = digits[0][:20], digits[1][:20]
    with_dropout = kit.probe(build_mnist_cnn(dropout=0.5, seed=1), x, y)
    model = build_mnist_cnn(dropout=None, seed=1)
    model.set_weights(build_mnist_cnn(dropout=0.5, seed=1).get_weights())
    without = kit.probe(model, x, y)
    assert with_dropout.loss == pytest.approx(without.loss, rel=1e-6)
    for layer in without:
        for quantity in QUANTITIES:
            one, other = getattr(with_dropout[layer], quantity), getattr(without[layer], quantity)
            assert_close(one, other, 1e-5, f"{quantity} of {layer}")


# recordings


def train(digits, *, record, **arguments):
    """Weights, history and the random state after training, with and without a recorder."""
    x, y = digits[0][:100], digits[1][:100]
    set_seed(6)
    model = build_mnist_cnn(seed=4)
    recorder = Recorder(x, y, **arguments) if record else None
    callbacks = [recorder] if recorder else []
    history = model.fit(x, y, batch_size=32, epochs=1, verbose=0, callbacks=callbacks).history
    variables = [*model.variables, *model.optimizer.variables]
    state = [variable.numpy() for variable in variables], history
    return state, np.array(keras.random.normal((2,))), recorder


def test_training_is_the_same_with_a_recorder(digits):
    (values, history), random, _ = train(digits, record=False)
    (recorded, with_history), after, recorder = train(digits, record=True, every_n_batches=2)
    for one, other in zip(values, recorded, strict=True):
        np.testing.assert_array_equal(one, other)
    assert history == with_history
    np.testing.assert_array_equal(random, after)
    assert recorder.recording.layers == ["conv1", "conv2", "o"]


def test_batches_of_the_probe_data_give_what_one_gives(digits):
    recordings = []
    for batch_size in (32, 1024):
        _, _, recorder = train(digits, record=True, batch_size=batch_size)
        recordings.append(recorder.recording)
    cut, whole = recordings
    assert cut.epochs == whole.epochs == [0, 1]
    for epoch in whole.epochs:
        for layer in whole.layers:
            for quantity in QUANTITIES:
                one, other = (each.sketch(quantity, layer, epoch) for each in recordings)
                assert (one.count, one.nonfinite) == (other.count, other.nonfinite)
                assert one.counts.sum() == other.counts.sum()
                assert one.std == pytest.approx(other.std, rel=1e-5)
                assert one.mean == pytest.approx(other.mean, abs=1e-5 * other.rms)
    shapes = {"conv1": (28, 28, 32), "conv2": (14, 14, 64), "o": (10,)}
    for layer, shape in shapes.items():
        assert whole.sketch("z", layer, epoch=0).count == 100 * np.prod(shape)


def test_lenet5_is_recorded(digits):
    x, y = digits[0][:64], digits[1][:64]
    model = build_lenet5(seed=1)
    recorder = Recorder(x, y, raw=True)
    before = kit.probe(model, x, y)
    model.fit(x, y, epochs=1, verbose=0, callbacks=[recorder])
    after = kit.probe(model, x, y)
    assert recorder.recording.layers == ["conv1", "conv2", "d1", "d2", "o"]
    for epoch, snapshot in ((0, before), (1, after)):
        for layer in snapshot:
            for quantity in QUANTITIES:
                got = recorder.recording.values(quantity, layer, epoch)
                assert_close(got, getattr(snapshot[layer], quantity), 1e-4, f"{quantity} {layer}")
