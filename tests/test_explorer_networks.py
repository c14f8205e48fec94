"""The page of one's own network: its numbers are the model's and kit.probe's, to be clicked on."""

import numpy as np
import pytest
from javascript import run_engine
from own_networks import data_of, layers, model_of, small

import kit
from kit.callbacks import feature_maps
from kit.datasets import handwritten_digits
from kit.explorer.network_pages import LAYERS_PAGE, example_page, explore_network
from kit.models import build_lenet5, build_mnist_cnn, build_toy_convnet

CLOSE = 1e-4  # of the largest value of a layer

COMPUTE = """
const network = Kit.layerEngine.build(given.data);
const [image] = Kit.layerEngine.imagesOf(given.data.images);
const pass = Kit.layerEngine.forward(network, image);
const back = Kit.layerEngine.backward(network, pass, given.label);
const plain = (array) => (array ? Float32Array.from(array) : null);
return {
  cost: back.cost,
  steps: network.steps.map((step, k) => ({
    name: step.name, a: plain(pass.results[k].a), z: plain(pass.results[k].z),
    delta: plain(back.steps[k].delta), kernel: plain(back.steps[k].kernel),
    bias: plain(back.steps[k].bias),
  })),
};
"""


def computed(model, image, label):
    """Forwards and backwards, by the scripts of the model's own page."""
    given = {"data": data_of(explore_network(model, image)), "label": int(label)}
    return run_engine(COMPUTE, given, scripts=LAYERS_PAGE.engine)


def assert_close(found, expected, what):
    expected = np.ravel(expected)
    assert np.size(found) == expected.size, what
    scale = np.abs(expected).max()
    assert scale > 0 or not np.any(found), what
    assert np.abs(found - expected).max() <= CLOSE * max(scale, 1e-30), what


@pytest.fixture(scope="module")
def digits():
    """Test digits (n, 28, 28, 1) and what they are."""
    _, (x, y), _ = handwritten_digits("sample")
    return x[:8], y[:8]


def strides_and_padding():
    k = layers()
    return model_of(
        k.Conv2D(4, (3, 5), strides=(2, 1), padding="same", activation="tanh", name="c1"),
        k.MaxPooling2D((2, 3), strides=2, padding="same", name="p1"),
        k.Conv2D(6, 2, padding="valid", activation="gelu", groups=2, name="c2"),
        k.AveragePooling2D(3, strides=2, padding="same", name="p2"),
        k.Flatten(name="flat"),
        k.Dense(5, activation="elu", name="d"),
        k.Dense(4, activation="softmax", name="o"),
    )


def dilation_and_normalization():
    k = layers()
    return model_of(
        k.Rescaling(0.5, 0.1, name="rescaled"),
        k.ZeroPadding2D(((1, 2), (0, 3)), name="padded"),
        k.Conv2D(4, 3, dilation_rate=2, padding="same", use_bias=False, name="c1"),
        k.BatchNormalization(name="bn"),
        k.LeakyReLU(negative_slope=0.1, name="leaky"),
        k.DepthwiseConv2D(3, depth_multiplier=2, activation="softplus", name="c2"),
        k.Dropout(0.5, name="dropped"),
        k.Dense(3, activation="sigmoid", name="each_place"),
        k.GlobalAveragePooling2D(name="gap"),
        k.Dense(4, name="logits"),
        k.Softmax(name="shares"),
    )


def logits():
    import keras

    k = layers()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return model_of(
        k.Conv2D(3, 3, activation="selu", name="c1"),
        k.Activation("silu", name="silu"),
        k.GlobalMaxPooling2D(name="gmp"),
        k.Dense(3, name="o"),
        loss=loss,
    )


def one_sigmoid():
    k = layers()
    return model_of(
        k.Conv2D(3, 3, activation="leaky_relu", name="c1"),
        k.ReLU(max_value=0.6, negative_slope=0.2, threshold=0.1, name="bent"),
        k.Flatten(name="flat"),
        k.Dense(1, activation="sigmoid", name="o"),
        loss="binary_crossentropy",
    )


def squared_error():
    k = layers()
    return model_of(
        k.Conv2D(2, 3, activation="relu", name="c1"),
        k.Flatten(name="flat"),
        k.Dense(1, activation="tanh", name="o"),
        loss="mse",
    )


ODD = [strides_and_padding, dilation_and_normalization, logits, one_sigmoid, squared_error]


def compare(model, image, label):
    """Every layer's outputs with feature_maps; z, δ and kernel gradients with kit.probe."""
    found = computed(model, image, label)
    maps = feature_maps(model, image)
    snapshot = kit.probe(model, image[None], np.array([label]))
    assert [step["name"] for step in found["steps"]] == list(maps)
    assert found["cost"] == pytest.approx(snapshot.loss, rel=1e-4, abs=1e-6)
    seen = set()
    for step in found["steps"]:
        name = step["name"]
        assert_close(step["a"], maps[name], f"{name}: a")
        entry = snapshot[name] if name in snapshot.layers else None
        for quantity, own in (("z", "z"), ("delta", "delta"), ("gradient", "kernel")):
            expected = getattr(entry, quantity, None)
            if expected is not None and step[own] is not None:
                assert_close(step[own], expected, f"{name}: {quantity}")
                seen.add((name, quantity))
    return seen


@pytest.mark.parametrize("build", ODD, ids=lambda build: build.__name__)
def test_odd_networks_are_computed_as_keras_and_the_probe_do(build, rng):
    model = build()
    seen = compare(model, rng.uniform(0.1, 1, (13, 11, 3)).astype("f4"), 1)
    weighty = [layer.name for layer in model.layers if getattr(layer, "kernel", None) is not None]
    assert {(name, "gradient") for name in weighty} <= seen
    assert ("o", "delta") in seen or ("logits", "delta") in seen


@pytest.mark.parametrize(
    ("build", "activation"),
    [(build_mnist_cnn, "relu"), (build_lenet5, "tanh"), (build_toy_convnet, "relu")],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_the_kits_networks_are_computed_as_keras_and_the_probe_do(build, activation, digits):
    model = build(activation, seed=1)
    x, y = digits
    seen = compare(model, x[0], y[0])
    assert {("conv1", "z"), ("conv1", "delta"), ("conv1", "gradient"), ("o", "delta")} <= seen


# what can be shown, and what is refused


def doubled(z):
    return 2 * z


def two_paths():
    import keras

    given = keras.Input((8, 8, 1))
    one = keras.layers.Conv2D(2, 3, name="one")(given)
    other = keras.layers.Conv2D(2, 3, name="other")(given)
    flat = keras.layers.Flatten()(keras.layers.Add(name="sum")([one, other]))
    return keras.Model(given, keras.layers.Dense(2)(flat), name="branches")


def maps_alone():
    import keras

    return keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)])


REFUSED = {
    "layer": (lambda: small(layers().Conv2DTranspose(2, 3, name="up")), r"'up', a Conv2DTranspose"),
    "activation": (
        lambda: small(layers().Conv2D(2, 3, activation=doubled, name="c")),
        r"'c', whose activation doubled is none that a page knows",
    ),
    "paths": (two_paths, r"must be a row of layers.*whose row ends at 'other'"),
    "output": (
        maps_alone,
        r"must give one number for each class; got outputs of the shape \(6, 6, 2\)",
    ),
    "vectors": (lambda: model_of(layers().Dense(2), shape=(8,)), r"must take images of the shape"),
    "size": (
        lambda: small(layers().Conv2D(100, 301, padding="same")),
        r"must have at most 8,000,000 weights.*got 9,073,002 \(36 MB\): show its first layers",
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_a_page_cannot_compute_is_refused_by_name(why):
    build, said = REFUSED[why]
    with pytest.raises(ValueError, match=said):
        explore_network(build(), np.zeros((1, 8, 8, 1)))


def test_a_model_with_weights_that_are_not_finite_is_refused():
    model = small(layers().Conv2D(2, 3, name="c"))
    model.get_layer("c").kernel.assign(np.full((3, 3, 1, 2), np.nan))
    with pytest.raises(ValueError, match="`model` must have finite weights; got 'small'"):
        explore_network(model, np.ones((1, 8, 8, 1)))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"images": np.zeros((2, 9, 8, 1))}, r"`images` must be of the model's size, \(8, 8, 1\)"),
        ({"images": np.zeros((101, 8, 8, 1))}, "`images` must be at most 100"),
        ({"labels": [0]}, "`labels` must be 2 integers from 0 to 1, one for each image"),
        ({"labels": [0, 2]}, r"`labels` must be 2 integers from 0 to 1.*; got \[0, 2\]"),
        ({"labels": [[1, 0], [0, 1]]}, "`labels` must be 2 integers"),
        ({"names": ["cat"]}, r"`names` must be 2 names, one for each class; got \['cat'\]"),
        ({"names": "cat"}, "`names` must be 2 names"),
        ({"path": "page.txt"}, r"`path` must be the name of a file that ends in \.html"),
    ],
)
def test_arguments_that_cannot_be_are_refused_with_what_they_must_be(given, said):
    arguments = {"images": np.zeros((2, 8, 8, 1)), **given}
    with pytest.raises(ValueError, match=said):
        explore_network(small(), **arguments)


def test_an_example_that_is_none_is_refused():
    with pytest.raises(ValueError, match="`name` must be"):
        example_page("vgg")
    with pytest.raises(ValueError, match="`path` must be"):
        example_page("cnn", "page.txt")


def test_one_image_and_images_without_channels_are_images_too(tmp_path):
    model = small()
    image = np.random.default_rng(1).random((8, 8)).astype("f4")
    page = explore_network(model, image, path=tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text("utf-8") == page.html
    several = [explore_network(model, one) for one in (image[None], image[..., None])]
    assert data_of(several[0])["images"] == data_of(several[1])["images"] == data_of(page)["images"]


@pytest.mark.parametrize("divisor", [255, 1, 0])
def test_images_are_kept_to_the_last_bit(divisor, rng):
    images = rng.integers(0, 256, (3, 8, 8, 1)).astype("f4")
    images = images / np.float32(divisor) if divisor else images + np.float32(0.3)
    data = data_of(explore_network(small(), images))["images"]
    assert data["divisor"] == divisor
    found = run_engine(
        "return Kit.layerEngine.imagesOf(given).map((one) => Float32Array.from(one));",
        data,
        scripts=LAYERS_PAGE.engine,
    )
    np.testing.assert_array_equal(np.concatenate(found), images.ravel())


def test_losses_that_the_page_does_not_know_are_told():
    k = layers()
    model = small(k.Conv2D(2, 3, kernel_regularizer="l2"))
    assert data_of(explore_network(model, np.ones((1, 8, 8, 1))))["loss"] == {
        **{"compiled": False, "penalties": True, "smoothing": 0.0},
        **{"kind": "categorical", "logits": False},
    }
    model.compile("sgd", "kl_divergence")
    assert not data_of(explore_network(model, np.ones((1, 8, 8, 1))))["loss"]["compiled"]


def test_a_functional_chain_with_a_model_inside_is_computed(rng):
    import keras

    keras.utils.set_random_seed(1)
    given = keras.Input((9, 9, 1))
    inner = keras.Sequential(
        [keras.Input((9, 9, 1)), keras.layers.Conv2D(2, 3, activation="relu", name="c")],
        name="inner",
    )
    flat = keras.layers.Flatten(name="flat")(inner(given))
    model = keras.Model(given, keras.layers.Dense(2, activation="softmax", name="o")(flat))
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert ("inner/c", "gradient") in compare(model, rng.random((9, 9, 1)).astype("f4"), 1)


def test_the_pages_of_the_kits_networks_are_small(digits):
    x, y = digits
    pages = [
        explore_network(build(seed=1), x, labels=y) for build in (build_mnist_cnn, build_lenet5)
    ]
    assert all(page.size < 1_000_000 for page in pages)


# a digit drawn by hand


def drawn(strokes, side=28):
    snippet = (
        "const image = Kit.finger.centred(given.strokes, given.side); return image && [image];"
    )
    found = run_engine(snippet, {"strokes": strokes, "side": side}, scripts=LAYERS_PAGE.engine)
    return None if found is None else found[0].reshape(side, side)


@pytest.mark.parametrize(
    "strokes",
    [
        [[[0.1, 0.1], [0.15, 0.4]]],  # in a corner
        [[[0.2, 0.2], [0.8, 0.25], [0.4, 0.9]]],
        [[[0.3, 0.3], [0.3, 0.7]], [[0.6, 0.3], [0.6, 0.9]], [[0.3, 0.5], [0.6, 0.5]]],
    ],
    ids=["corner", "seven", "four"],
)
def test_what_is_drawn_becomes_an_image_as_mnist_has_them(strokes):
    image = drawn(strokes)
    rows, columns = np.nonzero(image > 0.1)
    high, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert 19 <= max(high, wide) <= 21
    assert image.min() >= 0 and image.max() == 1.0
    middle = [
        (image.sum(axis=1 - axis) * (np.arange(28) + 0.5)).sum() / image.sum() for axis in (0, 1)
    ]
    assert np.abs(np.subtract(middle, 14)).max() <= 0.55
    np.testing.assert_allclose(drawn(strokes, 32)[2:-2, 2:-2], image, atol=1e-6)


def test_nothing_drawn_is_no_image():
    assert drawn([]) is None and drawn([[]]) is None
