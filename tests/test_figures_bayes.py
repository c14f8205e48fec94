"""Bayesian statistics: closed forms against integrals, SciPy and scikit-learn."""

import numpy as np
import pytest
from scipy import integrate, optimize, stats
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import DotProduct
from sklearn.linear_model import BayesianRidge, LinearRegression, Ridge
from sklearn.metrics import r2_score

from kit.figures import catalogue
from kit.figures.bayes._bayesian_curves import (
    curve_posterior,
    features_at,
    one_by_one,
    ridge,
    sampled,
    std_of_curve,
)
from kit.figures.bayes._normal_means import (
    drawn_points,
    log_densities,
    log_evidence,
    normal_density,
    updated,
)
from kit.figures.bayes._two_tasks import (
    accuracy_limit,
    classes,
    fit_boundary,
    fit_line,
    numbers,
    r2_limit,
    r2_of,
)
from kit.figures.overfitting._polynomials import FINE, fit_points, noisy_points

POINTS = np.array([0.3, 2.1, 1.2, -0.4])


def test_likelihoods_are_products_of_the_densities_of_scipy():
    means = np.array([-1.0, 0.5, 2.0])
    for density, of in (("normal", stats.norm), ("laplace", stats.laplace)):
        expected = [np.prod(of.pdf(POINTS, loc=mean)) for mean in means]
        np.testing.assert_allclose(np.exp(log_densities(POINTS, means, density)), expected)
    np.testing.assert_allclose(normal_density(means, 0.3, 0.7), stats.norm.pdf(means, 0.3, 0.7))


def test_the_most_likely_mean_is_that_of_an_optimizer(measured):
    """Of the likelihood that SciPy maximizes, without a grid."""
    facts = measured("likelihood")[1]
    points = drawn_points(catalogue["likelihood"].seed, facts["points"])
    found = optimize.minimize_scalar(lambda mean: -stats.norm.logpdf(points, mean).sum())
    assert facts["best"] == pytest.approx(found.x, abs=6e-4)
    assert facts["largest"] == pytest.approx(np.exp(-found.fun), rel=1e-5)
    narrow = stats.norm.pdf(points / 10, found.x / 10, 0.1).prod()
    assert facts["sharp"] == pytest.approx(narrow, rel=1e-5)


def test_with_other_tails_the_most_likely_is_the_median(lab):
    facts = lab.measured(catalogue["likelihood"], 3, density="laplace")[1]
    points = drawn_points(3, facts["points"])
    assert facts["best"] == pytest.approx(np.median(points), abs=6e-4)
    assert facts["least"] == pytest.approx(points.mean(), abs=6e-4)


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (-0.7, 0.3)])
def test_evidence_and_posterior_are_the_integrals(mean, std):
    """By quadrature, and the evidence as one density of all points together."""

    def joint(mu):
        return stats.norm.pdf(mu, mean, std) * stats.norm.pdf(POINTS, mu).prod()

    def integral(of):
        return integrate.quad(of, -6, 6, epsabs=1e-14, epsrel=1e-12)[0]

    evidence = integral(joint)
    covariance = np.eye(4) + std**2 * np.ones((4, 4))
    together = stats.multivariate_normal.logpdf(POINTS, np.full(4, mean), covariance)
    assert log_evidence(POINTS, mean, std) == pytest.approx(together, rel=1e-10)
    assert np.exp(together) == pytest.approx(evidence, rel=1e-9)
    first = integral(lambda mu: mu * joint(mu)) / evidence
    second = integral(lambda mu: (mu - first) ** 2 * joint(mu)) / evidence
    assert updated(POINTS, mean, std) == pytest.approx((first, second**0.5), rel=1e-8)


def test_without_points_the_posterior_is_the_prior():
    assert updated(POINTS[:0], 0.4, 2.0) == (0.4, 2.0)
    assert log_evidence(POINTS[:0], 0.4, 2.0) == 0


def test_the_film_has_a_picture_for_every_point(measured):
    data, facts = measured("posterior")
    step = data["means"][1] - data["means"][0]
    np.testing.assert_allclose(data["posterior"].sum(axis=1) * step, 1, rtol=1e-9)
    assert len(data["posterior"]) == len(facts["widths"]) == 51
    np.testing.assert_allclose(facts["widths"], 1 / np.sqrt(1 + np.arange(51)))


X, Y = noisy_points(4, 0.5, 15)
PLACES = np.linspace(-0.8, 1, 25)


def test_the_features_are_those_of_the_fits_of_overfitting():
    fit = fit_points(X, Y, 14)
    np.testing.assert_allclose(features_at(PLACES) @ fit.coef, fit(PLACES), rtol=1e-9)


@pytest.mark.parametrize("points", [4, 15])
def test_the_posterior_of_a_curve_is_that_of_a_gaussian_process(points):
    """With the kernel τ² φ(x)ᵀφ(x'), which scikit-learn solves in the space of the points."""
    tau, noise = 2.0, 0.5
    mean, covariance = curve_posterior(X[:points], Y[:points], tau, noise)
    process = GaussianProcessRegressor(
        tau**2 * DotProduct(sigma_0=0, sigma_0_bounds="fixed"), alpha=noise**2, optimizer=None
    ).fit(features_at(X[:points]), Y[:points])
    expected, std = process.predict(features_at(PLACES), return_std=True)
    np.testing.assert_allclose(features_at(PLACES) @ mean, expected, atol=1e-8)
    np.testing.assert_allclose(std_of_curve(covariance, PLACES), std, rtol=1e-5)


def test_without_points_the_weights_are_those_of_the_prior():
    mean, covariance = curve_posterior(X[:0], Y[:0], 1.5)
    np.testing.assert_array_equal(mean, 0)
    np.testing.assert_allclose(covariance, 1.5**2 * np.eye(15))


def test_sampled_curves_have_the_mean_and_the_spread_of_the_posterior():
    mean, covariance = curve_posterior(X, Y, 2.0)
    rng = np.random.default_rng(0)
    curves = np.concatenate([sampled(rng, mean, covariance) for _ in range(200)])  # (2400, 721)
    std = std_of_curve(covariance, FINE)
    assert np.abs((curves.mean(axis=0) - features_at(FINE) @ mean) / std).max() < 5 / 2400**0.5
    np.testing.assert_allclose(curves.std(axis=0), std, rtol=0.1)


def test_ridge_is_that_of_scikit_learn():
    for strength in (0.01, 1.0):
        expected = Ridge(strength, fit_intercept=False, tol=1e-12).fit(features_at(X), Y).coef_
        np.testing.assert_allclose(ridge(X, Y, strength), expected, rtol=1e-8)


def test_the_mode_is_where_bayesian_ridge_and_an_optimizer_find_it():
    """BayesianRidge with precisions that its own priors hold; and the log posterior, maximized."""
    tau, noise = 2.0, 0.5
    mode = one_by_one(X, Y, tau, noise)
    held = {"alpha_1": 1e12, "alpha_2": 1e12 * noise**2}
    held |= {"lambda_1": 1e12, "lambda_2": 1e12 * tau**2}
    fit = BayesianRidge(fit_intercept=False, **held).fit(features_at(X), Y)
    np.testing.assert_allclose(mode, fit.coef_, atol=1e-6)

    def against(weights):
        likelihood = stats.norm.logpdf(Y, features_at(X) @ weights, noise).sum()
        return -likelihood - stats.norm.logpdf(weights, 0, tau).sum()

    found = optimize.minimize(against, np.zeros(15), options={"gtol": 1e-4}).x
    np.testing.assert_allclose(mode, found, atol=1e-3)


def test_beside_a_mean_of_squares_the_strength_is_the_nth_part(measured):
    """|y - Φw|²/n + λ|w|², as Keras adds l2(λ), solved by its normal equations."""
    facts = measured("map-is-ridge")[1]
    x, y = noisy_points(catalogue["map-is-ridge"].seed, facts["noise"], facts["points"])
    phi, n = features_at(x), facts["points"]
    for strength, apart in ((facts["as_mean"], 0), (facts["strength"], facts["unscaled"])):
        w = np.linalg.solve(phi.T @ phi / n + strength * np.eye(15), phi.T @ y / n)
        mode = one_by_one(x, y, facts["tau"])
        off = np.linalg.norm(w - mode) / np.linalg.norm(mode)
        assert off == pytest.approx(apart, abs=1e-10)


def test_boundary_and_line_are_those_of_scikit_learn():
    x, labels = classes(np.random.default_rng(2), 61, 1.0)  # 31 of one class, 30 of the other
    w, b = fit_boundary(x, labels)
    expected = LinearDiscriminantAnalysis(solver="lsqr").fit(x, labels)
    # which divides the covariance by n and not by n - 2: a factor, and another intercept with it
    share = np.log(labels.mean() / (1 - labels.mean()))
    factor = 59 / 61
    np.testing.assert_allclose(w, factor * expected.coef_[0])
    assert b - share == pytest.approx(factor * (expected.intercept_[0] - share))
    inputs, y = numbers(np.random.default_rng(2), 40, 1.0)
    line = LinearRegression().fit(inputs[:, None], y)
    assert fit_line(inputs, y) == pytest.approx((line.coef_[0], line.intercept_))
    assert r2_of(y, -y) == pytest.approx(r2_score(y, -y))


@pytest.mark.parametrize("signal", [0.5, 1.0])
def test_the_limits_are_those_of_who_knows_how_the_data_came_about(signal):
    rng = np.random.default_rng(5)
    x, labels = classes(rng, 200_000, signal)
    right = np.mean((x @ [0.9, 0.6] > 0) == labels)
    assert accuracy_limit(signal) == pytest.approx(stats.norm.cdf(signal * np.hypot(0.9, 0.6)))
    assert accuracy_limit(signal) == pytest.approx(right, abs=5 * 0.5 / 200_000**0.5)
    inputs, y = numbers(rng, 200_000, signal)
    assert r2_limit(signal) == pytest.approx(r2_of(y, signal * inputs), abs=0.01)
    assert accuracy_limit(0.0) == 0.5 and r2_limit(0.0) == 0
