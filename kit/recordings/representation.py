"""Representation: what a binary classifier makes of samples and of its plane, at one moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kit.checks import as_numbers

__all__ = ["SMALLEST_PROBABILITY", "Representation", "binary_labels"]

SMALLEST_PROBABILITY = 1e-7
"""Probabilities are kept that far from 0 and 1 before their logarithm is taken, as Keras does."""


@dataclass(frozen=True)
class Representation:
    """What a binary classifier makes of samples, as arrays: from a Keras model, or your own.

    `kit.callbacks.represent` makes it from a model, `kit.callbacks.RepresentationRecorder` while
    one is trained; from anything else, make it of the arrays. Labels and probabilities are enough
    for `kit.plots.plot_probabilities` and `plot_losses`.

    Attributes
    ----------
    labels
        (n,) or (n, 1), 0 or 1; kept as (n,) integers.
    probabilities
        (n,) or (n, 1), of class 1, from 0 to 1; kept as (n,).
    inputs
        (n, inputs), or None.
    hidden
        (n, 2) activations of a hidden layer of two units, or None.
    line
        (w1, w2, b) with which the output unit parts that layer's plane, at w1 h1 + w2 h2 + b = 0;
        None where there is no such line.
    grid
        (rows, columns, 2) points in the plane of two inputs, evenly spaced, or None.
    grid_probabilities
        (rows, columns), of class 1 at these points.
    grid_hidden
        (rows, columns, 2), activations of the two units at these points.

    Raises
    ------
    TypeError, ValueError
        For labels other than 0 and 1, what is no probability, arrays of other shapes than these,
        and values that are not finite.

    Examples
    --------
    >>> found = Representation(labels=[0, 1, 1], probabilities=[0.1, 0.9, 0.4])
    >>> found.right
    (1.0, 0.5)
    >>> found.losses.round(2).tolist()
    [0.11, 0.11, 0.92]
    """

    labels: np.ndarray
    probabilities: np.ndarray
    inputs: np.ndarray | None = None
    hidden: np.ndarray | None = None
    line: np.ndarray | None = None
    grid: np.ndarray | None = None
    grid_probabilities: np.ndarray | None = None
    grid_hidden: np.ndarray | None = None

    def __post_init__(self) -> None:
        labels = binary_labels("labels", self.labels)
        n = len(labels)
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "probabilities", _probabilities(self.probabilities, n))
        self._keep("inputs", (n, None))
        self._keep("hidden", (n, 2))
        self._keep("line", (3,))
        self._keep("grid", (None, None, 2))
        shape = () if self.grid is None else self.grid.shape[:2]
        self._keep("grid_probabilities", shape)
        self._keep("grid_hidden", (*shape, 2))
        if self.grid is not None and self.grid_probabilities is None:
            raise ValueError(
                "`grid_probabilities` must be there for the points of `grid`; got None"
            )

    def _keep(self, name: str, wanted: tuple[int | None, ...]) -> None:
        """Put an array of the wanted shape (None: any length) in the place of what was given."""
        given = getattr(self, name)
        if given is None:
            return
        array = as_numbers(name, given)
        pairs = list(zip(array.shape, wanted, strict=False))
        if array.ndim != len(wanted) or any(w is not None and a != w for a, w in pairs):
            size = ", ".join("any" if side is None else str(side) for side in wanted)
            raise ValueError(f"`{name}` must have the shape ({size}); got {array.shape}")
        object.__setattr__(self, name, array)

    @property
    def losses(self) -> np.ndarray:
        """(n,) cross-entropy of each sample in nats, −ln of the probability of its own class."""
        own = np.where(self.labels == 1, self.probabilities, 1 - self.probabilities)
        kept = np.clip(own.astype(np.float64), SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
        return np.asarray(-np.log(kept))

    @property
    def right(self) -> tuple[float, float]:
        """Share of the samples of class 0, and of class 1, that are on their side of 0.5.

        NaN for a class without samples.
        """
        said = self.probabilities > 0.5
        zero, one = (said[self.labels == label] == label for label in (0, 1))
        return (
            float(zero.mean()) if zero.size else float("nan"),
            float(one.mean()) if one.size else float("nan"),
        )


def binary_labels(name: str, values: object) -> np.ndarray:
    """The values as (n,) integers, if they are labels of two classes, 0 or 1, (n,) or (n, 1).

    Parameters
    ----------
    name, values
        Of the argument.

    Raises
    ------
    TypeError, ValueError

    Examples
    --------
    >>> binary_labels("y", [[0.0], [1.0]]).tolist()
    [0, 1]
    """
    labels = _column(name, values)
    if not np.isin(labels, (0, 1)).all():
        raise ValueError(f"`{name}` must be 0 or 1; got {_others(labels)}")
    return labels.astype(int)


def _column(name: str, values: object) -> np.ndarray:
    """(n,) numbers, also where they came as (n, 1)."""
    found = as_numbers(name, values)
    if found.ndim == 2 and found.shape[1] == 1:
        found = found[:, 0]
    if found.ndim != 1 or not len(found):
        raise ValueError(
            f"`{name}` must have the shape (n,) or (n, 1), n at least 1; got {found.shape}"
        )
    return found


def _probabilities(values: object, n: int) -> np.ndarray:
    found = _column("probabilities", values)
    if len(found) != n:
        raise ValueError(
            f"`probabilities` must have as many entries as `labels`, {n}; got {len(found)}"
        )
    if found.min() < 0 or found.max() > 1:
        raise ValueError(
            f"`probabilities` must be from 0 to 1; got values from {found.min():.3g} to "
            f"{found.max():.3g}: does the output have a sigmoid?"
        )
    return found


def _others(labels: np.ndarray) -> str:
    others = np.unique(labels[~np.isin(labels, (0, 1))])
    return ", ".join(f"{one:g}" for one in others[:4]) + (", ..." if len(others) > 4 else "")
