r"""Means over normal numbers: Gauss-Legendre quadrature in pieces, exact at kinks.

For z ~ N(0, 1), ``normal_nodes`` gives points and weights with Σ w g(√q z) = ∫Dz g(√q z). The line
from -12 to 12, outside of which lies a share of 3.6e-33, is cut where √q z meets a kink of g, and
each piece into panels that halve towards its ends (P. J. Davis and P. Rabinowitz, "Methods of
Numerical Integration", 1984, ch. 2). So a function that is smooth between its kinks and changes
over lengths of about 1 is integrated to ten digits, whatever q is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

__all__ = ["Function", "hermite_rows", "normal_mean", "normal_nodes", "pair_mean"]

Function = Callable[[np.ndarray], np.ndarray]
"""Works element by element."""

REACH = 12.0
"""Standard deviations from 0 at which the line ends."""

_ORDER = 16  # points of a panel
_FEWEST, _MOST = 4, 40  # halvings towards a kink


def normal_nodes(
    q: float | np.ndarray, kinks: Sequence[float] = (0.0,), finest: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Points z and weights of the mean of a function of √q z over z ~ N(0, 1).

    Parameters
    ----------
    q
        The second moment of √q z, at least 0: a number, or an array of any shape.
    kinks
        Where the function, or its slope, jumps or turns quickly.
    finest
        Of z: over which length it turns at its kinks, at most.

    Returns
    -------
    z, weights
        Of the shape of `q` with an axis of points more; the weights of each q sum to 1.

    Examples
    --------
    >>> z, weights = normal_nodes(4.0)
    >>> round(float(weights @ np.maximum(2 * z, 0) ** 2), 12)
    2.0
    """
    sizes = np.sqrt(np.asarray(q, np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.asarray(kinks, np.float64) / sizes[..., None]
    inner = np.clip(np.where(np.isnan(inner), 0.0, inner), -REACH, REACH)  # 0 / 0 of q = 0
    ends = np.full((*sizes.shape, 1), REACH)
    breaks = np.sort(np.concatenate([-ends, inner, ends], axis=-1), axis=-1)
    return _in_pieces(breaks, _halvings(max(float(sizes.max(initial=0.0)), 1 / max(finest, 1e-9))))


def _in_pieces(breaks: np.ndarray, halvings: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights between breaks (..., pieces + 1), which ascend."""
    left, wide = breaks[..., :-1, None], np.diff(breaks)[..., None]  # (..., pieces, 1)
    edges = left + wide * _graded(halvings)  # (..., pieces, panels + 1)
    points, weights = np.polynomial.legendre.leggauss(_ORDER)
    half = np.diff(edges)[..., None] / 2  # (..., pieces, panels, 1)
    z = edges[..., :-1, None] + half * (1 + points)  # (..., pieces, panels, order)
    w = half * weights * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    shape = (*breaks.shape[:-1], -1)
    return z.reshape(shape), w.reshape(shape)


@lru_cache(maxsize=64)
def _graded(halvings: int) -> np.ndarray:
    """Edges of panels from 0 to 1, halving towards both."""
    down = 2.0 ** -np.arange(halvings, 0, -1)  # ..., 1/4, 1/2
    return np.concatenate([[0.0], down, 1 - down[-2::-1], [1.0]])


def _halvings(size: float) -> int:
    """So many that the panel at a kink is no wider than the function's own scale."""
    wanted = np.ceil(np.log2(max(REACH * size, 1.0))) + 1
    return int(np.clip(wanted, _FEWEST, _MOST))


def normal_mean(g: Function, q: float | np.ndarray, kinks: Sequence[float] = (0.0,)) -> np.ndarray:
    """∫Dz g(√q z), for each q.

    Examples
    --------
    >>> round(float(normal_mean(np.abs, 9.0)), 10) == round(3 * (2 / np.pi) ** 0.5, 10)
    True
    """
    z, weights = normal_nodes(q, kinks)
    return (weights * g(np.sqrt(np.asarray(q, np.float64))[..., None] * z)).sum(axis=-1)


def pair_mean(
    g: Function, q: tuple[float, float], c: float, kinks: Sequence[float] = (0.0,)
) -> float:
    """∫∫ g(u₁) g(u₂) over normal u₁, u₂ of second moments q and correlation c.

    Parameters
    ----------
    g
        The function of both.
    q
        Their second moments, at least 0.
    c
        From -1 to 1.
    kinks
        Of `g`.

    Examples
    --------
    >>> half = pair_mean(lambda u: np.maximum(u, 0), (1.0, 1.0), 0.5)
    >>> round(2 * half, 6)
    0.608998
    """
    first, second = np.sqrt(q[0]), np.sqrt(q[1])
    rest = np.sqrt(max(1 - c * c, 0.0))
    z, weights = normal_nodes(q[0], kinks, finest=rest)  # (n,)
    at = np.asarray(kinks, np.float64) / (second or 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = (at - c * z[:, None]) / rest  # (n, kinks): where u₂ meets them
    inner = np.clip(np.nan_to_num(inner, posinf=REACH, neginf=-REACH), -REACH, REACH)
    ends = np.full((len(z), 1), REACH)
    breaks = np.sort(np.concatenate([-ends, inner, ends], axis=1), axis=1)
    other, inner_weights = _in_pieces(breaks, _halvings(float(second * rest)))  # (n, m)
    within = (inner_weights * g(second * (c * z[:, None] + rest * other))).sum(axis=1)
    return float(weights @ (g(first * z) * within))


def hermite_rows(z: np.ndarray, most: int) -> np.ndarray:
    """The Hermite polynomials Heₖ(z)/√k!, k from 0 to `most`, orthonormal under N(0, 1).

    With aₖ = ∫Dz f(√q z) Heₖ(z)/√k!, E[f(u₁) f(u₂)] = Σ aₖ² cᵏ (F. G. Mehler, 1866).

    Parameters
    ----------
    z
        (n,) points.
    most
        The highest degree.

    Returns
    -------
    ndarray
        (most + 1, n).

    Examples
    --------
    >>> hermite_rows(np.array([2.0]), 2).ravel().round(6).tolist()
    [1.0, 2.0, 2.12132]
    """
    rows = np.empty((most + 1, len(z)))
    rows[0] = 1
    rows[1:2] = z
    for k in range(1, most):
        rows[k + 1] = (z * rows[k] - np.sqrt(k) * rows[k - 1]) / np.sqrt(k + 1)
    return rows
