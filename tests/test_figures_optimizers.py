"""Optimizers: the rules of the figures against closed forms, and what the figures say of them."""

import numpy as np
import pytest

from kit.figures.optimizers._batches import excess_of_a_bad_batch
from kit.figures.optimizers._moving import follow
from kit.figures.optimizers._rules import (
    adadelta,
    adagrad,
    adam,
    descent,
    momentum,
    nesterov,
    rmsprop,
    rmsprop_nesterov,
    rprop,
    walk,
)
from kit.figures.optimizers._surfaces import bowl, curved_valley, saddle, steps_to


def in_a_bowl(theta):
    return np.array([1.0, 9.0]) * theta


START = np.array([2.0, -1.0])


def test_descent_shrinks_each_weight_by_one_minus_rate_times_curvature():
    path = walk(descent(0.1), in_a_bowl, START, 20)
    expected = START * np.array([0.9, 0.1]) ** np.arange(21)[:, None]
    np.testing.assert_allclose(path, expected)


@pytest.mark.parametrize(
    ("rule", "ahead"), [(momentum, False), (nesterov, True)], ids=("momentum", "nesterov")
)
def test_momentum_is_the_power_of_a_matrix(rule, ahead):
    """Of (θ, u) in a bowl of one weight: a linear map."""
    rate, share, curvature = 0.1, 0.8, 3.0
    back = rate * curvature
    pull = np.array([-back, share - back * share if ahead else share])  # u of the next step
    matrix = np.array([[1, 0], [0, 0]]) + np.array([pull, pull])
    state = np.linalg.matrix_power(matrix, 30) @ np.array([2.0, 0.0])
    path = walk(rule(rate, share), lambda theta: curvature * theta, [2.0], 30)
    assert path[-1, 0] == pytest.approx(state[0])


def test_momentum_makes_larger_rates_stable():
    """Up to 2 (1 + λ) / curvature, where plain descent stands 2 / curvature."""
    share = 0.9
    for rate, bounded in ((1.99 * 1.9, True), (2.01 * 1.9, False)):
        path = walk(momentum(rate, share), lambda theta: theta, [1.0], 3000)
        assert (abs(path[-50:]).max() < 1) == bounded
    assert abs(walk(descent(2.01), lambda theta: theta, [1.0], 3000)[-1, 0]) > 1e6


FIRST = {
    # of a gradient g the first step, over the rate: by hand from what each rule begins with
    "adagrad": (adagrad(1.0, 0.0), np.sign),
    "rmsprop": (rmsprop(1.0, 0.9, 0.0), lambda g: np.sign(g) / np.sqrt(0.1)),
    "rmsprop_nesterov": (rmsprop_nesterov(1.0, 0.9, 0.9, 0.0), lambda g: np.sign(g) / 0.1**0.5),
    "adam": (adam(1.0, small=0.0), np.sign),
    "adam, uncorrected": (
        adam(1.0, small=0.0, corrected=(False, False)), lambda g: np.sign(g) * 0.1 / 0.001**0.5
    ),
    "rprop": (rprop(1.0), np.sign),
    "adadelta": (adadelta(1.0, 0.95, 1e-6), lambda g: g * 1e-3 / np.sqrt(1e-6 + 0.05 * g**2)),
}  # fmt: skip


@pytest.mark.parametrize("name", FIRST)
def test_first_steps_are_those_worked_out_by_hand(name):
    rule, expected = FIRST[name]
    path = walk(rule, in_a_bowl, START, 1)
    np.testing.assert_allclose(path[0] - path[1], expected(in_a_bowl(START)))


def test_a_row_of_rates_walks_as_each_by_itself():
    rates = np.array([0.01, 0.05])
    for rule in (descent, lambda rate: momentum(rate, 0.9), adagrad, adam, rprop, rmsprop):
        both = walk(rule(rates[:, None]), in_a_bowl, np.tile(START, (2, 1)), 15)
        for k, rate in enumerate(rates):
            np.testing.assert_allclose(both[:, k], walk(rule(rate), in_a_bowl, START, 15))


@pytest.mark.parametrize("surface", [bowl(20.0), curved_valley(), saddle()])
def test_slopes_are_differences_of_heights(surface):
    theta, step = np.random.default_rng(1).normal(size=(20, 2)), 1e-6
    for k, unit in enumerate(np.eye(2)):
        ends = [surface.height(theta + sign * step * unit) for sign in (1, -1)]
        slope = (ends[0] - ends[1]) / (2 * step)
        np.testing.assert_allclose(surface.slope(theta)[:, k], slope, atol=1e-6)
    for place in surface.lowest:
        assert surface.height(np.array(place)) == pytest.approx(0)


def test_a_walk_is_settled_when_it_stays():
    heights = np.array([[1, 1], [0.001, 0.5], [0.5, 0.2], [0.001, 0.1], [np.nan, 0.001]])
    assert steps_to(heights).tolist() == [5, 4]


def test_the_rates_of_adagrad_are_those_of_its_sum():
    distance, rates = follow(adagrad(0.1, 0.0), 0.1, 4.0, 3.0, 10, 30)
    slopes = distance[:, None]
    np.testing.assert_allclose(rates[:, :1], 0.1 / np.sqrt((slopes**2).cumsum(axis=0)))


def test_a_batch_that_is_not_wrong_costs_nothing():
    rules = {"momentum": momentum(0.2, 0.9)}
    clean = excess_of_a_bad_batch(rules, 1, 5, 12, wrong=0.0)["momentum"]
    spoiled = excess_of_a_bad_batch(rules, 1, 5, 12, wrong=1.0)["momentum"]
    assert not clean.any()
    assert not spoiled[:6].any()
    assert (spoiled[6:] > 0).all()


def test_sizes_of_adams_steps_follow_from_its_sums(measured):
    (sizes, _), facts = measured("adam-bias")
    t = np.arange(1, facts["steps"] + 1)
    first, second = 1 - 0.9**t, 1 - 0.999**t
    np.testing.assert_allclose(sizes["none"], first / np.sqrt(second), rtol=1e-6)
    np.testing.assert_allclose(sizes["one"], 1 / np.sqrt(second), rtol=1e-6)
    np.testing.assert_allclose(sizes["both"], 1, rtol=1e-6)


def test_where_weights_come_to_rest_is_a_minimum(measured):
    data, facts = measured("momentum-escapes")
    rests = data["rests"]
    np.testing.assert_allclose(rests**3 - rests + 0.15, 0, atol=1e-6)
    assert len(rests) == 100
    assert facts["above"] + round(100 * facts["least"]) == 99


def test_one_rate_is_as_fast_as_theory_lets_it_be(measured):
    """The best one rate leaves 1 - 2 / (steep + 1) of the flat weight's distance at each step."""
    _, facts = measured("own-rates")
    fewest = np.log(0.01) / np.log(1 - 2 / (facts["steep"] + 1))
    assert fewest <= facts["took"]["one"] < 1.2 * fewest
    assert facts["took"]["own"] == np.ceil(np.log2(100))
