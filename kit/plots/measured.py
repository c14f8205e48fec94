"""What is drawn: the data that plots of distributions take, checked, and its layers and moments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Protocol, cast

import numpy as np

from kit.checks import check_choice, chosen_names, shown
from kit.quantities import IN_PANEL, QUANTITIES
from kit.stats.sketch import Sketch
from kit.stats.units import UnitEvidence

__all__ = [
    "MOST_LAYERS",
    "Measured",
    "Moment",
    "check_measured",
    "chosen_layers",
    "evenly",
    "hint_for",
    "layers_of_panel",
    "layers_words",
    "panel_layers",
]

MOST_LAYERS = 12
"""Layers that are drawn side by side where none are named: more could not be told apart."""


class Measured(Protocol):
    """What a Snapshot and a Recording have in common."""

    @property
    def layers(self) -> list[str]:
        """Names of the layers."""

    @property
    def epochs(self) -> list[int]:
        """Epochs with a capture."""

    def layers_with(self, quantity: str, *, outputs: bool = True) -> list[str]:
        """Names of the layers that have a quantity."""

    def sketch(self, quantity: str, layer: str, epoch: int = 0) -> Sketch:
        """The sketch of one quantity of one layer."""


class MeasuredBySteps(Measured, Protocol):
    """What knows captures within an epoch too: a Snapshot, a Recording."""

    @property
    def steps(self) -> list[int]:
        """Steps with a capture."""

    def sketch(
        self, quantity: str, layer: str, epoch: int | None = None, *, step: int | None = None
    ) -> Sketch:
        """The sketch of one quantity of one layer."""


class Moment:
    """The capture that is drawn: that of an epoch, or that at a step.

    Parameters
    ----------
    epoch, step
        One of them; epoch 0 where neither is given.

    Raises
    ------
    ValueError
        If both are given.

    Examples
    --------
    >>> Moment(None, None).words, Moment(None, 32).words
    ('Epoch 0', 'Step 32')
    """

    def __init__(self, epoch: int | None, step: int | None) -> None:
        if epoch is not None and step is not None:
            raise ValueError(
                f"only one of `epoch` and `step` may be given; got {shown(epoch)} and {shown(step)}"
            )
        self.epoch = 0 if epoch is None else epoch
        self.step = step

    @property
    def words(self) -> str:
        """What a title says of it."""
        return f"Epoch {self.epoch}" if self.step is None else f"Step {self.step}"

    def sketch(self, data: Measured, quantity: str, layer: str) -> Sketch:
        """The sketch of one quantity of one layer at this moment; errors as for `data.sketch`."""
        if self.step is None:
            return data.sketch(quantity, layer, self.epoch)
        return by_steps(data).sketch(quantity, layer, step=self.step)

    def units(self, data: Measured, quantity: str, layer: str) -> UnitEvidence:
        """What each unit shows at this moment; errors as for `data.units`."""
        if not hasattr(data, "units"):
            raise TypeError(
                f"`data` must know its units, as a Snapshot or a Recording; got {shown(data)}"
            )
        if self.step is None:
            return cast(UnitEvidence, data.units(quantity, layer, self.epoch))
        return cast(UnitEvidence, data.units(quantity, layer, step=self.step))

    def spread(self, data: Measured, quantity: str, layer: str, statistic: str) -> float:
        """The standard deviation of all values, or its part across samples or between units."""
        if statistic == "std":
            return self.sketch(data, quantity, layer).std
        return float(getattr(self.units(data, quantity, layer), statistic))


def by_steps(data: Measured) -> MeasuredBySteps:
    """The data, if they know steps; else a TypeError."""
    if not hasattr(data, "steps"):
        raise TypeError(f"`step` needs a Snapshot or a Recording; got {type(data).__name__}")
    return cast(MeasuredBySteps, data)


def check_measured(data: Any, argument: str = "data") -> None:
    """Refuse what is neither a Snapshot nor a Recording, and one that holds nothing yet.

    Raises
    ------
    TypeError
        Which says what to give in place of a recorder, a model or None.
    ValueError
        Where no layer is measured yet.
    """
    if not all(hasattr(data, name) for name in ("layers_with", "sketch", "epochs")):
        raise TypeError(
            f"`{argument}` must be a Snapshot or a Recording; "
            f"got {'None' if data is None else type(data).__name__}{hint_for(data)}"
        )
    if not data.layers:
        raise ValueError(
            f"`{argument}` must hold a capture of a layer at least; got none: train first, or "
            "measure a model with kit.probe(model, x, y)"
        )


def hint_for(data: Any) -> str:
    """What to give in place of a recorder, a model or None; nothing for anything else."""
    if data is None:
        return ": a recorder has its recording once training begins, so train first"
    if hasattr(data, "recording"):
        return ": pass its `recording`, which it has once training begins"
    if hasattr(data, "layers") and hasattr(data, "predict"):
        return ": measure a model with kit.probe(model, x, y)"
    return ""


def evenly(names: Sequence[str], most: int = MOST_LAYERS) -> list[str]:
    """At most so many of the names, evenly spread, the first and the last among them.

    Examples
    --------
    >>> evenly(["h1", "h2", "h3", "h4", "h5"], 3)
    ['h1', 'h3', 'h5']
    """
    places = np.linspace(0, len(names) - 1, min(most, len(names)))
    return [names[int(place)] for place in places.round()]


def layers_words(shown: Collection[str], there: Collection[str]) -> str:
    """How many layers are shown of how many; nothing where that is all.

    Examples
    --------
    >>> layers_words(["h1"], ["h1", "h2"]), layers_words(["h1"], ["h1"])
    ('1 of 2 layers', '')
    """
    return "" if len(shown) == len(there) else f"{len(shown)} of {len(there)} layers"


def chosen_layers(
    data: Measured, quantity: str, layers: str | Sequence[str] | None, most: int | None = None
) -> list[str]:
    """The layers to draw, checked: those that are named, or all with the quantity.

    The model's outputs are among all only where nothing else has the quantity. Of more than `most`
    there are so many, evenly spread; whoever names layers gets all of them.

    Raises
    ------
    TypeError, ValueError, UnknownNameError
        For data without the quantity, and for bad names.
    """
    check_measured(data)
    check_choice("quantity", quantity, QUANTITIES)
    if layers is not None:
        return chosen_names("layers", layers, data.layers)
    names = data.layers_with(quantity, outputs=False) or data.layers_with(quantity)
    if not names:
        raise ValueError(f"`data` must have a layer with {quantity}; got none")
    return names if most is None else evenly(names, most)


def panel_layers(data: Measured, *, outputs: bool = True) -> list[str]:
    """The layers that have any quantity of the 2x2 panel, in their order."""
    having = {name for q in IN_PANEL for name in data.layers_with(q, outputs=outputs)}
    return [name for name in data.layers if name in having]


def layers_of_panel(
    data: Measured, layers: str | Sequence[str] | None = None
) -> dict[str, list[str]]:
    """By quantity of the 2x2 panel, the layers that it shows.

    Without names, all but the model's outputs; where then fewer than two would be left, the
    outputs too: a network of two layers is to be seen whole. Of more than `MOST_LAYERS` so many,
    evenly spread.

    Raises
    ------
    TypeError, ValueError, UnknownNameError
        As `chosen_layers`.
    """
    check_measured(data)
    if layers is not None:
        names = chosen_names("layers", layers, data.layers)
    else:
        names = panel_layers(data, outputs=False)
        names = evenly(names if len(names) > 1 else panel_layers(data))
    has = {quantity: data.layers_with(quantity) for quantity in IN_PANEL}
    return {q: [name for name in names if name in has[q]] for q in IN_PANEL}
