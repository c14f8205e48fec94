"""What convolution and pooling do to sizes and numbers.

The oracles are sums and products written out, loops, SciPy and TensorFlow's own operations.
"""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from naming import named
from scipy.signal import correlate2d

from kit.stats import convolve, output_size, padding_of, pool

# sizes


def places(size, kernel, stride, before, after):
    """Where a kernel stops, by walking."""
    found, at = [], -before
    while at + kernel <= size + after:
        found.append(at)
        at += stride
    return found


sides = st.integers(1, 40)
strides = st.integers(1, 6)
few = settings(max_examples=60, deadline=None, derandomize=True)


@few
@given(sides, sides, strides, st.integers(0, 9))
def test_output_size_is_the_number_of_places(size, kernel, stride, zeros):
    found = places(size, kernel, stride, zeros, zeros)
    if not found:
        with pytest.raises(ValueError, match="`kernel` must not be larger than its input"):
            output_size(size, kernel, stride, zeros)
    elif found[-1] + kernel != size + zeros:  # some of the input is left over
        left = size + zeros - kernel - found[-1]
        with pytest.raises(ValueError, match=f"`stride` must divide .* which leaves {left} over"):
            output_size(size, kernel, stride, zeros)
    else:
        assert output_size(size, kernel, stride, zeros) == len(found)
        assert padding_of(size, kernel, stride, zeros) == (zeros, zeros)


@few
@given(sides, st.integers(1, 12), strides)
def test_padding_by_name(size, kernel, stride):
    if kernel <= size:
        assert output_size(size, kernel, stride, "valid") == len(places(size, kernel, stride, 0, 0))
    full = places(size, kernel, stride, kernel - 1, kernel - 1)
    assert output_size(size, kernel, stride, "full") == len(full)
    assert padding_of(size, kernel, stride, "full") == (kernel - 1, kernel - 1)
    assert padding_of(size, kernel, stride, "VALID") == (0, 0)


@few
@given(sides, st.integers(1, 12), strides, st.integers(0, 2**32 - 1))
def test_same_padding_is_tensorflows(size, kernel, stride, seed):
    rng = np.random.default_rng(seed)
    x, w = rng.normal(size=(1, size, 1, 1)), rng.normal(size=(kernel, 1, 1, 1))
    want = tf.nn.conv2d(x, w, stride, "SAME").numpy()
    around = padding_of(size, kernel, stride, "same")
    assert output_size(size, kernel, stride, "same") == want.shape[1] == -(-size // stride)
    explicit = tf.nn.conv2d(x, w, stride, [[0, 0], around, [0, 0], [0, 0]]).numpy()
    np.testing.assert_allclose(explicit, want, rtol=1e-12, atol=1e-12)


def test_sizes_that_lectures_print():
    assert [output_size(7, 3), output_size(7, 3, stride=2)] == [5, 3]
    with pytest.raises(ValueError, match=r"`stride` must divide W - F \+ 2P = 7 - 3 \+ 2·0 = 4"):
        output_size(7, 3, stride=3)
    assert output_size(227, 11, stride=4) == 55  # AlexNet's first layer
    assert padding_of(13, 6, stride=5, padding="same") == (1, 2)


@pytest.mark.parametrize("function", [output_size, padding_of])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 0}, "`size` must be a positive integer; got 0"),
        ({"size": 5.0}, "`size` must be a positive integer; got 5.0"),
        ({"kernel": 0}, "`kernel` must be a positive integer; got 0"),
        ({"kernel": True}, "`kernel` must be a positive integer; got True"),
        ({"stride": 0}, "`stride` must be a positive integer; got 0"),
        ({"stride": "2"}, "`stride` must be a positive integer; got '2'"),
        *(
            (
                {"padding": bad},
                "`padding` must be a non-negative integer or one of valid, same, full; "
                f"got {bad!r}",
            )
            for bad in (-1, 0.5, True, "sane", None)
        ),
    ],
    ids=named,
)
def test_bad_sizes(function, arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        function(**{"size": 5, "kernel": 3, **arguments})


# convolution and pooling


def looped(image, kernel, stride, around):
    """Sums of products under the kernel: image (h, w, c), kernel (m, n, c, k), in loops."""
    padded = np.pad(image, [*around, (0, 0)])
    high, wide, _, filters = kernel.shape
    rows = range(0, padded.shape[0] - high + 1, stride)
    columns = range(0, padded.shape[1] - wide + 1, stride)
    found = np.zeros((len(rows), len(columns), filters))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            piece = padded[top : top + high, left : left + wide]
            for k in range(filters):
                found[i, j, k] = (piece * kernel[..., k]).sum()
    return found


images = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 3))
seeds = st.integers(0, 2**32 - 1)


@few
@given(
    images,
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    *(st.integers(1, 3), st.integers(1, 3), st.integers(0, 3), seeds),
)
def test_convolution_is_a_double_loop(shape, window, filters, stride, zeros, seed):
    rng = np.random.default_rng(seed)
    image = rng.normal(size=shape)
    kernel = rng.normal(size=(*window, shape[2], filters))
    bias = rng.normal(size=filters)
    rooms = [side + 2 * zeros - one for side, one in zip(shape[:2], window, strict=True)]
    if min(rooms) >= 0 and not any(room % stride for room in rooms):
        want = looped(image, kernel, stride, [(zeros, zeros)] * 2) + bias
        got = convolve(image, kernel, stride=stride, padding=zeros, bias=bias)
        assert got.dtype == np.float64
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12)
    around = [(one - 1, one - 1) for one in window]
    got = convolve(image, kernel, stride=stride, padding="full")
    np.testing.assert_allclose(got, looped(image, kernel, stride, around), atol=1e-12)
    for padding in ("same", "valid") if min(rooms) >= 2 * zeros else ("same",):
        want = tf.nn.conv2d(image[None], kernel, stride, padding.upper()).numpy()[0]
        got = convolve(image, kernel, stride=stride, padding=padding)
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("mode", ["valid", "full"])
def test_convolution_is_scipys_correlation(rng, mode):
    image, kernel = rng.normal(size=(9, 7)), rng.normal(size=(4, 3))
    want = correlate2d(image, kernel, mode)
    np.testing.assert_allclose(convolve(image, kernel, padding=mode), want, rtol=1e-12)
    np.testing.assert_allclose(
        convolve(image[..., None], kernel[..., None], padding=mode, bias=0.5), want + 0.5
    )
    one = convolve(image, kernel[..., None, None], padding=mode)  # filters as last axis
    np.testing.assert_allclose(one[..., 0], want, rtol=1e-12)


def test_convolution_adds_up_the_channels(rng):
    image, kernel = rng.normal(size=(6, 7, 3)), rng.normal(size=(2, 3, 3))
    want = sum(correlate2d(image[..., c], kernel[..., c], "valid") for c in range(3))
    np.testing.assert_allclose(convolve(image, kernel), want, rtol=1e-12)


def test_truth_values_count_as_0_and_1():
    np.testing.assert_array_equal(convolve([[True, False, True]], [[1, 1]]), [[1.0, 1.0]])
    np.testing.assert_array_equal(pool([[True, False], [False, False]], 2), [[1.0]])


def windows(image, size, stride, around):
    """The pixels of every window, without the padding: {(i, j): (n, channels)}."""
    padded = np.pad(image, [*around, (0, 0)], constant_values=np.nan)
    found = {}
    for i, top in enumerate(range(0, padded.shape[0] - size + 1, stride)):
        for j, left in enumerate(range(0, padded.shape[1] - size + 1, stride)):
            piece = padded[top : top + size, left : left + size].reshape(-1, image.shape[2])
            found[i, j] = piece[~np.isnan(piece[:, 0])]
    return found


@few
@given(images, st.integers(1, 4), st.integers(1, 3), st.integers(0, 3), seeds)
def test_padding_never_counts_in_pooling(shape, size, stride, zeros, seed):
    image = np.random.default_rng(seed).normal(size=shape) - 3  # below the zeros of padding
    rooms = [side + 2 * zeros - size for side in shape[:2]]
    modes = {"full": size - 1}
    if zeros < size and min(rooms) >= 0 and not any(room % stride for room in rooms):
        modes[zeros] = zeros
    for padding, count in modes.items():
        want = windows(image, size, stride, [(count, count)] * 2)
        for kind, statistic in (("max", np.max), ("average", np.mean)):
            got = pool(image, size, stride=stride, padding=padding, kind=kind)
            assert got.shape[:2] == tuple(k + 1 for k in max(want)) and got.dtype == np.float64
            for place, pixels in want.items():
                np.testing.assert_allclose(got[place], statistic(pixels, axis=0), rtol=1e-12)


@few
@given(images, st.integers(1, 4), st.integers(1, 3), seeds)
def test_pooling_is_tensorflows(shape, size, stride, seed):
    image = np.random.default_rng(seed).normal(size=shape) - 3
    for padding in ("same", "valid") if min(shape[:2]) >= size else ("same",):
        for kind, function in (("max", tf.nn.max_pool2d), ("average", tf.nn.avg_pool2d)):
            whole = tf.constant(image[None])  # float64; of an array TensorFlow makes float32
            want = function(whole, size, stride, padding.upper()).numpy()[0]
            got = pool(image, size, stride=stride, padding=padding, kind=kind)
            np.testing.assert_allclose(got, want, rtol=1e-12)
            flat = pool(image[..., 0], size, stride=stride, padding=padding, kind=kind)
            np.testing.assert_allclose(flat, want[..., 0], rtol=1e-12)


def test_pooling_takes_the_windows_size_as_stride():
    image = np.arange(24).reshape(4, 6)
    np.testing.assert_array_equal(pool(image), [[7, 9, 11], [19, 21, 23]])
    np.testing.assert_array_equal(
        pool(image, 2, kind="average"), [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]]
    )


@pytest.mark.parametrize(
    ("image", "kernel", "arguments", "message"),
    [
        ([1, 2], [[1]], {}, r"`image` must have the shape \(height, width\) or .*; got \(2,\)"),
        (np.ones((1, 2, 2, 1)), [[1]], {}, r"`image` must have .*; got \(1, 2, 2, 1\)"),
        (np.ones((0, 3)), [[1]], {}, r"`image` must have .*; got \(0, 3\)"),
        ([["a"]], [[1]], {}, "`image` must be an array of numbers; got"),
        ([[1], [1, 2]], [[1]], {}, "`image` must be an array of numbers; got"),
        (None, [[1]], {}, "`image` must be an array of numbers; got None of dtype object"),
        ([[1j]], [[1]], {}, "`image` must be an array of numbers; got"),
        ([[np.nan]], [[1]], {}, "`image` must be finite; got 1 NaN or infinite value of 1"),
        ([[1]], [[np.inf]], {}, "`kernel` must be finite; got 1 NaN or infinite value of 1"),
        ([[1]], "[[1]]", {}, "`kernel` must be an array of numbers; got .*dtype <U"),
        ([[1]], [1], {}, r"`kernel` must have the shape \(height, width\), .*; got \(1,\)"),
        ([[1]], [[]], {}, r"`kernel` must have the shape .*; got \(1, 0\)"),
        ([[1]], np.ones((1, 1, 1, 1, 1)), {}, r"`kernel` must have .*; got \(1, 1, 1, 1, 1\)"),
        (np.ones((3, 3, 3)), [[1]], {}, r"`kernel` must have the 3 channel\(s\) .*; got 1"),
        (np.ones((3, 3)), np.ones((2, 2, 2)), {}, r"`kernel` must have the 1 channel\(s\).*got 2"),
        (np.ones((3, 5)), np.ones((4, 2)), {}, "`kernel` must not be larger .* of 3; got 4"),
        (
            *(np.ones((3, 5)), np.ones((6, 2)), {"padding": 1}),
            "`kernel` must not be larger than its input of 3 with 2 of padding; got 6",
        ),
        (
            *(np.ones((4, 4)), np.ones((3, 3)), {"stride": 2, "padding": 0}),
            r"`stride` must divide W - F \+ 2P = 4 - 3 \+ 2·0 = 1; got 2, which leaves 1 over",
        ),
        ([[1]], [[1]], {"stride": 0}, "`stride` must be a positive integer; got 0"),
        ([[1]], [[1]], {"stride": True}, "`stride` must be a positive integer; got True"),
        ([[1]], [[1]], {"padding": "none"}, "`padding` must be .* valid, same, full; got 'none'"),
        ([[1]], [[1]], {"padding": True}, "`padding` must be .* valid, same, full; got True"),
        ([[1]], [[1]], {"bias": [1, 2]}, r"`bias` must be .* each of 1 filters; got shape \(2,\)"),
        ([[1]], [[1]], {"bias": "1"}, "`bias` must be an array of numbers; got .*dtype <U"),
        ([[1]], [[1]], {"bias": np.nan}, "`bias` must be finite; got 1 NaN or infinite value of 1"),
    ],
)
def test_convolution_refuses(image, kernel, arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        convolve(image, kernel, **arguments)


@pytest.mark.parametrize(
    ("image", "arguments", "message"),
    [
        (np.ones(3), {}, r"`image` must have the shape \(height, width\) or .*; got \(3,\)"),
        ([["a"]], {}, "`image` must be an array of numbers; got"),
        ([[np.nan]], {}, "`image` must be finite; got 1 NaN or infinite value of 1"),
        (np.ones((4, 4)), {"kind": "min"}, "`kind` must be one of max, average; got 'min'"),
        (np.ones((4, 4)), {"size": 0}, "`size` must be a positive integer; got 0"),
        (np.ones((4, 4)), {"size": (2, 2)}, r"`size` must be a positive integer; got \(2, 2\)"),
        (np.ones((4, 6)), {"size": 5}, "`size` must not be larger than its input of 4; got 5"),
        (np.ones((4, 4)), {"stride": 0}, "`stride` must be a positive integer; got 0"),
        (np.ones((4, 4)), {"padding": "none"}, "`padding` must be .*; got 'none'"),
        (np.ones((5, 5)), {"padding": 0}, "`stride` must divide .*; got 2, which leaves 1 over"),
        (
            np.ones((4, 4)),
            {"padding": 2},
            "`padding` must be smaller than the window of 2, .*got 2",
        ),
        (np.ones((4, 4)), {"padding": 1, "size": 1}, "`padding` must be smaller .* of 1, .*got 1"),
    ],
)
def test_pooling_refuses(image, arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        pool(image, **arguments)
