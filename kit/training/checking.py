"""Checks of what networks are to be trained with, one wording for each argument."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras

from kit.callbacks.data import ProbeData
from kit.checks import check_seed, shown

__all__ = ["checked_models", "checked_probe", "checked_seeds", "checked_stopping", "one_for_each"]


def checked_models(models: Sequence[keras.Model]) -> list[keras.Model]:
    """The models, if they are compiled and have nothing in common."""
    if isinstance(models, keras.Model) or not isinstance(models, Iterable):
        raise TypeError(f"`models` must be a list of Keras models; got {type(models).__name__}")
    found = list(models)
    if not found:
        raise ValueError("`models` must have at least one model; got none")
    owner: dict[int, int] = {}
    for k, model in enumerate(found):
        if not isinstance(model, keras.Model):
            raise TypeError(f"`models` must be Keras 3 models; got {shown(model)} at {k}")
        if not model.compiled or model.optimizer is None:
            raise ValueError(
                f"`models` must be compiled, with an optimizer; got {model.name!r} at {k} that is "
                "not: call model.compile(optimizer, loss)"
            )
        for variable in [*model.variables, *model.optimizer.variables]:
            if owner.setdefault(id(variable), k) != k:
                raise ValueError(
                    f"`models` must share no weights and no optimizer; got {variable.path!r} in "
                    f"those at {owner[id(variable)]} and {k}"
                )
    return found


def checked_seeds(seed: int | Sequence[int] | None, networks: int) -> list[int]:
    """A seed for each network; one that is drawn, for all of them, where none is given."""
    if seed is None:
        return [secrets.randbits(32)] * networks
    return one_for_each("seed", seed, networks, lambda _, one: check_seed(one))


def one_for_each(
    name: str, given: object, networks: int, check: Callable[[str, Any], int]
) -> list[int]:
    """An integer for each network: the one that is given, or those."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        return [check(name, given)] * networks
    found = [check(name, one) for one in given]
    if len(found) != networks:
        raise ValueError(
            f"`{name}` must be an integer or one for each of {networks} models; got {len(found)}"
        )
    return found


def checked_stopping(callback: object) -> keras.callbacks.EarlyStopping | None:
    """Keras's own callback, or None."""
    if callback is not None and not isinstance(callback, keras.callbacks.EarlyStopping):
        raise TypeError(
            f"`early_stopping` must be a keras.callbacks.EarlyStopping; got {shown(callback)}"
        )
    return callback


def checked_probe(probe: Sequence[Any]) -> ProbeData:
    """Arrays as (x, y) or (x, y, sample_weight)."""
    if not isinstance(probe, (list, tuple)) or len(probe) not in (2, 3):
        raise TypeError(f"`probe` must be (x, y) or (x, y, sample_weight); got {shown(probe)}")
    try:
        return ProbeData.of(*probe)
    except (TypeError, ValueError) as error:
        raise type(error)(f"`probe`: {error}") from None
