"""The shuffling that the made data sets share."""

from __future__ import annotations

import numpy as np

__all__ = ["shuffled"]


def shuffled(
    X: np.ndarray, y: np.ndarray, rng: np.random.Generator | None
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of X and y in the same random order; as they are without a generator."""
    if rng is None:
        return X, y
    order = rng.permutation(len(X))
    return X[order], y[order]
