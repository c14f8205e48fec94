"""The kit's optimizers: against their formulas in NumPy, saved, loaded, traced and in stacks."""

import keras
import numpy as np
import pytest

import kit
from kit.models import RMSpropNesterov, Rprop

CURVATURES = np.array([1.0, 7.0, 60.0])
START = np.array([1.0, -2.0, 0.5])
STEPS = 100


def slope(theta):
    return CURVATURES * theta + 0.3 * np.sin(3 * theta)


def rprop(theta, rate=0.1):
    step, last, path = np.full(3, rate), np.zeros(3), [theta]
    for _ in range(STEPS):
        g = slope(path[-1])
        for k in range(3):
            if g[k] * last[k] > 0:
                step[k] = min(1.2 * step[k], 50)
            elif g[k] * last[k] < 0:
                step[k], g[k] = max(0.5 * step[k], 1e-6), 0
        last = g
        path.append(path[-1] - np.sign(g) * step)
    return np.array(path)


def rmsprop_nesterov(theta, rate=0.01, rho=0.9, share=0.8, small=1e-7):
    """The places at which gradients are taken; θ itself is another."""
    r, v, places = 0.0, np.zeros(3), [theta]
    for _ in range(STEPS):
        g = slope(places[-1])
        r = rho * r + (1 - rho) * g**2
        v = share * v - rate * g / np.sqrt(small + r)
        theta = theta + v
        places.append(theta + share * v)
    return np.array(places)


def walked(optimizer):
    weight = keras.Variable(START, dtype="float64")
    path = [START]
    for _ in range(STEPS):
        optimizer.apply([keras.ops.convert_to_tensor(slope(path[-1]))], [weight])
        path.append(keras.ops.convert_to_numpy(weight))
    return np.array(path)


MINE = {
    "Rprop": (Rprop, rprop),
    "RMSpropNesterov": (lambda: RMSpropNesterov(0.01, momentum=0.8), rmsprop_nesterov),
}


@pytest.mark.parametrize("name", MINE)
def test_hundred_steps_are_those_of_the_formula(name):
    make, formula = MINE[name]
    # its hyperparameters are rounded to float32 on the way into a product
    np.testing.assert_allclose(walked(make()), formula(START), rtol=1e-5, atol=1e-6)


def test_rprop_does_not_see_the_size_of_a_gradient():
    weights = [keras.Variable(START), keras.Variable(START)]
    optimizers = [Rprop(), Rprop()]
    for _ in range(STEPS):
        for weight, optimizer, times in zip(weights, optimizers, (1, 1000), strict=True):
            optimizer.apply([times * keras.ops.sin(weight)], [weight])
    np.testing.assert_array_equal(*[keras.ops.convert_to_numpy(one) for one in weights])


def test_without_its_small_number_a_gradient_of_zero_gives_nan():
    for small, finite in ((0.0, False), (1e-7, True)):
        weight = keras.Variable([1.0, 1.0])
        RMSpropNesterov(epsilon=small).apply([keras.ops.array([0.0, 1.0])], [weight])
        assert np.isfinite(keras.ops.convert_to_numpy(weight)).tolist() == [finite, True]


def network(optimizer, seed=1, eagerly=False):
    model = kit.models.build_block("tanh", n_layers=1, units=4, input_dim=3, seed=seed)
    model.compile(optimizer, "binary_crossentropy", run_eagerly=eagerly)
    return model


@pytest.fixture(scope="module")
def points():
    x = np.random.default_rng(1).normal(size=(24, 3)).astype("float32")
    return x, (x.sum(axis=1) > 0).astype("float32")[:, None]


@pytest.mark.parametrize("name", MINE)
def test_traced_training_is_as_eager(name, points):
    found = []
    for eagerly in (False, True):
        model = network(MINE[name][0](), eagerly=eagerly)
        model.fit(*points, batch_size=24, epochs=4, verbose=0)
        found.append(model.get_weights())
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("name", MINE)
def test_a_saved_one_goes_on_as_if_it_had_not_been(name, points, tmp_path):
    model = network(MINE[name][0]())
    model.fit(*points, batch_size=24, epochs=3, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert type(loaded.optimizer) is type(model.optimizer)
    assert loaded.optimizer.get_config() == model.optimizer.get_config()
    for one in (model, loaded):
        one.fit(*points, batch_size=24, epochs=3, verbose=0)
    for a, b in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.parametrize("name", MINE)
def test_trained_together_each_is_as_by_itself(name, points):
    """With rates of their own, of which the group makes one program."""
    rates = (0.001, 0.01)
    alone, stacked = (
        [network(type(MINE[name][0]())(learning_rate=rate), seed=2) for rate in rates]
        for _ in range(2)
    )
    for model in alone:
        model.fit(*points, batch_size=24, epochs=3, shuffle=False, verbose=0)
    kit.train_together(stacked, *points, batch_size=24, epochs=3)  # one batch: any order will do
    for one, other in zip(alone, stacked, strict=True):
        for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Rprop(0), ValueError, "`learning_rate` must be a number over 0; got 0"),
        (lambda: Rprop("slow"), TypeError, "`learning_rate` must be a number over 0; got 'slow'"),
        (lambda: Rprop(increase=1), ValueError, "`increase` must be a number over 1; got 1"),
        (lambda: Rprop(decrease=1.5), ValueError, "`decrease` must be a number between 0 and 1"),
        (lambda: Rprop(min_step=0), ValueError, "`min_step` must be a number over 0; got 0"),
        (lambda: Rprop(max_step=1e-9), ValueError, "`max_step` must be .* at least `min_step`"),
        (lambda: RMSpropNesterov(rho=1), ValueError, "`rho` must be .* below 1; got 1"),
        (lambda: RMSpropNesterov(momentum=-0.1), ValueError, "`momentum` must be .* got -0.1"),
        (lambda: RMSpropNesterov(epsilon=-1), ValueError, "`epsilon` must be .* at least 0"),
    ],
)
def test_bad_numbers_are_told(make, error, words):
    with pytest.raises(error, match=words):
        make()
