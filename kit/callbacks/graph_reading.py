"""Where z and activation of each layer stand in a traced graph, or among executed operations.

A layer's own steps are those that its call made and no call of a layer inside of it. Among them
an activation is a group of connected steps that work element by element, of which at least one is
not linear, and that has one way in (z) and one way out (the activation): so ReLU is found, and
GELU, which is made of six operations, whoever calls them and under whichever name.

A function that is there to be an activation (tanh, whatever ``keras.activations`` has) is one
wherever it stands. Any other that bends (exp, clipping, x²) is one where it is all that a layer
does to what it is given or to its product, or stands between two layers; but not in a layer of
Keras's that has no activation: the square root of a normalization is none.

A layer with a kernel whose result is the product itself has z = activation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import keras
import tensorflow as tf

from kit.callbacks import keras_internals
from kit.callbacks.calls import Call, Calls, Key, is_float, key
from kit.callbacks.entries import Entry, Heard, Namer, reasons
from kit.callbacks.graph_steps import Group, Steps
from kit.callbacks.layers import MeasuredLayer
from kit.stats.units import saturation_bound

__all__ = ["Note", "Reading", "read"]


@dataclass(frozen=True)
class Note:
    """What one call of a layer computed: tensors (samples, ...)."""

    z: tf.Tensor
    activation: tf.Tensor
    function: str = ""  # its name, where it is a single one

    @property
    def is_of_samples(self) -> bool:
        """Whether both have values for each sample."""
        return all(is_float(one) and one.shape.rank != 0 for one in (self.z, self.activation))


@dataclass
class Reading:
    """What was read.

    Attributes
    ----------
    called
        Layers that were called where they could be heard.
    notes
        By layer, z and activation of each of its calls, in order.
    elsewhere
        By layer, what else it runs in, where nothing can be heard: a loop, say.
    closed
        By layer, which function in its call could not be looked into.
    """

    called: set[str]
    notes: dict[str, list[Note]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)

    def rows(
        self, namer: Namer, y_pred: keras_internals.Tensors
    ) -> tuple[list[Entry], dict[str, str]]:
        """The rows that are wanted, and why, by layer, z of others is missing.

        Parameters
        ----------
        namer
            Makes rows.
        y_pred
            What the model returned.

        Raises
        ------
        UnknownNameError
            For names that were asked for and that no row has.
        """
        returned = {key(one) for one in keras.tree.flatten(y_pred) if isinstance(one, tf.Tensor)}
        heard = {
            name: [
                Heard(key(note.activation) in returned, saturation_bound(note.function))
                for note in notes
            ]
            for name, notes in self.notes.items()
        }
        missing = reasons(namer.layers, heard, self.called, self.elsewhere, self.closed)
        rows = namer.rows(heard, missing)
        return rows, {name: why for name, why in missing.items() if namer.is_wanted(name)}


def read(calls: Calls, x: keras_internals.Tensors) -> Reading:
    """What each layer's calls computed.

    Parameters
    ----------
    calls
        What was noted while the model was called, and nothing more was done since.
    x
        What it was given.
    """
    assert calls.operations is not None  # they were noted
    samples = [one for one in keras.tree.flatten(x) if one is not None]
    steps = Steps(calls.operations, samples, calls.made, calls.functions)
    reading = Reading({call.layer.name for call in calls.made}, elsewhere=dict(calls.elsewhere))
    handed_on = {key(one) for call in calls.made for one in call.outputs}
    for number, call in enumerate(calls.made):
        if call.layer.loops or call.layer.name in calls.elsewhere:
            continue
        notes = [_named(one, steps) for one in _Reader(steps, call, number, handed_on).notes()]
        if any(steps.is_looped(note.z) for note in notes):
            reading.elsewhere[call.layer.name] = "a loop that was vectorized"
            continue
        if notes:
            reading.notes.setdefault(call.layer.name, []).extend(notes)
        elif call.layer.kernel is not None and steps.inside(number):
            reading.elsewhere[call.layer.name] = steps.inside(number)
    for place, name in () if calls.enter else calls.met:
        around = [call for call in calls.made if call.begin <= place < call.end]
        if around:
            layer = around[-1].layer  # the innermost, as those inside of others come later
            reading.closed[layer.name] = f"the tf.function {name} in it stayed closed"
    return reading


def _named(note: Note, steps: Steps) -> Note:
    """A note with the name of the function that leads from z to the activation, if one does."""
    maker = steps.maker(note.activation)
    if maker is None or [key(one) for one in maker.given] != [key(note.z)]:
        return note
    return replace(note, function=maker.name)


class _Reader:
    """Reads one call of a layer."""

    def __init__(self, steps: Steps, call: Call, number: int, handed_on: set[Key]) -> None:
        self.steps, self.call, self.number = steps, call, number
        self.layer = call.layer
        self.has_kernel = self.layer.kernel is not None
        self.is_linear = _activation_of(self.layer) is keras.activations.linear
        # whether Keras wrote what the call does
        self.is_keras = keras_internals.home_of_call(self.layer.layer).startswith("keras.")
        self.inputs = {key(one) for one in call.inputs}
        self.outputs = {key(one) for one in call.outputs}
        self.handed_on = handed_on  # by whichever layer
        single = len(call.outputs) == 1 and is_float(call.outputs[0])
        self.out = call.outputs[0] if single else None

    def notes(self) -> list[Note]:
        """The activations of the call; its product where it has none."""
        if self.layer.is_activation:
            pairs = zip(self.call.inputs[:1], self.call.outputs[:1], strict=False)
            return [Note(z, a) for z, a in pairs if is_float(z) and is_float(a)]
        groups = self.steps.groups(self.number)
        notes = [note for group in groups for note in self.in_group(group) if note.is_of_samples]
        out = self.out
        if out is None or any(key(note.activation) == key(out) for note in notes):
            return notes
        if self.layer.says_activation and not self.is_linear and (not notes or self.is_keras):
            whole = self.from_product_to_end(out)
            if whole is not None:
                return [whole]
        says_linear = self.is_linear and not notes and (self.has_kernel or self.is_keras)
        if says_linear or (self.has_kernel and self.is_product(out)):
            notes.append(Note(out, out))
        return notes

    def in_group(self, group: Group) -> list[Note]:
        """The activation that a group is, or those that are in it."""
        ends = group.ways_out(self.outputs)
        bent = [step for step in group.steps if step.bends]
        hearts = [step for step in bent if step.is_heart]
        if not bent or not ends:
            return []
        if len(ends) == 1:
            whole = self.begins(group.z) and self.ends(ends[0])
            return [Note(group.z, self.before_variables(ends[0]))] if hearts or whole else []
        if not hearts:
            return []
        end = group.bottleneck(ends)
        if end is not None:
            return [Note(group.z, end)]
        return [Note(step.given[0], step.results[0]) for step in hearts]

    def begins(self, z: tf.Tensor) -> bool:
        """Whether any function of a tensor may be an activation: what comes of layers or weights.

        Not in Keras's layers: there of the product, where they have an activation at all.
        """
        if self.is_keras and not isinstance(self.layer.layer, keras.layers.Lambda):
            return self.layer.says_activation and self.steps.is_product(z)
        if key(z) in self.inputs or key(z) in self.handed_on or self.steps.is_product(z):
            return True
        maker = self.steps.maker(z)
        return self.has_kernel and maker is not None and maker.call == self.number

    def ends(self, activation: tf.Tensor) -> bool:
        """Whether an activation may end at a tensor: what goes to layers, or to weights, alone."""
        users = self.steps.users(activation)
        return key(activation) in self.outputs or (
            bool(users) and all(one.product or one.call != self.number for one in users)
        )

    def before_variables(self, end: tf.Tensor) -> tf.Tensor:
        """The activation, before the layer adds a variable to it or multiplies it by one.

        Not in layers that are activations as a whole, with a scale that is trained.
        """
        maker = self.steps.maker(end)
        while (self.has_kernel or self.is_keras) and maker is not None and maker.applies_variable:
            (end,) = maker.given
            maker = self.steps.maker(end)
        return end

    def from_product_to_end(self, out: tf.Tensor) -> Note | None:
        """From the one tensor that the output is made of, a product or an input, to the output."""
        sources: dict[Key, tf.Tensor] = {}
        seen, todo = {key(out)}, [out]
        while todo:
            tensor = todo.pop()
            maker = self.steps.maker(tensor)
            if maker is None or maker.call != self.number or maker.product:
                sources[key(tensor)] = tensor
                continue
            new = [one for one in maker.given if key(one) not in seen]
            seen.update(key(one) for one in new)
            todo += new
        if len(sources) != 1:
            return None
        (z,) = sources.values()
        note = Note(z, out)
        return note if note.is_of_samples else None

    def is_product(self, out: tf.Tensor) -> bool:
        """Whether a tensor is a product of the call's own, moved at most."""
        maker = self.steps.maker(out)
        return maker is not None and maker.call == self.number and maker.carried


def _activation_of(one: MeasuredLayer) -> object:
    return getattr(one.layer, "activation", None)
