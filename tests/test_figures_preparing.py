"""Inputs before the training: NumPy's lines, the kit's functions, and networks beside Keras's."""

import warnings

import keras
import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from kit.datasets.preprocess import center, normalize
from kit.figures.representations._clouds import as_listed, prepared, wine_cloud, wines
from kit.figures.representations._prepared import glorot_start, train_tanh


def test_the_prepared_cloud_is_that_of_scikit_learn():
    """Of the part kept aside too, by the numbers of the other."""
    train, test = wine_cloud(3)
    scaler = StandardScaler().fit(train)
    steps = prepared(train, test)
    for mine, part in zip(steps["scaled"], (train, test), strict=True):
        np.testing.assert_allclose(mine, scaler.transform(part), atol=1e-6)
    np.testing.assert_allclose(steps["centred"][1], test - train.mean(axis=0), atol=1e-6)
    assert len(train) + len(test) == 178


def test_the_listing_makes_nan_of_constant_pixels_and_refuses_bytes():
    x = np.array([[0.0, 0.2], [0.0, 0.6], [0.0, 0.1]], np.float32)
    found, runs = as_listed(x)
    np.testing.assert_array_equal(np.isnan(found), [[True, False]] * 3)
    assert not runs
    pixels = (255 * x).astype(np.uint8)
    for line in (lambda of: np.subtract(of, np.mean(of, axis=0), out=of),
                 lambda of: np.divide(of, np.std(of, axis=0), out=of)):  # fmt: skip
        with pytest.raises(TypeError, match="uint8"):
            line(pixels)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(normalize(center(pixels))[:, 0], 0)  # bytes too, and no NaN


def test_the_wines_of_a_seed_are_all_of_them():
    x, y, x_test, y_test = wines(5)
    assert x.shape == (120, 13)
    assert x_test.shape == (58, 13)
    assert np.bincount(np.concatenate([y, y_test])).tolist() == [59, 71, 48]


def test_networks_are_trained_as_keras_trains_them():
    x, y, *_ = wines(1)
    x = normalize(center(x))
    start = glorot_start(4)
    order = np.stack([np.random.default_rng(k).permutation(len(x)) for k in range(2)])
    weights, losses = train_tanh(
        x[None, None], y[None], [one[None] for one in start], order[None], (0.03, 0.1)
    )
    for k, rate in enumerate((0.03, 0.1)):
        layers = [keras.layers.Dense(units, "tanh") for units in (20, 20)]
        model = keras.Sequential([keras.Input((13,)), *layers, keras.layers.Dense(3, "softmax")])
        model.set_weights([one for kernel in start for one in (kernel, np.zeros(kernel.shape[1]))])
        model.compile(keras.optimizers.SGD(rate), "sparse_categorical_crossentropy")
        seen = [model.evaluate(x, y, verbose=0)]
        for one in order:
            for at in range(0, len(x), 20):
                model.train_on_batch(x[one[at : at + 20]], y[one[at : at + 20]])
            seen.append(model.evaluate(x, y, verbose=0))
        np.testing.assert_allclose(losses[0, 0, k], seen, rtol=1e-4)
        for mine, theirs in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_allclose(mine[0, 0, k].reshape(theirs.shape), theirs, atol=1e-5)


def test_glorot_starts_within_its_ends():
    for kernel in glorot_start(2):
        end = (6 / sum(kernel.shape)) ** 0.5
        assert 0.9 * end < np.abs(kernel).max() <= end


def test_guessing_is_the_entropy_of_the_growers(measured):
    found, facts = measured("preprocessing-training")
    assert facts["guess"] == pytest.approx(np.log(3), rel=0.03)
    assert facts["flat"]["raw"] > facts["flat"]["centred"] > facts["flat"]["divided"]
    assert all(one["loss"].shape == (4, 61) for one in found.values())
