r"""How far single draws of a network lie from theory, to first order in 1/units.

A layer of n units shows the mean of n draws where an infinitely wide one shows its expectation. So
the relative variance of a mean square over its units is that of one unit, over n; it is carried on
by the slope of the recursion, and that of the next layer is added (B. Hanin, "Which neural net
architectures give rise to exploding and vanishing gradients?", 2018).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kit.stats.kernels import Kernel
from kit.stats.nonlinearities import Nonlinearity
from kit.stats.quadrature import hermite_rows, normal_nodes
from kit.stats.theory import second_moment, slope_moment

__all__ = ["Fluctuation", "factor_of", "likeness", "mean_over_pairs"]

_SURE = 2.2  # standard deviations: 1.96 for 95 of 100, and more, as it is a first order
_DEGREES = 12


def mean_over_pairs(matrix: np.ndarray, samples: int) -> float:
    """The mean over all pairs of samples, those of one sample with itself too.

    Parameters
    ----------
    matrix
        (m, m) of some of them. Where m is even and below `samples`, each two neighbours stand for
        as many, which are like them; whatever the order, the mean is then right on average over
        which they are.
    samples
        How many there are.

    Examples
    --------
    >>> mean_over_pairs(np.array([[1.0, 0.0], [0.0, 1.0]]), samples=4)
    0.25
    """
    m = len(matrix)
    own = float(np.trace(matrix)) / m
    if m < 2:
        return own
    other = (float(matrix.sum()) - own * m) / (m * (m - 1))
    if m < samples and m % 2 == 0:
        twins = float((np.diagonal(matrix, 1)[::2] + np.diagonal(matrix, -1)[::2]).sum()) / m
        return own / samples + other * (m - 1) / m + twins * (1 / m - 1 / samples)
    return own / samples + other * (samples - 1) / samples


def factor_of(doubt: float) -> float:
    """The factor of 95 of 100 draws of a std, from the relative variance of its square."""
    return math.exp(_SURE * math.sqrt(math.log1p(max(doubt, 0.0))) / 2)


def likeness(both: np.ndarray, samples: int) -> float:
    """Mean square over pairs ÷ square of the mean size: 1 where all samples are the same."""
    size = float(np.trace(both)) / len(both)
    return mean_over_pairs(both**2, samples) / max(size * size, 1e-300)


@dataclass(frozen=True)
class Fluctuation:
    """How far means over the units of a layer differ from draw to draw, for a single unit.

    Attributes
    ----------
    size, std, slope
        Relative variance of a unit's mean f², (f - its mean)², f′².
    alone
        That of f², of a single sample.
    bend, bend_std, bend_slope
        By how many percent each mean changes where q does by one.
    """

    size: float
    std: float
    slope: float
    alone: float
    bend: float
    bend_std: float
    bend_slope: float

    @classmethod
    def of(
        cls, kernel: Kernel, f: Nonlinearity, samples: int, units: int, alike: float = 0.0
    ) -> Fluctuation:
        """That of an activation function, from the kernel of z of a layer of so many units.

        alike: the correlation that pairs have at least, where the kernel does not hold all.
        """
        q = max(float(kernel.size.mean()), 1e-20)
        z, weights = normal_nodes(q, f.kinks)
        u = math.sqrt(q) * z
        rows = hermite_rows(z, _DEGREES)
        powers = [max(one, alike**k) for k, one in enumerate(_powers(kernel, samples))]
        powers[2] += 1 / units
        middle = float(weights @ f.f(u))

        def vary(values: np.ndarray, powers: Sequence[float] = powers) -> float:
            a = rows @ (weights * values)  # (degrees,)
            kept = sum(float(a[k] ** 2) * powers[k] for k in range(1, _DEGREES + 1))
            left = float(weights @ values**2) - float((a**2).sum())
            kept += max(left, 0.0) * max(powers[-1], 0.0)
            return kept / max(float(a[0] ** 2), 1e-300)

        def bend(moment: np.ndarray) -> float:
            return float(np.log(moment[1] / moment[0])) / math.log(1.02)

        near = np.array([q / 1.01**1, q * 1.02 / 1.01])
        sizes, slopes = second_moment(f, near), slope_moment(f, near)
        less = np.array([_mean_of(f, float(one)) ** 2 for one in near])
        return cls(
            size=vary(f.f(u) ** 2),
            std=vary((f.f(u) - middle) ** 2),
            slope=vary(f.slope(u) ** 2),
            alone=vary(f.f(u) ** 2, [1.0] * (_DEGREES + 1)),
            bend=bend(sizes),
            bend_std=bend(np.maximum(sizes - less, 1e-300)),
            bend_slope=bend(slopes),
        )

    def doubt_of_std(self, doubt: float, units: int) -> float:
        """Relative variance of a layer's squared std."""
        return doubt * self.bend_std**2 + self.std / units


def _powers(kernel: Kernel, samples: int) -> list[float]:
    """Means over pairs of cᵏ, k from 0 to 12: of some samples, as the range is told roughly."""
    some = slice(None, None, max(1, len(kernel.size) // 200))
    few = Kernel(kernel.size[some], kernel.apart[some, some], kernel.mean[some])
    c, power, found = 1 - few.away, np.ones_like(few.apart), []
    for _ in range(_DEGREES + 1):
        found.append(max(mean_over_pairs(power, samples), 0.0))
        power = power * c
    return found


def _mean_of(f: Nonlinearity, q: float) -> float:
    z, weights = normal_nodes(q, f.kinks)
    return float(weights @ f.f(math.sqrt(q) * z))
