"""Fits and penalties: what the figures on overfitting compute, against closed forms."""

import numpy as np
import pytest

from kit.figures import catalogue
from kit.figures.overfitting._polynomials import (
    LECTURE_POLYNOMIAL,
    errors_of_degrees,
    fit_points,
    noisy_points,
    truth_at,
)


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
