"""What the figures on vanishing gradients compute, against Keras, closed forms, known numbers."""

import numpy as np
import pytest

import kit
from kit.figures.vanishing._bands import ratio_words, short_factor
from kit.figures.vanishing._chain import run_chain
from kit.figures.vanishing._deep import SLOPED, logistic, pass_through, square_kernels
from kit.figures.vanishing._field import step_factors
from kit.models import build_block


@pytest.mark.parametrize("activation", SLOPED)
def test_a_pass_is_that_of_keras(activation, ball):
    x, y = ball[0][:50], ball[1][:50]
    model = build_block(activation.lower(), "glorot_normal", n_layers=3, units=20, seed=1)
    measured = kit.probe(model, x, y)
    kernels = [layer.kernel.numpy().astype(float) for layer in model.layers]
    found = pass_through(x.astype(float), y, kernels, activation)
    for k, layer in enumerate(("h1", "h2", "h3")):
        assert found.z[k] == pytest.approx(measured[layer].z, abs=1e-5)
        assert found.delta[k] == pytest.approx(np.linalg.norm(measured[layer].delta), rel=1e-4)
        norm = np.linalg.norm(measured[layer].gradient)
        assert found.gradient[k] == pytest.approx(norm, rel=1e-4)


@pytest.mark.parametrize("activation", SLOPED)
def test_wider_kernels_are_kernels_multiplied(activation, rng):
    x, y = rng.normal(size=(20, 100)), rng.integers(0, 2, (20, 1))
    kernels = square_kernels(3, 4)
    wider = [*(2.5 * kernel for kernel in kernels[:-1]), kernels[-1]]
    one, other = (
        pass_through(x, y, kernels, activation, 2.5),
        pass_through(x, y, wider, activation),
    )
    assert one.delta == pytest.approx(other.delta) and one.gradient == pytest.approx(other.gradient)
    assert one.z[-1] == pytest.approx(other.z[-1])


@pytest.mark.parametrize("activation", SLOPED)
def test_a_slope_is_the_difference_of_its_function(activation):
    function, slope = SLOPED[activation]
    z = np.array([-30.0, -3, -0.5, 0.5, 3, 30])
    assert slope(z) == pytest.approx((function(z + 1e-6) - function(z - 1e-6)) / 2e-6, abs=1e-8)
    assert logistic(np.array([-1000.0, 1000.0])).tolist() == [0, 1]


def test_theory_gives_the_numbers_that_were_published():
    # of square layers, without biases: Schoenholz et al. 2017, computed apart
    assert step_factors("sigmoid", 1.0, 40)[-1] == pytest.approx(0.055721, abs=1e-6)
    assert step_factors("sigmoid", 2**0.5, 40)[-1] == pytest.approx(0.100977, abs=1e-6)
    assert step_factors("tanh", 2**0.5, 200)[-1] == pytest.approx(1.10553, abs=1e-5)
    assert step_factors("ReLU", 3.0, 2) == pytest.approx([4.5, 4.5])
    assert step_factors("tanh", 1.0, 1, q=1e-12)[0] == pytest.approx(1)


def test_a_chain_goes_back_as_finite_differences_do():
    def cost(bias):
        a = 0.7
        for k in range(4):
            a = logistic(np.float64(-2.0 * a + (bias if k == 0 else 0.5)))
        return -np.log(1 - a)

    expected = (cost(0.5 + 1e-6) - cost(0.5 - 1e-6)) / 2e-6
    assert run_chain(0.7, -2.0, 0.5, 4).delta[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("by", "words"), [(9.94, "9.9"), (9.96, "10"), (9_940, "9,900"), (99_600.0, "10⁵")]
)
def test_factors_have_two_digits(by, words):
    assert short_factor(by) in (words, "1.0×10⁵")
    assert ratio_words(by) == f"× {short_factor(by)}" and ratio_words(1 / by).startswith("÷ ")
