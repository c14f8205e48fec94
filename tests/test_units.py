"""kit.stats.units against NumPy, and the slopes of Keras's own activations."""

import math
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kit.stats.sketch import Sketch, measured
from kit.stats.units import MOST_UNITS, UnitEvidence, saturation_bound

pytestmark = pytest.mark.usefixtures("each_way")
quick = settings(max_examples=100, deadline=None, derandomize=True)

awkward = hnp.arrays(
    st.sampled_from(["float16", "float32", "float64"]),
    hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=6),
    elements=st.one_of(
        st.floats(-60000, 60000, width=16),
        st.sampled_from([0.0, -0.0, math.nan, math.inf, -math.inf, 1.0, -1.0]),
    ),
)


def columns_of(x):
    """The finite values of each unit, float64: the oracle's own way to part them."""
    x = np.asarray(x, np.float64)
    units = x.shape[-1] if x.ndim > 1 else 1
    flat = x.ravel()
    return [flat[unit::units][np.isfinite(flat[unit::units])] for unit in range(units)]


def exact(column):
    """Mean and m2 of a column by sums that round once."""
    mean = math.fsum(column) / len(column)
    m2 = math.fsum((column - mean) ** 2)
    return mean, m2


def check(units, x, beyond=None):
    columns = columns_of(x)
    assert units.units == len(columns)
    assert units.count.tolist() == [len(column) for column in columns]
    assert units.active.tolist() == [int(np.sum(column != 0)) for column in columns]
    if beyond is None:
        assert units.saturated is None
    else:
        assert units.saturated.tolist() == [int(np.sum(np.abs(c) > beyond)) for c in columns]
    for column, mean, m2 in zip(columns, units.mean, units.m2, strict=True):
        if not len(column):
            assert math.isnan(mean) and m2 == 0
            continue
        true_mean, true_m2 = exact(column)
        scale = np.abs(column).max()
        assert mean == pytest.approx(true_mean, rel=1e-12, abs=1e-14 * scale)
        assert m2 == pytest.approx(true_m2, rel=1e-12, abs=1e-28 * scale**2 * len(column))


def same(a, b, rel=1e-9):
    np.testing.assert_array_equal(a.count, b.count)
    np.testing.assert_array_equal(a.active, b.active)
    if a.saturated is None or b.saturated is None:
        assert a.saturated is b.saturated
    else:
        np.testing.assert_array_equal(a.saturated, b.saturated)
    np.testing.assert_allclose(a.mean, b.mean, rtol=rel, atol=1e-12)
    np.testing.assert_allclose(a.m2, b.m2, rtol=rel, atol=1e-12)


@quick
@given(awkward, st.sampled_from([None, 0.0, 1.0, 2.5]))
def test_units_match_numpy_among_zeros_and_non_finite_values(x, beyond):
    check(UnitEvidence.of(x, beyond=beyond), x, beyond)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(
    "shape",
    [(1000, 100), (1000, 7), (301, 1), (5000,), (40, 9, 9, 32), (3, 1000), (1, 3), (70_001, 3)],
)
def test_units_of_every_shape_match_numpy(rng, shape, dtype):
    x = rng.normal(0.3, 1, shape).astype(dtype)
    x[rng.uniform(size=shape) < 0.4] = 0
    check(UnitEvidence.of(x, beyond=1.3), x, 1.3)
    x[0] = np.nan
    check(UnitEvidence.of(x), x)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("beyond", [0.1, 1 / 3, 2.178, 1e-60])
def test_a_bound_is_compared_as_it_is_not_rounded_to_the_values(dtype, beyond):
    near = np.dtype(dtype).type(beyond)
    x = np.array([np.nextafter(near, near.dtype.type(way)) for way in (0, 9)] + [near, -near, 0])
    expected = [abs(float(value)) > beyond for value in x]
    assert UnitEvidence.of(x, beyond=beyond).saturated.tolist() == [sum(expected)]


@pytest.mark.parametrize("far", [1e2, 1e8, -1e8])
def test_a_mean_far_from_the_spread_keeps_the_spread(rng, far):
    x = far + rng.normal(0, 1, (3001, 20))
    check(UnitEvidence.of(x), x)


def test_a_first_value_that_is_an_outlier_spoils_nothing(rng):
    x = rng.normal(0, 1e-4, (4000, 5))
    x[0] = 1e8
    check(UnitEvidence.of(x), x)


def test_a_constant_unit_has_no_spread_at_all():
    x = np.tile(np.array([0.1, -1e6 - 0.1, 0.0, 1e-40], np.float32), (1001, 1))
    units = UnitEvidence.of(x)
    assert units.std.tolist() == [0, 0, 0, 0]
    assert units.mean.tolist() == x[0].tolist()


def test_values_at_the_end_of_float64_have_a_mean():
    x = np.array([[1.7e308, 1e300], [1.7e308, -1e300]] * 3)
    units = UnitEvidence.of(x)
    assert units.mean == pytest.approx([1.7e308, 0], abs=1e290)
    assert units.std.tolist()[1] == math.inf


def test_the_two_parts_of_the_std_are_those_of_its_sum_of_squares(rng):
    x = rng.normal(0, 2, (400, 30)) + rng.normal(0, 3, 30)
    units, sketch = UnitEvidence.of(x), Sketch.of(x)
    assert units.std_samples == pytest.approx(math.sqrt(np.mean(x.var(axis=0))), rel=1e-12)
    assert units.std_units == pytest.approx(x.mean(axis=0).std(), rel=1e-12)
    assert math.hypot(units.std_samples, units.std_units) == pytest.approx(sketch.std, rel=1e-12)


def test_a_layer_of_constants_has_all_its_std_between_the_units(rng):
    x = np.tile(rng.normal(size=50), (200, 1))
    units = UnitEvidence.of(x)
    assert units.std_samples == 0
    assert units.std_units == pytest.approx(x.std(), rel=1e-12)
    assert UnitEvidence.of(x[:, :1]).std_units == 0


def test_units_without_finite_values_weigh_nothing():
    x = np.array([[1.0, np.nan, 3.0], [2.0, np.inf, 5.0]])
    units = UnitEvidence.of(x)
    assert units.std_samples == pytest.approx(math.sqrt((0.5 + 2) / 4))
    assert units.std_units == pytest.approx(1.25)
    assert np.isnan([units.std[1], units.active_share[1]]).all()
    nothing = UnitEvidence.of(np.empty((0, 4)))
    assert nothing.units == 4 and math.isnan(nothing.std_samples) and math.isnan(nothing.std_units)
    assert UnitEvidence.of(np.empty((4, 0))).units == 0


def test_shares_are_of_the_finite_values():
    units = UnitEvidence.of([[0.0, 4.0], [2.0, np.nan], [-3.0, 0.5]], beyond=2)
    assert units.active_share == pytest.approx([2 / 3, 1])
    assert units.saturated_share == pytest.approx([1 / 3, 1 / 2])
    assert UnitEvidence.of([1.0]).saturated_share is None


@quick
@given(awkward, st.integers(0, 6), st.sampled_from([None, 1.0]))
def test_merged_evidence_is_that_of_both_together(x, at, beyond):
    x = x.astype(np.float64)
    a, b = (UnitEvidence.of(part, beyond=beyond) for part in (x[:at], x[at:]))
    check(a.merge(b), x, beyond)


def test_what_does_not_belong_together_is_not_merged():
    one = UnitEvidence.of([[1.0, 2.0]])
    with pytest.raises(TypeError, match="`other` must be a UnitEvidence; got int"):
        one.merge(3)
    with pytest.raises(ValueError, match="`other` must have 2 units; got 1"):
        one.merge(UnitEvidence.of([1.0]))
    with pytest.raises(ValueError, match="`other` must have `saturated` if"):
        one.merge(UnitEvidence.of([[1.0, 2.0]], beyond=1))


@pytest.mark.parametrize("beyond", [-1, math.nan, math.inf])
def test_a_bound_that_cannot_be_is_refused(beyond):
    with pytest.raises(ValueError, match="`beyond` must be a finite number of at least 0"):
        UnitEvidence.of([1.0], beyond=beyond)
    with pytest.raises(TypeError, match="`beyond` must be a finite number of at least 0"):
        measured([1.0], beyond="1")
    with pytest.raises(TypeError, match="`values` must be real numbers"):
        UnitEvidence.of(["a"])


def test_both_in_one_go_are_both(rng):
    x = rng.normal(size=(50, 3, 4)).astype("f4")
    sketch, units = measured(x, beyond=1)
    alone = Sketch.of(x)
    same(units, UnitEvidence.of(x, beyond=1))
    np.testing.assert_array_equal(sketch.counts, alone.counts)
    assert (sketch.mean, sketch.m2) == pytest.approx((alone.mean, alone.m2), rel=1e-12)


# packed


@quick
@given(awkward, st.sampled_from([None, 1.0]))
def test_what_was_packed_comes_back(x, beyond):
    units = UnitEvidence.of(x, beyond=beyond)
    back = UnitEvidence.from_bytes(units.to_bytes())
    np.testing.assert_array_equal(back.count, units.count)
    np.testing.assert_array_equal(back.active, units.active)
    np.testing.assert_array_equal(back.saturated, units.saturated)
    np.testing.assert_allclose(back.std, units.std, rtol=2.0**-12)
    apart, some = np.abs(back.mean - units.mean), units.count > 0
    assert np.all(apart[some] <= units.std[some] / 2000)
    np.testing.assert_array_equal(np.isnan(back.mean), ~some)
    assert back.to_bytes() == units.to_bytes()


@pytest.mark.parametrize("scale", [1e-300, 1e-42, 1.0, 1e30, 1e200])
def test_a_spread_far_below_the_mean_survives_packing(rng, scale):
    x = (1 + 1e-9 * rng.normal(size=(500, 30)) + 1e-9 * rng.normal(size=30)) * scale
    units = UnitEvidence.of(x)
    back = UnitEvidence.from_bytes(units.to_bytes())
    for part in ("std_samples", "std_units"):
        assert getattr(back, part) == pytest.approx(getattr(units, part), rel=3e-4, abs=1e-320)


def test_five_layers_of_a_hundred_units_pack_into_nine_kilobytes(rng):
    packed = 0
    for _ in range(5):
        z = rng.normal(size=(1000, 100)) * rng.uniform(0.5, 2, 100) + rng.normal(size=100)
        for values, beyond in ((z, 2.178), (np.maximum(z, 0), None), (z * (z > 0) * 1e-3, None)):
            packed += len(UnitEvidence.of(values.astype("f4"), beyond=beyond).to_bytes())
    assert packed <= 9_000


def test_more_units_than_can_be_read_back_are_not_packed():
    many = UnitEvidence.of(np.zeros((1, MOST_UNITS + 1), np.float32))
    with pytest.raises(ValueError, match="`units` must be at most 262,144; got 262,145"):
        many.to_bytes()


def test_damaged_bytes_are_told(rng):
    packed = UnitEvidence.of(rng.normal(size=(100, 40)), beyond=1).to_bytes()
    for damaged in (b"", b"text", None, 3, packed[:-1], packed + b"x", packed[:20] + packed[24:]):
        with pytest.raises(ValueError, match=r"`packed` must be what UnitEvidence\.to_bytes made"):
            UnitEvidence.from_bytes(damaged)
    for _ in range(300):
        flipped = bytearray(packed)
        flipped[rng.integers(len(flipped))] ^= 1 << int(rng.integers(8))
        try:
            back = UnitEvidence.from_bytes(bytes(flipped))
        except ValueError:
            continue
        assert back.to_bytes() == packed  # a flip that deflate does not read


def hostile(units, numbers, raw):
    return zlib.compress(struct.pack("<IBBBBB", units, *numbers) + raw, 9)


@pytest.mark.parametrize(
    "packed",
    [
        hostile(2**32 - 1, [64] * 5, bytes(1000)),
        hostile(MOST_UNITS + 1, [0] * 5, b""),
        hostile(10, [65] * 5, bytes(650)),
        hostile(10, [200, 0, 0, 0, 0], bytes(400)),
        hostile(10, [1] * 5, bytes(9)),
        hostile(10, [1] * 5, bytes(11)),
        hostile(1, [64] * 5, bytes(300_000_000)),
    ],
)
def test_hostile_bytes_are_refused_without_much_memory(packed):
    import tracemalloc

    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="`packed` must"):
            UnitEvidence.from_bytes(packed)
        assert tracemalloc.get_traced_memory()[1] < 5e6
    finally:
        tracemalloc.stop()


def of_words(mean, std, count, active, saturated):
    words = (
        struct.pack(">dd", mean, std),
        struct.pack(">qqq", count, active, saturated),
    )
    bits = np.unpackbits(np.frombuffer(b"".join(words), "u1"))  # of one unit: a byte a plane
    return hostile(1, [64] * 5, (bits << 7).tobytes())


def test_the_packed_form_is_what_the_tests_below_think_it_is():
    back = UnitEvidence.from_bytes(of_words(2.5, 0.5, 10, 7, 1))
    assert (back.mean, back.std, back.count, back.active, back.saturated) == (2.5, 0.5, 10, 7, 1)


@pytest.mark.parametrize(
    "words",
    [
        (2.5, 0.5, -10, 7, 1),
        (2.5, 0.5, 10, 11, 1),
        (2.5, 0.5, 10, 7, -1),
        (2.5, -0.5, 10, 7, 1),
        (2.5, math.nan, 10, 7, 1),
        (math.nan, 0.5, 10, 7, 1),
        (math.inf, 0.5, 10, 7, 1),
        (2.5, 0.5, 0, 0, 0),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(words):
    with pytest.raises(ValueError, match="`packed` must agree with itself"):
        UnitEvidence.from_bytes(of_words(*words))


# saturation

SATURATING = ["sigmoid", "tanh", "softsign", "hard_sigmoid", "hard_tanh", "sparse_sigmoid"]


def slopes(name, z):
    """Numerical derivative of Keras's own function, in float64."""
    import keras

    step = 1e-6
    function = keras.activations.get(name)
    above, below = (
        np.asarray(function(keras.ops.convert_to_tensor(z + way, "float64")))
        for way in (step, -step)
    )
    return (above - below) / (2 * step)


@pytest.mark.parametrize("name", SATURATING)
def test_beyond_the_bound_the_slope_is_under_five_percent_of_the_largest(name):
    bound = saturation_bound(name)
    z = np.linspace(-12, 12, 24_001) + 3e-4
    share = np.abs(slopes(name, z)) / np.abs(slopes(name, z)).max()
    beyond = np.abs(z) > bound
    assert np.all(share[beyond] < 0.05 + 1e-4)
    assert np.all(share[~beyond] > 0.05 - 1e-4)


@pytest.mark.parametrize("name", ["relu", "linear", "softmax", "elu", "gelu", "silu", "nothing"])
def test_what_does_not_saturate_on_both_sides_has_no_bound(name):
    assert saturation_bound(name) is None


def test_every_activation_of_keras_that_saturates_on_both_sides_has_a_bound():
    import keras

    z = np.linspace(-60, 60, 2401) + 3e-4
    names = [name for name in dir(keras.activations) if not name.startswith("_")]
    found = set()
    for name in set(names) - {"get", "serialize", "deserialize", "threshold", "glu"}:
        if name in {"softmax", "log_softmax", "sparsemax"}:  # not unit by unit
            continue
        share = np.abs(slopes(name, z))
        if max(share[:100].max(), share[-100:].max()) < 0.05 * share.max():
            found.add(name)
    # below 0 it is inactive rather than saturated, and no one bound of |z| says when
    assert found - {"relu6"} == {name for name in names if saturation_bound(name)}
