"""Autoencoders: the cost against NumPy, what is saved, what is refused."""

import keras
import numpy as np
import pytest

from kit.models import KLSparsity, build_autoencoder


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def kl(target, mean):
    on = target * np.log(target / mean)
    return on + (1 - target) * np.log((1 - target) / (1 - mean))


@pytest.fixture
def patches():
    return np.random.default_rng(0).uniform(size=(30, 12)).astype(np.float32)


@pytest.mark.parametrize("output", ["linear", "sigmoid"])
@pytest.mark.parametrize("batch", [30, 10])
def test_the_cost_is_that_of_the_lecture_notes(output, batch, patches):
    """Error, ½ λ Σ W² of both kernels, and β Σ KL of the mean activations of a batch."""
    model = build_autoencoder(
        5, input_shape=12, output=output, sparsity=0.1, sparsity_weight=0.7, weight_decay=0.01,
        initializer=0.8, seed=3,
    )  # fmt: skip
    w1, b1, w2, b2 = model.get_weights()
    hidden = sigmoid(patches @ w1 + b1)
    out = hidden @ w2 + b2
    out = sigmoid(out) if output == "sigmoid" else out
    expected = np.mean((out - patches) ** 2) + 0.005 * (np.sum(w1**2) + np.sum(w2**2))
    means = hidden.reshape(-1, batch, 5).mean(axis=1)
    expected += 0.7 * kl(0.1, means).sum(axis=1).mean()
    found = model.evaluate(patches, patches, batch_size=batch, verbose=0)
    assert found == pytest.approx(expected, rel=1e-5)
    np.testing.assert_allclose(model.predict(patches, verbose=0), out, atol=1e-5)


def test_the_penalty_is_a_sum_over_units_of_the_divergence():
    rng = np.random.default_rng(1)
    a = rng.uniform(0.01, 0.99, size=(50, 7))
    expected = 3 * kl(0.05, a.mean(axis=0)).sum()
    assert float(KLSparsity().penalty(a)) == pytest.approx(expected, rel=1e-5)
    assert float(KLSparsity(0.3).penalty(np.full((9, 4), 0.3))) == pytest.approx(0, abs=1e-6)
    doubled = np.concatenate([a, a])  # a batch twice as large costs no more
    assert float(KLSparsity().penalty(doubled)) == pytest.approx(expected, rel=1e-5)
    places = a.reshape(5, 10, 7)  # as of a convolution
    assert float(KLSparsity().penalty(places)) == pytest.approx(expected, rel=1e-5)
    for silent in (np.zeros((3, 2)), np.ones((3, 2))):
        assert np.isfinite(float(KLSparsity().penalty(silent)))


def test_a_sparse_one_is_saved_and_loaded(tmp_path, patches):
    model = build_autoencoder(
        [9, 4], input_shape=(3, 4), sparsity=0.2, sparsity_weight=0.5, weight_decay=0.02, seed=1
    )
    x = patches.reshape(30, 3, 4)
    model.optimizer.build(model.trainable_variables)  # as the first step of `fit` does
    model.save(tmp_path / "sparse.keras")
    again = keras.models.load_model(tmp_path / "sparse.keras")
    np.testing.assert_array_equal(again.predict_on_batch(x), model.predict_on_batch(x))
    one, other = (some.evaluate(x, x, verbose=0) for some in (model, again))
    assert other == pytest.approx(one)
    found = again.get_layer("sparsity")
    assert (found.target, found.weight) == (0.2, 0.5)
    assert again.get_layer("h2").kernel_regularizer.l2 == pytest.approx(0.01)


def test_the_same_seed_gives_the_same_weights():
    one, same, other = (build_autoencoder([6, 2], input_shape=9, seed=s) for s in (4, 4, 5))
    for a, b, c in zip(one.weights, same.weights, other.weights, strict=True):
        np.testing.assert_array_equal(a, b)
        assert "kernel" not in a.path or not np.array_equal(a, c)
    first, last = one.get_layer("h1").kernel, one.get_layer("o").kernel
    assert not np.allclose(first, np.transpose(last))  # 9 × 6 and 6 × 9: a seed each


def test_the_layers_lead_to_the_code_and_back():
    model = build_autoencoder([7, 5, 2], "tanh", input_shape=(2, 4), code_activation="linear")
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    assert [layer.name for layer in dense] == ["h1", "h2", "code", "h3", "h4", "o"]
    assert [layer.units for layer in dense] == [7, 5, 2, 5, 7, 8]
    acts = [layer.activation.__name__ for layer in dense]
    assert acts == ["tanh", "tanh", "linear", "tanh", "tanh", "linear"]
    encoder = keras.Model(model.inputs[0], model.get_layer("code").output)
    assert encoder.output_shape == (None, 2)
    assert model.output_shape == (None, 2, 4)


def test_a_layer_as_activation_is_each_layers_own():
    model = build_autoencoder([4, 3], keras.layers.PReLU(), input_shape=6)
    layers = [model.get_layer(name) for name in ("h1", "code", "h2")]
    assert len({id(layer.activation) for layer in layers}) == 3
    assert [layer.activation.alpha.shape for layer in layers] == [(4,), (3,), (4,)]


def test_the_penalty_makes_units_silent(patches):
    model = build_autoencoder(
        8, input_shape=12, sparsity=0.05, seed=2, optimizer=keras.optimizers.Adam(0.02)
    )
    code = keras.Model(model.inputs[0], model.get_layer("code").output)
    before = np.asarray(code(patches)).mean()
    model.fit(patches, patches, epochs=40, batch_size=30, verbose=0)  # a step each
    assert np.asarray(code(patches)).mean() < 0.12 < before / 3


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        ({"units": 0}, ValueError, r"`units` must be a positive integer or a list .* got \[0\]"),
        ({"units": "many"}, TypeError, "`units` must be a positive integer or a list"),
        ({"input_shape": (8, -1)}, ValueError, "`input_shape` must be the number of features"),
        ({"output": "softmax"}, ValueError, "`output` must be one of linear, sigmoid; got"),
        ({"sparsity": 1.0}, ValueError, "`sparsity` must be a number between 0 and 1, or None"),
        ({"sparsity": "little"}, TypeError, "`sparsity` must be a number between 0 and 1"),
        ({"sparsity": 0.1, "sparsity_weight": -1}, ValueError, "`sparsity_weight` must be a num"),
        ({"weight_decay": -0.1}, ValueError, "`weight_decay` must be a number of at least 0"),
        ({"sparsity": 0.1, "activation": "relu"}, ValueError, "must be 'sigmoid' where `sparsity`"),
        ({"activation": "sigmoidal"}, ValueError, "`activation` must be what Keras takes"),
        ({"initializer": "xavier"}, ValueError, "`initializer` must be what Keras takes"),
        ({"seed": -1}, ValueError, "`seed` must be"),
    ],
)
def test_what_is_no_autoencoder_is_refused(wrong, kind, message):
    with pytest.raises(kind, match=message):
        build_autoencoder(**wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"target": 0}, "`target` must be a number between 0 and 1; got 0"),
        ({"weight": -1}, "`weight` must be a number of at least 0; got -1"),
    ],
)
def test_a_penalty_out_of_range_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        KLSparsity(**wrong)
