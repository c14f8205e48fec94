"""Mean-field theory: against published numbers, closed forms, and networks of random weights."""

import itertools
import math

import numpy as np
import pytest

from kit.stats import (
    correlation_map,
    critical_line,
    mean_field,
    nonlinearity,
    second_moment,
    slope_moment,
)
from kit.stats.fluctuations import mean_over_pairs
from kit.stats.kernels import Kernel, kernel_of_inputs, through_activation, through_weights
from kit.stats.local_kernels import LocalKernel, Window, activated_locally
from kit.stats.nonlinearities import NONLINEARITIES
from kit.stats.propagation import Activate, Normalize, Scale, Weigh, propagate
from kit.stats.quadrature import hermite_rows, normal_mean, normal_nodes, pair_mean

# tanh's critical line (Schoenholz et al. 2017, by iteration): σ_b, σ_w, q*
CRITICAL = (
    (0.0, 1.0, 0.0),
    (0.05, 1.122539, 0.153692),
    (0.1, 1.193401, 0.273301),
    (0.2, 1.304146, 0.512079),
    (0.3, 1.395584, 0.763475),
    (0.5, 1.549674, 1.317939),
    (1.0, 1.855589, 3.036396),
    (2.0, 2.325025, 7.947507),
)
# tanh with σ_b = 0.3: σ_w, q*, χ, ξ_q, c*, ξ_c
FIELDS = (
    (1.3, 0.607047, 0.939807, 1.3377, 1.0, 16.108),
    (2.5, 4.079124, 1.585225, 0.6883, 0.1221, 5.109),
    (4.0, 12.604149, 2.367261, 0.4903, 0.0297, 3.639),
)
# square layers without biases: activation, σ_w, χ
SQUARE = (
    ("sigmoid", 0.5, 0.015155),
    ("sigmoid", 1.0, 0.055721),
    ("sigmoid", math.sqrt(2), 0.100977),
    ("tanh", 0.5, 0.25),
    ("tanh", 1.0, 1.0),
    ("tanh", math.sqrt(2), 1.10553),
    ("relu", 0.5, 0.125),
    ("relu", 1.0, 0.5),
    ("relu", math.sqrt(2), 1.0),
)
FUNCTIONS = [name for name in NONLINEARITIES if name != "swish"]


@pytest.mark.parametrize(("sigma_b", "sigma_w", "q"), CRITICAL)
def test_tanh_is_critical_where_others_computed_it(sigma_b, sigma_w, q):
    assert critical_line("tanh", sigma_b) == pytest.approx((sigma_w, q), abs=6e-7)


@pytest.mark.parametrize(("sigma_w", "q", "chi", "xi_q", "c", "xi_c"), FIELDS)
def test_fixed_points_and_depth_scales_of_tanh(sigma_w, q, chi, xi_q, c, xi_c):
    found = mean_field("tanh", sigma_w, 0.3)
    assert (found.q, found.chi) == pytest.approx((q, chi), abs=6e-7)
    assert (found.xi_q, found.c) == pytest.approx((xi_q, c), abs=6e-5)
    assert found.xi_c == pytest.approx(xi_c, abs=6e-4)


@pytest.mark.parametrize(("activation", "sigma_w", "chi"), SQUARE)
def test_what_a_square_layer_multiplies_a_delta_with(activation, sigma_w, chi):
    assert mean_field(activation, sigma_w).chi == pytest.approx(chi, abs=6e-6)


# sigmoid with Glorot: depth, and by what the last layer's gradient exceeds the second's
DEPTHS = ((3, 4.24), (5, 76), (7, 1360), (10, 1.04e5), (15, 1.42e8), (20, 1.93e11))


@pytest.mark.parametrize(("depth", "ratio"), DEPTHS)
def test_how_sigmoids_gradients_fade_with_the_depth(depth, ratio):
    chi = mean_field("sigmoid", 1.0).chi
    assert chi ** (-(depth - 2) / 2) == pytest.approx(ratio, rel=0.005)
    steps = []
    for layer in range(depth):
        steps += [Weigh(f"h{layer}", 1.0, 1.0, 0.0, 100, 100)]
        steps += [Activate(f"h{layer}", NONLINEARITIES["sigmoid"])]
    x, out = np.random.default_rng(1).normal(size=(2, 20, 100))
    rows, _ = propagate(kernel_of_inputs(x), steps, 20, out)
    found = [row.rms for row in rows if row.quantity == "gradient"]
    assert found[-1] / found[1] == pytest.approx(ratio, rel=0.15)


@pytest.mark.parametrize("q", [1e-4, 0.3, 1.0, 40.0, 1e4])
def test_closed_forms_of_erf_and_relu(q):
    erf = 2 / np.pi * np.arcsin(2 * q / (1 + 2 * q))
    assert float(second_moment("erf", q)) == pytest.approx(erf, rel=1e-9)
    assert float(slope_moment("erf", q)) == pytest.approx(4 / np.pi / np.sqrt(1 + 4 * q), rel=1e-9)
    relu = nonlinearity(lambda z: np.maximum(z, 0))  # by quadrature and centred differences
    assert float(second_moment(relu, q)) == pytest.approx(q / 2, rel=1e-9)
    assert float(slope_moment(relu, q)) == pytest.approx(0.5, abs=1e-9)


def test_kinks_away_from_0_are_integrated_exactly():
    # ∫ of relu6 against the error function, in closed form
    q, a = 9.0, 6 / 3
    upper = 0.5 * math.erfc(a / math.sqrt(2))
    density = math.exp(-a * a / 2) / math.sqrt(2 * math.pi)
    exact = q * (0.5 - upper - a * density) + 36 * upper
    assert float(second_moment("relu6", q)) == pytest.approx(exact, rel=1e-10)
    assert float(slope_moment("relu6", q)) == pytest.approx(0.5 - upper, rel=1e-10)


def test_correlations_of_relu_with_he():
    c = 0.5
    for expected in (0.608998, 0.683906, 0.738128, 0.778895, 0.810454):
        c = correlation_map("relu", c, sigma_w=math.sqrt(2))
        assert c == pytest.approx(expected, abs=6e-7)


def test_correlations_of_erf_have_a_closed_form():
    q, c = 2.0, 0.3
    exact = 2 / np.pi * np.arcsin(2 * q * c / (1 + 2 * q))
    assert pair_mean(NONLINEARITIES["erf"].f, (q, q), c) == pytest.approx(exact, rel=1e-10)
    biased = correlation_map("erf", c, q, sigma_w=1.5, sigma_b=0.4)
    size = 2.25 * 2 / np.pi * np.arcsin(2 * q / (1 + 2 * q)) + 0.16
    assert biased == pytest.approx((2.25 * exact + 0.16) / size, rel=1e-10)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_slopes_are_those_of_the_functions(name):
    f = NONLINEARITIES[name]
    z = np.linspace(-8.013, 8, 1001)
    numeric = nonlinearity(f.f, f.kinks).slope(z)
    assert np.abs(numeric - f.slope(z)).max() < 1e-9


def test_weights_sum_to_one_and_hermite_polynomials_are_orthonormal():
    z, weights = normal_nodes(np.array([0.0, 1.0, 1e4]), (0.0, 3.0))
    assert np.allclose(weights.sum(axis=1), 1, atol=1e-13)
    rows = hermite_rows(z[1], 12)
    assert np.allclose((rows * weights[1]) @ rows.T, np.eye(13), atol=1e-9)
    assert float(normal_mean(np.square, 3.0)) == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("name", "close", "slopes"),
    [("sigmoid", 1e-6, 1e-6), ("tanh", 1e-6, 1e-4), ("relu", 1e-12, 1e-12), ("gelu", 1e-6, 1e-4),
     ("leaky_relu", 1e-12, 1e-12), ("elu", 1e-5, 1e-3), ("relu6", 1e-3, 0.02)],
)  # fmt: skip
def test_the_kernel_of_many_samples_is_the_mean_over_pairs(rng, name, close, slopes):
    f = NONLINEARITIES[name]
    x = rng.normal(size=(4, 4))
    x[1], x[2] = x[0] + 0.01 * x[1], 1.3 * x[0]
    z = through_weights(kernel_of_inputs(x), gain=4.0, shift=0.1)
    found = through_activation(z, f)
    for i, j in ((0, 1), (0, 2), (0, 3), (2, 3)):
        q, c = (float(z.size[i]), float(z.size[j])), float(1 - z.away[i, j])
        assert found.kernel.both[i, j] == pytest.approx(pair_mean(f.f, q, c, f.kinks), abs=close)
        exact = pair_mean(f.slope, q, c, f.kinks)
        assert found.slopes[i, j] == pytest.approx(exact, abs=slopes)


def test_samples_that_are_almost_the_same_keep_their_digits():
    """Sigmoid with small weights: apart by 1e-8 of their size after five layers, as computed in
    float64 with wide layers, whose std across samples is σ_w/4 times that of the layer before."""
    x = np.random.default_rng(1).normal(size=(30, 10))
    kernel, apart = kernel_of_inputs(x), []
    for gain in (10e-4, *4 * (100e-4,)):
        z = through_weights(kernel, gain)
        kernel = through_activation(z, NONLINEARITIES["sigmoid"]).kernel
        apart.append(math.sqrt(z.apart.mean()))
    falls = [b / a for a, b in itertools.pairwise(apart)]
    assert falls == pytest.approx([0.1 / 4] * 4, rel=2e-3)


def network(rng, f, sizes, sigma_w, x):
    """Values and slopes of a network of random weights; std of z and of what each unit shows."""
    a, stds = x, []
    for fan_in, units in itertools.pairwise(sizes):
        z = a @ rng.normal(0, sigma_w / fan_in**0.5, (fan_in, units))
        a = f.f(z)
        stds.append((z.std(), math.sqrt(z.var(axis=0).mean()), a.std()))
    return np.array(stds)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "gelu"])
@pytest.mark.parametrize(("width", "close"), [(100, 0.08), (2000, 0.02)])
def test_networks_of_random_weights_do_what_theory_says(rng, name, width, close):
    x = rng.normal(size=(60, 40))
    f = NONLINEARITIES[name]
    sizes = [40, width, width, width]
    few = 8 if width < 1000 else 2
    measured = np.mean([network(rng, f, sizes, 1.3, x) for _ in range(few)], axis=0)
    steps = []
    for k, units in enumerate(sizes[1:]):
        steps += [Weigh(f"h{k}", 1.69, 1.69, 0.0, units, sizes[k]), Activate(f"h{k}", f)]
    rows, _ = propagate(kernel_of_inputs(x), steps, len(x))
    z = [(row.std, row.std_samples) for row in rows if row.quantity == "z"]
    a = [row.std for row in rows if row.quantity == "activation"]
    predicted = np.column_stack([z, a])
    assert np.abs(measured / predicted - 1).max() < close


def test_gradients_of_wide_networks(rng):
    """Backpropagation by hand, for a loss whose delta does not lean on the weights."""
    x, out = rng.normal(size=(50, 30)), rng.normal(size=(50, 5))
    f, sizes = NONLINEARITIES["tanh"], [30, 800, 400, 5]
    found = []
    for _ in range(3):
        a, zs, values, weights = x, [], [x], []
        for fan_in, units in itertools.pairwise(sizes):
            w = rng.normal(0, 1.2 / fan_in**0.5, (fan_in, units))
            zs.append(a @ w)
            a = f.f(zs[-1])
            values.append(a)
            weights.append(w)
        delta, rows = out, []
        for k in (2, 1, 0):
            rows.insert(0, (delta.std(), (values[k].T @ delta / len(x)).std()))
            if k:
                delta = (delta @ weights[k].T) * f.slope(zs[k - 1])
        found.append(rows)
    steps = []
    for k, (fan_in, units) in enumerate(itertools.pairwise(sizes)):
        var = 1.44 / fan_in
        steps += [Weigh(f"h{k}", 1.44, units * var, 0.0, units, fan_in), Activate(f"h{k}", f)]
    rows, _ = propagate(kernel_of_inputs(x), steps, len(x), out)
    by = {(row.layer, row.quantity): row for row in rows}
    predicted = [[by[f"h{k}", one].std for one in ("delta", "gradient")] for k in range(3)]
    assert np.abs(np.mean(found, axis=0) / predicted - 1).max() < 0.06
    for one in found:
        spread = [[by[f"h{k}", q].spread for q in ("delta", "gradient")] for k in range(3)]
        assert (np.abs(np.log(np.array(one) / predicted)) <= np.log(spread) + 1e-9).all()


def convolve(values, weights, window):
    """(inputs, samples, channels) by (taps, channels, filters), as the window says."""
    padded = np.concatenate([values, np.zeros_like(values[:1])])
    return sum(padded[tap] @ one for tap, one in zip(window.looks.T, weights, strict=True))


def rows_of_three(size, stride):
    """A kernel of three taps over a row, with zeros on both sides."""
    found = np.arange(0, size, stride)[:, None] + np.arange(-1, 2)
    return np.where(found < size, found, -1)


def test_gradients_of_convolutions(rng):
    """Backpropagation by hand through two convolutions and a dense layer, places unlike."""
    n, f, sigma = 40, NONLINEARITIES["relu"], math.sqrt(2)
    x = rng.normal(size=(12, n, 3)) * np.linspace(0, 2, 12)[:, None, None]
    x[:3] = 0  # there z is 0, and ReLU's slope
    filters, out = (400, 300), rng.normal(size=(n, 5))
    looks = [rows_of_three(12, 1), rows_of_three(12, 2)]
    var = [sigma**2 / 9, sigma**2 / (3 * 400), 1 / 1800]
    windows = [
        Window(looks[0], 12, 3 * var[0], 400 * var[0]),
        Window(looks[1], 12, 400 * var[1], 300 * var[1]),
    ]
    found = []
    for _ in range(4):
        weights = [rng.normal(0, var[k] ** 0.5, (3, c, filters[k])) for k, c in ((0, 3), (1, 400))]
        last = rng.normal(0, var[2] ** 0.5, (6, 300, 5))
        z1 = convolve(x, weights[0], windows[0])
        a1 = f.f(z1)
        z2 = convolve(a1, weights[1], windows[1])
        a2 = f.f(z2)
        d2 = np.einsum("no,pfo->pnf", out, last) * f.slope(z2)
        d1 = np.zeros((13, n, 400))
        for tap, one in zip(looks[1].T, weights[1], strict=True):
            d1[tap] += d2 @ one.T
        d1 = d1[:12] * f.slope(z1)
        rows = []
        for before, delta, window in ((x, d1, windows[0]), (a1, d2, windows[1])):
            padded = np.concatenate([before, np.zeros_like(before[:1])])
            slopes = [np.einsum("pnc,pnf->cf", padded[tap], delta) / n for tap in window.looks.T]
            rows.append((delta.std(), np.std(slopes)))
        rows.append((out.std(), (np.einsum("pnf,no->pfo", a2, out) / n).std()))
        found.append(rows)
    steps = []
    for k, (units, window) in enumerate(zip(filters, windows, strict=True)):
        fan_in = 3 * (3, 400)[k]
        steps += [Weigh(f"h{k}", 1, 1, 0.0, units, fan_in, len(looks[k]), window=window)]
        steps += [Activate(f"h{k}", f)]
    steps += [Weigh("h2", 1.0, 5 * var[2], 0.0, 5, 1800)]
    rows, _ = propagate(LocalKernel.of_inputs(x.swapaxes(0, 1)), steps, n, out)
    by = {(row.layer, row.quantity): row for row in rows}
    predicted = [[by[f"h{k}", one].std for one in ("delta", "gradient")] for k in range(3)]
    assert np.abs(np.mean(found, axis=0) / predicted - 1).max() < 0.07
    spread = [[by[f"h{k}", q].spread for q in ("delta", "gradient")] for k in range(3)]
    inside = [np.abs(np.log(np.array(one) / predicted)) <= np.log(spread) + 1e-9 for one in found]
    assert np.mean(inside) > 0.9


def test_some_samples_stand_for_all_whichever_two_of_each_group_are_taken(rng):
    """Two of each four: the mean over all choices is the mean over all pairs."""
    matrix = rng.normal(size=(8, 8))
    chosen = [
        [*first, *second]
        for first in itertools.combinations(range(4), 2)
        for second in itertools.combinations(range(4, 8), 2)
    ]
    means = [mean_over_pairs(matrix[np.ix_(some, some)], samples=8) for some in chosen]
    assert np.mean(means) == pytest.approx(matrix.mean(), rel=1e-12)
    assert mean_over_pairs(matrix, 8) == pytest.approx(matrix.mean(), rel=1e-12)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "tanh", "gelu"])
def test_a_kernel_of_places_is_that_of_each_place(rng, name):
    local = LocalKernel.of_inputs(rng.normal(size=(6, 5, 4)))
    found, slopes = activated_locally(local, NONLINEARITIES[name])
    for place in range(5):
        kernel = Kernel(local.size[place], local.apart[place], local.mean[place])
        one = through_activation(kernel, NONLINEARITIES[name])
        assert np.allclose(found.apart[place], one.kernel.apart, atol=1e-6)
        assert np.allclose(found.size[place], one.kernel.size, rtol=1e-9)
        assert np.allclose(slopes[place], one.slopes, atol=1e-5)


def test_at_a_kink_the_slope_is_that_of_the_function_there():
    z = through_weights(kernel_of_inputs(np.array([[0.0, 0.0], [1.0, 2.0]])), gain=2.0)
    assert through_activation(z, NONLINEARITIES["relu"]).slopes.tolist() == [[0, 0], [0, 0.5]]
    leaky = through_activation(z, nonlinearity("leaky_relu")).slopes
    below = nonlinearity("leaky_relu").below
    assert leaky[0].tolist() == pytest.approx([below**2, below * (1 + below) / 2])


def test_single_draws_lie_in_the_range_that_is_told(rng):
    x = rng.normal(size=(60, 40))
    f, sizes = NONLINEARITIES["relu"], [40, 100, 100, 100]
    draws = np.array([network(rng, f, sizes, math.sqrt(2), x) for _ in range(60)])[..., 0]
    steps = []
    for k in range(3):
        steps += [Weigh(f"h{k}", 2.0, 2.0, 0.0, 100, sizes[k]), Activate(f"h{k}", f)]
    rows = [row for row in propagate(kernel_of_inputs(x), steps, 60)[0] if row.quantity == "z"]
    spread = np.array([row.spread for row in rows])
    within = np.abs(np.log(draws / [row.std for row in rows])) < np.log(spread)
    assert (within.mean(axis=0) >= 0.9).all()
    # and not by being wide: half of it leaves many outside
    half = np.abs(np.log(draws / [row.std for row in rows])) < np.log(spread) / 2
    assert (half.mean(axis=0) <= 0.85).all()


def test_dropout_and_batch_normalisation_of_many_samples(rng):
    x = rng.normal(size=(80, 50)) + 0.5
    w = rng.normal(size=(50, 3000)) / 50**0.5
    kernel = kernel_of_inputs(x)
    z = Weigh("h", 1.0, 1.0, 0.0, 3000, 50)
    kept = (rng.uniform(size=(80, 3000)) < 0.75) / 0.75
    dropped = (x @ w) * kept
    _rows, through = propagate(kernel, [z, Scale("drop", 1.0, 1 / 0.75)], 80)
    size, both = through[-1].after.size.mean(), through[-1].after.both
    assert size == pytest.approx((dropped**2).mean(), rel=0.03)
    assert both[0, 1] == pytest.approx((dropped[0] * dropped[1]).mean(), abs=0.1)
    normal = (x @ w - (x @ w).mean(axis=0)) / (x @ w).std(axis=0)
    _, through = propagate(kernel, [z, Normalize("norm", 1.0)], 80)
    after = through[-1].after
    assert after.size.mean() == pytest.approx(1.0, abs=1e-9)
    assert np.abs(after.both - normal @ normal.T / 3000).max() < 0.15


def test_what_has_no_fixed_point_or_no_critical_line():
    assert mean_field("relu", 2.0).q == math.inf
    assert math.isnan(mean_field("relu", math.sqrt(2)).q)
    assert mean_field("relu", 1.0, 0.5).q == pytest.approx(0.5)
    assert mean_field("linear", 0.9, 1.0).q == pytest.approx(1 / (1 - 0.81))
    assert critical_line("relu")[0] == pytest.approx(math.sqrt(2))
    with pytest.raises(ValueError, match="`sigma_b` must be 0 for relu"):
        critical_line("relu", 0.1)
    with pytest.raises(ValueError, match="`activation` must have a critical line"):
        critical_line("softplus")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_field("tanh", -1), "`sigma_w` must be a number of at least 0; got -1"),
        (lambda: mean_field("tanh", 1, -1), "`sigma_b` must be a number of at least 0; got -1"),
        (lambda: critical_line("tanh", -1), "`sigma_b` must be a number of at least 0; got -1"),
        (lambda: correlation_map("tanh", 2), "`c` must be a number from -1 to 1; got 2"),
        (lambda: nonlinearity("tahn"), "`activation` must be one of .*; got 'tahn'"),
        (lambda: nonlinearity(3), "`activation` must be a name, or a function .*; got 3"),
        (lambda: nonlinearity(np.sum), "`activation` must return an array of the shape"),
        (lambda: nonlinearity(np.abs, [math.nan]), "`kinks` must be finite numbers; got"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
