r"""Mean-field theory of wide random networks: sizes forwards, gradients backwards, depth scales.

Weights are independent with Var W = σ_w²/fan_in, biases with Var b = σ_b². In a layer that is wide,
z of a sample is then normal over the draws, with second moment q, and two samples' z are normal
with correlation c. Layer by layer

    q ← σ_w² ∫Dz f(√q z)² + σ_b²,            χ = σ_w² ∫Dz f′(√q z)²,

and a delta's second moment is multiplied by χ on its way back: above 1 it grows, below 1 it fades,
the line χ = 1 at the fixed point is critical (B. Poole et al., "Exponential expressivity in deep
neural networks through transient chaos", 2016; S. Schoenholz et al., "Deep information
propagation", 2017). Distances from the fixed points q* and c* shrink as exp(-l/ξ), with

    ξ_q = -1/ln(∂q′/∂q),                     ξ_c = -1/ln(σ_w² ∫∫ f′(u₁) f′(u₂)).

∂q′/∂q is taken as σ_w² ∫Dz f f′ z / √q, which is Schoenholz's χ₁ + σ_w² ∫Dz f″ f after an
integration by parts, and holds for kinks too.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kit.checks import check_number
from kit.stats.nonlinearities import ActivationLike, Nonlinearity, nonlinearity
from kit.stats.quadrature import normal_mean, normal_nodes, pair_mean

__all__ = [
    "MeanField",
    "correlation_map",
    "critical_line",
    "mean_field",
    "second_moment",
    "slope_moment",
]


def second_moment(activation: ActivationLike, q: float | np.ndarray) -> np.ndarray:
    """∫Dz f(√q z)²: the second moment of the activation, where that of z is q.

    Parameters
    ----------
    activation
        A name, a function of an array, or a Nonlinearity.
    q
        At least 0; an array gives one.

    Examples
    --------
    >>> float(second_moment("relu", 3.0).round(9))
    1.5
    """
    f = nonlinearity(activation)
    if f.below is not None:
        return np.asarray(q, np.float64) * (1 + f.below**2) / 2
    return normal_mean(lambda u: f.f(u) ** 2, q, f.kinks)


def slope_moment(activation: ActivationLike, q: float | np.ndarray) -> np.ndarray:
    """∫Dz f′(√q z)²: what a layer multiplies a delta's second moment with, for σ_w = 1.

    Examples
    --------
    >>> float(slope_moment("tanh", 0.0)), float(slope_moment("sigmoid", 0.0))
    (1.0, 0.0625)
    """
    f = nonlinearity(activation)
    if f.below is not None:
        return np.full(np.shape(q), (1 + f.below**2) / 2)
    return normal_mean(lambda u: f.slope(u) ** 2, q, f.kinks)


def correlation_map(
    activation: ActivationLike,
    c: float,
    q: tuple[float, float] | float = 1.0,
    *,
    sigma_w: float = 1.0,
    sigma_b: float = 0.0,
) -> float:
    """The correlation of two samples' z in the next layer, where it is c in this one.

    Parameters
    ----------
    activation
        Of this layer.
    c
        From -1 to 1.
    q
        The second moment of z in this layer, of each sample or of both.
    sigma_w, sigma_b
        Of the next layer's weights and biases.

    Examples
    --------
    >>> round(correlation_map("relu", 0.5), 6)
    0.608998
    """
    check_number("c", c, -1, 1, expected="a number from -1 to 1")
    f = nonlinearity(activation)
    first, second = (float(q), float(q)) if isinstance(q, (int, float)) else map(float, q)
    both = sigma_w**2 * pair_mean(f.f, (first, second), c, f.kinks) + sigma_b**2
    sizes = [sigma_w**2 * float(second_moment(f, one)) + sigma_b**2 for one in (first, second)]
    return both / math.sqrt(sizes[0] * sizes[1])


@dataclass(frozen=True)
class MeanField:
    """What a deep network of random weights comes to.

    Attributes
    ----------
    q
        The second moment of z at which it stays; infinite where it grows for ever, NaN where it
        stays at whichever it has.
    chi
        By what a delta's second moment is multiplied at each layer.
    xi_q
        Layers over which q comes 2.7 times nearer; infinite where it does not.
    c
        The correlation to which two samples come.
    xi_c
        Layers over which it comes 2.7 times nearer.

    Examples
    --------
    >>> field = mean_field("tanh", sigma_w=1.3, sigma_b=0.3)
    >>> round(field.q, 6), round(field.chi, 6), field.c
    (0.607047, 0.939807, 1.0)
    """

    q: float
    chi: float
    xi_q: float
    c: float
    xi_c: float


def mean_field(activation: ActivationLike, sigma_w: float, sigma_b: float = 0.0) -> MeanField:
    """The fixed points of a network of equal layers, and the depths over which they are reached.

    Parameters
    ----------
    activation
        A name, a function of an array, or a Nonlinearity.
    sigma_w, sigma_b
        Var W = sigma_w²/fan_in, Var b = sigma_b²; at least 0.

    Raises
    ------
    TypeError, ValueError
        For what is no such number, and no activation.

    Examples
    --------
    >>> mean_field("relu", sigma_w=2**0.5).chi.__round__(9)
    1.0
    """
    check_number("sigma_w", sigma_w, 0, expected="a number of at least 0")
    check_number("sigma_b", sigma_b, 0, expected="a number of at least 0")
    f, gain, shift = nonlinearity(activation), sigma_w**2, sigma_b**2
    q = _fixed_point(f, gain, shift)
    # where q does not matter, or is never reached; and on the side of a kink at 0
    at = max(q, _ABOVE_ZERO) if math.isfinite(q) else 1.0
    chi = gain * float(slope_moment(f, at))
    chi_q = _growth(f, gain, at)
    c, slope = 1.0, chi
    # within rounding of the critical line both samples come together
    if chi > 1 + 1e-9 and f.below is None and math.isfinite(q):
        c = _common(f, gain, shift, q)
        slope = gain * pair_mean(f.slope, (q, q), c, f.kinks)
    return MeanField(q, chi, _depth(chi_q), c, _depth(slope))


def critical_line(activation: ActivationLike, sigma_b: float = 0.0) -> tuple[float, float]:
    """The σ_w for which χ = 1 at the fixed point, and the q there.

    Without biases, of a function that is 0 at 0, that fixed point is q = 0.

    Parameters
    ----------
    activation
        A name, a function of an array, or a Nonlinearity.
    sigma_b
        At least 0.

    Returns
    -------
    sigma_w, q

    Raises
    ------
    ValueError
        Where there is none: a sigmoid's gradients fade with whichever weights it has near 0.

    Examples
    --------
    >>> sigma_w, q = critical_line("tanh", 0.3)
    >>> round(sigma_w, 6), round(q, 6)
    (1.395584, 0.763475)
    """
    check_number("sigma_b", sigma_b, 0, expected="a number of at least 0")
    f, shift = nonlinearity(activation), sigma_b**2
    if f.below is not None:
        if shift:
            raise ValueError(
                f"`sigma_b` must be 0 for {f.name}, whose q grows without end on the critical "
                f"line; got {sigma_b}"
            )
        return float(1 / np.sqrt(slope_moment(f, 1.0))), math.nan

    def excess(q: float) -> float:  # with σ_w from χ = 1, the next q is so much under q
        return q - float(second_moment(f, q) / slope_moment(f, q)) - shift

    if not shift and abs(float(f.f(np.zeros(1))[0])) < 1e-12:
        return float(1 / np.sqrt(slope_moment(f, _ABOVE_ZERO))), 0.0
    grid = np.geomspace(1e-8, 1e4, 121)
    signs = [excess(float(q)) > 0 for q in grid]
    for place in range(len(grid) - 1):
        if not signs[place] and signs[place + 1]:
            q = _bisect(excess, float(grid[place]), float(grid[place + 1]))
            return float(1 / np.sqrt(slope_moment(f, q))), q
    raise ValueError(
        f"`activation` must have a critical line at sigma_b = {sigma_b}; got {f.name}, which has "
        "no σ_w with χ = 1 at its fixed point"
    )


def _growth(f: Nonlinearity, gain: float, q: float) -> float:
    """∂q′/∂q."""
    if f.below is not None:
        return gain * (1 + f.below**2) / 2
    size = max(q, 1e-10)  # at 0 its limit
    z, weights = normal_nodes(size, f.kinks)
    u = math.sqrt(size) * z
    return gain * float(weights @ (f.f(u) * f.slope(u) * z)) / math.sqrt(size)


def _depth(factor: float) -> float:
    """The depth over which something that shrinks by a factor each layer shrinks 2.7-fold."""
    if not 0 <= factor < 1 - 1e-8:
        return math.inf
    return -1 / math.log(factor) if factor else 0.0


_ABOVE_ZERO = 1e-20
_EDGES = 2.0 ** np.arange(40, -80, -1)


def _fixed_point(f: Nonlinearity, gain: float, shift: float) -> float:
    """The largest q that stays; 0 where it falls to it."""
    if f.below is not None:
        factor = gain * (1 + f.below**2) / 2
        if factor < 1 - 1e-12:
            return shift / (1 - factor)
        return math.nan if factor < 1 + 1e-12 and not shift else math.inf

    def grown(q: float) -> float:
        return gain * float(second_moment(f, q)) + shift - q

    if grown(float(_EDGES[0])) > 0:
        return math.inf
    for high, low in itertools.pairwise(_EDGES):
        # a q that falls by next to nothing each layer falls
        if grown(float(low)) > 1e-13 * low:
            return _bisect(lambda q: -grown(q), float(low), float(high))
    return 0.0


def _common(f: Nonlinearity, gain: float, shift: float, q: float) -> float:
    """The correlation under 1 that stays."""

    def fallen(c: float) -> float:
        return c * q - gain * pair_mean(f.f, (q, q), c, f.kinks) - shift

    if fallen(0.0) >= -1e-12 * q:
        return 0.0
    return _bisect(fallen, 0.0, 1 - 1e-9)


def _bisect(g: Callable[[float], float], low: float, high: float) -> float:
    """Where g rises through 0."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if g(middle) > 0 else (middle, high)
    return (low + high) / 2
