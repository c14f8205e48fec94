"""Digits told again from a few numbers: PCA beside scikit-learn's, networks beside Keras's."""

import keras
import numpy as np
import pytest
from sklearn.decomposition import PCA

from kit.figures.overfitting._dropping import few_digits
from kit.figures.representations._code_sizes import (
    components,
    linear_code,
    start_of_code,
    train_of_code,
)
from kit.models import build_autoencoder


@pytest.fixture(scope="module")
def some_digits():
    return few_digits()[0][:400].astype(np.float32)


def test_principal_components_are_those_of_scikit_learn(some_digits):
    mean, parts = components(some_digits, 8)
    pca = PCA(8).fit(some_digits)
    again = mean + (some_digits - mean) @ parts.T @ parts
    expected = pca.inverse_transform(pca.transform(some_digits))
    np.testing.assert_allclose(again, expected, atol=1e-4)


def test_a_linear_network_finds_the_space_of_the_components(some_digits):
    """No linear code has a smaller error on its own digits."""
    mean, parts = components(some_digits, 2)
    x = some_digits - mean
    both = linear_code(x.T @ x / x.size, 2, seed=1)
    errors = [np.mean((x - x @ one) ** 2) for one in (both, parts.T @ parts)]
    assert errors[0] == pytest.approx(errors[1], rel=1e-3)
    assert errors[0] >= errors[1] * (1 - 1e-6)
    np.testing.assert_allclose(both, parts.T @ parts, atol=0.02)


def test_a_bent_one_is_trained_as_keras_trains_it(some_digits):
    start = start_of_code(3, 2)
    order = np.stack([np.random.default_rng(k).permutation(400) for k in range(2)])
    found = train_of_code(some_digits, [one[None] for one in start], order[None], rate=0.01)
    schedule = keras.optimizers.schedules.PolynomialDecay(0.01, 8, end_learning_rate=0.0)
    model = build_autoencoder(
        [64, 2], "tanh", code_activation="linear", output="sigmoid",
        optimizer=keras.optimizers.Adam(schedule, beta_2=0.99),
    )  # fmt: skip
    model.set_weights([one.ravel() if len(one) == 1 else one for one in start])
    for one in order:
        for at in range(0, 400, 100):
            batch = some_digits[one[at : at + 100]]
            model.train_on_batch(batch, batch)
    for mine, theirs in zip(found, model.get_weights(), strict=True):
        np.testing.assert_allclose(mine[0].reshape(theirs.shape), theirs, atol=2e-4)


def test_the_errors_are_those_of_what_is_shown(measured):
    data, facts = measured("autoencoder-digits")
    lines = data["lines"]
    assert np.median(lines["network"], axis=0) == pytest.approx(list(facts["bent"].values()))
    assert set(data["shown"]) == {
        "digits", *(f"{k}, {how}" for k in (2, 8, 32) for how in ("PCA", "network"))
    }  # fmt: skip
    digits = data["shown"]["digits"]
    errors = [np.mean((data["shown"][f"{k}, network"] - digits) ** 2) for k in (2, 8, 32)]
    assert errors == sorted(errors, reverse=True)
