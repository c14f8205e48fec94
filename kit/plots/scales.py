"""Axis scales for distributions that may be collapsed, or spread over many magnitudes.

``linear`` shows values on a ruler. ``symlog``, matplotlib's symmetric logarithm, is linear up to a
threshold on both sides of zero and logarithmic beyond: signs and magnitudes, but a bell becomes
two lobes. ``log`` shows the magnitudes |v| alone, one lobe each: how large, not which sign.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.scale import SymmetricalLogTransform
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator, SymmetricalLogLocator

from kit.checks import check_choice, check_pair, shown
from kit.stats.quantiles import quantiles_of
from kit.stats.sketch import Sketch

__all__ = ["SCALES", "Scale", "check_limits", "check_scale", "choose_scale", "set_scale"]

SCALES = ("auto", "linear", "symlog", "log")

_SPREAD = 100.0  # between the widest and the narrowest distribution: more does not fit a ruler
_SMALLEST = 1e-45
_NARROW = 1 / 40  # of the axis: less is a pancake


@dataclass(frozen=True)
class Scale:
    """A chosen scale: linear, log of magnitudes, or symlog beyond `threshold`."""

    name: str
    threshold: float = 1.0

    def forward(self, values: npt.ArrayLike) -> np.ndarray:
        """Place on the axis of values, any shape."""
        values = np.asarray(values, np.float64)
        if self.name == "log":
            return np.log10(values)
        return values if self.name == "linear" else self._transform().transform(values)

    def inverse(self, places: npt.ArrayLike) -> np.ndarray:
        """Values at places on the axis, any shape."""
        places = np.asarray(places, np.float64)
        if self.name == "log":
            return 10.0**places
        return places if self.name == "linear" else self._transform().inverted().transform(places)

    def span(self, sketch: Sketch) -> np.ndarray | None:
        """Where a violin begins, the quartiles of all values and where it ends: (5,), ascending.

        It spans the middle 99.8 % of the values, exact zeros left out where they are at an end of
        it, and reaches as far as the quartiles do. None where there is nothing to draw.
        """
        zeros = 0.0 if self.name == "log" else sketch.zero_fraction
        rest = 1 - zeros
        least, most = 0.001, 0.999
        if rest > 0 and sketch.min >= 0:
            least = zeros + rest * least
        elif rest > 0 and sketch.max <= 0:
            most = rest * most
        found = self.quantiles(sketch, [least, 0.25, 0.5, 0.75, most])
        if found is None:
            return None
        found[0], found[-1] = found.min(), found.max()
        return found

    def quantiles(self, sketch: Sketch, shares: Sequence[float]) -> np.ndarray | None:
        """Quantiles of what the scale shows: of all values, or of the magnitudes where it is log.

        Exact zeros are left out from the logarithm. None where nothing is left.
        """
        (found,) = self.all_quantiles([sketch], shares)
        return None if np.isnan(found).any() else found

    def all_quantiles(self, sketches: Sequence[Sketch], shares: Sequence[float]) -> np.ndarray:
        """As `quantiles`, of many sketches: (sketches, shares), NaN where nothing is left."""
        q = np.array(shares, np.float64) * np.ones((len(sketches), 1))
        if self.name != "log":
            return quantiles_of(sketches, q)
        zeros = np.array([[sketch.zero_fraction] for sketch in sketches]).reshape(-1, 1)
        rest = 1 - zeros
        found = quantiles_of(sketches, np.minimum(zeros + rest * q, 1), magnitude=True)
        # a sketch takes what is smaller for 0; only zeros, or no values at all, leave nothing
        return np.where(rest > 0, np.maximum(found, _SMALLEST), np.nan)

    def _transform(self) -> SymmetricalLogTransform:
        return SymmetricalLogTransform(base=10, linthresh=self.threshold, linscale=1)


def check_scale(scale: str) -> None:
    """Refuse an unknown scale: a ValueError."""
    check_choice("scale", scale, SCALES)


def check_limits(limits: tuple[float, float], *, positive: bool = False) -> tuple[float, float]:
    """The ends of an axis or of a bar of colours, ascending; else a ValueError.

    Parameters
    ----------
    limits
        The lower and the upper one.
    positive
        Whether both must be above 0, as on a logarithmic scale.

    Examples
    --------
    >>> check_limits((0, 1))
    (0.0, 1.0)
    """
    try:
        low, high = check_pair("limits", limits, ascending=True)
    except (TypeError, ValueError):
        low, high = 0.0, 0.0
    if low == high or (positive and low <= 0):
        of = "two positive numbers" if positive else "two numbers"
        raise ValueError(
            f"`limits` must be {of}, the first smaller than the second; got {shown(limits)}"
        )
    return low, high


def choose_scale(sketches: Sequence[Sketch], scale: str = "auto") -> Scale:
    """The scale on which all of these distributions can be seen.

    ``auto`` is log where the widths (standard deviations) differ over 100-fold, or the middle half
    of one would fill less than 1/40 of the axis; else linear. The threshold of symlog is the power
    of ten below a third of the narrowest width.
    """
    check_scale(scale)
    widths = [s.std for s in sketches if s.count and s.std > 0]
    if not widths:
        widths = [abs(s.mean) for s in sketches if s.count and s.mean]
    if scale == "auto":
        scale = "log" if widths and _outgrows_a_ruler(sketches, widths) else "linear"
    if not widths:
        return Scale("linear")
    if scale == "symlog":
        return Scale(scale, 10.0 ** math.floor(math.log10(min(widths) / 3)))
    return Scale(scale)


def _outgrows_a_ruler(sketches: Sequence[Sketch], widths: Sequence[float]) -> bool:
    shown = [s for s in sketches if s.count]
    if any(abs(s.mean) > 3 * s.std for s in shown):
        return False  # beside a large mean, a narrow distribution is better seen on a ruler
    lowest, first, third, highest = quantiles_of(shown, [0.001, 0.25, 0.75, 0.999]).T  # (shown,)
    middles, axis = third - first, highest.max() - lowest.min()
    narrow = bool(((middles > 0) & (middles < axis * _NARROW)).any())
    return narrow or max(widths) > _SPREAD * min(widths)


def set_scale(ax: Axes, scale: Scale) -> None:
    """Give the y axis a scale, with ticks that do not overlap."""
    if scale.name == "linear":
        return
    if scale.name == "log":
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(numticks=_room_for_labels(ax)))
    else:
        ax.set_yscale("symlog", linthresh=scale.threshold, linscale=1)
        ax.yaxis.set_major_locator(_FewDecades(scale.threshold))
        ax.yaxis.set_major_formatter(FuncFormatter(_power_of_ten))
    ax.yaxis.set_minor_locator(NullLocator())


def _room_for_labels(ax: Axes) -> int:
    """How many tick labels fit one above the other, 3 to 6."""
    points = ax.get_window_extent().height / ax.figure.dpi * 72
    return int(np.clip(points / (1.7 * mpl.rcParams["font.size"]), 3, 6))


class _FewDecades(SymmetricalLogLocator):
    """Zero, and on each side the same few powers of ten."""

    def __init__(self, threshold: float, most: int = 3) -> None:
        super().__init__(linthresh=threshold, base=10)
        self._threshold, self._most = threshold, most

    def __call__(self) -> Any:  # matplotlib's own say a list of numbers, and give arrays
        low, high = sorted(self.axis.get_view_interval())  # type: ignore[union-attr]
        top = max(abs(low), abs(high))
        first = round(math.log10(self._threshold))
        last = math.floor(math.log10(top)) if top > self._threshold else first
        step = max(1, math.ceil((last - first) / self._most))
        powers = np.array([10.0**k for k in range(last, first, -step)])
        ticks = np.concatenate([-powers, [0.0], powers])
        return ticks[(ticks >= low) & (ticks <= high)]


def _power_of_ten(value: float, _: int | None = None) -> str:
    if value == 0:
        return "0"
    return rf"${'-' if value < 0 else ''}10^{{{round(math.log10(abs(value)))}}}$"
