"""Networks diagnosed and mended: what the figures compute, against Keras and `kit.twin`."""

import numpy as np
import pytest

import kit
from kit.datasets.ball import load_data
from kit.diagnosis import RULEBOOK, diagnose
from kit.figures.diagnosis._remedies import (
    BALLS,
    MENDED_SIDES,
    OTHER_START,
    build_side,
    different_units,
    hidden_z,
    measure_remedy,
    train_sides,
)
from kit.figures.diagnosis._remedies_drawn import band_of
from kit.training import twin


@pytest.fixture(scope="module")
def sides(lab):
    """Both experiments, as all four figures show them."""
    return {one: lab.run(train_sides, optimizer=one, first=1) for one in MENDED_SIDES}


@pytest.fixture(scope="module")
def points():
    return load_data(n_points=BALLS)


@pytest.mark.parametrize(("side", "mended"), [("sigmoid", "ReLU"), ("zeros", "random")])
def test_both_sides_are_twins_by_what_the_finding_names(sides, points, side, mended):
    found = sides["sgd"]["found"]
    change = next(iter(found[side][2]["said"].values()))["change"]
    twins = twin(
        lambda seed: build_side("sgd", side, seed), *points, change=change, seeds=[2],
        epochs=3, batch_size=40, probe=points, verbose=False,
    )  # fmt: skip
    table = twins.history.set_index(["side", "epoch"])["val_loss"]
    for of, name in (("given", side), ("changed", mended)):
        np.testing.assert_allclose(
            found[name][2]["loss"][1:4], table[of].to_numpy(), rtol=1e-4, err_msg=name
        )


def test_the_first_step_of_adam_is_the_rate(points):
    model = build_side("adam", "slow", 3)
    model.run_eagerly, before = True, model.get_weights()
    model.train_on_batch(*points)
    rate = MENDED_SIDES["adam"]["slow"][2]
    for one, other in zip(before[::2], model.get_weights()[::2], strict=True):
        moved = np.abs(other.astype(float) - one)
        assert np.median(moved[moved > 0]) == pytest.approx(rate, rel=0.05)  # of float32


def test_rates_are_what_the_finding_makes_of_the_step(sides):
    found = sides["adam"]["found"]
    for side, rule, mended in (
        ("slow", "learning-rate-low", "higher"), ("fast", "learning-rate-high", "lower"),
    ):  # fmt: skip
        rate = MENDED_SIDES["adam"][side][2]
        for one in found[side].values():
            step = rate / one["weight"].min()
            assert one["said"][rule]["change"] == {"learning_rate": MENDED_SIDES["adam"][mended][2]}
            if side == "slow":  # else weights have grown by the time of the largest step
                assert one["said"][rule]["measured"] == pytest.approx(step, rel=0.05)


def test_deltas_are_those_of_a_probe_and_theory_is_near(sides, points):
    one = sides["sgd"]["found"]["sigmoid"][1]
    snapshot = kit.probe(build_side("sgd", "sigmoid", 1), *points)
    norms = [np.sqrt(np.square(snapshot[f"h{k}"].delta).sum(axis=1).mean()) for k in range(1, 6)]
    np.testing.assert_allclose(one["delta"], np.array(norms) / norms[-1], rtol=1e-4)
    assert 1 / one["delta"][0] == pytest.approx(one["said"]["vanishing"]["measured"], rel=1e-4)
    assert 1 / one["theory"][0] == pytest.approx(one["said"]["vanishing"]["predicted"], rel=1e-6)
    assert one["said"]["vanishing"]["limit"] == RULEBOOK["vanishing"].threshold


def test_what_is_said_is_what_a_diagnosis_says_before_training(sides, points):
    first = diagnose(build_side("sgd", "sigmoid", 1), *points).findings[0]
    assert first.name == "vanishing"
    assert sides["sgd"]["found"]["sigmoid"][1]["said"]["vanishing"]["change"] == first.change


def test_dead_units_are_those_without_any_answer(sides, points):
    found = sides["adam"]["found"]["fast"][1]["dead"]
    z = hidden_z(build_side("adam", "fast", 1), points[0])
    assert found.shape == (6, 5)
    np.testing.assert_allclose(found[0], (z <= 0).all(axis=1).mean(axis=1))


def test_z_is_what_a_probe_sees(points):
    model = build_side("sgd", "random", 1)
    snapshot = kit.probe(model, *points)
    for k, z in enumerate(hidden_z(model, points[0]), 1):
        np.testing.assert_allclose(z, snapshot[f"h{k}"].z, atol=1e-5)


def test_equal_units_count_once():
    z = np.array([[[1, 1, 2], [0, 0, 3]], [[1, 2, 3], [1, 2, 3]]])
    assert different_units(z) == [2, 3]


def test_another_start_is_the_broken_network_of_the_next_seed(lab, sides):
    losses = [one["loss"][-1] for one in sides["sgd"]["found"]["sigmoid"].values()]
    _, facts = measure_remedy(lab, 1, "sigmoid", OTHER_START, lambda _: {}, "vanishing")
    assert facts["end"]["mended"] == pytest.approx(np.median(losses))
    assert facts["ratio"] == pytest.approx(np.median(np.roll(losses, -1) / losses))


def test_a_band_reaches_from_the_lowest_to_the_highest():
    found = band_of(np.array([[1.0, 5], [2, 4], [9, 0]]), ["a", "b"])
    assert found.loc["a", ["low", "middle", "high"]].tolist() == [1, 2, 9]
    assert found["runs"].tolist() == [3, 3]
