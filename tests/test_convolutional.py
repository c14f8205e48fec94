"""Convolutional models, and descriptions of models.

The oracles are sums and products written out, and TensorFlow's own operations.
"""

import keras
import numpy as np
import pytest
from limits import needs_loading_of_layers_as_activations
from naming import named
from seeding import set_seed

from kit.datasets import handwritten_digits
from kit.models import (
    LayerDescription,
    build_block,
    build_lenet5,
    build_mnist_cnn,
    build_toy_convnet,
    describe,
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
    [
        pytest.param(
            BUILDERS[0], keras.layers.PReLU(), marks=needs_loading_of_layers_as_activations
        ),
        pytest.param(
            BUILDERS[1], keras.layers.PReLU(), marks=needs_loading_of_layers_as_activations
        ),
        (BUILDERS[2], "relu"),
    ],
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
    ("kind", "arguments", "message"),
    [
        *(
            (kind, {"filters": bad}, "`filters` must be a list of positive integers, one .*; got")
            for kind, many in (
                (ValueError, ([], [32, 0], [-1])),
                (TypeError, (32, [1.5], [True], "32", None)),
            )
            for bad in many
        ),
        (ValueError, {"kernel_size": 0}, "`kernel_size` must be a positive integer; got 0"),
        (TypeError, {"kernel_size": (5, 5)}, r"`kernel_size` must be .* integer; got \(5, 5\)"),
        (TypeError, {"kernel_size": True}, "`kernel_size` must be a positive integer; got True"),
        (
            ValueError,
            {"kernel_size": 29},
            "`kernel_size` must be at most 28, the smaller side of what conv1 receives; got 29",
        ),
        (
            ValueError,
            {"kernel_size": 15},
            "`kernel_size` must be at most 14, .* what conv2 receives; got 15",
        ),
        (
            ValueError,
            {"input_shape": (4, 9, 1)},
            "`kernel_size` must be at most 4, .* conv1 receives; got 5",
        ),
        (
            ValueError,
            {"input_shape": (3, 3, 1), "kernel_size": 1},
            r"`input_shape` must leave at least 2x2 pixels .*; got \(3, 3, 1\) for 2 of them",
        ),
        (ValueError, {"dense_units": 0}, "`dense_units` must be a positive integer; got 0"),
        (TypeError, {"dense_units": 2.5}, "`dense_units` must be a positive integer; got 2.5"),
        *(
            (kind, {"dropout": bad}, f"`dropout` must be a number between 0 and 1, .* {bad!r}")
            for kind, many in (
                (ValueError, (0, 1, -0.1, 1.5, float("nan"))),
                (TypeError, (True, "half")),
            )
            for bad in many
        ),
    ],
    ids=named,
)
def test_bad_arguments_of_the_cnn(kind, arguments, message):
    with pytest.raises(kind, match=message):
        build_mnist_cnn(**arguments)


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        (ValueError, {"n_classes": 1}, "`n_classes` must be an integer of at least 2; got 1"),
        (TypeError, {"n_classes": 2.0}, "`n_classes` must be an integer of at least 2; got 2.0"),
        (TypeError, {"n_classes": True}, "`n_classes` must be an integer of at least 2; got True"),
        *(
            (kind, {"input_shape": bad}, "`input_shape` must be three positive integers .*; got")
            for kind, many in (
                (ValueError, ((28, 28), (28, 28, 0))),
                (TypeError, (28, (28, 28, 1.0), (28, 28, True), "28", None)),
            )
            for bad in many
        ),
        (ValueError, {"activation": "rleu"}, "`activation` must be what Keras takes.*; got 'rleu'"),
        (TypeError, {"activation": 3}, "`activation` must be what Keras takes.*; got 3"),
        (ValueError, {"initializer": "he"}, "`initializer` must be what Keras takes.*; got 'he'"),
        (TypeError, {"initializer": None}, "`initializer` must be what Keras takes.*; got None"),
        (ValueError, {"initializer": -0.1}, "`initializer` must be a standard deviation .* -0.1"),
        (ValueError, {"seed": -1}, "`seed` must be a non-negative integer; got -1"),
        (TypeError, {"seed": 1.5}, "`seed` must be a non-negative integer; got 1.5"),
    ],
    ids=named,
)
def test_bad_arguments_of_all(build, kind, arguments, message):
    with pytest.raises(kind, match=message):
        build(**arguments)


def test_images_that_are_too_small():
    with pytest.raises(ValueError, match=r"at least 12 pixels high and wide.*; got \(28, 11, 1\)"):
        build_lenet5(input_shape=(28, 11, 1))
    with pytest.raises(ValueError, match=r"at least 6 pixels high and wide.*; got \(5, 28, 1\)"):
        build_toy_convnet(input_shape=(5, 28, 1))


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
    with pytest.raises(TypeError, match="`model` must be a Keras 3 model; got list"):
        describe([1])
    with pytest.raises(ValueError, match="`model` must be built; got 'bare' without weights"):
        describe(keras.Sequential([keras.layers.Dense(2)], name="bare"))
