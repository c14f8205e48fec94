"""The page of one's own network: its numbers are the model's and kit.probe's, to be clicked on."""

import json
import re

import numpy as np
import pytest
from javascript import run_engine

import kit
from kit.callbacks import feature_maps
from kit.datasets import handwritten_digits
from kit.explorer.assembling import Page
from kit.explorer.networks import LAYERS_PAGE, MOST_WEIGHTS, example_page, explore_network
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
    delta: plain(back.steps[k].delta), kernel: plain(back.steps[k].kernel), bias: plain(back.steps[k].bias),
  })),
};
"""


def data_of(page):
    """What the scripts of a page read."""
    text = re.search(r'id="kit-data">(.*?)</script>', page.html, re.DOTALL)[1]
    return json.loads(text)


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


def layers():
    import keras

    return keras.layers


def model_of(*parts, shape=(13, 11, 3), loss="sparse_categorical_crossentropy"):
    import keras

    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input(shape), *parts], name="odd")
    rng = np.random.default_rng(5)
    for layer in model.layers:  # nothing is 0 or 1, so that nothing is left out in silence
        layer.set_weights(
            [one + rng.uniform(0.05, 0.3, one.shape).astype("f4") for one in layer.get_weights()]
        )
    model.compile("sgd", loss)
    return model


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
