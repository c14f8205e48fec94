"""Gradient checking: right gradients of many architectures, and planted faults."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import kit
from kit.callbacks.data import ProbeData
from kit.checks import UnknownNameError
from kit.datasets.ball import load_data
from kit.models import build_block, build_mlp
from kit.training import check_gradients
from kit.training.exact_loss import ExactLoss, exact_copy
from kit.training.gradient_faults import fault_of

X, y = load_data(n_points=20)
RNG = np.random.default_rng(1)
IMAGES = RNG.normal(size=(6, 8, 8, 1)).astype("float32")
DIGITS = RNG.integers(0, 3, 6)


def small(activation="tanh", **how):
    """Two hidden layers, with biases that are not 0."""
    model = build_block(activation, "glorot_normal", n_layers=2, units=4, seed=1, **how)
    rng = np.random.default_rng(2)
    for layer in model.layers:
        layer.bias.assign(rng.normal(size=layer.bias.shape))
    return model


def by_hand(W, x, y, bug=""):
    """Backpropagation of `small` in NumPy, right or with a fault."""
    n, y = len(x), y.reshape(-1, 1)
    a1 = np.tanh(x @ W["h1/kernel"] + W["h1/bias"])
    a2 = np.tanh(a1 @ W["h2/kernel"] + W["h2/bias"])
    out = 1 / (1 + np.exp(-(a2 @ W["o/kernel"] + W["o/bias"])))
    d3 = {"sign": y - out, "sum": n * (out - y)}.get(bug, out - y) / n
    d2 = d3 @ W["o/kernel"].T * (1 if "slope" in bug else 1 - a2**2)
    d1 = d2 @ W["h2/kernel"].T * (1 if bug == "slopes" else 1 - a1**2)
    found = {
        **{"h1/kernel": x.T @ d1, "h1/bias": d1.sum(0), "h2/kernel": a1.T @ d2},
        **{"h2/bias": d2.sum(0), "o/kernel": a2.T @ d3, "o/bias": d3.sum(0)},
    }
    if bug == "bias":
        found["h2/bias"] = found["h2/bias"] + 0.02 * W["h2/bias"]
    if bug == "transposed":
        found["h1/kernel"] = found["h1/kernel"].T
    if bug == "square transposed":
        found["h2/kernel"] = found["h2/kernel"].T
    return found


def with_bug(bug):
    return lambda weights, x, y: by_hand(weights, x, y, bug)


def test_the_right_gradients_of_a_student_are_right():
    result = kit.check_gradients(small(), X, y, gradients=by_hand)
    assert result.right and not result.wrong and result.worst.error < 1e-6
    assert "right" in repr(result) and result.precision == "float64"
    frame = result.to_frame()
    assert list(frame["layer"]) == ["h1", "h1", "h2", "h2", "o", "o"]
    assert (frame["verdict"] == "right").all() and (frame["fault"] == "").all()
    assert frame["checked"].tolist() == [20, 4, 16, 4, 4, 1]


@pytest.mark.parametrize(
    ("bug", "wrong", "fault"),
    [
        ("sign", 6, "the sign"),
        ("sum", 6, "20 times as large: the sum over the 20 samples"),
        ("slope", 4, "without f′(z) of h2"),
        ("bias", 1, "a penalty on a bias: 0.02 b too much"),
        ("square transposed", 1, "transposed"),
        ("transposed", 1, "transposed"),
    ],
)
def test_a_planted_fault_is_found_where_it_is_and_called_what_it_is(bug, wrong, fault):
    result = check_gradients(small(), X, y, gradients=with_bug(bug))
    assert not result.right and len(result.wrong) == wrong
    assert all(one.fault.startswith(fault) for one in result.wrong)
    first = {"sign": "o", "sum": "o", "transposed": "h1"}.get(bug, "h2")
    assert result.wrong[0].layer == first and fault in repr(result)


def test_slopes_left_out_in_several_layers_are_told_for_each():
    result = check_gradients(small(), X, y, gradients=with_bug("slopes"))
    faults = {one.name: one.fault for one in result.wrong}
    assert faults["h2/kernel"] == "without f′(z) of h2"
    assert faults["h1/kernel"] == "without f′(z) of h1, h2"


def test_what_is_wrong_in_no_known_way_is_wrong_all_the_same():
    noise = {name: np.ones_like(one) for name, one in by_hand_of(small()).items()}
    result = check_gradients(small(), X, y, gradients=noise)
    assert len(result.wrong) == 6 and result.wrong[-1].fault == ""


def by_hand_of(model):
    weights = [np.float64(one) for one in model.get_weights()]
    names = ["h1/kernel", "h1/bias", "h2/kernel", "h2/bias", "o/kernel", "o/bias"]
    return by_hand(dict(zip(names, weights, strict=True)), X, y)


def test_gradients_may_be_a_list_or_a_dict():
    model = small()
    found = by_hand_of(model)
    assert check_gradients(model, X, y, gradients=found).right
    assert check_gradients(model, X, y, gradients=list(found.values())).right


def test_one_wrong_element_of_a_large_kernel_is_found():
    model = build_block("tanh", "glorot_normal", n_layers=2, units=60, seed=1)
    right = check_gradients(model, X, y, entries=2)
    assert right.right
    with tf.GradientTape() as tape:
        loss = model.compute_loss(X, y.reshape(-1, 1), model(X))
    found = [np.array(one) for one in tape.gradient(loss, model.trainable_variables)]
    found[2][7, 13] += 0.01
    (wrong,) = check_gradients(model, X, y, gradients=found).wrong
    assert wrong.name == "h2/kernel" and wrong.element == (7, 13)


def compiled(model, loss="sparse_categorical_crossentropy"):
    model.compile("sgd", loss)
    return model


def convolutional():
    layers = [
        keras.layers.Conv2D(3, 3, activation="tanh", name="conv"),
        keras.layers.AveragePooling2D(2, name="pool"),
        keras.layers.BatchNormalization(name="norm"),
        keras.layers.Flatten(name="flat"),
        keras.layers.Dropout(0.5, name="drop"),
        keras.layers.Dense(3, activation="softmax", name="o"),
    ]
    return compiled(keras.Sequential([keras.Input((8, 8, 1)), *layers]))


def two_inputs():
    one, other = keras.Input((4,), name="one"), keras.Input((2,), name="other")
    inner = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3, "tanh", name="d")], name="inner"
    )
    joined = keras.layers.Concatenate()([inner(one), other])
    out = keras.layers.Dense(1, name="o")(joined)
    return compiled(keras.Model([one, other], out), keras.losses.Huber())


class Subclass(keras.Model):
    """Keeps its layers to itself."""

    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(4, "tanh")
        self.out = keras.layers.Dense(1)

    def call(self, x):
        return self.out(self.hidden(x))


def test_a_convolutional_network_is_right_in_float64_without_dropout():
    result = check_gradients(convolutional(), IMAGES, DIGITS)
    assert result.right and result.precision == "float64" and result.worst.error < 1e-6
    assert "norm/gamma" in [one.name for one in result.variables]


def test_a_slope_left_out_in_a_convolution_is_found():
    model = convolutional()
    data = ProbeData.of(IMAGES, DIGITS)
    exact = ExactLoss(model, data, kit.probe(model, IMAGES, DIGITS).loss)
    assert exact.activated() == ["conv", "o"]
    result = check_gradients(model, IMAGES, DIGITS, gradients=exact.gradients(["conv"]))
    assert {one.name for one in result.wrong} == {"conv/kernel", "conv/bias"}
    assert {one.fault for one in result.wrong} == {"without f′(z) of conv"}


def test_several_inputs_and_a_model_within_are_right():
    x = [RNG.normal(size=(6, 4)), RNG.normal(size=(6, 2))]
    result = check_gradients(two_inputs(), x, RNG.normal(size=(6, 1)))
    assert result.right and result.precision == "float64"
    assert result.variables[0].name == "inner/d/kernel"


def test_sample_weights_and_penalties_belong_to_the_loss():
    how = dict(kernel_regularizer=keras.regularizers.L2(0.1), activity_regularizer="l2", seed=1)
    model = build_mlp([5, 4], "tanh", input_shape=10, outputs=3, dropout=0.5, **how)
    labels, weights = RNG.integers(0, 3, 20), RNG.uniform(size=20)
    result = check_gradients(model, X, labels, sample_weight=weights)
    assert result.right and result.precision == "float64"
    plain = check_gradients(model, X, labels, gradients=penalty_left_out(model, labels))
    assert {one.name for one in plain.wrong} == {"h1/kernel", "h2/kernel"}
    assert all(one.fault == "the penalty's part is missing: 0.2 W" for one in plain.wrong)


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (lambda data, part: 20 * data + part, "the sum over the 20 samples with a penalty that is"),
        (lambda data, part: data + part / 20, "a penalty divided by the 20 samples"),
    ],
)
def test_a_penalty_and_the_mean_are_told_apart(made, fault):
    how = dict(kernel_regularizer=keras.regularizers.L2(0.1), output="sigmoid", outputs=1, seed=1)
    model = build_mlp([5], "tanh", input_shape=10, **how)
    exact = ExactLoss(model, ProbeData.of(X, y), kit.probe(model, X, y).loss)
    parts = exact.penalty_gradients()
    assert np.allclose(parts[0], 0.2 * exact.weights[0]) and not parts[1].any()
    pairs = zip(exact.gradients(), parts, strict=True)
    given = [made(whole - part, part) for whole, part in pairs]
    result = check_gradients(model, X, y, gradients=given)
    (kernel,) = (one for one in result.wrong if one.name == "h1/kernel")
    assert kernel.fault.startswith(fault)


def penalty_left_out(model, labels):
    with tf.GradientTape() as tape:
        loss = model.compute_loss(X, labels, model(X))
    full = tape.gradient(loss, model.trainable_variables)
    found = [np.float64(one) for one in full]
    for k in (0, 2):
        found[k] = found[k] - 0.2 * model.trainable_variables[k].numpy()
    return found


def test_kinks_are_met_and_counted():
    model = small("relu")
    model.get_layer("h1").bias.assign([0, 0, 0, 0])
    model.get_layer("h1").kernel.assign(np.full((10, 4), 1e-9))
    result = check_gradients(model, X, y, step=1e-3)
    assert result.variables[0].kinks == result.variables[0].checked
    assert "at a kink" in repr(result)
    assert not sum(one.kinks for one in check_gradients(small("relu"), X, y).variables)


def one_relu(x, **how):
    """relu(w x + b) with w = 0.5 and b = 0, and the loss (a - 1)² of each sample."""
    layer = keras.layers.Dense(1, activation="relu", name="h", **how)
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(loss="mse")
    layer.kernel.assign([[0.5]])
    return model, np.float32(x).reshape(-1, 1), np.ones((len(x), 1), "float32")


@pytest.mark.parametrize("slope", [0.0, 0.3, 1.0])
def test_where_z_is_exactly_0_any_slope_between_those_of_both_sides_is_right(slope):
    """As wherever an image is black: the tape's 0 is right, and so is who takes 1 at 0."""
    model, x, y = one_relu([0, 0, 0, 1])
    assert check_gradients(model, x, y).right  # centred differences give half of the three
    on = -1 / 4  # 2 (a - 1) of the one that is active, in a mean of four
    gradients = {"h/kernel": [[on]], "h/bias": [on - slope * 6 / 4]}
    result = check_gradients(model, x, y, gradients=gradients)
    assert result.right and [one.kinks for one in result.variables] == [0, 1]


@pytest.mark.parametrize("slope", [-0.1, 1.1])
def test_where_z_is_exactly_0_a_slope_beyond_both_is_not(slope):
    model, x, y = one_relu([0, 0, 0, 1])
    gradients = {"h/kernel": [[-1 / 4]], "h/bias": [-1 / 4 - slope * 6 / 4]}
    (wrong,) = check_gradients(model, x, y, gradients=gradients).wrong
    assert wrong.name == "h/bias"
    nearest = -1 / 4 - (0 if slope < 0 else 6 / 4)
    assert wrong.numeric == pytest.approx(nearest, abs=1e-6)
    assert wrong.error == pytest.approx(
        abs(wrong.given - nearest) / (abs(wrong.given) + abs(nearest)), rel=1e-5
    )


class OneReLU(keras.Model):
    """relu(w x + b), as a subclass that cannot be copied in float64."""

    def __init__(self):
        super().__init__()
        self.h = keras.layers.Dense(1, activation="relu", kernel_initializer="ones", name="h")

    def call(self, x):
        return self.h(x)


@pytest.mark.parametrize(
    ("slope", "right"), [(0.0, True), (0.5, True), (-0.2, False), (1.2, False)]
)
def test_in_float32_too_a_slope_beyond_both_is_not_right(slope, right):
    """The smallest of the steps is lost in rounding there, and must not make all slopes right."""
    model, x = compiled(OneReLU(), "mse"), np.float32([[0], [0], [0], [2]])
    model(x)
    on, off = (
        2 * (2 - 30) / 4,
        3 * 2 * (0 - 30) / 4,
    )  # 2 (a - y) of the active one, and of the three
    targets = np.full((4, 1), 30, "float32")  # so that the loss is large beside its slopes
    result = check_gradients(model, x, targets, gradients=[[[2 * on]], [on + slope * off]])
    assert result.precision.startswith("float32")
    assert (result.variables[1].verdict != "wrong") == right, result


def test_the_default_cnn_is_right_on_digits_with_black_around_them():
    from kit.models import build_mnist_cnn

    x = np.zeros((4, 28, 28, 1), "float32")
    x[:, 12:16, 12:16] = RNG.uniform(size=(4, 4, 4, 1))
    result = check_gradients(build_mnist_cnn(seed=1), x, np.arange(4), entries=3)
    assert result.right, result
    assert any(one.kinks for one in result.variables if one.variable == "bias")


POOLED = [
    (keras.layers.MaxPooling2D(2), (4, 4, 1)), (keras.layers.GlobalMaxPooling2D(), (4, 4, 1)),
    (keras.layers.MaxPooling1D(2), (4, 1)), (keras.layers.GlobalMaxPooling1D(), (4, 1)),
    (keras.layers.MaxPooling3D(2), (2, 2, 2, 1)), (keras.layers.GlobalMaxPooling3D(), (2, 2, 2, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("pooling", "shape"), POOLED, ids=[one.name for one, _ in POOLED])
def test_a_window_whose_largest_value_changes_is_a_kink(pooling, shape):
    """Values of 1 and 1 - 1e-7, with weights that move them apart: another becomes the largest."""
    inputs = keras.Input(shape)
    scaled = Scaled(name="s")(inputs)
    outputs = keras.layers.Dense(1, name="o")(keras.layers.Flatten()(pooling(scaled)))
    model = compiled(keras.Model(inputs, outputs), "mse")
    x = np.ones((2, *shape), "float32")
    alone = isinstance(pooling, keras.layers.MaxPooling3D)  # TensorFlow has no float64 of it
    step = 1e-2 if alone else 1e-5
    result = check_gradients(model, x, np.zeros((2, 1)), step=step)
    factors = next(one for one in result.variables if one.layer == "s")
    assert factors.kinks == factors.checked and result.right, result
    assert result.precision.startswith("float32: a copy cannot" if alone else "float64")
    wrong = [np.ones(one.shape) * 9 for one in model.trainable_variables]
    assert check_gradients(model, x, np.zeros((2, 1)), gradients=wrong, step=step).wrong


class Scaled(keras.layers.Layer):
    """Each value times a weight of its own, all about 1."""

    def build(self, shape):
        size = int(np.prod(shape[1:]))
        values = (1 - 1e-7 * np.arange(size)).reshape(shape[1:])
        made = keras.initializers.Constant(values)
        self.factors = self.add_weight(shape=shape[1:], initializer=made, name="factors")

    def call(self, x):
        return x * self.factors


def test_a_model_that_cannot_be_copied_is_checked_in_its_own_precision():
    keras.utils.set_random_seed(1)
    model = compiled(Subclass(), "mse")
    model(X)
    result = check_gradients(model, X, y)
    assert result.precision.startswith("float32: the model cannot be copied")
    assert result.right
    halved = [np.zeros(one.shape) for one in model.trainable_variables]
    assert check_gradients(model, X, y, gradients=halved).wrong[0].fault == "zero everywhere"


@tf.custom_gradient
def crooked(z):
    return tf.tanh(z), lambda upstream: -upstream


def test_a_wrong_gradient_of_a_layer_is_found():
    layers = [keras.layers.Dense(4, crooked, name="h"), keras.layers.Dense(1, name="o")]
    model = compiled(keras.Sequential([keras.Input((10,)), *layers]), "mse")
    result = check_gradients(model, X, y)
    assert {one.layer for one in result.wrong} == {"h"} and "the tape's" in repr(result)


def test_gradients_that_vanish_are_not_called_wrong():
    model = build_block("sigmoid", 0.01, n_layers=7, units=20, seed=1)
    verdicts = check_gradients(model, X, y, entries=4).to_frame()["verdict"]
    assert set(verdicts) <= {"right", "too small to tell"}
    assert verdicts.iloc[0] == "too small to tell" and verdicts.iloc[-1] == "right"


def test_the_model_and_what_is_random_stay_as_they_were():
    keras.utils.set_random_seed(3)
    model = convolutional()
    model.fit(IMAGES, DIGITS, verbose=0)
    before = [one.numpy() for one in (*model.variables, *model.optimizer.variables)]
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    check_gradients(model, IMAGES, DIGITS)
    after = [one.numpy() for one in (*model.variables, *model.optimizer.variables)]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    assert np.array_equal(state, np.random.get_state()[1])  # noqa: NPY002
    assert keras.config.floatx() == "float32" and not model.losses


def test_a_copy_in_float64_has_the_same_weights_and_another_precision():
    model = convolutional()
    copy, reason = exact_copy(model)
    assert not reason and {one.dtype for one in copy.trainable_variables} == {"float64"}
    pairs = zip(copy.get_weights(), model.get_weights(), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"entries": 0}, "`entries` must be a positive integer; got 0"),
        ({"step": 2.0}, "`step` must be a number from 1e-12 to 1; got 2.0"),
        ({"gradients": [np.zeros(3)]}, "`gradients` must have an array for each of h1/kernel"),
        ({"gradients": {}}, "`gradients` must have one for each variable that trains; missing: h1"),
        ({"gradients": 3}, "`gradients` must have an array for each of h1/kernel"),
    ],
)
def test_bad_arguments_are_refused(how, message):
    with pytest.raises(ValueError, match=message):
        check_gradients(small(), X, y, **how)


def test_an_unknown_variable_is_refused_with_those_that_there_are():
    with pytest.raises(UnknownNameError, match=r"h1/kernel.* of the model; got"):
        check_gradients(small(), X, y, gradients={"h1/weights": 0})


def test_a_frozen_model_is_refused():
    model = small()
    model.trainable = False
    with pytest.raises(ValueError, match="`model` must have variables that train; got 'block'"):
        check_gradients(model, X, y)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (lambda g, w: g / 7, "divided by the 7 samples once too often"),
        (lambda g, w: 2 * g, "2 times as large"),
        (lambda g, w: -3 * g, "the sign, and 3 times as large"),
        (lambda g, w: g + 0.5 * w, "a penalty that the loss has not: 0.5 W too much"),
        (lambda g, w: np.zeros((2, 2)), r"of shape (2, 2), not (3, 4)"),
        (lambda g, w: g + np.eye(3, 4), ""),
    ],
)
def test_faults_are_told_apart(given, fault):
    g, w = RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4))
    how = {"weight": w, "samples": 7, "is_bias": False, "straight": dict}
    assert fault_of(given(g, w), g, **how) == fault
