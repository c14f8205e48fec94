"""What a pass differentiates, and by how much each sample's cost is in it.

For the compiled loss L of n samples, delta is n ∂L/∂z, so that row i is ∂cost_i/∂z, and the
gradient is ∂L/∂W. Both come of one backward pass from n L: half precision does not lose small
deltas. Where a loss adds up the samples' costs instead of averaging them (``reduction="sum"``),
its share of delta is ∂L/∂z; beside losses that average, it is taken (1 - n) times once more, from
the costs V of its samples on: n ∂L/∂z + (1 - n) ∂L/∂V ∂V/∂z. A loss that gives a cost for each
sample and reduces nothing is, to ``fit``, their sum, and is reported as their mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras
import tensorflow as tf

from kit.callbacks import keras_internals

__all__ = ["Cost", "Gradients", "widened"]

Gradients = Callable[[Sequence[tf.Tensor], Sequence[Any], Sequence[tf.Tensor]], list[Any]]
"""(targets, sources, gradients of the targets) to those of the sources, None where none leads."""


@dataclass
class Cost:
    """The losses of a model: which of them add up, and what they gave."""

    model: keras.Model
    _added_up: list[tf.Tensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        losses = [one for one in keras.tree.flatten(self.model.loss) if one is not None]
        sums = [one for one in losses if getattr(one, "reduction", "mean") == "sum"]
        self.is_sum = bool(losses) and len(sums) == len(losses)
        self._sums = {id(one): one for one in sums if not self.is_sum}

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note the samples' costs of the losses that add them up, beside others that do not."""
        self._added_up = []

        def noting(call: Callable[..., tf.Tensor]) -> Callable[..., tf.Tensor]:
            def noted(*args: Any, **kwargs: Any) -> tf.Tensor:
                costs = call(*args, **kwargs)
                self._added_up.append(costs)
                return costs

            return noted

        places = [(one, "call", noting(one.call)) for one in self._sums.values()]
        with keras_internals.LISTENING, keras_internals.replaced(places):
            yield

    def derivatives(
        self,
        cost: tf.Tensor,
        n: tf.Tensor | int,
        kernels: Sequence[Any],
        zs: Sequence[tf.Tensor],
        gradients: Gradients,
        *,
        single: bool = False,
    ) -> tuple[list[Any], list[Any]]:
        """(gradients of the kernels, deltas), each None where the loss does not depend on it.

        Parameters
        ----------
        cost
            The compiled loss; where it is a cost for each sample, their sum.
        n
            Number of samples.
        kernels, zs
            By which it is differentiated.
        gradients
            How.
        single
            Whether the loss is a cost for each sample.
        """
        scale = tf.cast(1 if self.is_sum or single else n, cost.dtype)
        if not (kernels or zs):
            return [], []
        found = gradients([cost], [*kernels, *zs], [scale])
        split = len(kernels)
        raw, deltas = found[:split], [widened(one) for one in found[split:]]
        by_kernel = [_divided(widened(one), scale) for one in raw]
        if _computes_in_half(self.model):
            by_kernel = self._in_reach(by_kernel, cost, kernels, gradients)
        if self._added_up and zs:
            shares = gradients([cost], self._added_up, [tf.ones_like(cost)])
            pairs = [
                (costs, (1 - tf.cast(n, share.dtype)) * share)
                for costs, share in zip(self._added_up, shares, strict=True)
                if share is not None
            ]
            more = gradients([one for one, _ in pairs], zs, [by for _, by in pairs])
            deltas = [_added(one, widened(two)) for one, two in zip(deltas, more, strict=True)]
        return by_kernel, deltas

    @staticmethod
    def _in_reach(
        found: list[Any], cost: tf.Tensor, kernels: Sequence[Any], gradients: Gradients
    ) -> list[Any]:
        """Gradients, where n times the loss left the reach of float16 those of the loss itself."""
        plain = [widened(one) for one in gradients([cost], kernels, [tf.ones_like(cost)])]
        return [
            one if one is None else tf.where(tf.math.is_finite(one), one, other)
            for one, other in zip(found, plain, strict=True)
        ]


def widened(gradient: tf.Tensor | tf.IndexedSlices | None) -> tf.Tensor | None:
    """A gradient in float32 at least; that of an Embedding, which is sparse, filled up."""
    if gradient is None:
        return None
    gradient = tf.convert_to_tensor(gradient)
    return gradient if gradient.dtype.size >= 4 else tf.cast(gradient, tf.float32)


def _computes_in_half(model: keras.Model) -> bool:
    return any(
        getattr(one, "compute_dtype", None) == "float16"
        for one in keras_internals.all_layers(model)
    )


def _divided(gradient: Any, by: tf.Tensor) -> Any:
    return None if gradient is None else gradient / tf.cast(by, gradient.dtype)


def _added(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return one + other
