"""What `plot_network` draws, checked, and where: the units of a network in columns.

A column is a layer; its units stand below each other, one pitch apart, and the middles of all
columns lie on one line. Of more units than fit the first ones and the last are drawn, with ⋮
between; a bias unit stands above the others.
"""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kit.checks import as_matrix, as_numbers, shown

__all__ = ["ALWAYS_ONE", "Columns", "Wiring", "check_paths", "per_column", "wiring_of"]

ALWAYS_ONE = "bias"
"""How a path names the bias unit of a column."""

Unit = int | str
Node = tuple[int, Unit]
Paths = Sequence[Sequence[Node]]
PerUnit = Sequence[ArrayLike | None]


@dataclass(frozen=True)
class Wiring:
    """The numbers of a network of dense layers.

    Attributes
    ----------
    weights
        Of each layer (units before, units), as a Keras kernel.
    biases
        Of each layer (units,), or None where no bias unit is drawn.
    """

    weights: list[np.ndarray]
    biases: list[np.ndarray | None]

    @property
    def sizes(self) -> list[int]:
        """Units of each column, the inputs first."""
        return [len(self.weights[0]), *(one.shape[1] for one in self.weights)]

    def into(self, column: int, unit: Unit) -> np.ndarray:
        """The weights from a unit, or a bias unit, to the units of the next column."""
        if unit != ALWAYS_ONE:
            return self.weights[column][int(unit)]
        bias = self.biases[column]
        assert bias is not None  # else there is no such unit
        return bias


@dataclass(frozen=True)
class Columns:
    """Where the units stand, in units of the pitch from one to the next.

    Attributes
    ----------
    sizes
        Units of each column.
    biased
        Of each column, whether it has a bias unit.
    most
        So many units are drawn of a column at most, the ⋮ counted.
    spacing
        From one column to the next.
    """

    sizes: Sequence[int]
    biased: Sequence[bool]
    most: int
    spacing: float = 1.0

    def rows(self, column: int) -> int:
        """Units that are drawn, the ⋮ counted, and no bias unit."""
        return min(self.sizes[column], self.most)

    def elided(self, column: int) -> bool:
        """Whether some of its units are left out."""
        return self.sizes[column] > self.most

    def units(self, column: int) -> list[Unit]:
        """Those that are drawn, the bias unit first."""
        n = self.sizes[column]
        drawn = [*range(self.most - 2), n - 1] if self.elided(column) else list(range(n))
        return [ALWAYS_ONE, *drawn] if self.biased[column] else list(drawn)

    def place(self, column: int, unit: Unit) -> tuple[float, float]:
        """Where the middle of a unit is: x to the right, y up."""
        if unit == ALWAYS_ONE:
            row = -1
        elif self.elided(column) and int(unit) == self.sizes[column] - 1:
            row = self.most - 1
        else:
            row = int(unit)
        return column * self.spacing, (self.rows(column) - 1) / 2 - row

    def gap(self, column: int) -> tuple[float, float]:
        """Where the ⋮ of a column stands."""
        return column * self.spacing, (self.rows(column) - 1) / 2 - (self.most - 2)

    @property
    def above(self) -> float:
        """The y of the uppermost unit."""
        return max(self.place(k, self.units(k)[0])[1] for k in range(len(self.sizes)))

    @property
    def below(self) -> float:
        """The y of the lowest unit."""
        return -max((self.rows(k) - 1) / 2 for k in range(len(self.sizes)))


def wiring_of(network: Any, biases: PerUnit | bool | None) -> Wiring:
    """The checked numbers of a built Keras model, or of arrays.

    Parameters
    ----------
    network, biases
        As for `plot_network`.

    Raises
    ------
    TypeError, ValueError
        As `plot_network`.
    """
    if isinstance(network, (list, tuple)):
        if biases is True:
            raise ValueError(
                "`biases` must be a list of arrays where `network` is one; got True, which takes "
                "those of a Keras model"
            )
        given = [as_matrix(f"network[{k}]", one) for k, one in enumerate(network)]
        return _chained(given, _as_biases(biases, given))
    given, found = _arrays_of_model(network)
    return _chained(given, found if biases is True else _as_biases(biases, given))


def _arrays_of_model(model: Any) -> tuple[list[np.ndarray], list[np.ndarray | None]]:
    """Kernels and biases of a chain of dense layers; those without weights pass."""
    from kit.models import describe

    describe(model)  # refuses what is no model, or not built
    kernels: list[np.ndarray] = []
    biases: list[np.ndarray | None] = []
    for layer in model.layers:
        arrays = [np.asarray(one, float) for one in layer.get_weights()]
        shapes = [one.ndim for one in arrays]
        joins = isinstance(getattr(layer, "input", None), (list, tuple)) and len(layer.input) > 1
        if joins or shapes not in ([], [2], [2, 1]):
            raise ValueError(
                "`network` must be a chain of dense layers; got "
                f"{type(layer).__name__} {layer.name!r} in it"
            )
        if arrays:
            kernels.append(arrays[0])
            biases.append(arrays[1] if len(arrays) == 2 else None)
    return kernels, biases


def _as_biases(
    biases: PerUnit | bool | None, weights: Sequence[np.ndarray]
) -> list[np.ndarray | None]:
    if biases is None:
        return [None] * len(weights)
    words = f"a list of {len(weights)} arrays, or of None, one for each layer of weights"
    if not isinstance(biases, (list, tuple)) or len(biases) != len(weights):
        raise ValueError(f"`biases` must be {words}; got {shown(biases)}")
    found = [
        None if one is None else as_numbers(f"biases[{k}]", one) for k, one in enumerate(biases)
    ]
    for k, (one, kernel) in enumerate(zip(found, weights, strict=True)):
        if one is not None and one.shape != (kernel.shape[1],):
            raise ValueError(
                f"`biases[{k}]` must have the shape ({kernel.shape[1]},), a number for each unit; "
                f"got {one.shape}"
            )
    return found


def _chained(weights: list[np.ndarray], biases: list[np.ndarray | None]) -> Wiring:
    if not weights:
        raise ValueError("`network` must have one layer of weights at least; got none")
    for k, (one, after) in enumerate(itertools.pairwise(weights), 1):
        if len(after) != one.shape[1]:
            raise ValueError(
                f"`network[{k}]` must have {one.shape[1]} rows, one for each unit before it; "
                f"got {after.shape}"
            )
    return Wiring(weights, biases)


def per_column(name: str, given: PerUnit | None, sizes: Sequence[int]) -> list[list[Any] | None]:
    """What was given for each unit of each column, with None for a column that has nothing.

    Raises
    ------
    ValueError
        For another number of columns, or of units in one of them.
    """
    if given is None:
        return [None] * len(sizes)
    words = f"a list of {len(sizes)} lists, or of None, one for each column"
    if isinstance(given, str) or not hasattr(given, "__len__") or len(given) != len(sizes):
        raise ValueError(f"`{name}` must be {words}; got {shown(given)}")
    found = [None if one is None else list(np.atleast_1d(one)) for one in given]
    for k, (one, size) in enumerate(zip(found, sizes, strict=True)):
        if one is not None and len(one) != size:
            raise ValueError(f"`{name}[{k}]` must have {size} entries, one a unit; got {len(one)}")
    return found


def check_paths(paths: Paths, columns: Columns) -> list[list[Node]]:
    """The paths, each from unit to unit through neighbouring columns.

    Raises
    ------
    ValueError
        For what is no path, or one that leads through units that are not there or not drawn.
    """
    try:
        found = [[(column, unit) for column, unit in path] for path in paths]
    except (TypeError, ValueError):
        raise ValueError(
            "`paths` must be lists of (column, unit), with 'bias' for a bias unit; "
            f"got {shown(paths)}"
        ) from None
    for path in found:
        for column, unit in path:
            whole = isinstance(column, numbers.Integral) and 0 <= int(column) < len(columns.sizes)
            if not whole or unit not in columns.units(int(column)):
                raise ValueError(
                    f"`paths` must lead through units that are drawn; got ({column}, {unit!r})"
                )
        for (one, _), (after, unit) in itertools.pairwise(path):
            if after != one + 1 or unit == ALWAYS_ONE:
                raise ValueError(
                    "`paths` must go from each column to the next one, and begin at a bias unit "
                    f"if they meet one; got {shown(path)}"
                )
    return found
