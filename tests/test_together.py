"""Many networks at once: each is what `fit` makes of it alone."""

import warnings

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from many_networks import (
    CASES,
    EPOCHS,
    OPTIMIZERS,
    SEEDS,
    K,
    adam,
    ball,
    chosen,
    cnn,
    digits,
    far,
    fit,
    fit_each,
    mlp,
    momentum,
    penalised,
    sgd,
    variables_of,
)

from kit.callbacks import Recorder
from kit.models import build_block
from kit.training import NotTogetherWarning, batch_order, train_together


def together(models, x, y, **arguments):
    """Trained together, all of them; a warning that some were not is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", NotTogetherWarning)
        return train_together(models, x, y, **{"seed": 7, "verbose": False, **arguments})


def same_history(told, history):
    assert set(told) == set(history)
    for metric, values in history.items():
        np.testing.assert_allclose(told[metric], values, rtol=1e-5, atol=1e-6, err_msg=metric)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("case", CASES)
def test_weights_and_history_are_those_of_fit(case, optimizer):
    build, (x, y) = CASES[case]
    n = len(keras.tree.flatten(x)[0])
    weight = np.random.default_rng(0).uniform(0.5, 2, n).astype("float32")
    if isinstance(y, dict):
        weight = {name: weight for name in y}
    validation = chosen((x, y), slice(0, 50))
    models = [build(seed, OPTIMIZERS[optimizer]()) for seed in SEEDS]
    alone = [build(seed, OPTIMIZERS[optimizer]()) for seed in SEEDS]
    runs = together(
        models, x, y, epochs=EPOCHS, sample_weight=weight, validation_data=validation
    )  # fmt: skip
    histories = fit_each(
        alone, x, y, 7, EPOCHS, sample_weight=weight, validation_data=validation
    )  # fmt: skip
    for name, model, one, history in zip(runs, models, alone, histories, strict=True):
        assert far(model, one) < 1e-5
        same_history(runs[name].history, history)
    assert far(alone[0], alone[1]) > 1e-2  # each has stayed itself


def test_networks_traced_once_are_what_each_is_when_traced_for_itself():
    """Of the tests here: to the last bit, with what is random and what an optimizer keeps."""
    x, y = ball()
    once, itself = ([mlp(seed, adam()) for seed in SEEDS] for _ in range(2))
    histories = fit_each(once, x, y, 7, 2)
    for model, one, history in zip(once, itself, histories, strict=True):
        assert fit(one, x, y, 7, 2) == history
        for mine, wanted in zip(variables_of(model), variables_of(one), strict=True):
            np.testing.assert_array_equal(mine, wanted, err_msg=mine.path)


@pytest.mark.parametrize("optimizer", [sgd, adam])
def test_the_cnn_is_trained_as_fit_trains_it(optimizer):
    x, y = digits()
    models, alone = ([cnn(seed, optimizer()) for seed in SEEDS] for _ in range(2))
    runs = together(models, x, y, epochs=2, validation_data=(x[:20], y[:20]))
    histories = fit_each(alone, x, y, 7, 2, validation_data=(x[:20], y[:20]))
    for name, model, one, history in zip(runs, models, alone, histories, strict=True):
        assert far(model, one) < 1e-5
        same_history(runs[name].history, history)


def test_rounding_is_amplified_where_a_gradient_is_nothing_but_rounding():
    """A bias before batch normalisation changes nothing: its gradient is 0, but for rounding.

    Adam and RMSProp divide it by its own size, so that it moves by up to a learning rate at each
    step, in a direction that rounding tells: 0.001 times 9 steps, in `fit` too, between any two
    machines. All else, and what the network computes, is the same.
    """

    def build(seed):
        draw = keras.initializers.GlorotNormal(seed)
        model = keras.Sequential(
            [
                keras.Input((10,)),
                K.Dense(8, kernel_initializer=draw, name="before"),
                K.BatchNormalization(),
                K.Activation("tanh"),
                K.Dense(1, "sigmoid", kernel_initializer=draw),
            ]
        )
        model.compile(keras.optimizers.Adam(0.001), "binary_crossentropy")
        return model

    x, y = ball(96)
    model, alone = build(1), build(1)
    runs = together([model, build(2)], x, y, epochs=3)
    history = fit(alone, x, y, 7, 3)
    steps = 9
    bias, other = model.get_layer("before").bias, alone.get_layer("before").bias
    assert np.abs(bias - other).max() <= 2 * 0.001 * steps
    same_history(runs["run-1"].history, history)
    np.testing.assert_allclose(model.predict(x, verbose=0), alone.predict(x, verbose=0), atol=1e-5)


def test_statistics_and_seeds_are_those_of_fit():
    x, y = ball()
    models, alone = ([mlp(seed, adam()) for seed in SEEDS] for _ in range(2))
    together(models, x, y, epochs=2)
    fit_each(alone, x, y, 7, 2)
    for model, one in zip(models, alone, strict=True):
        for mine, wanted in zip(
            model.non_trainable_variables, one.non_trainable_variables, strict=True
        ):
            exact = "seed" in mine.path
            np.testing.assert_allclose(
                mine, wanted, rtol=0 if exact else 1e-5, atol=0 if exact else 1e-6
            )
    drawn = {tuple(np.ravel(m.get_layer(index=3).seed_generator.state)) for m in models}
    assert len(drawn) == 3  # each network has its own


class AlwaysDropout(K.Dropout):
    """Draws in evaluation too."""

    def call(self, x, training=None):
        return super().call(x, training=True)


def test_what_evaluation_draws_is_drawn_as_in_fit():
    def build(seed):
        draw = keras.initializers.GlorotNormal(seed)
        layers = [K.Dense(8, kernel_initializer=draw), AlwaysDropout(0.3, seed=seed)]
        model = keras.Sequential(
            [keras.Input((10,)), *layers, K.Dense(1, "sigmoid", kernel_initializer=draw)]
        )
        model.compile(sgd(), "binary_crossentropy")
        return model

    x, y = ball(96)
    models, alone = ([build(seed) for seed in SEEDS] for _ in range(2))
    runs = together(models, x, y, epochs=3, validation_data=(x[:50], y[:50]))
    histories = fit_each(alone, x, y, 7, 3, validation_data=(x[:50], y[:50]))
    for name, model, one, history in zip(runs, models, alone, histories, strict=True):
        assert far(model, one) < 1e-5
        same_history(runs[name].history, history)


def test_each_network_has_its_own_order_of_batches_where_each_has_a_seed():
    x, y = ball()
    models, alone = ([mlp(seed, sgd()) for seed in SEEDS] for _ in range(2))
    together(models, x, y, epochs=2, seed=[4, 5, 4])
    for model, one, seed in zip(models, alone, (4, 5, 4), strict=True):
        fit(one, x, y, seed, 2)
        assert far(model, one) < 1e-5
    assert batch_order(200, 4, 0).tolist() != batch_order(200, 5, 0).tolist()


def test_without_shuffling_the_order_is_that_of_the_data():
    x, y = ball()
    model, one = (build_block("tanh", n_layers=2, units=8, seed=1) for _ in range(2))
    together([model], x, y, epochs=2, shuffle=False)
    one.fit(x, y, epochs=2, shuffle=False, verbose=0)
    assert far(model, one) < 1e-6


@pytest.mark.parametrize(("n", "size"), [(64, 32), (20, 32), (33, 32), (31, 1)])
def test_every_number_of_batches(n, size):
    x, y = ball(n)
    models, alone = ([penalised(seed, sgd()) for seed in SEEDS[:2]] for _ in range(2))
    runs = together(models, x, y, epochs=2, batch_size=size, validation_data=(x[:7], y[:7]))
    histories = fit_each(alone, x, y, 7, 2, size, validation_data=(x[:7], y[:7]))
    for name, model, one, history in zip(runs, models, alone, histories, strict=True):
        assert far(model, one) < 1e-5
        same_history(runs[name].history, history)


OWN = {
    "learning rates": [lambda r=r: keras.optimizers.SGD(r) for r in (0.01, 0.1, 0.5)],
    "momentum": [lambda m=m: keras.optimizers.SGD(0.01, momentum=m) for m in (0.5, 0.9, 0.99)],
    "momentum or none": [lambda m=m: keras.optimizers.SGD(0.05, momentum=m) for m in (0.0, 0.9)],
    "decay": [
        lambda d=d: keras.optimizers.AdamW(0.01, weight_decay=d, epsilon=1e-3) for d in (0.01, 0.3)
    ],
    "decay or none": [lambda d=d: keras.optimizers.SGD(0.05, weight_decay=d) for d in (None, 0.1)],
    "betas": [
        lambda b=b: keras.optimizers.Adam(0.01, beta_1=b[0], beta_2=b[1], epsilon=1e-3)
        for b in ((0.8, 0.9), (0.9, 0.999))
    ],
    "rmsprop": [
        lambda r=r: keras.optimizers.RMSprop(r, rho=0.5 + r, momentum=r, epsilon=1e-3)
        for r in (0.01, 0.1)
    ],
    "schedules": [
        lambda r=r: keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 5, r))
        for r in (0.5, 0.9)
    ],
    "kinds": [lambda: keras.optimizers.SGD(0.1), lambda: keras.optimizers.Adagrad(0.1)],
}


@pytest.mark.parametrize("what", OWN)
def test_each_network_has_hyperparameters_of_its_own(what):
    x, y = ball(96)
    optimizers = OWN[what]
    models, alone = (
        [
            build_block("tanh", "glorot_normal", n_layers=2, units=8, optimizer=one(), seed=1)
            for one in optimizers
        ]
        for _ in range(2)
    )
    together(models, x, y, epochs=2)
    for model, one in zip(models, alone, strict=True):
        fit(one, x, y, 7, 2)
        assert far(model, one) < 1e-5
    assert far(models[0], models[1]) > 1e-4


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: keras.optimizers.SGD(0.5, global_clipnorm=0.01),
        lambda: keras.optimizers.SGD(0.5, clipnorm=0.01),
        lambda: keras.optimizers.SGD(0.5, clipvalue=0.001),
        lambda: keras.optimizers.Lamb(0.01, epsilon=1e-3),
        lambda: keras.optimizers.Adafactor(0.01),
        lambda: keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5),
    ],
    ids=["global norm", "norm", "value", "lamb", "adafactor", "averages"],
)
def test_what_looks_at_all_gradients_looks_at_those_of_its_network(optimizer):
    x, y = ball(96)
    models = [penalised(seed, optimizer()) for seed in SEEDS]
    alone = [penalised(seed, optimizer()) for seed in SEEDS]
    together(models, x, y, epochs=2)
    fit_each(alone, x, y, 7, 2, train=in_one_fit)
    for model, one in zip(models, alone, strict=True):
        assert far(model, one) < 1e-5


def in_one_fit(model, x, y, seed, epochs):
    """Several epochs in one call, as averages take the place of weights at its end."""
    orders = [batch_order(len(x), seed, epoch) for epoch in range(epochs)]
    data = [
        (x[order[k : k + 32]], y[order[k : k + 32]])
        for order in orders
        for k in range(0, len(x), 32)
    ]
    specs = tuple(tf.TensorSpec([None, k], "float32") for k in (10, 1))
    batches = tf.data.Dataset.from_generator(lambda: iter(data), output_signature=specs)
    model.fit(batches, epochs=epochs, steps_per_epoch=3, shuffle=False, verbose=0)


def test_class_weights_are_those_of_fit():
    x, y = ball()
    model, one = (penalised(1, sgd()) for _ in range(2))
    together([model], x, y, epochs=1, class_weight={0: 1.0, 1: 3.0}, shuffle=False)
    one.fit(x, y, epochs=1, class_weight={0: 1.0, 1: 3.0}, shuffle=False, verbose=0)
    assert far(model, one) < 1e-6


def test_training_goes_on_where_it_was_with_what_the_optimizer_has_kept():
    x, y = ball()
    model, other, one = (penalised(1, momentum()) for _ in range(3))
    together([model, other], x, y, epochs=1, shuffle=False)
    together([other, model], x, y, epochs=1, shuffle=False)
    model.fit(x, y, epochs=1, shuffle=False, verbose=0)
    one.fit(x, y, epochs=3, shuffle=False, verbose=0)
    assert far(model, one) < 1e-5
    assert int(model.optimizer.iterations) == int(one.optimizer.iterations) == 21


def test_captures_are_those_of_a_recorder():
    x, y = ball()
    models = [
        build_block(name, "he_normal", units=20, seed=k) for k, name in enumerate(("relu", "tanh"))
    ]
    models += [mlp(seed, adam()) for seed in SEEDS[:2]]
    alone = [
        build_block(name, "he_normal", units=20, seed=k) for k, name in enumerate(("relu", "tanh"))
    ]
    alone += [mlp(seed, adam()) for seed in SEEDS[:2]]
    probe = x[:64], y[:64]
    runs = together(models, x, y, epochs=4, every=2, probe=probe, shuffle=False)
    for name, one in zip(runs, alone, strict=True):
        recorder = Recorder(*probe, every=2)
        one.fit(x, y, epochs=4, shuffle=False, verbose=0, callbacks=[recorder])
        mine, wanted = runs[name].to_frame(), recorder.recording.to_frame()
        assert runs[name].epochs == recorder.recording.epochs == [0, 2, 4]
        told = ["epoch", "step", "layer_index", "quantity", "count", "nonfinite"]
        pd.testing.assert_frame_equal(mine[told], wanted[told])
        for column in ("mean", "std", "rms", "min", "median", "max", "std_units", "update"):
            scale = wanted["rms"].fillna(1) + 1e-9
            np.testing.assert_allclose(
                mine[column] / scale,
                wanted[column] / scale,
                rtol=0,
                atol=2e-2 if column == "median" else 1e-4,
            )
        np.testing.assert_allclose(
            runs[name].losses["loss"], recorder.recording.losses["loss"], rtol=1e-5
        )
        assert runs[name].finished
        units = runs[name].units("activation", runs[name].layers[0], 4)
        assert (
            units.units
            == recorder.recording.units("activation", recorder.recording.layers[0], 4).units
        )


def test_before_training_captures_are_a_recorders_to_the_last_bit():
    x, y = ball(64)
    models = [build_block("tanh", units=20, seed=k) for k in SEEDS]
    alone = build_block("tanh", units=20, seed=SEEDS[1])
    runs = together(models, x, y, epochs=1, probe=(x, y))
    recorder = Recorder(x, y)
    alone.fit(x, y, verbose=0, callbacks=[recorder])
    mine, wanted = (
        one.to_frame().query("epoch == 0") for one in (runs["run-2"], recorder.recording)
    )
    pd.testing.assert_frame_equal(mine.drop(columns="run"), wanted.drop(columns="run"))


def test_early_stopping_is_that_of_fit_and_stops_nobody_else():
    x, y = ball()
    rates = (0.0, 0.3, 1.0, 0.1)  # with 3 rounding grows from step to step

    def build(rate):
        return build_block(
            "tanh", n_layers=2, units=8, optimizer=keras.optimizers.SGD(rate), seed=2
        )

    def stopping():
        return keras.callbacks.EarlyStopping(
            "val_loss", patience=2, min_delta=0.01, restore_best_weights=True
        )

    validation = x[:60], y[:60]
    models, alone = [list(map(build, rates)) for _ in range(2)]
    runs = together(
        models, x, y, epochs=12, shuffle=False, validation_data=validation,
        early_stopping=stopping(), probe=validation, every=3,
    )  # fmt: skip
    lengths = []
    for name, model, one in zip(runs, models, alone, strict=True):
        history = one.fit(
            x, y, epochs=12, shuffle=False, verbose=0, validation_data=validation,
            validation_batch_size=32, callbacks=[stopping()],
        ).history  # fmt: skip
        same_history(runs[name].history, history)
        assert far(model, one) < 1e-5
        lengths.append(len(history["loss"]))
        assert runs[name].epochs == [k for k in (0, 3, 6, 9, 12) if k <= lengths[-1]]
    assert min(lengths) < max(lengths)  # they did not all stop at once


def test_those_that_go_on_are_stacked_anew_where_many_have_stopped(monkeypatch):
    from kit.training import group

    made = []
    programs = group.Programs
    monkeypatch.setattr(
        group, "Programs", lambda *given: made.append(len(given[1][0])) or programs(*given)
    )
    monkeypatch.setattr(group, "PAYS", 0.0)  # whatever it saves
    x, y = ball(64)

    def build(rate):
        return build_block(
            "tanh", n_layers=2, units=8, optimizer=keras.optimizers.SGD(rate), seed=2
        )

    models = [build(rate) for rate in (0.0, 0.0, 0.1, 0.0)]
    alone = build(0.1)
    stopping = keras.callbacks.EarlyStopping("loss", patience=1, min_delta=1e-9)
    runs = together(models, x, y, epochs=6, early_stopping=stopping, probe=(x, y), every=2)
    fit(alone, x, y, 7, 6)
    assert made == [4, 1]
    assert [len(runs[name].history) for name in runs] == [2, 2, 6, 2]
    assert far(models[2], alone) < 1e-5
    assert runs["run-3"].epochs == [0, 2, 4, 6]


def test_each_network_is_captured_as_often_as_is_asked_for_it():
    x, y = ball(64)

    def trained(every):
        models = [build_block(name, units=8, seed=3) for name in ("tanh", "relu", "tanh")]
        models[1].compile("sgd", "binary_crossentropy", run_eagerly=True)  # `fit` trains that one
        how = dict(epochs=4, seed=7, probe=(x, y), every=every, verbose=False)
        with pytest.warns(NotTogetherWarning, match="run-2"):
            return train_together(models, x, y, **how)

    often, seldom = trained(1), trained([2, 4, 3])
    assert [seldom[name].epochs for name in seldom] == [[0, 2, 4], [0, 4], [0, 3]]
    for name in seldom:
        wanted, mine = often[name].to_frame(), seldom[name].to_frame()
        wanted = wanted[wanted["epoch"].isin(seldom[name].epochs)].reset_index(drop=True)
        assert mine["std"].to_numpy() == pytest.approx(wanted["std"].to_numpy(), rel=1e-5)


def test_a_network_is_the_same_whoever_is_trained_beside_it():
    x, y = ball()

    def build(seed, rate=0.05):
        return build_block("relu", units=20, optimizer=keras.optimizers.SGD(rate), seed=seed)

    few = [build(1), build(2)]
    many = [build(9), build(2), *(build(k) for k in range(10, 15)), build(1)]
    diverging = [build(1), build(3, rate=1e9), build(2)]
    for models in (few, many, diverging):
        together(models, x, y, epochs=3)
    assert not np.isfinite(diverging[1].get_weights()[0]).all()  # it has diverged
    assert far(few[0], many[-1]) < 1e-6 and far(few[1], many[1]) < 1e-6
    assert far(few[0], diverging[0]) < 1e-6 and far(few[1], diverging[2]) < 1e-6


def test_parts_that_fit_in_memory_give_what_all_at_once_give():
    x, y = ball()
    models, parts = ([build_block("tanh", seed=seed) for seed in range(5)] for _ in range(2))
    together(models, x, y, epochs=2)
    with pytest.warns(NotTogetherWarning, match=r"5 networks .* trained in [2-5] parts"):
        train_together(parts, x, y, epochs=2, seed=7, memory=4e6, verbose=False)
    for one, other in zip(models, parts, strict=True):
        assert far(one, other) < 1e-6
