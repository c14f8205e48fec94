"""Twins: the same seed, the same batches, one thing changed; and a verdict that can be wrong."""

import keras
import numpy as np
import pytest
from scipy.stats import quantile_test

import kit
from kit.datasets.preprocess import center, normalize
from kit.models import build_block
from kit.plots import plot_twins
from kit.recordings.common import LayerSketches
from kit.stats import Sketch, median_interval
from kit.training import Twins, batch_order, changes, copies, twins, unpenalized
from kit.training.verdicts import verdict_of

RNG = np.random.default_rng(3)
X = RNG.normal(size=(64, 6)).astype("float32")
Y = (X[:, :1] * X[:, 1:2] > 0).astype("float32")
HELD = X[:20] + 1, Y[:20]


def block(initializer="glorot_normal", activation="tanh", seed=1, **how):
    how = {"n_layers": 3, "units": 8, "input_dim": 6, **how}
    return build_block(activation, initializer, seed=seed, **how)


def changed(model, change, seed=5):
    ((name, value),) = change.items()
    return changes.CHANGES[name](model, value, seed)


def named(model):
    return {
        f"{layer.name}/{one.name}": one.numpy() for layer in model.layers for one in layer.weights
    }


def assert_same_weights(one, other):
    mine, its = named(one), named(other)
    assert list(mine) == list(its)
    for name, value in mine.items():
        np.testing.assert_array_equal(value, its[name], err_msg=name)


def kinds(model):
    return [(type(layer).__name__, layer.name) for layer in model.layers]


# intervals and verdicts


@pytest.mark.parametrize("n", [6, 9, 10, 25])
def test_the_interval_of_a_median_is_the_one_of_scipy(n):
    values = RNG.normal(size=n)
    found = median_interval(values)
    other = quantile_test(values, p=0.5).confidence_interval(0.95)
    assert (found.low, found.high) == (other.low, other.high)
    assert found.median == np.median(values) and 0.95 <= found.level < 1


def test_an_interval_holds_the_median_as_often_as_it_says():
    draws = np.random.default_rng(0).exponential(size=(2000, 10))
    found = [median_interval(one) for one in draws]
    held = np.mean([one.low <= np.log(2) <= one.high for one in found])
    assert found[0].level == pytest.approx(1 - 22 / 1024) and abs(held - found[0].level) < 0.01


def test_few_values_and_infinite_ones_have_an_interval_too():
    assert median_interval([3.0]).level == 0
    few = median_interval([1, 2, 3, 4, 5])
    assert (few.low, few.high, few.level) == (1, 5, 1 - 2 / 32)
    assert median_interval([np.inf] * 6).low == np.inf
    assert median_interval([-np.inf, np.inf]).median == 0 and median_interval([-1, 1]).holds_zero


@pytest.mark.parametrize("values", [[], [1.0, np.nan]])
def test_an_interval_of_nothing_is_refused(values):
    with pytest.raises(
        ValueError, match="`values` must be numbers, one at least and none NaN; got"
    ):
        median_interval(values)


def test_the_level_of_an_interval_is_checked():
    with pytest.raises(ValueError, match="`level` must be a number between 0 and 1; got 1"):
        median_interval([1, 2], level=1)


def judged(given, changed, **how):
    return verdict_of(given, changed, **{"measure": "loss", "epoch": 9, **how})


def test_a_verdict_by_hand():
    given = np.linspace(0.6, 0.7, 10)
    found = judged(given, given - np.arange(1, 11) / 100)  # by 0.01 to 0.10
    assert found.word == "better" and (found.better, found.worse, found.seeds) == (10, 0, 10)
    assert (found.difference.low, found.difference.high) == pytest.approx((-0.09, -0.02))
    assert found.difference.median == pytest.approx(-0.055)
    assert str(found) == (
        "better: ends at 0.59 [0.59, 0.60] instead of 0.65 [0.61, 0.69] (loss, epoch 9), in 10 of "
        "10 seeds better; by −0.055 [−0.090, −0.020], the median of the seeds' differences with "
        "its 98 % interval"
    )


def test_two_seeds_of_ten_that_disagree_leave_it_open():
    given = np.ones(10)
    one = judged(given, given + np.r_[0.5, -np.arange(1, 10) / 10])
    two = judged(given, given + np.r_[0.5, 0.5, -np.arange(2, 10) / 10])
    assert one.word == "better" and "in 9 of 10 seeds better, in 1 worse" in str(one)
    assert two.word == "no difference told" and str(two).startswith("no difference can be told: ")


def test_pairs_tell_what_sides_do_not():
    """Seeds differ by far more than the sides; their differences agree."""
    given = np.arange(10.0)
    assert judged(given, given + 0.01).word == "worse"
    assert judged(given, (given + 0.01)[::-1]).word == "no difference told"


def test_what_diverges_is_worse_than_all_else():
    found = judged(np.ones(10), np.r_[[np.nan] * 5, [np.inf] * 5])
    assert found.word == "worse" and found.worse == 10 and found.changed_lost == 10
    assert "instead of 1.0 [1.0, 1.0]" in str(found)
    assert str(found).endswith("in 10 of 10 seeds the changed one diverged")
    both = judged([np.nan] * 10, [np.nan] * 10)
    assert both.word == "no difference told" and "in 10 alike" in str(both)
    more = judged([np.nan] * 10, np.ones(10), measure="accuracy")
    assert more.word == "better" and "the given one diverged" in str(more)


def test_more_of_an_accuracy_is_better():
    given = np.linspace(0.5, 0.6, 10)
    assert judged(given, given + 0.1, measure="validation accuracy").word == "better"
    assert judged(given, given + 0.1).word == "worse"
    assert judged(given, given + 0.1, higher=True).word == "better"


def test_numbers_have_the_digits_that_tell_them_apart():
    found = str(judged(np.full(10, 0.6712), np.full(10, 0.6744)))
    assert "ends at 0.674 [0.674, 0.674] instead of 0.671 [0.671, 0.671]" in found
    found = str(judged(np.full(10, 2e-5), np.full(10, 0)))
    assert "ends at 0 [0, 0] instead of 2.0×10⁻⁵ [2.0×10⁻⁵, 2.0×10⁻⁵]" in found


def test_five_seeds_are_too_few():
    found = judged(np.ones(5), np.zeros(5))
    assert found.word == "no difference told"
    assert "at least 6 seeds are needed to tell a difference" in str(found)
    assert judged(np.ones(6), np.zeros(6)).word == "better"


# copies


def test_a_copy_drawn_anew_is_what_the_builder_gives_with_that_seed():
    model = block(seed=1)
    before = model.get_weights()
    for seed in (1, 7):
        made = copies.copy_of(model, seed=seed)
        assert_same_weights(made, block(seed=seed))
        assert made.optimizer is not model.optimizer and made.loss == model.loss
    for mine, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_seeds_of_dropout_and_of_initializers_without_one_are_the_copys():
    model = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(4), keras.layers.Dropout(0.5), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    one, same, other = (copies.copy_of(model, seed=seed) for seed in (1, 1, 2))
    assert_same_weights(one, same)
    assert (one.layers[0].kernel.numpy() != other.layers[0].kernel.numpy()).any()
    assert one.layers[1].seed == same.layers[1].seed != other.layers[1].seed


def test_frozen_layers_and_what_was_adapted_stay_as_they_are():
    normalization = keras.layers.Normalization()
    normalization.adapt(X)
    frozen = keras.layers.Dense(4, name="frozen")
    model = keras.Sequential([keras.Input((6,)), normalization, frozen, keras.layers.Dense(1)])
    frozen.trainable = False
    model.compile("sgd", "mse")
    made = copies.copy_of(model, seed=3)
    np.testing.assert_array_equal(made.layers[1].kernel, frozen.kernel)
    np.testing.assert_allclose(made.layers[0](X), normalization(X), rtol=1e-6)
    assert (made.layers[2].kernel.numpy() != model.layers[2].kernel.numpy()).any()


def residual(activation="tanh"):
    given = keras.Input((6,), name="given")
    first = keras.layers.Dense(6, activation, name="first")(given)
    linear = keras.layers.Dense(6, name="linear")(first)
    added = keras.layers.Add(name="added")([given, linear])
    bent = keras.layers.Activation(activation, name="bent")(added)
    answer = keras.layers.Dense(1, name="answer")(bent)
    model = keras.Model(given, keras.layers.Activation("sigmoid", name="share")(answer))
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    return model


def test_a_functional_model_is_copied_with_its_graph():
    model = residual()
    made = copies.copy_of(model)
    copies.take_weights(made, model)
    np.testing.assert_array_equal(made.predict(X, verbose=0), model.predict(X, verbose=0))
    assert float(made.optimizer.learning_rate) == pytest.approx(0.01)
    assert made.evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)


# each change does what it says, and nothing else


def test_an_initializer_is_the_builders_with_the_same_seed():
    made = changed(block("glorot_normal", seed=4), {"initializer": "he_normal"})
    assert_same_weights(made, block("he_normal", seed=4))
    small = changed(block("glorot_normal", seed=4), {"initializer": 0.01})
    assert_same_weights(small, block(0.01, seed=4))


def test_an_initializer_without_a_seed_takes_one_of_each_layer():
    model = residual()
    one, other = (changed(model, {"initializer": "he_normal"}, seed) for seed in (1, 2))
    assert_same_weights(one, changed(model, {"initializer": "he_normal"}, 1))
    kernel = one.get_layer("first").kernel.numpy()
    assert (kernel != other.get_layer("first").kernel.numpy()).any()
    assert (kernel != one.get_layer("linear").kernel.numpy()).any()


def test_biases():
    model = block(seed=4)
    made = changed(model, {"bias": keras.initializers.Constant(0.5)})
    for layer, other in zip(made.layers, model.layers, strict=True):
        np.testing.assert_array_equal(layer.kernel, other.kernel)
        np.testing.assert_array_equal(layer.bias, np.full(layer.bias.shape, 0.5, "float32"))


def test_an_activation_of_hidden_layers():
    made = changed(block(activation="tanh"), {"activation": "relu"})
    assert [layer.activation.__name__ for layer in made.layers] == ["relu"] * 3 + ["sigmoid"]
    assert_same_weights(made, block(activation="tanh"))
    np.testing.assert_array_equal(
        made.predict(X, verbose=0), block(activation="relu").predict(X, verbose=0)
    )


def test_an_activation_that_is_a_layer_is_each_layers_own():
    made = changed(block(), {"activation": keras.layers.PReLU(alpha_initializer="ones")})
    own = [layer.activation for layer in made.layers[:3]]
    assert len({id(one) for one in own}) == 3 and all(one.built for one in own)
    assert len(made.trainable_variables) == 8 + 3


def test_an_activation_that_stands_alone_changes_and_linear_layers_stay():
    made = changed(residual(), {"activation": "relu"})
    of = {layer.name: getattr(layer, "activation", None) for layer in made.layers}
    names = {name: one.__name__ for name, one in of.items() if one is not None}
    assert names == {
        "first": "relu", "linear": "linear", "bent": "relu", "answer": "linear", "share": "sigmoid",
    }  # fmt: skip
    leaky = changed(residual(), {"activation": keras.layers.LeakyReLU(0.1)})
    assert isinstance(leaky.get_layer("bent"), keras.layers.LeakyReLU)


def test_linear_layers_alone_take_an_activation():
    made = changed(block(activation="linear"), {"activation": "relu"})
    assert [layer.activation.__name__ for layer in made.layers] == ["relu"] * 3 + ["sigmoid"]


@pytest.mark.parametrize("build", [block, residual])
def test_a_learning_rate_changes_nothing_else(build):
    model = build()
    made = changed(model, {"learning_rate": 0.5})
    assert_same_weights(made, model)
    told, other = made.optimizer.get_config(), model.optimizer.get_config()
    assert told.pop("learning_rate") == 0.5 and other.pop("learning_rate") == pytest.approx(0.01)
    assert told == other and repr(made.get_config()) == repr(model.get_config())


def test_an_optimizer_is_fresh_for_each_network():
    adam = keras.optimizers.Adam(0.002)
    one, other = (changed(block(), {"optimizer": adam}) for _ in range(2))
    assert one.optimizer is not other.optimizer and one.optimizer is not adam
    assert float(one.optimizer.learning_rate) == pytest.approx(0.002)
    assert_same_weights(one, block())
    assert isinstance(changed(block(), {"optimizer": "adam"}).optimizer, keras.optimizers.Adam)
    assert isinstance(
        changed(block(), {"optimizer": keras.optimizers.RMSprop}).optimizer,
        keras.optimizers.RMSprop,
    )


def test_a_schedule_takes_the_place_of_a_rate():
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    made = changed(block(), {"learning_rate": schedule})
    assert made.optimizer.get_config()["learning_rate"]["class_name"] == "ExponentialDecay"


def test_batch_normalisation_stands_between_z_and_activation():
    made = changed(block(), {"batch_normalization": True})
    assert kinds(made)[:3] == [
        ("Dense", "h1"),
        ("BatchNormalization", "h1_normalization"),
        ("Activation", "h1_activation"),
    ]  # fmt: skip
    assert kinds(made)[-1] == ("Dense", "o") and len(made.layers) == 10
    by_hand = {name: one for name, one in named(made).items() if "normalization" not in name}
    for name, value in named(block()).items():
        np.testing.assert_array_equal(by_hand.pop(name), value)
    assert not by_hand
    z = X @ named(block())["h1/kernel"]
    wanted = np.tanh(z / np.sqrt(1 + made.get_layer("h1_normalization").epsilon))
    inside = keras.Model(made.inputs, made.get_layer("h1_activation").output)
    np.testing.assert_allclose(inside.predict(X, verbose=0), wanted, rtol=1e-4, atol=1e-6)
    without = changed(made, {"batch_normalization": False})
    assert [kind for kind, _ in kinds(without)].count("BatchNormalization") == 0


def test_batch_normalisation_in_a_functional_model():
    made = changed(residual(), {"batch_normalization": True})
    names = [name for _, name in kinds(made)]
    assert {"first_activation", "first_normalization", "linear_normalization"} <= set(names)
    assert "linear_activation" not in names and "answer_normalization" not in names
    without = changed(made, {"batch_normalization": False})
    np.testing.assert_allclose(
        without.predict(X, verbose=0),
        copies_of(residual(), without).predict(X, verbose=0),
        rtol=1e-6,
    )


def copies_of(model, weights):
    copies.take_weights(model, weights)
    return model


def test_a_penalty_is_on_hidden_kernels():
    made = changed(block(), {"penalty": 0.1})
    assert_same_weights(made, block())
    wanted = 0.1 * sum(float((layer.kernel.numpy() ** 2).sum()) for layer in made.layers[:-1])
    assert float(sum(made.losses)) == pytest.approx(wanted, rel=1e-5)
    first = changed(block(), {"penalty": keras.regularizers.L1(0.2)})
    assert [type(layer.kernel_regularizer).__name__ for layer in first.layers] == ["L1"] * 3 + [
        "NoneType"
    ]
    assert not changed(made, {"penalty": None}).losses


def test_dropout_stands_behind_hidden_layers():
    made = changed(block(), {"dropout": 0.3})
    wanted = [name for k in (1, 2, 3) for name in (f"h{k}", f"h{k}_dropout")] + ["o"]
    assert [name for _, name in kinds(made)] == wanted
    for layer in block().layers:
        np.testing.assert_array_equal(made.get_layer(layer.name).kernel, layer.kernel)
    seeds = [layer.seed for layer in made.layers if isinstance(layer, keras.layers.Dropout)]
    assert len(set(seeds)) == 3
    again = changed(made, {"dropout": 0.6})
    assert [layer.rate for layer in again.layers if hasattr(layer, "rate")] == [0.6] * 3
    after = [name for _, name in kinds(changed(residual(), {"dropout": 0.3})) if "dropout" in name]
    assert after == ["first_dropout", "bent_dropout"]


def test_a_deeper_and_a_flatter_network():
    deep = changed(block(), {"depth": 5})
    assert [name for _, name in kinds(deep)] == ["h1", "h2", "h3", "h4", "h5", "o"]
    for layer in block().layers:
        np.testing.assert_array_equal(deep.get_layer(layer.name).kernel, layer.kernel)
    kernels = [deep.get_layer(name).kernel.numpy() for name in ("h3", "h4", "h5")]
    assert (kernels[0] != kernels[1]).any() and (kernels[1] != kernels[2]).any()
    assert deep.get_layer("h5").activation.__name__ == "tanh"
    flat = changed(block(), {"depth": 1})
    assert [name for _, name in kinds(flat)] == ["h1", "o"]
    normal = changed(block(), {"batch_normalization": True})
    assert kinds(changed(normal, {"depth": 4}))[-4:-1] == [
        ("Dense", "h4"),
        ("BatchNormalization", "h4_normalization"),
        ("Activation", "h4_activation"),
    ]  # fmt: skip


def convolutional():
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            keras.layers.Conv2D(3, 3, activation="relu", name="conv"),
            keras.layers.MaxPooling2D(name="pool"),
            keras.layers.Flatten(name="flat"),
            keras.layers.Dense(5, activation="relu", name="dense"),
            keras.layers.Dense(2, activation="softmax", name="out"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def test_changes_of_a_convolutional_network():
    normal = changed(convolutional(), {"batch_normalization": True})
    assert [name for _, name in kinds(normal)][:4] == [
        "conv", "conv_normalization", "conv_activation", "pool",
    ]  # fmt: skip
    tanh = changed(convolutional(), {"activation": "tanh"})
    assert [layer.activation.__name__ for layer in tanh.layers if hasattr(layer, "activation")] == [
        "tanh",
        "tanh",
        "softmax",
    ]
    small = changed(convolutional(), {"initializer": 0.001})
    assert np.std(small.get_layer("conv").kernel) < 0.003
    deep = changed(convolutional(), {"depth": 3})
    assert [name for _, name in kinds(deep)][-3:] == ["dense", "dense_2", "out"]
    with pytest.raises(ValueError, match="cannot make 'depth' here: 'pool' follows on 'conv'"):
        changed(changed(convolutional(), {"depth": 1}), {"depth": 2})
    assert [name for _, name in kinds(changed(convolutional(), {"depth": 1}))][-2:] == [
        "flat",
        "out",
    ]


@pytest.mark.parametrize("how", [{"value": "center"}, {"value": "normalize"}, {"value": 3}])
def test_scaling_takes_the_numbers_of_the_training_data(how):
    parts = [(X, Y, None), (X[:5], Y[:5], None), (HELD[0], HELD[1], None)]
    found = [x for x, _, _ in twins._scaled(how["value"], *parts)]
    arrays = [x for x, _, _ in parts]
    wanted = {
        "center": lambda: center(*arrays),
        "normalize": lambda: normalize(*center(*arrays)),
        3: lambda: [3 * one for one in arrays],
    }[how["value"]]()
    for mine, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_dropout_without_a_seed_drops_the_same_on_both_sides():
    model = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(9, "tanh"), keras.layers.Dropout(0.5)]
    )
    model.add(keras.layers.Dense(1))
    model.compile("sgd", "mse")
    for change in ({"learning_rate": 0.1}, {"penalty": 0.1}):
        made = changed(copies.copy_of(model), change)
        given = copies.copy_of(model)
        copies.take_weights(given, model)
        both = [changed(given, change)(X, training=True).numpy(), given(X, training=True).numpy()]
        np.testing.assert_array_equal(*both)
        assert (made(X, training=True).numpy() != both[0]).any()


# whole twins


def test_both_sides_begin_alike_see_the_same_batches_and_are_those_of_fit():
    model = block("glorot_normal", n_layers=1)
    change = {"learning_rate": 0.3}
    how = {"epochs": 2, "batch_size": 16, "validation_data": HELD, "verbose": False}
    found = kit.twin(model, X, Y, change=change, seeds=[3, 8], **how)
    assert found.runs.names == ["given 3", "given 8", "changed 3", "changed 8"]
    for seed in (8,):
        for side, rate in (("given", 0.01), ("changed", 0.3)):
            one = block("glorot_normal", n_layers=1, seed=seed)
            one.optimizer.learning_rate = rate
            for epoch in range(2):
                order = batch_order(64, seed, epoch)
                told = one.fit(
                    *(X[order], Y[order]), shuffle=False, batch_size=16, verbose=0,
                    validation_data=HELD,
                ).history  # fmt: skip
            mine = found.runs[f"{side} {seed}"].history.iloc[-1]
            for name in ("loss", "val_loss"):
                assert mine[name] == pytest.approx(told[name][0], rel=1e-5)
    first = found.layers.query("quantity == 'weight' and epoch == 0")
    both = [first[first["side"] == side]["median"].to_numpy() for side in ("given", "changed")]
    np.testing.assert_array_equal(*both)
    assert found.words == "validation loss" and found.measure == "val_loss"
    assert len(found.plot("z").axes) == 3


def test_better_worse_and_no_difference():
    """The lectures' small weights, either way; and zeros drawn by another name."""
    how = {"seeds": 6, "epochs": 20, "batch_size": 16, "verbose": False}

    def build(seed, initializer="glorot_normal"):
        return block(initializer, n_layers=2, seed=seed, optimizer=keras.optimizers.SGD(0.5))

    def small(seed):
        return build(seed, 0.01)

    worse = kit.twin(build, X, Y, change={"initializer": 0.01}, **how)
    assert worse.verdict.word == "worse" and worse.verdict.worse == 6
    assert str(worse.verdict).startswith("worse: ends at 0.") and worse.words == "training loss"
    better = kit.twin(small, X, Y, change=build, **how)
    assert better.verdict.word == "better" and "in 6 of 6 seeds better" in str(better)
    # the sides have changed places, each with its weights and batches
    assert better.verdict.changed.median == pytest.approx(worse.verdict.given.median, rel=1e-4)
    assert better.verdict.given.median == pytest.approx(worse.verdict.changed.median, rel=1e-4)
    assert "Twins: build, with 6 seeds" in repr(better) and better.change is build
    html = better._repr_html_()
    assert "<table" in html and "gradient changed" in html and "better: ends at" in html
    zeros = keras.initializers.Constant(0.0)
    same = kit.twin(build, X, Y, change={"bias": zeros}, **{**how, "epochs": 1})
    assert same.verdict.word == "no difference told" and "in 6 alike" in str(same.verdict)


def test_a_penalty_is_judged_by_the_loss_without_it():
    change = {"penalty": 1e-3}
    model = block(n_layers=1)
    how = {"seeds": 1, "epochs": 2, "verbose": False}
    found = kit.twin(model, X, Y, change=change, **how)
    assert found.measure == "val_loss_without_penalty" and found.change == change
    history = found.history.set_index(["side", "seed", "epoch"])
    at = history.loc[("given", 1, 2)]
    assert at["val_loss"] == pytest.approx(at["val_loss_without_penalty"], rel=1e-5)
    at = history.loc[("changed", 1, 2)]
    assert at["val_loss"] > at["val_loss_without_penalty"] + 1e-3
    assert found.words == "training loss without penalty"


def test_scaling_trains_the_sides_on_data_of_their_own(tmp_path):
    found = kit.twin(
        block(n_layers=1), X, Y, change={"scaling": 10}, seeds=2, epochs=1, verbose=False,
        path=tmp_path / "twins.db", measure="accuracy",
        probe=(np.tile(X, (18, 1)), np.tile(Y, (18, 1))),
    )  # fmt: skip
    z = found.layers.query("quantity == 'z' and epoch == 0 and layer == 'h1'")
    given, other = (float(z[z["side"] == side]["median"].iloc[0]) for side in ("given", "changed"))
    assert other == pytest.approx(10 * given, rel=1e-4)
    assert set(found.runs.losses["samples"]) == {18 * 64}
    assert found.measure == "val_accuracy" and found.words == "training accuracy"
    names = ["given 1", "given 2", "changed 1", "changed 2"]
    assert found.runs.names == names and set(kit.load_runs(tmp_path / "twins.db")) == set(names)


def test_layers_of_normalised_networks_stand_beside_those_without():
    found = kit.twin(
        block(n_layers=1), X, Y, change={"batch_normalization": True}, seeds=1, epochs=1,
        verbose=False,
    )  # fmt: skip
    at = found.layers.query("quantity == 'activation' and epoch == 0 and side == 'changed'")
    assert at["layer"].tolist()[:1] == ["h1"] and not at["layer"].str.contains("activation").any()
    own = found.runs.frame().query("epoch == 0 and layer == 'h1_activation'")
    for quantity in ("z", "activation", "delta"):
        told = found.layers.query(
            f"quantity == '{quantity}' and epoch == 0 and side == 'changed' and layer == 'h1'"
        )
        assert told["median"].tolist() == own["std"][own["quantity"] == quantity].tolist()
    assert "h1_activation" not in repr(found)
    assert found.text == "batch normalization"
    assert len(found.plot().axes) == 2


def test_a_picture_has_both_sides_in_every_panel():
    runs = kit.Runs.create(
        names=["a", "b", "c", "d"],
        parameters=[{"network": side, "seed": k} for side in ("as given", "relu") for k in (1, 2)],
    )
    for epoch in (0, 3):
        layers = [LayerSketches(f"h{k}", k, sketches={"z": Sketch.of([-k, k])}) for k in (1, 2)]
        capture = {"epoch": epoch, "step": 0, "loss": 0.7, "samples": 2, "layers": layers}
        runs.add(dict.fromkeys(runs.names, capture))
    for epoch in (1, 2, 3):
        told = {name: 0.9**epoch + 0.1 * k for k, name in enumerate(runs.names)}
        logs = {name: {"loss": value, "val_loss": value + 1} for name, value in told.items()}
        runs.add_history(epoch, logs)
    metrics = {"loss": "training loss", "val_loss": "validation loss"}
    training, validation, profile = plot_twins(runs, metrics=metrics, quantity="z").axes
    assert training.get_ylabel() == "training loss" and validation.get_ylim() == training.get_ylim()
    assert [text.get_text() for text in validation.texts] == ["as given", "relu"]
    given, relu = (line.get_ydata() for line in training.lines)
    assert given == pytest.approx(0.9 ** np.arange(1, 4) + 0.05)
    assert relu == pytest.approx(0.9 ** np.arange(1, 4) + 0.25)
    assert len(training.collections) == 2 and len(profile.collections) == 2
    assert [line.get_ydata().tolist() for line in profile.lines] == [[1, 2]] * 4
    assert [text.get_text() for text in profile.texts] == ["before", "before", "after", "after"]
    first = plot_twins(runs, quantity="z").axes[-1]
    assert [text.get_text() for text in first.texts][:2] == ["as given, before", "relu, before"]
    for how, words in (
        ({"quantity": "gradient"}, "`quantity` must be one that was measured; got 'gradient'"),
        ({"metrics": {"acc": "accuracy"}}, "`metrics` must be one of .*loss.*; got 'acc'"),
        ({"by": "side"}, "`by` must be one of network, seed among the parameters; got 'side'"),
        ({"quantity": "zz"}, "`quantity` must be one of z"),
    ):
        with pytest.raises(ValueError, match=words):
            plot_twins(runs, **{"quantity": "z", **how})
    with pytest.raises(TypeError, match=r"`runs` must be a Runs, as `twins\.runs`; got a str"):
        plot_twins("runs")


def test_what_was_interrupted_has_no_verdict_and_says_so():
    parameters = [{"side": side, "network": side, "seed": 1} for side in ("given", "changed")]
    runs = kit.Runs.create(names=["given 1", "changed 1"], parameters=parameters)
    runs.add_history(1, {"given 1": {"val_loss": 0.5}})
    found = Twins(runs, {"depth": 3}, "depth 3", "val_loss", "training loss")
    with pytest.raises(ValueError, match=r"`runs` must have an epoch each, .*; got 1 of 2"):
        _ = found.verdict
    assert repr(found).startswith("Twins: depth 3, with 1 seeds\n`runs` must have an epoch each")


def test_a_loss_that_is_a_function_or_of_several_outputs():
    model = block(n_layers=1)
    model.compile("sgd", loss=keras.losses.mean_squared_error)
    made = unpenalized.with_loss_alone(model)
    told = made.evaluate(X, Y, verbose=0, return_dict=True)
    assert told["loss"] == pytest.approx(told["loss_without_penalty"], rel=1e-6)
    model.compile("sgd", loss={"o": "mse"})
    assert unpenalized.with_loss_alone(model) is model


# what is refused


def dense_in_dense():
    inner = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)], name="inner")
    model = keras.Sequential([keras.Input((6,)), inner, keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def recurrent():
    model = keras.Sequential(
        [keras.Input((4, 2)), keras.layers.SimpleRNN(3, name="rnn"), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (3, TypeError, "`change` must be a dict of one change, as .*; got 3"),
        ({}, ValueError, "`change` must be one change, .*; got 0: "),
        ({"dropout": 0.1, "depth": 2}, ValueError, "`change` must be one change, .*; got 2: "),
        ({"drop": 1}, KeyError, "`change` must be one of initializer, bias, .*; got 'drop'"),
        ({"initializer": "hee"}, ValueError, "`initializer` must be what Keras takes"),
        ({"activation": "sigma"}, ValueError, "`activation` must be what Keras takes"),
        ({"learning_rate": 0}, ValueError, "`learning_rate` must be a number over 0, or a sch"),
        ({"optimizer": "adom"}, ValueError, "`optimizer` must be what Keras takes"),
        ({"penalty": -1}, ValueError, "`penalty` must be a number of at least 0, or a regul"),
        ({"penalty": "l5"}, ValueError, "`penalty` must be a number or what Keras takes"),
        ({"dropout": 1}, ValueError, "`dropout` must be a number from 0, below 1; got 1"),
        ({"depth": 0}, ValueError, "`depth` must be a positive integer; got 0"),
        ({"batch_normalization": 1}, TypeError, "`batch_normalization` must be True or False"),
        ({"scaling": "scale"}, ValueError, "`scaling` must be 'center', 'normalize', or a numb"),
        ({"scaling": 0}, ValueError, "`scaling` must be 'center', 'normalize', or a number oth"),
        ({"dropout": 0}, ValueError, "`change` must change something; got {'dropout': 0}, whi"),
        ({"depth": 3}, ValueError, "`change` must change something; got {'depth': 3}"),
        ({"scaling": 1}, ValueError, "`change` must change something; got {'scaling': 1}"),
        ({"activation": "tanh"}, ValueError, "`change` must change something; got {'activat"),
        (lambda seed: 3, TypeError, "`change` must return a Keras model that is compiled"),
    ],
)
def test_changes_that_are_refused(change, kind, words):
    with pytest.raises(kind, match=words):
        kit.twin(block(), X, Y, change=change, seeds=1, epochs=1, verbose=False)


@pytest.mark.parametrize(
    ("build", "change", "words"),
    [
        (dense_in_dense, {"dropout": 0.1}, "'dropout' here: 'inner' has layers of its own within"),
        (residual, {"depth": 4}, "'depth' here: .* is no chain .*; give a function that builds"),
        (recurrent, {"batch_normalization": True}, "the activation of 'rnn' lies within its loop"),
        (lambda: block(n_layers=1), {"depth": 2}, ""),
    ],
)
def test_changes_that_a_model_cannot_be_given(build, change, words):
    if not words:  # this one it can
        assert len(changed(build(), change).layers) == 3
        return
    with pytest.raises(ValueError, match=f"`change` cannot make .*{words}"):
        changed(build(), change)


def test_a_model_without_hidden_layers_has_none_to_change():
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    for change in ({"dropout": 0.1}, {"depth": 2}, {"penalty": 1}, {"activation": "relu"}):
        with pytest.raises(ValueError, match="here: the model has no hidden layer; give a funct"):
            changed(model, change)
    normal = changed(block(), {"batch_normalization": True})
    with pytest.raises(ValueError, match="here: 'h1_normalization' is one already"):
        changed(normal, {"batch_normalization": True})


class Own(keras.Model):
    def call(self, x):
        return x


def own_model():
    model = Own()
    model.compile("sgd", "mse")
    model.build((None, 6))
    return model


def not_compiled():
    return keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ({"model": 3}, TypeError, "`model` must be a Keras model or a function of the seed; got 3"),
        ({"model": own_model}, TypeError, "`model` must be a Sequential or functional model, to b"),
        ({"model": not_compiled}, TypeError, "`model` must return a Keras model that is compiled"),
        ({"seeds": 0}, ValueError, "`seeds` must be a positive integer; got 0"),
        ({"seeds": "12"}, TypeError, "`seeds` must be how many, or different integers; got '12'"),
        ({"seeds": [1, 1]}, ValueError, "`seeds` must be different integers, one at least; got"),
        ({"measure": "los"}, KeyError, "`measure` must be one of loss, accuracy; got 'los'"),
        ({"epochs": 0}, ValueError, "`epochs` must be a positive integer; got 0"),
        ({"probe": X}, TypeError, r"`probe` must be \(x, y\) or \(x, y, sample_weight\); got an"),
        ({"every": 0}, ValueError, "`every` must be a positive integer; got 0"),
    ],
)
def test_arguments_that_are_refused(how, kind, words):
    arguments = {"model": block(), "change": {"dropout": 0.1}, "seeds": 1, "epochs": 1, **how}
    with pytest.raises(kind, match=words):
        kit.twin(arguments.pop("model"), X, Y, verbose=False, **arguments)


def test_a_keras_model_must_be_compiled():
    with pytest.raises(ValueError, match="`model` must be compiled, with an optimizer; got"):
        kit.twin(not_compiled(), X, Y, change={"dropout": 0.1}, verbose=False)


def test_the_callers_random_numbers_go_on_as_if_nothing_was():
    np.random.seed(5)  # noqa: NPY002
    wanted = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    twins._pairs(block(), {"dropout": 0.1}, [1])
    assert np.random.random() == wanted  # noqa: NPY002
