"""Points drawn from an n-dimensional ball, with zero mean and unit standard deviation.

A point uniform in the ball is a direction, uniform on the sphere, times a radius distributed as
U^(1/n) (Muller 1959, "A note on a method for generating points uniformly on n-dimensional
spheres"). In 10 dimensions half of the radius holds only 0.5^10 of the ball, one point in 1,000.
"""

from __future__ import annotations

import numpy as np

from kit.checks import check_choice, check_count, check_flag, check_number, check_seed
from kit.datasets.shuffling import shuffled

__all__ = ["load_data"]


def load_data(
    n_dims: int = 10,
    n_points: int = 1000,
    classif_radius_fraction: float = 0.5,
    only_sphere: bool = False,
    shuffle: bool = True,
    seed: int = 13,
    rule: str = "sum",
) -> tuple[np.ndarray, np.ndarray]:
    """Draw points from a ball and label them.

    Parameters
    ----------
    n_dims
        Dimensions of the ball.
    n_points
        Number of points.
    classif_radius_fraction
        Fraction of the radius at which the class changes, from 0 to 1.
    only_sphere
        Whether to draw from the surface only.
    shuffle
        Whether to shuffle the points.
    seed
        Seed of all that is random here.
    rule
        ``"sum"``: positive where ``|Σx|`` exceeds the fraction of the radius, about 60 % of the
        points by default; the rule behind the lecture's figures. ``"norm"``: positive outside
        the fraction of the radius; the rule of the lecture's text, by which in 10 dimensions
        one point in 1,000 is negative.

    Returns
    -------
    X
        (n_points, n_dims) float32; over all its entries the standard deviation is 1.
    y
        (n_points, 1) int32, 0 or 1.

    Raises
    ------
    TypeError, ValueError
        With the argument, what was expected and what came.

    Notes
    -----
    Generated; free of any licence.

    Examples
    --------
    >>> X, y = load_data(n_dims=10)
    >>> X.shape, y.shape
    ((1000, 10), (1000, 1))
    """
    check_count("n_dims", n_dims)
    check_count("n_points", n_points)
    check_flag("only_sphere", only_sphere)
    check_flag("shuffle", shuffle)
    fraction = check_number(
        "classif_radius_fraction", classif_radius_fraction, 0, 1, expected="a number from 0 to 1"
    )
    check_choice("rule", rule, ["sum", "norm"])
    rng = np.random.default_rng(check_seed(seed))
    points = rng.normal(size=(n_points, n_dims))
    radii = rng.uniform(size=(n_points, 1)) ** (1 / n_dims)
    directions = points / np.linalg.norm(points, axis=1, keepdims=True)
    X = directions if only_sphere else directions * radii
    if not X.std():  # one point, or a few on the sphere, in one dimension
        raise ValueError(f"`n_points` must be enough for points that differ; got {n_points}")
    radius = 1 / X.std()  # of the ball, once its points have unit standard deviation
    X = X * radius
    far = np.abs(X.sum(axis=1)) if rule == "sum" else np.linalg.norm(X, axis=1)
    y = (far > fraction * radius).astype(np.int32)
    return shuffled(X.astype(np.float32), y.reshape(-1, 1), rng if shuffle else None)
