"""Real handwritten digits that need no network: scikit-learn's 1,797, scaled to 28x28.

Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
Learning Repository (1998), licence CC BY 4.0, as shipped with scikit-learn (BSD-3-Clause).
"""

from __future__ import annotations

import numpy as np

from kit.checks import check_number, check_seed

__all__ = ["load_data"]

SIZE = 28


def load_data(
    test_fraction: float = 0.2, seed: int = 13
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Load the digits, in the form of `keras.datasets`.

    The 8x8 images are scaled bilinearly to 28x28.

    Parameters
    ----------
    test_fraction
        Share of the digits kept for testing, above 0 and below 1.
    seed
        Seed of the split; the same one gives the same split.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        Images (n, 28, 28, 1) float32 in [0, 1], ink 1 on background 0; labels (n,) int64, 0 to 9.

    Raises
    ------
    TypeError
        If `test_fraction` is no number, or `seed` no integer.
    ValueError
        If `test_fraction` or `seed` is out of range.

    Notes
    -----
    Licence of the data: CC BY 4.0.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, x_test.shape
    ((1438, 28, 28, 1), (359, 28, 28, 1))
    """
    fraction = check_number(
        "test_fraction", test_fraction, 0, 1, expected="a number between 0 and 1", open_ends=True
    )
    rng = np.random.default_rng(check_seed(seed))
    from sklearn.datasets import load_digits

    digits = load_digits()
    order = rng.permutation(len(digits.images))
    images = _enlarge(digits.images[order] / 16.0).astype(np.float32)
    labels = digits.target[order].astype(np.int64)
    test = round(fraction * len(images))
    if not 0 < test < len(images):
        raise ValueError(
            f"`test_fraction` must leave digits on both sides of {len(images)}; "
            f"got {test_fraction!r}"
        )
    return (images[test:, ..., None], labels[test:]), (images[:test, ..., None], labels[:test])


def _enlarge(images: np.ndarray) -> np.ndarray:
    """Scale (n, 8, 8) bilinearly to (n, 28, 28), pixel centres mapped onto pixel centres."""
    weights = _bilinear(images.shape[1])
    return np.einsum("ir,nrc,jc->nij", weights, images, weights)


def _bilinear(size: int) -> np.ndarray:
    """Rows of weights that read `SIZE` evenly spaced points off `size` pixels: (SIZE, size)."""
    at = np.clip((np.arange(SIZE) + 0.5) * size / SIZE - 0.5, 0, size - 1)
    low = np.minimum(at.astype(int), size - 2)
    weights = np.zeros((SIZE, size))
    weights[np.arange(SIZE), low] = 1 - (at - low)
    weights[np.arange(SIZE), low + 1] = at - low
    return weights
