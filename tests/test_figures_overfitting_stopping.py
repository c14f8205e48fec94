"""Stopping in time, more data, fooled networks: the experiments against Keras and closed forms."""

import keras
import numpy as np
import pytest

from kit.figures.overfitting._arms import arms_of
from kit.figures.overfitting._augmented import shifted, turned_and_halved, views_of
from kit.figures.overfitting._fooled import as_model, moved_by, of_network
from kit.figures.overfitting._halved import halved, hot_of, own_digits
from kit.figures.overfitting._little import costs_of, drawn_weights, move, outputs_of, slopes_of
from kit.figures.overfitting._steps_and_penalties import (
    descended,
    errors_of,
    penalised,
    quadratic,
)
from kit.figures.overfitting._stopped import stop
from kit.models import adversarial, build_mlp

RNG = np.random.default_rng(3)
X = RNG.random((2, 12, 7)).astype("float32")  # for two networks
LABELS = RNG.integers(0, 10, size=(2, 12))


def keras_network(weights, place, optimizer):
    model = build_mlp(5, input_shape=7, optimizer=optimizer)
    model.set_weights(
        [one[place].reshape(shape) for one, shape in zip(weights, SHAPES, strict=True)]
    )
    return model


SHAPES = [(7, 5), (5,), (5, 10), (10,)]


def test_little_networks_are_those_of_keras():
    """Outputs, costs, and weights after ten steps of momentum, for each of two networks."""
    weights = drawn_weights((1, 2), 7, 5)
    kept = [np.zeros_like(one) for one in weights]
    models = [keras_network(weights, k, keras.optimizers.SGD(0.2, 0.8)) for k in (0, 1)]
    for k, model in enumerate(models):
        expected = model.predict(X[k], verbose=0)
        np.testing.assert_allclose(outputs_of(weights, X)[1][k], expected, rtol=1e-5)
        loss, accuracy = model.evaluate(X[k], LABELS[k], verbose=0)
        costs = costs_of(weights, X, LABELS)
        assert (costs[0][k], 1 - costs[1][k]) == pytest.approx((loss, accuracy), rel=1e-5)
        model.fit(X[k], LABELS[k], epochs=10, batch_size=12, verbose=0)
    for _ in range(10):
        move(weights, kept, slopes_of(weights, X, hot_of(LABELS)), 0.2, 0.8)
    for k, model in enumerate(models):
        for mine, its in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_allclose(mine[k].reshape(its.shape), its, rtol=1e-4, atol=1e-6)


def test_one_product_for_all_networks_gives_what_each_gives():
    weights = drawn_weights((1, 2), 7, 5)
    for shared, each in zip(
        outputs_of(weights, X[0]), outputs_of(weights, np.stack([X[0], X[0]])), strict=True
    ):
        np.testing.assert_allclose(shared, each, rtol=1e-5)


def test_slopes_by_x_are_differences():
    weights = [one.astype(np.float64) for one in drawn_weights((1, 2), 7, 5)]
    wide, masks = X.astype(np.float64), RNG.integers(0, 2, size=(2, 12, 5)) * 2.0
    slopes = slopes_of(weights, wide, hot_of(LABELS), masks, by_x=True)

    def losses(x):
        p = outputs_of(weights, x, masks)[1]
        return -np.log(np.take_along_axis(p, LABELS[..., None], axis=2)).mean(axis=(1, 2))

    for sample, pixel in ((0, 0), (3, 6), (11, 2)):
        step = np.zeros_like(wide)
        step[:, sample, pixel] = 1e-6
        numeric = (losses(wide + step) - losses(wide - step)) / 2e-6
        np.testing.assert_allclose(slopes[:, sample, pixel], numeric, rtol=1e-3, atol=1e-9)


def test_a_digit_is_halved_by_the_means_of_four():
    image = RNG.random((1, 28, 28)).astype("float32")
    small = halved(image).reshape(14, 14)
    assert small[3, 5] == pytest.approx(image[0, 6:8, 10:12].mean())
    np.testing.assert_array_equal(halved(image[..., None]), halved(image))


def test_each_network_has_digits_of_its_own():
    places = own_digits((1, 2), 50, 20)
    assert all(len(set(some)) == 20 for some in places.tolist())
    assert set(places[0].tolist()) != set(places[1].tolist())
    np.testing.assert_array_equal(own_digits((2,), 50, 20)[0], places[1])


def test_a_rule_stops_where_reading_along_would():
    loss = np.abs(RNG.normal(size=200)).cumsum() % 7
    for every in (1, 3, 10):
        for patience in (1, 2, 5):
            best, waited = None, 0
            for step in range(every - 1, 200, every):
                if best is None or loss[step] < loss[best]:
                    best, waited = step, 0
                else:
                    waited += 1
                if waited == patience:
                    break
            assert stop(loss, every, patience) == (step, best)


def test_descent_in_closed_form_is_descent():
    of = quadratic(1)
    hessian = of.vectors @ np.diag(of.values) @ of.vectors.T
    start, rate = RNG.normal(size=30), 0.3 / of.values[-1]
    w = start
    for _ in range(25):
        w = w - rate * hessian @ (w - of.lowest)
    np.testing.assert_allclose(descended(of, np.array([25]), rate, start)[0], w)


def test_a_penalty_in_closed_form_has_no_slope():
    of = quadratic(1)
    hessian = of.vectors @ np.diag(of.values) @ of.vectors.T
    for strength, w in zip((1e-3, 1.0), penalised(of, np.array([1e-3, 1.0])), strict=True):
        np.testing.assert_allclose(hessian @ (w - of.lowest) + strength * w, 0, atol=1e-9)


def test_the_error_is_that_on_new_points():
    of = quadratic(2)
    x = RNG.normal(size=(200_000, 30)) * np.sqrt(of.variances)
    sampled = ((x @ (of.lowest - of.truth)) ** 2).mean()
    assert errors_of(of, of.lowest) == pytest.approx(sampled, rel=0.02)


def test_shares_of_steps_and_penalties_meet_where_both_are_small():
    """1 - (1 - α c)ᵗ and c/(c + 1/αt) are αct to first order."""
    of = quadratic(1)
    small, rate = 1e-4 / of.values[-1], 1e-8
    one = descended(of, np.array([small / rate]), rate, np.zeros(30))[0]
    other = penalised(of, np.array([1 / small]))[0]
    np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-9)


def test_little_networks_are_fooled_as_the_public_function_fools_keras_models():
    weights = drawn_weights((1, 2), 784, 6)
    x = RNG.random((2, 9, 784)).astype("float32")
    labels = RNG.integers(0, 10, size=(2, 9))
    mine = moved_by("gradient", weights, x, hot_of(labels), (), 0.1)
    for k in (0, 1):
        model = build_mlp(6)
        shaped = zip(weights, [(784, 6), (6,), (6, 10), (10,)], strict=True)
        model.set_weights([one[k].reshape(shape) for one, shape in shaped])
        its = adversarial(model, x[k].reshape(9, 28, 28, 1), labels[k], 0.1, clip=(0, 1))
        np.testing.assert_allclose(mine[k], its.reshape(9, 784), atol=1e-6)


def test_a_coin_moves_each_pixel_by_as_much_as_the_gradient():
    weights = drawn_weights((1, 2), 784, 6)
    x = np.full((2, 500, 784), 0.5, "float32")
    draws = [np.random.default_rng(seed) for seed in (1, 2)]
    moved = moved_by("coin", weights, x, hot_of(np.zeros((2, 500), int)), draws, 0.1) - x
    np.testing.assert_allclose(abs(moved), 0.1, rtol=1e-5)
    assert abs(moved.mean()) < 0.001
    assert (moved[0] != moved[1]).mean() == pytest.approx(0.5, abs=0.01)


def test_a_network_is_the_same_in_keras():
    weights = drawn_weights((1, 2), 784, 30)
    x = RNG.random((5, 784)).astype("float32")
    its = as_model(weights, 1).predict(x.reshape(5, 28, 28, 1), verbose=0)
    np.testing.assert_allclose(outputs_of(of_network(weights, 1), x)[1][0], its, rtol=1e-4)


def test_shifted_by_whole_pixels():
    image = np.arange(28.0 * 28).reshape(1, 28, 28) + 1
    moved = shifted(image, 2, -1)
    assert moved[0, 5, 4] == image[0, 3, 5]
    assert not moved[0, :2].any()
    assert not moved[0, :, -1].any()
    np.testing.assert_array_equal(shifted(image, 0, 0), image)


def test_turning_keeps_what_is_round_and_goes_back():
    flat = np.zeros(784, "float32")
    y, x = np.mgrid[:28, :28] - 13.5
    flat[(np.hypot(x, y) < 9).ravel()] = 1.0
    small = halved(flat.reshape(1, 28, 28))[0]
    np.testing.assert_allclose(flat @ turned_and_halved(0), small, rtol=1e-6)
    turned = flat @ turned_and_halved(20)
    assert abs(turned - small).mean() < 0.02
    assert turned.sum() == pytest.approx(small.sum(), rel=0.01)
    bar = np.zeros((28, 28), "float32")
    bar[6:22, 13:15] = 1.0  # upright
    lain = (bar.ravel() @ turned_and_halved(90)).reshape(14, 14)
    np.testing.assert_allclose(lain, halved(bar.T[None]).reshape(14, 14), atol=1e-4)


def test_views_are_of_the_digits_and_of_nothing_else():
    images = RNG.random((3, 28, 28)).astype("float32")
    for kind, many in {"as they are": 1, "shifted": 9, "turned": 5, "brighter": 5}.items():
        views = views_of(images, kind)
        assert views.shape == (many, 3, 196)
        assert views.min() >= 0
        assert views.max() <= 1 + 1e-6
        same = abs(views - halved(images)).max(axis=(1, 2))
        assert same.min() < 1e-6  # one of them is the digit itself


def test_arms_are_the_ends_over_the_least():
    assert arms_of(np.array([3.0, 1.5, 2.0])) == {"left": 2.0, "right": pytest.approx(4 / 3)}
    assert arms_of(np.array([3.0, 2.0, 1.0]))["right"] == 1.0
