"""Multilayer perceptrons: their size, their seeds, what they are trained for."""

import keras
import numpy as np
import pytest

from kit.models import build_block, build_mlp
from kit.models.initializers import layer_seeds
from tests.naming import named

SMALL = {"input_shape": 4, "outputs": 3, "seed": 1}


def test_that_of_the_lectures_for_digits():
    # 784·512 + 512 + 512·512 + 512 + 512·10 + 10
    model = build_mlp(seed=1)
    assert model.count_params() == 669_706
    assert model.output_shape == (None, 10)
    assert [type(layer).__name__ for layer in model.layers] == [
        "Flatten",
        "Dense",
        "Dense",
        "Dense",
    ]


def test_one_hidden_layer_from_a_number():
    # the homework's 784-128-10
    assert build_mlp(128, input_shape=784).count_params() == 784 * 128 + 128 + 128 * 10 + 10


@pytest.mark.parametrize(
    ("output", "y", "expected"),
    [
        ("softmax", [2, 0], lambda p: -np.log([p[0, 2], p[1, 0]]).mean()),
        (
            "sigmoid",
            [[0, 0, 1], [1, 1, 0]],
            lambda p: -np.log(np.where([[0, 0, 1], [1, 1, 0]], p, 1 - p)).mean(),
        ),
        (
            "linear",
            [[0.5, 0, 1], [1, -1, 0]],
            lambda p: ((p - [[0.5, 0, 1], [1, -1, 0]]) ** 2).mean(),
        ),
    ],
    ids=named,
)
def test_the_loss_belongs_to_the_output(output, y, expected):
    model = build_mlp([5], "tanh", output=output, **SMALL)
    x = np.random.default_rng(1).normal(size=(2, 4)).astype("float32")
    loss = model.evaluate(x, np.array(y), verbose=0, return_dict=True)["loss"]
    assert loss == pytest.approx(expected(model.predict(x, verbose=0)), rel=1e-5)


def test_another_loss():
    model = build_mlp([5], "sigmoid", output="sigmoid", loss="mean_squared_error", **SMALL)
    assert model.loss == "mean_squared_error"


def test_what_is_dropped_and_where():
    model = build_mlp([7, 5, 6], dropout=[0, 0.5, 0.25], input_dropout=0.2, **SMALL)
    assert [layer.name for layer in model.layers] == ["d0", "h1", "h2", "d2", "h3", "d3", "o"]
    rates = {layer.name: layer.rate for layer in model.layers if layer.name.startswith("d")}
    assert rates == {"d0": 0.2, "d2": 0.5, "d3": 0.25}
    seeds = [layer.seed for layer in model.layers if layer.name.startswith("d")]
    assert len({*seeds, *layer_seeds(1, 4)}) == 7  # of their own, and none a kernel's


def test_dropout_leaves_the_kernels_and_the_share_of_what_it_drops():
    with_, without = build_mlp(2000, dropout=0.3, **SMALL), build_mlp(2000, **SMALL)
    for one, other in zip(with_.get_weights(), without.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    dropped = with_.get_layer("d1")(np.ones((1, 2000), "float32"), training=True)
    assert float(np.mean(dropped == 0)) == pytest.approx(0.3, abs=0.05)
    assert float(np.max(dropped)) == pytest.approx(1 / 0.7)


def test_the_same_seed_is_the_same_network():
    first, again, other = (
        build_mlp([6, 6], dropout=0.5, input_shape=4, seed=seed) for seed in (3, 3, 4)
    )
    x, y = np.ones((8, 4), "float32"), np.arange(8) % 10
    for model in (first, again):
        model.fit(x, y, epochs=2, shuffle=False, verbose=0)
    for one, two in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first.get_weights()[0], other.get_weights()[0])


def test_its_kernels_are_those_of_block():
    mlp = build_mlp(
        [9] * 3, "tanh", "he_normal", input_shape=10, outputs=1, output="sigmoid", seed=5
    )
    block = build_block("tanh", "he_normal", n_layers=3, units=9, seed=5)
    for one, other in zip(mlp.get_weights(), block.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_penalties_are_added_to_the_loss():
    # Keras's L1(λ) adds λ Σ|W|, its L2(λ) λ Σ W²; the output's weights are free
    l1 = build_mlp(6, kernel_regularizer=keras.regularizers.L1(0.1), **SMALL)
    l2 = build_mlp(6, kernel_regularizer=keras.regularizers.L2(0.1), **SMALL)
    kernel = l1.get_layer("h1").kernel.numpy()
    assert float(sum(l1.losses)) == pytest.approx(0.1 * np.abs(kernel).sum(), rel=1e-5)
    assert float(sum(l2.losses)) == pytest.approx(0.1 * np.square(kernel).sum(), rel=1e-5)
    named_ = build_mlp(6, bias_regularizer="l2", activity_regularizer="l1", **SMALL)
    assert type(named_.get_layer("h1").bias_regularizer).__name__ == "L2"
    assert type(named_.get_layer("h1").activity_regularizer).__name__ == "L1"


def test_each_layer_has_slopes_of_its_own():
    model = build_mlp([4, 5], keras.layers.PReLU, **SMALL)
    slopes = [model.get_layer(name).activation.weights[0] for name in ("h1", "h2")]
    assert [slope.shape for slope in slopes] == [(4,), (5,)]


@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        (ValueError, {"units": []}, r"`units` must be a positive integer or a list .*; got \[\]"),
        (TypeError, {"units": 2.5}, "`units` must be a positive integer or a list .*; got 2.5"),
        (ValueError, {"units": [3, 0]}, r"`units` must be a positive .* them; got \[3, 0\]"),
        (TypeError, {"input_shape": "28"}, "`input_shape` must be the number of .*; got '28'"),
        (ValueError, {"input_shape": 0}, "`input_shape` must be the number of .*; got "),
        (ValueError, {"outputs": 0}, "`outputs` must be a positive integer; got 0"),
        (ValueError, {"output": "relu"}, "`output` must be .*softmax.*; got 'relu'"),
        (ValueError, {"dropout": 1}, "`dropout` must be a share .* list of 2 of them; got 1"),
        (ValueError, {"dropout": [0.5]}, r"`dropout` must be a .* 2 of them; got \[0.5\]"),
        (ValueError, {"dropout": [0.5, np.nan]}, "`dropout` must be a share of at least 0"),
        (TypeError, {"dropout": "0.5"}, "`dropout` must be a share .*; got '0.5'"),
        (TypeError, {"dropout": True}, "`dropout` must be a share .*; got True"),
        (ValueError, {"input_dropout": -0.1}, "`input_dropout` must be a share .*; got -0.1"),
        (ValueError, {"kernel_regularizer": "l3"}, "`kernel_regularizer` must be what .*'l3'"),
        (TypeError, {"bias_regularizer": 0.1}, "`bias_regularizer` must be what Keras .* 0.1"),
        (ValueError, {"seed": -1}, "`seed` must be a non-negative integer; got -1"),
    ],
    ids=named,
)
def test_bad_arguments(kind, arguments, message):
    with pytest.raises(kind, match=message):
        build_mlp(**arguments)
