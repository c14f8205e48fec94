r"""Theory along a chain of layers: z and activations forwards, deltas and gradients backwards.

A network is a list of steps. Forwards each turns the `Kernel` of what it receives into that of what
it makes. Backwards E[δ_i δ_j] of a layer's z, over pairs of samples, is that of the next layer
times fan_out Var W times E[f′(u_i) f′(u_j)], and the gradient of a weight, which is a mean over n
samples, has the second moment Σ_ij E[a_i a_j] E[δ_i δ_j] / n². Weights that go back are taken as
independent of those that went forwards (S. Schoenholz et al., "Deep information propagation",
2017). Convolutions are followed place by place, as `kit.stats.local_kernels` tells.

`Row.spread` is the factor within which, up or down, a std lies with about 95 of 100 draws
(`kit.stats.fluctuations`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from kit.stats.fluctuations import Fluctuation, factor_of, likeness, mean_over_pairs
from kit.stats.kernels import Kernel, through_activation, through_weights
from kit.stats.local_kernels import (
    LocalKernel,
    Window,
    activated_locally,
    back_through_window,
    pulled_together,
    through_window,
    window_mean,
)
from kit.stats.nonlinearities import Nonlinearity
from kit.stats.quadrature import pair_mean
from kit.stats.theory import second_moment

__all__ = [
    "Activate",
    "Normalize",
    "Row",
    "Scale",
    "Step",
    "Through",
    "Weigh",
    "propagate",
    "silences",
]


@dataclass(frozen=True)
class Weigh:
    """A layer with weights: z = x W + b.

    Attributes
    ----------
    name
        Of the layer.
    gain, back
        fan_in Var W forwards, fan_out Var W backwards; of a convolution, whose edges reach fewer
        inputs, as means over the places.
    shift
        Second moment of a bias.
    units
        Of the layer, or channels.
    fan_in
        Inputs of a unit.
    places
        At which the same weights stand: 1 of a dense layer; 0 where it is not known.
    std
        Of a weight.
    window
        Where there are places, what each of them looks at; None where they are not told apart.
    """

    name: str
    gain: float
    back: float
    shift: float
    units: int
    fan_in: int
    places: int = 1
    std: float = math.nan
    window: Window | None = None

    @property
    def weights(self) -> int:
        """How many there are."""
        return self.units * self.fan_in


@dataclass(frozen=True)
class Activate:
    """An activation function, of a layer with weights or by itself."""

    name: str
    f: Nonlinearity


@dataclass(frozen=True)
class Scale:
    """All values times numbers whose squares have the mean `factor`, where `own` is 1.

    Where it is not, those numbers are drawn for each sample, as in dropout: second moments of a
    sample are then `own` times as large, those of two samples are not.
    """

    name: str
    factor: float
    own: float = 1.0


@dataclass(frozen=True)
class Normalize:
    """Batch normalisation as in training: of each unit, less its mean, over its std.

    Backwards a delta is divided by that std, less what flows back through mean and std (G. Yang et
    al., "A mean field theory of batch normalization", 2019): g_i - mean g - û_i mean(û g), where û
    is what comes out. Of a convolution the mean is over places too, whose kernel theory does not
    have: forwards that is left out, and backwards nothing is said of what is before.
    """

    name: str
    factor: float = 1.0
    shift: float = 0.0


Step = Weigh | Activate | Scale | Normalize


@dataclass(frozen=True)
class Row:
    """What is predicted of one quantity of one layer."""

    layer: str
    quantity: str
    std: float
    rms: float
    std_samples: float = math.nan
    std_units: float = math.nan
    spread: float = math.nan


@dataclass
class Through:
    """What is known at each step, forwards; backwards it is read again.

    `before` and `after` are means over places; `took` and `made` have each of them, or are None.
    `merged` tells that before it places were not told apart. `slopes` are (samples, samples), or
    (places, samples, samples).
    """

    step: Step
    before: Kernel
    after: Kernel
    took: LocalKernel | None = None
    made: LocalKernel | None = None
    slopes: np.ndarray | None = None
    merged: bool = False
    units: int = 1
    places: int = 1
    doubt: float = 0.0  # relative variance over draws of the mean square of what comes in
    alone: float = 0.0  # the same of a single sample, or of a direction that all have in common
    alike: float = 0.0  # correlation of z at places of a picture, or of others; root mean square
    curve: Fluctuation | None = field(default=None, repr=False)


_ALL = slice(None)


def propagate(
    inputs: Kernel,
    steps: Sequence[Step],
    samples: int,
    delta: np.ndarray | None = None,
    chosen: np.ndarray | slice = _ALL,
) -> tuple[list[Row], list[Through]]:
    """Predict every layer of a chain.

    Parameters
    ----------
        inputs
            The kernel of some of the samples; at each place, where a convolution takes them.
        steps
            From the first layer to the last.
        samples
            How many samples there are; the kernel's pairs stand for all of theirs.
        delta
            Of the last layer with weights, which the loss gives: (n, units) or (n, places, units)
            of all samples; None, and nothing is said of what goes backwards.
        chosen
            Which samples the kernel is of.

    Returns
    -------
        rows
            z, activation, weight, then delta and gradient, from the first layer to the last.
        through
            Of each step.

    Examples
    --------
    >>> from kit.stats.kernels import kernel_of_inputs
    >>> from kit.stats.nonlinearities import nonlinearity
    >>> x = np.random.default_rng(1).normal(size=(50, 20))
    >>> relu = nonlinearity("relu")
    >>> steps = [Weigh("h1", 2.0, 2.0, 0.0, 100, 20), Activate("h1", relu)]
    >>> rows, _ = propagate(kernel_of_inputs(x), steps, samples=50)
    >>> {row.quantity: round(row.rms, 1) for row in rows if row.quantity != "weight"}
    {'z': 1.4, 'activation': 1.0}
    """
    rows: list[Row] = []
    through: list[Through] = []
    local = inputs if isinstance(inputs, LocalKernel) else None
    kernel = inputs if local is None else local.mean_over_places()
    units, places, doubt, alone, alike = 1, 1, 0.0, 0.0, 0.0
    for step in steps:
        if isinstance(step, Weigh):
            units, places = step.units, step.places
            if local is not None and local.values is not None and step.window is not None:
                alike = math.sqrt(pulled_together(local.values, step.window))
        one = Through(
            step, kernel, kernel, local,
            units=units, places=places, doubt=doubt, alone=alone, alike=alike,
        )  # fmt: skip
        _forwards(one, samples)
        rows += _rows_forwards(one, samples)
        through.append(one)
        kernel, local, alike = one.after, one.made, _alike_after(one)
        doubt, alone = _doubt_after(one)
    if delta is not None:
        rows += _backwards(through, np.asarray(delta, np.float64), samples, chosen)
    return rows, through


def _forwards(one: Through, samples: int) -> None:
    """Set what the step makes of what it takes."""
    step = one.step
    if isinstance(step, Weigh) and step.window is not None:
        if one.took is None or len(one.took) != step.window.inputs:
            one.took = LocalKernel.everywhere(one.before, step.window.inputs)
            one.merged = True
        one.made = through_window(one.took, step.window, step.shift)
        one.after = one.made.mean_over_places()
    elif isinstance(step, Weigh):
        one.after = through_weights(one.before, step.gain, step.shift)
    elif isinstance(step, Activate):
        one.curve = Fluctuation.of(one.before, step.f, samples, one.units, one.alike)
        if one.took is not None:
            one.made, one.slopes = activated_locally(one.took, step.f)
            one.after = one.made.mean_over_places()
        else:
            passed = through_activation(one.before, step.f)
            one.after, one.slopes = passed.kernel, passed.slopes
    else:
        one.after = _changed(one.before, step, one.before, samples)
        if one.took is not None:
            one.made = _changed(one.took, step, one.before, samples)


_Either = TypeVar("_Either", Kernel, LocalKernel)


def _changed(kernel: _Either, step: Scale | Normalize, mean: Kernel, samples: int) -> _Either:
    """What a step without units makes of a kernel; `mean` is that over the places."""
    if isinstance(step, Scale):
        size = kernel.size * step.factor * step.own
        apart = kernel.apart * step.factor
        if step.own != 1:
            more = kernel.size * step.factor * (step.own - 1)
            apart = apart + (more[..., None] + more[..., None, :]) / 2
            apart *= 1 - np.eye(apart.shape[-1])
        return type(kernel)(size, apart, kernel.mean * math.sqrt(step.factor))
    factor = step.factor / max(mean_over_pairs(mean.apart, samples), 1e-300)
    size = np.diagonal(_centred(kernel.both), axis1=-2, axis2=-1) * factor + step.shift
    return type(kernel)(size, kernel.apart * factor, np.zeros_like(size))


def _rows_forwards(one: Through, samples: int) -> list[Row]:
    step, kernel = one.step, one.after
    if isinstance(step, Activate):
        doubt = one.curve.doubt_of_std(one.doubt, one.units) if one.curve else math.nan
        return [_row(step.name, "activation", kernel, one, doubt, samples)]
    if not isinstance(step, Weigh):
        return []
    share = 1 - step.shift / max(float(kernel.size.mean()), 1e-300)
    # narrow layers before it make samples alike that theory holds apart
    alike = max(likeness(kernel.both, samples) + 1 / step.fan_in, one.alike**2)
    doubt = one.doubt * share**2 + 2 * alike / one.units
    z = _row(step.name, "z", kernel, one, doubt, samples)
    weight = Row(step.name, "weight", step.std, step.std, spread=factor_of(2 / step.weights))
    return [z, weight]


def _row(name: str, quantity: str, kernel: Kernel, one: Through, doubt: float, samples: int) -> Row:
    """Std over samples and units, of which there are finitely many; its parts."""
    size = float(kernel.size.mean())
    middle = float(kernel.mean.mean()) ** 2  # of the mean, were there infinitely many units
    across = mean_over_pairs(kernel.apart, samples)
    between = max(size - across - middle, 0.0) * (1 - 1 / one.units)
    parts = (across, between) if one.places == 1 else (math.nan, math.nan)
    std = math.sqrt(across + between)
    a, b = map(math.sqrt, parts)
    return Row(name, quantity, std, math.sqrt(size), a, b, factor_of(doubt))


def _doubt_after(one: Through) -> tuple[float, float]:
    """As `Through.doubt` and `Through.alone`, of what the step makes."""
    doubt, alone = one.doubt, one.alone
    if isinstance(one.step, Weigh):
        share = 1 - one.step.shift / max(float(one.after.size.mean()), 1e-300)
        return doubt * share**2, alone * share**2
    if isinstance(one.step, Activate) and one.curve:
        bend = one.curve.bend**2
        return doubt * bend + one.curve.size / one.units, alone * bend + one.curve.alone / one.units
    return doubt, alone


def _alike_after(one: Through) -> float:
    """As `Through.alike`, as if all pairs had that correlation."""
    if not isinstance(one.step, Activate) or not one.alike:
        return one.alike
    f, q = one.step.f, max(float(one.before.size.mean()), 1e-20)
    common = pair_mean(f.f, (q, q), min(one.alike, 1.0), f.kinks)
    return abs(common) / max(float(second_moment(f, q)), 1e-300)


def _backwards(
    through: Sequence[Through],
    delta: np.ndarray,
    samples: int,
    chosen: np.ndarray | slice = _ALL,
) -> list[Row]:
    """Rows of delta and gradient, from the first layer to the last."""
    found: list[Row] = []
    last = max(k for k, one in enumerate(through) if isinstance(one.step, Weigh))
    doubt, at_places = 0.0, delta.ndim > 2
    silent = silences(through, at_places)
    size = float((delta**2).mean())
    parts = np.moveaxis(delta[chosen], -2, 0) if at_places else delta[chosen]
    # of z of the layer that is come to; those that stand for all are as large
    both = parts @ parts.swapaxes(-1, -2) / delta.shape[-1]
    both *= size / max(float((parts**2).mean()), 1e-300)
    for k in range(last, -1, -1):
        one = through[k]
        step = one.step
        if isinstance(step, Weigh):
            row = _delta_row(step.name, both, one, doubt, samples)
            if k == last:  # this one is known
                known_row = float(delta.std()), math.sqrt(size), *_parts(delta)
                row = Row(row.layer, "delta", *known_row, spread=1.0)
            gradient = Row(step.name, "gradient", math.nan, math.nan)
            if step.name not in silent:
                gradient = _gradient_row(one, both, doubt, samples)
            found[:0] = [row, gradient]
            alike = likeness(_over_places(both), samples)
            both = _back_through_weights(both, one)
            pending = 2 * alike
        elif isinstance(step, Activate) and one.slopes is not None and one.curve:
            both = both * one.slopes
            doubt = doubt + ((1 + pending) * (1 + one.curve.slope) - 1) / one.units
            doubt += one.doubt * one.curve.bend_slope**2
            if not _belongs(through, k):  # an activation layer has a z, and its delta
                found[:0] = [_delta_row(step.name, both, one, doubt, samples)]
        elif isinstance(step, Scale):
            own = (step.own - 1) * np.eye(both.shape[-1])
            both = both * (1 + own) * step.factor
        else:
            assert isinstance(step, Normalize)
            if one.took is not None:
                break
            both = _back_through_normalization(both, one, samples)
    return found


def silences(through: Sequence[Through], at_places: bool) -> dict[str, str]:
    """By layer with weights, why nothing is said of its gradient.

    Parameters
    ----------
    through
        Of each step.
    at_places
        Whether the delta that theory goes back from is at several places.
    """
    found, blurred = {}, False
    for one in through[::-1]:
        step = one.step
        blurred = blurred or (isinstance(step, Normalize) and one.took is not None)
        if not isinstance(step, Weigh):
            continue
        if blurred:
            found[step.name] = "a batch normalisation behind it takes means over places too"
        elif at_places:
            found[step.name] = "the loss is at places, whose deltas go together"
        elif step.places == 0:
            found[step.name] = "it is not known at how many places it acts"
        elif step.places > 1 and step.window is None:
            found[step.name] = f"its {step.places:,} places are too many to be told apart"
    return dict(reversed(found.items()))


def _over_places(both: np.ndarray) -> np.ndarray:
    """(samples, samples), of that or of (places, samples, samples)."""
    return both if both.ndim == 2 else np.asarray(both.mean(axis=0))


def _back_through_weights(both: np.ndarray, one: Through) -> np.ndarray:
    step = one.step
    assert isinstance(step, Weigh)
    if step.window is None:
        return _over_places(both) * step.back
    found = back_through_window(both if both.ndim == 3 else both[None], step.window)
    return _over_places(found) if one.merged else found


def _back_through_normalization(both: np.ndarray, one: Through, samples: int) -> np.ndarray:
    """E[δ_i δ_j] before a batch normalisation; means over the batch are those over its samples."""
    step = one.step
    assert isinstance(step, Normalize)
    n = len(both)
    spread = max(mean_over_pairs(one.before.apart, samples), 1e-300)
    own, g = _centred(one.before.both) / spread, _centred(both)  # E[û_i û_j], and of centred deltas
    turned = own @ g / n
    less = turned + turned.T
    more = own * float((own * g).sum()) / n**2 + 2 * (turned @ own) / n
    return np.asarray(g - less + more) * step.factor / spread


def _centred(both: np.ndarray) -> np.ndarray:
    """Less the means over the samples: (..., samples, samples)."""
    rows = both.mean(axis=-1, keepdims=True)
    return np.asarray(both - rows - rows.swapaxes(-1, -2) + rows.mean(axis=-2, keepdims=True))


def _belongs(through: Sequence[Through], k: int) -> bool:
    """Whether an activation function is of the layer with weights before it."""
    return k > 0 and through[k - 1].step.name == through[k].step.name


def _parts(delta: np.ndarray) -> tuple[float, float]:
    if delta.ndim > 2:
        return math.nan, math.nan
    return math.sqrt(float(delta.var(axis=0).mean())), float(delta.mean(axis=0).std())


def _delta_row(name: str, both: np.ndarray, one: Through, doubt: float, samples: int) -> Row:
    count = one.units if both.ndim == 2 else one.units * len(both)  # that have deltas of their own
    both = _over_places(both)
    size, common = float(np.trace(both)) / len(both), mean_over_pairs(both, samples)
    across, between = max(size - common, 0.0), max(common, 0.0) * (1 - 1 / count)
    parts = (across, between) if one.places == 1 else (math.nan, math.nan)
    std = math.sqrt(across + between)
    a, b = map(math.sqrt, parts)
    return Row(name, "delta", std, math.sqrt(size), a, b, factor_of(doubt))


def _gradient_row(one: Through, both: np.ndarray, doubt: float, samples: int) -> Row:
    """Of the weights' gradient, from E[δ_i δ_j] of z."""
    step = one.step
    assert isinstance(step, Weigh)
    values, means = one.before.both, np.outer(one.before.mean, one.before.mean)
    if step.window is not None and one.took is not None:
        taken = window_mean(one.took, step.window)
        values, means = taken.both, taken.mean[:, :, None] * taken.mean[:, None]
        both = both if both.ndim == 3 else both[None]
    elif both.ndim == 3:
        both = _over_places(both)
    square = _pairs_of(values * both, samples)
    # the mean of all weights' gradients is not in their std
    middle = means + (values - means) / step.fan_in
    std = math.sqrt(max(square - _pairs_of(middle * both, samples) / step.units, 0.0))
    alike = likeness(_over_places(both), samples)
    if step.window is not None and one.took is not None and one.took.values is not None:
        alike = max(alike, pulled_together(one.took.values, step.window, both))
    # samples pull together, so that what one direction loses is not made up by others
    doubt += one.alone + 2 * alike / step.units * (step.units > 1)
    return Row(step.name, "gradient", std, math.sqrt(max(square, 0.0)), spread=factor_of(doubt))


def _pairs_of(matrices: np.ndarray, samples: int) -> float:
    """The mean over pairs of samples; of (places, samples, samples) the sum over the places."""
    return mean_over_pairs(matrices if matrices.ndim == 2 else matrices.sum(axis=0), samples)
