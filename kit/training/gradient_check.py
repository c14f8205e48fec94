"""Gradient checking: centred differences of the loss against backpropagation.

For a weight w and a step h,

    numeric = (L(w + h) − L(w − h)) / 2h        error = |a − n| / (|a| + |n|),

where a is the gradient that is checked. Thresholds and advice are those of CS231n ("Gradient
checks", Stanford): an error over 1e-2 is wrong, up to 1e-4 is right where there are kinks, and
without kinks it should be under 1e-7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import ArrayLike

from kit.callbacks.data import Inputs, ProbeData, Targets
from kit.callbacks.one_pass import probe
from kit.checks import check_count, check_name, check_number, check_seed, listed, shown
from kit.training.checked_gradients import CheckedGradient, GradientCheck
from kit.training.exact_loss import ExactLoss
from kit.training.gradient_faults import fault_of

__all__ = ["check_gradients"]

WRONG, WITH_KINKS, HAPPY = 1e-2, 1e-4, 1e-7
"""Errors: over the first it is wrong; up to the others it is right, with kinks and without."""

_ROUNDINGS = 4  # of the loss, that a difference of two losses may be off by
_SETTLED = 1e-6  # share of rounding up to which an error is told as it is
_TELLING = 0.05  # and up to which an element can be told right from wrong
_STEPS = (1.0, 0.1, 10.0, 100.0, 0.01)  # times h, tried in turn where one does not settle it

Gradients: TypeAlias = "Mapping[str, ArrayLike] | Sequence[ArrayLike]"
"""By the variable's name, as ``"h1/kernel"``, or in the order of ``model.trainable_variables``."""


def check_gradients(
    model: keras.Model,
    x: Inputs,
    y: Targets | None = None,
    *,
    sample_weight: Targets | None = None,
    gradients: Gradients | Callable[..., Gradients] | None = None,
    entries: int = 20,
    step: float | None = None,
    seed: int = 0,
) -> GradientCheck:
    """Check a model's gradients, or your own, by centred differences of its loss.

    The loss is the compiled one, penalties included, without dropout and with batch normalisation
    in inference. It is computed on a copy in float64 where the model can be cast, so that six to
    nine digits can be compared; the model is not changed. Where a step does not settle an element,
    because it meets a kink or is lost in rounding, others are tried. Where the weights themselves
    are at a kink (z is exactly 0 wherever an image is black and a bias is still 0) there are two
    slopes, and what lies between them is right. Kinks are those of ReLU and its like and of max
    pooling, where another value of a window becomes the largest.

    Parameters
    ----------
    model
        A compiled, built Keras model.
    x, y, sample_weight
        As for `kit.probe`; some ten samples are enough, and kinks are rarer with few.
    gradients
        What to check in the place of the tape's: a dict by variable, a list in the order of
        ``model.trainable_variables``, or a function of (weights, x, y) that returns either, where
        weights is a dict of float64 arrays by variable. Of the mean loss, penalties included.
    entries
        Elements of each variable that are checked, at most: half at random, half where the gradient
        is largest, or differs most from the tape's.
    step
        h, for weights up to 1, and times the weight beyond; None takes the cube root of the
        precision's rounding, 6e-6 in float64, where the errors of the formula and of rounding
        are about equal.
    seed
        Of the sample of elements.

    Returns
    -------
    GradientCheck

    Raises
    ------
    TypeError, ValueError, UnknownNameError
        For a model that is not built or compiled, data that do not fit it, or gradients that are
        not one for each variable.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data(n_points=20)
    >>> model = build_block("tanh", "glorot_normal", n_layers=2, units=10, seed=1)
    >>> check_gradients(model, X, y).right
    True
    """
    check_count("entries", entries)
    check_seed(seed)
    if step is not None:
        check_number("step", step, 1e-12, 1.0, expected="a number from 1e-12 to 1")
    data = ProbeData.of(x, y, sample_weight)
    exact = ExactLoss(model, data, probe(model, x, y, sample_weight=sample_weight).loss)
    if not exact.names:
        raise ValueError(f"`model` must have variables that train; got {model.name!r}, frozen")
    tape = exact.gradients()
    given, words = tape, "the tape's gradients"
    if gradients is not None:
        given, words = _own_gradients(gradients, exact, x, y), "your gradients"
    differences = _Differences(exact, step, [float(abs(one).max()) for one in tape])
    rng = np.random.default_rng(seed)
    found = []
    for k, name in enumerate(exact.names):
        layer, _, variable = name.rpartition("/")
        shape = exact.weights[k].shape
        if given[k].shape != shape:  # nothing to compare element by element
            found.append(
                CheckedGradient(
                    layer, variable, shape, 0, 1.0, (), np.nan, np.nan, "wrong", 0
                )
            )  # fmt: skip
            continue
        doubt = np.abs(given[k] - tape[k]) if gradients is not None else np.abs(tape[k])
        chosen = _sampled(doubt.ravel(), entries, rng)
        checked = [differences.compare(k, at, float(given[k].flat[at])) for at in chosen]
        found.append(_judged(layer, variable, shape, chosen, checked, exact.eps))
    precision = f"{exact.dtype}: {exact.reason}" if exact.reason else exact.dtype
    result = GradientCheck(tuple(found), differences.losses, precision, words)
    if gradients is None:
        return result
    return _with_faults(result, exact, given, tape, data.samples)


@dataclass(frozen=True)
class _Compared:
    """One element: what was given, what differences give, and how far apart they are."""

    given: float
    numeric: float
    apart: float  # relative, as it is
    error: float  # relative, beyond rounding
    unsettled: float  # rounding as a share of both
    kinked: bool


_End: TypeAlias = "tuple[float, float, list[np.ndarray]]"  # weight, loss, sides of all kinks


def _differ(sides: list[np.ndarray], others: list[np.ndarray]) -> bool:
    return any(not np.array_equal(a, b) for a, b in zip(sides, others, strict=True))


class _Differences:
    """Centred differences of the loss by single weights."""

    def __init__(self, exact: ExactLoss, step: float | None, largest: Sequence[float]) -> None:
        self._exact, self._largest = exact, largest
        self._step = exact.eps ** (1 / 3) if step is None else step
        self._only = step is not None
        self.losses = 0
        self._here: tuple[float, list[np.ndarray]] | None = None

    def compare(self, variable: int, at: int, given: float) -> _Compared:
        """The element with the step that settles it best."""
        found: list[_Compared] = []
        for times in _STEPS[:1] if self._only else _STEPS:
            found.append(self._with_step(variable, at, given, times))
            if found[-1].error <= HAPPY and found[-1].unsettled <= _TELLING:
                break
        best = min(found, key=lambda one: one.error + one.unsettled)
        if best.kinked and best.error > HAPPY:
            for times in _STEPS[:1] if self._only else sorted(_STEPS):
                both = self._from_both_sides(variable, at, given, times)
                if both is None:  # the nearest kink lies beyond
                    return best
                if both.unsettled <= _TELLING:
                    return both
        return best

    def _ends(self, variable: int, at: int, times: float) -> list[_End]:
        """The loss a step above and a step below."""
        values = list(self._exact.weights)
        kept = values[variable]
        ends = []
        for sign in (1, -1):
            moved = kept.copy()
            moved.flat[at] += sign * times * self._step * max(1.0, abs(kept.flat[at]))
            values[variable] = moved
            ends.append((float(moved.flat[at]), *self._exact.at(values)))
        self.losses += 2
        return ends

    def _from_both_sides(
        self, variable: int, at: int, given: float, times: float
    ) -> _Compared | None:
        """Where the weights themselves are at a kink: held against the slopes of its two sides.

        There is no derivative there, and whatever lies between the slopes may stand for one (a
        subgradient), as ReLU's slope at 0 may be 0 or 1. None where no kink is that near.
        """
        if self._here is None:
            self._here = self._exact.at(self._exact.weights)
            self.losses += 1
        here, sides = self._here
        where = float(self._exact.weights[variable].flat[at])
        ends = self._ends(variable, at, times)
        if not any(_differ(sides, one) for _, _, one in ends):
            return None
        slopes = [(loss - here) / (place - where) for place, loss, _ in ends]
        step = abs(ends[0][0] - ends[1][0]) / 2
        rounding = _ROUNDINGS * self._exact.eps * 2 * abs(here) / step
        rounding += step * self._largest[variable]  # h times half a second derivative
        nearest = float(np.clip(given, min(slopes), max(slopes)))
        size, apart = abs(given) + abs(nearest), abs(given - nearest)
        if not np.isfinite(apart):
            return None
        error = max(0.0, apart - rounding) / size if size else 0.0
        return _Compared(given, nearest, error, error, min(1.0, rounding / size) if size else 0.0,
                         True)  # fmt: skip

    def _with_step(self, variable: int, at: int, given: float, times: float) -> _Compared:
        (high, above, sides), (low, below, others) = self._ends(variable, at, times)
        numeric = (above - below) / (high - low)
        rounding = _ROUNDINGS * self._exact.eps * (abs(above) + abs(below)) / (high - low)
        # and what the formula leaves out, h² times a third derivative of about the gradient's size
        rounding += ((high - low) / 2) ** 2 * self._largest[variable]
        size = abs(given) + abs(numeric)
        apart = abs(given - numeric)
        if not np.isfinite(apart):
            return _Compared(given, numeric, 1.0, 1.0, 0.0, False)
        error = max(0.0, apart - rounding) / size if size else 0.0
        unsettled = min(1.0, rounding / size) if size else 0.0
        kinked = _differ(sides, others)
        share = apart / size if size and unsettled <= _SETTLED else error
        return _Compared(given, numeric, share, error, unsettled, kinked)


def _sampled(doubt: np.ndarray, entries: int, rng: np.random.Generator) -> list[int]:
    """Elements to check: half where most is in doubt, the others at random."""
    if len(doubt) <= entries:
        return list(range(len(doubt)))
    ranked = np.argsort(-np.nan_to_num(doubt, nan=np.inf), kind="stable")[: entries // 2]
    others = rng.permutation(np.setdiff1d(np.arange(len(doubt)), ranked))
    return sorted(int(k) for k in (*ranked, *others[: entries - len(ranked)]))


def _judged(
    layer: str,
    variable: str,
    shape: tuple[int, ...],
    chosen: Sequence[int],
    checked: Sequence[_Compared],
    eps: float,
) -> CheckedGradient:
    happy = max(HAPPY, 10 * eps ** (2 / 3))  # 4e-10 in float64, 2e-4 in float32
    place = max(range(len(checked)), key=lambda k: (checked[k].error, checked[k].apart))
    worst = checked[place]
    kinks = sum(one.kinked for one in checked)
    if worst.error > WRONG:
        verdict = "wrong"
    elif all(one.unsettled > _TELLING for one in checked):
        verdict = "too small to tell"
    else:
        most = max(happy, WITH_KINKS) if kinks else happy
        verdict = "right" if worst.error <= most else "doubtful"
    element = tuple(int(one) for one in np.unravel_index(chosen[place], shape))
    return CheckedGradient(
        layer, variable, shape, len(checked), worst.apart, element, worst.given, worst.numeric,
        verdict, kinks,
    )  # fmt: skip


def _own_gradients(gradients: Any, exact: ExactLoss, x: Any, y: Any) -> list[np.ndarray]:
    """An array for each variable, of what was given."""
    if callable(gradients):
        weights = dict(zip(exact.names, (one.copy() for one in exact.weights), strict=True))
        gradients = gradients(weights, x, y)
    if isinstance(gradients, Mapping):
        for name in gradients:
            check_name("gradients", name, exact.names, " of the model")
        missing = [name for name in exact.names if name not in gradients]
        if missing:
            raise ValueError(
                "`gradients` must have one for each variable that trains; missing: "
                f"{listed(missing)}"
            )
        gradients = [gradients[name] for name in exact.names]
    if not isinstance(gradients, (list, tuple)) or len(gradients) != len(exact.names):
        raise ValueError(
            f"`gradients` must have an array for each of {listed(exact.names)}; "
            f"got {shown(gradients)}"
        )
    return [np.asarray(one, np.float64) for one in gradients]


def _with_faults(
    result: GradientCheck,
    exact: ExactLoss,
    given: Sequence[np.ndarray],
    tape: Sequence[np.ndarray],
    samples: int,
) -> GradientCheck:
    """The same, with the kind of each fault."""

    @cache
    def left_out() -> dict[str, list[np.ndarray]]:
        layers = exact.activated()
        some = {name: exact.gradients([name]) for name in reversed(layers)}
        hidden = layers[:-1]
        for count in range(2, len(hidden) + 1):
            some[", ".join(hidden[-count:])] = exact.gradients(hidden[-count:])
        return some

    @cache
    def penalties() -> list[np.ndarray]:
        return exact.penalty_gradients()

    def fault(k: int, one: CheckedGradient) -> str:
        if one.verdict != "wrong":
            return ""
        return fault_of(
            given[k], tape[k], weight=exact.weights[k], samples=samples,
            is_bias=one.variable == "bias",
            straight=lambda: {words: every[k] for words, every in left_out().items()},
            penalty=lambda: penalties()[k],
        )  # fmt: skip

    found = [replace(one, fault=fault(k, one)) for k, one in enumerate(result.variables)]
    return replace(result, variables=tuple(found))
