"""What small networks see of digits: against Keras, loops, and digits cut and turned by hand."""

import itertools

import keras
import numpy as np
import pytest

from kit.figures import catalogue
from kit.figures.cnn import _changed_digits as changed
from kit.figures.cnn import _patches as patches
from kit.figures.cnn import _small_cnn as small
from kit.figures.overfitting._halved import hot_of
from kit.figures.overfitting._little import drawn_weights, move, outputs_of, slopes_of
from kit.models import build_mnist_cnn

LABELS = np.array([3, 1, 4, 1, 5, 9, 2, 6])


@pytest.fixture
def images(rng):
    return rng.random((len(LABELS), 28, 28)).astype(np.float32)


def in_keras(weights):
    filters = [len(weights[0]), len(weights[2])]
    sgd = keras.optimizers.SGD(0.04, momentum=0.9)
    model = build_mnist_cnn(filters=filters, dropout=None, optimizer=sgd, seed=1)
    k1, b1, k2, b2, w, c = weights
    kernels = [small.kernels_of_keras(one) for one in (k1, k2)]
    model.set_weights([kernels[0], b1[:, 0], kernels[1], b2[:, 0], w, c])
    return model


def test_the_small_cnn_is_that_of_keras_forwards_and_in_training(images):
    weights = small.drawn_small_cnn(3)
    weights[1] += 0.1  # or empty paper would tie at 0
    images[:, :8] = 0  # where four values are the same, the gradient belongs to the first
    model = in_keras(weights)
    read = small.read_by_small_cnn(weights, images)
    np.testing.assert_allclose(read, model(images[..., None]), atol=1e-5)
    kept = [np.zeros_like(one) for one in weights]
    for _ in range(3):
        move(weights, kept, small.slopes_of_small_cnn(weights, images, LABELS), 0.04, 0.9)
        model.train_on_batch(images[..., None], LABELS)
    for mine, its in zip(in_keras(weights).get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, its, atol=2e-5)


def test_z_values_of_the_small_cnn_are_those_of_its_convolutions(images):
    from kit.stats import convolve

    weights = small.drawn_small_cnn(2)
    maps = small.maps_of_small_cnn(weights, images)
    one = sum(
        convolve(np.maximum(maps["conv1"][c, 0], 0).reshape(14, 2, 14, 2).max(axis=(1, 3)),
                 weights[2][5].reshape(-1, 5, 5)[c], padding="same")
        for c in range(len(weights[0]))
    )  # fmt: skip
    np.testing.assert_allclose(maps["conv2"][5, 0], one, atol=1e-4)


def test_a_dense_network_does_not_notice_the_order_of_the_pixels(images):
    """With its first weights in the same order it takes the same steps, to rounding."""
    order, hot = changed.pixel_order(1), hot_of(LABELS)
    x = images.reshape(len(images), -1)
    there = changed.shuffled_pixels(images, order).reshape(len(images), -1)
    assert sorted(order) == list(range(784)) and not np.array_equal(x, there)
    here = [one.astype(np.float64) for one in drawn_weights([3], 784, 20)]
    w, *others = here
    moved = [w[:, order].copy(), *(one.copy() for one in others)]
    for weights, inputs in ((here, x), (moved, there)):
        kept = [np.zeros_like(one) for one in weights]
        for _ in range(5):
            move(weights, kept, slopes_of(weights, inputs[None], hot), 0.1, 0.9)
    np.testing.assert_allclose(moved[0], here[0][:, order], atol=1e-7)
    np.testing.assert_allclose(outputs_of(moved, there)[1], outputs_of(here, x)[1], atol=1e-6)


def test_a_cnn_does_notice_it_though_its_kernels_move_too(images):
    """No order of the 25 places of a kernel makes up for it."""
    weights, order = small.drawn_small_cnn(1), changed.pixel_order(1)
    shuffled = changed.shuffled_pixels(images, order)
    read = small.read_by_small_cnn(weights, images)
    places = np.random.default_rng(2).permutation(25)
    for kernels in (weights[0], weights[0][:, places]):
        other = small.read_by_small_cnn([kernels, *weights[1:]], shuffled)
        assert np.abs(other - read).max() > 1e-3


def test_digits_turn_about_their_middle_against_the_clock(images):
    np.testing.assert_array_equal(changed.turned_by(images, 0), images)
    turned = changed.turned_by(images, 90)
    np.testing.assert_allclose(turned, np.rot90(images, axes=(1, 2)), atol=1e-5)
    np.testing.assert_allclose(changed.turned_by(images, 180), images[:, ::-1, ::-1], atol=1e-5)


def test_what_is_read_and_misread_is_counted_again(measured, lab):
    data, facts = measured("local-shuffled-pixels")
    digits = lab.digits()
    readers = lab.run(changed.train_readers, network="cnn", kind="shuffled", first=1)
    there = changed.shuffled_pixels(digits.x_test[..., 0], changed.pixel_order(1))
    model = in_keras(readers[2].weights)
    taken = np.argmax(model(there[..., None]), axis=1)
    assert data["misread"]["cnn"]["shuffled"][1] == np.mean(taken != digits.y_test)
    assert facts["cnn"]["shuffled"] == np.median(data["misread"]["cnn"]["shuffled"])
    np.testing.assert_array_equal(data["images"][1], there[:3])


def test_the_curves_over_the_angle_are_shares_of_the_digits_taken_right(measured, lab, drawn):
    data, facts = measured("cnn-rotation")
    digits = lab.digits()
    readers = lab.run(changed.train_readers, network="cnn", kind="turned", first=1)
    view = changed.turned_by(digits.x_test[: changed.READ_TURNED, ..., 0], 90)
    taken = small.read_by_small_cnn(readers[1].weights, view).argmax(axis=1)
    labels = digits.y_test[: changed.READ_TURNED]
    assert data["accuracy"]["turned"][0, 6] == np.mean(taken == labels)
    lines = [line for line in drawn("cnn-rotation").axes[1].lines if len(line.get_xdata()) > 2]
    for line, name in zip(lines, changed.READERS, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), changed.TURNED_BY)
        assert line.get_ydata()[0] == facts[name]["d0"]


def test_the_film_turns_the_digit_and_says_what_each_network_takes_it_for(measured):
    figure = catalogue["cnn-rotation"]
    film = figure.animation.animate(*measured("cnn-rotation"), title="", fps=2.0, width=320)
    assert film.frames == len(changed.TURNED_BY)


def test_a_unit_sees_what_its_field_says_and_nothing_else(rng):
    """Its Z-value is the same where all but the patch is another image."""
    weights = small.drawn_small_cnn(4)
    image = rng.random((28, 28)).astype(np.float32)
    for layer, place in (("conv1", (10, 13)), ("conv2", (5, 6))):
        side, step, before = patches.FIELDS[layer]
        top, left = (step * at - before for at in place)
        other = rng.random((28, 28)).astype(np.float32)
        window = np.s_[top : top + side, left : left + side]
        other[window] = image[window]
        maps = small.maps_of_small_cnn(weights, np.stack([image, other]))[layer]
        here, there = (maps[(slice(None), n, *place)] for n in (0, 1))
        np.testing.assert_allclose(here, there, atol=1e-6)
        for row, column in ((top, left), (top + side - 1, left + side - 1)):
            blind = image.copy()
            blind[row, column] += 1  # at its corners, every pixel counts
            moved = small.maps_of_small_cnn(weights, blind[None])[layer][(slice(None), 0, *place)]
            assert np.abs(moved - here).max() > 1e-4


def test_the_best_patches_are_cut_out_where_the_unit_is_excited_most(rng):
    images = rng.random((12, 28, 28)).astype(np.float32)
    maps = rng.random((2, 12, 14, 14)).astype(np.float32)
    maps[1, 7, 3, 13] = 5  # at the edge: the patch reaches over it
    found = patches.best_patches(maps, images, "conv2")
    assert found.pictures.shape == (2, 9, 14, 14) and found.digits[1, 0] == 7
    np.testing.assert_array_equal(found.pictures[1, 0, :, :8], images[7, 0:14, 20:28])
    assert not found.pictures[1, 0, :, 8:].any()
    tops = maps.reshape(2, 12, -1).max(axis=2)
    for unit in (0, 1):
        assert found.digits[unit].tolist() == np.argsort(-tops[unit])[:9].tolist()


def test_how_alike_patches_are_is_the_mean_cosine_of_all_pairs(rng):
    pictures = rng.random((2, 9, 3, 3)).astype(np.float32)
    flat = pictures.reshape(2, 9, -1)
    cosines = [
        a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        for unit in flat
        for a, b in itertools.combinations(unit, 2)
    ]
    assert patches.alike(pictures) == pytest.approx(np.mean(cosines), rel=1e-5)
    assert patches.one_class(np.array([[7] * 6 + [1, 2, 3], range(9)])) == (6 + 1) / 18
