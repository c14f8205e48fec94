"""Backpropagation by hand: what the figures say, against differences and numbers done on paper."""

import numpy as np
import pytest

from kit.figures.backpropagation._accumulated import PENALTY, SAMPLES_OF_FOUR, TARGETS_OF_FOUR
from kit.figures.backpropagation._blame import (
    FOUR_BIASES,
    FOUR_INPUTS,
    FOUR_TARGET,
    FOUR_WEIGHTS,
)
from kit.figures.backpropagation._by_hand import backwards, by_the_tape_of, forwards, furthest
from kit.figures.backpropagation._two_hidden import TWO_BIASES, TWO_INPUTS, TWO_WEIGHTS
from kit.figures.backpropagation._written_out import numbered, spelled_sum


def differences(loss, arrays, step=1e-5):
    """Central differences of a loss by every number of arrays; error about step² + 1e-16 / step."""
    arrays = [np.asarray(one, float) for one in arrays]
    slopes = [np.zeros_like(one) for one in arrays]
    for slope, array in zip(slopes, arrays, strict=True):
        for place in np.ndindex(array.shape):
            ends = []
            for move in (step, -step):
                array[place] += move
                ends.append(loss(arrays))
                array[place] -= move
            slope[place] = (ends[0] - ends[1]) / (2 * step)
    return slopes


def split(arrays):
    return arrays[: len(arrays) // 2], arrays[len(arrays) // 2 :]


def test_the_squared_loss_has_the_gradients_of_the_figure(measured):
    data, facts = measured("backprop-equations")

    def loss(arrays):
        return float(forwards(*split(arrays), TWO_INPUTS)[1][-1][0] ** 2)

    found = differences(loss, [*TWO_WEIGHTS, *TWO_BIASES])
    hand = [*data["hand"]["w"], *data["hand"]["b"]]
    assert furthest(hand, found) < 1e-8
    assert facts["loss"] == pytest.approx(loss([*TWO_WEIGHTS, *TWO_BIASES]))
    a = facts["output"]
    assert facts["too_large"] == pytest.approx(1 / (a * (1 - a)))


def test_deltas_of_four_layers_are_those_of_the_biases(measured):
    """A bias moves a Z-value and nothing else: its derivative is delta."""
    data, facts = measured("backprop-blame")

    def loss(biases):
        a = forwards(FOUR_WEIGHTS, biases, FOUR_INPUTS)[1][-1][0]
        return float(-FOUR_TARGET * np.log(a))

    assert furthest(data["deltas"], differences(loss, FOUR_BIASES)) < 1e-8
    assert facts["handed_on"] == pytest.approx(sum(facts["third"]))
    # were the sum normal with std s: 0.2 of its density at 1, which is largest for s = 1
    assert facts["adds_up"] == pytest.approx(0.2 * np.exp(-0.5) / np.sqrt(2 * np.pi), abs=0.01)


def test_the_penalised_cost_has_the_gradients_of_the_figure(measured):
    data, facts = measured("backprop-accumulate")
    x, y = np.array(SAMPLES_OF_FOUR), np.array(TARGETS_OF_FOUR)[:, None]
    for name, strength in (("whole", PENALTY), ("over_n", PENALTY / len(x))):

        def loss(arrays, strength=strength):
            weights, biases = split(arrays)
            a = forwards(weights, biases, x)[1][-1]
            cost = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
            return float(cost + strength / 2 * sum((one**2).sum() for one in weights))

        found = differences(loss, [*TWO_WEIGHTS, *TWO_BIASES])
        stacked = [np.vstack(pair) for pair in zip(*reversed(split(found)), strict=True)]
        assert furthest(data["hand"][name], stacked) < 1e-8
    np.testing.assert_allclose(sum(data["each"]), data["sum"])
    assert facts["biases"] < 1e-15


def test_the_exercise_is_a3_less_y_times_a_weight_while_the_unit_is_on(lab, measured):
    from kit.figures import catalogue

    facts = measured("backprop-exercise")[1]
    # z₃ = -1.2·0.6 + 1.5·0.7 - 0.2 = 0.13
    output = 1 / (1 + np.exp(-0.13))
    assert facts["product"] == pytest.approx((output - 1) * 1.5)
    off = lab.measured(catalogue["backprop-exercise"], 1, b12=-0.8)[1]
    assert off["product"] == off["tape"] == 0


def test_backwards_takes_many_samples_at_once():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(5, 2)), rng.integers(0, 2, size=(5, 1))
    weights = [rng.normal(size=pair) for pair in ((2, 4), (4, 3), (3, 1))]
    biases = [rng.normal(size=n) for n in (4, 3, 1)]
    _, a = forwards(weights, biases, x)
    deltas = backwards(weights, a, a[-1] - y)
    import tensorflow as tf

    def cost(out, _):
        return -tf.reduce_sum(tf.math.log(tf.where(y == 1, out, 1 - out)))

    found = by_the_tape_of(weights, biases, x, cost)
    assert furthest(deltas, found["z"]) < 1e-13
    gradients = [one.T @ delta for one, delta in zip(a[:-1], deltas, strict=True)]
    assert furthest(gradients, found["w"]) < 1e-13
    assert furthest([one.sum(axis=0) for one in deltas], found["b"]) < 1e-13


def test_sums_are_written_with_their_signs():
    assert spelled_sum((-0.5, 0.1), (1, 0.5), -0.2) == "−0.5·1 + 0.1·0.5 − 0.2"
    assert spelled_sum((0.5, -0.1), (1, 2)) == "0.5·1 − 0.1·2"
    assert numbered("x", 2) == ["x₁", "x₂"] and numbered("δ", 1, "⁽³⁾") == ["δ₁⁽³⁾"]
