"""Two optimizers of the lectures that Keras does not have, as Keras optimizers.

Rprop in the form that is called iRprop⁻ (M. Riedmiller and H. Braun, "A direct adaptive method for
faster backpropagation learning: the RPROP algorithm", 1993; C. Igel and M. Hüsken, "Improving the
Rprop learning algorithm", 2000), and RMSProp with Nesterov's momentum (I. Goodfellow, Y. Bengio and
A. Courville, "Deep Learning", 2016, algorithm 8.6).

Nothing in an update branches in Python, so `kit.train_together` trains stacks with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kit.checks import check_number

__all__ = ["RMSpropNesterov", "Rprop"]

_FRACTION = "a number from 0 to 1, below 1"


@keras.saving.register_keras_serializable(package="kit")
class Rprop(keras.optimizers.Optimizer):
    """Resilient propagation: of gradients the signs alone, and each weight with its own step.

    A weight's step grows while its gradient keeps its sign and shrinks when it changes; in that
    case the weight rests for one update::

        step <- min(increase · step, max_step)    where gradient · last gradient > 0
        step <- max(decrease · step, min_step)    where it is < 0; the gradient then counts as 0
        weight <- weight - sign(gradient) · step

    It needs the gradient of the whole data: give `fit` all samples as one batch. On minibatches
    the signs change by chance.

    Parameters
    ----------
    learning_rate
        The first step of every weight, over 0. Read at the first update: what changes it later
        has no effect.
    increase, decrease
        Factors of a step, over 1, and between 0 and 1.
    min_step, max_step
        Ends of a step's range, over 0.
    name
        Of the optimizer.
    base
        What every Keras optimizer takes: ``clipvalue``, ``weight_decay`` and so on.

    Raises
    ------
    TypeError, ValueError
        For a number of another kind or out of its range.

    Examples
    --------
    >>> weight = keras.Variable([4.0])
    >>> optimizer = Rprop(learning_rate=1.0)
    >>> for _ in range(3):  # of w²/2, times 1,000: its size does not matter
    ...     optimizer.apply([1000 * weight.value], [weight])
    >>> round(float(weight[0]), 3)
    0.36
    """

    def __init__(
        self,
        learning_rate: float = 0.1,
        increase: float = 1.2,
        decrease: float = 0.5,
        min_step: float = 1e-6,
        max_step: float = 50.0,
        name: str = "rprop",
        **base: object,
    ) -> None:
        expected = "a number over 0"
        check_number("learning_rate", learning_rate, 0, expected=expected, open_ends=True)
        super().__init__(learning_rate=learning_rate, name=name, **base)
        self.increase = check_number(
            "increase", increase, 1, expected="a number over 1", open_ends=True
        )
        self.decrease = check_number(
            "decrease", decrease, 0, 1, expected="a number between 0 and 1", open_ends=True
        )
        self.min_step = check_number("min_step", min_step, 0, expected=expected, open_ends=True)
        self.max_step = check_number(
            "max_step", max_step, self.min_step, expected="a number of at least `min_step`"
        )

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Make what is kept of each weight: its step, 0 before the first, and its last gradient."""
        if self.built:
            return
        super().build(variables)
        self._steps = self.add_optimizer_variables(variables, "step")
        self._lasts = self.add_optimizer_variables(variables, "last_gradient")

    def update_step(
        self, gradient: keras.KerasTensor, variable: keras.Variable, learning_rate: keras.Variable
    ) -> None:
        """Change one variable and what is kept of it."""
        place = self._get_variable_index(variable)
        step, last = self._steps[place], self._lasts[place]
        gradient = ops.convert_to_tensor(ops.cast(gradient, variable.dtype))
        first = ops.equal(step, 0)  # a step is never 0 later
        size = ops.where(first, ops.cast(learning_rate, variable.dtype), step)
        # signs, not the product of two gradients, which may underflow
        same = ops.multiply(ops.sign(gradient), ops.sign(last))
        grown = ops.minimum(ops.multiply(size, self.increase), self.max_step)
        shrunk = ops.maximum(ops.multiply(size, self.decrease), self.min_step)
        size = ops.where(same > 0, grown, ops.where(same < 0, shrunk, size))
        gradient = ops.where(same < 0, ops.zeros_like(gradient), gradient)
        self.assign(step, size)
        self.assign(last, gradient)
        self.assign_sub(variable, ops.multiply(ops.sign(gradient), size))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes an equal one of."""
        names = ("increase", "decrease", "min_step", "max_step")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


@keras.saving.register_keras_serializable(package="kit")
class RMSpropNesterov(keras.optimizers.Optimizer):
    """RMSProp with Nesterov's momentum: the gradient is taken where the momentum leads.

    With the momentum δ, the velocity v and the rate α::

        g <- gradient at θ + δ v
        r <- ρ r + (1 - ρ) g²
        v <- δ v - α g / √(ε + r)
        θ <- θ + v

    As in Keras's own SGD, a model holds the place θ + δ v at which the next gradient is taken. The
    lecture's form has no ε: with ``epsilon=0`` a gradient of exactly 0 in the first update gives
    NaN.

    Parameters
    ----------
    learning_rate
        α; a number or a schedule of Keras's.
    rho
        ρ, the share that r keeps at each update, from 0, below 1.
    momentum
        δ, the share that v keeps, from 0, below 1.
    epsilon
        ε, at least 0.
    name
        Of the optimizer.
    base
        What every Keras optimizer takes: ``clipnorm``, ``weight_decay`` and so on.

    Raises
    ------
    TypeError, ValueError
        For a number of another kind or out of its range.

    Examples
    --------
    >>> weight = keras.Variable([1.0])
    >>> optimizer = RMSpropNesterov(learning_rate=0.1, rho=0.0, momentum=0.5)
    >>> optimizer.apply([weight.value], [weight])
    >>> round(float(weight[0]), 3)  # 1 - 0.1, and half of that step ahead
    0.85
    """

    def __init__(
        self,
        learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 0.001,
        rho: float = 0.9,
        momentum: float = 0.9,
        epsilon: float = 1e-7,
        name: str = "rmsprop_nesterov",
        **base: object,
    ) -> None:
        super().__init__(learning_rate=learning_rate, name=name, **base)
        self.rho = _fraction("rho", rho)
        self.momentum = _fraction("momentum", momentum)
        self.epsilon = check_number("epsilon", epsilon, 0, expected="a number of at least 0")

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Make what is kept of each weight: r and v, which begin with 0."""
        if self.built:
            return
        super().build(variables)
        self._squares = self.add_optimizer_variables(variables, "square")
        self._velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(
        self, gradient: keras.KerasTensor, variable: keras.Variable, learning_rate: keras.Variable
    ) -> None:
        """Change one variable and what is kept of it."""
        place = self._get_variable_index(variable)
        square, velocity = self._squares[place], self._velocities[place]
        gradient = ops.convert_to_tensor(ops.cast(gradient, variable.dtype))
        fresh = ops.multiply(1 - self.rho, ops.square(gradient))
        self.assign(square, ops.add(ops.multiply(self.rho, square), fresh))
        rate = ops.cast(learning_rate, variable.dtype)
        root = ops.sqrt(ops.add(square, self.epsilon))
        move = ops.divide(ops.multiply(rate, gradient), root)
        self.assign(velocity, ops.subtract(ops.multiply(self.momentum, velocity), move))
        # from θ + δ v to the next θ + δ v
        ahead = ops.multiply(self.momentum, velocity)
        self.assign_add(variable, ops.subtract(ahead, move))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes an equal one of."""
        names = ("rho", "momentum", "epsilon")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _fraction(name: str, value: object) -> float:
    found = check_number(name, value, 0, 1, expected=_FRACTION)
    if found == 1:
        raise ValueError(f"`{name}` must be {_FRACTION}; got {value}")
    return found
