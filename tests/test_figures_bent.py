"""The small network of two hidden units: against Keras, and the best line against all lines."""

import itertools

import keras
import numpy as np
import pytest

from kit.callbacks import represent
from kit.figures import catalogue
from kit.figures.representations._bent import (
    BENT_POINTS,
    bent_data,
    best_line,
    forward_bent,
    planes_of,
    start_bent,
    train_bent,
    updated_bent,
)
from kit.figures.representations._seen import SEEN_AT, view_at


def in_keras(weights, activation="tanh"):
    hidden = keras.layers.Dense(2, activation, name="hidden")
    model = keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")
    model.set_weights([weights[0], weights[1][0], weights[2], weights[3][0]])
    return model


@pytest.mark.parametrize("activation", ["tanh", "linear"])
def test_steps_are_those_of_keras(activation):
    X, y, _ = bent_data(4)
    weights = start_bent(4)
    model = in_keras(weights, activation)
    order = np.random.default_rng(0).permutation(BENT_POINTS)
    for begin in range(0, BENT_POINTS, 50):
        batch = order[begin : begin + 50]
        model.train_on_batch(X[batch], y[batch, None])
        weights = updated_bent(weights, X[batch], y[batch], 0.5, activation)
    for mine, its in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(mine.reshape(its.shape), its, rtol=1e-4, atol=1e-6)


def test_a_network_does_not_depend_on_its_neighbours():
    """Trained alone, with the batches of its own seed."""
    X, y, _ = bent_data(2)
    weights, rng = start_bent(2), np.random.default_rng([2, 3])
    together = train_bent(1)[2]
    for epoch in (1, 2):
        order = rng.permutation(BENT_POINTS)
        for begin in range(0, BENT_POINTS, 10):
            batch = order[begin : begin + 10]
            weights = updated_bent(weights, X[batch], y[batch], 0.5, "tanh")
        for mine, its in zip(weights, together, strict=True):
            np.testing.assert_allclose(mine, its[epoch], rtol=1e-4, atol=1e-6)


def test_what_is_drawn_is_what_the_kit_finds_in_keras():
    weights = [one[10] for one in train_bent(1)[1]]
    data = planes_of(1, [one[None] for one in weights], "tanh")
    drawn = view_at(data, 0)
    X, y, _ = bent_data(1)
    found = represent(in_keras(weights), X, y, layer="hidden")
    for name in ("labels", "probabilities", "hidden", "line", "inputs"):
        np.testing.assert_allclose(getattr(drawn, name), getattr(found, name), 1e-4, 1e-5)
    _, p = forward_bent(found.grid.reshape(-1, 2), weights)
    np.testing.assert_allclose(found.grid_probabilities.ravel(), p, rtol=1e-4, atol=1e-6)


def by_all_pairs(points, labels):
    """A best line can be moved until it touches two points, each on either side."""
    best = max((labels == 1).mean(), (labels == 0).mean())
    for one, other in itertools.combinations(range(len(points)), 2):
        (a, b), (c, d) = points[one], points[other]
        side = (points - points[one]) @ np.array([b - d, c - a])
        for signs in itertools.product((-1, 1), repeat=2):
            side[[one, other]] = signs
            right = ((side > 0) == (labels == 1)).mean()
            best = max(best, right, 1 - right)
    return best


@pytest.mark.parametrize("seed", range(4))
def test_the_best_line_is_that_of_all_lines(seed):
    rng = np.random.default_rng(seed)
    points, labels = rng.normal(size=(24, 2)), rng.integers(0, 2, 24)
    exact, found = by_all_pairs(points, labels), best_line(points, labels)
    assert exact - 1.5 / 24 <= found <= exact + 1e-12  # a degree apart it may miss a point


def test_the_best_line_of_cases_that_are_known():
    square = np.array([[0.0, 0], [1, 1], [0, 1], [1, 0]])
    assert best_line(square, np.array([0, 0, 1, 1])) == 0.75
    assert best_line(square, np.array([0, 1, 1, 1])) == 1.0
    assert best_line(np.zeros((4, 2)), np.array([0, 0, 0, 1])) == 0.75  # at one place


def test_wrong_labels_are_as_many_as_are_asked_for():
    X, y, wrong = bent_data(7, 0.1)
    clean_x, clean, none = bent_data(7)
    assert wrong.sum() == 30 and not none.any()
    np.testing.assert_array_equal(X, clean_x)
    np.testing.assert_array_equal(y != clean, wrong)
    np.testing.assert_allclose(X[:, 1], X[:, 0] ** 2 - 0.5 * clean, atol=1e-6)


def test_what_the_pictures_show(measured):
    figure, (data, facts) = catalogue["decision-boundary"], measured("decision-boundary")
    axes = figure.draw(data, facts).axes
    assert [ax.get_title() for ax in axes] == [f"epoch {epoch}" for epoch in SEEN_AT]
    data, facts = measured("loss-histogram")
    losses, wrong = view_at(data, -1).losses, data["wrong"]
    assert wrong.sum() == facts["wrong"] and losses[wrong].mean() > 10 * losses[~wrong].mean()
    data, facts = measured("feature-space")
    w1, w2, b = data["line"][-1]
    said = data["hidden"][-1] @ [w1, w2] + b > 0
    np.testing.assert_array_equal(said, data["probabilities"][-1] > 0.5)
