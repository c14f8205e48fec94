"""Bayesian statistics: closed forms against integrals, SciPy and scikit-learn."""

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from kit.figures import catalogue
from kit.figures.bayes._normal_means import (
    drawn_points,
    log_densities,
    log_evidence,
    normal_density,
    updated,
)

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
