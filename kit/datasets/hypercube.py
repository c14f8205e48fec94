"""The corners of an n-dimensional hypercube."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from kit.checks import check_count, check_flag, check_pair, check_seed
from kit.datasets.shuffling import shuffled

__all__ = ["load_data"]


def load_data(
    n_dims: int = 10,
    vertices: Sequence[float] = (-1.0, 1.0),
    shuffle: bool = True,
    seed: int = 13,
) -> tuple[np.ndarray, np.ndarray]:
    """All corners of a hypercube, labelled by how many coordinates are high.

    A corner is positive where its coordinates, clipped to [0, 1], add up to at least half the
    number of dimensions.

    Parameters
    ----------
    n_dims
        Dimensions, 1 to 20 (2^20 corners).
    vertices
        The two values that a coordinate takes.
    shuffle
        Whether to shuffle the corners.
    seed
        Seed of the shuffling.

    Returns
    -------
    X
        (2**n_dims, n_dims) float32.
    y
        (2**n_dims, 1) int32, 0 or 1.

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came.

    Notes
    -----
    Generated; free of any licence.

    Examples
    --------
    >>> X, y = load_data(n_dims=3)
    >>> X.shape, int(y.sum())
    ((8, 3), 4)
    """
    check_count("n_dims", n_dims)
    if n_dims > 20:
        raise ValueError(f"`n_dims` must be at most 20 (2^20 corners); got {n_dims}")
    check_flag("shuffle", shuffle)
    check_pair("vertices", vertices)
    rng = np.random.default_rng(check_seed(seed))
    X = np.array(list(itertools.product(vertices, repeat=n_dims)), np.float32)
    y = (np.clip(X, 0, 1).sum(axis=1) >= n_dims / 2).astype(np.int32)
    return shuffled(X, y.reshape(-1, 1), rng if shuffle else None)
