"""Two sides measured in turn, several times: what machine and hour do to both cancels."""

import statistics
import time
from dataclasses import dataclass

import numpy as np


def seconds(function):
    """How long a call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


@dataclass
class Ratio:
    """One side's times over the other's: `ratios` round by round, and the median of each side."""

    ratios: list
    mine: float
    base: float

    @property
    def median(self):
        """The median of the rounds."""
        return statistics.median(self.ratios)

    def interval(self):
        """Between which ratios the median lies, 95 % of the times: by resampling the rounds."""
        rng = np.random.default_rng(0)
        drawn = rng.choice(self.ratios, (2_000, len(self.ratios)))
        low, high = np.quantile(np.median(drawn, axis=1), [0.025, 0.975])
        return float(low), float(high)

    def row(self):
        """(value, how) of a table."""
        unit, scale = ("ms", 1e3) if self.base < 0.1 else ("s", 1)
        digits = 1 if self.base * scale >= 1 else 2
        mine, base = (f"{t * scale:.{digits}f} {unit}" for t in (self.mine, self.base))
        return f"{self.median:.2f}", f"{mine} ÷ {base}"


def in_turn(side, beside, rounds):
    """A `Ratio` of two functions, each call of one right after a call of the other."""
    pairs = []
    for _ in range(rounds):
        base = seconds(beside)
        pairs.append((seconds(side), base))
    mine, base = np.median(pairs, axis=0)
    return Ratio([one / other for one, other in pairs], float(mine), float(base))
