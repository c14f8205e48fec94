r"""Theory along a chain of layers: z and activations forwards, deltas and gradients backwards.

A network is a list of steps. Forwards each turns the `Kernel` of what it receives into that of what
it makes. Backwards E[δ_i δ_j] of a layer's z, over pairs of samples, is that of the next layer
times fan_out Var W times E[f′(u_i) f′(u_j)], and the gradient of a weight, which is a mean over n
samples, has the second moment Σ_ij E[a_i a_j] E[δ_i δ_j] / n². Weights that go back are taken as
independent of those that went forwards (S. Schoenholz et al., "Deep information propagation",
2017).

`Row.spread` is the factor within which, up or down, a std lies with about 95 of 100 draws
(`kit.stats.fluctuations`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kit.stats.fluctuations import Fluctuation, factor_of, likeness, mean_over_pairs
from kit.stats.kernels import Kernel, through_activation, through_weights
from kit.stats.nonlinearities import Nonlinearity

__all__ = ["Activate", "Normalize", "Row", "Scale", "Step", "Through", "Weigh", "propagate"]


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
        At which the same weights stand: 1 of a dense layer.
    std
        Of a weight.
    """

    name: str
    gain: float
    back: float
    shift: float
    units: int
    fan_in: int
    places: int = 1
    std: float = math.nan

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

    Backwards a delta is divided by that std; what flows back through mean and std is left out, a
    share of the order of one in the batch (G. Yang et al., "A mean field theory of batch
    normalization", 2019).
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
    """What is known at each step, forwards; backwards it is read again."""

    step: Step
    before: Kernel
    after: Kernel
    slopes: np.ndarray | None = None
    units: int = 1
    places: int = 1
    doubt: float = 0.0  # relative variance over draws of the mean square of what comes in
    alone: float = 0.0  # the same of a single sample, or of a direction that all have in common
    curve: Fluctuation | None = field(default=None, repr=False)


def propagate(
    inputs: Kernel,
    steps: Sequence[Step],
    samples: int,
    delta: np.ndarray | None = None,
) -> tuple[list[Row], list[Through]]:
    """Predict every layer of a chain.

    Parameters
    ----------
        inputs
            The kernel of some of the samples.
        steps
            From the first layer to the last.
        samples
            How many samples there are; the kernel's pairs stand for all of theirs.
        delta
            Of the last layer with weights, which the loss gives: (samples of the kernel, units), or
            None, and nothing is said of what goes backwards.

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
    kernel, units, places, doubt = inputs, 1, 1, (0.0, 0.0)
    for step in steps:
        if isinstance(step, Weigh):
            units, places = step.units, step.places
        one = _forwards(step, kernel, units, places, doubt, samples)
        rows += _rows_forwards(one, samples)
        through.append(one)
        kernel, doubt = one.after, _doubt_after(one)
    if delta is not None:
        rows += _backwards(through, np.asarray(delta, np.float64), samples)
    return rows, through


def _forwards(
    step: Step,
    kernel: Kernel,
    units: int,
    places: int,
    doubt: tuple[float, float],
    samples: int,
) -> Through:
    if isinstance(step, Weigh):
        after = through_weights(kernel, step.gain, step.shift)
        return Through(step, kernel, after, None, units, places, *doubt)
    if isinstance(step, Activate):
        passed = through_activation(kernel, step.f)
        curve = Fluctuation.of(kernel, step.f, samples, units)
        return Through(step, kernel, passed.kernel, passed.slopes, units, places, *doubt, curve)
    if isinstance(step, Scale):
        after = _scaled(kernel, step.factor, step.own)
        return Through(step, kernel, after, None, units, places, *doubt)
    spread = mean_over_pairs(kernel.apart, samples)
    apart = kernel.apart * step.factor / max(spread, 1e-300)
    both = kernel.both
    centred = both - both.mean(axis=0) - both.mean(axis=1)[:, None] + both.mean()
    size = np.diagonal(centred) * step.factor / max(spread, 1e-300) + step.shift
    after = Kernel(size, apart, np.zeros_like(size))
    return Through(step, kernel, after, None, units, places, *doubt)


def _scaled(kernel: Kernel, factor: float, own: float) -> Kernel:
    size = kernel.size * factor * own
    apart = kernel.apart * factor
    if own != 1:
        more = kernel.size * factor * (own - 1)
        apart = apart + (more[:, None] + more) / 2
        np.fill_diagonal(apart, 0.0)
    return Kernel(size, apart, kernel.mean * math.sqrt(factor))


def _rows_forwards(one: Through, samples: int) -> list[Row]:
    step, kernel = one.step, one.after
    if isinstance(step, Activate):
        doubt = one.curve.doubt_of_std(one.doubt, one.units) if one.curve else math.nan
        return [_row(step.name, "activation", kernel, one, doubt, samples)]
    if not isinstance(step, Weigh):
        return []
    share = 1 - step.shift / max(float(kernel.size.mean()), 1e-300)
    # narrow layers before it make samples alike that theory holds apart
    alike = likeness(kernel.both, samples) + 1 / step.fan_in
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


def _backwards(through: Sequence[Through], delta: np.ndarray, samples: int) -> list[Row]:
    """Rows of delta and gradient, from the first layer to the last."""
    found: list[Row] = []
    last = max(k for k, one in enumerate(through) if isinstance(one.step, Weigh))
    both = delta @ delta.T / delta.shape[1]  # of z of the layer that is come to
    doubt, flat = 0.0, any(one.places > 1 for one in through)
    spread = float(delta.std())
    for k in range(last, -1, -1):
        one = through[k]
        step = one.step
        if isinstance(step, Weigh):
            row = _delta_row(step.name, both, one, doubt, samples)
            if k == last:  # this one is known
                row = Row(row.layer, "delta", spread, row.rms, *_parts(delta), 1.0)
            gradient = _gradient_row(one, both, doubt, samples, flat)
            found[:0] = [row, gradient]
            alike = likeness(both, samples)
            both = both * step.back
            pending = 2 * alike
        elif isinstance(step, Activate) and one.slopes is not None and one.curve:
            both = both * one.slopes
            doubt = doubt + ((1 + pending) * (1 + one.curve.slope) - 1) / one.units
            doubt += one.doubt * one.curve.bend_slope**2
            if not _belongs(through, k):  # an activation layer has a z, and its delta
                found[:0] = [_delta_row(step.name, both, one, doubt, samples)]
        elif isinstance(step, Scale):
            own = np.diagonal(both) * (step.own - 1)
            both = (both + np.diag(own)) * step.factor
        else:
            assert isinstance(step, Normalize)
            both = both * step.factor / max(mean_over_pairs(one.before.apart, samples), 1e-300)
    return found


def _belongs(through: Sequence[Through], k: int) -> bool:
    """Whether an activation function is of the layer with weights before it."""
    return k > 0 and through[k - 1].step.name == through[k].step.name


def _parts(delta: np.ndarray) -> tuple[float, float]:
    return math.sqrt(float(delta.var(axis=0).mean())), float(delta.mean(axis=0).std())


def _delta_row(name: str, both: np.ndarray, one: Through, doubt: float, samples: int) -> Row:
    size, common = float(np.trace(both)) / len(both), mean_over_pairs(both, samples)
    across, between = max(size - common, 0.0), max(common, 0.0) * (1 - 1 / one.units)
    parts = (across, between) if one.places == 1 else (math.nan, math.nan)
    std = math.sqrt(across + between)
    a, b = map(math.sqrt, parts)
    return Row(name, "delta", std, math.sqrt(size), a, b, factor_of(doubt))


def _gradient_row(one: Through, both: np.ndarray, doubt: float, samples: int, flat: bool) -> Row:
    """Of the weights' gradient; of convolutions it would need how places go together."""
    step = one.step
    assert isinstance(step, Weigh)
    if flat:
        return Row(step.name, "gradient", math.nan, math.nan)
    values = one.before.both
    square = mean_over_pairs(values * both, samples)
    means = np.outer(one.before.mean, one.before.mean)
    middle = means + (values - means) / step.fan_in
    std = math.sqrt(max(square - mean_over_pairs(middle * both, samples) / step.units, 0.0))
    alike = likeness(both, samples)
    # samples pull together, so that what one direction loses is not made up by others
    doubt += one.alone + 2 * alike / step.units * (step.units > 1)
    return Row(step.name, "gradient", std, math.sqrt(max(square, 0.0)), spread=factor_of(doubt))
