"""Order and chaos: what the figures compute, against published numbers, Keras and theory."""

import itertools

import keras
import numpy as np
import pytest
from scipy.stats import spearmanr

from kit.figures.theory import _two_inputs
from kit.figures.theory._phase_plane import (
    BIAS_WIDTHS,
    WEIGHT_WIDTHS,
    line_of_phases,
    measured_growth,
)
from kit.figures.theory._trained_depths import (
    BIAS_STD,
    CRITICAL_STD,
    DEPTHS_TRAINED,
    WEIGHT_STDS,
    deep_start,
    deepest_trained,
    depth_scales,
    rank_correlation,
    train_deep_nets,
)
from kit.figures.theory._two_inputs import LIKE_AT_FIRST, foretold_pairs, settings_of_pairs
from kit.stats import correlation_map, critical_line, second_moment, slope_moment

PUBLISHED = {  # σ_b: σ_w, of tanh, where χ = 1
    0.0: 1.0, 0.05: 1.122539, 0.1: 1.193401, 0.2: 1.304146,
    0.3: 1.395584, 0.5: 1.549674, 1.0: 1.855589, 2.0: 2.325025,
}  # fmt: skip


def test_the_line_is_where_it_was_published():
    sigma_b, sigma_w = line_of_phases()
    assert (np.diff(sigma_b) > 0).all() and sigma_b[-1] > 2.5
    found = np.interp(list(PUBLISHED), sigma_b, sigma_w)
    np.testing.assert_allclose(found, list(PUBLISHED.values()), atol=1e-4)


def test_the_critical_width_of_the_trained_networks_is_on_the_line():
    assert pytest.approx(critical_line("tanh", BIAS_STD)[0], abs=1e-4) == CRITICAL_STD


@pytest.fixture(scope="module")
def foretold(lab):
    return lab.run(foretold_pairs, chaotic=2.5)


def test_relu_brings_inputs_closer_by_its_closed_form(foretold):
    lines = dict(zip(LIKE_AT_FIRST, foretold["He"], strict=True))
    published = [0.5, 0.608998, 0.683906, 0.738128, 0.778895, 0.810454]
    np.testing.assert_allclose(lines["c5"][:6], published, atol=2e-6)
    for c, line in zip(LIKE_AT_FIRST.values(), lines.values(), strict=True):
        assert line[0] == pytest.approx(c)
        for before, after in itertools.pairwise(line):
            angle = np.arccos(before)
            assert after == pytest.approx((np.sin(angle) + before * (np.pi - angle)) / np.pi)


@pytest.mark.parametrize("name", ["ordered", "critical", "chaotic"])
def test_many_pairs_at_once_are_as_one_after_the_other(foretold, name):
    activation, sigma_w, sigma_b = settings_of_pairs(2.5)[name]
    c, q = 0.9, 1.0
    for layer in range(4):
        assert foretold[name][2, layer] == pytest.approx(c, abs=1e-6)
        c = correlation_map(activation, c, q, sigma_w=sigma_w, sigma_b=sigma_b)
        q = sigma_w**2 * float(second_moment(activation, q)) + sigma_b**2


def test_networks_of_a_thousand_units_are_near_theory(measured):
    data, facts = measured("theory-correlation")
    for name, line in data["theory"].items():
        middle = np.median(data["lines"][name], axis=0)
        assert middle.shape == line.shape == (3, facts["layers"])
        assert np.abs(middle - line).max() < 0.1, name
        np.testing.assert_allclose(data["lines"][name][..., 0], [[0.1, 0.5, 0.9]] * 5, atol=1e-6)
    assert facts["stays"] == pytest.approx(0.1221, abs=1e-4)


def test_arrows_of_the_film_have_the_angle_of_the_correlation(measured, monkeypatch):
    kept = {}
    monkeypatch.setattr(
        _two_inputs, "animate_steps", lambda figure, show, words: kept.update(f=figure, show=show)
    )
    data, facts = measured("theory-correlation")
    _two_inputs.animate_pairs(data, facts)
    for layer in (0, 19):
        kept["show"](layer)
        for ax, name in zip(kept["f"].axes, data["lines"], strict=True):
            ends = np.array([line.get_xydata()[1] for line in ax.lines[2:]])
            np.testing.assert_allclose(np.linalg.norm(ends, axis=1), 1, atol=1e-6)
            expected = np.median(data["lines"][name], axis=0)[:, layer]
            np.testing.assert_allclose(ends[:, 0], expected)


def test_delta_grows_by_the_root_of_chi():
    found = measured_growth(7, "tanh", units=400)
    for k, sigma_b in enumerate(BIAS_WIDTHS[1:], start=1):
        for column in (4, 7, 12, 15):
            gain, q = WEIGHT_WIDTHS[column] ** 2, 1.0
            for _ in range(60):
                q = gain * float(second_moment("tanh", q)) + sigma_b**2
            expected = (gain * float(slope_moment("tanh", q))) ** 0.5
            assert found["delta"][k, column] == pytest.approx(expected, rel=0.05)
            if 0.6 < expected < 0.9:  # else the distance soon is not small, or lost in rounding
                assert found["distance"][k, column] == pytest.approx(expected, rel=0.05)


def test_without_tanh_each_layer_multiplies_by_its_width():
    found = measured_growth(7, "linear", units=400)
    np.testing.assert_allclose(found["delta"], np.tile(WEIGHT_WIDTHS, (6, 1)), rtol=0.02)
    np.testing.assert_allclose(found["lectured"], [0.1, 1, 10], rtol=0.02)


def test_each_network_of_the_plane_is_one_triangle(measured):
    data, facts = measured("theory-phase")
    assert data["delta"].size == facts["points"] == len(BIAS_WIDTHS) * len(WEIGHT_WIDTHS)
    line = np.array([facts["line"][f"b{b:g}"] for b in BIAS_WIDTHS])[:, None]
    right = (data["delta"] > 1) == (line < WEIGHT_WIDTHS)
    assert right.mean() == pytest.approx(facts["right"])


def keras_twin(weights, network, shortcut):
    """The same network in Keras."""
    given = keras.Input((weights[0].shape[1],))
    a = given
    for layer in range(len(weights) // 2 - 1):
        bent = keras.layers.Dense(weights[2 * layer].shape[2], "tanh")(a)
        a = keras.layers.Add()([bent, a]) if shortcut and layer else bent
    model = keras.Model(given, keras.layers.Dense(10, "softmax")(a))
    model.set_weights([one[network].reshape(one.shape[1:] if k % 2 == 0 else -1)
                       for k, one in enumerate(weights)])  # fmt: skip
    model.compile(keras.optimizers.SGD(0.02), "sparse_categorical_crossentropy")
    return model


@pytest.mark.parametrize("shortcut", [False, True])
def test_deep_networks_are_trained_as_keras_trains_them(rng, shortcut):
    weights = deep_start(3, 4, 100)
    networks = len(WEIGHT_STDS)
    x = rng.normal(size=(40, 100)).astype(np.float32)
    y = rng.integers(10, size=40)
    orders = np.stack([rng.permutation(40) for _ in range(2)])
    model = keras_twin(weights, 5, shortcut)
    for order in orders:
        for at in (0, 20):
            model.train_on_batch(x[order[at : at + 20]], y[order[at : at + 20]])
    stacked = [np.broadcast_to(one, (networks, *one.shape)) for one in (x, y)]
    read = train_deep_nets(*stacked, weights, orders, shortcut=shortcut)
    for mine, theirs in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(mine[5].reshape(theirs.shape), theirs, atol=2e-5)
    assert read[5] == np.mean(np.asarray(model(x)).argmax(axis=1) == y)


def test_starts_differ_in_the_width_of_their_weights_alone():
    weights = deep_start(1, 3, 100)
    for kernel in weights[:-2:2]:
        np.testing.assert_allclose(
            kernel / np.array(WEIGHT_STDS)[:, None, None], kernel[[0]].repeat(8, 0), rtol=1e-5
        )
        assert kernel[0].std() == pytest.approx(kernel.shape[1] ** -0.5, rel=0.05)
    assert weights[3][0].std() == pytest.approx(BIAS_STD, rel=0.3)
    assert not weights[-1].any() and (weights[-2] == weights[-2][0]).all()


def test_the_deepest_that_trains_lies_where_half_is_read():
    read = np.array([[1, 1, 0.75, 0.25, 0, 0], [1, 1, 1, 1, 1, 0.9], [0.1, 0, 0, 0, 0, 0]])
    found = deepest_trained(read)
    assert found == pytest.approx([(14 * 22) ** 0.5, DEPTHS_TRAINED[-1], DEPTHS_TRAINED[0]])


def test_the_rank_correlation_is_spearmans(rng):
    a, b = rng.integers(5, size=(2, 30))
    assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert rank_correlation(np.ones(4), np.arange(4)) == 0
    assert rank_correlation(np.arange(4), np.array([1, 2, 3, np.inf])) == pytest.approx(1)


def test_xi_has_no_end_on_the_line_and_the_curve_goes_through_all_others(lab):
    found = lab.run(depth_scales)
    xi = dict(zip(WEIGHT_STDS, found["xi"], strict=True))
    assert np.isinf(xi.pop(CRITICAL_STD))
    curve = np.interp(list(xi), found["curve"], found["xi_curve"])
    np.testing.assert_allclose(curve, list(xi.values()), rtol=0.02)
    assert xi[1.0] == pytest.approx(3.627, abs=1e-3) and xi[2.0] == pytest.approx(6.980, abs=1e-3)
