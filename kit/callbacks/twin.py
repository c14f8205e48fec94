"""A copy of all the state that a traced pass reads or writes, in the place of the model's own.

A traced pass is a program that is handed its variables: weights, statistics, seeds, and what else
a layer keeps in a ``tf.Variable`` or a ``tf.random.Generator``. It is given others, which hold
what the model's held at the moment that is measured. So the pass may write what it likes, and may
run in another thread while training goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from kit.callbacks import keras_internals

__all__ = ["Twin"]


class Twin:
    """Variables of the same shapes as those that a concrete function reads.

    Parameters
    ----------
    concrete
        A traced function; from here on it reads the twin.

    Attributes
    ----------
    handles
        Of the variables that it was traced with, in order.
    constants
        Number of what else it reads, which stays the model's: constants, and resources that are
        no variables, as tables of words and iterators.
    """

    def __init__(self, concrete: tf.types.experimental.ConcreteFunction) -> None:
        captures = list(concrete.captured_inputs)
        self._specs: list[tf.TensorSpec] = []
        self.handles: list[tf.Tensor] = []
        self.constants = 0
        self._variables: list[tf.Variable] = []
        given = []
        for captured in captures:
            spec = keras_internals.variable_behind(captured)
            if spec is None:  # a constant, or a table of words
                self.constants += 1
                given.append(captured)
                continue
            value = tf.raw_ops.ReadVariableOp(resource=captured, dtype=spec.dtype)
            own = tf.Variable(
                tf.raw_ops.DeepCopy(x=value), trainable=False, shape=spec.shape, dtype=spec.dtype
            )
            self._variables.append(own)
            self._specs.append(spec)
            self.handles.append(captured)
            given.append(own.handle)
        keras_internals.run_with_captures(concrete, given)

    def copies(self, handles: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        """What a model's variables hold now: copies, which training does not write into.

        Not ``tf.identity``, which shares the memory that an optimizer updates in place.

        Parameters
        ----------
        handles
            Of the variables, in the order of those that the function was traced with.
        """
        read, copied = tf.raw_ops.ReadVariableOp, tf.raw_ops.DeepCopy
        return [
            copied(x=read(resource=handle, dtype=spec.dtype))
            for handle, spec in zip(handles, self._specs, strict=True)
        ]

    def load(self, copies: list[tf.Tensor]) -> None:
        """Let the traced function begin with these values."""
        for variable, value in zip(self._variables, copies, strict=True):
            tf.raw_ops.AssignVariableOp(resource=variable.handle, value=value)
