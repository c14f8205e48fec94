"""The rows of a capture: which layers, which of their calls, and what a pass found of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import tensorflow as tf

from kit.callbacks.layers import MeasuredLayer, asked_layer, asked_layers, call_names
from kit.checks import check_name

__all__ = ["Entry", "Found", "Heard", "Namer"]


@dataclass(frozen=True)
class Entry:
    """One row of what was measured: a layer, or one call of a layer that is called often.

    Attributes
    ----------
    name
        Of the row.
    layer
        Name of the layer.
    call
        Its place among the layer's calls, None where nothing of it was heard.
    holds_kernel
        Whether the row has the layer's weights.
    output
        Whether the model returns the activation.
    saturates_beyond
        The |z| beyond which the activation's slope is under 5 % of its largest; None where it is
        not flat on both sides.
    """

    name: str
    layer: str
    call: int | None
    holds_kernel: bool
    output: bool = False
    saturates_beyond: float | None = None


class Heard(NamedTuple):
    """Of one call: whether the model returns its activation, and as `Entry.saturates_beyond`."""

    output: bool
    saturates_beyond: float | None


@dataclass
class Found:
    """What a pass over one batch of samples gave.

    Attributes
    ----------
    entries
        The rows, in order.
    loss
        The compiled loss, penalties included.
    arrays
        By row, (samples, ...) tensors by quantity: z, activation, delta. Where the activation is
        z, both are the same object.
    weights, gradients
        By row, of the kernel's shape.
    not_heard
        Why, by layer, its z is missing.
    """

    entries: Sequence[Entry]
    loss: tf.Tensor
    arrays: dict[str, dict[str, Any]] = field(default_factory=dict)
    weights: dict[str, Any] = field(default_factory=dict)
    gradients: dict[str, Any] = field(default_factory=dict)
    not_heard: Mapping[str, str] = field(default_factory=dict)


class Namer:
    """Makes rows of what was heard, and refuses names that no row has.

    Parameters
    ----------
    layers
        What the model is made of.
    wanted
        Names that were asked for; None takes all.
    """

    def __init__(self, layers: Sequence[MeasuredLayer], wanted: Sequence[str] | None) -> None:
        self.layers = layers
        self.wanted = wanted

    def rows(
        self, heard: Mapping[str, Sequence[Heard]], not_heard: Mapping[str, str]
    ) -> list[Entry]:
        """The rows, those that are wanted.

        Parameters
        ----------
        heard
            By layer, what was heard of each of its calls.
        not_heard
            Layers that belong to the model and were not heard; they may be asked for, in vain.

        Raises
        ------
        UnknownNameError
            For a name that was asked for and that no row has.
        """
        names = [one.name for one in self.layers]
        rows = []
        for one in self.layers:
            calls = heard.get(one.name, ())
            kernel = one.kernel is not None
            if len(calls) != 1 and kernel:
                rows.append(Entry(one.name, one.name, None, True))
            for call, name in enumerate(call_names(one.name, len(calls), names)):
                single = kernel and len(calls) == 1
                rows.append(Entry(name, one.name, call, single, *calls[call]))
        if self.wanted is None:
            return rows
        mentioned = {row.layer for row in rows} | set(not_heard)
        known = [name for name in names if name in mentioned]
        wanted = asked_layers(list(self.wanted), known)
        for name in wanted:
            if name not in known and name not in {row.name for row in rows}:
                check_name("layers", name, self._could_be(known, rows), " of the model")
        return [row for row in rows if row.name in wanted or row.layer in wanted]

    def _could_be(self, known: Sequence[str], rows: Sequence[Entry]) -> list[str]:
        calls: dict[str, list[str]] = {}
        for row in rows:
            calls.setdefault(row.layer, []).append(row.name)
        return [call for name in known for call in calls.get(name, [name])]

    def is_wanted(self, layer: str) -> bool:
        """Whether a layer, or a call of it, was asked for."""
        names = [one.name for one in self.layers]
        return self.wanted is None or any(asked_layer(w, names) == layer for w in self.wanted)


def reasons(
    layers: Sequence[MeasuredLayer],
    heard: Collection[str],
    called: Collection[str],
    elsewhere: Mapping[str, str],
    closed: Mapping[str, str],
) -> dict[str, str]:
    """Why z of a layer is missing that should have one.

    Parameters
    ----------
    layers
        What the model is made of.
    heard
        Layers of which z was heard.
    called
        Layers that were called where they could be heard.
    elsewhere
        By layer, what else its calls ran in.
    closed
        By layer, what in its call could not be looked into.
    """
    found, root = {}, layers[-1].name
    for one in layers:
        should = one.is_activation or one.kernel is not None
        if one.layer is None:
            continue
        if one.loops:
            if one.kernel is not None:
                found[one.name] = "recurrent: its steps run in a loop"
        elif one.name in closed:
            found[one.name] = closed[one.name]
        elif one.name in elsewhere:
            if should or one.says_activation:
                found[one.name] = f"it runs in {elsewhere[one.name]}"
        elif one.name not in heard and one.says_activation and should:
            around = [name for name in closed if one.name.startswith(f"{name}/") or name == root]
            if one.name in called:
                found[one.name] = "its z cannot be told from what it does"
            elif around:
                found[one.name] = f"it lies in {around[-1]}, which stayed closed"
            elif one.kernel is not None:
                found[one.name] = "the model does not call it"
    return found
