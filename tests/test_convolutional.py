"""Convolutional models, what convolution does to numbers, and descriptions of models.

The oracles are sums and products written out, loops, SciPy and TensorFlow's own padding.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from naming import named
from scipy.signal import correlate2d
from seeding import set_seed

from kit.datasets import handwritten_digits
from kit.models import (
    LayerDescription,
    build_block,
    build_lenet5,
    build_mnist_cnn,
    build_toy_convnet,
    convolve,
    describe,
    output_size,
    padding_of,
    pool,
)

BUILDERS = (build_mnist_cnn, build_lenet5, build_toy_convnet)
FLAT = 7 * 7 * 64


def small_cnn(activation="relu", initializer="he_normal", **arguments):
    arguments = {"filters": (2, 3), "kernel_size": 3, "input_shape": (8, 8, 1), **arguments}
    return build_mnist_cnn(activation, initializer, **arguments)


def kernels(model):
    return {layer.name: layer.get_weights()[0] for layer in model.layers if layer.weights}


def assert_same_weights(one, other):
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


# architecture


@pytest.mark.parametrize(
    ("build", "shapes", "parameters"),
    [
        (
            build_mnist_cnn,
            {
                "conv1": (28, 28, 32),
                "pool1": (14, 14, 32),
                "conv2": (14, 14, 64),
                "pool2": (7, 7, 64),
                "flatten": (FLAT,),
                "dropout": (FLAT,),
                "o": (10,),
            },
            {"conv1": 5 * 5 * 1 * 32 + 32, "conv2": 5 * 5 * 32 * 64 + 64, "o": FLAT * 10 + 10},
        ),
        (
            build_lenet5,
            {
                "conv1": (28, 28, 6),
                "pool1": (14, 14, 6),
                "conv2": (10, 10, 16),
                "pool2": (5, 5, 16),
                "flatten": (400,),
                "d1": (120,),
                "d2": (84,),
                "o": (10,),
            },
            {
                "conv1": 5 * 5 * 1 * 6 + 6,
                "conv2": 5 * 5 * 6 * 16 + 16,
                "d1": 5 * 5 * 16 * 120 + 120,
                "d2": 120 * 84 + 84,
                "o": 84 * 10 + 10,
            },
        ),
        (
            build_toy_convnet,
            {
                "conv1": (26, 26, 2),
                "conv2": (24, 24, 2),
                "pool": (12, 12, 2),
                "flatten": (288,),
                "o": (10,),
            },
            {"conv1": 3 * 3 * 1 * 2 + 2, "conv2": 3 * 3 * 2 * 2 + 2, "o": 12 * 12 * 2 * 10 + 10},
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_architecture_is_that_of_the_lecture(build, shapes, parameters):
    model = build()
    assert {layer.name: layer.output.shape[1:] for layer in model.layers} == shapes
    assert {one.name: one.count_params() for one in model.layers if one.weights} == parameters
    assert model.count_params() == sum(parameters.values())
    assert model.input_shape == (None, 28, 28, 1)
    for name in parameters:
        assert not model.get_layer(name).get_weights()[1].any()  # biases begin at 0


def test_totals_that_the_lectures_print():
    assert build_lenet5().count_params() == 61_706
    assert build_toy_convnet().count_params() == 2_948
    assert build_mnist_cnn().count_params() == 832 + 51_264 + 31_370


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"dense_units": 7}, ["flatten", "d", "dropout", "o"]),
        ({"dense_units": 7, "dropout": None}, ["flatten", "d", "o"]),
        ({"dropout": None}, ["flatten", "o"]),
    ],
    ids=named,
)
def test_dense_layer_and_dropout_can_be_chosen(arguments, names):
    model = small_cnn(**arguments)
    assert [layer.name for layer in model.layers][4:] == names
    flat = 2 * 2 * 3
    want = (3 * 3 * 1 * 2 + 2) + (3 * 3 * 2 * 3 + 3)
    if "d" in names:
        assert kernels(model)["d"].shape == (flat, 7)
        want += (flat * 7 + 7) + (7 * 10 + 10)
    else:
        want += flat * 10 + 10
    assert model.count_params() == want


def test_filters_kernels_and_classes_can_be_chosen():
    model = build_mnist_cnn(filters=[4, 5, 6], kernel_size=3, n_classes=4, dropout=None)
    assert {name: kernel.shape for name, kernel in kernels(model).items()} == {
        "conv1": (3, 3, 1, 4),
        "conv2": (3, 3, 4, 5),
        "conv3": (3, 3, 5, 6),
        "o": (3 * 3 * 6, 4),
    }


def test_integers_of_numpy_are_integers(tmp_path):
    model = build_mnist_cnn(
        *("relu", np.float32(0.1)),
        filters=(np.int64(2), np.int32(3)),
        kernel_size=np.int64(3),
        dense_units=np.int64(5),
        n_classes=np.int64(4),
        dropout=np.float32(0.5),
        input_shape=(np.int64(8), 8, 1),
        optimizer="sgd",
        seed=np.int64(1),
    )
    model.save(tmp_path / "model.keras")  # whose format has none of NumPy's
    assert kernels(model)["d"].shape == (2 * 2 * 3, 5)
    assert build_lenet5(n_classes=np.int64(4)).output_shape == (None, 4)


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize("size", [(32, 32, 3), (28, 40, 1), (12, 17, 2)], ids=named)
def test_images_of_other_sizes(build, size):
    model = build(input_shape=list(size), seed=1)
    assert model.input_shape == (None, *size)
    assert kernels(model)["conv1"].shape[2] == size[2]
    outputs = model.predict(np.ones((2, *size), "float32"), verbose=0)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-6)


def test_smallest_images():
    assert build_lenet5(input_shape=(12, 12, 1)).get_layer("flatten").output.shape == (None, 16)
    assert build_toy_convnet(input_shape=(6, 6, 1)).get_layer("flatten").output.shape == (None, 2)
    one = build_mnist_cnn(filters=[3], kernel_size=2, input_shape=(2, 2, 1))
    assert one.get_layer("flatten").output.shape == (None, 3)


@pytest.mark.parametrize("build", BUILDERS)
def test_models_are_compiled(build, rng):
    model = build(seed=1)
    assert isinstance(model.optimizer, keras.optimizers.Adam)
    x = rng.random((20, 28, 28, 1)).astype("float32")
    y = rng.integers(0, 10, 20)
    p = model.predict(x, verbose=0).astype(float)
    found = model.evaluate(x, y, verbose=0, return_dict=True)
    assert found["loss"] == pytest.approx(-np.mean(np.log(p[np.arange(20), y])), rel=1e-5)
    assert found["accuracy"] == pytest.approx(np.mean(p.argmax(axis=1) == y), rel=1e-6)


# activations


def sliding_sums(x, kernel, bias, zeros):
    """Convolution in float64: x (n, h, w, c), kernel (m, m, c, k)."""
    padded = np.pad(x, ((0, 0), (zeros, zeros), (zeros, zeros), (0, 0)))
    pieces = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape[:2], axis=(1, 2))
    return np.einsum("nijcab,abck->nijk", pieces, kernel) + bias


def halved(x, statistic):
    """2x2 pooling; an odd row or column at the end is dropped."""
    n, h, w, c = x.shape
    whole = x[:, : h // 2 * 2, : w // 2 * 2]
    return statistic(whole.reshape(n, h // 2, 2, w // 2, 2, c), axis=(2, 4))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def of_weights(model):
    """Kernel and bias of every layer with weights, in order, in float64."""
    found = [layer.get_weights()[:2] for layer in model.layers if layer.weights]
    return [(kernel.astype(float), bias.astype(float)) for kernel, bias in found]


def sine(z):
    return keras.ops.sin(z)


ACTIVATIONS = [
    ("relu", lambda z: np.maximum(z, 0)),
    ("tanh", np.tanh),
    (None, lambda z: z),
    (sine, np.sin),
    (keras.layers.LeakyReLU(0.1), lambda z: np.where(z > 0, z, 0.1 * z)),
    (keras.layers.LeakyReLU, lambda z: np.where(z > 0, z, 0.3 * z)),
    (
        keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(0.4)),
        lambda z: np.where(z > 0, z, 0.4 * z),
    ),
]
NAMES = ["relu", "tanh", "none", "function", "leaky layer", "leaky class", "prelu layer"]


@pytest.mark.parametrize(("activation", "f"), ACTIVATIONS, ids=NAMES)
def test_activation_of_every_layer_of_the_cnn(activation, f, rng):
    model = small_cnn(activation, "glorot_normal", dense_units=5, input_shape=(9, 8, 2), seed=1)
    x = rng.normal(size=(4, 9, 8, 2))
    conv1, conv2, d, o = of_weights(model)
    a = halved(f(sliding_sums(x, *conv1, zeros=1)), np.max)
    a = halved(f(sliding_sums(a, *conv2, zeros=1)), np.max)
    a = f(a.reshape(4, -1) @ d[0] + d[1])
    want = softmax(a @ o[0] + o[1])
    np.testing.assert_allclose(model.predict(x.astype("f4"), verbose=0), want, rtol=1e-5)


@pytest.mark.parametrize(("activation", "f"), ACTIVATIONS[:2], ids=NAMES[:2])
def test_lenet5_pools_by_the_average(activation, f, rng):
    model = build_lenet5(activation, seed=1)
    x = rng.normal(size=(3, 28, 28, 1))
    conv1, conv2, d1, d2, o = of_weights(model)
    a = halved(f(sliding_sums(x, *conv1, zeros=2)), np.mean)
    a = halved(f(sliding_sums(a, *conv2, zeros=0)), np.mean)
    a = f(a.reshape(3, -1) @ d1[0] + d1[1])
    a = f(a @ d2[0] + d2[1])
    want = softmax(a @ o[0] + o[1])
    np.testing.assert_allclose(model.predict(x.astype("f4"), verbose=0), want, rtol=1e-4)


@pytest.mark.parametrize(("activation", "f"), ACTIVATIONS[:2], ids=NAMES[:2])
def test_toy_convnet_is_not_padded(activation, f, rng):
    model = build_toy_convnet(activation, seed=1)
    x = rng.normal(size=(3, 28, 28, 1))
    conv1, conv2, o = of_weights(model)
    a = f(sliding_sums(f(sliding_sums(x, *conv1, zeros=0)), *conv2, zeros=0))
    want = softmax(halved(a, np.max).reshape(3, -1) @ o[0] + o[1])
    np.testing.assert_allclose(model.predict(x.astype("f4"), verbose=0), want, rtol=1e-4)


@pytest.mark.parametrize(
    "activation", [keras.layers.PReLU, keras.layers.PReLU()], ids=["class", "layer"]
)
def test_every_layer_has_slopes_of_its_own(activation):
    model = small_cnn(activation, dense_units=5)
    slopes = [model.get_layer(name).activation for name in ("conv1", "conv2", "d")]
    assert [one.get_weights()[0].shape for one in slopes] == [(8, 8, 2), (4, 4, 3), (5,)]
    assert len({id(one) for one in slopes}) == 3
    plain = small_cnn("relu", dense_units=5).count_params()
    assert model.count_params() == plain + 8 * 8 * 2 + 4 * 4 * 3 + 5


@pytest.mark.parametrize(
    ("build", "activation"),
    list(zip(BUILDERS, (keras.layers.PReLU(), keras.layers.PReLU(), "relu"), strict=True)),
    ids=["prelu-cnn", "prelu-lenet5", "relu-toy"],
)
def test_model_saves_and_loads(build, activation, rng, tmp_path):
    model = build(activation, input_shape=(14, 14, 1), seed=1)
    x, y = rng.random((20, 14, 14, 1)), rng.integers(0, 10, 20)
    model.fit(x, y, epochs=1, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert_same_weights(again, model)
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    assert int(again.optimizer.iterations) == 1


def test_one_optimizer_serves_two_models(rng):
    x, y = rng.random((8, 8, 8, 1)), rng.integers(0, 10, 8)
    optimizer = keras.optimizers.SGD(0.05, momentum=0.8)
    for k in (1, 2):
        model = small_cnn(seed=k, dropout=None, optimizer=optimizer)
        model.fit(x, y, epochs=1, verbose=0)
        assert int(model.optimizer.iterations) == 1 and model.optimizer.momentum == 0.8
    assert not optimizer.built


# initial weights and seeds


def fans(kernel):
    field = np.prod(kernel.shape[:-2])
    return field * kernel.shape[-2], field * kernel.shape[-1]


# The bound on the scatter of a standard deviation is that of tests/test_models.py.
@pytest.mark.parametrize(
    ("initializer", "sigma"),
    [
        (0.05, lambda fan_in, fan_out: 0.05),
        (1, lambda fan_in, fan_out: 1.0),
        ("he_normal", lambda fan_in, fan_out: np.sqrt(2 / fan_in)),
        ("he_uniform", lambda fan_in, fan_out: np.sqrt(2 / fan_in)),
        ("glorot_normal", lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out))),
        ("glorot_uniform", lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out))),
        (keras.initializers.HeNormal(seed=5), lambda fan_in, fan_out: np.sqrt(2 / fan_in)),
    ],
    ids=["0.05", "1", "he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "instance"],
)
@pytest.mark.parametrize("build", BUILDERS)
def test_scale_of_the_kernels(build, initializer, sigma):
    arguments = {"dense_units": 50} if build is build_mnist_cnn else {}
    for kernel in kernels(build(initializer=initializer, seed=17, **arguments)).values():
        want, n = sigma(*fans(kernel)), kernel.size
        assert abs(kernel.std() / want - 1) < 4 / np.sqrt(2 * n)
        assert abs(kernel.mean()) < 4 * want / np.sqrt(n)


@pytest.mark.parametrize(
    "initializer",
    [
        *("he_normal", 0.1, keras.initializers.HeNormal(), keras.initializers.HeNormal(seed=5)),
        keras.initializers.HeNormal(seed=keras.random.SeedGenerator(5)),
        keras.saving.serialize_keras_object(keras.initializers.HeNormal(seed=5)),
    ],
    ids=named,
)
@pytest.mark.parametrize("seed", [None, 3])
def test_no_two_layers_share_an_initializer(initializer, seed):
    model = build_mnist_cnn(
        "relu", initializer, filters=[8, 8, 8], input_shape=(28, 28, 8), dropout=None, seed=seed
    )
    found = [kernels(model)[name].ravel() for name in ("conv1", "conv2", "conv3")]  # 1600 each
    for k, one in enumerate(found):
        for other in found[:k]:
            # independent kernels of 1,600 values have a correlation of 0 ± 0.025
            assert abs(np.corrcoef(one, other)[0, 1]) < 4 * 0.025
    of_layers = [model.get_layer(name).kernel_initializer for name in ("conv1", "conv2", "conv3")]
    if seed is not None:  # else one generator of seeds may serve all
        assert len({id(one) for one in of_layers}) == 3


@pytest.mark.parametrize("build", BUILDERS)
def test_same_seed_same_weights(build):
    first = build(seed=7)
    set_seed(99)
    assert_same_weights(build(seed=7), first)
    other = kernels(build(seed=8))
    for name, kernel in kernels(first).items():
        assert (kernel != other[name]).any()


def test_the_dense_layer_has_the_models_seed():
    first = small_cnn(dense_units=12, filters=[3], seed=7)
    set_seed(99)
    assert_same_weights(small_cnn(dense_units=12, filters=[3], seed=7), first)


@pytest.mark.parametrize("build", BUILDERS)
def test_the_seed_of_an_initializer_counts_where_none_is_given(build):
    def of(own, **arguments):
        return build(initializer=keras.initializers.HeNormal(seed=own), **arguments)

    assert_same_weights(of(5), of(5))
    assert (kernels(of(5))["o"] != kernels(of(6))["o"]).any()
    assert_same_weights(of(5, seed=2), of(6, seed=2))


def test_without_a_seed_keras_random_state_decides():
    set_seed(4)
    first = build_toy_convnet()
    set_seed(4)
    assert_same_weights(build_toy_convnet(), first)
    assert (kernels(build_toy_convnet())["o"] != kernels(first)["o"]).any()


def test_dropout_drops_its_share_and_has_the_models_seed():
    def kept(seed):
        layer = build_mnist_cnn(dropout=0.3, seed=seed).get_layer("dropout")
        return np.array(layer(np.ones((4, FLAT), "float32"), training=True)) != 0

    first = kept(1)
    # of n draws the share scatters by √(0.3 · 0.7 / n)
    assert abs(np.mean(~first) - 0.3) < 4 * np.sqrt(0.3 * 0.7 / first.size)
    np.testing.assert_array_equal(kept(1), first)
    assert (kept(2) != first).any()


def test_training_with_the_same_seed_is_the_same():
    (x, y), _, _ = handwritten_digits("digits")
    found = []
    for state in (11, 12):  # Keras's random state may be another
        set_seed(state)
        model = small_cnn(input_shape=(28, 28, 1), seed=3)
        model.fit(x[:96], y[:96], batch_size=32, shuffle=False, epochs=1, verbose=0)
        found.append(model)
    assert_same_weights(*found)
    assert (kernels(found[0])["conv1"] != kernels(small_cnn(seed=3))["conv1"]).any()


# what is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        *(
            (
                {"filters": bad},
                "`filters` must be a list of positive integers, one for each .*; got",
            )
            for bad in ([], 32, [32, 0], [1.5], [True], "32", None, [-1])
        ),
        ({"kernel_size": 0}, "`kernel_size` must be a positive integer; got 0"),
        ({"kernel_size": (5, 5)}, r"`kernel_size` must be a positive integer; got \(5, 5\)"),
        ({"kernel_size": True}, "`kernel_size` must be a positive integer; got True"),
        (
            {"kernel_size": 29},
            "`kernel_size` must be at most 28, the smaller side of what conv1 receives; got 29",
        ),
        ({"kernel_size": 15}, "`kernel_size` must be at most 14, .* what conv2 receives; got 15"),
        ({"input_shape": (4, 9, 1)}, "`kernel_size` must be at most 4, .* conv1 receives; got 5"),
        (
            {"input_shape": (3, 3, 1), "kernel_size": 1},
            r"`input_shape` must leave at least 2x2 pixels .*; got \(3, 3, 1\) for 2 of them",
        ),
        ({"dense_units": 0}, "`dense_units` must be a positive integer; got 0"),
        ({"dense_units": 2.5}, "`dense_units` must be a positive integer; got 2.5"),
        *(
            ({"dropout": bad}, f"`dropout` must lie between 0 and 1, or be None; got {bad!r}")
            for bad in (0, 1, -0.1, 1.5, float("nan"), True, "half")
        ),
    ],
    ids=named,
)
def test_bad_arguments_of_the_cnn(arguments, message):
    with pytest.raises(ValueError, match=message):
        build_mnist_cnn(**arguments)


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_classes": 1}, "`n_classes` must be at least 2; got 1"),
        ({"n_classes": 2.0}, "`n_classes` must be a positive integer; got 2.0"),
        ({"n_classes": True}, "`n_classes` must be a positive integer; got True"),
        *(
            ({"input_shape": bad}, "`input_shape` must be three positive integers .*; got")
            for bad in ((28, 28), 28, (28, 28, 0), (28, 28, 1.0), (28, 28, True), "28", None)
        ),
        ({"activation": "rleu"}, "`activation` must be what Keras takes.*; got 'rleu'"),
        ({"activation": 3}, "`activation` must be what Keras takes.*; got 3"),
        ({"initializer": "he"}, "`initializer` must be what Keras takes.*; got 'he'"),
        ({"initializer": None}, "`initializer` must be what Keras takes.*; got None"),
        ({"initializer": -0.1}, "`initializer` must be a standard deviation of .*; got -0.1"),
        ({"seed": -1}, "`seed` must be a non-negative integer or None; got -1"),
        ({"seed": 1.5}, "`seed` must be a non-negative integer or None; got 1.5"),
    ],
    ids=named,
)
def test_bad_arguments_of_all(build, arguments, message):
    with pytest.raises(ValueError, match=message):
        build(**arguments)


def test_images_that_are_too_small():
    with pytest.raises(ValueError, match=r"at least 12 pixels high and wide.*; got \(28, 11, 1\)"):
        build_lenet5(input_shape=(28, 11, 1))
    with pytest.raises(ValueError, match=r"at least 6 pixels high and wide.*; got \(5, 28, 1\)"):
        build_toy_convnet(input_shape=(5, 28, 1))


# sizes


def places(size, kernel, stride, before, after):
    """Where a kernel stops, by walking."""
    found, at = [], -before
    while at + kernel <= size + after:
        found.append(at)
        at += stride
    return found


sides = st.integers(1, 40)
strides = st.integers(1, 6)
few = settings(max_examples=60, deadline=None, derandomize=True)


@few
@given(sides, sides, strides, st.integers(0, 9))
def test_output_size_is_the_number_of_places(size, kernel, stride, zeros):
    found = places(size, kernel, stride, zeros, zeros)
    if not found:
        with pytest.raises(ValueError, match="`kernel` must not be larger than its input"):
            output_size(size, kernel, stride, zeros)
    elif found[-1] + kernel != size + zeros:  # some of the input is left over
        left = size + zeros - kernel - found[-1]
        with pytest.raises(ValueError, match=f"`stride` must divide .* which leaves {left} over"):
            output_size(size, kernel, stride, zeros)
    else:
        assert output_size(size, kernel, stride, zeros) == len(found)
        assert padding_of(size, kernel, stride, zeros) == (zeros, zeros)


@few
@given(sides, st.integers(1, 12), strides)
def test_padding_by_name(size, kernel, stride):
    if kernel <= size:
        assert output_size(size, kernel, stride, "valid") == len(places(size, kernel, stride, 0, 0))
    full = places(size, kernel, stride, kernel - 1, kernel - 1)
    assert output_size(size, kernel, stride, "full") == len(full)
    assert padding_of(size, kernel, stride, "full") == (kernel - 1, kernel - 1)
    assert padding_of(size, kernel, stride, "VALID") == (0, 0)


@few
@given(sides, st.integers(1, 12), strides, st.integers(0, 2**32 - 1))
def test_same_padding_is_tensorflows(size, kernel, stride, seed):
    rng = np.random.default_rng(seed)
    x, w = rng.normal(size=(1, size, 1, 1)), rng.normal(size=(kernel, 1, 1, 1))
    want = tf.nn.conv2d(x, w, stride, "SAME").numpy()
    around = padding_of(size, kernel, stride, "same")
    assert output_size(size, kernel, stride, "same") == want.shape[1] == -(-size // stride)
    explicit = tf.nn.conv2d(x, w, stride, [[0, 0], around, [0, 0], [0, 0]]).numpy()
    np.testing.assert_allclose(explicit, want, rtol=1e-12, atol=1e-12)


def test_sizes_that_lectures_print():
    assert [output_size(7, 3), output_size(7, 3, stride=2)] == [5, 3]
    with pytest.raises(ValueError, match=r"`stride` must divide W - F \+ 2P = 7 - 3 \+ 2·0 = 4"):
        output_size(7, 3, stride=3)
    assert output_size(227, 11, stride=4) == 55  # AlexNet's first layer
    assert padding_of(13, 6, stride=5, padding="same") == (1, 2)


@pytest.mark.parametrize("function", [output_size, padding_of])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 0}, "`size` must be a positive integer; got 0"),
        ({"size": 5.0}, "`size` must be a positive integer; got 5.0"),
        ({"kernel": 0}, "`kernel` must be a positive integer; got 0"),
        ({"kernel": True}, "`kernel` must be a positive integer; got True"),
        ({"stride": 0}, "`stride` must be a positive integer; got 0"),
        ({"stride": "2"}, "`stride` must be a positive integer; got '2'"),
        *(
            (
                {"padding": bad},
                "`padding` must be a non-negative integer or one of valid, same, full; "
                f"got {bad!r}",
            )
            for bad in (-1, 0.5, True, "sane", None)
        ),
    ],
    ids=named,
)
def test_bad_sizes(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(**{"size": 5, "kernel": 3, **arguments})


# convolution and pooling


def looped(image, kernel, stride, around):
    """Sums of products under the kernel: image (h, w, c), kernel (m, n, c, k), in loops."""
    padded = np.pad(image, [*around, (0, 0)])
    high, wide, _, filters = kernel.shape
    rows = range(0, padded.shape[0] - high + 1, stride)
    columns = range(0, padded.shape[1] - wide + 1, stride)
    found = np.zeros((len(rows), len(columns), filters))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            piece = padded[top : top + high, left : left + wide]
            for k in range(filters):
                found[i, j, k] = (piece * kernel[..., k]).sum()
    return found


images = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 3))
seeds = st.integers(0, 2**32 - 1)


@few
@given(
    images,
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    *(st.integers(1, 3), st.integers(1, 3), st.integers(0, 3), seeds),
)
def test_convolution_is_a_double_loop(shape, window, filters, stride, zeros, seed):
    rng = np.random.default_rng(seed)
    image = rng.normal(size=shape)
    kernel = rng.normal(size=(*window, shape[2], filters))
    bias = rng.normal(size=filters)
    rooms = [side + 2 * zeros - one for side, one in zip(shape[:2], window, strict=True)]
    if min(rooms) >= 0 and not any(room % stride for room in rooms):
        want = looped(image, kernel, stride, [(zeros, zeros)] * 2) + bias
        got = convolve(image, kernel, stride=stride, padding=zeros, bias=bias)
        assert got.dtype == np.float64
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12)
    around = [(one - 1, one - 1) for one in window]
    got = convolve(image, kernel, stride=stride, padding="full")
    np.testing.assert_allclose(got, looped(image, kernel, stride, around), atol=1e-12)
    for padding in ("same", "valid") if min(rooms) >= 2 * zeros else ("same",):
        want = tf.nn.conv2d(image[None], kernel, stride, padding.upper()).numpy()[0]
        got = convolve(image, kernel, stride=stride, padding=padding)
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("mode", ["valid", "full"])
def test_convolution_is_scipys_correlation(rng, mode):
    image, kernel = rng.normal(size=(9, 7)), rng.normal(size=(4, 3))
    want = correlate2d(image, kernel, mode)
    np.testing.assert_allclose(convolve(image, kernel, padding=mode), want, rtol=1e-12)
    np.testing.assert_allclose(
        convolve(image[..., None], kernel[..., None], padding=mode, bias=0.5), want + 0.5
    )
    one = convolve(image, kernel[..., None, None], padding=mode)  # filters as last axis
    np.testing.assert_allclose(one[..., 0], want, rtol=1e-12)


def test_convolution_adds_up_the_channels(rng):
    image, kernel = rng.normal(size=(6, 7, 3)), rng.normal(size=(2, 3, 3))
    want = sum(correlate2d(image[..., c], kernel[..., c], "valid") for c in range(3))
    np.testing.assert_allclose(convolve(image, kernel), want, rtol=1e-12)


def test_truth_values_count_as_0_and_1():
    np.testing.assert_array_equal(convolve([[True, False, True]], [[1, 1]]), [[1.0, 1.0]])
    np.testing.assert_array_equal(pool([[True, False], [False, False]], 2), [[1.0]])


def windows(image, size, stride, around):
    """The pixels of every window, without the padding: {(i, j): (n, channels)}."""
    padded = np.pad(image, [*around, (0, 0)], constant_values=np.nan)
    found = {}
    for i, top in enumerate(range(0, padded.shape[0] - size + 1, stride)):
        for j, left in enumerate(range(0, padded.shape[1] - size + 1, stride)):
            piece = padded[top : top + size, left : left + size].reshape(-1, image.shape[2])
            found[i, j] = piece[~np.isnan(piece[:, 0])]
    return found


@few
@given(images, st.integers(1, 4), st.integers(1, 3), st.integers(0, 3), seeds)
def test_padding_never_counts_in_pooling(shape, size, stride, zeros, seed):
    image = np.random.default_rng(seed).normal(size=shape) - 3  # below the zeros of padding
    rooms = [side + 2 * zeros - size for side in shape[:2]]
    modes = {"full": size - 1}
    if zeros < size and min(rooms) >= 0 and not any(room % stride for room in rooms):
        modes[zeros] = zeros
    for padding, count in modes.items():
        want = windows(image, size, stride, [(count, count)] * 2)
        for kind, statistic in (("max", np.max), ("average", np.mean)):
            got = pool(image, size, stride=stride, padding=padding, kind=kind)
            assert got.shape[:2] == tuple(k + 1 for k in max(want)) and got.dtype == np.float64
            for place, pixels in want.items():
                np.testing.assert_allclose(got[place], statistic(pixels, axis=0), rtol=1e-12)


@few
@given(images, st.integers(1, 4), st.integers(1, 3), seeds)
def test_pooling_is_tensorflows(shape, size, stride, seed):
    image = np.random.default_rng(seed).normal(size=shape) - 3
    for padding in ("same", "valid") if min(shape[:2]) >= size else ("same",):
        for kind, function in (("max", tf.nn.max_pool2d), ("average", tf.nn.avg_pool2d)):
            whole = tf.constant(image[None])  # float64; of an array TensorFlow makes float32
            want = function(whole, size, stride, padding.upper()).numpy()[0]
            got = pool(image, size, stride=stride, padding=padding, kind=kind)
            np.testing.assert_allclose(got, want, rtol=1e-12)
            flat = pool(image[..., 0], size, stride=stride, padding=padding, kind=kind)
            np.testing.assert_allclose(flat, want[..., 0], rtol=1e-12)


def test_pooling_takes_the_windows_size_as_stride():
    image = np.arange(24).reshape(4, 6)
    np.testing.assert_array_equal(pool(image), [[7, 9, 11], [19, 21, 23]])
    np.testing.assert_array_equal(
        pool(image, 2, kind="average"), [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]]
    )


def test_channels_are_last_whatever_keras_is_configured_to(rng):
    image, kernel = rng.normal(size=(6, 7, 3)), rng.normal(size=(2, 3, 3))
    want = convolve(image, kernel), pool(image, 2, padding=1, stride=1, kind="average")
    keras.config.set_image_data_format("channels_first")
    try:
        np.testing.assert_array_equal(convolve(image, kernel), want[0])
        np.testing.assert_array_equal(pool(image, 2, padding=1, stride=1, kind="average"), want[1])
    finally:
        keras.config.set_image_data_format("channels_last")


@pytest.mark.parametrize(
    ("image", "kernel", "arguments", "message"),
    [
        ([1, 2], [[1]], {}, r"`image` must have the shape \(height, width\) or .*; got \(2,\)"),
        (np.ones((1, 2, 2, 1)), [[1]], {}, r"`image` must have .*; got \(1, 2, 2, 1\)"),
        (np.ones((0, 3)), [[1]], {}, r"`image` must have .*; got \(0, 3\)"),
        ([["a"]], [[1]], {}, "`image` must be numbers; got list"),
        ([[1], [1, 2]], [[1]], {}, "`image` must be numbers; got list"),
        (None, [[1]], {}, "`image` must be numbers; got NoneType"),
        ([[1j]], [[1]], {}, "`image` must be numbers; got list"),
        ([[np.nan]], [[1]], {}, "`image` must be finite; got NaN or infinite values"),
        ([[1]], [[np.inf]], {}, "`kernel` must be finite; got NaN or infinite values"),
        ([[1]], "[[1]]", {}, "`kernel` must be numbers; got str"),
        ([[1]], [1], {}, r"`kernel` must have the shape \(height, width\), .*; got \(1,\)"),
        ([[1]], [[]], {}, r"`kernel` must have the shape .*; got \(1, 0\)"),
        ([[1]], np.ones((1, 1, 1, 1, 1)), {}, r"`kernel` must have .*; got \(1, 1, 1, 1, 1\)"),
        (np.ones((3, 3, 3)), [[1]], {}, r"`kernel` must have the 3 channel\(s\) .*; got 1"),
        (np.ones((3, 3)), np.ones((2, 2, 2)), {}, r"`kernel` must have the 1 channel\(s\).*got 2"),
        (np.ones((3, 5)), np.ones((4, 2)), {}, "`kernel` must not be larger .* of 3; got 4"),
        (
            *(np.ones((3, 5)), np.ones((6, 2)), {"padding": 1}),
            "`kernel` must not be larger than its input of 3 with 2 of padding; got 6",
        ),
        (
            *(np.ones((4, 4)), np.ones((3, 3)), {"stride": 2, "padding": 0}),
            r"`stride` must divide W - F \+ 2P = 4 - 3 \+ 2·0 = 1; got 2, which leaves 1 over",
        ),
        ([[1]], [[1]], {"stride": 0}, "`stride` must be a positive integer; got 0"),
        ([[1]], [[1]], {"stride": True}, "`stride` must be a positive integer; got True"),
        ([[1]], [[1]], {"padding": "none"}, "`padding` must be .* valid, same, full; got 'none'"),
        ([[1]], [[1]], {"padding": True}, "`padding` must be .* valid, same, full; got True"),
        ([[1]], [[1]], {"bias": [1, 2]}, r"`bias` must be .* each of 1 filters; got shape \(2,\)"),
        ([[1]], [[1]], {"bias": "1"}, "`bias` must be numbers; got str"),
        ([[1]], [[1]], {"bias": np.nan}, "`bias` must be finite; got NaN or infinite values"),
    ],
)
def test_convolution_refuses(image, kernel, arguments, message):
    with pytest.raises(ValueError, match=message):
        convolve(image, kernel, **arguments)


@pytest.mark.parametrize(
    ("image", "arguments", "message"),
    [
        (np.ones(3), {}, r"`image` must have the shape \(height, width\) or .*; got \(3,\)"),
        ([["a"]], {}, "`image` must be numbers; got list"),
        ([[np.nan]], {}, "`image` must be finite; got NaN or infinite values"),
        (np.ones((4, 4)), {"kind": "min"}, "`kind` must be one of max, average; got 'min'"),
        (np.ones((4, 4)), {"size": 0}, "`size` must be a positive integer; got 0"),
        (np.ones((4, 4)), {"size": (2, 2)}, r"`size` must be a positive integer; got \(2, 2\)"),
        (np.ones((4, 6)), {"size": 5}, "`size` must not be larger than its input of 4; got 5"),
        (np.ones((4, 4)), {"stride": 0}, "`stride` must be a positive integer; got 0"),
        (np.ones((4, 4)), {"padding": "none"}, "`padding` must be .*; got 'none'"),
        (np.ones((5, 5)), {"padding": 0}, "`stride` must divide .*; got 2, which leaves 1 over"),
        (
            np.ones((4, 4)),
            {"padding": 2},
            "`padding` must be smaller than the window of 2, .*got 2",
        ),
        (np.ones((4, 4)), {"padding": 1, "size": 1}, "`padding` must be smaller .* of 1, .*got 1"),
    ],
)
def test_pooling_refuses(image, arguments, message):
    with pytest.raises(ValueError, match=message):
        pool(image, **arguments)


# description


@pytest.mark.parametrize("build", [*BUILDERS, build_block])
def test_a_description_is_keras_own_summary(build):
    model = build()
    lines = []
    model.summary(print_fn=lines.append)
    rows = [
        [cell.strip() for cell in line.split("│")[1:4]]
        for line in "\n".join(lines).split("\n")
        if line.startswith("│")
    ]
    entries = describe(model)
    assert entries[0] == LayerDescription("input", "Input", model.input_shape[1:], 0)
    assert rows == [
        [
            f"{one.name} ({one.kind})",
            str((None, *one.shape)),
            f"{one.parameters:,}",
        ]
        for one in entries[1:]
    ]
    assert sum(one.parameters for one in entries) == model.count_params()


def test_details_say_what_a_drawing_shows():
    details = {one.name: one.detail for one in describe(build_mnist_cnn(dense_units=9))}
    assert details == {
        "input": "",
        "conv1": "5×5, ReLU",
        "pool1": "2×2",
        "conv2": "5×5, ReLU",
        "pool2": "2×2",
        "flatten": "",
        "d": "ReLU",
        "dropout": "rate 0.5",
        "o": "softmax",
    }
    # a layer as activation has a name that counts up: its class is told
    assert describe(build_toy_convnet(keras.layers.PReLU()))[1].detail == "3×3, PReLU"
    assert describe(build_toy_convnet(None))[1].detail == "3×3"


def test_a_model_within_a_model_is_one_layer():
    inner = small_cnn(dropout=None)
    inputs = keras.Input((8, 8, 1), name="image")
    model = keras.Model(inputs, keras.layers.Dense(2, name="last")(inner(inputs)))
    assert describe(model) == [
        LayerDescription("input", "Input", (8, 8, 1), 0),
        LayerDescription("mnist_cnn", "Sequential", (10,), inner.count_params()),
        LayerDescription("last", "Dense", (2,), 10 * 2 + 2),
    ]


def test_a_layer_called_twice_is_described_once():
    shared = keras.layers.Dense(4, "tanh", name="shared")
    inputs = keras.Input((4,))
    model = keras.Model(inputs, shared(shared(inputs)))
    assert describe(model)[1:] == [LayerDescription("shared", "Dense", (4,), 4 * 4 + 4, "tanh")]
    assert model.count_params() == 4 * 4 + 4


def test_several_inputs_have_their_names():
    left, right = keras.Input((4,), name="left"), keras.Input((None, 3), name="right")
    outputs = [keras.layers.Dense(1)(left), keras.layers.Dense(1)(right)]
    entries = describe(keras.Model([left, right], outputs))
    assert [(one.name, one.shape) for one in entries[:2]] == [("left", (4,)), ("right", (None, 3))]


class Odd(keras.layers.Layer):
    """A layer with a `kernel_size` that is no tuple, as a user may write one."""

    kernel_size = 3

    def call(self, x):
        return x


class Partly(keras.Model):
    def __init__(self):
        super().__init__()
        self.used = keras.layers.Dense(2, name="used")
        self.unused = keras.layers.Dense(3, name="unused")

    def build(self, shape):
        self.used.build(shape)

    def call(self, x):
        return self.used(x)


def test_models_of_ones_own_are_described():
    inputs = keras.Input((3,))
    assert describe(keras.Model(inputs, Odd(name="odd")(inputs)))[1].detail == ""
    model = Partly()
    model(np.ones((1, 3), "float32"))
    assert [(one.name, one.parameters) for one in describe(model)] == [
        ("used", 3 * 2 + 2),
        ("unused", 0),
    ]


def test_what_is_no_model_is_not_described():
    with pytest.raises(TypeError, match="`model` must be a Keras model; got list"):
        describe([1])
    with pytest.raises(ValueError, match="`model` must be built; got 'bare' without weights"):
        describe(keras.Sequential([keras.layers.Dense(2)], name="bare"))
