r"""Kernels place by place, which convolutions need: the same weights stand at all places.

Forwards, z at a place sums what its window reaches: E[z_i z_j] there is the sum over the taps of
channels Var W times the kernel at the place that the tap takes. Backwards a place gets a share of
each delta whose window reached it. Deltas at two places of an image are uncorrelated over the draws
where a dense layer stands behind, whose weights are other ones for each place, and stay so: two
places never get a share of one delta by the same tap. So the gradient of a kernel has the second
moment Σ_ij Σ_p E[a_i a_j] E[δ_i δ_j] / n², summed over places p and averaged over taps
(L. Xiao et al., "Dynamical isometry and a mean field theory of CNNs", 2018; R. Novak et al.,
"Bayesian deep convolutional networks with many channels are Gaussian processes", 2019).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kit.stats.kernels import Kernel, kernel_of_inputs, through_activation
from kit.stats.nonlinearities import Nonlinearity

__all__ = [
    "LocalKernel",
    "Window",
    "activated_locally",
    "back_through_window",
    "pulled_together",
    "through_window",
    "window_mean",
]

_AT_ONCE = 4000
"""Samples, at all places, that are followed through an activation function at once."""


@dataclass(frozen=True)
class Window:
    """What a convolution looks at.

    Attributes
    ----------
    looks
        By place of the output and tap of the kernel, the place of the input; -1 outside of it:
        (places, taps).
    inputs
        Places of the input.
    gain, back
        Of one tap: Var W times the channels that it takes, and times the filters that take a
        channel.
    """

    looks: np.ndarray
    inputs: int
    gain: float
    back: float


@dataclass(frozen=True)
class LocalKernel(Kernel):
    """A kernel at each place: (places, samples) and (places, samples, samples).

    Attributes
    ----------
    values
        Of data, what they are the moments of, (places, samples, channels); else None.

    Examples
    --------
    >>> images = np.array([[[1.0], [0.0]], [[1.0], [2.0]]])  # two samples, two places, one channel
    >>> local = LocalKernel.of_inputs(images)
    >>> local.both.tolist()
    [[[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 4.0]]]
    >>> local.mean_over_places().size.tolist()
    [0.5, 2.5]
    """

    values: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.size)

    @classmethod
    def of_inputs(cls, x: np.ndarray) -> LocalKernel:
        """That of data, (samples, places, channels)."""
        x = np.moveaxis(np.asarray(x, np.float64), 1, 0)
        found = kernel_of_inputs(x)
        return cls(found.size, found.apart, found.mean, x)

    @classmethod
    def everywhere(cls, kernel: Kernel, places: int) -> LocalKernel:
        """The same at so many places."""
        each = (kernel.size, kernel.apart, kernel.mean)
        return cls(*(np.broadcast_to(one, (places, *one.shape)) for one in each))

    def times(self, factor: float) -> LocalKernel:
        """That of values whose squares are so many times as large."""
        found, values = super().times(factor), self.values
        values = None if values is None else values * math.sqrt(factor)
        return LocalKernel(found.size, found.apart, found.mean, values)

    def mean_over_places(self) -> Kernel:
        """What a dense layer takes, whose weights are other ones for each place."""
        return Kernel(self.size.mean(axis=0), self.apart.mean(axis=0), self.mean.mean(axis=0))


def window_mean(local: LocalKernel, window: Window) -> LocalKernel:
    """Means over the taps of what a convolution takes, 0 outside; by place of its output."""
    taps = window.looks.shape[1]
    return LocalKernel(
        *(_taken(one, window.looks) / taps for one in (local.size, local.apart, local.mean))
    )


def through_window(local: LocalKernel, window: Window, shift: float) -> LocalKernel:
    """The kernel of a convolution's z.

    Parameters
    ----------
    local
        Of what it takes, at `window.inputs` places.
    window
        Which places it looks at.
    shift
        Second moment of a bias.
    """
    taken = window_mean(local, window)
    gain = window.gain * window.looks.shape[1]
    return LocalKernel(taken.size * gain + shift, taken.apart * gain, np.zeros_like(taken.size))


def _taken(values: np.ndarray, looks: np.ndarray) -> np.ndarray:
    """Sums over the taps, of (inputs, ...): (places, ...)."""
    found = np.zeros((len(looks), *values.shape[1:]))
    for tap in looks.T:
        inside = tap >= 0
        found[inside] += values[tap[inside]]
    return found


def pulled_together(values: np.ndarray, window: Window, deltas: np.ndarray | None = None) -> float:
    """How few directions a kernel's inputs have: tr C² / (tr C)², 1 where it is one.

    C is the second moment of the windows, of all samples at all places; with deltas that of the
    gradient, over the draws of these. The mean square of a filter's z, or gradient, then has twice
    as much as relative variance.

    Parameters
    ----------
    values
        (inputs, samples, channels).
    window
        Which places a place of the output looks at.
    deltas
        E[δ_i δ_j], (places, samples, samples), or (1, ...).
    """
    padded = np.concatenate([values, np.zeros_like(values[:1])])  # -1 is outside
    taps = window.looks.shape[1] * values.shape[2]
    found = np.zeros((taps, taps))
    for place, looks in enumerate(window.looks):
        x = padded[looks].swapaxes(0, 1).reshape(values.shape[1], taps)
        weighed = x if deltas is None else deltas[place if len(deltas) > 1 else 0] @ x
        found += x.T @ weighed
    return float((found**2).sum()) / max(float(np.trace(found)) ** 2, 1e-300)


def back_through_window(deltas: np.ndarray, window: Window) -> np.ndarray:
    """E[δ_i δ_j] of what a convolution took, from those of its z.

    Parameters
    ----------
    deltas
        (places, samples, samples); or (1, ...), the same at all places.
    window
        Which places it looked at.

    Returns
    -------
    ndarray
        (inputs, samples, samples).
    """
    found = np.zeros((window.inputs, *deltas.shape[1:]))
    for tap in window.looks.T:  # a tap takes each place once at most
        inside = tap >= 0
        found[tap[inside]] += deltas[inside] if len(deltas) > 1 else deltas
    return found * window.back


def activated_locally(local: LocalKernel, f: Nonlinearity) -> tuple[LocalKernel, np.ndarray]:
    """The kernel of activations, and E[f′(u_i) f′(u_j)], (places, samples, samples)."""
    places, samples = local.size.shape
    few = max(1, _AT_ONCE // samples)
    parts = [
        through_activation(
            Kernel(*(one[at : at + few] for one in (local.size, local.apart, local.mean))), f
        )
        for at in range(0, places, few)
    ]
    after = (
        np.concatenate([getattr(one.kernel, name) for one in parts])
        for name in ("size", "apart", "mean")
    )
    return LocalKernel(*after), np.concatenate([one.slopes for one in parts])
