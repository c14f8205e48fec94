"""Saturation, gradient checking and minibatches: what the figures compute, by a second way."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kit.callbacks import probe
from kit.datasets.ball import load_data
from kit.figures.backpropagation import _batch_sizes, _decaying, _differences, _minibatches
from kit.figures.backpropagation._permuted import units_permuted
from kit.figures.backpropagation._planted import BACKWARDS, _planting
from kit.figures.backpropagation._pulls import pulls_of
from kit.figures.saturation._cancelling import factors_over_z, integrated
from kit.figures.saturation._one_hot import FOUR_OUTPUTS, losses_along, losses_of
from kit.figures.saturation._two_losses import by_both, by_tape, sigmoid, train_neuron
from kit.models import build_block


@pytest.mark.parametrize("y", [0.0, 1.0])
@pytest.mark.parametrize("name", ["squared", "entropy"])
def test_a_gradient_by_z_is_the_slope_of_its_loss_and_the_tape_s(name, y):
    for z in (-5.0, -0.3, 2.0):
        low, high = (by_both(z + h, y)[name][0] for h in (-1e-6, 1e-6))
        gradient = by_both(z, y)[name][1]
        assert gradient == pytest.approx((high - low) / 2e-6, rel=1e-6)
        assert gradient == pytest.approx(by_tape(z, y)[name], rel=1e-12)


@pytest.mark.parametrize(("name", "loss"), [("squared", "mse"), ("entropy", "binary_crossentropy")])
def test_a_neuron_learns_as_keras_trains_it(name, loss):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, "sigmoid")])
    model.layers[0].set_weights([np.array([[2.0]]), np.array([2.0])])
    model.compile(keras.optimizers.SGD(0.15), loss)
    x, y = np.ones((1, 1), "float32"), np.zeros((1, 1), "float32")
    for _ in range(5):
        model.train_on_batch(x, y)
    ours = train_neuron((2.0, 2.0), 1.0, 0.0, rate=0.15, epochs=5)[name]
    assert ours[0] == pytest.approx(float(sigmoid(4.0)))
    assert ours[-1] == pytest.approx(float(model(x).numpy()[0, 0]), rel=1e-5)


def test_the_slope_added_up_is_the_logarithm_and_the_factors_are_slopes():
    found = integrated("entropy")
    assert np.allclose(found["sum"], -np.log(found["a"]), atol=1e-7)
    factors = factors_over_z("entropy", "sigmoid")
    assert np.allclose(factors["slope"], np.gradient(factors["a"], factors["z"]), atol=1e-3)
    tanh = factors_over_z("entropy", "tanh")
    assert np.allclose(tanh["slope"], np.gradient(tanh["a"], tanh["z"]), atol=2e-3)


def test_two_losses_of_four_outputs_by_hand():
    found, terms, off = losses_of(FOUR_OUTPUTS)
    assert found["softmax"] == pytest.approx(0.462, abs=5e-4)
    assert found["outputs"] == pytest.approx(0.861, abs=5e-4)
    assert found["outputs"] == pytest.approx(sum(terms))
    assert found["squared"] == pytest.approx(0.37**2 + 0.12**2 + 0.07**2 + 0.18**2)
    assert off < 1e-6
    first, along = losses_along(0.01)
    place = np.abs(first - 0.63).argmin()
    assert along["outputs"][place] == pytest.approx(found["outputs"], abs=0.01)
    assert all(curve[-1] == pytest.approx(0, abs=1e-12) for curve in along.values())


def test_inner_products_of_samples_add_up_to_the_whole_gradient():
    gram = _minibatches.gram_of_block(1)
    X, y = load_data()
    model = build_block("relu", "he_normal", seed=1)
    with tf.GradientTape() as tape:
        loss = model.compute_loss(X, y, model(X))
    gradients = [np.float64(one) for one in tape.gradient(loss, model.trainable_variables)]
    assert gram.mean() == pytest.approx(sum((one**2).sum() for one in gradients), rel=1e-4)
    one = probe(model, X[:1], y[:1])  # the first sample alone
    square = sum(float((one[name].gradient.astype(float) ** 2).sum()) for name in ("h1", "o"))
    assert square < gram[0, 0]


def test_parts_of_the_data_err_as_the_formula_says():
    rng = np.random.default_rng(0)
    g = 1 + rng.normal(size=(1000, 5))
    found = _minibatches.parts_of(g @ g.T, 1, replacement=False)
    assert np.allclose(found["error"] / found["formula"], 1, atol=0.12)
    again = _minibatches.parts_of(g @ g.T, 1, replacement=True)
    assert np.allclose(again["error"] / again["root"], 1, atol=0.12)


def test_an_update_of_many_networks_is_that_of_keras():
    X, y = load_data(n_points=50)
    model = build_block(
        "relu", "he_normal", n_layers=2, units=6, seed=1,
        optimizer=keras.optimizers.SGD(_batch_sizes.RATE_OF_SIZES),
    )  # fmt: skip
    weights = [one[None] if one.ndim == 2 else one[None, None] for one in model.get_weights()]
    weights = [np.repeat(one, 2, axis=0) for one in weights]
    loss = _batch_sizes._loss_of(weights, X, y)
    assert loss[0] == pytest.approx(model.evaluate(X, y, verbose=0)[0], rel=1e-5)
    _batch_sizes._update(weights, X, y, [np.arange(7), np.arange(20, 27)])
    model.train_on_batch(X[:7], y[:7])
    for ours, keras_s in zip(weights, model.get_weights(), strict=True):
        assert np.allclose(ours[0].reshape(keras_s.shape), keras_s, atol=1e-6)
        assert not np.allclose(ours[1], ours[0], atol=1e-9)


def test_an_epoch_of_minibatches_takes_every_sample_once():
    places = [_batch_sizes._batch(3, update, 50, 1000) for update in range(20)]
    assert sorted(np.concatenate(places)) == list(range(1000))
    losses = np.array([0.7, 0.5, 0.3, 0.2])
    assert _batch_sizes.needed(losses, 32) == {"epochs": 0.512, "updates": 16}


def test_weights_that_no_data_hold_decay_by_the_factor():
    found = _decaying.decay_digits(1, 0.05)["runs"][3]
    assert found["unused"][7] == pytest.approx(found["unused"][0] * 0.975**7, rel=1e-12)
    assert len(found["images"]) == 3 and _decaying.factor_of_keras() == pytest.approx(2)


def test_permuted_units_answer_the_same():
    rng = np.random.default_rng(1)
    w, b, v, c = (
        rng.normal(size=(2, 5)),
        rng.normal(size=5),
        rng.normal(size=(5, 1)),
        rng.normal(size=1),
    )
    x = rng.normal(size=(9, 2))
    W, B, V, C = units_permuted([w, b, v, c], [3, 1, 4, 0, 2])
    assert np.allclose(np.tanh(x @ w + b) @ v + c, np.tanh(x @ W + B) @ V + C)
    assert not np.allclose(w, W)


def test_the_part_of_updates_that_right_samples_have():
    z = np.array([[2.0, -2.0, 2.0]])
    right, share, every = pulls_of(z, np.array([1, 0, 0]), "cross-entropy")
    pull = [1 - sigmoid(2.0), sigmoid(-2.0), sigmoid(2.0)]
    assert right[0] == pytest.approx(2 / 3)
    assert share[0] == every == pytest.approx(sum(pull[:2]) / sum(pull))
    assert pulls_of(z, np.array([1, 0, 0]), "perceptron")[2] == 0


def test_the_loss_that_differences_are_taken_of_is_the_model_s():
    X, y = load_data(n_points=20)
    model = build_block("tanh", "glorot_normal", seed=1)
    weights = [np.float64(one) for one in model.get_weights()]
    ours = _differences._loss(weights, np.float64(X), y)
    assert ours == pytest.approx(model.evaluate(X, y, verbose=0)[0], rel=1e-5)
    single = _differences._loss([np.float32(one) for one in weights], X, y)
    assert single.dtype == np.float32


def test_what_is_planted_differs_from_the_right_gradient_where_it_is_said_to():
    X, y = load_data(n_points=20)
    rng = np.random.default_rng(1)
    shapes = {"h1": (10, 6), "h2": (6, 6), "o": (6, 1)}
    weights = {f"{name}/kernel": rng.normal(size=shape) for name, shape in shapes.items()}
    weights |= {f"{name}/bias": rng.normal(size=shape[1]) for name, shape in shapes.items()}
    right = _planting("")(weights, X, y)
    wrong = _planting("slope")(weights, X, y)
    same = [name for name in BACKWARDS if np.allclose(right[name], wrong[name])]
    assert same == ["o/kernel", "o/bias"]
