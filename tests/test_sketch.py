"""kit.stats.sketch against NumPy and SciPy."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import integrate, stats

from kit.stats.sketch import COARSE_BITS, FINE_BINS, QUANTILES, Sketch, bin_edges

pytestmark = pytest.mark.usefixtures("each_way")
LEVELS = np.array([0.0, 0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1.0])

# derandomized: the same examples at every run, so that a red test is red for everybody
quick = settings(max_examples=150, deadline=None, derandomize=True)

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 400)


@st.composite
def every_magnitude(draw):
    """float32 values whose magnitudes lie log-uniformly between two of 1e-38 and 1e38."""
    rng = np.random.default_rng(draw(seeds))
    low, high = sorted((draw(st.floats(-37.9, 37.9)), draw(st.floats(-37.9, 37.9))))
    size = draw(sizes)
    magnitude = 10.0 ** (low + (high - low) * rng.uniform(size=size))
    sign = np.where(rng.uniform(size=size) < draw(st.sampled_from([0, 0.5, 1])), -1, 1)
    return (sign * magnitude).astype(np.float32)


@st.composite
def narrow(draw):
    """float32 values close together, as 0.5 ± 0.001."""
    rng = np.random.default_rng(draw(seeds))
    centre = draw(st.sampled_from([0.5, -0.5, 1.0, -1.0, 0.1, 3e-7, -2e9, 1e6]))
    spread = abs(centre) * 10.0 ** draw(st.floats(-7, -1))
    return (centre + rng.uniform(-spread, spread, draw(sizes))).astype(np.float32)


@st.composite
def with_zeros(draw):
    """Values of every magnitude among zeros of both signs: what a ReLU gives."""
    x = draw(every_magnitude())
    rng = np.random.default_rng(draw(seeds))
    x[rng.uniform(size=len(x)) < 0.3] = 0.0
    x[rng.uniform(size=len(x)) < 0.2] = -0.0
    return x


awkward = hnp.arrays(
    st.sampled_from(["float16", "float32", "float64"]),
    st.integers(0, 40),
    elements=st.one_of(
        st.floats(-60000, 60000, width=16),
        st.sampled_from([0.0, -0.0, math.nan, math.inf, -math.inf, 1.0, -1.0]),
    ),
)
arrays = st.one_of(every_magnitude(), narrow(), with_zeros())


def relative_error(measured, true):
    return np.max(np.abs(np.asarray(measured) / np.asarray(true) - 1))


def same_counts(a, b):
    assert (a.bits, a.count, a.zeros, a.nonfinite) == (b.bits, b.count, b.zeros, b.nonfinite)
    np.testing.assert_array_equal(a.bins, b.bins)
    np.testing.assert_array_equal(a.counts, b.counts)
    np.testing.assert_equal((a.min, a.max), (b.min, b.max))


def same_moments(a, b, scale):
    assert a.mean == pytest.approx(b.mean, rel=1e-12, abs=1e-12 * scale)
    assert a.std == pytest.approx(b.std, rel=1e-9, abs=1e-12 * scale)


# counts and moments


@quick
@given(awkward)
def test_counts_and_moments_match_numpy_among_zeros_and_non_finite_values(x):
    finite = x[np.isfinite(x)].astype(np.float64)
    sketch = Sketch.of(x)
    assert sketch.count == len(finite)
    assert sketch.nonfinite == len(x) - len(finite)
    assert sketch.zeros == np.sum(finite == 0)
    assert sketch.counts.sum() == len(finite)
    if not len(finite):
        assert all(map(math.isnan, (sketch.mean, sketch.std, sketch.rms, sketch.min, sketch.max)))
        assert math.isnan(sketch.zero_fraction)
        return
    scale = np.abs(finite).max()
    assert (sketch.min, sketch.max) == (finite.min(), finite.max())
    assert sketch.mean == pytest.approx(finite.mean(), rel=1e-12, abs=1e-13 * scale)
    assert sketch.std == pytest.approx(finite.std(), rel=1e-9, abs=1e-13 * scale)
    assert sketch.rms == pytest.approx(np.sqrt(np.mean(finite**2)), rel=1e-9)
    assert sketch.zero_fraction == np.mean(finite == 0)


@quick
@given(arrays)
def test_moments_match_numpy_at_every_magnitude(x):
    sketch, exact = Sketch.of(x), x.astype(np.float64)
    scale = np.abs(exact).max()
    assert sketch.mean == pytest.approx(exact.mean(), rel=1e-12, abs=1e-13 * scale)
    assert sketch.std == pytest.approx(exact.std(), rel=1e-9, abs=1e-13 * scale)
    assert sketch.count == len(x)
    assert sketch.zeros == np.sum(x == 0)
    assert (sketch.min, sketch.max) == (exact.min(), exact.max())


@quick
@given(hnp.arrays(hnp.integer_dtypes() | hnp.unsigned_integer_dtypes() | st.just("bool"), 30))
def test_integers_and_booleans_of_every_width(x):
    exact = x.astype(np.float64)
    sketch = Sketch.of(x)
    scale = np.abs(exact).max()
    assert (sketch.count, sketch.nonfinite, sketch.zeros) == (30, 0, np.sum(x == 0))
    assert (sketch.min, sketch.max) == (exact.min(), exact.max())
    assert sketch.mean == pytest.approx(exact.mean(), rel=1e-12, abs=1e-12 * scale)
    assert sketch.std == pytest.approx(exact.std(), rel=1e-8, abs=1e-12 * scale)


@pytest.mark.parametrize("size", [65535, 65536, 65537, 200_001])
def test_arrays_longer_than_the_pieces_they_are_counted_in(rng, size):
    x = rng.normal(3, 2, size).astype(np.float32)
    x[::7] = 0
    sketch = Sketch.of(x.reshape(-1, 1))
    assert (sketch.count, sketch.zeros, sketch.counts.sum()) == (size, np.sum(x == 0), size)
    assert sketch.mean == pytest.approx(x.mean(dtype="f8"), rel=1e-12)
    assert sketch.std == pytest.approx(x.std(dtype="f8"), rel=1e-12)


@pytest.mark.parametrize("shape", [(24,), (2, 12), (2, 3, 4), (1, 2, 3, 4)])
def test_the_shape_and_the_order_in_memory_do_not_matter(rng, shape):
    x = rng.normal(size=shape).astype(np.float32)
    same_counts(Sketch.of(x), Sketch.of(np.sort(x.ravel())))
    same_counts(Sketch.of(np.asfortranarray(x)), Sketch.of(x))
    same_counts(Sketch.of(x.astype(">f4")), Sketch.of(x))
    same_counts(Sketch.of(x.tolist()), Sketch.of(x))


def test_the_array_is_left_as_it_is(rng):
    x = rng.normal(size=1000).astype(np.float32)
    x[:3] = math.nan, 0, math.inf
    before = x.tobytes()
    x.setflags(write=False)
    Sketch.of(x)
    assert x.tobytes() == before


@pytest.mark.parametrize("size", [1000, 300_000])
def test_a_large_mean_beside_a_small_spread_does_not_cancel(rng, size):
    x = (1e6 + rng.uniform(-0.1, 0.1, size)).astype(np.float32)
    exact = x.astype(np.float64)
    assert exact.std() > 0.05  # float32 leaves 16 steps to the unit there
    sketch = Sketch.of(x)
    assert sketch.std == pytest.approx(exact.std(), rel=1e-9)
    assert sketch.mean == pytest.approx(exact.mean(), rel=1e-14)
    halves = Sketch.of(x[: size // 3]).merge(Sketch.of(x[size // 3 :]))
    assert halves.std == pytest.approx(exact.std(), rel=1e-8)


def test_a_large_mean_beside_a_small_spread_in_float64(rng):
    x = 1e9 + rng.normal(0, 1e-3, 50_000)
    sketch = Sketch.of(x)
    assert sketch.std == pytest.approx(np.std(x - 1e9), rel=1e-6)


@pytest.mark.parametrize("value", [0.1, -0.1, 1e6 + 0.1, 1e-38, -3e38, 1e-44, 1.0, 0.0])
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_constant_has_no_spread(value, size):
    x = np.full(size, value, np.float32)
    sketch = Sketch.of(x)
    assert (sketch.mean, sketch.std, sketch.min, sketch.max) == (x[0], 0, x[0], x[0])
    assert sketch.rms == abs(float(x[0]))
    assert sketch.zeros == (size if value == 0 else 0)


def test_float64_beyond_float32_keeps_exact_moments_and_extremes():
    x = np.array([1e150, -1e150, 3e150, 5.0, 1e-150, 1e39])
    sketch = Sketch.of(x)
    assert (sketch.count, sketch.nonfinite) == (6, 0)
    assert sketch.mean == pytest.approx(x.mean(), rel=1e-13)
    assert sketch.std == pytest.approx(x.std(), rel=1e-13)
    assert (sketch.min, sketch.max) == (-1e150, 3e150)


def test_a_sum_beyond_float64_still_has_a_mean():
    x = np.array([1.7e308] * 4 + [-1.7e308] * 4)
    sketch = Sketch.of(x)
    assert sketch.mean == pytest.approx(0, abs=1e295)
    assert sketch.std == math.inf
    assert Sketch.of([1.5e308] * 4).mean == pytest.approx(1.5e308)
    merged = Sketch.of([1.7e308] * 3).merge(Sketch.of([-1.7e308]))
    assert (merged.mean, merged.std) == (pytest.approx(0.85e308), math.inf)


def test_float64_below_float32_is_no_zero():
    sketch = Sketch.of(np.array([1e-300, -1e-300, 0.0, -0.0]))
    assert (sketch.count, sketch.zeros) == (4, 2)
    assert (sketch.min, sketch.max) == (-1e-300, 1e-300)


def test_long_doubles_are_counted_like_float64():
    x = np.array([1e100, -1.0, 0.0], np.longdouble)
    same_counts(Sketch.of(x), Sketch.of(x.astype(np.float64)))


def test_bfloat16_is_counted_like_float32(rng):
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = rng.normal(size=500).astype(ml_dtypes.bfloat16)
    same_counts(Sketch.of(x), Sketch.of(x.astype(np.float32)))


@pytest.mark.parametrize("values", [np.array([1j]), np.array(["a"]), "text", None, [object()]])
def test_what_is_no_real_number_is_refused(values):
    with pytest.raises(TypeError, match="`values` must be real numbers; got dtype"):
        Sketch.of(values)


# bins


@quick
@given(st.one_of(arrays, awkward))
def test_bins_ascend_are_all_in_use_and_hold_their_values(x):
    sketch = Sketch.of(x)
    x = x[np.isfinite(x)].astype(np.float64)
    assert np.all(np.diff(sketch.bins) > 0)
    assert np.all(sketch.counts > 0)
    lower, upper = bin_edges(sketch.bins, sketch.bits)
    assert np.all(lower < upper)
    # second count, value by value: bins are closed at the end near zero
    positive = ~np.signbit(x)
    counted = [
        np.sum(positive & (x >= low) & (x < high))
        if high > 0
        else np.sum(~positive & (x > low) & (x <= high))
        for low, high in zip(lower, upper, strict=True)
    ]
    np.testing.assert_array_equal(counted, sketch.counts)


@quick
@given(st.one_of(narrow(), every_magnitude()))
def test_bins_are_as_fine_as_the_range_allows(x):
    sketch = Sketch.of(x)
    if sketch.bits > COARSE_BITS:
        assert sketch.bins[-1] - sketch.bins[0] < FINE_BINS
    else:
        assert sketch.bits == COARSE_BITS


@pytest.mark.parametrize("bits", [5, 6, 11, 23])
def test_bin_edges_tile_the_line(bits):
    half = 1 << (8 + bits)
    bins = np.arange(half - 500, half + 500)
    lower, upper = bin_edges(bins, bits)
    np.testing.assert_array_equal(lower[1:], upper[:-1])
    np.testing.assert_array_equal(lower, -upper[::-1])
    assert lower[500] == 0
    first, last = bin_edges(np.array([0, 2 * half - 1]), bits)
    assert last[1] == 2.0**128 and first[0] == -(2.0**128)


def test_a_coarse_bin_is_at_most_a_thirtysecond_of_its_edge_wide():
    lower, upper = bin_edges(np.arange(2 * 8192 - 255 * 32, 2 * 8192))  # all normal, positive
    assert lower[0] > 0
    assert np.max((upper - lower)[lower >= 2.0**-126] / lower[lower >= 2.0**-126]) <= 1 / 32


# quantiles


@quick
@given(st.one_of(every_magnitude(), narrow()))
def test_quantiles_are_within_two_percent_at_every_magnitude(x):
    true = np.quantile(x.astype(np.float64), LEVELS, method="inverted_cdf")
    assert relative_error(Sketch.of(x).quantile(LEVELS), true) < 0.02


@quick
@given(with_zeros())
def test_quantiles_that_are_zero_are_exactly_zero(x):
    true = np.quantile(x.astype(np.float64), LEVELS, method="inverted_cdf")
    found = Sketch.of(x).quantile(LEVELS)
    np.testing.assert_array_equal(found == 0, true == 0)
    assert np.all(np.abs(found - true) <= 0.02 * np.abs(true))


@quick
@given(arrays)
def test_magnitude_quantiles_are_within_two_percent(x):
    true = np.quantile(np.abs(x.astype(np.float64)), LEVELS, method="inverted_cdf")
    found = Sketch.of(x).magnitude_quantile(LEVELS)
    np.testing.assert_array_equal(found == 0, true == 0)
    assert np.all(np.abs(found - true) <= 0.02 * np.abs(true))


@quick
@given(narrow())
def test_the_first_and_the_last_quantile_stay_within_the_data(x):
    sketch = Sketch.of(x)
    found = sketch.quantile(LEVELS)
    assert np.all(np.diff(found) >= 0)
    assert found[0] >= sketch.min and found[-1] <= sketch.max


def test_quantiles_of_a_narrow_distribution_are_finer_than_its_spread(rng):
    x = (0.5 + rng.uniform(-0.001, 0.001, 10_000)).astype(np.float32)
    true = np.quantile(x.astype("f8"), LEVELS, method="inverted_cdf")
    assert np.max(np.abs(Sketch.of(x).quantile(LEVELS) - true)) < 0.002 / 200


def test_quantiles_of_subnormal_numbers():
    x = np.array([1e-39, 2e-39, 3e-39], np.float32)
    assert relative_error(Sketch.of(x).quantile([0.2, 0.5, 1.0]), x.astype("f8")) < 0.019


def test_the_shape_of_a_quantile_is_that_of_its_level():
    sketch = Sketch.of(np.arange(10.0))
    assert isinstance(sketch.quantile(0.5), float)
    assert isinstance(sketch.magnitude_quantile(0.5), float)
    assert sketch.quantile([[0.1, 0.5], [0.7, 1.0]]).shape == (2, 2)
    assert sketch.quantile(list(QUANTILES.values())).shape == (5,)


@pytest.mark.parametrize("q", [-0.1, 1.1, math.nan, [0.5, 2]])
@pytest.mark.parametrize("name", ["quantile", "magnitude_quantile"])
def test_a_quantile_outside_0_to_1_is_refused(name, q):
    with pytest.raises(ValueError, match=r"`q` must lie in \[0, 1\]; got"):
        getattr(Sketch.of([1.0, 2.0]), name)(q)


def test_an_empty_sketch_has_no_quantiles():
    assert math.isnan(Sketch.empty().quantile(0.5))
    assert np.isnan(Sketch.empty().quantile([0.1, 0.9])).tolist() == [True, True]
    assert math.isnan(Sketch.empty().share_within(0, 1))


# merging


@quick
@given(arrays, arrays)
def test_a_merged_sketch_is_the_sketch_of_both_together(x, y):
    merged, joined = Sketch.of(x).merge(Sketch.of(y)), Sketch.of(np.concatenate([x, y]))
    same_counts(merged, joined)
    same_moments(merged, joined, max(abs(joined.min), abs(joined.max)))


@quick
@given(narrow(), narrow(), st.integers(1, 5))
def test_sketches_finer_than_their_union_merge_exactly(x, y, times):
    x, y = np.tile(x, times), y * np.float32(3)
    same_counts(Sketch.of(x).merge(Sketch.of(y)), Sketch.of(np.concatenate([x, y])))


@pytest.mark.parametrize("zeros", [(0.0, -0.0), (-0.0, 0.0), (-0.0, -0.0), (0.0, 0.0)])
def test_the_sign_and_the_order_of_zeros_do_not_choose_the_bins(zeros):
    # 0 to 1023 steps of the smallest float32: with 0.0 within FINE_BINS, with -0.0 just not
    last = 1023 * 2.0**-149
    joined = Sketch.of(np.array([*zeros, last], np.float32))
    merged = Sketch.of(np.float32(zeros[:1])).merge(Sketch.of(np.float32([zeros[1], last])))
    same_counts(merged, joined)
    assert joined.bits == 23
    assert not np.signbit(joined.min)


@quick
@given(arrays, arrays, arrays)
def test_merging_is_associative_and_commutative(x, y, z):
    a, b, c = map(Sketch.of, (x, y, z))
    left, right, turned = a.merge(b).merge(c), a.merge(b.merge(c)), c.merge(b).merge(a)
    scale = max(abs(left.min), abs(left.max))
    for other in (right, turned):
        same_counts(left, other)
        same_moments(left, other, scale)


@quick
@given(st.one_of(arrays, awkward))
def test_the_empty_sketch_changes_nothing(x):
    sketch = Sketch.of(x)
    for merged in (sketch.merge(Sketch.empty()), Sketch.empty().merge(sketch)):
        same_counts(merged, sketch)
        np.testing.assert_equal((merged.mean, merged.m2), (sketch.mean, sketch.m2))


@quick
@given(awkward, awkward)
def test_zeros_and_non_finite_values_add_up(x, y):
    merged = Sketch.of(x).merge(Sketch.of(y))
    both = np.concatenate([x.astype("f8"), y.astype("f8")])
    assert merged.nonfinite == np.sum(~np.isfinite(both))
    assert merged.zeros == np.sum(both == 0)
    assert merged.count == np.sum(np.isfinite(both))
    same_counts(merged, Sketch.of(both))


def test_only_sketches_can_be_merged():
    with pytest.raises(TypeError, match="`other` must be a Sketch; got list"):
        Sketch.of([1.0]).merge([1.0])


def test_a_sketch_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Sketch.of([1.0]).count = 3


# bytes


@quick
@given(st.one_of(arrays, awkward))
def test_bytes_give_the_bins_back(x):
    sketch = Sketch.of(x)
    bits, bins, counts = Sketch.unpack(sketch.to_bytes())
    assert bits == sketch.bits
    np.testing.assert_array_equal(bins, sketch.bins)
    np.testing.assert_array_equal(counts, sketch.counts)
    assert (bins.dtype, counts.dtype) == (np.int64, np.int64)


def test_bytes_hold_counts_of_any_size(rng):
    few = Sketch.of(rng.normal(size=100).astype(np.float32))
    large = dataclasses.replace(
        few, counts=few.counts * 10**12 + rng.integers(0, 999, len(few.bins))
    )
    np.testing.assert_array_equal(Sketch.unpack(large.to_bytes())[2], large.counts)


def unpacked_or_message(packed):
    try:
        return Sketch.unpack(packed)
    except ValueError as error:
        return str(error)


@quick
@given(arrays, seeds)
def test_damaged_bytes_are_noticed(x, seed):
    rng = np.random.default_rng(seed)
    packed = Sketch.of(x).to_bytes()
    before = Sketch.unpack(packed)
    damaged = bytearray(packed)
    damaged[rng.integers(len(packed))] ^= rng.integers(1, 256)
    after = unpacked_or_message(bytes(damaged))
    if isinstance(after, str):
        assert "`packed` must be what Sketch.to_bytes made" in after
    else:  # deflate has a few bits of padding that mean nothing
        for part, same in zip(before, after, strict=True):
            np.testing.assert_array_equal(part, same)


@pytest.mark.parametrize("length", [0, 1, 8, 9, 20, -1])
def test_bytes_cut_short_are_noticed(rng, length):
    packed = Sketch.of(rng.normal(size=1000)).to_bytes()
    with pytest.raises(ValueError, match=r"`packed` must be what Sketch\.to_bytes made"):
        Sketch.unpack(packed[:length])


def test_bytes_with_something_behind_them_are_noticed(rng):
    with pytest.raises(ValueError, match=r"`packed` must be what Sketch\.to_bytes made"):
        Sketch.unpack(Sketch.of(rng.normal(size=1000)).to_bytes() + b"more")


def test_a_hundred_thousand_values_fit_into_two_kilobytes(rng):
    assert len(Sketch.of(rng.normal(size=100_000).astype(np.float32)).to_bytes()) < 2048


# shares


@quick
@given(st.one_of(arrays), st.floats(0, 1), st.floats(0, 1))
def test_share_within_matches_numpy_to_a_bin(x, a, b):
    exact = np.sort(x.astype(np.float64))
    low, high = sorted(np.quantile(exact, [a, b], method="inverted_cdf"))
    share = Sketch.of(x).share_within(low, high)
    # the two bins that the ends cut may count in part
    less = np.mean((exact > low + abs(low) / 31) & (exact < high - abs(high) / 31))
    more = np.mean((exact >= low - abs(low) / 31) & (exact <= high + abs(high) / 31))
    assert less - 1e-9 <= share <= more + 1e-9


@quick
@given(st.one_of(arrays))
def test_everything_lies_between_the_extremes(x):
    sketch = Sketch.of(x)
    assert sketch.share_within(sketch.min, sketch.max) == pytest.approx(1)
    assert sketch.share_within(-3.5e38, 3.5e38) == pytest.approx(1)
    assert sketch.share_within(1.01 * abs(sketch.max) + 1e-30, 3.5e38) == 0


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_zeros_count_at_zero_only(zero):
    x = np.array([zero] * 30 + [1.0] * 60 + [-1.0] * 10, np.float32)
    sketch = Sketch.of(x)
    assert sketch.share_within(0, 0) == pytest.approx(0.3)
    assert sketch.share_within(-0.5, 0.5) == pytest.approx(0.3)
    assert sketch.share_within(0, 2) == pytest.approx(0.9)
    assert sketch.share_within(-2, 0) == pytest.approx(0.4)
    assert sketch.share_within(1e-30, 2) == pytest.approx(0.6)


@pytest.mark.parametrize("value", [5.0, -5.0, 1.0, -1.0, 0.1, 0.0])
def test_a_constant_lies_in_every_range_that_holds_it(value):
    sketch = Sketch.of(np.full(10, value, np.float32))
    value = sketch.mean
    for low, high in [(value, value), (value, value + 1), (value - 1, value), (-9, 9)]:
        assert sketch.share_within(low, high) == 1
    for low, high in [(value + 0.5, value + 1), (value - 1, value - 0.5)]:
        assert sketch.share_within(low, high) == 0


@pytest.mark.parametrize(("low", "high"), [(3, 1), (math.nan, 1), (0, math.nan)])
def test_a_range_the_wrong_way_round_is_refused(low, high):
    with pytest.raises(ValueError, match="`low` must not exceed `high`; got"):
        Sketch.of([1.0, 2.0]).share_within(low, high)


# densities


def area(coords, density):
    return integrate.trapezoid(density, coords)


@quick
@given(arrays, st.floats(0, 1), st.floats(0, 1), st.integers(8, 300))
def test_a_density_is_never_negative_and_its_area_is_the_share_in_range(x, a, b, points):
    sketch = Sketch.of(x)
    low, high = sorted(np.quantile(x.astype("f8"), [a, b], method="inverted_cdf"))
    if not low < high - 1e-9 * abs(high):
        low, high = low - abs(low) - 1e-30, high + abs(high) + 1e-30
    coords, density = sketch.density(low, high, points=points)
    assert coords.shape == density.shape == (points,)
    assert np.all(np.diff(coords) > 0) and (coords[0], coords[-1]) == (low, high)
    assert np.all(density >= 0)
    assert area(coords, density) == pytest.approx(sketch.share_within(low, high), rel=1e-6)


@quick
@given(arrays)
def test_over_the_whole_range_the_area_is_one(x):
    sketch = Sketch.of(x)
    if sketch.min < sketch.max:
        assert area(*sketch.density(sketch.min, sketch.max)) == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize("value", [1.0, -1.0])
def test_saturated_values_at_the_end_of_the_range_are_in_the_curve(rng, value):
    x = np.where(rng.uniform(size=1000) < 0.5, value, rng.uniform(-0.9, 0.9, 1000))
    coords, density = Sketch.of(x).density(-1, 1)
    assert area(coords, density) == pytest.approx(1)
    assert coords[density.argmax()] == value


@pytest.mark.parametrize(("mean", "std"), [(0, 1), (3, 0.02), (-1e-6, 1e-7), (0.5, 3e4)])
def test_the_density_of_a_large_normal_sample(rng, mean, std):
    x = rng.normal(mean, std, 400_000)
    coords, density = Sketch.of(x).density(mean - 5 * std, mean + 5 * std)
    true = stats.norm.pdf(coords, mean, std)
    # Silverman's bandwidth flattens the peak by h²/2 = 0.23 % (h = 0.068 std); the rest is
    # chance: sqrt(f R(K) / n h) is 0.2 % of the peak, and this leaves it ten times as much
    assert np.max(np.abs(density - true)) < 0.025 * true.max()


def test_the_curve_does_not_sag_where_the_range_cuts_the_data(rng):
    x = rng.uniform(0, 1, 1_000_000).astype(np.float32)
    for low, high in [(0, 1), (0.25, 0.75)]:
        coords, density = Sketch.of(x).density(low, high)
        assert coords[0] == low
        np.testing.assert_allclose(density, 1, atol=0.03)


def test_the_density_of_magnitudes_on_a_linear_axis(rng):
    x = rng.normal(size=400_000).astype(np.float32)
    coords, density = Sketch.of(x).density(0, 4, magnitude=True)
    true = 2 * stats.norm.pdf(coords)
    assert np.max(np.abs(density - true)) < 0.03 * true.max()
    assert area(coords, density) == pytest.approx(np.mean(np.abs(x) <= 4), abs=1e-4)


@pytest.mark.parametrize("std", [1.0, 1e-11, 1e20])
def test_the_density_of_the_logarithm_of_magnitudes(rng, std):
    x = rng.normal(0, std, 400_000).astype(np.float32)
    coords, density = Sketch.of(x).density(
        1e-4 * std, 10 * std, magnitude=True, forward=np.log10, inverse=lambda u: 10.0**u
    )
    # density of u = log10|x|: 2 φ(x) |dx/du| with x = 10^u
    true = 2 * stats.norm.pdf(coords, 0, std) * coords * np.log(10)
    assert np.max(np.abs(density - true)) < 0.03 * true.max()
    share = np.mean((np.abs(x) >= 1e-4 * std) & (np.abs(x) <= 10 * std))
    assert area(np.log10(coords), density) == pytest.approx(share, abs=1e-4)
    np.testing.assert_allclose(np.diff(np.log10(coords)), 5 / 255, rtol=1e-6)


def test_the_density_on_a_symmetric_logarithmic_axis(rng):
    x = rng.standard_cauchy(400_000).astype(np.float32)
    coords, density = Sketch.of(x).density(-1e4, 1e4, forward=np.arcsinh, inverse=np.sinh)
    true = stats.cauchy.pdf(coords) * np.cosh(np.arcsinh(coords))
    assert np.max(np.abs(density - true)) < 0.03 * true.max()


def test_zeros_can_be_left_out(rng):
    positive = rng.uniform(1, 2, 3000)
    sketch = Sketch.of(np.concatenate([positive, np.zeros(6000), np.full(1000, -0.0)]))
    coords, without = sketch.density(-1, 3, zeros=False)
    assert area(coords, without) == pytest.approx(0.3)
    assert np.all(without[np.abs(coords) < 0.5] == 0)
    coords, having = sketch.density(-1, 3)
    assert area(coords, having) == pytest.approx(1)
    coords, having = sketch.density(0, 3)
    assert area(coords, having) == pytest.approx(1)
    assert coords[having.argmax()] == 0


@pytest.mark.parametrize("magnitude", [False, True])
@pytest.mark.parametrize("value", [5.0, 1.0, 0.1])
def test_the_density_of_a_constant_is_a_peak_there(value, magnitude):
    x = np.full(50, -value if magnitude else value, np.float32)
    sketch, value = Sketch.of(x), float(abs(x[0]))
    for low, high in [(0, 2 * value), (0, value), (value, 2 * value)]:
        coords, density = sketch.density(low, high, magnitude=magnitude)
        assert area(coords, density) == pytest.approx(1)
        assert abs(coords[density.argmax()] - value) <= (high - low) / 255
        away = np.abs(coords - value) > 0.05 * (high - low)
        assert np.all(density[away] == 0)


@pytest.mark.parametrize(("low", "high"), [(10, 20), (-20, -10), (2.1, 2.2)])
def test_nothing_is_drawn_where_nothing_is(low, high):
    coords, density = Sketch.of([1.0, 1.5, 2.0]).density(low, high)
    assert (coords[0], coords[-1], len(coords)) == (low, high, 256)
    assert np.all(density == 0)


def test_the_density_of_no_values_is_zero():
    coords, density = Sketch.of([math.nan]).density(0, 1, points=8)
    np.testing.assert_allclose(coords, np.linspace(0, 1, 8))
    assert np.all(density == 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"low": 1, "high": 1}, "`low` and `high` must be finite with low < high; got 1, 1"),
        ({"low": 2, "high": 1}, "`low` and `high` must be finite with low < high; got 2, 1"),
        ({"low": 0, "high": math.inf}, "`low` and `high` must be finite"),
        ({"low": math.nan, "high": 1}, "`low` and `high` must be finite"),
        ({"low": -1, "high": 1, "magnitude": True}, "`low` must be at least 0 for magnitudes"),
        ({"low": 0, "high": 1, "points": 7}, "`points` must be an integer of at least 8; got 7"),
        (
            {"low": 0, "high": 1, "forward": np.log10, "inverse": lambda u: 10.0**u},
            "`forward` must be finite and ascending from `low` to `high`; got -inf at 0",
        ),
        (
            {"low": 0, "high": 1, "forward": np.negative, "inverse": np.negative},
            "`forward` must be finite and ascending",
        ),
    ],
)
def test_a_density_that_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Sketch.of([1.0, 2.0]).density(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"low": "0", "high": 1}, "`low` must be a number; got '0'"),
        ({"low": 0, "high": None}, "`high` must be a number; got None"),
        ({"low": 0, "high": 1, "points": 8.5}, "`points` must be an integer of at least 8; got"),
    ],
)
def test_a_density_of_what_are_no_numbers_is_refused(arguments, message):
    with pytest.raises(TypeError, match=message):
        Sketch.of([1.0, 2.0]).density(**arguments)


def test_what_is_no_number_is_no_level_and_no_end():
    sketch = Sketch.of([1.0, 2.0])
    with pytest.raises(TypeError, match="`q` must be an array of numbers; got 'half'"):
        sketch.quantile("half")
    with pytest.raises(TypeError, match="`low` must be a number; got 'a'"):
        sketch.share_within("a", 1)


# where float32 ends


@pytest.mark.parametrize("size", [40, 4000])
def test_quantiles_among_subnormal_numbers_are_as_near_as_they_promise(rng, size):
    # a bin there is 2**-131 wide at every magnitude: below 2**-126 no share of the value
    small = 2.0 ** rng.uniform(-149, -124, size) * rng.choice([-1, 1], size)
    x = np.concatenate([small, [1.0, -1.0]]).astype(np.float32)
    levels = np.linspace(0, 1, 401)
    true = np.quantile(x.astype("f8"), levels, method="inverted_cdf")
    apart = np.abs(Sketch.of(x).quantile(levels) - true)
    normal = np.abs(true) >= 2.0**-126
    assert normal.sum() > 20 and (~normal).sum() > 20
    assert np.all(apart[normal] <= np.abs(true[normal]) / 64)
    assert np.all(apart[~normal] <= 2.0**-131)
    assert np.max(apart[~normal]) > 2.0**-133  # and the promise is not vain
    folded = np.quantile(np.abs(x.astype("f8")), levels, method="inverted_cdf")
    apart = np.abs(Sketch.of(x).magnitude_quantile(levels) - folded)
    assert np.all(apart <= np.maximum(folded / 64, 2.0**-131))


@pytest.mark.parametrize("scale", [1e39, 1e155, 1e250, 1e300, 1e307])
@pytest.mark.parametrize("magnitude", [False, True])
def test_a_density_far_beyond_float32(rng, scale, magnitude):
    x = scale * rng.uniform(1, 9, 500)
    for low, high in [(0.0, 10 * scale), (scale, 9 * scale), (0.0, 1.7e308)]:
        coords, density = Sketch.of(x).density(low, high, magnitude=magnitude)
        assert np.all(np.isfinite(density)) and np.all(density >= 0)
        assert np.all(np.diff(coords) > 0)
        assert area(coords, density) == pytest.approx(1, rel=1e-6)
    # of values spread evenly: as high everywhere as in a sketch of them all in range of float32
    coords, density = Sketch.of(x).density(scale, 9 * scale, magnitude=magnitude)
    np.testing.assert_allclose(density * scale, 1 / 8, rtol=0.05)


def test_a_density_on_all_of_float64():
    x = np.array([-1e308, -1e300, 0.0, 2.0, 1e308])
    coords, density = Sketch.of(x).density(-1.7e308, 1.7e308)
    assert (coords[0], coords[-1]) == (-1.7e308, 1.7e308) and np.all(np.diff(coords) > 0)
    assert np.all(np.isfinite(density)) and np.all(density >= 0)
    assert area(coords, density) == pytest.approx(1, rel=1e-6)


def test_shares_beyond_float32():
    x = np.array([1.0, 1e100, 1e200, -1e250])
    assert Sketch.of(x).share_within(0, 1e300) == pytest.approx(0.75)
    assert Sketch.of(x).share_within(-1e300, -1e30) == pytest.approx(0.25)
    assert Sketch.of(x[1:3]).share_within(1e99, 1e201) == pytest.approx(1)
