r"""What theory knows of a layer over many samples: second moments, and how far samples are apart.

Over the draws of wide layers, the values u_i of a unit for the samples i are normal with means 0; a
`Kernel` holds E[u_i²] and ½ E[(u_i - u_j)²]. Through the weights both are multiplied by
fan_in Var W, and biases add to the first. Through an activation function,

    E[f(u_i) f(u_j)] = Σ aₖ(q_i) aₖ(q_j) c_ijᵏ,    aₖ(q) = ∫Dz f(√q z) Heₖ(z)/√k!

(Mehler's formula; the same for slopes), so that all pairs of samples take a few products of
matrices; where f is a straight line on both sides of 0 there is a closed form (Y. Cho and L. Saul,
"Kernel methods for deep learning", 2009). What is apart is summed as such, not as a difference of
large numbers: sigmoid's samples come as near as 1e-16 of their size, and it still has digits.

The recursion is that of J. Lee et al., "Deep neural networks as Gaussian processes", 2018, with
the slopes of A. Jacot et al., "Neural tangent kernel", 2018.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kit.stats.nonlinearities import Nonlinearity
from kit.stats.quadrature import hermite_rows, normal_nodes
from kit.stats.theory import second_moment, slope_moment

__all__ = ["Kernel", "Passed", "kernel_of_inputs", "through_activation", "through_weights"]

_MOST = 48  # the degree of Hermite's polynomials
_ENOUGH = 1e-5  # of what is not constant: degrees that have less are told together
_ROUNDING = 1e-13
_ROWS, _IN_CACHE = 16, 16_000
_ALL = slice(None)


@dataclass(frozen=True)
class Kernel:
    """Second moments of a unit's values, by sample and by pair of samples.

    All arrays can have more axes before these, as of the places of a picture.

    Attributes
    ----------
    size
        E[u_i²], (samples,).
    apart
        ½ E[(u_i - u_j)²], (samples, samples).
    mean
        E[u_i], (samples,).

    Examples
    --------
    >>> kernel = kernel_of_inputs(np.array([[1.0, 1.0], [1.0, -1.0]]))
    >>> kernel.size.tolist(), kernel.apart.tolist(), kernel.both.tolist()
    ([1.0, 1.0], [[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]])
    """

    size: np.ndarray
    apart: np.ndarray
    mean: np.ndarray

    def times(self, factor: float) -> Kernel:
        """That of values whose squares are so many times as large."""
        return Kernel(self.size * factor, self.apart * factor, self.mean * math.sqrt(factor))

    @property
    def both(self) -> np.ndarray:
        """E[u_i u_j], (samples, samples)."""
        return (self.size[..., None] + self.size[..., None, :]) / 2 - self.apart

    @property
    def away(self) -> np.ndarray:
        """One less the correlation of each pair, (samples, samples); 1 with what is always 0."""
        roots = np.sqrt(np.maximum(self.size, _LEAST))
        first, second = roots[..., None], roots[..., None, :]
        found = np.clip((self.apart - (first - second) ** 2 / 2) / (first * second), 0.0, 2.0)
        still = self.size == 0
        if still.any():
            found = np.where(still[..., None] | still[..., None, :], 1.0, found)
            own = np.arange(found.shape[-1])
            found[..., own, own] = 0.0
        return found


_LEAST = 1e-300


def kernel_of_inputs(x: np.ndarray) -> Kernel:
    """The kernel of data: over the features, in place of the draws.

    Parameters
    ----------
    x
        (..., samples, features), finite.
    """
    x = np.asarray(x, np.float64)
    both = x @ x.swapaxes(-1, -2) / x.shape[-1]
    size = np.diagonal(both, axis1=-2, axis2=-1).copy()
    apart = np.maximum((size[..., None] + size[..., None, :]) / 2 - both, 0.0)
    return Kernel(size, apart, x.mean(axis=-1))


def through_weights(kernel: Kernel, gain: float, shift: float = 0.0) -> Kernel:
    """The kernel of z = x W + b.

    Parameters
    ----------
    kernel
        Of x.
    gain
        fan_in times the second moment of a weight.
    shift
        That of a bias.
    """
    return Kernel(kernel.size * gain + shift, kernel.apart * gain, np.zeros_like(kernel.size))


@dataclass(frozen=True)
class Passed:
    """What comes of an activation function.

    Attributes
    ----------
    kernel
        Of the activations.
    slopes
        E[f′(u_i) f′(u_j)], (samples, samples).
    """

    kernel: Kernel
    slopes: np.ndarray


def through_activation(kernel: Kernel, f: Nonlinearity) -> Passed:
    """The kernel of activations, and of slopes, from that of z.

    Parameters
    ----------
    kernel
        Of z.
    f
        The activation function.

    Examples
    --------
    >>> from kit.stats.nonlinearities import nonlinearity
    >>> z = through_weights(kernel_of_inputs(np.eye(2)), gain=4.0)
    >>> found = through_activation(z, nonlinearity("relu"))
    >>> found.kernel.size.tolist(), found.slopes.round(9).tolist()
    ([1.0, 1.0], [[0.5, 0.25], [0.25, 0.5]])
    """
    if f.below is not None:
        return _straight(kernel, f)
    shape = kernel.size.shape
    expanded = _Expansion.of(kernel.size.ravel(), f)
    pairs = expanded.pairs if len(shape) == 1 else expanded.pairs_at_places
    apart, slopes = pairs(kernel.away)
    after = Kernel(expanded.sizes.reshape(shape), apart, expanded.means.reshape(shape))
    return Passed(after, slopes)


@dataclass(frozen=True)
class _Expansion:
    """An activation function and its slope in Hermite's polynomials, at the size of each sample.

    Attributes
    ----------
    sizes, means, steep
        ∫Dz f², ∫Dz f and ∫Dz f′² with z of the sample's size, (samples,).
    """

    sizes: np.ndarray
    means: np.ndarray
    steep: np.ndarray
    _values: _Series
    _slopes: _Series

    @classmethod
    def of(cls, size: np.ndarray, f: Nonlinearity) -> _Expansion:
        """That of samples whose z have these second moments, (samples,)."""
        z, weights, rows = _points(float(size.max(initial=0.0)), f.kinks)
        u = np.sqrt(size)[:, None] * z  # (samples, points)
        sizes, total = second_moment(f, size), slope_moment(f, size)
        values = (f.f(u) * weights) @ rows.T  # (samples, degrees)
        slopes = (f.slope(u) * weights) @ rows.T
        steep = np.minimum(size * total, 1e12 * np.maximum(sizes, _LEAST))
        pair = _Series.of(values, sizes, steep), _Series.of(slopes, total, None)
        return cls(sizes, values[:, 0], total, *pair)

    def pairs(self, away: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What is apart, and products of slopes, for what is `Kernel.away` of those samples."""
        apart, both = np.empty_like(away), np.empty_like(away)
        for start in range(0, len(away), _ROWS):  # a few rows at once, which stay in the cache
            rows = slice(start, min(start + _ROWS, len(away)))
            rest = slice(start, len(away))  # the others are mirrored
            apart[rows, rest] = self._values.apart(rows, rest, away[rows, rest])
            both[rows, rest] = self._slopes.products(rows, rest, away[rows, rest])
            apart[rest, rows], both[rest, rows] = apart[rows, rest].T, both[rows, rest].T
        np.fill_diagonal(apart, 0.0)
        np.fill_diagonal(both, self.steep)
        return apart, both

    def pairs_at_places(self, away: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As `pairs`, of samples place by place, one place behind the other: (places, m, m)."""
        places, m = away.shape[:2]
        values, slopes = (one.at_places(places) for one in (self._values, self._slopes))
        apart, both = np.empty_like(away), np.empty_like(away)
        few = max(1, _IN_CACHE // (m * m))
        for start in range(0, places, few):
            some = slice(start, start + few)
            apart[some] = values.some(some).apart(_ALL, _ALL, away[some])
            both[some] = slopes.some(some).products(_ALL, _ALL, away[some])
        own = np.arange(m)
        apart[:, own, own], both[:, own, own] = 0.0, self.steep.reshape(places, m)
        return apart, both


def _points(largest: float, kinks: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points for all samples: as fine at 0 as the largest needs, cut at the largest's kinks."""
    z, weights = normal_nodes(largest, kinks)
    return z, weights, hermite_rows(z, _MOST)


@dataclass(frozen=True)
class _Series:
    """A function's Hermite coefficients for each sample, and what higher degrees have together.

    Those have M₀ = E f² - Σ aₖ², and M₁ = q E f′² - Σ k aₖ²: as much as one degree M₁/M₀.
    """

    values: np.ndarray  # (degrees, samples), or (degrees, places, samples)
    left: np.ndarray  # √M₀, (samples,)
    degree: np.ndarray  # M₁/M₀, (samples,)

    def at_places(self, places: int) -> _Series:
        """That of samples which stand one place behind the other."""
        shape = (places, -1)
        values = self.values.reshape(len(self.values), *shape)
        return _Series(values, self.left.reshape(shape), self.degree.reshape(shape))

    def some(self, places: slice) -> _Series:
        """That of some places."""
        return _Series(self.values[:, places], self.left[places], self.degree[places])

    @classmethod
    def of(cls, values: np.ndarray, sizes: np.ndarray, steep: np.ndarray | None) -> _Series:
        used = _used(values, sizes)
        kept = values[:, : used + 1]
        left = np.maximum(sizes - (kept**2).sum(axis=1), 0.0)
        degree = np.full_like(left, 2.0 * (used + 1))
        if steep is not None:
            first = steep - (np.arange(used + 1) * kept**2).sum(axis=1)
            degree = np.maximum(first / np.maximum(left, _LEAST), used + 1)
        kept = np.where(np.abs(kept) > 1e-12 * np.sqrt(sizes.max()), kept, 0.0)
        return cls(np.ascontiguousarray(kept.T), np.sqrt(left), degree)

    def apart(self, rows: slice, columns: slice, away: np.ndarray) -> np.ndarray:
        """½ E[(f_i - f_j)²] = Σ ½ (aₖi - aₖj)² + aₖi aₖj (1 - cᵏ)."""
        c, found = 1 - away, np.zeros_like(away)
        power, less = np.ones_like(away), np.zeros_like(away)  # cᵏ and 1 - cᵏ
        for a in self.values:
            if a.any():
                first, second = a[..., rows, None], a[..., None, columns]
                found += (first - second) ** 2 / 2
                found += (first * second) * less
            less += power * away
            power *= c
        if self.left.any():
            first, second = self.left[..., rows, None], self.left[..., None, columns]
            common = (self.degree[..., rows, None] + self.degree[..., None, columns]) / 2
            with np.errstate(divide="ignore"):
                fallen = -np.expm1(common * np.log1p(-np.minimum(away, 1.0)))
            found += (first - second) ** 2 / 2 + first * second * fallen
        return found

    def products(self, rows: slice, columns: slice, away: np.ndarray) -> np.ndarray:
        """Σ bₖi bₖj cᵏ; what higher degrees have counts for pairs that are close."""
        c, found = 1 - away, np.zeros_like(away)
        for b in self.values[::-1]:  # Horner's scheme
            found *= c
            if b.any():
                found += b[..., rows, None] * b[..., None, columns]
        if self.left.any():
            close = np.maximum(c, 0.0) ** self.degree.flat[0]
            found += self.left[..., rows, None] * self.left[..., None, columns] * close
        return found


def _used(values: np.ndarray, sizes: np.ndarray) -> int:
    """The highest degree that is worth its product."""
    left = sizes - np.cumsum(values**2, axis=1).T  # (degrees, samples)
    few = (left <= _ENOUGH * left[0] + _ROUNDING * sizes).all(axis=1)
    few[:3] = False  # whatever is constant, its small rest is told by these
    return int(np.argmax(few)) if few.any() else values.shape[1] - 1


def _straight(kernel: Kernel, f: Nonlinearity) -> Passed:
    """Of z above 0 and a multiple of it below: half the sum, and half the difference of |z|.

    What it does it does to the last axes: the kernel can be that of many places.
    """
    assert f.below is not None
    line, fold = (1 + f.below) / 2, (1 - f.below) / 2
    roots = np.sqrt(np.maximum(kernel.size, 0.0))
    first, second = roots[..., None], roots[..., None, :]
    own = np.arange(roots.shape[-1])
    away = kernel.away
    angle = np.arcsin(np.clip(1 - away, -1.0, 1.0))
    flat = np.sqrt(away * (2 - away))  # √(1 - c²)
    # E|u_i||u_j| ÷ √(q_i q_j) is 1 where c = ±1
    folded = 2 / np.pi * (flat + (1 - away) * angle)
    apart = line**2 * kernel.apart + fold**2 * (
        (first - second) ** 2 / 2 + first * second * np.maximum(1 - folded, 0.0)
    )
    apart[..., own, own] = 0.0
    sizes = (line**2 + fold**2) * kernel.size
    slopes = line**2 + fold**2 * 2 / np.pi * angle
    slopes[..., own, own] = line**2 + fold**2
    still = kernel.size == 0  # at the kink itself
    if still.any():
        steep = np.where(still, f.slope(np.zeros(1)), line)
        either = still[..., None] | still[..., None, :]
        slopes = np.where(either, steep[..., None] * steep[..., None, :], slopes)
    mean = fold * np.sqrt(2 / np.pi) * roots
    return Passed(Kernel(sizes, apart, mean), slopes)
