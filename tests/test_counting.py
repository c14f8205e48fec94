"""The compiled loop against NumPy: the same counts to the last bit, the same sums to rounding."""

import ctypes
import math
import os
import platform
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kit.stats import counting, counting_numpy

compiled = pytest.mark.skipif(
    counting.IMPLEMENTATION != "compiled", reason="the compiled loop was not built"
)
quick = settings(max_examples=300, deadline=None, derandomize=True)

every_float32 = hnp.arrays(  # any pattern at all, NaN and subnormal numbers included
    np.uint32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=300), fill=st.nothing()
).map(lambda pattern: pattern.view(np.float32))
every_float64 = hnp.arrays(
    np.uint64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40), fill=st.nothing()
).map(lambda pattern: pattern.view(np.float64))
SPECIAL = [0.0, -0.0, 1e-45, -1e-45, 1.1754942e-38, 1.17549435e-38, -1e-40, 3.4028235e38, 1.0]
SPECIAL += [-3.4028235e38, math.nan, math.inf, -math.inf, -1.0, 1 + 2.0**-23]
special = st.builds(
    lambda values, units, dtype: np.array(values * units, dtype).reshape(-1, units),
    st.lists(st.sampled_from(SPECIAL), min_size=1, max_size=60),
    st.integers(1, 5),
    st.sampled_from(["f4", "f8"]),
)
wide = st.builds(  # float64 on both sides of what float32 has
    lambda seed, scale: np.random.default_rng(seed).normal(0, 1, (40, 3)) * 10.0**scale,
    st.integers(0, 2**32 - 1),
    st.integers(-310, 140),
)


def agree(x, bound=None):
    """Both ways count the same; sums agree to rounding."""
    x = np.ascontiguousarray(x)
    here, units = counting._run(counting._LOOP, x, bound)
    there, columns = counting_numpy.count_values(x.ravel()), counting_numpy.count_units(x, bound)
    for name in ("count", "zeros", "nonfinite", "bits"):
        assert getattr(here, name) == getattr(there, name), name
    np.testing.assert_array_equal(here.bins, there.bins)
    np.testing.assert_array_equal(here.counts, there.counts)
    np.testing.assert_equal((here.min, here.max), (there.min, there.max))
    assert not any(end == 0 and np.signbit(end) for end in (here.min, here.max))
    for name in ("count", "active", "saturated"):
        np.testing.assert_array_equal(getattr(units, name), getattr(columns, name), name)
    return here, there, units, columns


@compiled
@quick
@given(
    st.one_of(every_float32, every_float64, special, wide), st.sampled_from([None, 0.0, 1e-40, 1])
)
def test_counts_are_the_same_to_the_last_bit(x, bound):
    agree(x, bound)


@compiled
@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(
    "shape",
    [
        (1, 1),
        (3, 1),
        (127, 1),
        (128, 1),
        (129, 1),
        (100_003, 1),
        (1000, 100),
        (4097, 2),
        (65, 63),
        (300, 128),
        (300, 129),
        (70, 257),
        (5, 1000),
        (1, 5000),
        (20_001, 5),
    ],
)
@pytest.mark.parametrize("kind", ["dense", "relu", "narrow", "mixed", "subnormal"])
def test_arrays_of_every_shape_and_kind(rng, shape, dtype, kind):
    x = rng.normal(size=shape)
    if kind == "relu":
        x = np.maximum(x, 0)
    elif kind == "narrow":
        x = 0.5 + x / 1000
    elif kind == "mixed":
        x[rng.uniform(size=shape) < 0.01] = math.nan
        x[rng.uniform(size=shape) < 0.01] = -math.inf
    elif kind == "subnormal":
        x = x * 1e-39
    here, there, units, columns = agree(x.astype(dtype), 1.3)
    scale = there.max - there.min if there.count else 1
    assert here.mean == pytest.approx(there.mean, rel=1e-12, abs=1e-14 * scale, nan_ok=True)
    assert here.m2 == pytest.approx(there.m2, rel=1e-12)
    np.testing.assert_allclose(units.m2, columns.m2, rtol=1e-12, atol=1e-26 * scale**2)
    np.testing.assert_allclose(units.mean, columns.mean, rtol=1e-12, atol=1e-13 * scale)


def exact(values):
    """Mean and m2 as sums that round once, of numbers that are exact."""
    from fractions import Fraction

    parts = [Fraction(float(value)) for value in values]
    mean = sum(parts) / len(parts)
    return float(mean), float(sum((part - mean) ** 2 for part in parts))


FAR = {
    "mean 1e8 spreads away": lambda rng: 1e8 + rng.normal(size=(900, 3)),
    "mean 1e8 spreads away, below 0": lambda rng: -1.0 - 1e-8 * rng.normal(size=(900, 3)),
    "first an outlier": lambda rng: np.r_[np.full((1, 3), 1e9), rng.normal(size=(899, 3))],
    "first an outlier, far": lambda rng: np.r_[
        np.full((1, 3), 1e12), 1e6 + rng.normal(size=(899, 3))
    ],
    "last an outlier": lambda rng: np.r_[rng.normal(size=(899, 3)), np.full((1, 3), -1e9)],
    "first rows elsewhere": lambda rng: np.r_[
        np.full((8, 3), 1e6), 1e-3 * rng.normal(size=(892, 3))
    ],
    "drifting": lambda rng: np.linspace(0, 1e4, 2700).reshape(900, 3) + rng.normal(size=(900, 3)),
    "units apart": lambda rng: rng.normal([0, 1e8, -1e8], size=(900, 3)),
    "float32 near its end": lambda rng: (6e37 * rng.normal(size=(900, 3))).astype("f4"),
}


@pytest.mark.parametrize("kind", FAR)
@pytest.mark.parametrize("way", [pytest.param("compiled", marks=compiled), "numpy"])
def test_sums_are_right_to_twelve_digits(rng, kind, way, monkeypatch):
    if way == "numpy":
        monkeypatch.setattr(counting, "_LOOP", None)
    x = FAR[kind](rng)
    alone = counting.count_values(x)
    together, units = counting.count_both(x, None)
    mean, m2 = exact(x.ravel())
    for found in (alone, together):
        assert found.mean == pytest.approx(mean, rel=1e-12, abs=1e-14 * float(np.abs(x).max()))
        assert found.m2 == pytest.approx(m2, rel=1e-12)
    for unit in range(3):
        mean, m2 = exact(x[:, unit])
        assert units.mean[unit] == pytest.approx(
            mean, rel=1e-12, abs=1e-14 * float(np.abs(x).max())
        )
        assert units.m2[unit] == pytest.approx(m2, rel=1e-12)


@compiled
@pytest.mark.skipif(
    platform.machine() != "x86_64" or platform.libc_ver()[0] != "glibc",
    reason="sets a register of x86 by way of glibc",
)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_subnormal_numbers_count_in_a_thread_that_flushes_them_to_zero(rng, dtype):
    x = np.r_[rng.normal(size=500) * 1e-39, rng.normal(size=500), 0, -0.0].astype(dtype)[:, None]
    narrow = (1e-40 + 1e-43 * rng.uniform(size=(999, 1))).astype(dtype)
    arrays = [x, narrow]
    if dtype == "f8":
        arrays += [np.array([[5e-324], [1e-310], [-1e-310], [0.0]]), narrow * 1e-280]
    expected = [counting.count_values(one) for one in arrays]
    found = []

    def flushing():
        libm = ctypes.CDLL("libm.so.6")
        before, state = (ctypes.c_uint32 * 8)(), (ctypes.c_uint32 * 8)()
        libm.fegetenv(before)
        libm.fegetenv(state)
        state[7] |= 0x8040  # flush to zero; denormals are zeros
        libm.fesetenv(state)
        try:
            found.append(np.float32(1e-30) * np.float32(1e-10))
            found.extend(counting.count_values(one) for one in arrays)
        finally:
            libm.fesetenv(before)

    thread = threading.Thread(target=flushing)
    thread.start()
    thread.join()
    assert found[0] == 0  # it does flush
    for mine, other in zip(found[1:], expected, strict=True):
        assert (mine.bits, mine.zeros, mine.count) == (other.bits, other.zeros, other.count)
        np.testing.assert_array_equal(mine.bins, other.bins)
        np.testing.assert_array_equal(mine.counts, other.counts)
        assert (mine.min.hex(), mine.max.hex()) == (other.min.hex(), other.max.hex())


def test_threads_count_beside_each_other(rng):
    arrays = [rng.normal(size=(300 + k, 70)).astype("f4") for k in range(24)]
    alone = [counting.count_both(x, 1.0) for x in arrays]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            for (mine, units), (other, columns) in zip(
                pool.map(lambda x: counting.count_both(x, 1.0), arrays), alone, strict=True
            ):
                np.testing.assert_array_equal(mine.bins, other.bins)
                np.testing.assert_array_equal(mine.counts, other.counts)
                assert (mine.mean, mine.m2, mine.zeros) == (other.mean, other.m2, other.zeros)
                np.testing.assert_array_equal(units.m2, columns.m2)
                np.testing.assert_array_equal(units.saturated, columns.saturated)


@compiled
def test_the_interpreter_goes_on_meanwhile(rng):
    x = rng.normal(size=(20_000_000, 1)).astype("f4")
    began_ended, steps = [], []

    def count():
        room = *np.empty((2, 16384), np.int64), np.empty((3, 1), np.int64), np.empty((2, 1))
        given = x, 1, -1.0, np.zeros((4, 16384), np.uint32), *room
        began_ended.append(time.perf_counter())
        counting._LOOP.measure(*given)
        began_ended.append(time.perf_counter())

    thread = threading.Thread(target=count)
    thread.start()
    while thread.is_alive():
        steps.append(time.perf_counter())
    thread.join()
    began, ended = began_ended
    half = began + (ended - began) / 2
    # with the lock held there would be none until it ends, and other threads get their turn
    assert any(began + 1e-3 < step < half for step in steps)


@compiled
@pytest.mark.parametrize("layout", ["transposed", "sliced", "reversed", "read-only", "big-endian"])
def test_arrays_that_do_not_lie_in_a_row(rng, layout):
    x = rng.normal(size=(60, 40)).astype("f4")
    made = {
        "transposed": lambda: np.asfortranarray(x),
        "sliced": lambda: np.repeat(x, 3, axis=1)[:, ::3],
        "reversed": lambda: x[::-1, ::-1].copy()[::-1, ::-1],
        "big-endian": lambda: x.astype(">f4"),
        "read-only": lambda: np.frombuffer(x.tobytes(), "f4").reshape(x.shape),
    }[layout]()
    here, units = counting.count_both(counting.as_floats(made), 1.0)
    there, columns = counting.count_both(x, 1.0)
    np.testing.assert_array_equal(here.counts, there.counts)
    np.testing.assert_array_equal(units.m2, columns.m2)
    assert np.array_equal(made, x)


@compiled
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_arrays_without_values(shape):
    counts, units = counting.count_both(np.empty(shape, "f4"), 1.0)
    assert counts.count == 0 and len(counts.bins) == 0
    assert units.count.tolist() == [0] * shape[1]


@compiled
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"units": 0}, "`units` must divide"),
        ({"units": 7}, "`units` must divide"),
        ({"values": np.zeros(12, np.int32)}, "items of format fd"),
        ({"values": np.zeros(12, np.float16)}, "items of format"),
        ({"values": np.zeros((4, 6), "f4")[:, ::2]}, "contiguous"),
        ({"bins": np.zeros(10, np.int64)}, "must hold 16384 items"),
        ({"counts": np.zeros(16384, np.float64)}, "items of format lq"),
        ({"table": np.zeros(16384, np.uint32)}, "must hold 65536 items"),
        ({"whole": np.zeros(2, np.int64)}, "must hold 9 items"),
        ({"parts": np.zeros(5)}, "must hold 6 items"),
    ],
)
def test_the_loop_writes_nowhere_else(change, message):
    given = {
        "values": np.zeros(12, "f4"),
        "units": 3,
        "bound": -1.0,
        "table": np.zeros((4, 16384), np.uint32),
        "bins": np.zeros(16384, np.int64),
        "counts": np.zeros(16384, np.int64),
        "whole": np.zeros((3, 3), np.int64),
        "parts": np.zeros((2, 3)),
    } | change
    with pytest.raises((ValueError, BufferError), match=message):
        counting._LOOP.measure(*given.values())


@pytest.mark.parametrize(("pure", "way"), [("1", "numpy"), ("0", None), ("", None)])
def test_kit_pure_chooses_numpy(pure, way):
    code = "from kit.stats import counting; print(counting.IMPLEMENTATION)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KIT_PURE": pure},
        capture_output=True,
        text=True,
        check=True,
    )
    built = "compiled" if _is_built() else "numpy"
    assert done.stdout.split() == [way or built]


def _is_built():
    try:
        from kit.stats import _counting  # noqa: F401
    except ImportError:
        return False
    return True
