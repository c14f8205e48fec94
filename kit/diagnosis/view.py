"""What the rules look at: what is known before, the moments that were measured, the history."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from kit.diagnosis.moments import LayerState, Moment

__all__ = ["View"]

_SIGNED = {"adam", "adamw", "adamax", "nadam", "rmsprop", "lion", "lossscaleoptimizer"}


@dataclass
class View:
    """A network, as far as it was measured.

    Attributes
    ----------
    facts
        Of `network_facts`; empty where they were not kept.
    moments
        In order; one of a snapshot.
    history
        What Keras reported, a row an epoch; empty of a snapshot.
    is_run
        Whether it is a training, and not one moment.
    untrained
        Whether the first moment is before any training.
    """

    facts: dict[str, Any]
    moments: list[Moment]
    history: pd.DataFrame
    is_run: bool
    untrained: bool

    @property
    def first(self) -> Moment:
        """The first moment."""
        return self.moments[0]

    @property
    def last(self) -> Moment:
        """The last moment."""
        return self.moments[-1]

    @property
    def trained_long(self) -> bool:
        """Whether there was training to judge by."""
        return self.is_run and len(self.moments) > 1

    @cached_property
    def layers(self) -> dict[str, dict[str, Any]]:
        """What is known of each layer, by name."""
        return {one["name"]: one for one in self.facts.get("layers", [])}

    @property
    def constant(self) -> float | None:
        """The loss of the best constant answer."""
        return self.facts.get("constant_loss")

    def data_loss(self, moment: Moment) -> float:
        """The loss without what L2 penalties add."""
        penalty = 0.0
        for one in moment.layers:
            layer = self.layers.get(one.name)
            if layer and layer["l2"]:
                penalty += layer["l2"] * layer["fan_in"] * layer["units"] * one.weight**2
        return moment.loss - penalty

    @cached_property
    def peak(self) -> float:
        """The largest loss that was seen, without penalties; infinite where one was no number."""
        seen = [self.data_loss(one) for one in self.moments]
        if "loss" in self.history and not any(one["l2"] for one in self.layers.values()):
            seen += [float(one) for one in self.history["loss"]]
        return max((one if math.isfinite(one) else math.inf for one in seen), default=math.nan)

    @cached_property
    def learns(self) -> bool | None:
        """Whether half of what a constant answer leaves is gone in the end; None if not known."""
        if not (self.is_run or not self.untrained) or not self.constant:
            return None
        return self.data_loss(self.last) < self.constant / 2

    def step_of(self, layer: LayerState) -> float:
        """What one step of the optimizer changes of a kernel, by its size; NaN if not known."""
        optimizer = self.facts.get("optimizer")
        if not optimizer or not layer.weight or not math.isfinite(layer.weight):
            return math.nan
        rate = float(optimizer["learning_rate"])
        name = str(optimizer["name"]).lower()
        if name in _SIGNED:
            return rate / layer.weight  # each number moves by about the rate
        if name != "sgd":
            return math.nan
        return (
            rate * layer.gradient / layer.weight / (1 - min(optimizer.get("momentum", 0.0), 0.99))
        )

    def largest_step(self, moment: Moment) -> tuple[float, str | None]:
        """The largest of all layers' steps, and whose it is."""
        steps = {one.name: self.step_of(one) for one in moment.layers}
        known = {name: step for name, step in steps.items() if math.isfinite(step)}
        if not known:
            return math.nan, None
        worst = max(known, key=known.__getitem__)
        return known[worst], worst
