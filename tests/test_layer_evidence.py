"""What speaks for or against a network: against closed forms, SciPy's minima, NumPy's gradients."""

import keras
import numpy as np
import pytest
from scipy.optimize import minimize

import kit
from kit.datasets.ball import load_data
from kit.diagnosis import constant_loss, gradient_noise, layer_evidence
from kit.models import build_block
from kit.stats import copies_of, effective_rank

X, y = load_data(n_points=200)


# effective rank


@pytest.mark.parametrize("rows", [40, 400])  # decomposed itself, and by its squares
@pytest.mark.parametrize("shares", [(1,), (1, 1), (4, 2, 1), (8, 4, 2, 1, 0.5)])
def test_the_effective_rank_is_the_exponential_of_the_entropy(rows, shares, rng):
    left = np.linalg.qr(rng.normal(size=(rows, len(shares) + 1)) - 0)[0]
    left = left - left.mean(axis=0)
    left = np.linalg.qr(left)[0][:, : len(shares)]  # orthonormal, of mean 0
    right = np.linalg.qr(rng.normal(size=(9, len(shares))))[0]
    p = np.array(shares) / np.sum(shares)
    expected = np.exp(-np.sum(p * np.log(p)))
    values = left @ np.diag(shares) @ right.T
    assert effective_rank(values) == pytest.approx(expected, rel=1e-6)
    assert effective_rank(values * 1e-200) == pytest.approx(expected, rel=1e-6)
    assert effective_rank(values + 5) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("rows", [50, 5000])
@pytest.mark.parametrize("level", [0.0, 0.5, 1e-30])
def test_constants_span_no_direction_whatever_rounding_makes_of_them(rows, level, rng):
    values = np.full((rows, 10), level, "float32")
    assert effective_rank(values) == 0
    if level:  # beside 0 there is no rounding
        noisy = np.nextafter(values, np.float32(rng.choice([-9, 9], values.shape)))
        assert effective_rank(noisy) == 0 and np.ptp(noisy) > 0


def test_positions_are_samples_and_a_vector_is_one_unit(rng):
    maps = rng.normal(size=(5, 4, 4, 3))
    assert effective_rank(maps) == effective_rank(maps.reshape(-1, 3))
    assert effective_rank(maps[..., 0].ravel()) == pytest.approx(1)


def test_a_value_that_is_not_finite_leaves_no_rank():
    assert np.isnan(effective_rank([[1.0, np.nan], [2.0, 3.0]]))


def test_what_is_no_array_of_numbers_is_refused():
    with pytest.raises(ValueError, match=r"`values` must have at least one number; got shape \(0,"):
        effective_rank(np.zeros((0, 3)))
    with pytest.raises(TypeError, match="`values` must be an array of numbers; got"):
        effective_rank(["a"])
    with pytest.raises(ValueError, match="`values` must be"):
        effective_rank([[1, 2], [3]])
    with pytest.raises(TypeError, match="`arrays` must be an array of numbers; got"):
        copies_of([1.0, 2.0], ["a", "b"])


# copies


def test_copies_are_found_wherever_they_stand(rng):
    one, other = rng.normal(size=(2, 30))
    rest = rng.normal(size=(30, 50))
    place = {3: one, 17: one, 44: one, 9: other, 10: other}
    for k, column in place.items():
        rest[:, k] = column
    labels = copies_of(rest)
    assert {k: int(labels[k]) for k in place} == {3: 3, 17: 3, 44: 3, 9: 9, 10: 9}
    others = [k for k in range(50) if k not in place]
    assert labels[others].tolist() == others


def test_units_with_equal_sums_are_no_copies():
    assert copies_of([[1.0, 2.0, 0.0], [2.0, 1.0, 3.0]]).tolist() == [0, 1, 2]


def test_copies_must_be_the_same_in_every_array_to_rounding():
    weight = np.float32([[1, 1, 1], [2, 2, 2]])
    gradient = np.float32([[0.3, 0.3 + 3e-8, 0.4]])
    assert copies_of(weight).tolist() == [0, 0, 0]
    assert copies_of(weight, gradient).tolist() == [0, 0, 2]
    exact = np.float64(gradient)
    exact[0, 1] += 1e-7
    assert copies_of(exact).tolist() == [0, 1, 2]


def test_arrays_of_different_units_are_refused():
    with pytest.raises(ValueError, match="must have the same number of units; got 2, 3"):
        copies_of(np.zeros((4, 2)), np.zeros((4, 3)))
    with pytest.raises(ValueError, match="must be at least one; got none"):
        copies_of()


# constant answers


def compiled(loss, units=1, activation=None):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units, activation=activation)])
    model.compile(loss=loss)
    return model


CLASSES = np.array([0, 0, 0, 1, 2, 2])
CASES = {
    "mse": ("mse", np.array([1.0, 4.0, 2.5]), lambda c: c),
    "mse, two outputs": ("mean_squared_error", np.array([[1.0, 3], [4, 9], [2, 0]]), lambda c: c),
    "mae": (keras.losses.MeanAbsoluteError(), np.array([1.0, 4.0, 2.5]), lambda c: c),
    "binary": ("binary_crossentropy", np.array([0, 1, 1, 1, 0.0]), lambda c: 1 / (1 + np.exp(-c))),
    "classes": ("sparse_categorical_crossentropy", CLASSES, lambda c: np.exp(c) / np.exp(c).sum()),
    "one-hot": (
        keras.losses.CategoricalCrossentropy(),
        np.eye(3)[CLASSES],
        lambda c: np.exp(c) / np.exp(c).sum(),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_no_constant_has_a_smaller_loss(name):
    """SciPy looks for the best constant, by Keras's own loss."""
    loss, targets, answer = CASES[name]
    units = 3 if "c" in name[0] or name == "one-hot" else np.atleast_2d(targets.T).shape[0]
    given = targets if name == "classes" else targets.reshape(len(targets), -1)
    function = keras.losses.get(loss)

    def mean(c):
        told = np.tile(answer(c), (len(targets), 1))
        return float(np.mean(function(given.astype("float64"), told)))

    found = minimize(mean, np.zeros(units) + 0.1, method="Nelder-Mead", options={"xatol": 1e-7})
    assert constant_loss(compiled(loss, units), targets) == pytest.approx(found.fun, abs=2e-6)


@pytest.mark.parametrize(
    "loss",
    [
        "hinge",
        keras.losses.BinaryCrossentropy(label_smoothing=0.1),
        keras.losses.MeanSquaredError(reduction="sum"),
        lambda y_true, y_pred: y_pred,
    ],
    ids=["hinge", "smoothed", "sum", "one's own"],
)
def test_of_other_losses_nothing_is_said(loss):
    assert constant_loss(compiled(loss), np.array([0.0, 1.0])) is None


def test_each_place_of_a_sequence_has_a_constant_of_its_own():
    """Two places, whose classes are drawn by other shares."""
    classes = np.array([[0, 2], [0, 2], [1, 2], [2, 0]])
    apart = [
        constant_loss(compiled("sparse_categorical_crossentropy", 3), one) for one in classes.T
    ]
    model = keras.Sequential([keras.Input((2, 4)), keras.layers.Dense(3, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy")
    assert constant_loss(model, classes) == pytest.approx(np.mean(apart), rel=1e-12)
    model.compile(loss="categorical_crossentropy")
    assert constant_loss(model, np.eye(3)[classes]) == pytest.approx(np.mean(apart), rel=1e-12)


def test_classes_are_no_shares_of_classes():
    with pytest.raises(
        ValueError, match=r"`y` must have a number for each class.*got shape \(6,\)"
    ):
        constant_loss(compiled("categorical_crossentropy", 3), CLASSES)


def test_it_asks_for_a_compiled_model():
    with pytest.raises(TypeError, match="`model` must be"):
        constant_loss("mse", [1.0])
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="`model` must be compiled"):
        constant_loss(model, [1.0])


def test_targets_must_be_there():
    with pytest.raises(ValueError, match=r"`y` must have at least one target; got shape \(0,\)"):
        constant_loss(compiled("mse"), [])


# gradient noise


def test_noise_is_that_of_the_gradients_in_numpy():
    """A linear unit with squared loss: the gradient of a sample is 2 (w x - y) x."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(120, 2)).astype("float32")
    targets = (x @ [[1.0], [-2.0]] + rng.normal(size=(120, 1))).astype("float32")
    model = compiled("mse")
    w = model.layers[0].kernel.numpy().astype(float)
    found = gradient_noise(model, x, targets, batch_size=10, batches=12, seed=4).set_index("layer")
    order = np.random.default_rng(4).permutation(120).reshape(12, 10)
    g = np.array([(2 * (x[b] @ w - targets[b]) * x[b]).mean(axis=0) for b in order])
    scatter = np.trace(np.cov(g.T))
    size = (g.mean(axis=0) ** 2).sum() - scatter / 12
    row = found.loc["(all)"]
    assert row["scatter"] == pytest.approx(scatter**0.5, rel=1e-4)
    assert row["size"] == pytest.approx(size**0.5, rel=1e-4)
    assert row["noise_scale"] == pytest.approx(10 * scatter / size, rel=1e-3)
    unit = g / np.linalg.norm(g, axis=1, keepdims=True)
    pairs = [unit[a] @ unit[b] for a in range(12) for b in range(12) if a != b]
    assert row["cosine"] == pytest.approx(np.mean(pairs), rel=1e-4)


def test_the_scatter_falls_with_the_root_of_the_batch():
    model = build_block("tanh", "glorot_normal", n_layers=2, units=20, seed=1)
    of = {m: gradient_noise(model, *load_data(), batch_size=m, batches=10) for m in (10, 90)}
    few, many = (of[m].set_index("layer").loc["(all)", "scatter"] for m in (10, 90))
    assert few / many == pytest.approx(3, rel=0.35)


def test_samples_that_are_all_the_same_make_no_noise():
    x, targets = np.ones((64, 10), "float32"), np.ones((64, 1), "float32")
    model = build_block("tanh", "glorot_normal", n_layers=1, units=5, seed=1)
    found = gradient_noise(model, x, targets)
    assert found["noise_scale"].max() < 1e-6 and found["cosine"].min() > 1 - 1e-6


def test_one_batch_has_no_noise():
    with pytest.raises(ValueError, match="`x` must have samples for two batches of 150; got an ar"):
        gradient_noise(build_block(seed=1), X, y, batch_size=150)


def test_noise_needs_a_target_for_each_sample():
    with pytest.raises(
        ValueError, match="`y` must have a target for each of the 200 samples of `x"
    ):
        gradient_noise(build_block(seed=1), X, y[:50])


# the layers


def evidence(*model):
    return layer_evidence(kit.probe(build_block(*model, seed=1), X, y)).set_index("layer")


def test_a_layer_without_symmetry_broken_is_one_of_copies():
    zeros, drawn = evidence("tanh", "zeros"), evidence("tanh", "glorot_normal")
    assert (zeros.loc["h1":"h5", "copies"] == 1).all() and (drawn["copies"] == 0).all()
    model = build_block("relu", "zeros", n_layers=2, units=8, seed=1)
    for layer in model.layers[:2]:
        layer.kernel.assign(np.full(layer.kernel.shape, 0.1))
    table = layer_evidence(kit.probe(model, X, y)).set_index("layer")
    assert (table.loc[["h1", "h2"], "copies"] == 1).all()
    assert table.loc["h1", "effective_rank"] == pytest.approx(1)


def test_dead_is_a_unit_that_is_never_active_not_a_zero():
    model = build_block("relu", "he_normal", n_layers=2, units=10, seed=1)
    bias = np.zeros(10)
    bias[:3] = -1e3
    model.get_layer("h1").bias.assign(bias)
    snapshot = kit.probe(model, X, y)
    table = layer_evidence(snapshot).set_index("layer")
    assert table.loc["h1", "dead"] == 0.3 and table.loc["h1", "constant"] == 0.3
    assert table.loc["h2", "dead"] == np.mean((snapshot["h2"].activation == 0).all(axis=0)) < 0.2
    assert np.mean(snapshot["h2"].activation == 0) > 0.4


def test_constants_of_sigmoid_are_seen_past_their_std():
    table = evidence("sigmoid", 0.01)
    assert table.loc["h5", "std_units"] > 1000 * table.loc["h5", "std_samples"]
    assert table.loc["h5", "effective_rank"] <= 2
    assert table.loc["h1", "effective_rank"] > 5


def test_saturated_is_what_lies_where_the_slope_is_small():
    snapshot = kit.probe(build_block("sigmoid", 1.0, seed=1), X, y)
    table = layer_evidence(snapshot).set_index("layer")
    for name in ("h1", "h3"):
        s = 1 / (1 + np.exp(-snapshot[name].z.astype(float)))
        flat = 4 * s * (1 - s) < 0.05
        assert table.loc[name, "saturated"] == pytest.approx(flat.mean(), abs=1e-3)
        assert table.loc[name, "saturated_units"] == np.mean(flat.mean(axis=0) > 0.95)
        g, w = snapshot[name].gradient, snapshot[name].weight
        ratio = np.sqrt(np.mean(g.astype(float) ** 2) / np.mean(w.astype(float) ** 2))
        assert table.loc[name, "gradient_to_weight"] == pytest.approx(ratio, rel=1e-6)


def test_a_channel_of_a_convolution_is_a_unit():
    from kit.models import build_mnist_cnn

    model = build_mnist_cnn(seed=1)
    bias = np.zeros(32)
    bias[:8] = -50
    model.get_layer("conv1").bias.assign(bias)
    rng = np.random.default_rng(1)
    snapshot = kit.probe(model, rng.uniform(size=(4, 28, 28, 1)).astype("float32"), np.arange(4))
    table = layer_evidence(snapshot).set_index("layer")
    assert table.loc["conv1", ["units", "dead"]].tolist() == [32, 0.25]


def test_it_asks_for_a_snapshot():
    with pytest.raises(TypeError, match=r"`snapshot` must be what kit\.probe gives; got 3"):
        layer_evidence(3)
