"""Dropout and bagging: the networks in NumPy against Keras's, the figures against closed forms."""

import keras
import numpy as np
import pytest

from kit.figures.overfitting import _averaged, _dropping, _masked, _rates, _scaled
from kit.figures.overfitting._dropping import (
    DropNet,
    digits_of,
    few_digits,
    mean_loss,
    train_nets,
)
from kit.figures.overfitting._little import drawn_weights, outputs_of


@pytest.fixture(scope="module")
def digits():
    return few_digits()


def keras_model(weights, rate, l1=0.0):
    model = keras.Sequential(
        [
            keras.Input((100,)),
            keras.layers.Dense(100, "relu", activity_regularizer=keras.regularizers.L1(l1)),
            keras.layers.Dense(10, "softmax"),
        ]
    )
    model.set_weights([one[0] if one.shape[1] > 1 else one[0, 0] for one in weights])
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), "sparse_categorical_crossentropy")
    return model


def share_of_a_digit():
    """1 where Keras divides the penalty of activations by the batch, else 1 over its 25 digits."""
    layer = keras.layers.Activation("linear", activity_regularizer=keras.regularizers.L1(1.0))
    layer(np.ones((25, 1)))
    return 1 / float(layer.losses[0])


def test_digits_are_halved_without_their_border(digits):
    from kit.catalogue.digit_experiments import load_digits

    image = load_digits().x_train[5, ..., 0]
    assert digits[0][5].reshape(10, 10)[3, 4] == pytest.approx(image[10:12, 12:14].mean())
    assert digits[0].shape[1] == 100 and digits[4]["train"] == 300


def test_a_seed_has_its_own_digits_none_of_them_twice():
    first, second = digits_of(1, 4_000), digits_of(2, 4_000)
    assert len(set(first)) == 300 and set(first) != set(second)
    np.testing.assert_array_equal(first, digits_of(1, 4_000))


@pytest.mark.parametrize("l1", [0.0, 0.01], ids=("plain", "L1 of the activations"))
def test_without_dropout_a_network_is_trained_as_keras_trains_it(digits, monkeypatch, l1):
    """One batch of all 25 digits, so that the order of batches is no matter."""
    x, y, x_test = digits[:3]
    monkeypatch.setattr(_dropping, "_AT_ONCE", 1)
    a_digit = share_of_a_digit()
    nets = [DropNet(seed, digits_of(seed, len(x))[:25], l1_activations=l1) for seed in (1, 2)]
    found, _ = train_nets(x, y, nets, epochs=12, rate=0.05)
    for k, net in enumerate(nets):
        start = drawn_weights([net.seed], 100, 100)
        model = keras_model(start, 0.05, l1 * a_digit)
        model.fit(x[net.digits], y[net.digits], epochs=12, batch_size=25, verbose=0)
        for own, theirs in zip(found, model.get_weights(), strict=True):
            np.testing.assert_allclose(np.squeeze(own[k]), theirs, atol=2e-5)
        p = outputs_of([one[[k]] for one in found], x_test)[1][0]
        np.testing.assert_allclose(p, model.predict(x_test, verbose=0), atol=1e-5)


def test_gradients_under_a_mask_are_those_of_the_tape(digits):
    import tensorflow as tf

    x, y = digits[0][:25], digits[1][:25]
    stack = _dropping._Stack([DropNet(3, np.arange(25), drop=0.5, drop_inputs=0.2)], 0.1)
    masks = stack._mask(np.full((1, 1, 1), 0.2, np.float32), (25, 100))
    kept = stack._mask(np.full((1, 1, 1), 0.5, np.float32), (25, 100))
    assert set(np.unique(kept)) == {0, 2} and np.unique(masks)[-1] == pytest.approx(1.25)
    weights = [tf.Variable(one[0]) for one in stack.weights]
    with tf.GradientTape() as tape:
        a = tf.nn.relu((x * masks[0]) @ weights[0] + weights[1]) * kept[0]
        z = tf.cast(a, tf.float32) @ weights[2] + weights[3]
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, z))
    own = stack._gradients(x[None], y[None], masks, kept)
    for ours, theirs in zip(own, tape.gradient(loss, weights), strict=True):
        np.testing.assert_allclose(ours[0], theirs, atol=1e-6)


def test_a_network_does_not_depend_on_who_is_trained_with_it(digits):
    x, y = digits[:2]
    nets = [DropNet(seed, digits_of(seed, len(x)), drop=0.3 * (seed - 1)) for seed in (1, 2, 3)]
    together = train_nets(x, y, nets, epochs=1, rate=0.05)[0]
    alone = train_nets(x, y, nets[2:], epochs=1, rate=0.05)[0]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one[2], other[0], atol=1e-6)


def test_the_proximal_step_makes_zeros_and_shrinks_the_rest():
    stack = _dropping._Stack([DropNet(1, np.arange(25), l1_weights=0.5)], 0.1)
    before = [one.copy() for one in stack.weights]
    stack._step([np.zeros_like(one) for one in before])
    for old, new in zip(before[::2], stack.weights[::2], strict=True):
        expected = np.sign(old) * np.maximum(np.abs(old) - 0.05, 0)
        np.testing.assert_allclose(new, expected, atol=1e-7)
    assert (stack.weights[0] == 0).any()


def test_looks_come_every_so_many_epochs_for_each_network(digits):
    x, y = digits[:2]
    nets = [DropNet(seed, digits_of(seed, len(x))) for seed in (1, 2)]
    _, looks = train_nets(
        x, y, nets, epochs=4, rate=0.05, look=lambda w: w[0][:, 0, 0].copy(), every=2
    )
    assert np.shape(looks) == (2, 2)


def test_the_mean_loss_is_that_of_keras(digits):
    x, y, x_test, y_test, _ = digits
    weights, _ = train_nets(x, y, [DropNet(1, digits_of(1, len(x)))], epochs=1, rate=0.05)
    p = outputs_of(weights, x_test)[1]
    entropy = keras.losses.sparse_categorical_crossentropy(y_test, p[0])
    assert mean_loss(p, y_test)[0] == pytest.approx(float(np.mean(entropy)), rel=1e-5)


def test_a_mean_and_a_majority_counted_by_hand():
    """Three networks, two digits: the third is alone on the first digit, two are wrong on it."""
    p = np.zeros((3, 2, 10))
    p[:, 1, 4] = 1
    p[0, 0, [1, 2]] = 0.55, 0.45
    p[1, 0, [1, 2]] = 0.55, 0.45
    p[2, 0, [1, 2]] = 0.10, 0.90
    y = np.array([2, 4])
    mean = _averaged._curve(p, y, (1, 3), 1)
    votes = _averaged._curve(p, y, (1, 3), 1, votes=True)
    assert mean["wrong"].tolist() == pytest.approx([1 / 3, 0]) and "loss" not in votes
    assert votes["wrong"].tolist() == pytest.approx([1 / 3, 1 / 2])
    assert mean["loss"][1] == pytest.approx(-np.log(0.6) / 2)


def test_of_two_votes_that_differ_one_is_taken_at_random():
    p = np.zeros((2, 1, 10))
    p[0, 0, 1] = p[1, 0, 2] = 1
    assert _averaged._curve(p, np.array([1]), (1, 2), 1, votes=True)["wrong"][1] == 0.5


@pytest.mark.parametrize("form", ["scaled", "inverted"])
@pytest.mark.parametrize("kept", [0.5, 0.75])
def test_over_all_masks_mean_and_spread_are_exact(form, kept):
    """All 2ⁿ masks of six units, weighed by how likely each is."""
    draw = np.random.default_rng(2)
    a, w = np.maximum(draw.normal(size=6), 0), draw.normal(size=6)
    masks = np.array(np.meshgrid(*[[0, 1]] * 6)).reshape(6, -1).T
    weigh = np.prod(np.where(masks, kept, 1 - kept), axis=1)
    by = 1 if form == "scaled" else 1 / kept
    z = masks * a * by @ w
    mean = weigh @ z
    assert mean == pytest.approx(a @ w * (kept if form == "scaled" else 1))
    spread = np.sqrt(weigh @ (z - mean) ** 2)
    assert spread == pytest.approx(np.sqrt(kept * (1 - kept) * np.sum((a * w) ** 2)) * by)


def test_both_forms_differ_by_the_share_kept_alone():
    found = _scaled.scaled_and_inverted(4, 0.75, bend=False)
    for part in ("train", "test", "spread"):
        scaled, inverted = (found[part][form] for form in ("scaled", "inverted"))
        np.testing.assert_allclose(scaled, 0.75 * inverted)
    off = found["train"]["scaled"].mean(axis=0) - found["test"]["scaled"]
    # four standard errors of the mean over 4,000 masks
    assert (np.abs(off) < 4 * found["spread"]["scaled"] / 4_000**0.5).all()


def test_keras_drops_the_share_and_keeps_the_mean():
    """0.25 is dropped, and what is kept is divided by 0.75; in the listing 0.75 is what is kept."""
    layer = keras.layers.Dropout(0.25, seed=1)
    out = np.asarray(layer(np.ones((100, 100)), training=True))
    assert np.unique(out) == pytest.approx([0, 1 / 0.75])
    assert out.mean() == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(layer(np.ones((3, 3)), training=False), np.ones((3, 3)))


def test_a_dropout_layer_has_no_units_of_its_own():
    layer = keras.layers.Dropout(0.1)
    layer.build((None, 7))
    assert layer.trainable_weights == [] and not hasattr(layer, "activation")


@pytest.mark.parametrize("whole", [False, True])
def test_weights_with_a_gradient_are_those_whose_ends_are_both_there(whole):
    shares = _masked.shares_with_gradient(1, 0.5, whole)
    expected = 0.25 if whole else 1 - 0.75 ** np.array(_masked.MASK_BATCHES)
    np.testing.assert_allclose(shares, expected, atol=0.1)
    masks = _masked.masks_of(1, 0.5, 6, whole)
    assert all((one == one[0]).all() == whole for one in masks)


def test_a_sub_network_has_an_edge_where_both_ends_are_there():
    masks = [np.array([[1, 0, 1, 1, 0]]) > 0, np.array([[0, 1, 1, 0, 1]]) > 0]
    weights, nodes = _masked.sub_network(masks, 0)
    assert [int(one.sum()) for one in weights] == [4 * 3, 3 * 3, 3]
    assert nodes[1].tolist() == [1, 0, 1, 1, 0]


def test_every_rate_and_strength_is_in_the_figures_order():
    assert list(_rates.DROP_RATES.values()) == sorted(_rates.DROP_RATES.values())
    assert list(_rates.L1_STRENGTHS.values()) == sorted(_rates.L1_STRENGTHS.values())
