"""The shapes of violins, of many sketches at one go and in a few bytes each.

A shape is that of `Sketch.density` on `SHAPE_POINTS` cells instead of 256 points: counts are spread
over their bins, gathered in cells of equal width, and smoothed with a Gaussian whose bandwidth is
Silverman's rule, 0.9 min(std, IQR / 1.34) n^(-1/5) (Silverman 1986, eq. 3.31), one cell at least.
All violins have the same greatest width, so that a shape is kept as shares of its largest value, in
steps of 1/255.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from kit.stats.quantiles import quantiles_of
from kit.stats.sketch import Sketch, bin_edges

__all__ = ["SHAPE_POINTS", "shapes", "spans"]

SHAPE_POINTS = 64
"""Cells of a shape, from one end of its violin to the other."""

_ENDS = (0.001, 0.999)  # a violin spans the middle 99.8 % of the values, as in kit.plots
_MANY_ZEROS = 0.01  # from this share on, exact zeros are told in words and left out of the curve
_SMALLEST = 1e-45
_TOGETHER = 64  # sketches, whose cells stay in the processor's cache
_APART = SHAPE_POINTS + 4  # cells from one sketch to the next on a common axis
_STEPS = 20  # of a bandwidth in a cell


def spans(sketches: Sequence[Sketch], *, log: bool) -> np.ndarray:
    """Where violins begin, their quartiles and where they end.

    Parameters
    ----------
    sketches
        n of them.
    log
        Whether they are those of the magnitudes above 0, for a logarithmic axis.

    Returns
    -------
    ndarray
        (n, 5) float64, ascending; the numbers of `kit.plots.scales.Scale.span`. NaN where there is
        nothing to draw.

    Examples
    --------
    >>> spans([Sketch.of([-1.0, 0.0, 1.0])], log=False).tolist()
    [[-1.0, -1.0, 0.0, 1.0, 1.0]]
    """
    if not len(sketches):
        return np.empty((0, 5))
    zeros = np.array([one.zero_fraction for one in sketches])[:, np.newaxis]
    rest = 1 - zeros
    quarters = np.array([[_ENDS[0], 0.25, 0.5, 0.75, _ENDS[1]]])
    with np.errstate(invalid="ignore"):
        if log:
            q = np.nan_to_num(np.minimum(zeros + rest * quarters, 1))
            found = np.maximum(quantiles_of(sketches, q, magnitude=True), _SMALLEST)
            return np.where(rest > 0, found, np.nan)
        q = np.repeat(quarters, len(sketches), axis=0)
        low = np.array([[one.min >= 0] for one in sketches])
        high = ~low & np.array([[one.max <= 0] for one in sketches])
        q[:, :1] = np.where(low & (rest > 0), zeros + rest * _ENDS[0], q[:, :1])
        q[:, -1:] = np.where(high & (rest > 0), rest * _ENDS[1], q[:, -1:])
    found = quantiles_of(sketches, q)
    found[:, 0], found[:, -1] = found.min(axis=1), found.max(axis=1)
    return found


def shapes(sketches: Sequence[Sketch], ends: np.ndarray, *, log: bool) -> np.ndarray:
    """The shapes of violins.

    Parameters
    ----------
    sketches
        n of them.
    ends
        (n, 2) float64: where each begins and ends.
    log
        Whether they are those of the magnitudes, on a logarithmic axis.

    Returns
    -------
    ndarray
        (n, SHAPE_POINTS) uint8: from the beginning to the end, 255 where a violin is widest. All 0
        where there is nothing to draw, or no width.

    Examples
    --------
    >>> values = np.random.default_rng(0).normal(size=1000)
    >>> shape = shapes([Sketch.of(values)], np.array([[-3.0, 3.0]]), log=False)[0]
    >>> 25 < int(shape.argmax()) < 39, int(shape.max())
    (True, 255)
    """
    result = np.zeros((len(sketches), SHAPE_POINTS), np.uint8)
    with np.errstate(invalid="ignore"):
        has = np.array([one.count > 0 for one in sketches], bool) & (ends[:, 0] < ends[:, 1])
    some = np.flatnonzero(has)
    for first in range(0, len(some), _TOGETHER):
        at = some[first : first + _TOGETHER]
        mass = _in_cells([sketches[k] for k in at], ends[at], log)
        smooth = _smoothed(mass, np.array([sketches[k].count for k in at]))
        top = smooth.max(axis=1, keepdims=True)
        result[at] = np.rint(255 * smooth / np.where(top > 0, top, 1)).astype(np.uint8)
    return result


def _in_cells(sketches: Sequence[Sketch], ends: np.ndarray, log: bool) -> np.ndarray:
    """Values in each cell: (sketches, SHAPE_POINTS)."""
    of_each = np.array([len(one.bins) for one in sketches])
    own = np.repeat(np.arange(len(sketches)), of_each)  # (all bins,)
    edges = [bin_edges(one.bins, one.bits) for one in sketches]
    lower, upper = np.concatenate(edges, axis=1)
    drawn = zip(sketches, edges, strict=True)
    counts = np.concatenate([_as_drawn(one, *at, log) for one, at in drawn])
    low, high = np.array([(one.min, one.max) for one in sketches]).T
    lower, upper = np.clip([lower, upper], low[own], high[own])
    if not log:
        return _gathered(own, lower, upper, counts, ends)
    ends = np.log10(ends)
    mass = np.zeros((len(sketches), SHAPE_POINTS))
    for side in (upper <= 0, upper > 0):
        near, far = np.sort(np.abs([lower[side], upper[side]]), axis=0)
        near, far = np.log10(np.maximum([near, far], _SMALLEST))
        order = np.lexsort((near, own[side]))
        mass += _gathered(own[side][order], near[order], far[order], counts[side][order], ends)
    return mass


def _as_drawn(sketch: Sketch, lower: np.ndarray, upper: np.ndarray, log: bool) -> np.ndarray:
    """Counts without exact zeros, which lie in the bins beside zero, where they are left out."""
    counts = sketch.counts.astype(np.float64)
    if not log and sketch.zero_fraction <= _MANY_ZEROS:
        return counts
    left = float(sketch.zeros)
    for at in np.flatnonzero(lower * upper == 0)[::-1]:
        taken = min(left, counts[at])
        counts[at] -= taken
        left -= taken
    return counts


def _gathered(
    own: np.ndarray, lower: np.ndarray, upper: np.ndarray, counts: np.ndarray, ends: np.ndarray
) -> np.ndarray:
    """Counts, spread evenly between two values, in the cells of the sketch that owns them."""
    low, width = ends[:, 0], (ends[:, 1] - ends[:, 0]) / SHAPE_POINTS
    places = (np.array([lower, upper]) - low[own]) / width[own]
    # one long axis on which sketches follow each other, so that one interpolation does for all
    along = (own * _APART + np.clip(places, -1, SHAPE_POINTS + 1)).T.ravel()
    after = np.cumsum(counts)
    reached = np.column_stack([after - counts, after]).ravel()
    cells = np.arange(len(ends))[:, np.newaxis] * _APART + np.arange(SHAPE_POINTS + 1)
    if not len(along):
        return np.zeros((len(ends), SHAPE_POINTS))
    return np.diff(np.interp(cells, along, reached), axis=1)


def _smoothed(mass: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Masses convolved with Gaussians; what passes the ends is mirrored at them."""
    inside = mass.sum(axis=1, keepdims=True)
    share = mass / np.where(inside > 0, inside, 1)
    cells = np.arange(SHAPE_POINTS)
    centre = (share @ cells)[:, np.newaxis]
    width = np.sqrt(np.maximum((share * (cells - centre) ** 2).sum(axis=1), 0))
    quartiles = np.array([np.interp([0.25, 0.75], row, cells) for row in np.cumsum(share, axis=1)])
    between = (quartiles[:, 1] - quartiles[:, 0]) / 1.34
    width = np.where(between > 0, np.minimum(width, between), width)
    sigma = np.maximum(0.9 * width * counts**-0.2, 1.0)
    kernels = np.array([_kernel(int(one)) for one in np.rint(_STEPS * sigma)])
    return np.einsum("nts,ns->nt", kernels, mass)


@lru_cache(maxsize=_STEPS * SHAPE_POINTS)
def _kernel(steps: int) -> np.ndarray:
    """Of a Gaussian so many steps wide: (to, from), each column adds up to 1."""
    cells = np.arange(SHAPE_POINTS)
    mirrored = (cells, -1 - cells, 2 * SHAPE_POINTS - 1 - cells)
    away = np.array([cells[:, np.newaxis] - source for source in mirrored]) * _STEPS / steps
    kernel = np.exp(-0.5 * away**2).sum(axis=0)
    return kernel / kernel.sum(axis=0)
