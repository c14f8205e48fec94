"""Hyperparameters of optimizers that each network of a stack has its own of."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

__all__ = ["OF_EACH", "OwnValue", "Undecided", "own_values"]

OF_EACH = ("momentum", "weight_decay", "beta_1", "beta_2", "rho", "epsilon")
"""What networks of a group may have their own of, beside the learning rate, which is a variable."""


Operand: TypeAlias = "tf.Tensor | np.ndarray | float"
"""What an optimizer computes with."""


class Undecided(Exception):
    """An optimizer asks what is true for some networks of the stack and not for others."""


class OwnValue:
    """A number that an optimizer keeps, of one network of a stack: a tensor that can be compared.

    Keras's optimizers ask of some hyperparameters, in Python, whether they are 0. A tensor cannot
    answer while a program is traced; this does, where the answer is the same for all networks.

    Parameters
    ----------
    tensor
        The value of the network whose slice is computed.
    values
        Those of all networks.
    """

    def __init__(self, tensor: tf.Tensor, values: Sequence[float]) -> None:
        self.tensor, self._values = tensor, tuple(values)

    @property
    def dtype(self) -> tf.DType:
        """As a tensor's."""
        return self.tensor.dtype

    @property
    def shape(self) -> tf.TensorShape:
        """As a tensor's."""
        return self.tensor.shape

    def __tf_tensor__(self, dtype: tf.DType | None = None, name: str | None = None) -> tf.Tensor:
        return self.tensor if dtype is None else tf.cast(self.tensor, dtype)

    def _all(self, compare: Callable[[float, Any], bool], other: Any) -> bool:
        answers = {bool(compare(one, other)) for one in self._values}
        if len(answers) > 1:
            raise Undecided
        return answers.pop()

    def __eq__(self, other: object) -> bool:
        return self._all(operator.eq, other)

    def __ne__(self, other: object) -> bool:
        return self._all(operator.ne, other)

    def __lt__(self, other: float) -> bool:
        return self._all(operator.lt, other)

    def __le__(self, other: float) -> bool:
        return self._all(operator.le, other)

    def __gt__(self, other: float) -> bool:
        return self._all(operator.gt, other)

    def __ge__(self, other: float) -> bool:
        return self._all(operator.ge, other)

    def __bool__(self) -> bool:
        return self._all(operator.ne, 0)

    def __neg__(self) -> tf.Tensor:
        return -self.tensor

    def __add__(self, other: Operand) -> tf.Tensor:
        return self.tensor + other

    def __sub__(self, other: Operand) -> tf.Tensor:
        return self.tensor - other

    def __rsub__(self, other: Operand) -> tf.Tensor:
        return other - self.tensor

    def __mul__(self, other: Operand) -> tf.Tensor:
        return self.tensor * other

    def __truediv__(self, other: Operand) -> tf.Tensor:
        return self.tensor / other

    def __rtruediv__(self, other: Operand) -> tf.Tensor:
        return other / self.tensor

    def __pow__(self, other: Operand) -> tf.Tensor:
        return self.tensor**other

    __radd__, __rmul__ = __add__, __mul__
    __hash__ = None  # type: ignore[assignment]


def own_values(optimizers: Sequence[keras.optimizers.Optimizer]) -> dict[str, list[float]]:
    """By name, the hyperparameters in which optimizers of one kind differ, one value for each."""
    found = {}
    for name in OF_EACH:
        values = [vars(one).get(name) for one in optimizers]
        if any(one != values[0] for one in values):
            # no weight decay is one of 0
            found[name] = [0.0 if one is None else float(one) for one in values]
    return found
