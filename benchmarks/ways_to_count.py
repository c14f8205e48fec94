"""What counting costs, a value: the compiled loop beside NumPy, in one process and one thread."""

from unittest import mock

import numpy as np

from benchmarks.measuring import in_turn, seconds

DENSE, CONVOLUTIONAL = (1000, 100), (1000, 26, 26, 32)


def values_of(shape, half_zeros):
    """Standard normal numbers, float32; what a ReLU makes of them where half are to be 0."""
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    return np.maximum(x, 0) if half_zeros else x


def over_numpy(shape, half_zeros=False):
    """(value, how) of a table: the sketch of an array, compiled over NumPy, in ns a value."""
    from kit.stats import counting
    from kit.stats.sketch import Sketch, measured

    if counting.IMPLEMENTATION != "compiled":
        return "-", "the compiled loop was not built"
    x = values_of(shape, half_zeros)
    calls = max(1, 1_000_000 // x.size)

    def often(function):
        for _ in range(calls):
            function()

    def in_numpy():
        with mock.patch.object(counting, "_LOOP", None):
            often(lambda: Sketch.of(x))

    def compiled():
        often(lambda: Sketch.of(x))

    compiled()
    in_numpy()
    ratio = in_turn(compiled, in_numpy, rounds=21 if calls > 1 else 7)
    units = np.median(
        [seconds(lambda: often(lambda: measured(x, beyond=1.0))) for _ in ratio.ratios]
    )
    mine, base, both = (t / calls / x.size * 1e9 for t in (ratio.mine, ratio.base, units))
    return f"{ratio.median:.2f}", f"{mine:.2f} ÷ {base:.2f} ns; {both:.2f} with unit evidence"
