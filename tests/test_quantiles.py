"""kit.stats.quantiles: of many sketches at one go what each gives by itself."""

import numpy as np
import pytest

from kit.stats.quantiles import quantiles_of
from kit.stats.sketch import Sketch

rng = np.random.default_rng(3)
CASES = {
    "bells": [rng.normal(size=500) * 10.0**k for k in range(-30, 30, 7)],
    "close together": [0.5 + rng.normal(size=300) * 1e-6, rng.uniform(3, 3.01, 77)],
    "of one value": [np.zeros(9), np.full(4, -2.5), [7.0]],
    "without values": [[], [np.nan], [np.inf, 1.0], []],
    "with zeros": [np.maximum(rng.normal(size=200), 0), np.minimum(rng.normal(size=200), 0)],
    "beyond float32": [np.array([1e300, -1e300, 3.0]), np.array([1e-60, 1e-45, -1e-42])],
}


@pytest.mark.parametrize("case", [*CASES, "all"])
@pytest.mark.parametrize("magnitude", [False, True])
def test_many_quantiles_are_those_of_each_sketch(case, magnitude):
    chosen = CASES.values() if case == "all" else [CASES[case]]
    arrays = [values for several in chosen for values in several]
    sketches = [Sketch.of(np.asarray(values, np.float64)) for values in arrays]
    of_each = "magnitude_quantile" if magnitude else "quantile"
    q = np.array([0, 0.001, 0.05, 0.25, 0.5, 0.75, 0.999, 1])
    wanted = [getattr(sketch, of_each)(q) for sketch in sketches]
    np.testing.assert_array_equal(quantiles_of(sketches, q, magnitude=magnitude), wanted)
    own = rng.uniform(size=(len(sketches), 3))  # other shares for each
    wanted = [getattr(one, of_each)(shares) for one, shares in zip(sketches, own, strict=True)]
    np.testing.assert_array_equal(quantiles_of(sketches, own, magnitude=magnitude), wanted)


def test_of_no_sketches_there_are_no_quantiles():
    assert quantiles_of([], [0.5, 1]).shape == (0, 2)
