"""Many networks at once: groups, what cannot be stacked, interruptions, and bad arguments."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from many_networks import SEEDS, K, ball, cnn, digits, far, fit, penalised, sgd, two_by_two

from kit.models import build_block
from kit.recordings import RecordingError, load_runs
from kit.training import NotTogetherWarning, train_together
from kit.training.grouping import groups_of
from kit.training.naming import names_of
from kit.training.training_data import TrainingData
from kit.training.training_internals import build_training


def small(seed=1, activation="tanh", **arguments):
    return build_block(activation, "glorot_normal", n_layers=2, units=6, seed=seed, **arguments)


def grouped(models, x, y):
    data = TrainingData(x, y)
    for model in models:
        build_training(model, data.first())
    return groups_of(models, data)


# groups


def test_activations_are_mixed_in_groups():
    x, y = ball(64)
    names = ["relu", "tanh", "relu", "sigmoid", "tanh"]
    models = [small(k, name) for k, name in enumerate(names)]
    alone = [small(k, name) for k, name in enumerate(names)]
    assert grouped(models, x, y).together == [[0, 2], [1, 4], [3]]
    runs = train_together(models, x, y, epochs=2, seed=7, verbose=False)
    for model, one in zip(models, alone, strict=True):
        fit(one, x, y, 7, 2)
        assert far(model, one) < 1e-6
    assert runs.names == [f"run-{k}" for k in range(1, 6)]


class Scaled(K.Layer):
    """Multiplies by a number of its own, which no configuration tells."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return x * self.factor


def with_layer(layer, seed=1, functional=False, **compiled):
    draw = keras.initializers.GlorotNormal(seed)
    layers = [
        K.Dense(6, kernel_initializer=draw),
        layer,
        K.Dense(1, "sigmoid", kernel_initializer=draw),
    ]
    if functional:
        x = keras.Input((10,))
        y = x
        for one in layers:
            y = one(y)
        model = keras.Model(x, y)
    else:
        model = keras.Sequential([keras.Input((10,)), *layers])
    model.compile(**{"optimizer": sgd(), "loss": "binary_crossentropy", **compiled})
    return model


def by_hand():
    """A plain network, one activation of which was replaced afterwards."""
    model = with_layer(K.Activation("tanh"))
    model.layers[0].activation = keras.activations.relu
    return model


DIFFERENT = {
    "a layer's own number": (lambda: with_layer(Scaled(2.0)), lambda: with_layer(Scaled(3.0))),
    "its place in a graph": (
        lambda: with_layer(Scaled(2.0), functional=True),
        lambda: with_layer(K.Activation("tanh"), functional=True),
    ),
    "an activation put in by hand": (lambda: with_layer(K.Activation("tanh")), by_hand),
    "dropout": (lambda: with_layer(K.Dropout(0.2)), lambda: with_layer(K.Dropout(0.3))),
    "a loss": (
        lambda: with_layer(K.ReLU()),
        lambda: with_layer(K.ReLU(), loss=keras.losses.BinaryCrossentropy(label_smoothing=0.1)),
    ),
    "a loss of its own": (
        lambda: with_layer(K.ReLU(), loss=lambda y, p: keras.ops.mean((y - p) ** 2)),
        lambda: with_layer(K.ReLU(), loss=lambda y, p: keras.ops.mean(2 * (y - p) ** 2)),
    ),
    "metrics": (
        lambda: with_layer(K.ReLU(), metrics=["accuracy"]),
        lambda: with_layer(K.ReLU(), metrics=["mae"]),
    ),
    "weights of losses": (
        lambda: with_layer(K.ReLU(), loss_weights=[1.0]),
        lambda: with_layer(K.ReLU(), loss_weights=[2.0]),
    ),
    "a frozen layer": (lambda: with_layer(K.ReLU()), lambda: frozen(with_layer(K.ReLU()))),
    "a penalty": (
        lambda: with_layer(K.Dense(4, kernel_regularizer="l2")),
        lambda: with_layer(K.Dense(4, kernel_regularizer="l1")),
    ),
    "what an optimizer clips": (
        lambda: with_layer(K.ReLU(), optimizer=keras.optimizers.SGD(clipnorm=1.0)),
        lambda: with_layer(K.ReLU(), optimizer=keras.optimizers.SGD(clipnorm=2.0)),
    ),
}


class WhenTested(K.Layer):
    """Does something in evaluation alone."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x, training=False):
        return x if training else x * self.factor


def apart_from_decay(names):
    model = with_layer(K.ReLU(), optimizer=keras.optimizers.AdamW(0.01, weight_decay=0.3))
    if names:
        model.optimizer.exclude_from_weight_decay(var_names=names)
    return model


def with_rate(rate):
    def schedule():
        return rate

    return with_layer(K.ReLU(), optimizer=keras.optimizers.SGD(schedule))


class Secret(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that its configuration does not tell."""

    def __init__(self, rate):
        self.rate = rate

    def __call__(self, step):
        return self.rate

    def get_config(self):
        return {}


def with_loss_by_hand():
    model = with_layer(K.ReLU())
    model.compute_loss = lambda x, y, y_pred, *_, **__: keras.ops.mean((y - y_pred) ** 4)
    return model


DIFFERENT |= {
    "what it does in evaluation": (
        lambda: with_layer(WhenTested(2.0)),
        lambda: with_layer(WhenTested(3.0)),
    ),
    "what decays": (lambda: apart_from_decay([]), lambda: apart_from_decay(["kernel"])),
    "a function for a rate": (lambda: with_rate(0.1), lambda: with_rate(0.2)),
    "a schedule that does not tell": (
        lambda: with_layer(K.ReLU(), optimizer=keras.optimizers.SGD(Secret(0.1))),
        lambda: with_layer(K.ReLU(), optimizer=keras.optimizers.SGD(Secret(0.2))),
    ),
    "a loss put in by hand": (lambda: with_layer(K.ReLU()), with_loss_by_hand),
    "names of metrics": (
        lambda: with_layer(K.ReLU(), metrics=[keras.metrics.MeanSquaredError(name="one")]),
        lambda: with_layer(K.ReLU(), metrics=[keras.metrics.MeanSquaredError(name="two")]),
    ),
}


def frozen(model):
    model.layers[0].trainable = False
    model.compile(sgd(), "binary_crossentropy")
    return model


@pytest.mark.parametrize("what", DIFFERENT)
def test_models_that_differ_are_never_one_group(what):
    x, y = ball(64)
    one, other = DIFFERENT[what]
    found = grouped([one(), other(), one()], x, y)
    assert found.together in ([[0, 2], [1]], [[0], [1], [2]]) and not found.alone


@pytest.mark.parametrize(
    "build",
    [
        lambda seed: with_layer(K.Dropout(0.2, seed=seed), seed),  # layers are named through
        lambda seed: with_layer(Scaled(2.0), seed),
        lambda seed: with_layer(K.Activation("silu"), seed, functional=True),
        lambda seed: with_layer(K.ReLU(), seed, loss=lambda y, p: keras.ops.mean((y - p) ** 2)),
        lambda seed: with_layer(K.ReLU(), seed, metrics=[keras.metrics.AUC()]),
        lambda seed: with_layer(K.ReLU(), seed, functional=True, metrics=[keras.metrics.AUC()]),
        lambda seed: two_by_two(seed, sgd()),
        lambda seed: penalised(seed, keras.optimizers.SGD(0.1 * seed, momentum=0.1 * seed)),
    ],
    ids=[
        "sequential",
        "custom layer",
        "functional",
        "custom loss",
        "numbered metrics",
        "numbered metrics of a graph",
        "two by two",
        "penalised",
    ],
)
def test_models_that_compute_the_same_are_one_group(build):
    x, y = ball(64)
    if len(build(1).inputs) == 2:
        x, y = [x[:, :4], x[:, 4:]], {"inside": y, "radius": y}
    assert grouped([build(seed) for seed in SEEDS], x, y).together == [[0, 1, 2]]


# what cannot be stacked


class OwnStep(keras.Sequential):
    def train_step(self, data):
        return super().train_step(data)


class OwnMetrics(keras.Sequential):
    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        found = super().compute_metrics(x, y, y_pred, sample_weight)
        return {**found, "twice": 2 * found["loss"]}


class Counting(K.Layer):
    """Counts its calls in a variable that Keras does not know."""

    def __init__(self):
        super().__init__()
        self.calls = tf.Variable(0.0, trainable=False)

    def call(self, x):
        self.calls.assign_add(1.0)
        return x / (1.0 + 0.1 * self.calls)


def own_step(kind=OwnStep):
    draw = keras.initializers.GlorotNormal(1)
    model = kind([keras.Input((10,)), K.Dense(1, "sigmoid", kernel_initializer=draw)])
    model.compile(sgd(), "binary_crossentropy")
    return model


def eagerly():
    model = small()
    model.compile(sgd(), "binary_crossentropy", run_eagerly=True)
    return model


ALONE = {
    "a step of its own": (own_step, "`train_step` of its own"),
    "metrics of its own": (lambda: own_step(OwnMetrics), "`compute_metrics` of its own"),
    "eager": (eagerly, "runs eagerly"),
    "a state of its own": (lambda: with_layer(Counting()), "no variable of the model"),
    "gathered gradients": (
        lambda: small(optimizer=keras.optimizers.SGD(0.1, gradient_accumulation_steps=2)),
        "gathers the gradients",
    ),
    "a scaled loss": (
        lambda: small(optimizer=keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1))),
        "scales the loss",
    ),
    "averages as it goes": (
        lambda: small(optimizer=keras.optimizers.SGD(0.1, use_ema=True, ema_overwrite_frequency=3)),
        "puts averages in the place",
    ),
}


def several_optimizers():
    model = small()
    made = keras.optimizers.OptimizerMap(keras.optimizers.SGD(0.1))
    made[".*h1.*"] = keras.optimizers.SGD(0.2)
    model.compile(keras.optimizers.MultiOptimizer(made), "binary_crossentropy")
    return model


if hasattr(keras.optimizers, "MultiOptimizer"):
    ALONE["several optimizers"] = several_optimizers, ""


@pytest.mark.parametrize("what", ALONE)
def test_what_cannot_be_stacked_is_trained_by_fit_and_named_with_the_reason(what):
    x, y = ball(64)
    build, reason = ALONE[what]
    odd, other, one = build(), small(2), build()
    with pytest.warns(NotTogetherWarning, match=f"run-1 .*{reason}") as told:
        runs = train_together(
            [odd, other], x, y, epochs=2, batch_size=16, shuffle=False, probe=(x, y), verbose=False
        )
    assert "run-2" not in str(told[0].message)
    history = one.fit(x, y, epochs=2, batch_size=16, shuffle=False, verbose=0).history
    assert far(odd, one) < 1e-6
    np.testing.assert_allclose(runs["run-1"].history["loss"], history["loss"], rtol=1e-6)
    assert set(runs["run-1"].history) == set(history)
    assert runs["run-1"].epochs == runs["run-2"].epochs == [0, 1, 2]
    assert runs.finished


def test_noise_from_keras_own_stream_of_seeds_is_not_stacked():
    class Noise(K.Layer):
        def call(self, x):
            return x + keras.random.normal(keras.ops.shape(x))

    x, y = ball(32)
    with pytest.warns(NotTogetherWarning, match="no variable of the model"):
        train_together([with_layer(Noise())], x, y, seed=7, verbose=False)


def test_alone_early_stopping_and_validation_are_those_of_fit_too():
    x, y = ball(64)
    model, one = eagerly(), eagerly()

    def stopping():
        return keras.callbacks.EarlyStopping("val_loss", patience=0, min_delta=10)

    with pytest.warns(NotTogetherWarning):
        runs = train_together(
            [model], x, y, epochs=5, shuffle=False, validation_data=(x[:9], y[:9]),
            early_stopping=stopping(), verbose=False,
        )  # fmt: skip
    history = one.fit(
        x, y, epochs=5, shuffle=False, verbose=0, validation_data=(x[:9], y[:9]),
        callbacks=[stopping()],
    ).history  # fmt: skip
    assert len(history["loss"]) == 2
    np.testing.assert_allclose(runs["run-1"].history["val_loss"], history["val_loss"], rtol=1e-6)


def test_operations_that_run_one_after_the_other_are_listed(capsys):
    x, y = digits(8)
    train_together([cnn(seed, sgd()) for seed in (1, 2)], x, y, batch_size=8, seed=1)
    told = capsys.readouterr().out
    line = next(one for one in told.splitlines() if "one network after the other" in one)
    assert "Conv2D" in line and "Conv2DBackpropFilter" in line and "MatMul" not in line


def test_a_bar_tells_how_far_it_is(capsys):
    x, y = ball(64)
    train_together([small(1), small(2)], x, y, epochs=3, seed=1)
    assert "12/12" in capsys.readouterr().out  # 2 networks, 3 epochs, 2 batches
    train_together([small(1)], x, y, seed=1, verbose=False)
    assert not capsys.readouterr().out


def test_weights_of_some_outputs_are_those_of_fit_in_and_out_of_a_stack():
    x, y = ball(64)
    x, y = [x[:, :4], x[:, 4:]], {"inside": y, "radius": y}
    weight = {"inside": np.linspace(0, 2, 64, dtype="float32"), "radius": None}
    models = [two_by_two(seed, sgd()) for seed in (1, 2)]
    models[0].run_eagerly = True
    alone = [two_by_two(seed, sgd()) for seed in (1, 2)]
    with pytest.warns(NotTogetherWarning, match="eagerly"):
        train_together(models, x, y, sample_weight=weight, shuffle=False, verbose=False)
    for model, one in zip(models, alone, strict=True):
        one.fit(x, y, sample_weight=weight, shuffle=False, verbose=0)
        assert far(model, one) < 1e-6


def test_a_model_that_fails_takes_no_other_with_it(tmp_path):
    def broken(y, p):
        raise RuntimeError("no loss")

    x, y = ball(32)
    good, one = small(1), small(1)
    bad = with_layer(K.ReLU(), loss=broken)
    bad.optimizer.build(bad.trainable_variables)
    path = tmp_path / "runs.db"
    with pytest.warns(NotTogetherWarning), pytest.raises(RuntimeError, match="no loss"):
        train_together([bad, good, eagerly()], x, y, seed=7, path=path, verbose=False)
    fit(one, x, y, 7, 1)
    assert far(good, one) < 1e-6
    with load_runs(path) as runs:
        assert [runs[name].finished for name in runs] == [False, True, True]


def test_an_unknown_layer_of_a_later_group_is_told_before_anything_is_trained(tmp_path):
    x, y = ball(32)
    models = [small(1), with_layer(K.ReLU())]
    before = models[0].get_weights()
    path = tmp_path / "runs.db"
    with pytest.raises(KeyError, match="h1"):
        train_together(models, x, y, probe=(x, y), layers=["h1"], path=path, verbose=False)
    assert not path.exists()
    np.testing.assert_array_equal(models[0].get_weights()[0], before[0])


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ([{"r": "a"}, {"r": "a"}, {"r": "a (2)"}], ["a", "a (3)", "a (2)"]),
        ([{"r": 1}, {}], ["1", "run-2"]),
        ([{}, {}], ["run-1", "run-2"]),
    ],
)
def test_names_of_parameters_are_names_of_their_own(parameters, names):
    assert names_of(None, parameters, len(parameters)) == names


# interruptions


def interrupted_after(monkeypatch, epochs):
    from kit.training.group import Stack

    epoch_of = Stack._epoch

    def epoch(self, number, *given):
        if number == epochs:
            self._state = [one + 1 if one.dtype.is_floating else one for one in self._state]
            raise KeyboardInterrupt
        return epoch_of(self, number, *given)

    monkeypatch.setattr(Stack, "_epoch", epoch)


def test_an_interruption_keeps_what_is_there(monkeypatch, tmp_path):
    x, y = ball(64)
    interrupted_after(monkeypatch, 3)
    models, _alone = ([small(k) for k in (1, 2)] for _ in range(2))
    with pytest.warns(RuntimeWarning, match="interrupted after 3 to 3 of 9 epochs"):
        runs = train_together(
            models, x, y, epochs=9, seed=7, probe=(x, y), path=tmp_path / "runs.db", verbose=False
        )
    assert not runs.finished
    assert [len(runs[name].history) for name in runs] == [3, 3]
    assert runs["run-1"].epochs == [0, 1, 2, 3]
    runs.close()
    with load_runs(tmp_path / "runs.db") as again:
        assert again["run-2"].epochs == [0, 1, 2, 3]


def test_after_an_interruption_models_are_as_after_the_last_whole_epoch(monkeypatch):
    from kit.training.stacked import Programs

    x, y = ball(96)
    train, calls = Programs.train, []

    def interrupted(self, *given):
        calls.append(given)
        if len(calls) == 6:  # somewhere in an epoch
            raise KeyboardInterrupt
        return train(self, *given)

    monkeypatch.setattr(Programs, "train", interrupted)
    monkeypatch.setattr("kit.training.group.CALL_SECONDS", 0.0)  # a call for each batch
    model, one = small(1), small(1)
    with pytest.warns(RuntimeWarning, match="interrupted after 1 to 1 of 9"):
        runs = train_together([model], x, y, epochs=9, seed=7, verbose=False)
    fit(one, x, y, 7, 1)
    assert far(model, one) < 1e-6
    assert len(runs["run-1"].history) == 1


# files, names, arguments


def test_runs_are_in_the_file_with_what_made_them(tmp_path):
    x, y = ball(64)
    grid = [{"activation": name, "seed": seed} for name in ("tanh", "relu") for seed in (1, 2)]
    models = [small(one["seed"], one["activation"]) for one in grid]
    path = tmp_path / "runs.db"
    runs = train_together(
        models, x, y, epochs=2, seed=[1, 2, 1, 2], path=path, parameters=grid, verbose=False
    )
    assert runs.names == ["tanh 1", "tanh 2", "relu 1", "relu 2"]
    info = runs["relu 2"].info
    assert info["parameters"] == {"activation": "relu", "seed": 2} and info["batch_seed"] == 2
    runs.close()
    with load_runs(path) as again:
        assert again.names == runs.names and again.finished
        assert again.parameters.loc["relu 1"].to_dict() == {"activation": "relu", "seed": 1}
        assert len(again["tanh 2"].history) == 2
    with pytest.raises(RecordingError, match="tanh 1"):
        train_together(models, x, y, path=path, parameters=grid, verbose=False)
    before = models[0].get_weights()[0].copy()
    train_together(models, x, y, path=path, parameters=grid, overwrite=True, verbose=False)
    assert (models[0].get_weights()[0] != before).any()


def shared_layer():
    layer = K.Dense(1, "sigmoid")
    models = [keras.Sequential([keras.Input((10,)), layer]) for _ in range(2)]
    for one in models:
        one.compile(sgd(), "binary_crossentropy")
    return models


def shared_optimizer():
    optimizer = sgd()
    models = []
    for _ in range(2):
        models.append(keras.Sequential([keras.Input((10,)), K.Dense(1, "sigmoid")]))
        models[-1].compile(optimizer, "binary_crossentropy")
    return models


def not_compiled():
    return [keras.Sequential([keras.Input((10,)), K.Dense(1)])]


BAD = {
    "no models": (dict(models=[]), ValueError, "`models` must have at least one"),
    "a model": (dict(models=small), TypeError, "`models` must be a list of Keras models"),
    "no model": (dict(models=[3]), TypeError, "`models` must be Keras 3 models; got 3 at 0"),
    "not compiled": (dict(models=not_compiled), ValueError, "must be compiled"),
    "twice": (dict(models=lambda: [small()] * 2), ValueError, "share no weights"),
    "a shared layer": (dict(models=shared_layer), ValueError, "share no weights"),
    "a shared optimizer": (dict(models=shared_optimizer), ValueError, "no optimizer"),
    "epochs": (dict(epochs=0), ValueError, "`epochs` must be"),
    "batch_size": (dict(batch_size=0), ValueError, "`batch_size` must be"),
    "every": (dict(every=0), ValueError, "`every` must be"),
    "everies": (dict(every=[1]), ValueError, "`every` must be an integer or one for each of 2"),
    "one every": (dict(every=[1, 0]), ValueError, "`every` must be a positive integer; got 0"),
    "seed": (dict(seed=-1), ValueError, "`seed` must be"),
    "seeds": (dict(seed=[1, 2, 3]), ValueError, "`seed` must be an integer or one for each of 2"),
    "shuffle": (dict(shuffle="yes"), TypeError, "`shuffle` must be"),
    "memory": (dict(memory=0), ValueError, "`memory` must be"),
    "early_stopping": (dict(early_stopping=3), TypeError, "`early_stopping` must be"),
    "parameters": (dict(parameters=[{}]), ValueError, "`parameters` must be a dict for each of 2"),
    "a parameter": (dict(parameters=[1, 2]), TypeError, "got 1 at 0"),
    "names": (dict(names=["a"]), ValueError, "`names` must be one for each of 2"),
    "same names": (dict(names=["a", "a"]), ValueError, "'a' twice"),
    "x": (dict(x=np.zeros((64, 3))), ValueError, r"`x` must have the shape \(n, 10\)"),
    "y": (dict(y=np.zeros((3, 1))), ValueError, "`y` must have as many samples"),
    "infinite": (dict(x=np.full((64, 10), np.inf)), ValueError, "`x` must be finite"),
    "a data set": (
        dict(x=tf.data.Dataset.range(3), y=None), TypeError, "`x` must be arrays",
    ),
    "probe": (dict(probe=3), TypeError, r"`probe` must be \(x, y\)"),
    "probed": (
        dict(probe=(np.zeros((4, 3)), np.zeros((4, 1)))), ValueError, "must have the shape",
    ),
    "layers": (
        dict(probe=(np.zeros((4, 10)), np.zeros((4, 1))), layers="h9"), KeyError, "h9",
    ),
    "validation_data": (dict(validation_data=3), TypeError, "`validation_data` must be"),
    "validated": (
        dict(validation_data=(np.zeros((4, 10)), np.zeros((3, 1)))), ValueError,
        "`validation_data`: `y` must have as many",
    ),
    "class_weight": (dict(class_weight=[1, 2]), TypeError, "`class_weight` must be a dict"),
    "both weights": (
        dict(class_weight={0: 1}, sample_weight=np.ones(64)), ValueError, "got both",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_arguments_are_told_before_anything_is_trained(what, tmp_path):
    changed, error, words = BAD[what]
    x, y = ball(64)
    given = {"models": lambda: [small(1), small(2)], "x": x, "y": y, "verbose": False} | changed
    models = given.pop("models")
    models = models() if callable(models) else models
    path = tmp_path / "runs.db"
    with pytest.raises(error, match=words):
        train_together(models, given.pop("x"), given.pop("y"), path=path, **given)
    assert not path.exists()
