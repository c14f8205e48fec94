"""What kind of fault a gradient has, found by what turns the right one into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

__all__ = ["fault_of"]

CLOSE = 1e-3
"""Relative distance within which a gradient is taken to be what a fault would make of it."""


def fault_of(
    given: np.ndarray,
    right: np.ndarray,
    *,
    weight: np.ndarray,
    samples: int,
    is_bias: bool,
    straight: Callable[[], Mapping[str, np.ndarray]],
    penalty: Callable[[], np.ndarray] | None = None,
) -> str:
    """The fault in words; empty where no known one makes this gradient.

    Parameters
    ----------
    given
        The gradient that is wrong.
    right
        What it should be, of the weight's shape.
    weight
        The values of the variable that both belong to.
    samples
        Number of samples that the loss is a mean over.
    is_bias
        Whether the variable is a bias.
    straight
        Gives, by words for where a slope f′(z) is left out, what the gradient is without it; asked
        for if nothing else fits.

    penalty
        Gives the part of the right one that penalties make, if the loss has some.

    Examples
    --------
    >>> right = np.array([[1.0, 2.0], [3.0, 5.0]])
    >>> how = {"weight": right, "samples": 8, "is_bias": False, "straight": dict}
    >>> fault_of(-right, right, **how), fault_of(right.T, right, **how)
    ('the sign', 'transposed')
    >>> fault_of(8 * right, right, **how)
    '8 times as large: the sum over the 8 samples, where the loss is their mean'
    """
    if given.shape != right.shape:
        turned = given.shape == right.shape[::-1] and _close(given.T, right)
        return "transposed" if turned else f"of shape {given.shape}, not {right.shape}"
    if not given.any():
        return "zero everywhere"
    if right.ndim == 2 and right.shape[0] == right.shape[1] and _close(given, right.T):
        return "transposed"
    known = {
        -1.0: "the sign",
        float(samples): _times(samples, samples),
        1 / samples: f"divided by the {samples} samples once too often",
    }
    for factor, words in known.items():
        if (samples > 1 or factor == -1.0) and _close(given, factor * right):
            return words
    words = _penalty_and_mean(given, right, penalty(), samples) if penalty else ""
    if words:
        return words
    if given.size > 1:  # of a single number, any penalty would fit
        decay = _ratio(given - right, weight)
        if _close(given - right, decay * weight) and _tells(given - right, given):
            return _penalty(decay, is_bias)
    for words, without in straight().items():
        if _close(given, without):
            return f"without f′(z) of {words}"
    if given.size == 1:
        return ""
    factor = _ratio(given, right)
    if factor and _close(given, factor * right):
        return "the sign, and " * (factor < 0) + f"{abs(factor):.4g} times as large"
    return ""


def _penalty_and_mean(given: np.ndarray, right: np.ndarray, part: np.ndarray, n: int) -> str:
    """Where only one of the data's part and the penalty's was divided by the samples, or both."""
    parts = {
        f"the sum over the {n} samples with a penalty that is right": n * (right - part) + part,
        f"a penalty divided by the {n} samples": right - part + part / n,
    }
    for words, would in parts.items():
        if part.any() and n > 1 and _explains(given, would, right):
            return words
    return ""


def _times(factor: int, samples: int) -> str:
    return (
        f"{factor} times as large: the sum over the {samples} samples, where the loss is their mean"
    )


def _penalty(factor: float, is_bias: bool) -> str:
    if is_bias:
        return f"a penalty on a bias: {factor:.3g} b too much"
    if factor < 0:
        return f"the penalty's part is missing: {-factor:.3g} W"
    return f"a penalty that the loss has not: {factor:.3g} W too much"


def _ratio(given: np.ndarray, right: np.ndarray) -> float:
    """The factor that turns one array best into another; 0 where that one is 0."""
    square = float(np.vdot(right, right))
    return float(np.vdot(right, given)) / square if square else 0.0


def _close(given: np.ndarray, right: np.ndarray) -> bool:
    size = float(np.linalg.norm(given))
    return bool(np.isfinite(size) and size and np.linalg.norm(given - right) <= CLOSE * size)


def _explains(given: np.ndarray, would: np.ndarray, right: np.ndarray) -> bool:
    """Whether a fault makes nearly all of what is wrong."""
    return bool(np.linalg.norm(given - would) <= CLOSE * np.linalg.norm(given - right))


def _tells(part: np.ndarray, whole: np.ndarray) -> bool:
    """Whether a part of a gradient is more than its rounding."""
    return bool(np.linalg.norm(part) > 1e-6 * np.linalg.norm(whole))
