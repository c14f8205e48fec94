"""Sparse autoencoders of patches: cost, gradient, what excites a unit, which way a tile points."""

import keras
import numpy as np
import pytest
from scipy.optimize import check_grad
from sklearn.datasets import load_sample_image

from kit.figures.representations._sparse_codes import (
    ascended,
    coherence,
    exciting,
    parts_of,
    photo_patches,
    sparse_cost,
    whitened,
)
from kit.models import build_autoencoder

HOW = (0.7, 0.05, 0.01)
"""β, ρ and λ."""


def some_theta(pixels=9, units=5):
    return np.random.default_rng(1).normal(0, 0.4, size=2 * pixels * units + units + pixels)


def test_the_cost_is_that_of_the_kits_autoencoder():
    """Half the sum over the pixels there, the mean over them in Keras."""
    x = np.random.default_rng(0).normal(size=(20, 9)).astype(np.float32)
    theta, (weight, target, decay) = some_theta(), HOW

    def half_squares(true, told):
        return 0.5 * keras.ops.sum((told - true) ** 2, axis=-1)

    model = build_autoencoder(
        5, input_shape=9, sparsity=target, sparsity_weight=weight, weight_decay=decay,
        loss=half_squares,
    )  # fmt: skip
    model.set_weights(parts_of(theta, 9))
    found = model.evaluate(x, x, batch_size=20, verbose=0)
    assert sparse_cost(theta, x, *HOW)[0] == pytest.approx(found, rel=1e-5)


def test_its_gradient_is_that_of_differences():
    x, theta = np.random.default_rng(0).normal(size=(20, 9)), some_theta()
    slope = sparse_cost(theta, x, *HOW)[1]
    off = check_grad(
        lambda t: sparse_cost(t, x, *HOW)[0], lambda t: sparse_cost(t, x, *HOW)[1], theta
    )
    assert off < 1e-5 * np.linalg.norm(slope)


def test_no_input_of_norm_one_excites_a_unit_more():
    rng = np.random.default_rng(2)
    w1, b1 = rng.normal(size=(100, 6)), rng.normal(size=6)
    best = exciting(w1)
    np.testing.assert_allclose(np.linalg.norm(best, axis=1), 1)
    others = rng.normal(size=(2_000, 100))
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    assert ((best * w1.T).sum(axis=1) > (others @ w1).max(axis=0)).all()
    assert (best * ascended(w1, b1, 1)).sum(axis=1) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(ascended(w1, b1 - 1, 1), ascended(w1, b1, 1), atol=1e-6)


def test_bars_are_coherent_and_rings_are_not():
    at = np.arange(10) - 4.5
    bars = np.cos(0.8 * (0.6 * at[:, None] + 0.8 * at))
    ring = np.cos(np.hypot(at[:, None], at))
    found = coherence(np.stack([bars, bars.T, 3 * bars, ring]))
    assert found[:3] == pytest.approx(found[0], rel=1e-6)
    assert found[0] > 0.95
    assert found[3] < 0.01


def test_whitening_evens_out_the_power_of_the_frequencies():
    photo = load_sample_image("china.jpg")
    found = {}
    for name, image in (("grey", photo.mean(axis=2)), ("white", whitened(photo))):
        power = np.abs(np.fft.fft2(image - image.mean())) ** 2
        f = np.hypot(np.fft.fftfreq(len(image))[:, None], np.fft.fftfreq(image.shape[1]))
        low, high = (power[(f > a) & (f < a * 1.5)].mean() for a in (0.02, 0.12))
        found[name] = low / high
    assert found["grey"] > 20
    assert 0.2 < found["white"] < 5


def test_patches_have_mean_0_and_stay_in_range():
    x = photo_patches(4, 60)
    assert x.shape == (60, 100)
    np.testing.assert_allclose(x.mean(axis=1), 0, atol=0.1)  # some are cut
    assert np.abs(x).max() <= 1
    assert not np.array_equal(x, photo_patches(5, 60))


def test_the_tiles_have_norm_1(measured):
    data, facts = measured("autoencoder-filters")
    for one in data.values():
        np.testing.assert_allclose(np.linalg.norm(one["tiles"], axis=(1, 2)), 1, rtol=1e-5)
    assert facts["sparse"]["mean"] == pytest.approx(0.03, abs=0.03)


def test_the_penalty_alone_tells_the_targets_apart(measured):
    found, facts = measured("autoencoder-sparsity")
    for name, rho in (("r30", 0.3), ("r10", 0.1), ("r03", 0.03)):
        assert np.median(found[name]["mean"]) == pytest.approx(facts["mean"][name])
        assert facts["off"][name] == pytest.approx(abs(facts["mean"][name] / rho - 1))
    assert facts["dear"] == pytest.approx(facts["error"]["r03"] / facts["error"]["free"])
    same = measured("autoencoder-filters")[1]  # the same networks
    assert facts["error"]["free"] == same["free"]["error"]
    assert facts["error"]["r03"] == same["sparse"]["error"]
