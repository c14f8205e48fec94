"""Copies of compiled Keras models, made by their configuration, with layers edited on the way.

A copy has layers, optimizer and metrics of its own. Its weights are drawn anew, each by the seed in
its layer's configuration; `take_weights` gives it those of the model that it is a copy of.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import keras

from kit.callbacks.keras_internals import is_of_keras
from kit.checks import shown
from kit.models.arguments import OptimizerLike, check_model, fresh_optimizer
from kit.models.initializers import layer_seeds

__all__ = ["Config", "Edit", "as_it_is", "check_copied", "copy_of", "take_weights"]

Config: TypeAlias = "dict[str, Any]"
"""Of a layer, as `get_config` gives it; a copy, which may be changed."""

Edit: TypeAlias = "Callable[[keras.layers.Layer, Config], Sequence[keras.layers.Layer]]"
"""The layers that take the place of one, in order."""

_INSTEAD = "give a function of the seed that builds and compiles it: kit.twin(build, x, y, ...)"


def as_it_is(layer: keras.layers.Layer, config: Config) -> list[keras.layers.Layer]:
    """A layer by its configuration."""
    try:
        return [type(layer).from_config(config)]
    except (TypeError, ValueError) as error:
        raise ValueError(
            "`model` must have layers that Keras makes again from their configurations; got "
            f"{layer.name!r}, of which it says: {error}; {_INSTEAD}"
        ) from error


def copy_of(
    model: keras.Model,
    edit: Edit = as_it_is,
    *,
    optimizer: OptimizerLike | None = None,
    seed: int | None = None,
    metrics: Sequence[keras.metrics.Metric] = (),
) -> keras.Model:
    """A compiled copy of a Sequential or functional model.

    Parameters
    ----------
    model
        Built and compiled.
    edit
        Called for each layer but the inputs.
    optimizer
        In the place of the model's, of which a fresh one is made otherwise.
    seed
        From it each seed in the layers' configurations is derived, those of initializers and of
        dropout, one after the other as in `kit.models`; None keeps them. Frozen layers, and those
        without weights that train, keep their weights.
    metrics
        More that are to be told, weighted as the loss is.

    Raises
    ------
    TypeError, ValueError
        For what is no such model, and for what Keras cannot make again from its configuration.

    Examples
    --------
    >>> from kit.models import build_block
    >>> model = build_block("tanh", seed=1)
    >>> copied, other = copy_of(model, seed=2), build_block("tanh", seed=2)
    >>> bool((copied.get_weights()[0] == other.get_weights()[0]).all())
    True
    """
    check_copied(model)
    with _explained(model):
        configs = {layer.name: copy.deepcopy(layer.get_config()) for layer in model.layers}
        compiled = _compiled(model)
    if seed is not None:
        places = [place for config in configs.values() for place in _seeded(config)]
        for place, one in zip(places, layer_seeds(seed, max(1, len(places))), strict=False):
            place["seed"] = one
    made = _edited(model, lambda layer: edit(layer, configs[layer.name]))
    if metrics:
        compiled["weighted_metrics"] = [*(compiled.get("weighted_metrics") or ()), *metrics]
    own = fresh_optimizer(model.optimizer if optimizer is None else optimizer)
    made.compile(optimizer=own, loss=model.loss, **compiled)
    _build_activations(made)
    if seed is not None:
        fixed = [layer.name for layer in model.layers if not layer.trainable_variables]
        take_weights(made, model, only=fixed)
    return made


def take_weights(
    made: keras.Model,
    model: keras.Model,
    *,
    drawn: Collection[tuple[str, str]] = (),
    only: Iterable[str] | None = None,
) -> None:
    """Give a copy the weights of a model, layer by layer, where names and shapes agree.

    Dropout that both have then drops the same, unless only some layers are asked for.

    Parameters
    ----------
    made, model
        The copy, and what it is of.
    drawn
        Layers and names of variables that the copy has drawn for itself, and keeps.
    only
        Names of the layers; None takes all.
    """
    layers = {layer.name: layer for layer in model.layers}
    for layer in made.layers:
        if layer.name not in layers or (only is not None and layer.name not in set(only)):
            continue
        pairs = zip(layer.weights, layers[layer.name].weights, strict=False)
        for mine, other in pairs:
            if mine.shape == other.shape and (layer.name, mine.name) not in drawn:
                mine.assign(other.value)
        mine, its = (getattr(one, "seed_generator", None) for one in (layer, layers[layer.name]))
        if only is None and mine is not None and its is not None:  # dropout draws the same
            mine.state.assign(its.state)
        if hasattr(layer, "finalize_state"):  # of what was adapted to data
            layer.finalize_state()


def check_copied(model: keras.Model) -> None:
    """Refuse what is no compiled Sequential or functional model; errors as for `copy_of`."""
    check_model(model)
    if not model.compiled or model.optimizer is None:
        raise ValueError(f"`model` must be compiled, with an optimizer; got {model.name!r}")
    known = isinstance(model, keras.Sequential) or hasattr(model, "operations")
    if not known or not is_of_keras(model):
        raise TypeError(
            "`model` must be a Sequential or functional model, to be copied by its configuration; "
            f"got {model.name!r}, a {type(model).__name__}: {_INSTEAD}"
        )
    if model.optimizer is not None and not hasattr(model.optimizer, "get_config"):
        raise TypeError(f"`model` must have an optimizer of Keras's; got {shown(model.optimizer)}")


def _compiled(model: keras.Model) -> Config:
    """What a model was compiled with, metrics made anew, but for optimizer and loss."""
    told = model.get_compile_config()
    rest = {name: value for name, value in told.items() if name not in ("optimizer", "loss")}
    return dict(keras.saving.deserialize_keras_object(rest))


@contextmanager
def _explained(model: keras.Model) -> Iterator[None]:
    """Say of what Keras raises that it is about a model's configuration, and what to do."""
    try:
        yield
    except (TypeError, ValueError, NotImplementedError) as error:
        raise ValueError(
            "`model` must be one that Keras makes again from its configuration; got "
            f"{model.name!r}, of which it says: {error}; {_INSTEAD}"
        ) from error


def _seeded(config: object) -> Iterator[Config]:
    """The configurations within one that have a seed, in order."""
    if isinstance(config, dict):
        if "seed" in config:
            yield config
        for value in config.values():
            yield from _seeded(value)
    elif isinstance(config, (list, tuple)):
        for value in config:
            yield from _seeded(value)


class _Nothing(keras.layers.Identity):
    """What stands in a graph where a layer was."""


def _edited(
    model: keras.Model, edit: Callable[[keras.layers.Layer], Sequence[keras.layers.Layer]]
) -> keras.Model:
    """A model of edited layers, not compiled."""
    if isinstance(model, keras.Sequential):
        first, told = model.inputs[0], model.get_config()["layers"][0]
        name = told["config"]["name"] if told["class_name"] == "InputLayer" else None
        given = keras.Input(batch_shape=first.shape, dtype=first.dtype, name=name)
        chain = [one for layer in model.layers for one in edit(layer)]
        return keras.Sequential([given, *chain], name=model.name)
    others: dict[int, Sequence[keras.layers.Layer]] = {}

    def clone(layer: keras.Operation) -> keras.Operation:
        if not isinstance(layer, keras.layers.Layer):
            return type(layer).from_config(layer.get_config())
        made, *more = edit(layer) or [_Nothing(name=layer.name)]
        others[id(made)] = more
        return made

    def call(layer: keras.Operation, *args: Any, **kwargs: Any) -> Any:
        found = layer(*args) if isinstance(layer, _Nothing) else layer(*args, **kwargs)
        for one in others.get(id(layer), ()):
            found = one(found)
        return found

    # of the same layers, without what was compiled, which cloning would make again as well
    bare = keras.Model(model.input, model.output, name=model.name)
    return keras.models.clone_model(bare, clone_function=clone, call_function=call)


def _build_activations(model: keras.Model) -> None:
    """Let activations that are layers have their weights, as Keras would at the first call."""
    for layer in model.layers:
        activation = getattr(layer, "activation", None)
        if isinstance(activation, keras.layers.Layer) and not activation.built:
            activation.build(layer.output.shape)
