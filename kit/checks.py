"""Checks of arguments, and the shuffling, that the data sets share."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

__all__ = ["check_count", "check_flag", "check_seed", "is_number", "is_pair", "shuffled"]


def check_count(name: str, value: Any) -> None:
    """Refuse what is no positive integer."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
        raise ValueError(f"`{name}` must be a positive integer; got {value!r}")


def check_flag(name: str, value: Any) -> None:
    """Refuse what is neither True nor False."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"`{name}` must be True or False; got {value!r}")


def is_number(value: Any) -> bool:
    """Whether `value` is a real number, and no truth value."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def is_pair(values: Any) -> bool:
    """Whether `values` are two finite numbers."""
    try:
        pair = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        return False
    return pair.shape == (2,) and bool(np.isfinite(pair).all())


def check_seed(seed: Any) -> int:
    """The seed, if it is a non-negative integer."""
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or seed < 0:
        raise ValueError(f"`seed` must be a non-negative integer; got {seed!r}")
    return int(seed)


def shuffled(
    X: np.ndarray, y: np.ndarray, rng: np.random.Generator | None
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of X and y in the same random order; as they are without a generator."""
    if rng is None:
        return X, y
    order = rng.permutation(len(X))
    return X[order], y[order]
