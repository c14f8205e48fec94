"""One change of a network: what a twin differs in, made on a model's configuration.

Which layers are hidden and which are outputs, `kit.training.layer_parts` tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import keras
import numpy as np

from kit.callbacks.layers import ACTIVATION_LAYERS
from kit.checks import check_count, check_flag, check_name, check_number, is_number, shown
from kit.models.arguments import fresh_optimizer, layer_activation
from kit.models.initializers import layer_initializer, layer_seeds, own_seed
from kit.numerals import general
from kit.training.copies import Config, as_it_is, copy_of, take_weights
from kit.training.layer_parts import (
    OF_KERNEL_KEYS,
    CannotChangeError,
    Parts,
    activation_of,
    blocks_of,
    ends_of_hidden,
)

__all__ = ["CHANGES", "checked_change", "names_within", "text_of_change"]

_KERNEL_NAMES = ("kernel", "depthwise_kernel", "pointwise_kernel")
_DROPOUTS = (keras.layers.Dropout, keras.layers.SpatialDropout1D, keras.layers.SpatialDropout2D)
_PLAIN = (keras.layers.BatchNormalization, *_DROPOUTS, *ACTIVATION_LAYERS)
_SPEAKING = ("initializer", "activation", "optimizer")  # whose values say what they are
_NORMALIZATION, _ACTIVATION = "_normalization", "_activation"  # behind a layer's name


Make: TypeAlias = "Callable[[keras.Model, Any, int], keras.Model]"
"""Takes a model, the value of a change and a seed; returns the changed copy."""


def checked_change(change: object) -> tuple[str, Any]:
    """Name and value of the one change.

    Raises
    ------
    TypeError, ValueError, UnknownNameError
        For what is no dict of one change.

    Examples
    --------
    >>> checked_change({"dropout": 0.5})
    ('dropout', 0.5)
    """
    if not isinstance(change, Mapping):
        raise TypeError(
            "`change` must be a dict of one change, as {'initializer': 'he_normal'}, or a function "
            f"that builds the other network; got {shown(change)}"
        )
    if len(change) != 1:
        raise ValueError(
            "`change` must be one change, as what differs twice explains nothing; got "
            f"{len(change)}: {shown(dict(change))}"
        )
    ((name, value),) = change.items()
    return check_name("change", name, list(CHANGES)), value


def text_of_change(name: str, value: object) -> str:
    """A change in a few words.

    Examples
    --------
    >>> text_of_change("learning_rate", 0.1), text_of_change("initializer", "he_normal")
    ('learning rate 0.1', 'he_normal')
    """
    words = name.replace("_", " ")
    if isinstance(value, bool):
        return words if value else f"no {words}"
    if isinstance(value, Mapping):
        value = value.get("class_name", "of a configuration")
    if isinstance(value, (int, float, np.number)):
        return f"{words} {general(float(value))}"
    plain = isinstance(value, str) or value is None
    told = str(value) if plain else getattr(value, "__name__", None) or type(value).__name__
    return told if name in _SPEAKING and value is not None else f"{words} {told}"


def names_within(layers: Iterable[str]) -> dict[str, str]:
    """Of layers that are the activation behind a normalisation, the layers that they are of.

    Examples
    --------
    >>> names_within(["h1", "h1_activation", "o"])
    {'h1_activation': 'h1'}
    """
    every = list(layers)
    parts = {name: name.removesuffix(_ACTIVATION) for name in every if name.endswith(_ACTIVATION)}
    return {name: of for name, of in parts.items() if of in every}


def _initializer(model: keras.Model, value: Any, seed: int) -> keras.Model:
    """Kernels of all weighted layers, the output's too, as the builders of `kit.models` do."""
    return _drawn_anew(model, value, seed, OF_KERNEL_KEYS, _KERNEL_NAMES, "initializer")


def _bias(model: keras.Model, value: Any, seed: int) -> keras.Model:
    """Biases of all weighted layers."""
    return _drawn_anew(model, value, seed, ("bias",), ("bias",), "bias")


def _drawn_anew(
    model: keras.Model,
    value: Any,
    seed: int,
    prefixes: tuple[str, ...],
    variables: tuple[str, ...],
    change: str,
) -> keras.Model:
    parts = Parts.of(model, change)
    names = [*parts.hidden, *parts.outputs]
    if not names:
        raise CannotChangeError(change, "the model has no layer with a kernel")
    derived = dict(zip(names, layer_seeds(seed, len(names)), strict=True))

    def edit(layer: keras.layers.Layer, config: Config) -> list[keras.layers.Layer]:
        for key in (f"{prefix}_initializer" for prefix in prefixes):
            if layer.name in derived and key in config:
                own = own_seed(config[key])
                own = derived[layer.name] if own is None else own
                config[key] = layer_initializer(value, own)
        return as_it_is(layer, config)

    made = copy_of(model, edit)
    take_weights(made, model, drawn={(name, one) for name in names for one in variables})
    return made


def _activation(model: keras.Model, value: Any, seed: int) -> keras.Model:
    """Of hidden layers; linear ones stay so where there are others, as before normalisation."""
    layer_activation(value)  # refuse what is none
    parts = Parts.of(model, "activation")
    parts.need_hidden("activation")
    bent = [
        layer.name
        for layer in model.layers
        if layer.name in parts.hidden and activation_of(layer) is not None
    ]
    chosen = bent if bent or parts.activations else parts.hidden

    def edit(layer: keras.layers.Layer, config: Config) -> list[keras.layers.Layer]:
        if layer.name in parts.activations:
            made = layer_activation(value)
            if not isinstance(made, keras.layers.Layer):
                return [keras.layers.Activation(made, name=layer.name)]
            return [type(made).from_config({**made.get_config(), "name": layer.name})]
        if layer.name in chosen:
            if "activation" not in config:
                raise CannotChangeError("activation", f"{layer.name!r} takes none")
            config["activation"] = layer_activation(value)
        return as_it_is(layer, config)

    return _with_weights(model, edit)


def _penalty(model: keras.Model, value: Any, seed: int) -> keras.Model:
    """On hidden kernels; a number is Keras's L2, λ Σ W², and None takes penalties away."""
    parts = Parts.of(model, "penalty")
    parts.need_hidden("penalty")
    if is_number(value):
        check_number("penalty", value, 0, expected="a number of at least 0, or a regularizer")
        value = keras.regularizers.L2(float(value)) if value else None
    try:
        known = keras.regularizers.get(value)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"`penalty` must be a number or what Keras takes as regularizer; got {shown(value)}"
        ) from error
    told = None if known is None else keras.regularizers.serialize(known)

    def edit(layer: keras.layers.Layer, config: Config) -> list[keras.layers.Layer]:
        for key in (f"{prefix}_regularizer" for prefix in OF_KERNEL_KEYS):
            if layer.name in parts.hidden and key in config:
                config[key] = None if told is None else keras.regularizers.get(dict(told))
        return as_it_is(layer, config)

    return _with_weights(model, edit)


def _dropout(model: keras.Model, value: Any, seed: int) -> keras.Model:
    """Behind the activation of each hidden layer; where there is dropout already, its rate."""
    expected = "a number from 0, below 1"
    rate = check_number("dropout", value, 0, 1 - 1e-9, expected=expected)
    parts = Parts.of(model, "dropout")
    parts.need_hidden("dropout")
    there = [layer.name for layer in model.layers if isinstance(layer, _DROPOUTS)]
    after = ends_of_hidden(model, parts)
    seeds = dict(zip(after, layer_seeds(seed, len(after)), strict=True))

    def edit(layer: keras.layers.Layer, config: Config) -> list[keras.layers.Layer]:
        if layer.name in there:
            config["rate"] = rate
        found = as_it_is(layer, config)
        if rate and not there and layer.name in after:
            name = f"{layer.name}_dropout"
            found.append(keras.layers.Dropout(rate, seed=seeds[layer.name], name=name))
        return found

    return _with_weights(model, edit)


def _batch_normalization(model: keras.Model, value: Any, seed: int) -> keras.Model:
    """True puts it between z and the activation of each hidden layer; False takes it away."""
    wanted = check_flag("batch_normalization", value)
    normal = keras.layers.BatchNormalization
    there = [layer.name for layer in model.layers if isinstance(layer, normal)]
    if not wanted:
        return _with_weights(
            model, lambda layer, config: [] if layer.name in there else as_it_is(layer, config)
        )
    parts = Parts.of(model, "batch_normalization")
    parts.need_hidden("batch_normalization")
    if there:
        raise CannotChangeError("batch_normalization", f"{there[0]!r} is one already")

    def edit(layer: keras.layers.Layer, config: Config) -> list[keras.layers.Layer]:
        if layer.name not in parts.hidden:
            return as_it_is(layer, config)
        if isinstance(layer, keras.layers.RNN):
            why = f"the activation of {layer.name!r} lies within its loop"
            raise CannotChangeError("batch_normalization", why)
        between = normal(name=layer.name + _NORMALIZATION)
        activation = activation_of(layer)
        if activation is None:
            return [*as_it_is(layer, config), between]
        config["activation"] = None
        of_activation = {"activity_regularizer": config.pop("activity_regularizer", None)}
        end = keras.layers.Activation(
            layer_activation(activation), name=layer.name + _ACTIVATION, **of_activation
        )
        return [*as_it_is(layer, config), between, end]

    return _with_weights(model, edit)


def _depth(model: keras.Model, value: Any, seed: int) -> keras.Model:
    """Number of hidden layers of a chain: the last is repeated, or those like it are dropped."""
    wanted = check_count("depth", value)
    parts = Parts.of(model, "depth")
    parts.need_hidden("depth")
    if not isinstance(model, keras.Sequential):
        raise CannotChangeError("depth", f"{model.name!r} is no chain (no Sequential)")
    blocks = blocks_of(model, parts)
    dropped = blocks[wanted:]
    for block in dropped or blocks[-1:]:
        if strange := [one.name for one in block[1:] if not isinstance(one, _PLAIN)]:
            raise CannotChangeError("depth", f"{strange[0]!r} follows on {block[0].name!r}")
        if type(block[0]) is not type(blocks[-1][0]):
            raise CannotChangeError("depth", f"{block[0].name!r} is another kind of layer")
    away = {layer.name for block in dropped for layer in block}
    more = wanted - len(blocks)
    last = blocks[-1]
    seeds = iter(layer_seeds(seed, max(1, more) * len(last)))

    def edit(layer: keras.layers.Layer, config: Config) -> list[keras.layers.Layer]:
        if layer.name in away:
            return []
        found = as_it_is(layer, config)
        if layer is last[-1]:
            for k in range(1, more + 1):
                found += [_repeated(one, k, next(seeds)) for one in last]
        return found

    return _with_weights(model, edit)


def _repeated(layer: keras.layers.Layer, k: int, seed: int | None) -> keras.layers.Layer:
    """The k-th repetition of a layer: h6 of h5, with a seed of its own."""
    config = layer.get_config()
    found = re.fullmatch(r"(.*?)(\d+)((?:_[a-z]+)?)", layer.name)
    name = f"{layer.name}_{k + 1}"
    if found:
        name = f"{found[1]}{int(found[2]) + k}{found[3]}"
    config["name"] = name
    for key, told in config.items():
        if key.endswith("_initializer") and told is not None:
            config[key] = layer_initializer(told, seed)
    if "seed" in config:
        config["seed"] = seed
    return type(layer).from_config(config)


def _learning_rate(model: keras.Model, value: Any, seed: int) -> keras.Model:
    """Of the compiled optimizer; a number or a schedule of Keras's."""
    if not isinstance(value, keras.optimizers.schedules.LearningRateSchedule):
        expected = "a number over 0, or a schedule"
        value = check_number("learning_rate", value, 0, expected=expected, open_ends=True)
    config = {**model.optimizer.get_config(), "learning_rate": value}
    return _with_weights(model, optimizer=type(model.optimizer).from_config(config))


def _optimizer(model: keras.Model, value: Any, seed: int) -> keras.Model:
    """With its own learning rate: what Keras takes, or a class; fresh for each network."""
    try:
        made = value() if isinstance(value, type) else keras.optimizers.get(fresh_optimizer(value))
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"`optimizer` must be what Keras takes, as 'adam' or an instance; got {shown(value)}"
        ) from error
    return _with_weights(model, optimizer=made)


def _scaling(model: keras.Model, value: Any, seed: int) -> keras.Model:
    """Of the data: the network is the same."""
    return _with_weights(model)


def _with_weights(
    model: keras.Model,
    edit: Callable[[keras.layers.Layer, Config], list[keras.layers.Layer]] = as_it_is,
    optimizer: keras.optimizers.Optimizer | None = None,
) -> keras.Model:
    made = copy_of(model, edit, optimizer=optimizer)
    take_weights(made, model)
    return made


CHANGES: dict[str, Make] = {
    "initializer": _initializer,
    "bias": _bias,
    "activation": _activation,
    "learning_rate": _learning_rate,
    "optimizer": _optimizer,
    "batch_normalization": _batch_normalization,
    "scaling": _scaling,
    "penalty": _penalty,
    "dropout": _dropout,
    "depth": _depth,
}
"""What can be changed, by name."""
