"""The page of the lectures' listings: its blocks run, and what it says of the old code is so."""

import contextlib
import io
import re
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

PAGE = Path(__file__).resolve().parent.parent / "docs" / "the-lectures-code-today.md"
if not PAGE.is_file():
    pytest.skip("no checkout", allow_module_level=True)


@pytest.fixture(scope="module")
def page():
    """What its blocks define, one after the other, and what they print."""
    names, printed = {}, io.StringIO()
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    with contextlib.redirect_stdout(printed):
        for block in blocks:
            exec(compile(block, str(PAGE), "exec"), names)
    return names, printed.getvalue()


def numbers_after(words, printed):
    line = re.search(rf"{re.escape(words)}(.*)", printed)[1]
    return [float(one) for one in re.findall(r"-?\d[\d.]*(?:e-?\d+)?", line)]


# what it prints


@pytest.mark.parametrize(
    ("words", "most"),
    [
        ("largest error of a gradient: ", 1e-8),
        ("largest difference: ", 1e-9),
        ("SGD: ", 1e-5),
        ("momentum: ", 1e-5),
        ("Adam: ", 1e-4),
        ("AdaGrad: ", 1e-5),
        ("\nRMSProp: ", 1e-4),
        ("one initializer, two draws: ", 0),
        ("NaN now: ", 0),
    ],
)
def test_what_is_written_by_hand_agrees_with_its_oracle(page, words, most):
    assert abs(numbers_after(words, page[1])[0]) <= most


def test_the_numbers_of_the_decks_come_out(page):
    names, printed = page
    assert "L2(0.01) adds 6.80" in printed and "L1(0.01) adds 154.90" in printed
    assert "669,706 parameters" in printed and "41,601 parameters" in printed
    assert "rates: 0.00310 0.00120 0.00010" in printed
    assert "[[ 9.  5.  4.]\n [ 8.  8. 10.]\n [ 8. 15. 12.]]" in printed
    assert "(26, 26, 32) (13, 13, 32) (6, 6, 32)" in printed
    assert names["cnn"].count_params() == 83_466
    for line in re.findall(r"loss \[(.*?)\]", printed):
        losses = [float(one) for one in line.split()]
        assert losses == sorted(losses, reverse=True)
    costs = numbers_after("\ncost: ", printed)
    assert costs == sorted(costs, reverse=True) and costs[-1] < costs[0]


def test_the_other_ways_to_convolve_and_pool_are_numpys(page):
    names, printed = page
    windows = np.lib.stride_tricks.sliding_window_view
    image, kernel = names["image"], names["kernel"]
    for padded, padding in ((image, "valid"), (np.pad(image, 1), "same")):
        whole = (windows(padded, (3, 3)) * kernel).sum(axis=(2, 3))
        for stride in (1, 2):
            told = printed.split(f"{padding}, stride {stride}:\n")[1]
            assert told.startswith(str(whole[::stride, ::stride])), (padding, stride)
    whole = windows(image[:4, :4], (2, 2)).max(axis=(2, 3))
    for stride in (1, 2):
        told = printed.split(f"maximum of 2×2, stride {stride}:\n")[1]
        assert told.startswith(str(whole[::stride, ::stride]))


def test_the_schedule_is_the_slides_formula_and_can_be_saved(page):
    kind = page[0]["DecayToFloor"]
    again = kind.from_config(kind().get_config())
    for step in (0, 777, 5000):
        assert float(again(step)) == pytest.approx(0.0001 + 0.003 * np.exp(-step / 2000), rel=1e-6)


def test_the_builder_makes_the_kits_block_and_tells_what_cannot_be(page):
    build = page[0]["build_model"]
    with pytest.raises(ValueError, match="units must be one number or 5 of them; got"):
        build(units=[100, 100])
    model = build()
    assert [layer.name for layer in model.layers] == ["h1", "h2", "h3", "h4", "h5", "o"]
    assert model.get_layer("h4").kernel.numpy().std() == pytest.approx(0.1, rel=0.05)


def test_the_gradients_of_the_pseudocode_leave_the_bias_out_of_the_penalty(page):
    names, _ = page
    rng = np.random.default_rng(3)
    theta, x = [rng.normal(size=(1, 4))], rng.normal(size=(5, 3))
    target = np.ones((5, 1))
    found = (
        names["gradients"](theta, x, target, 2.0)[0] - names["gradients"](theta, x, target, 0)[0]
    )
    assert found[:, 0] == 0
    assert found[:, 1:] == pytest.approx(2.0 / 5 * theta[0][:, 1:])


# what it says of the old code


def test_of_tensorflow_1_nothing_is_left():
    for name in ("placeholder", "Session"):
        assert not hasattr(tf, name)
    for name in ("AdamOptimizer", "exponential_decay"):
        assert not hasattr(tf.train, name)


def test_the_kept_share_is_taken_for_the_dropped_one():
    tf.random.set_seed(1)
    kept = tf.nn.dropout(tf.ones((1, 10_000)), 0.75).numpy() > 0
    assert kept.mean() == pytest.approx(0.25, abs=0.02)
    with pytest.raises(ValueError, match="rate"):
        tf.nn.dropout(tf.ones((1, 10)), 1.0)


def test_pixels_as_they_come_cannot_be_changed_in_place():
    x = np.array([[0, 5], [0, 7]], "uint8")
    with pytest.raises(TypeError):
        x -= np.mean(x, axis=0)
    with pytest.raises(TypeError):
        x /= np.std(x, axis=0)
    x = x.astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        x = (x - x.mean(axis=0)) / x.std(axis=0)
    assert np.isnan(x[:, 0]).all() and not np.isnan(x[:, 1]).any()


def test_input_dim_works_and_warns():
    with pytest.warns(UserWarning, match="Do not pass an `input_shape`/`input_dim` argument"):
        layer = keras.layers.Dense(600, input_dim=784)
    model = keras.Sequential([layer])
    assert model.count_params() == 785 * 600


def test_lambda_is_no_name_and_a_parenthesis_is_missing():
    for line in ("u = lambda * u - learning_rate * grad", "H1 = np.dot(W1, X) + b1) * p"):
        with pytest.raises(SyntaxError):
            compile(line, "slide", "exec")


def test_an_initializer_without_a_seed_draws_the_same_again_and_a_text_does_not():
    one = keras.initializers.RandomNormal(stddev=0.01)
    assert np.array_equal(np.asarray(one((4, 4))), np.asarray(one((4, 4))))
    layers = [keras.layers.Dense(4, kernel_initializer="random_normal") for _ in range(2)]
    for layer in layers:
        layer.build((None, 4))
    assert not np.array_equal(layers[0].kernel.numpy(), layers[1].kernel.numpy())


def test_adam_without_its_corrections_begins_with_steps_that_are_root_ten_too_long(page):
    rate, slope = 0.1, 3.0
    right = -page[0]["adam"](0.0, slope, {}, rate)
    m, v = 0.1 * slope, 0.001 * slope**2
    assert rate * m / np.sqrt(v) / right == pytest.approx(np.sqrt(10), rel=1e-4)


def test_a_convolution_takes_no_integers():
    image, kernel = np.ones((1, 5, 5, 1), int), np.ones((3, 3, 1, 1), int)
    with pytest.raises(Exception, match="not in the list of allowed values"):
        tf.nn.conv2d(image, kernel, strides=[1, 1, 1, 1], padding="VALID")


def test_without_padding_a_reshape_mixes_images_or_fails():
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (32, 64):
        model.add(keras.layers.Conv2D(filters, 5))
        model.add(keras.layers.MaxPooling2D(2))
    assert model.output_shape == (None, 4, 4, 64)
    assert np.zeros((49, *model.output_shape[1:])).reshape(-1, 7 * 7 * 64).shape[0] == 16
    with pytest.raises(ValueError):
        np.zeros((50, *model.output_shape[1:])).reshape(-1, 7 * 7 * 64)


def test_accumulating_with_the_wrong_index_does_not_fit_or_is_wrong(page):
    names, _ = page
    rng = np.random.default_rng(4)
    a, delta = rng.normal(size=3), rng.normal(size=3)
    assert np.abs(np.outer(delta, a) - (a * delta)[:, None]).max() > 0.1  # a_i δ_i: no j in it
    square = [rng.normal(size=(3, 4)), rng.normal(size=(3, 4))]
    x, y = rng.normal(size=(1, 3)), np.ones((1, 3))
    right = names["numerical"](square, x, y, 0.0)
    assert names["gradients"](square, x, y, 0.0)[1] == pytest.approx(right[1], abs=1e-8)


def test_keras_begins_adagrad_elsewhere_and_rmsprop_with_a_small_number(page):
    assert keras.optimizers.Adagrad().initial_accumulator_value == 0.1
    assert keras.optimizers.RMSprop().epsilon == 1e-7
    with_start = re.search(r"with Keras's start (\S+)", page[1])[1]
    assert float(with_start) > 1e-3
    with np.errstate(invalid="ignore"):
        assert np.isnan(np.float64(0.0) / np.sqrt(np.float64(0.0)))


def test_the_table_of_slides_names_figures_that_there_are():
    from kit.catalogue.register import files

    page = PAGE.with_name("slides-of-the-decks.md").read_text("utf-8")
    rows = re.findall(r"^\| (.*) \| (.*) \|$", page, re.MULTILINE)
    named = {name for _, cell in rows for name in re.findall(r"`([^`]+)`", cell)}
    named -= {name for name in named if name.startswith("kit ")}
    assert len(rows) > 100 and named <= set(files())
