"""Axis scales for distributions that may be collapsed, or spread over many magnitudes.

The symmetric logarithm is matplotlib's: linear up to a threshold on both sides of zero,
logarithmic beyond.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.scale import SymmetricalLogTransform
from matplotlib.ticker import FuncFormatter, NullLocator, SymmetricalLogLocator

from kit.sketch import Sketch

__all__ = ["SCALES", "Scale", "check_scale", "choose_scale", "set_scale"]

SCALES = ("auto", "linear", "symlog")

_SPREAD = 100.0  # between the widest and the narrowest distribution: more does not fit one ruler


@dataclass(frozen=True)
class Scale:
    """A chosen scale: linear, or symmetric-logarithmic beyond `threshold`."""

    name: str
    threshold: float = 1.0

    def forward(self, values: Any) -> np.ndarray:
        """Place on the axis of values, any shape."""
        values = np.asarray(values, np.float64)
        return values if self.name == "linear" else self._transform().transform(values)

    def inverse(self, places: Any) -> np.ndarray:
        """Values at places on the axis, any shape."""
        places = np.asarray(places, np.float64)
        return places if self.name == "linear" else self._transform().inverted().transform(places)

    def _transform(self) -> SymmetricalLogTransform:
        return SymmetricalLogTransform(base=10, linthresh=self.threshold, linscale=1)


def check_scale(scale: str) -> None:
    """Refuse an unknown scale."""
    if scale not in SCALES:
        raise ValueError(f"`scale` must be one of {', '.join(SCALES)}; got {scale!r}")


def choose_scale(sketches: Sequence[Sketch], scale: str = "auto") -> Scale:
    """The scale on which all of these distributions can be seen.

    ``auto`` is symlog where the widths (standard deviations) differ over 100-fold, else linear.
    The threshold is the power of ten below a third of the narrowest width.
    """
    check_scale(scale)
    widths = [s.std for s in sketches if s.count and s.std > 0]
    if not widths:
        widths = [abs(s.mean) for s in sketches if s.count and s.mean]
    if scale == "auto":
        # beside a large mean, a narrow distribution is better seen on a ruler
        centred = all(abs(s.mean) <= 3 * s.std for s in sketches if s.count)
        scale = "symlog" if widths and centred and max(widths) > _SPREAD * min(widths) else "linear"
    if scale == "linear" or not widths:
        return Scale("linear")
    return Scale("symlog", 10.0 ** math.floor(math.log10(min(widths) / 3)))


def set_scale(ax: Axes, scale: Scale) -> None:
    """Give the y axis a scale, with ticks that do not overlap."""
    if scale.name == "linear":
        return
    ax.set_yscale("symlog", linthresh=scale.threshold, linscale=1)
    ax.yaxis.set_major_locator(_FewDecades(scale.threshold))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(_power_of_ten))


class _FewDecades(SymmetricalLogLocator):
    """Zero, and on each side the same few powers of ten."""

    def __init__(self, threshold: float, most: int = 3) -> None:
        super().__init__(linthresh=threshold, base=10)
        self._threshold, self._most = threshold, most

    def __call__(self) -> Any:
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
    sign = "−" if value < 0 else ""
    return rf"${sign if not sign else '-'}10^{{{round(math.log10(abs(value)))}}}$"
