"""Sweeps: every network of a grid, each what `fit` makes of it, once, whatever happens between."""

import itertools
import random
import re
from pathlib import Path

import keras
import numpy as np
import pytest

import kit
from kit.checks import UnknownNameError
from kit.models import build_block
from kit.recordings import Recording, RecordingError, RecordingWarning, Runs, load_runs
from kit.training import NotTogetherWarning, SweepError, batch_order, sweep, train_together
from kit.training.grid import Trial, build_trial, tasks_of, trials_of

EPOCHS, BATCH = 3, 50
GRID = {"activation": ["tanh", "relu"], "initializer": [0.3, "he_normal"]}
SEEDS = (1, 2)


@pytest.fixture(scope="module")
def data():
    """200 points of the ball: 4 batches of 50."""
    x, y = kit.datasets.ball.load_data(n_points=200)
    return x, y.astype("float32")


class Builds:
    """A builder of small networks that counts how often it was called for what."""

    def __init__(self, fail=lambda **given: None):
        self.calls, self._fail = [], fail

    def __call__(self, activation="tanh", initializer="glorot_normal", units=5, seed=None):
        self.calls.append((activation, initializer, units, seed))
        self._fail(activation=activation, initializer=initializer, units=units, seed=seed)
        return build_block(activation, initializer, n_layers=2, units=units, seed=seed)


def small(activation="tanh", initializer="glorot_normal", units=5, optimizer="sgd", seed=None):
    return build_block(
        activation, initializer, n_layers=2, units=units, optimizer=optimizer, seed=seed
    )


def swept(data, build=small, grid=GRID, **arguments):
    usual = {"seeds": SEEDS, "epochs": EPOCHS, "batch_size": BATCH, "verbose": False}
    return sweep(build, grid, *data, **{**usual, **arguments})


def losses(runs):
    return {name: runs[name].history["loss"].tolist() for name in runs}


def fitted(model, data, seed, epochs=EPOCHS):
    """The losses of `fit`, one epoch at a time, with the batches of `batch_order`."""
    x, y = data
    found = []
    for epoch in range(epochs):
        order = batch_order(len(x), seed, epoch)
        told = model.fit(x[order], y[order], batch_size=BATCH, shuffle=False, verbose=0)
        found.append(told.history["loss"][0])
    return found


# what is trained


def test_every_network_of_a_grid_is_the_one_of_fit(data):
    grid = {"activation": ["tanh", "relu"], "initializer": [0.3], "learning_rate": [0.05, 0.5]}
    runs = swept(data, grid=grid)
    product = [*itertools.product(*grid.values(), SEEDS)]
    assert runs.names == [" ".join(map(str, one)) for one in product]
    assert runs.finished and len(runs) == 8
    for name, (activation, initializer, rate, seed) in zip(runs, product, strict=True):
        model = small(activation, initializer, optimizer=keras.optimizers.SGD(rate), seed=seed)
        # to the rounding of float32, over twelve steps
        assert losses(runs)[name] == pytest.approx(fitted(model, data, seed), rel=1e-5)
        given = activation, initializer, rate, seed
        assert runs[name].info["parameters"] == dict(zip([*grid, "seed"], given, strict=True))
        assert runs[name].info["batch_seed"] == seed


@pytest.fixture(scope="module")
def every(data):
    """The losses of all eight networks, as they are to come out whatever happens."""
    return losses(swept(data, per_task=4))


def as_in(every):
    """To the rounding of float32, which depends on how many networks a product has."""
    return {name: pytest.approx(values, rel=1e-5) for name, values in every.items()}


def test_a_network_does_not_depend_on_the_grid_or_on_how_it_is_cut(data, every):
    assert losses(swept(data, per_task=3)) == as_in(every)
    few = losses(swept(data, grid={"activation": ["relu"], "initializer": [0.3]}, seeds=[2]))
    assert few == {"relu 0.3 2": pytest.approx(every["relu 0.3 2"], rel=1e-5)}


def test_all_that_train_together_takes_is_handed_on(data):
    x, y = data
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=2, min_delta=9)
    arguments = {
        "epochs": 6,
        "batch_size": 40,
        "shuffle": False,
        "validation_data": (x[:60], y[:60]),
        "class_weight": {0: 1.0, 1: 3.0},
        "early_stopping": stopping,
        "probe": (x[:50], y[:50]),
        "every": 2,
        "layers": ["h2"],
        "verbose": False,
    }
    runs = sweep(small, {"units": [4]}, x, y, seeds=[3, 4], **arguments)
    models = [small(units=4, seed=seed) for seed in (3, 4)]
    wanted = train_together(models, x, y, seed=[3, 4], names=runs.names, **arguments)
    assert [len(runs[name].history) for name in runs] == [3, 3]  # the first, and two more
    for name in runs:
        np.testing.assert_allclose(runs[name].history, wanted[name].history, rtol=1e-5)
        assert runs[name].layers == ["h2"] and runs[name].epochs == wanted[name].epochs
        mine, other = runs[name].to_frame(), wanted[name].to_frame()
        np.testing.assert_allclose(mine["std"], other["std"], rtol=1e-4)
    weighted = {**arguments, "sample_weight": np.where(y[:, 0] == 1, 3.0, 1.0)}
    del weighted["class_weight"]
    again = sweep(small, {"units": [4]}, x, y, seeds=[3, 4], **weighted)
    assert losses(again) == losses(runs)


def test_what_json_cannot_hold_is_called_by_its_name(data):
    grid = {
        "activation": [keras.activations.tanh, keras.layers.LeakyReLU],
        "optimizer": {"slow": keras.optimizers.SGD(0.01), "fast": keras.optimizers.SGD(0.5)},
    }
    runs = swept(data, grid=grid, seeds=[1])
    assert runs.names == ["tanh slow 1", "tanh fast 1", "LeakyReLU slow 1", "LeakyReLU fast 1"]
    assert runs["LeakyReLU fast 1"].info["parameters"] == {
        "activation": "LeakyReLU",
        "optimizer": "fast",
        "seed": 1,
    }
    model = small("tanh", optimizer=keras.optimizers.SGD(0.5), seed=1)
    assert losses(runs)["tanh fast 1"] == pytest.approx(fitted(model, data, 1), rel=1e-5)
    with pytest.raises(
        ValueError, match=r"different texts; got 'SGD' 2 times: name them, as \{'op"
    ):
        swept(data, grid={"optimizer": [keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2)]})


def test_a_builder_that_compiles_with_what_it_is_given_gets_its_own(data):
    def careless(optimizer, seed):
        model = keras.Sequential(
            [keras.Input((10,)), keras.layers.Dense(1, "sigmoid", kernel_initializer="zeros")]
        )
        model.compile(optimizer, "binary_crossentropy")
        return model

    runs = swept(data, careless, {"optimizer": {"a": keras.optimizers.Adam(0.01)}}, seeds=[1, 2, 3])
    assert len(runs) == 3 and runs.finished


def test_arrays_of_numbers_are_plain_values(data):
    runs = swept(data, grid={"learning_rate": np.array([0.25, 0.5]), "units": (3, np.int64(4))})
    assert runs.names[::2] == ["0.25 3 1", "0.25 4 1", "0.5 3 1", "0.5 4 1"]
    assert runs.parameters["units"].tolist() == [3, 3, 4, 4] * 2


def test_a_builder_without_a_seed_draws_the_same_again(data):
    def unseeded(units):
        model = keras.Sequential(
            [
                keras.Input((10,)),
                keras.layers.Dense(units, "tanh"),
                keras.layers.Dropout(0.3),
                keras.layers.Dense(1, "sigmoid"),
            ]
        )
        model.layers[0].bias.assign(keras.random.normal((units,)) + np.random.normal(size=units))  # noqa: NPY002
        model.compile("sgd", "binary_crossentropy")
        return model

    random.seed(5)
    np.random.seed(5)  # noqa: NPY002
    state = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    first = swept(data, unseeded, {"units": [4]}, seeds=[1, 2])
    assert (random.getstate(), np.random.get_state()[1].tolist()) == state  # noqa: NPY002
    keras.random.normal(())
    again = swept(data, unseeded, {"units": [3, 4]}, seeds=[2, 3])
    assert losses(again)["4 2"] == pytest.approx(losses(first)["4 2"], rel=1e-5)
    assert losses(first)["4 1"] != losses(first)["4 2"]


# what is refused


@pytest.mark.parametrize(
    ("grid", "error", "words"),
    [
        (["relu"], TypeError, r"`grid` must be a dict of values by name; got \['relu'\]"),
        ({"depth": [3]}, UnknownNameError, r"of `build` \(activation, initializer, units, opti"),
        ({"activatoin": ["relu"]}, UnknownNameError, "or of its optimizer .learning_rate, nest"),
        ({"seed": [1]}, ValueError, "`grid` must leave the seed to `seeds`; got 'seed' in it"),
        ({"units": []}, ValueError, r"must have a value at least of 'units'; got \[\]"),
        ({"units": [3, 4, 3]}, ValueError, "values of 'units' with different texts; got '3' 2"),
        (
            {"activation": {"relu": "relu", "relu 3": "tanh"}, "units": {"3": 3, "3 3": 4}},
            ValueError,
            "must give each network another name; got 'relu 3 3 1' 2 times",
        ),
    ],
)
def test_a_bad_grid_is_refused(data, grid, error, words):
    with pytest.raises(error, match=words):
        swept(data, grid=grid)


def test_bad_arguments_are_refused_before_anything_is_built(data, tmp_path):
    builds = Builds()
    path = tmp_path / "runs.db"
    for arguments, error, words in [
        ({"seeds": 10}, TypeError, r"`seeds` must be several integers, as range\(10\); got 10"),
        ({"seeds": [1, 1]}, ValueError, r"different integers, one at least; got \[1, 1\]"),
        ({"seeds": []}, ValueError, "different integers, one at least"),
        ({"seeds": [1, -1]}, ValueError, "`seeds` must be a non-negative integer; got -1"),
        ({"epochs": 0}, ValueError, "`epochs` must be a positive integer; got 0"),
        ({"every": 0}, ValueError, "`every` must be"),
        ({"per_task": 0}, ValueError, "`per_task` must be a positive integer; got 0"),
        ({"memory": 0}, ValueError, "`memory` must be a positive number of bytes; got 0"),
        ({"batch_size": 0}, ValueError, "`batch_size` must be"),
        ({"shuffle": 1}, TypeError, "`shuffle` must be True or False"),
        ({"overwrite": "yes"}, TypeError, "`overwrite` must be True or False"),
        ({"verbose": 2}, TypeError, "`verbose` must be True or False"),
        ({"early_stopping": "loss"}, TypeError, "a keras.callbacks.EarlyStopping; got 'loss'"),
        ({"probe": data[0]}, TypeError, r"`probe` must be \(x, y\) or \(x, y, sample_weight\)"),
        ({"probe": (data[0], data[1][:3])}, ValueError, "`probe`: "),
        ({"validation_data": 3}, TypeError, "`validation_data` must be"),
        ({"engine": "together", "workers": 2}, ValueError, "with another engine than 'together'"),
        ({"engine": "together", "options": {"a": 1}}, ValueError, "with another engine than"),
        ({"scheduler": "tcp://h:1"}, ValueError, "`scheduler` must go with engine='dask'; got eng"),
        ({"engine": "dusk"}, ValueError, "`engine` must be together, processes, dask, or a back"),
        ({"engine": "ray"}, ValueError, r"as Ray's after ray.util.joblib.register_ray\(\); got 'r"),
        ({"engine": "multiprocessing"}, ValueError, "must not be 'multiprocessing'"),
        ({"engine": "threading"}, ValueError, "must not be 'threading': Keras does not build mod"),
        ({"engine": "processes", "workers": 0}, ValueError, "`workers` must be a positive integer"),
    ]:
        with pytest.raises(error, match=words):
            swept(data, builds, path=path, **arguments)
    with pytest.raises(TypeError, match="`build` must be a function that returns a compiled mod"):
        swept(data, build_block())
    with pytest.raises(ValueError, match="`grid` must have 'units', which `build` requires; got"):
        swept(data, lambda units, seed: None, {"learning_rate": [0.1]})
    assert not builds.calls and not path.exists()


def test_dask_that_is_not_installed_is_told_with_the_command(data, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"not there: pip install dask distributed$"):
        swept(data, engine="dask")


# how it is cut


@pytest.mark.parametrize(("most", "workers"), [(50, 1), (3, 1), (1, 2), (50, 2), (50, 7), (9, 99)])
def test_tasks_have_each_network_once_and_are_as_many_as_workers(most, workers):
    grid = {"activation": ["tanh", "relu"], "units": [3, 4], "initializer": [0.1, 0.2, 1.0]}
    trials = trials_of(small, {**grid, "learning_rate": [0.1, 0.2]}, range(3))
    tasks = tasks_of(trials, most, workers)
    assert sorted(one.name for task in tasks for one in task) == sorted(t.name for t in trials)
    assert len(tasks) >= min(workers, len(trials))
    assert max(map(len, tasks)) <= most
    for task in tasks:  # what one program can train
        assert len({(t.parameters["activation"], t.parameters["units"]) for t in task}) == 1
    if most == 50 and workers == 1:
        assert [len(task) for task in tasks] == [18] * 4
    assert [len(task) for task in tasks] == sorted(map(len, tasks), reverse=True)


# what is in the file


class Stops:
    """Raises KeyboardInterrupt, as Ctrl-C does, at the n-th call."""

    def __init__(self, at):
        self.left = at

    def __call__(self, *_, **__):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def test_a_sweep_goes_on_where_it_was_left(data, every, tmp_path):
    path = tmp_path / "runs.db"
    Recording.create(path, "another").close()
    first = Builds(Stops(4))
    with pytest.warns(RuntimeWarning, match=r"interrupted: 2 of 8 networks .* call goes on with"):
        some = swept(data, first, path=path, per_task=2)
    assert some.names == ["tanh 0.3 1", "tanh 0.3 2"] and some.finished
    stamps = {name: stamped(path, name) for name in some}
    second = Builds()
    runs = swept(data, second, path=path)
    assert runs.names == [
        f"{a} {i} {s}" for a in GRID["activation"] for i in (0.3, "he_normal") for s in SEEDS
    ]
    done = {("tanh", 0.3, 5, seed) for seed in SEEDS}
    assert not done & set(second.calls) and len(second.calls) == len(set(second.calls)) == 6
    assert {name: stamped(path, name) for name in some} == stamps
    assert losses(runs) == as_in(every)
    third = Builds()
    wider = swept(data, third, {**GRID, "initializer": [0.3, "he_normal", 1.0]}, path=path)
    assert [call[1] for call in third.calls] == [1.0] * 4 and len(wider) == 12
    assert load_runs(path).names[0] == "another" and len(load_runs(path)) == 13
    path.chmod(0o400)  # nothing is to be done, and nothing is written
    fourth = Builds()
    assert losses(swept(data, fourth, path=path, engine="processes")) == losses(runs)
    assert not fourth.calls


def stamped(path, name):
    """What a run has that is made anew where it is trained again."""
    with load_runs(path) as runs:
        return runs[name].history.to_json(), runs[name]._stored.own


def test_ctrl_c_in_the_middle_of_a_training_keeps_what_is_whole(data, tmp_path, monkeypatch):
    path = tmp_path / "runs.db"
    add = kit.training.progress.Progress.add
    told_of = []

    def stop_the_second(progress, *arguments):
        told_of.append(id(progress))
        if told_of[-1] != told_of[0] and told_of.count(told_of[-1]) == 4:
            raise KeyboardInterrupt
        add(progress, *arguments)

    monkeypatch.setattr("kit.training.progress.Progress.add", stop_the_second)
    for kept in (path, None):
        told_of.clear()
        with pytest.warns(RuntimeWarning, match=r"interrupted: 2 of 8 networks") as told:
            runs = swept(data, path=kept, per_task=2)
        assert len(told) == 1  # and none of the training's own
        assert runs.names == ["tanh 0.3 1", "tanh 0.3 2"] and runs.finished
    assert load_runs(path).names == runs.names


@pytest.mark.parametrize("place", ["file", "memory"])
def test_ctrl_c_just_after_a_task_was_written_does_not_hide_it(data, tmp_path, monkeypatch, place):
    extend = Runs.extend

    def extended(runs, *arguments, **options):
        extend(runs, *arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(Runs, "extend", extended)
    path = tmp_path / "runs.db" if place == "file" else None
    with pytest.warns(RuntimeWarning, match="interrupted: 2 of 8 networks"):
        runs = swept(data, path=path, per_task=2)
    assert runs.names == ["tanh 0.3 1", "tanh 0.3 2"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"epochs": 4}, "another `epochs`: 3, now 4"),
        ({"batch_size": 40}, "another `batch_size`: 50, now 40"),
        ({"shuffle": False}, "another `shuffle`: True, now False"),
        ({"x": 0}, "another `x`"),
        ({"y": 0}, "another `y`"),
        ({"validation_data": 0}, "another `validation_data`"),
        ({"class_weight": {0: 1.0, 1: 2.0}}, "another `sample_weight`"),
        ({"probe": 0}, "another `probe`"),
        ({"early_stopping": 2}, "another `early_stopping`: None, now {"),
        ({"build": 0}, "another `build`: 'small', now 'Builds'"),
        ({"grid": {"activation": {"relu": "relu"}, "initializer": {"0.3": 1.0}}}, "parameters are"),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_runs_of_other_arguments_are_refused_by_name_or_replaced(data, tmp_path, change, words):
    path = tmp_path / "runs.db"
    x, y = data
    grid = {"activation": "relu", "initializer": 0.3}
    swept(data, grid=grid, path=path)
    one = stamped(path, "relu 0.3 1")
    made = {
        "x": lambda: {"x": x + 1}, "y": lambda: {"y": 1 - y}, "build": lambda: {"build": Builds()},
        "validation_data": lambda: {"validation_data": data}, "probe": lambda: {"probe": data},
        "early_stopping": lambda: {"early_stopping": keras.callbacks.EarlyStopping("loss")},
    }  # fmt: skip
    (name,) = change
    other = {"grid": grid, "x": x, "y": y, "build": small} | (
        made[name]() if name in made else change
    )
    pair = other.pop("x"), other.pop("y")
    with pytest.raises(RecordingError, match=re.escape(words)) as error:
        swept(pair, path=path, seeds=(1, 2, 3), **other)
    assert "'relu 0.3 1' (" in str(error.value) and "overwrite=True" in str(error.value)
    assert stamped(path, "relu 0.3 1") == one and len(load_runs(path)) == 2
    runs = swept(pair, path=path, seeds=(1, 3), overwrite=True, **other)
    assert runs.names == ["relu 0.3 1", "relu 0.3 3"] and len(load_runs(path)) == 3
    assert stamped(path, "relu 0.3 1") != one


def test_what_is_the_same_is_kept_also_where_others_are_replaced(data, tmp_path):
    builds = Builds()
    for every in (1, 2):  # which says nothing where nothing is measured
        swept(data, builds, path=tmp_path / "runs.db", overwrite=True, every=every)
    assert len(builds.calls) == 8


def defined(text):
    """A builder as a notebook defines it, whose text can be read."""
    import linecache

    name = f"<{abs(hash(text))}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    names = {"small": small}
    exec(compile(text, name, "exec"), names)
    return names["build"]


def test_a_builder_that_was_edited_is_another(data, tmp_path):
    path = tmp_path / "runs.db"
    text = "def build(units, seed):\n    return small(units=units, seed=seed)\n"
    said = text.replace("    return", '    """Say."""\n    # more\n    return')
    swept(data, defined(text), {"units": 4}, path=path)
    before = stamped(path, "4 1")
    swept(data, defined(said), {"units": 4}, path=path)
    assert stamped(path, "4 1") == before
    with pytest.raises(RecordingError, match="the text of `build` was another"):
        swept(data, defined(text.replace("=units", "=units + 1")), {"units": 4}, path=path)


def test_a_file_that_is_no_sweep_s_is_left_alone(data, tmp_path):
    path = tmp_path / "runs.db"
    Recording.create(path, "relu 0.3 1").close()
    grid = {"activation": "relu", "initializer": 0.3}
    with pytest.raises(RecordingError, match=r"'relu 0.3 1' \(its parameters are None\)"):
        swept(data, grid=grid, path=path)
    (tmp_path / "text.db").write_text("no recording" * 100)
    with pytest.raises(RecordingError, match=r"text\.db"):
        swept(data, grid=grid, path=tmp_path / "text.db")


def test_a_file_that_is_lost_on_the_way_costs_no_network(data, every, tmp_path):
    path = tmp_path / "runs.db"

    def lose(activation, **_):
        if activation == "relu":
            path.unlink(missing_ok=True)

    with pytest.warns(RecordingWarning, match="the recordings go on in memory"):
        runs = swept(data, Builds(lose), path=path)
    assert runs.path is None and losses(runs) == as_in(every)


# what goes wrong, and what is told


def fails(initializer, seed, **_):
    if initializer == "he_normal" and seed == 2:
        raise OSError("no\nsuch file")


def test_a_network_that_cannot_be_built_takes_no_other_with_it(data, tmp_path):
    path = tmp_path / "runs.db"
    with pytest.raises(SweepError) as error:
        swept(data, Builds(fails), path=path)
    assert error.value.failed == dict.fromkeys(
        ["tanh he_normal 2", "relu he_normal 2"], "OSError: no such file"
    )
    assert str(error.value) == (
        "2 networks failed, 6 trained: tanh he_normal 2, relu he_normal 2 (OSError: no such file)"
    )
    assert len(error.value.runs) == 6 and error.value.runs.finished
    assert losses(load_runs(path)) == losses(error.value.runs)
    builds = Builds()
    assert len(swept(data, builds, path=path)) == 8
    assert [call[1::2] for call in builds.calls] == [("he_normal", 2)] * 2


def test_a_network_that_cannot_be_trained_takes_no_other_with_it(data, every):
    def build(initializer, seed):
        model = small("tanh", initializer, seed=seed)
        if seed == 2:  # two targets where there is one
            model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(2)])
            model.compile("sgd", "categorical_crossentropy")
        return model

    with pytest.raises(SweepError, match=r"1 network failed, 2 trained: 0\.3 2 ") as error:
        swept(data, build, {"initializer": 0.3}, seeds=[1, 2, 3])
    found = losses(error.value.runs)
    assert list(found) == ["0.3 1", "0.3 3"]
    assert found["0.3 1"] == pytest.approx(every["tanh 0.3 1"], rel=1e-5)


def test_what_is_no_compiled_model_or_has_no_such_optimizer_is_told(data):
    with pytest.raises(SweepError, match="TypeError: `build` must return a Keras model that is c"):
        swept(data, lambda seed: keras.Sequential([keras.Input((10,))]), {}, seeds=[1])
    with pytest.raises(
        SweepError, match=r"ValueError: .* of its optimizer SGD, which has no 'rho'"
    ):
        swept(data, grid={"rho": [0.9]}, seeds=[1])


def test_optimizers_are_set_as_they_would_be_made():
    values = {"learning_rate": 0.2, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01}
    model = build_trial(small, Trial("a", values, values, 1))
    told = model.optimizer.get_config()
    made = keras.optimizers.SGD(**values).get_config()
    assert told | {"name": "sgd"} == made | {"name": "sgd"}
    with pytest.raises(ValueError, match="momentum"):
        build_trial(small, Trial("a", {}, {"momentum": 2.0}, 1))


def test_warnings_of_a_training_are_told_once_at_the_end(data):
    def eager(units, seed):
        model = small(units=units, seed=seed)
        model.compile("sgd", "binary_crossentropy", run_eagerly=True)
        return model

    with pytest.warns(NotTogetherWarning, match="it runs eagerly") as told:
        runs = swept(data, eager, {"units": [4]}, seeds=[1], epochs=1)
    assert len(told) == 1 and runs.finished and Path(told[0].filename).name == "test_sweep.py"


def test_a_bar_tells_how_many_are_done(data, capsys, tmp_path):
    swept(data, verbose=True, path=tmp_path / "runs.db", per_task=2)
    shown = re.sub(r"\x1b\[\d*m|\x08", "", capsys.readouterr().out)
    assert [one for one in re.findall(r"(\d)/8", shown)] == ["0", "2", "4", "6", "8"]
    assert "/network" in shown
    swept(data, verbose=True, path=tmp_path / "runs.db")
    assert capsys.readouterr().out == f"8 of 8 networks are in {tmp_path / 'runs.db'} already.\n"
    swept(data)
    assert not capsys.readouterr().out
