"""`kit.predict`: a Keras model beside theory, where theory stops, and where it need not hold."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import kit
from kit.models import build_block
from kit.recordings.prediction import Prediction
from kit.stats.kernels import kernel_of_inputs
from kit.stats.nonlinearities import NONLINEARITIES, leaky
from kit.stats.propagation import _backwards as goes_back
from kit.stats.propagation import propagate
from kit.training.chains import _of_layer, read_chain
from kit.training.independence import drawn_moment

L = keras.layers

# std of z and of the gradient by layer, h1 to h5: medians of ten independent draws in NumPy
PANELS = {
    ("sigmoid", 0.01): ([0.032, 0.051, 0.051, 0.051, 0.051],
                        [1.4e-11, 1.7e-9, 7.4e-8, 3.2e-6, 1.3e-4]),
    ("sigmoid", 0.1): ([0.32, 0.52, 0.52, 0.53, 0.52], [1.1e-6, 1.2e-5, 5.8e-5, 2.9e-4, 1.3e-3]),
    ("sigmoid", 1.0): ([3.2, 6.3, 6.6, 6.7, 6.5], [4.8e-3, 6.0e-3, 1.1e-2, 1.5e-2, 2.1e-2]),
    ("tanh", 0.01): ([3.2e-2, 3.2e-3, 3.2e-4, 3.2e-5, 3.2e-6],
                     [1.4e-8, 4.6e-9, 4.7e-9, 4.8e-9, 4.5e-9]),
    ("tanh", 0.1): ([0.32, 0.30, 0.27, 0.25, 0.24], [1.4e-3, 4.5e-4, 4.5e-4, 4.2e-4, 4.6e-4]),
    ("tanh", 1.0): ([3.2, 8.7, 9.4, 9.6, 9.5], [0.28, 0.060, 0.027, 0.012, 0.0063]),
    ("tanh", "glorot_normal"): ([0.43, 0.38, 0.33, 0.30, 0.28],
                                [2.1e-3, 9.4e-4, 9.5e-4, 9.4e-4, 1.0e-3]),
    ("relu", "glorot_normal"): ([0.43, 0.31, 0.22, 0.15, 0.11],
                                [6.4e-4, 3.8e-4, 5.3e-4, 6.6e-4, 8.2e-4]),
    ("relu", "he_normal"): ([1.43, 1.43, 1.45, 1.40, 1.41],
                            [3.9e-3, 6.3e-3, 9.4e-3, 1.1e-2, 1.3e-2]),
}  # fmt: skip
HIDDEN = ["h1", "h2", "h3", "h4", "h5"]


@pytest.fixture(scope="module")
def panels(ball):
    """Predictions of the nine networks; gradients from the deltas of four draws, ascending."""
    found = {}
    for key in PANELS:
        models = [build_block(*key, seed=seed) for seed in range(1, 5)]
        deltas = [model(ball[0]).numpy() - ball[1] for model in models]
        chain = read_chain(models[0], "drawn", training=False)
        assert chain.whole and not chain.stops
        inputs = kernel_of_inputs(ball[0])
        forwards, through = propagate(inputs, chain.steps, len(ball[0]))
        backwards = [goes_back(through, delta, len(delta)) for delta in deltas]
        by = {(row.layer, row.quantity): row for row in forwards}
        for rows in zip(*backwards, strict=True):
            by[rows[0].layer, rows[0].quantity] = sorted(rows, key=lambda one: one.std)
        found[key] = by
    return found


@pytest.mark.parametrize("key", PANELS)
def test_the_lectures_panels(panels, key):
    """z within 3 % and the printed digits; gradients within the range of a draw."""
    by = panels[key]
    for layer, z, gradient in zip(HIDDEN, *PANELS[key], strict=True):
        printed = 0.5 * 10.0 ** (np.floor(np.log10(z)) - 1) / z  # of two digits
        assert by[layer, "z"].std == pytest.approx(z, rel=0.03 + printed)
        rows = by[layer, "gradient"]
        assert rows[0].std / rows[0].spread < gradient < rows[-1].std * rows[-1].spread


@pytest.fixture(scope="module")
def glorot(ball):
    """A network, and its prediction."""
    model = build_block("tanh", "glorot_normal", seed=5)
    return model, kit.predict(model, *ball)


def test_a_measured_network_lies_in_the_range(glorot, ball):
    model, prediction = glorot
    found = prediction.against(kit.probe(model, *ball))
    hidden = found[found["layer"] != "o"]
    assert set(hidden["quantity"]) == {"z", "activation", "delta", "weight", "gradient"}
    assert hidden["within"].mean() > 0.9
    assert (found["ratio"] == found["measured"] / found["predicted"]).all()


def test_a_layer_has_the_place_that_measurements_give_it(glorot, ball):
    model, prediction = glorot
    columns = ["layer", "layer_index"]
    predicted, measured = (
        found.to_frame()[columns].drop_duplicates().to_numpy().tolist()
        for found in (prediction, kit.probe(model, *ball))
    )
    assert predicted == measured


def test_what_sigmoid_with_small_weights_keeps_across_samples(panels):
    """Pooled the std stays, and across samples it falls to 1e-8."""
    found = [panels["sigmoid", 0.01][layer, "z"] for layer in HIDDEN]
    across = [row.std_samples for row in found]
    assert across == pytest.approx([0.031, 7.7e-4, 1.9e-5, 4.8e-7, 1.2e-8], rel=0.05)
    last = found[-1]
    assert last.std_samples**2 + last.std_units**2 == pytest.approx(last.std**2)


def test_what_relu_keeps_across_samples(panels):
    found = [panels["relu", "he_normal"][layer, "z"].std_samples for layer in HIDDEN]
    assert [found[0], found[-1]] == pytest.approx([1.39, 0.84], rel=0.06)


def test_chi_and_depth_scales(glorot):
    frame = glorot[1].to_frame().query("quantity == 'z'").set_index("layer")
    assert (frame["chi"][["h1", "h2", "h3", "h4"]] < 1).all()  # its fixed point is 0, not yet there
    assert frame["chi"]["h4"] > frame["chi"]["h3"]
    assert np.isinf(frame["xi_c"]["h3"])
    assert frame["xi_c"]["h1"] == pytest.approx(-1 / np.log(20 / 110))  # a narrow layer's gain
    assert np.isnan(frame["chi"]["o"]) and frame["chi"]["h5"] < 0.05  # one unit gets it all back


def dense(*layers, inputs=(20,), loss="mse"):
    model = keras.Sequential([keras.Input(inputs), *layers])
    model.compile(loss=loss)
    return model


@pytest.fixture
def samples(rng):
    return rng.normal(size=(120, 20)).astype("float32")


def within(model, x, y, **how):
    prediction = kit.predict(model, x, y, **how)
    found = prediction.against(kit.probe(model, x, y, training=how.get("training", False)))
    return prediction, found


def test_every_kind_of_activation(samples):
    keras.utils.set_random_seed(3)
    layers = keras.layers
    x, y = samples, np.zeros((120, 30), "float32")
    model = dense(
        layers.Dense(200, activation="gelu", kernel_initializer="he_normal"),
        layers.Dense(200, bias_initializer=keras.initializers.RandomNormal(stddev=0.3)),
        layers.LeakyReLU(negative_slope=0.1),
        layers.Dense(200, activation=keras.ops.sin),
        layers.Dense(200, activation=layers.ReLU()),
        layers.Dense(200),
        layers.PReLU(),
        layers.Dense(200, activation="elu"),
        layers.Dense(200),
        layers.Activation("softplus"),
        layers.Dense(30),
    )
    prediction, found = within(model, x, y)
    assert prediction.holds
    assert len(set(found["layer"])) == 11
    assert found["within"].mean() > 0.9
    assert found.query("quantity in ('z', 'activation')")["ratio"].between(0.8, 1.25).all()


def test_convolutions_with_edges_and_strides(rng):
    keras.utils.set_random_seed(2)
    layers = keras.layers
    x = rng.uniform(size=(60, 12, 12, 2)).astype("float32")
    x[:, 6:] *= 0.2  # pixels are not alike
    y = rng.normal(size=(60, 4))
    model = dense(
        layers.Rescaling(2.0),
        layers.Conv2D(64, 3, padding="same", activation="relu", kernel_initializer="he_normal"),
        layers.Conv2D(64, 3, strides=2, padding="same", kernel_initializer="he_normal"),
        layers.ReLU(),
        layers.Conv2D(128, 2, activation="tanh", dilation_rate=2),
        layers.Flatten(),
        layers.Dense(100, activation="relu"),
        layers.Dense(4),
        inputs=(12, 12, 2),
    )
    prediction, found = within(model, x, y)
    assert prediction.holds
    assert found["within"].mean() > 0.9
    z = found.query("quantity in ('z', 'activation') and layer != @model.layers[-1].name")
    assert z["ratio"].between(0.85, 1.18).all()
    deltas = found.query("quantity == 'delta'")
    assert len(deltas) == 6 and deltas["ratio"].between(0.6, 1.6).all()
    gradients = found.query("quantity == 'gradient'")
    assert len(gradients) == 5 and gradients["ratio"].between(0.6, 1.6).all()


def strided(**how):
    return dense(
        *(L.Conv2D(48, 3, strides=k, padding="same", **how) for k in (1, 2)),
        L.Flatten(),
        L.Dense(64, **how),
        L.Dense(5, kernel_initializer="lecun_normal"),
        inputs=(9, 9, 1),
    )


@pytest.mark.parametrize(
    "how",
    [{"activation": "relu", "kernel_initializer": "he_normal"},
     {"activation": "tanh", "kernel_initializer": "glorot_normal"}],
)  # fmt: skip
def test_a_frame_of_zeros_has_no_deltas_and_gradients_lie_in_the_range(rng, how):
    """Digits stand in a frame of zeros: there ReLU's z is 0, and its slope; means do not know."""
    x, y = np.zeros((60, 9, 9, 1), "float32"), 3 * rng.normal(size=(60, 5))
    x[:, 3:6, 2:7] = rng.uniform(size=(60, 3, 5, 1))
    logs, within = [], []
    for seed in range(12):
        keras.utils.set_random_seed(seed)
        model = strided(**how)
        found = kit.predict(model, x, y).against(kit.probe(model, x, y))
        found = found[found["quantity"].isin(("delta", "gradient"))]
        logs.append(np.log(found["ratio"].to_numpy()))
        within.append(found["within"].to_numpy()[:-2])  # the last delta is known
    assert np.abs(np.mean(logs, axis=0)).max() < 0.25
    assert np.mean(within) > 0.9


def test_the_same_layer_at_each_place_of_a_row(rng):
    keras.utils.set_random_seed(1)
    x, y = rng.normal(size=(80, 7, 10)).astype("float32"), rng.normal(size=(80, 3))
    model = dense(
        L.Dense(200, activation="tanh", name="each"), L.Flatten(), L.Dense(3, name="o"),
        inputs=(7, 10),
    )  # fmt: skip
    prediction, found = within(model, x, y)
    assert found.query("layer == 'each'")["ratio"].between(0.9, 1.1).all()
    assert len(found.query("quantity == 'gradient'")) == 2
    assert np.isnan(prediction.value("z", "each", "std_samples"))


def test_gradients_of_convolutions_that_theory_does_not_have(rng):
    """Where the loss is at places, whose deltas go together; and of large pictures."""
    last = dense(L.Conv2D(8, 3, activation="relu"), L.Conv2D(1, 3), inputs=(8, 8, 1))
    x = rng.normal(size=(20, 8, 8, 1))
    prediction = kit.predict(last, x, rng.normal(size=(20, 4, 4, 1)))
    assert all("at places" in why for why in prediction.silent.values())
    assert list(prediction.silent) == prediction.layers
    frame = prediction.to_frame()
    assert frame.query("quantity == 'delta'")["std"].notna().all()
    assert frame.query("quantity == 'gradient'")["std"].isna().all()
    large = dense(L.Conv2D(4, 3, strides=9, activation="relu"), L.Flatten(), L.Dense(1),
                  inputs=(90, 90, 1))  # fmt: skip
    x, y = rng.normal(size=(20, 90, 90, 1)), rng.normal(size=(20, 1))
    frame, found = within(large, x, y)
    assert frame.to_frame().query("quantity == 'gradient'")["std"].isna().tolist() == [True, False]
    name = large.layers[0].name
    assert f"no gradient of {name}: its 100 places are too many to be told apart" in repr(frame)
    assert found.query("quantity == 'z'")["ratio"].between(0.6, 1.6).all()


@pytest.mark.parametrize(
    "layer",
    [*(L.Activation(name) for name in NONLINEARITIES if name != "erf"),
     L.PReLU(alpha_initializer=keras.initializers.Constant(0.5)), L.LeakyReLU(0.1), L.ReLU(6),
     L.ReLU(negative_slope=0.2), L.ELU()],
)  # fmt: skip
def test_slopes_at_zero_are_those_that_keras_takes(layer):
    z = tf.Variable(np.zeros((1, 1), "float32"))
    with tf.GradientTape() as tape:
        a = layer(z)
    found = _of_layer(layer).slope(np.zeros(1))
    assert found.item() == pytest.approx(float(tape.gradient(a, z)[0, 0]), abs=1e-6)


@pytest.mark.parametrize("shape", [(3, 8), (24, 1), (2, 3, 4)])
def test_a_reshape_between_convolutions(rng, shape):
    keras.utils.set_random_seed(2)
    kind = L.Conv1D if len(shape) == 2 else L.Conv2D
    model = dense(
        L.Conv1D(4, 3, padding="same", activation="relu", name="c1"), L.Reshape(shape),
        kind(64, 1, activation="relu", name="c2"), L.Flatten(), L.Dense(3), inputs=(6, 3),
    )  # fmt: skip
    x, y = rng.normal(size=(40, 6, 3)), 5 * rng.normal(size=(40, 3))
    _, found = within(model, x, y)
    by = found.set_index(["layer", "quantity"])["ratio"]
    assert 0.5 < by["c1", "delta"] < 2 and 0.5 < by["c2", "gradient"] < 2


def test_a_convolution_behind_dropout_is_followed_at_each_place(rng):
    x, y = np.zeros((60, 9, 9, 1), "float32"), 3 * rng.normal(size=(60, 5))
    x[:, 3:6, 2:7] = rng.uniform(size=(60, 3, 5, 1))
    ratios = []
    for seed in range(6):
        keras.utils.set_random_seed(seed)
        model = dense(
            L.Dropout(0.1, seed=seed), L.Conv2D(64, 3, padding="same", activation="relu", name="c"),
            L.Flatten(), L.Dense(5), inputs=(9, 9, 1),
        )  # fmt: skip
        _, found = within(model, x, y, training=True)
        ratios.append(found.set_index(["layer", "quantity"])["ratio"]["c"])
    means = np.exp(np.mean([np.log(one[["delta", "gradient"]]) for one in ratios], axis=0))
    assert means == pytest.approx([1, 1], abs=0.12)


def test_gradients_behind_a_batch_normalisation(rng):
    """What flows back through mean and std counts: without it they are off by a factor of two."""
    x, y = rng.normal(size=(120, 20)) + 1.0, rng.normal(size=(120, 5))
    ratios, inside = [], []
    for seed in range(8):
        keras.utils.set_random_seed(seed)
        model = dense(
            L.Dense(200, name="a"), L.BatchNormalization(), L.ReLU(),
            L.Dense(200, name="b"), L.BatchNormalization(), L.Activation("tanh"), L.Dense(5),
        )  # fmt: skip
        _, found = within(model, x, y, training=True)
        found = found[
            found["layer"].isin(("a", "b")) & found["quantity"].isin(("delta", "gradient"))
        ]
        ratios.append(np.log(found["ratio"].to_numpy()))
        inside.append(found["within"])
    assert np.exp(np.mean(ratios, axis=0)) == pytest.approx([1] * 4, abs=0.1)
    assert np.mean(inside) > 0.85


def test_nothing_is_said_of_what_is_before_the_batch_normalisation_of_a_picture(rng):
    model = dense(
        L.Conv2D(4, 3, name="c1"), L.BatchNormalization(), L.ReLU(), L.Conv2D(4, 3, name="c2"),
        L.Flatten(), L.Dense(1, name="o"), inputs=(8, 8, 1),
    )  # fmt: skip
    x, y = rng.normal(size=(20, 8, 8, 1)), rng.normal(size=(20, 1))
    prediction = kit.predict(model, x, y, training=True)
    assert list(prediction.silent) == ["c1"] and "means over places" in prediction.silent["c1"]
    backwards = prediction.to_frame()
    backwards = backwards[backwards["quantity"].isin(("delta", "gradient"))]
    assert set(backwards["layer"]) == {model.layers[2].name, "c2", "o"}
    still = kit.predict(model, x, y)
    assert not still.silent
    still = still.to_frame()
    assert len(still.query("layer == 'c1' and quantity == 'gradient'"))


def test_pixels_of_a_large_picture_count_as_often_as_they_are_looked_at(rng):
    x = rng.normal(size=(10, 70, 70, 1))
    x[:, 1::2] = x[:, :, 1::2] = 0
    model = dense(L.Conv2D(256, 1, strides=2, name="c"), inputs=(70, 70, 1))
    keras.utils.set_random_seed(1)
    z = np.asarray(model(x))
    assert kit.predict(model, x).value("z", "c") == pytest.approx(z.std(), rel=0.1)


def test_a_dense_layer_on_rows_of_any_length_is_followed(rng):
    model = dense(L.Dense(50, activation="tanh", name="a"), L.Dense(9, name="b"), inputs=(None, 5))
    prediction = kit.predict(model, rng.normal(size=(30, 7, 5)), np.zeros((30, 7, 9)))
    frame = prediction.to_frame().set_index("layer")
    assert set(frame.index) == {"a", "b"} and set(prediction.silent) == {"a", "b"}
    assert frame[frame["quantity"] != "gradient"]["std"].notna().all()


def test_deltas_of_samples_that_stand_for_all_are_as_large_as_all(rng):
    x = rng.normal(size=(600, 20, 20, 1)).astype("float32")
    y = rng.normal(size=(600, 1)) ** 3 * 10
    model = dense(L.Conv2D(8, 3, activation="relu"), L.Flatten(), L.Dense(1, name="o"),
                  inputs=(20, 20, 1))  # fmt: skip
    delta = kit.probe(model, x, y)["o"].delta
    prediction = kit.predict(model, x, y)
    assert prediction.value("delta", "o") == pytest.approx(delta.std(), rel=1e-5)
    assert prediction.value("delta", "o", "rms") == pytest.approx(
        (delta**2).mean() ** 0.5, rel=1e-5
    )


def test_a_picture_of_any_size_stops_it(rng):
    model = dense(L.Conv2D(4, 3, name="c"), L.GlobalAveragePooling2D(), inputs=(None, None, 1))
    assert "no fixed size" in kit.predict(model, rng.normal(size=(5, 8, 8, 1))).stops["c"]


def test_the_mean_square_of_an_input_counts_and_not_its_variance(samples):
    model = dense(keras.layers.Dense(500, kernel_initializer="lecun_normal"))
    shifted = kit.predict(model, samples + 3).value("z", model.layers[0].name, "rms")
    assert shifted == pytest.approx(np.sqrt(((samples + 3) ** 2).mean()), rel=1e-6)


def test_dropout_and_batch_normalisation_in_training(samples):
    keras.utils.set_random_seed(4)
    layers = keras.layers
    model = dense(
        layers.Dense(400, activation="relu", kernel_initializer="he_normal"),
        layers.Dropout(0.5, seed=1),
        layers.Dense(400),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dense(10),
    )
    y = np.zeros((120, 10), "float32")
    for training in (False, True):
        prediction, found = within(model, samples, y, training=training)
        assert prediction.holds
        z = found.query("quantity in ('z', 'activation')")
        assert z["ratio"].between(0.9, 1.1).all(), training
    named = model.layers[2].name
    still = kit.predict(model, samples).value("z", named, "rms")
    dropped = kit.predict(model, samples, training=True).value("z", named, "rms")
    assert dropped == pytest.approx(still * np.sqrt(2), rel=1e-6)


def functional(join):
    inputs = keras.Input((20,))
    h = keras.layers.Dense(20, name="first")(inputs)
    return keras.Model(inputs, join(inputs, h))


def subclass():
    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="own")
            self.one = keras.layers.Dense(3)

        def call(self, x):
            return self.one(x)

    model = Own()
    model(np.zeros((1, 20), "float32"))
    return model


@pytest.mark.parametrize(
    ("model", "layer", "why"),
    [
        (lambda: functional(lambda x, h: L.Add(name="add")([x, h])), "add", "paths meet"),
        (lambda: functional(lambda x, h: [h, L.Dense(2, name="other")(x)]), "other", "part before"),
        (lambda: functional(lambda x, h: L.LayerNormalization(name="n")(h)), "n", "its own size"),
        (lambda: dense(L.Dense(4), L.Dense(3, activation=lambda z: z / keras.ops.max(z), name="s")),
         "s", "does not know its activation"),
        (lambda: dense(L.Dense(4, "relu"), L.ELU(name="e")), "e", "not normally distributed"),
        (lambda: dense(L.Dense(4), L.GaussianNoise(1.0, name="g")), "g", "what a GaussianNoise"),
        (lambda: dense(L.Reshape((5, 4)), L.LSTM(3, name="r")), "r", "recurrent"),
        (lambda: dense(L.Dense(16), L.Reshape((4, 4, 1)), L.MaxPooling2D(name="p")),
         "p", "largest"),
        (lambda: dense(L.Dense(16), L.Reshape((4, 4, 1)), L.GlobalAveragePooling2D(name="p")),
         "p", "averages places"),
        (subclass, "own", "which way it goes"),
    ],
)  # fmt: skip
def test_where_theory_stops_it_says_why(model, layer, why, samples):
    prediction = kit.predict(model(), samples)
    assert list(prediction.stops) == [layer] and why in prediction.stops[layer]
    frame = prediction.to_frame()
    assert not prediction.holds and not len(frame.query("layer == @layer and quantity != 'z'"
                                                        " and quantity != 'weight'"))  # fmt: skip
    assert f"stops at {layer}: " in repr(prediction)


def test_attention_stops_it(samples):
    inputs = keras.Input((20,))
    h = keras.layers.Reshape((5, 4))(inputs)
    model = keras.Model(inputs, keras.layers.MultiHeadAttention(1, 2, name="a")(h, h))
    assert list(kit.predict(model, samples).stops) == ["a"]


def test_where_it_stops_nothing_is_said_of_what_goes_backwards(samples):
    model = dense(L.Dense(20, activation="relu"), L.LayerNormalization(), L.Dense(1))
    frame = kit.predict(model, samples, np.zeros((120, 1))).to_frame()
    assert set(frame["quantity"]) == {"z", "activation", "weight"}


def test_softmax_at_the_end_is_no_stop(samples):
    model = dense(L.Dense(50, activation="relu"), L.Dense(3, activation="softmax", name="o"),
                  loss="sparse_categorical_crossentropy")  # fmt: skip
    prediction = kit.predict(model, samples, np.arange(120) % 3)
    assert not prediction.stops and np.isnan(prediction.value("activation", "o"))
    assert prediction.value("delta", "o") > 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda w, _: w + 0.3, "not independent"),
        (lambda w, _: 0 * w, "all its weights are 0"),
        (lambda w, _: 0 * w + 0.1, "all its weights are equal"),
        (lambda w, other: other, "go with those of a layer before"),
        (lambda w, _: 1.6 * w, "trained, or set"),
    ],
)
def test_weights_that_are_not_what_theory_takes(change, why, samples):
    model = dense(*(L.Dense(20, activation="tanh", name=f"h{k}") for k in (1, 2)), L.Dense(1))
    weights = model.layers[1].kernel.numpy()
    model.layers[1].kernel.assign(change(weights, model.layers[0].kernel.numpy()))
    prediction = kit.predict(model, samples, np.zeros((120, 1)))
    assert list(prediction.doubts) == ["h2"] and why in prediction.doubts["h2"]
    frame = prediction.to_frame().set_index(["layer", "quantity"])["holds"]
    assert frame["h1", "z"] and not frame["h2", "z"] and not frame["h1", "delta"]
    assert "need not hold at h2" in repr(prediction)
    if "trained" in why:  # as they are now they can be draws
        now = kit.predict(model, samples, weights="now")
        assert now.holds
        assert now.value("weight", "h2") == pytest.approx(np.sqrt(np.mean((1.6 * weights) ** 2)))


def test_a_trained_network_is_doubted(ball):
    model = build_block(
        "relu", "he_normal", seed=1, n_layers=3, optimizer=keras.optimizers.Adam(0.01)
    )
    assert kit.predict(model, ball[0][:100], weights="now").holds
    model.fit(*ball, epochs=15, batch_size=50, verbose=0)
    doubts = kit.predict(model, ball[0][:100], weights="now").doubts
    assert "stretch one direction" in " ".join(doubts.values())


def test_draws_are_not_doubted(samples):
    for seed in range(12):
        keras.utils.set_random_seed(seed)
        kinds = ((30, "glorot_uniform"), (4, "he_uniform"), (60, "orthogonal"), (1, "lecun_normal"))
        layers = [L.Dense(units, kernel_initializer=kind) for units, kind in kinds]
        assert kit.predict(dense(*layers), samples).holds


I = keras.initializers  # noqa: E741


@pytest.mark.parametrize(
    "initializer",
    [I.RandomNormal(0.5, 2.0), I.TruncatedNormal(0, 2.0), I.RandomUniform(-1, 3), I.HeNormal(),
     I.GlorotUniform(), I.LecunNormal(), I.Orthogonal(2.0), I.Zeros(),
     I.VarianceScaling(3.0, "fan_out", "untruncated_normal")],
)  # fmt: skip
def test_the_variance_of_an_initializer_is_that_of_its_draws(initializer):
    shape = (3, 3, 40, 60)
    drawn = np.asarray(initializer(shape))
    assert drawn_moment(initializer, shape) == pytest.approx((drawn**2).mean(), rel=0.05, abs=1e-9)
    assert drawn_moment(lambda shape: None, shape) is None


def test_more_samples_than_pairs_can_be_followed(rng):
    x = rng.normal(size=(2500, 20)).astype("float32")
    model = dense(L.Dense(50, activation="tanh", name="h"), L.Dense(1))
    y = rng.normal(size=(2500, 1))
    some, all_ = kit.predict(model, x, y), kit.probe(model, x, y)
    variance = 2 / (20 + 50)
    size = np.sqrt(20 * variance * (x.astype(float) ** 2).mean())
    assert some.value("z", "h", "rms") == pytest.approx(size, rel=1e-3)
    assert some.against(all_)["within"].mean() >= 0.8


def test_predicting_leaves_the_model_alone(samples):
    model = dense(L.Dense(9, activation="tanh"), L.Dropout(0.5, seed=1), L.Dense(1))
    before = [one.numpy().copy() for one in model.variables]
    for _ in range(2):
        kit.predict(model, samples, np.zeros((120, 1)), training=True)
    assert all(np.array_equal(a, b.numpy()) for a, b in zip(before, model.variables, strict=True))


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"weights": "once"}, "`weights` must be one of drawn, now; got 'once'"),
        ({"training": 1}, "`training` must be True or False; got 1"),
        ({"x": [1.0, 2.0]}, "`x` must be samples of shape"),
        ({"x": [["a"]]}, "`x` must be an array of numbers"),
        ({"x": np.ones((5, 3))}, r"`x` must be samples of shape \(\d+,\), .*; got \(3,\)"),
        ({"model": keras.Sequential([L.Dense(1)])}, "`model` must be built"),
        ({"model": 3}, "`model` must be a Keras 3 model; got int"),
    ],
)
def test_what_predict_refuses(how, message, samples):
    given = {"model": dense(L.Dense(1)), "x": samples} | how
    with pytest.raises((TypeError, ValueError), match=message):
        kit.predict(**given)


def test_a_prediction_refuses_unknown_names():
    prediction = Prediction.of([{"layer": "h1", "quantity": "z", "std": 1.0}])
    with pytest.raises(ValueError, match="`layer` must be one of h1 that theory says something of"):
        prediction.value("z", "h2")
    with pytest.raises(ValueError, match="`statistic` must be one of std, rms"):
        prediction.value("z", "h1", "median")
    assert np.isnan(prediction.value("delta", "h1"))


def test_one_path_of_a_functional_model_is_followed():
    inputs = keras.Input((20,))
    inner = keras.Sequential([keras.Input((7,)), L.Dense(5, name="d")], name="inner")
    model = keras.Model(inputs, inner(L.Dense(7, name="first")(inputs)))
    chain = read_chain(model, "drawn", training=False)
    assert [one.name for one in chain.steps] == ["first", "first", "inner/d", "inner/d"]
    assert chain.whole and leaky(1.0).below == 1.0
