"""Activation functions in NumPy, with their slopes and kinks, as theory needs them.

Those that Keras knows by name, in float64, and erf; any other function of an array too, whose slope
is then a centred difference that stays on one side of the kinks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from kit.checks import check_name, shown
from kit.stats.quadrature import Function

__all__ = ["NONLINEARITIES", "ActivationLike", "Nonlinearity", "leaky", "nonlinearity"]


@dataclass(frozen=True)
class Nonlinearity:
    """An activation function, as theory needs it.

    Attributes
    ----------
    name
        What it is called.
    f, slope
        The function and its derivative, element by element.
    kinks
        Where either jumps, or turns quickly: there integrals are cut.
    below
        Of one that is z above 0 and a multiple of z below: the multiple; else None.

    Examples
    --------
    >>> relu = nonlinearity("relu")
    >>> relu.f(np.array([-1.0, 2.0])).round(1).tolist(), relu.below
    ([-0.0, 2.0], 0.0)
    """

    name: str
    f: Function
    slope: Function
    kinks: tuple[float, ...] = (0.0,)
    below: float | None = None


ActivationLike: TypeAlias = "str | Function | Nonlinearity"
"""The name of an activation, a function of an array, or a Nonlinearity."""


def nonlinearity(activation: ActivationLike, kinks: Sequence[float] = (0.0,)) -> Nonlinearity:
    """The activation function of a name, or of a function.

    Parameters
    ----------
    activation
        A name among `NONLINEARITIES`; or a function that takes and returns a float64 array, element
        by element.
    kinks
        Of a function: where it or its slope jumps, finite numbers.

    Raises
    ------
    UnknownNameError
        For a name that is not known.
    TypeError, ValueError
        For what is neither, and for a function that returns another shape.

    Examples
    --------
    >>> square = nonlinearity(lambda z: z**2)
    >>> square.slope(np.array([3.0])).round(6).tolist()
    [6.0]
    """
    if isinstance(activation, Nonlinearity):
        return activation
    if isinstance(activation, str):
        return NONLINEARITIES[check_name("activation", activation, list(NONLINEARITIES))]
    if not callable(activation):
        raise TypeError(
            f"`activation` must be a name, or a function of a NumPy array; got {shown(activation)}"
        )
    places = tuple(float(one) for one in kinks)
    if not all(map(math.isfinite, places)):
        raise ValueError(f"`kinks` must be finite numbers; got {shown(kinks)}")
    trial = np.array([-1.0, 0.5, 2.0])
    found = np.asarray(activation(trial))
    if found.shape != trial.shape:
        raise ValueError(
            "`activation` must return an array of the shape that it is given, (3,) here; got "
            f"shape {found.shape}"
        )
    name = getattr(activation, "__name__", "a function")
    return Nonlinearity(name, activation, _numeric(activation, places), places)


def leaky(below: float, name: str = "leaky_relu", at_zero: float | None = None) -> Nonlinearity:
    """The function that is z above 0, and `below` times z below; `at_zero` is its slope at 0.

    Examples
    --------
    >>> leaky(0.1).f(np.array([-2.0, 2.0])).tolist()
    [-0.2, 2.0]
    """
    kink = below if at_zero is None else at_zero
    return Nonlinearity(
        name,
        lambda z: np.where(z > 0, z, below * z),
        lambda z: np.where(z > 0, 1.0, np.where(z == 0, kink, below)),
        below=below,
    )


_STEP = float(np.cbrt(np.finfo(np.float64).eps))


def _numeric(f: Function, kinks: Sequence[float]) -> Function:
    """The slope by centred differences, whose two points lie on one side of each kink."""

    def slope(z: np.ndarray) -> np.ndarray:
        h = _STEP * np.maximum(1.0, np.abs(z))
        for kink in kinks:
            away = np.abs(z - kink)
            h = np.minimum(h, np.where(away > 0, away / 2, h))
        h = (z + h) - z  # a step that float64 has
        h = np.where(h > 0, h, np.spacing(np.abs(z)) + 1e-300)
        return (f(z + h) - f(z - h)) / (2 * h)

    return slope


def _erf(z: np.ndarray) -> np.ndarray:
    return np.frompyfunc(math.erf, 1, 1)(z).astype(np.float64)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(z / 2))


def _density(z: np.ndarray) -> np.ndarray:
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


def _elu(alpha: float, scale: float, name: str, at_zero: float = 1.0) -> Nonlinearity:
    def f(z: np.ndarray) -> np.ndarray:
        return scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))

    def slope(z: np.ndarray) -> np.ndarray:
        below = alpha * np.exp(np.minimum(z, 0))
        return scale * np.where(z > 0, 1.0, np.where(z == 0, at_zero, below))

    return Nonlinearity(name, f, slope)


def _smooth(name: str, f: Function, slope: Function) -> Nonlinearity:
    return Nonlinearity(name, f, slope)


def _steps(name: str, low: float, high: float, slope: float) -> Nonlinearity:
    """A line of some slope through 0 between two bounds, or through ½ at 0, and flat beyond."""
    at_zero = 0.5 if name == "hard_sigmoid" else 0.0
    kinks = tuple((bound - at_zero) / slope for bound in (low, high))
    return Nonlinearity(
        name,
        lambda z: np.clip(at_zero + slope * z, low, high),
        lambda z: np.where((z > kinks[0]) & (z < kinks[1]), slope, 0.0),
        tuple(sorted({0.0, *kinks})),
    )


_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805  # Klambauer et al. 2017

_MAKERS: tuple[Callable[[], Nonlinearity], ...] = (
    lambda: leaky(1.0, "linear"),
    lambda: leaky(0.0, "relu"),
    lambda: leaky(0.2),  # Keras's default for the function; its layer has 0.3
    lambda: _smooth("sigmoid", _sigmoid, lambda z: 0.25 / np.cosh(np.clip(z, -700, 700) / 2) ** 2),
    lambda: _smooth("tanh", np.tanh, lambda z: 1 / np.cosh(np.clip(z, -350, 350)) ** 2),
    lambda: _smooth("erf", _erf, lambda z: 2 / np.sqrt(np.pi) * np.exp(-(z**2))),
    lambda: _smooth(
        "gelu",
        lambda z: z / 2 * (1 + _erf(z / np.sqrt(2))),
        lambda z: (1 + _erf(z / np.sqrt(2))) / 2 + z * _density(z),
    ),
    lambda: _smooth("softplus", lambda z: np.logaddexp(0, z), _sigmoid),
    lambda: _smooth(
        "silu",
        lambda z: z * _sigmoid(z),
        lambda z: _sigmoid(z) * (1 + z * _sigmoid(-z)),
    ),
    lambda: _smooth("softsign", lambda z: z / (1 + np.abs(z)), lambda z: 1 / (1 + np.abs(z)) ** 2),
    lambda: _elu(1.0, 1.0, "elu"),
    lambda: _elu(_SELU_ALPHA, _SELU_SCALE, "selu"),
    lambda: _steps("hard_sigmoid", 0.0, 1.0, 1 / 6),
    lambda: _steps("hard_tanh", -1.0, 1.0, 1.0),
    lambda: _steps("relu6", 0.0, 6.0, 1.0),
)

NONLINEARITIES: dict[str, Nonlinearity] = {one.name: one for one in (make() for make in _MAKERS)}
"""By the name that Keras has for them; and erf."""
NONLINEARITIES["swish"] = NONLINEARITIES["silu"]
