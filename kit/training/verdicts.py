"""The verdict on two sides of a training that differ in one thing: better, worse, or not told.

Seeds are pairs: both sides of one began with the same numbers and saw the same batches. So their
differences are judged, by an interval of the median that assumes no distribution
(`kit.stats.median_interval`). That is the sign test: of ten seeds nine must agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kit.numerals import MINUS, typeset
from kit.stats import MedianInterval, median_interval

__all__ = ["LEVEL", "Verdict", "verdict_of"]

LEVEL = 0.95
"""What an interval has to hold with, for a difference to be told."""

_MOST_DIGITS = 5
_HIGHER = ("acc", "auc", "precision", "recall", "f1_score", "fbeta_score", "r2_score", "iou")


@dataclass(frozen=True)
class Verdict:
    """Where two sides end, and what can be said of their difference.

    Attributes
    ----------
    word
        ``"better"``, ``"worse"``, or ``"no difference told"``: that of the changed side.
    measure, epoch
        What is compared, in words, and after which epoch.
    given, changed
        Medians over the seeds, with their intervals.
    difference
        Median of changed − given over the seeds, with its interval.
    better, worse
        In how many seeds the changed side ends better, worse; in the others they end alike.
    given_lost, changed_lost
        How many of each side are not finite at the end: worse than all that are.
    """

    word: str
    measure: str
    epoch: int
    given: MedianInterval
    changed: MedianInterval
    difference: MedianInterval
    better: int
    worse: int
    given_lost: int
    changed_lost: int

    @property
    def seeds(self) -> int:
        """How many pairs there were."""
        return self.difference.values

    def __str__(self) -> str:
        n = self.seeds
        word = "no difference can be told" if self.word == "no difference told" else self.word
        alike = n - self.better - self.worse
        counts = f"in {self.better} of {n} seeds better"
        if self.better < n and self.worse:
            counts += f", in {self.worse} worse"
        if alike:
            counts += f", in {alike} alike"
        level = f"{100 * self.difference.level:.0f} %"
        few = _digits(self.changed.median, self.given.median)
        told = [
            f"{word}: ends at {_shown(self.changed, few)} instead of {_shown(self.given, few)} "
            f"({self.measure}, epoch {self.epoch}), {counts}",
            f"by {_shown(self.difference, sign=True)}, the median of the seeds' differences with "
            f"its {level} interval",
        ]
        if n < _least():
            told.append(f"at least {_least()} seeds are needed to tell a difference")
        for lost, whose in ((self.changed_lost, "changed"), (self.given_lost, "given")):
            if lost:
                told.append(f"in {lost} of {n} seeds the {whose} one diverged")
        return "; ".join(told)


def verdict_of(
    given: Sequence[float],
    changed: Sequence[float],
    *,
    measure: str,
    epoch: int,
    higher: bool | None = None,
) -> Verdict:
    """Judge the ends of two sides, a pair for each seed.

    Parameters
    ----------
    given, changed
        (seeds,) numbers; NaN and infinite ones count as worse than every finite one.
    measure
        What they are, in words.
    epoch
        After which they were measured.
    higher
        Whether more is better; None takes it from the name of the measure.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> found = verdict_of([0.7, 0.6] * 3, [0.5, 0.5] * 3, measure="loss", epoch=9)
    >>> str(found).split(" (")[0], found.better
    ('better: ends at 0.50 [0.50, 0.50] instead of 0.65 [0.60, 0.70]', 6)
    """
    if higher is None:
        higher = any(one in measure.lower() for one in _HIGHER)
    bad = -np.inf if higher else np.inf
    sides = [np.asarray(one, np.float64) for one in (given, changed)]
    lost = [~np.isfinite(one) for one in sides]
    one, other = (np.where(gone, bad, side) for gone, side in zip(lost, sides, strict=True))
    both = lost[0] & lost[1]
    with np.errstate(invalid="ignore"):
        apart = np.where(both, 0.0, other - one)
    found = median_interval(apart, LEVEL)
    gains = apart if higher else -apart
    word = "no difference told"
    if found.level >= LEVEL and not found.holds_zero:
        word = "better" if (found.median > 0) == higher else "worse"
    return Verdict(
        word, measure, epoch,
        median_interval(one, LEVEL), median_interval(other, LEVEL), found,
        int((gains > 0).sum()), int((gains < 0).sum()), int(lost[0].sum()), int(lost[1].sum()),
    )  # fmt: skip


def _least() -> int:
    """Seeds of which an interval has the level, at least: six."""
    return 1 + int(np.ceil(-np.log2(1 - LEVEL)))


def _shown(interval: MedianInterval, digits: int = 2, sign: bool = False) -> str:
    ends = (interval.median, interval.low, interval.high)
    median, low, high = (_number(one, digits, sign) for one in ends)
    return f"{median} [{low}, {high}]"


def _digits(one: float, other: float) -> int:
    """Significant digits with which two numbers can be told apart: two or, up to five, more."""
    digits = 2
    while digits < _MOST_DIGITS and _number(one, digits) == _number(other, digits) and one != other:
        digits += 1
    return digits


def _number(value: float, digits: int, sign: bool = False) -> str:
    if not math.isfinite(value):
        return f"{MINUS}∞" if value < 0 else "+∞" if sign else "∞"
    told = "0"
    if 1e-3 <= abs(value) < 1e4:
        told = f"{value:.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}"
    elif value:
        told = f"{value:.{digits - 1}e}"
    return typeset(f"+{told}" if sign and value > 0 else told)
