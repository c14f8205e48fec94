"""Optimizers on networks: what trains the stacks against Keras, and what the figures say of it."""

import keras
import numpy as np
import pytest

import kit
from kit.figures.optimizers._contest import (
    OTHER_SEEDS,
    RATES_OF_BLOCK,
    block_task,
    lowest_rate,
)
from kit.figures.optimizers._decaying import STEPS, rates_at
from kit.figures.optimizers._rules import adam, descent, momentum, nesterov, rmsprop, rprop
from kit.figures.optimizers._searches import (
    CAP,
    CHOSEN_SCALES,
    HIDDEN_OF,
    OF_GRADIENT,
    SCALES_TRIED,
    TUNED_ON,
    Budget,
    losses_by_scale,
    search,
)
from kit.figures.optimizers._signs import apart_when_scaled
from kit.figures.optimizers._trained import (
    Task,
    layers_of,
    silent,
    slopes,
    started,
    train,
)
from kit.figures.optimizers._tuned import (
    BATCH_OF_SIX,
    EPOCHS_OF_SIX,
    NINE_RATES,
    SIX_RULES,
    halved,
)
from kit.models import build_mlp

SIZES = (4, 6, 5, 3)


def a_task(outputs=3, n=60):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(n, 4)).astype("float32")
    labels = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0.5)
    if outputs == 1:
        return Task(x, (labels > 0).astype("float32")[:, None], (4, 6, 5, 1))
    return Task(x, np.eye(3, dtype="float32")[labels], SIZES)


def in_keras(task, theta, optimizer="sgd"):
    """The same network as a Keras model, from one row of weights."""
    *_, outputs = task.sizes
    model = build_mlp(
        task.sizes[1:-1],
        "relu",
        input_shape=task.sizes[0],
        outputs=outputs,
        output="sigmoid" if outputs == 1 else "softmax",
        optimizer=optimizer,
        loss=None if outputs == 1 else "categorical_crossentropy",
    )
    weights = [part for pair in layers_of(theta, task.sizes) for part in pair]
    model.set_weights([part if k % 2 == 0 else part[0] for k, part in enumerate(weights)])
    return model


@pytest.mark.parametrize("outputs", [1, 3])
def test_loss_and_gradient_are_those_of_keras(outputs):
    task = a_task(outputs)
    theta = started(task.sizes, [1, 2])[:, None]  # (seeds, 1, weights)
    cost, gradient = slopes(theta, task.sizes, task.x, task.y)
    for k in range(2):
        model = in_keras(task, theta[k, 0])
        snapshot = kit.probe(model, task.x, task.y)
        assert cost[k, 0] == pytest.approx(snapshot.loss, rel=1e-5)
        kernels = [kernel for kernel, _ in layers_of(gradient[k, 0], task.sizes)]
        for kernel, name in zip(kernels, snapshot.layers, strict=True):
            np.testing.assert_allclose(kernel, snapshot[name].gradient, atol=1e-6)


OPTIMIZERS = {
    "SGD": (descent(0.3), lambda: keras.optimizers.SGD(0.3)),
    "momentum": (momentum(0.05, 0.9), lambda: keras.optimizers.SGD(0.05, 0.9)),
    "RMSProp": (rmsprop(0.01), lambda: keras.optimizers.RMSprop(0.01, epsilon=1e-6)),
    "Adam": (adam(0.01), lambda: keras.optimizers.Adam(0.01)),
    "Rprop": (rprop(0.01), lambda: kit.models.Rprop(0.01)),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_stack_is_trained_as_keras_trains_each_network(name):
    task, seeds = a_task(), [5, 6]
    rule, optimizer = OPTIMIZERS[name]
    found = train(task, rule, seeds, 1, batch=20, epochs=4)
    models = [in_keras(task, theta, optimizer()) for theta in started(task.sizes, seeds)]
    runs = kit.train_together(
        models, task.x, task.y, epochs=4, batch_size=20, seed=seeds, verbose=False
    )
    losses = np.array([runs[one].history["loss"] for one in runs.names]).T  # (epochs, seeds)
    np.testing.assert_allclose(found.losses[..., 0], losses, rtol=2e-3)
    for k, model in enumerate(models):
        ours = [part for pair in layers_of(found.theta[k, 0], task.sizes) for part in pair]
        for mine, right in zip(ours, model.get_weights(), strict=True):
            np.testing.assert_allclose(np.squeeze(mine), np.squeeze(right), atol=2e-3)


def test_each_rate_of_a_stack_trains_as_if_it_were_alone():
    task, rates = a_task(1), np.array([0.01, 0.1, 1.0], "float32")
    together = train(task, nesterov(rates[:, None], 0.9), [1, 2], 3, 20, 3)
    for k, rate in enumerate(rates):
        alone = train(task, nesterov(float(rate), 0.9), [1, 2], 1, 20, 3)
        np.testing.assert_allclose(together.losses[..., [k]], alone.losses, rtol=1e-4)


def test_weights_start_as_he_says_and_each_seed_has_its_own():
    theta = started((400, 300, 2), [1, 2])
    (kernel, bias), _ = layers_of(theta, (400, 300, 2))
    np.testing.assert_allclose(kernel.std(axis=(1, 2)), (2 / 400) ** 0.5, rtol=0.01)
    assert not bias.any()
    assert not (kernel[0] == kernel[1]).any()


def test_silent_is_who_answers_to_nothing():
    task = a_task(1)
    theta = started(task.sizes, [1, 2, 3])
    layers_of(theta, task.sizes)[1][1][1] = -100.0  # the biases of the last hidden layer, seed 2
    assert silent(theta, task).tolist() == [False, True, False]


def test_rates_are_chosen_on_other_seeds_and_nan_is_never_the_best():
    shown = {*range(1, 11), *range(101, 121)}
    assert not shown & set(OTHER_SEEDS)
    rates, losses = np.array([0.1, 1, 10]), np.array([[3.0, 3.0], [np.nan, 0.1], [1.0, 2.5]])
    assert lowest_rate(rates, losses) == 10
    assert lowest_rate(rates, np.where(np.isnan(losses), np.inf, losses)) == 10


def test_the_best_rate_of_the_pictures_is_no_end_of_what_was_tried(measured):
    compared = measured("optimizers-compared")[1]["rate"]
    for best, tried in (
        (measured("learning-rates")[1]["best"], NINE_RATES),
        (compared["ball"], RATES_OF_BLOCK),
        (compared["digits"], NINE_RATES),
    ):
        assert set(best) == set(SIX_RULES) and len(tried) == 9
        assert all(tried[0] < rate < tried[-1] for rate in best.values())


def test_who_is_compared_are_blocks_at_their_own_rate_and_at_adams(measured):
    data, facts = measured("optimizers-compared")
    task, seeds = block_task(), range(1, 11)
    assert task.sizes == (10, 100, 100, 100, 100, 100, 1)
    for which, rate in (("own", "Nesterov"), ("Adam's", "Adam")):
        rule = nesterov(facts["rate"]["ball"][rate], 0.9)
        alone = train(task, rule, seeds, 1, BATCH_OF_SIX, EPOCHS_OF_SIX).losses[-1, :, 0]
        np.testing.assert_allclose(data["ball"][which]["Nesterov"], alone, rtol=1e-4)
    for at in data.values():
        np.testing.assert_array_equal(at["own"]["Adam"], at["Adam's"]["Adam"])
    assert facts["ratio"]["ball"] == pytest.approx(
        np.median(data["ball"]["own"]["AdaGrad"]) / np.median(data["ball"]["own"]["Adam"])
    )


def test_halved_digits_are_means_of_four_pixels():
    images = np.random.default_rng(0).random((3, 28, 28, 1)).astype("float32")
    small = halved(images).reshape(3, 14, 14)
    for n, row, column in ((0, 0, 0), (1, 5, 13), (2, 13, 2)):
        four = images[n, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2, 0]
        assert small[n, row, column] == pytest.approx(four.mean(), rel=1e-6)


def test_the_decaying_rate_is_the_lectures_schedule():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.003, 2000, 1 / np.e)
    for step in (0, 1, 2000, STEPS - 1):
        expected = 0.0001 + float(schedule(step))
        assert rates_at(step)["decaying"] == pytest.approx(expected, rel=1e-5)
    assert rates_at(0)["decaying"] == pytest.approx(0.0031)


def test_sizes_of_gradients_are_nothing_to_rprop_and_something_to_sgd():
    assert set(apart_when_scaled(1, "Rprop")) == {0.0}
    assert min(apart_when_scaled(1, "SGD")) > 0.1


def test_steps_of_rprop_stay_between_its_ends(measured):
    data, facts = measured("rprop-full-batch")
    for name in ("1000", "200", "50"):
        size = data[name]["size"]
        assert size[0] == pytest.approx(0.01)
        assert (size >= 1e-6 * (1 - 1e-6)).all()
        assert (size <= 50).all()
    assert data["50"]["size"].min() == pytest.approx(1e-6)  # the least that there is
    assert facts["end"]["few"] == pytest.approx(np.median(data["50"]["loss"][-1]))


def test_weights_of_a_searched_network_are_as_many_as_the_figure_says():
    for weights, hidden in HIDDEN_OF.items():
        sizes = Budget(hidden).sizes
        model = build_mlp(hidden, input_shape=2, outputs=1, output="linear")
        assert model.count_params() == weights == started(sizes, [1]).shape[1]


def test_the_searched_loss_and_its_gradient():
    """Of a mean guess it is 1; the slope is that of differences; what is asked for is counted."""
    budget, rng = Budget(7), np.random.default_rng(2)
    assert budget(np.zeros(29)) == pytest.approx(1)
    theta = rng.normal(size=29)
    slope = budget.slope(theta)
    differences = [
        (budget(theta + move) - budget(theta - move)) / 2e-6 for move in 1e-6 * np.eye(29)
    ]
    np.testing.assert_allclose(slope, differences, atol=1e-6)
    assert len(budget.least) == 1 + OF_GRADIENT + 2 * 29
    assert (np.diff(budget.least) <= 0).all()


def test_a_crowd_costs_what_its_members_cost():
    theta = np.random.default_rng(1).normal(size=(21, 4))
    crowd, alone = Budget(5), Budget(5)
    np.testing.assert_allclose(crowd(theta), [alone(one) for one in theta.T])
    assert crowd.least == pytest.approx(alone.least)


@pytest.mark.parametrize("name", SCALES_TRIED)
def test_no_search_asks_more_often_than_it_may(name):
    budget = search(name, 5, 3, 1.0)
    assert budget.shape == (CAP,)
    assert (np.diff(budget) <= 0).all()
    assert np.array_equal(budget, search(name, 5, 3, 1.0))


def test_the_descent_of_the_searches_is_kerass():
    budget = search("gradient descent", 5, 4, 0.1)
    own = Budget(5)
    model = in_keras(Task(own.x, own.y, (2, 5, 1)), started((2, 5, 1), [4])[0])
    model.layers[-1].activation = keras.activations.linear
    model.compile(keras.optimizers.SGD(0.1), "mean_squared_error")
    losses = [
        model.train_on_batch(own.x.astype("float32"), own.y.astype("float32"), return_dict=True)
        for _ in range(20)
    ]
    least = np.minimum.accumulate([one["loss"] for one in losses])
    np.testing.assert_allclose(budget[: 20 * OF_GRADIENT : OF_GRADIENT], least, rtol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("weights", CHOSEN_SCALES)
def test_the_scales_of_the_searches_are_the_best_of_those_tried_with_other_seeds(weights):
    assert not {*range(1, 13), *range(100, 124)} & set(TUNED_ON)
    for (name, tried), scale in zip(SCALES_TRIED.items(), CHOSEN_SCALES[weights], strict=True):
        if (name, weights) == ("Nelder-Mead", 1001):
            continue  # which takes as long as all others together
        found = losses_by_scale(name, weights)
        # another processor rounds otherwise: what is as good is as good
        assert found[tried.index(scale)] < 1.1 * min(found), name


def test_slopes_by_differences_cost_a_loss_for_each_weight(measured):
    found, facts = measured("without-gradients")
    for weights in HIDDEN_OF:
        steps = CAP // (weights + 1)
        at = np.median(found[weights]["gradient descent"][:, OF_GRADIENT * steps])
        assert facts["differences"][f"n{weights}"] == pytest.approx(at)
    assert facts["steps"] == 1
