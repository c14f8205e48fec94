import keras
import numpy as np
import pytest
from limits import needs_loading_of_layers_as_activations
from naming import named
from seeding import set_seed

from kit.models import build_block, layer_initializer, layer_seeds

HIDDEN = ("h1", "h2", "h3", "h4", "h5")


def kernels(model):
    return [layer.get_weights()[0] for layer in model.layers]


def assert_same_kernels(one, other):
    for a, b in zip(kernels(one), kernels(other), strict=True):
        np.testing.assert_array_equal(a, b)


def assert_all_differ(arrays):
    for k, one in enumerate(arrays):
        for other in arrays[:k]:
            assert one.shape != other.shape or (one != other).any()


def test_block_is_that_of_the_lecture():
    model = build_block()
    assert [layer.name for layer in model.layers] == [*HIDDEN, "o"]
    assert model.input_shape == (None, 10)
    assert [layer.units for layer in model.layers] == [100] * 5 + [1]
    assert model.count_params() == 10 * 100 + 100 + 4 * (100 * 100 + 100) + 100 + 1 == 41_601
    assert [layer.activation.__name__ for layer in model.layers] == ["relu"] * 5 + ["sigmoid"]
    for layer in model.layers:
        assert not layer.get_weights()[1].any()


def test_block_is_compiled(ball):
    model = build_block("tanh", "glorot_normal", seed=1)
    assert isinstance(model.optimizer, keras.optimizers.SGD)
    assert model.loss == "binary_crossentropy"
    x, y = ball
    found = model.evaluate(x, y, verbose=0, return_dict=True)
    p = np.clip(model.predict(x, verbose=0).astype(float), 1e-7, 1 - 1e-7)
    assert ((p > 0) & (p < 1)).all()
    assert found["loss"] == pytest.approx(-np.mean(np.log(np.where(y == 1, p, 1 - p))), rel=1e-5)
    assert found["accuracy"] == pytest.approx(np.mean((p > 0.5) == (y == 1)), rel=1e-6)


def test_block_learns(rng):
    x = rng.normal(size=(500, 10)).astype("float32")
    set_seed(1)
    model = build_block("tanh", "glorot_normal", n_layers=2, seed=1, optimizer="adam")
    history = model.fit(x, x[:, :1] > 0, epochs=10, verbose=0).history
    assert history["accuracy"][-1] > 0.9


def test_units_and_layers():
    model = build_block(n_layers=3, units=[7, 5, 3], input_dim=4)
    assert [layer.name for layer in model.layers] == ["h1", "h2", "h3", "o"]
    assert [kernel.shape for kernel in kernels(model)] == [(4, 7), (7, 5), (5, 3), (3, 1)]
    model = build_block(n_layers=np.int64(2), units=np.int64(6), input_dim=3)
    assert [kernel.shape for kernel in kernels(model)] == [(3, 6), (6, 6), (6, 1)]


def sine(z):
    return keras.ops.sin(z)


@pytest.mark.parametrize(
    ("activation", "function"),
    [
        ("sigmoid", lambda z: 1 / (1 + np.exp(-z))),
        ("tanh", np.tanh),
        ("relu", lambda z: np.maximum(z, 0)),
        ("leaky_relu", lambda z: np.where(z > 0, z, 0.2 * z)),
        ("elu", lambda z: np.where(z > 0, z, np.exp(z) - 1)),
        ("linear", lambda z: z),
        (None, lambda z: z),
        (sine, np.sin),
        (keras.activations.softplus, lambda z: np.log1p(np.exp(z))),
        (keras.layers.LeakyReLU(0.1), lambda z: np.where(z > 0, z, 0.1 * z)),
        (keras.layers.LeakyReLU, lambda z: np.where(z > 0, z, 0.3 * z)),
        (keras.layers.PReLU, lambda z: np.maximum(z, 0)),
        (
            keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(0.4)),
            lambda z: np.where(z > 0, z, 0.4 * z),
        ),
    ],
    ids=named,
)
def test_activation_of_every_hidden_layer(ball, activation, function):
    model = build_block(activation, "glorot_normal", n_layers=2, units=6, seed=1)
    a = ball[0].astype(float)
    for name in ("h1", "h2"):
        kernel, bias = model.get_layer(name).get_weights()[:2]
        a = function(a @ kernel + bias)
    kernel, bias = model.get_layer("o").get_weights()
    want = 1 / (1 + np.exp(-(a @ kernel + bias)))
    np.testing.assert_allclose(model.predict(ball[0], verbose=0), want, rtol=1e-5)


@pytest.mark.parametrize("activation", [keras.layers.PReLU, keras.layers.PReLU()], ids=named)
def test_every_layer_has_slopes_of_its_own(activation):
    model = build_block(activation, n_layers=3, units=[4, 5, 6])
    slopes = [model.get_layer(name).activation for name in ("h1", "h2", "h3")]
    assert len({id(layer) for layer in slopes}) == 3
    assert [layer.get_weights()[0].shape for layer in slopes] == [(4,), (5,), (6,)]
    # those of the layers, and none shared
    assert model.count_params() == sum((10 * 4 + 4 + 4, 4 * 5 + 5 + 5, 5 * 6 + 6 + 6, 6 + 1))


def test_a_layer_given_as_activation_serves_two_models():
    given = keras.layers.PReLU()
    one, two = build_block(given, n_layers=1, units=3), build_block(given, n_layers=1, units=9)
    assert one.get_layer("h1").activation is not two.get_layer("h1").activation
    assert not given.built


# Of n independent draws the sample standard deviation scatters by σ √((κ - 1) / 4n), with κ the
# kurtosis: 3 for a normal, less for a truncated normal (2.4) and a uniform (1.8). Four times that
# of the normal bounds all of them.
@pytest.mark.parametrize(
    ("initializer", "sigma"),
    [
        (0.01, lambda fan_in, fan_out: 0.01),
        (0.1, lambda fan_in, fan_out: 0.1),
        (1, lambda fan_in, fan_out: 1.0),
        (np.float32(0.5), lambda fan_in, fan_out: 0.5),
        ("glorot_normal", lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out))),
        ("glorot_uniform", lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out))),
        ("he_normal", lambda fan_in, fan_out: np.sqrt(2 / fan_in)),
        ("he_uniform", lambda fan_in, fan_out: np.sqrt(2 / fan_in)),
        (keras.initializers.HeNormal, lambda fan_in, fan_out: np.sqrt(2 / fan_in)),
        (keras.initializers.RandomNormal(stddev=0.3), lambda fan_in, fan_out: 0.3),
        (
            {"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 0.3, "seed": None}},
            lambda fan_in, fan_out: 0.3,
        ),
    ],
    ids=named,
)
def test_scale_of_the_kernels(initializer, sigma):
    for kernel in kernels(build_block(initializer=initializer, seed=17)):
        fan_in, fan_out = kernel.shape
        want, n = sigma(fan_in, fan_out), kernel.size
        assert abs(kernel.std() / want - 1) < 4 / np.sqrt(2 * n)
        assert abs(kernel.mean()) < 4 * want / np.sqrt(n)


def test_a_number_is_a_normal_that_is_not_truncated():
    kernel = np.concatenate([k.ravel() for k in kernels(build_block(initializer=0.1, seed=5))])
    # a share of 0.0455 of a normal lies beyond 2σ, none of a truncated one
    share = np.mean(np.abs(kernel) > 0.2)
    assert abs(share - 0.0455) < 4 * np.sqrt(0.0455 / kernel.size)


def test_zero_as_initializer():
    assert not any(kernel.any() for kernel in kernels(build_block(initializer=0)))


@pytest.mark.parametrize(
    "initializer",
    [
        *("he_normal", 0.1, keras.initializers.HeNormal()),
        keras.initializers.HeNormal(seed=5),
        keras.initializers.HeNormal(seed=keras.random.SeedGenerator(5)),
        keras.initializers.RandomUniform(seed=5),
        keras.saving.serialize_keras_object(keras.initializers.HeNormal(seed=5)),
    ],
    ids=named,
)
@pytest.mark.parametrize("seed", [None, 3])
def test_every_layer_draws_its_own_kernel(initializer, seed):
    found = kernels(build_block(initializer=initializer, seed=seed))
    assert_all_differ(found[1:5])
    # and not only shifted: independent kernels of 10,000 values have a correlation of 0 ± 0.01
    for k in range(2, 5):
        assert abs(np.corrcoef(found[1].ravel(), found[k].ravel())[0, 1]) < 0.05


def test_same_seed_same_weights():
    first = build_block(seed=7)
    set_seed(99)
    assert_same_kernels(build_block(seed=7), first)
    assert_same_kernels(build_block(seed=np.int64(7)), first)
    other = build_block(seed=8)
    for one, two in zip(kernels(first), kernels(other), strict=True):
        assert (one != two).any()


def test_the_seed_of_an_initializer_counts_where_none_is_given():
    def of(own, **arguments):
        return build_block(initializer=keras.initializers.HeNormal(seed=own), **arguments)

    assert_same_kernels(of(5), of(5))
    assert_all_differ([kernels(of(5))[1], kernels(of(6))[1]])
    assert_same_kernels(of(5, seed=2), of(6, seed=2))
    assert_all_differ([kernels(of(5))[1], kernels(of(5, seed=2))[1]])


def test_without_a_seed_keras_random_state_decides():
    set_seed(4)
    first = build_block()
    set_seed(4)
    assert_same_kernels(build_block(), first)
    assert_all_differ([kernels(build_block())[1], kernels(first)[1]])


def test_the_initializer_given_is_left_as_it_was():
    given = keras.initializers.HeNormal(seed=5)
    want = np.array(given((4, 4)))
    build_block(initializer=given, seed=1)
    assert given.seed == 5
    np.testing.assert_array_equal(np.array(given((4, 4))), want)


def test_one_optimizer_serves_two_models(ball):
    optimizer = keras.optimizers.Adam(0.02, beta_1=0.8)
    models = [build_block(n_layers=2, units=5, seed=k, optimizer=optimizer) for k in (1, 2)]
    for model in models:
        model.fit(*ball, epochs=1, batch_size=500, verbose=0)
        assert int(model.optimizer.iterations) == 2
        assert float(model.optimizer.learning_rate) == pytest.approx(0.02)
        assert model.optimizer.beta_1 == 0.8
    assert not optimizer.built


@needs_loading_of_layers_as_activations
def test_model_saves_and_loads(ball, tmp_path):
    model = build_block(keras.layers.LeakyReLU(0.1), 0.1, n_layers=2, units=5, seed=1)
    model.save(tmp_path / "block.keras")
    again = keras.saving.load_model(tmp_path / "block.keras")
    np.testing.assert_array_equal(
        again.predict(ball[0], verbose=0), model.predict(ball[0], verbose=0)
    )


@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        (ValueError, {"n_layers": 0}, "`n_layers` must be a positive integer; got 0"),
        (TypeError, {"n_layers": 2.0}, "`n_layers` must be a positive integer; got 2.0"),
        (TypeError, {"n_layers": True}, "`n_layers` must be a positive integer; got True"),
        (ValueError, {"input_dim": -1}, "`input_dim` must be a positive integer; got -1"),
        (TypeError, {"input_dim": "10"}, "`input_dim` must be a positive integer; got '10'"),
        (ValueError, {"units": 0}, "`units` must be .* integer or a list of 5 of them; got 0"),
        (TypeError, {"units": 2.5}, "`units` must be .* integer or a list of 5 of them; got 2.5"),
        (TypeError, {"units": True}, "`units` must be .* or a list of 5 of them; got True"),
        (TypeError, {"units": None}, "`units` must be .* or a list of 5 of them; got None"),
        (TypeError, {"units": "100"}, "`units` must be .* or a list of 5 .*; got '100'"),
        (TypeError, {"units": [1, 2, 3, 4, 5.0]}, "`units` must be .* or a list of 5 of them; got"),
        (ValueError, {"units": [100, 100]}, r"`units` must be .* of 5 of them; got \[100, 100\]"),
        (ValueError, {"units": [4, 0], "n_layers": 2}, r"`units` must be .* 2 of them; got \[4, 0"),
        (ValueError, {"activation": "rleu"}, "`activation` must be what Keras takes.*; got 'rleu'"),
        (TypeError, {"activation": 3}, "`activation` must be what Keras takes.*; got 3"),
        (ValueError, {"initializer": "he"}, "`initializer` must be what Keras takes.*; got 'he'"),
        (TypeError, {"initializer": None}, "`initializer` must be what Keras takes.*; got None"),
        (TypeError, {"initializer": True}, "`initializer` must be what Keras takes.*; got True"),
        (TypeError, {"initializer": [0.1]}, r"`initializer` must be what Keras .*; got \[0.1\]"),
        (ValueError, {"initializer": -0.1}, "`initializer` must be a standard deviation .* -0.1"),
        (ValueError, {"initializer": np.nan}, "`initializer` must be a standard deviation .* nan"),
        (ValueError, {"seed": -1}, "`seed` must be a non-negative integer; got -1"),
        (TypeError, {"seed": 1.5}, "`seed` must be a non-negative integer; got 1.5"),
        (TypeError, {"seed": True}, "`seed` must be a non-negative integer; got True"),
    ],
    ids=named,
)
def test_bad_arguments(kind, arguments, message):
    with pytest.raises(kind, match=message):
        build_block(**arguments)


def test_sizes_may_be_numpys():
    model = build_block(n_layers=np.int64(2), units=np.array([3, 4]), input_dim=np.int32(5))
    assert [layer.units for layer in model.layers] == [3, 4, 1]


def test_layer_seeds():
    seeds = layer_seeds(7, 1000)
    assert len(set(seeds)) == 1000
    assert all(type(seed) is int and 0 <= seed < 2**31 for seed in seeds)
    # a deeper model begins as a shallower one
    assert layer_seeds(7, 5) == seeds[:5]
    assert not set(seeds) & set(layer_seeds(8, 1000))
    assert layer_seeds(None, 2) == [None, None]


def test_layer_initializer_takes_the_seed():
    one, two = layer_initializer("he_normal", 3), layer_initializer("he_normal", 4)
    assert (one.seed, two.seed) == (3, 4)
    function = layer_initializer(lambda shape, dtype=None: np.full(shape, 0.5), 3)
    assert (function((2, 2)) == 0.5).all()
