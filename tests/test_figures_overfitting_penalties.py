"""Fits and penalties: what the figures on overfitting compute, against closed forms."""

import keras
import numpy as np
import pytest

from kit.catalogue.digit_experiments import load_digits
from kit.figures import catalogue
from kit.figures.optimizers._rules import adam, descent, momentum, walk
from kit.figures.overfitting._added import added_before_training, glorot_expects
from kit.figures.overfitting._by_heart import dense_weights
from kit.figures.overfitting._decoupled import RATE_OF_WAYS, _regression, both_ways
from kit.figures.overfitting._halved import hot_of
from kit.figures.overfitting._letting_go import (
    STEPS_PENALIZED,
    _regression_of,
    penalized_weights,
    walk_to_rest,
)
from kit.figures.overfitting._little import drawn_weights, move, slopes_of
from kit.figures.overfitting._polynomials import (
    LECTURE_POLYNOMIAL,
    errors_of_degrees,
    fit_points,
    noisy_points,
    truth_at,
)
from kit.figures.overfitting._ridge import (
    RIDGE_DIGITS,
    RIDGE_STEPS,
    RIDGE_TEST,
    STRENGTHS,
    solve_strengths,
)
from kit.figures.overfitting._shapes import left_of_one, told_apart
from kit.models import build_mlp


def test_the_polynomial_dwarfs_itself_beyond_minus_0_8():
    inside = truth_at(np.linspace(-0.8, 1, 2001))
    assert (inside.min(), inside.max()) == pytest.approx((-5.71, 3.26), abs=0.01)
    by_hand = sum(c * (-1.0) ** k for k, c in enumerate(LECTURE_POLYNOMIAL))
    assert truth_at(np.array([-1.0]))[0] == pytest.approx(by_hand) == pytest.approx(20.77, abs=0.01)


def test_degree_n_minus_1_is_lagranges_polynomial():
    x, y = noisy_points(3, 0.5, 15)
    at = np.linspace(-0.78, 0.97, 11)
    parts = [
        y[k] * np.prod([(at - x[j]) / (x[k] - x[j]) for j in range(15) if j != k], axis=0)
        for k in range(15)
    ]
    np.testing.assert_allclose(fit_points(x, y, 14)(at), np.sum(parts, axis=0), rtol=1e-7)


@pytest.mark.parametrize("degree", [1, 5, 9])
def test_other_degrees_solve_the_normal_equations(degree):
    x, y = noisy_points(4, 0.5, 15)
    powers = np.vander(x, degree + 1)
    weights = np.linalg.solve(powers.T @ powers, powers.T @ y)
    np.testing.assert_allclose(fit_points(x, y, degree)(x), powers @ weights, atol=1e-6)


def test_errors_are_those_that_theory_expects():
    """With p weights and noise σ: σ² (1 - p/n) on the training points, σ² (1 + leverage) on new."""
    n, sigma, degrees = 15, 0.5, range(5, 9)
    found = np.array([errors_of_degrees(seed, n, degrees, sigma) for seed in range(400)]) ** 2
    x = np.linspace(-0.8, 1, n)
    at = np.linspace(-0.8, 1, 4001)
    for k, degree in enumerate(degrees):
        hat = np.vander(at, degree + 1) @ np.linalg.pinv(np.vander(x, degree + 1))
        leverage = (hat**2).sum(axis=1).mean()
        expected = sigma**2 * np.array([1 - (degree + 1) / n, 1 + leverage])
        np.testing.assert_allclose(found[:, :, k].mean(axis=0), expected, rtol=0.06)


def test_the_film_goes_through_all_degrees(measured):
    data, facts = measured("polynomial-fit")
    assert len(data["all"]) == facts["points"] == 15
    np.testing.assert_allclose(data["all"][0], data["y"].mean())  # degree 0 is the mean
    assert catalogue["polynomial-fit"].animation


def test_two_vectors_in_fractions():
    assert told_apart((1, 1, 1, 1)) == {
        "peaky": {"output": 1, "l1": 1, "l2": 1},
        "spread": {"output": 1, "l1": 1, "l2": 4 / 16},
    }
    assert told_apart((1, 2, 3, 4))["spread"]["output"] == 10 / 4


def test_what_a_penalty_leaves_in_closed_form():
    """|w| takes the same in each step, down to 0; w² takes a share."""
    assert left_of_one(0.01, 50) == pytest.approx({"l1": 0.5, "l2": 0.98**50})
    assert left_of_one(0.01, 101)["l1"] == 0


def test_a_network_of_keras_adds_what_the_layer_does():
    """As a student would print it: the loss of a model with the penalty less that without."""
    added = added_before_training(600, seed=2)
    draw = keras.initializers.GlorotUniform
    x, y = np.zeros((1, 784)), np.zeros((1, 600))
    losses = {}
    for penalty in (None, "l1", "l2"):
        layer = keras.layers.Dense(600, kernel_initializer=draw(2), kernel_regularizer=penalty)
        model = keras.Sequential([keras.Input((784,)), layer])
        model.compile(loss="mse")
        losses[penalty] = model.evaluate(x, y, verbose=0)  # with Keras's own λ, 0.01
    for name in ("l1", "l2"):
        assert added[f"wide_{name}"] == pytest.approx(losses[name] - losses[None], rel=1e-5)


def test_glorots_weights_drawn_by_numpy_weigh_as_expected():
    limit = np.sqrt(6 / (784 + 600))
    w = np.random.default_rng(1).uniform(-limit, limit, size=(784, 600))
    expected = glorot_expects(600, 784, 0.01)
    assert 0.01 * np.abs(w).sum() == pytest.approx(expected["l1"], rel=0.003)
    assert 0.01 * (w**2).sum() == pytest.approx(expected["l2"], rel=0.005)


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_keras_walks_with_a_penalty_as_the_rules_in_numpy_do(name):
    """And with a decay as SGD in NumPy does that multiplies the weights first."""
    decay, steps = 0.125, 1000
    x, y, order = _regression(7)
    batches = [order[k % len(order)] for k in range(steps)]
    found = both_ways([7], decay)[name][:, 0]

    def slope_of(penalty):
        left = iter(batches)

        def slope(theta):
            one = next(left)
            return x[one].T @ (x[one] @ theta - y[one]) / len(one) + penalty * theta

        return slope

    rule = {"sgd": descent(RATE_OF_WAYS), "momentum": momentum(RATE_OF_WAYS, 0.9)}
    rule["adam"] = adam(RATE_OF_WAYS, (0.9, 0.999), 1e-7)
    expected = walk(rule[name], slope_of(decay), np.zeros(40), steps)[-1]
    np.testing.assert_allclose(found[0], expected, rtol=1e-3, atol=1e-4)
    if name != "adam":
        slope, theta, speed = slope_of(0), np.zeros(40), np.zeros(40)
        for _ in range(steps):
            g = slope(theta)
            speed = (0.9 * speed if name == "momentum" else 0) - RATE_OF_WAYS * g
            theta = (1 - RATE_OF_WAYS * decay) * theta + speed
        np.testing.assert_allclose(found[1], theta, rtol=1e-5, atol=1e-6)


def test_weights_are_those_of_keras_without_the_biases():
    for units in ([512, 512], [32]):
        model = build_mlp(units)
        kernels = sum(
            one.shape[0] * one.shape[1] for one in model.weights if one.path.endswith("kernel")
        )
        assert dense_weights(784, *units, 10) == kernels


def test_networks_with_labels_of_their_own_step_as_keras_steps():
    """Two networks on the same digits, each as Keras's SGD with momentum trains it."""
    rng = np.random.default_rng(1)
    x, labels = rng.random((3, 20, 784), np.float32), rng.integers(0, 10, size=(3, 2, 20))
    weights = drawn_weights([5, 6], 784, 4)
    kept = [np.zeros_like(one) for one in weights]
    models = [build_mlp(4, "relu", input_shape=784) for _ in range(2)]
    for k, model in enumerate(models):
        start = zip(weights, model.weights, strict=True)
        model.set_weights([one[k].reshape(v.shape) for one, v in start])
        model.compile(keras.optimizers.SGD(0.05, 0.9), "sparse_categorical_crossentropy")
        for batch in range(3):
            model.train_on_batch(x[batch], labels[batch, k])
    for batch in range(3):
        move(weights, kept, slopes_of(weights, x[batch], hot_of(labels[batch])), 0.05, 0.9)
    for k, model in enumerate(models):
        for ours, keras_own in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_allclose(ours[k].reshape(keras_own.shape), keras_own, atol=1e-5)


@pytest.fixture(scope="module")
def solved():
    """The losses of a block, and the digits of its first seed, drawn again."""
    data, rng = load_digits(), np.random.default_rng(1)
    places = rng.choice(len(data.x_train), RIDGE_DIGITS, replace=False)
    asked = rng.choice(len(data.x_test), RIDGE_TEST, replace=False)
    x, x_test = data.x_train[places], data.x_test[asked]
    pixels = [np.float64(some).reshape(len(some), -1) for some in (x, x_test)]
    return solve_strengths(1, 0.1), pixels, data.y_train[places], data.y_test[asked]


@pytest.mark.parametrize("place", [0, 10, 24])
def test_ridge_is_what_scikit_learn_finds(solved, place):
    from sklearn.linear_model import Ridge

    found, (x, x_test), y, y_test = solved
    model = Ridge(RIDGE_DIGITS * STRENGTHS[place], solver="svd").fit(x, np.eye(10)[y])
    for name, pixels, labels in (("train", x, y), ("test", x_test, y_test)):
        loss = 0.5 * ((model.predict(pixels) - np.eye(10)[labels]) ** 2).sum(axis=1).mean()
        assert found["runs"][1][name][place] == pytest.approx(loss, rel=1e-6)
    assert found["runs"][1]["length"][place] == pytest.approx(np.linalg.norm(model.coef_))


@pytest.mark.parametrize("place", [0, 14, 22])
def test_descent_arrives_and_diverges_step_by_step(solved, place):
    found, (x, _), y, _ = solved
    x, y = x - x.mean(axis=0), np.eye(10)[y]
    y, w = y - y.mean(axis=0), np.zeros((x.shape[1], 10))
    square, pull = x.T @ x / len(x), x.T @ y / len(x)
    for _ in range(RIDGE_STEPS):
        w = w - 0.1 * (square @ w - pull + STRENGTHS[place] * w)
    assert found["runs"][1]["descent"][place] == pytest.approx(np.linalg.norm(w), rel=1e-6)


def test_the_best_strength_is_the_one_that_was_best_with_other_seeds(solved):
    found = solved[0]
    others = solve_strengths(1001, 0.1)["runs"]  # the seeds on which it is chosen
    assert found["best"] == np.median([run["test"] for run in others.values()], axis=0).argmin()
    assert not set(found["runs"]) & set(others)


@pytest.fixture(scope="module")
def least():
    """A regression, and where its steps come to rest with λ = 0.1."""
    one = _regression_of(3)

    def rest(how, strength=0.1):
        return walk_to_rest(one["square"], one["pull"], strength, how, STEPS_PENALIZED)

    return one["square"], one["pull"], rest


def test_no_penalty_and_l2_come_to_rest_where_linear_algebra_says(least):
    square, pull, rest = least
    np.testing.assert_allclose(rest("none"), np.linalg.solve(square, pull), rtol=1e-8)
    expected = np.linalg.solve(square + 0.1 * np.eye(len(pull)), pull)
    np.testing.assert_allclose(rest("l2"), expected, rtol=1e-8)


def test_steps_that_stop_at_0_find_the_lasso(least):
    """In the least of the loss the pull of the data is λ sign(w), and at most λ where w is 0."""
    from sklearn.linear_model import Lasso

    square, pull, rest = least
    w = rest("proximal")
    slope = pull - square @ w
    np.testing.assert_allclose(slope[w != 0], 0.1 * np.sign(w[w != 0]), atol=1e-9)
    assert (np.abs(slope[w == 0]) <= 0.1).all() and (w == 0).any() and (w != 0).any()
    x = np.linalg.cholesky(square).T * np.sqrt(len(pull))  # any X with this XᵀX/n
    y = np.linalg.solve(x.T, pull * len(pull))
    lasso = Lasso(0.1, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(x, y)
    np.testing.assert_allclose(lasso.coef_, w, atol=1e-8)


def test_the_slope_stays_near_the_lasso_and_has_no_zeros(least):
    _, _, rest = least
    w, slope = rest("proximal"), rest("slope")
    assert not (slope == 0).any()
    assert np.abs(w - slope).max() < 5 * 0.1 * 0.1  # a few steps of rate times λ


def test_keras_adds_the_slope_of_l1_to_the_gradient():
    import tensorflow as tf

    weight = tf.constant([[0.5, -2.0, 0.0]])
    with tf.GradientTape() as tape:
        tape.watch(weight)
        penalty = keras.regularizers.L1(0.1)(weight)
    np.testing.assert_allclose(tape.gradient(penalty, weight), [[0.1, -0.1, 0]], rtol=1e-6)


def test_the_strengths_are_chosen_on_other_seeds():
    found, others = penalized_weights(1), [_regression_of(seed + 1000) for seed in range(1, 11)]
    inputs = len(others[0]["pull"])

    def error(strength):
        off = [
            np.linalg.solve(one["square"] + strength * np.eye(inputs), one["pull"]) - one["truth"]
            for one in others
        ]
        return np.median((np.array(off) ** 2).sum(axis=1))

    best = found["best"]["l2"]
    assert error(best) < min(error(best / 10**0.25), error(best * 10**0.25))
