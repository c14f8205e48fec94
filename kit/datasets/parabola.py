"""Two parabolas, one below the other: two classes that no straight line parts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kit.checks import check_count, check_flag, check_pair, check_seed
from kit.datasets.shuffling import shuffled

__all__ = ["load_data"]


def load_data(
    xlim: Sequence[float] = (-1, 1),
    n_points: int = 1000,
    shuffle: bool = True,
    seed: int = 13,
) -> tuple[np.ndarray, np.ndarray]:
    """Points on x2 = x1² (negative) and on x2 = x1² - 0.5 (positive).

    Parameters
    ----------
    xlim
        First and last x1, evenly spaced between.
    n_points
        Points on each parabola.
    shuffle
        Whether to shuffle the points.
    seed
        Seed of the shuffling.

    Returns
    -------
    X
        (2 * n_points, 2) float32.
    y
        (2 * n_points, 1) int32, 0 or 1.

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came.

    Notes
    -----
    Generated; free of any licence.

    Examples
    --------
    >>> X, y = load_data(n_points=50)
    >>> X.shape, y.mean().item()
    ((100, 2), 0.5)
    """
    check_count("n_points", n_points)
    check_flag("shuffle", shuffle)
    first, last = check_pair("xlim", xlim, ascending=True)
    rng = np.random.default_rng(check_seed(seed))
    x1 = np.linspace(first, last, n_points)
    upper = np.column_stack([x1, x1**2])
    lower = np.column_stack([x1, x1**2 - 0.5])
    X = np.concatenate([upper, lower]).astype(np.float32)  # (2 n_points, 2)
    y = np.repeat(np.array([0, 1], np.int32), n_points).reshape(-1, 1)
    return shuffled(X, y, rng if shuffle else None)
