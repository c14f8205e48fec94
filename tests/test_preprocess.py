"""kit.datasets.preprocess: against plain NumPy in float64, fitted on the training part alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kit.datasets.preprocess import center, normalize

BOTH = pytest.mark.parametrize("function", [center, normalize])
AXES = pytest.mark.parametrize("axis", [0, None])


def oracle(function, x_train, other, axis):
    """The same in plain NumPy."""
    x_train, other = np.asarray(x_train, np.float64), np.asarray(other, np.float64)
    if function is center:
        return other - x_train.mean(axis=axis)
    std = x_train.std(axis=axis)
    return other / np.where(np.ptp(x_train, axis=axis) == 0, 1, std)


@BOTH
@AXES
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16, np.uint8, np.int64, bool])
@pytest.mark.parametrize("features", [(), (3,), (4, 4, 1)])
def test_as_in_numpy(function, axis, dtype, features, rng):
    train, test = (rng.uniform(0, 5, (n, *features)).astype(dtype) for n in (20, 7))
    copies = train.copy(), test.copy()
    for x, result in zip((train, test), function(train, test, axis=axis), strict=True):
        assert result.dtype == np.float32 and result.shape == x.shape
        expected = oracle(function, train, x, axis)
        np.testing.assert_allclose(result, expected, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(train, copies[0])  # not modified
    np.testing.assert_array_equal(test, copies[1])


SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=5)
VALUES = hnp.arrays(np.float32, SHAPES, elements=st.integers(-300, 300).map(lambda k: k / 8))


@settings(max_examples=60, deadline=None)
@given(x=VALUES, axis=st.sampled_from([0, None]))
@BOTH
def test_as_in_numpy_whatever_the_numbers(function, x, axis):
    result = function(x, axis=axis)
    np.testing.assert_allclose(result, oracle(function, x, x, axis), rtol=1e-6, atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(x=VALUES)
def test_centred_and_normalized_are_mean_0_and_deviation_1(x):
    result = normalize(center(x)).astype(np.float64)
    np.testing.assert_allclose(result.mean(axis=0), 0, atol=1e-5)
    constant = np.ptp(x, axis=0) == 0
    np.testing.assert_allclose(result.std(axis=0), np.where(constant, 0, 1), atol=1e-5)


@BOTH
def test_the_other_parts_do_not_matter(function, rng):
    train, one, other = rng.normal(size=(3, 30, 4))
    alone = function(train)
    for test in (one, other * 100 + 7):
        np.testing.assert_array_equal(function(train, test)[0], alone)


@BOTH
def test_an_array_for_one_and_a_tuple_for_several(function, rng):
    x = rng.normal(size=(6, 2))
    assert isinstance(function(x), np.ndarray)
    assert isinstance(function(x_train=x), np.ndarray)
    two, three = function(x, x), function(x, x[:1], x[:2])
    assert type(two) is type(three) is tuple
    assert [len(part) for part in two] == [6, 6] and [len(part) for part in three] == [6, 1, 2]


@pytest.mark.parametrize("value", [0.0, 0.1, -7.3, 1e30])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_constant_feature_is_kept(value, dtype):
    # 1,001 times 0.1 has a mean that is not quite 0.1, and so a deviation that is not quite 0
    x = np.full((1001, 2), value, dtype)
    x[:, 1] = np.arange(1001)
    train, test = normalize(x, x[:3] + 1)
    np.testing.assert_array_equal(train[:, 0], np.float32(value))
    np.testing.assert_array_equal(test[:, 0], (x[:3, 0] + 1).astype(np.float32))
    assert train[:, 1].std() == pytest.approx(1)
    np.testing.assert_array_equal(normalize(x[:, 0], axis=None), np.float32(value))


def test_a_deviation_that_underflows_is_taken_for_0():
    x = np.array([[1e-200], [3e-200]])
    np.testing.assert_array_equal(normalize(x), np.float32(x))


def test_the_statistics_are_taken_in_float64():
    # in float32 adding 1 to 2^24 changes nothing
    x = np.array([[2**24], [1], [1], [1], [1]], np.float32)
    assert center(x)[1:, 0].tolist() == [1 - (2**24 + 4) / 5] * 4
    x = np.array([16_777_216.0, 16_777_218.0], np.float32)
    assert center(x).tolist() == [-1, 1] and normalize(x).tolist() == [2.0**24, 2.0**24 + 2]


def test_lists_are_welcome():
    train, test = center([[1, 2], [3, 4]], [(5, 6)])
    assert train.tolist() == [[-1, -1], [1, 1]] and test.tolist() == [[3, 3]]


@BOTH
@pytest.mark.parametrize(
    ("axis", "error"),
    [(1, ValueError), (-1, ValueError), ((0, 1), TypeError), ("0", TypeError), (False, TypeError),
     (0.0, TypeError), (np.arange(2), TypeError)],
)  # fmt: skip
def test_a_bad_axis_is_told(function, axis, error):
    with pytest.raises(error, match=r"`axis` must be 0 \(for each feature\) or None .*; got"):
        function(np.eye(3), axis=axis)


def test_numpys_integers_are_welcome_as_an_axis():
    np.testing.assert_array_equal(center(np.eye(3), axis=np.int64(0)), center(np.eye(3)))


BAD = [
    ([[1, 2], [3]], ValueError, "must be an array of numbers; got "),
    ("text", TypeError, "must be an array of numbers; got 'text' of dtype <U4"),
    (None, TypeError, "must be an array of numbers; got None of dtype object"),
    (np.ones((2, 2), complex), TypeError, "must be an array of numbers; got .* complex128"),
    (np.zeros((0, 2)), ValueError, r"must hold at least one sample; got shape \(0, 2\)"),
    (3.0, ValueError, r"must hold at least one sample; got shape \(\)"),
    (np.array([[1, np.nan]]), ValueError, "must be finite; got 1 NaN or infinite value of 2"),
    (np.array([[np.inf, -np.inf]]), ValueError, "must be finite; got 2 NaN or infinite values"),
]


@BOTH
@pytest.mark.parametrize(("bad", "error", "message"), BAD)
def test_bad_arrays_are_told(function, bad, error, message):
    with pytest.raises(error, match=f"`x_train` {message}"):
        function(bad)
    with pytest.raises(error, match=f"`others` {message}"):
        function(np.eye(2), bad)


@BOTH
@AXES
@pytest.mark.parametrize("shape", [(4, 3), (4,), (4, 2, 1)])
def test_other_features_are_told(function, axis, shape):
    with pytest.raises(ValueError, match=r"`others` must have the features of `x_train`, \(2,\);"):
        function(np.eye(2), np.ones(shape), axis=axis)


@BOTH
def test_what_float32_cannot_hold_is_told(function):
    x = np.array([[-1e200], [1e200], [1e200]])
    with pytest.raises(ValueError, match="`x_train` must give numbers in float32's range"):
        function(x)
    with pytest.raises(ValueError, match="`others` must give numbers in float32's range"):
        function(np.eye(2), x.repeat(2, axis=1))
