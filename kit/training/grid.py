"""What a sweep trains: a network for each value of each parameter and each seed; who goes together.

The product of the values, in the order in which they are given, the seed last. What a network is
called, and with which numbers it is made, depends on its own values alone.
"""

from __future__ import annotations

import inspect
import itertools
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kit.callbacks.keras_internals import global_seeds_fresh
from kit.callbacks.undisturbed import python_random_kept
from kit.checks import UnknownNameError, check_seed, listed, shown
from kit.training.naming import name_of
from kit.training.own_values import OF_EACH

__all__ = ["Build", "Grid", "Trial", "build_trial", "tasks_of", "trials_of"]

Build = Callable[..., keras.Model]
"""Takes parameters by keyword, and returns a compiled model."""

Grid = Mapping[str, Any]
"""Names of parameters, with the values of each."""

OF_OPTIMIZER = ("learning_rate", "nesterov", *OF_EACH)
"""What is set on the compiled optimizer, where the builder has no parameter of that name."""

OF_ONE_PROGRAM = frozenset(OF_OPTIMIZER) | {"initializer", "kernel_initializer", "bias_initializer"}
"""Parameters in which networks that are trained together may well differ."""


@dataclass(frozen=True)
class Trial:
    """A network that is to be trained.

    Attributes
    ----------
    name
        Of its run.
    parameters
        What made it, as its run keeps it: values that JSON can hold, the seed among them.
    values
        What the builder, or the optimizer, is given; without the seed.
    seed
        Of weights and of the order of batches.
    """

    name: str
    parameters: dict[str, Any]
    values: dict[str, Any]
    seed: int


@dataclass(frozen=True)
class _Value:
    """A value of a parameter: what the builder is given, its text in names, what the run keeps."""

    value: Any
    text: str
    column: Any


def trials_of(build: Build, grid: Grid, seeds: Iterable[int]) -> list[Trial]:
    """Every network of a grid.

    Parameters
    ----------
    build, grid, seeds
        As for `sweep`.

    Raises
    ------
    TypeError, ValueError, UnknownNameError
        For what is no builder, for names that it does not take, for values that cannot be told
        apart, and for seeds that are no different integers.
    """
    if not callable(build) or isinstance(build, keras.Model):
        raise TypeError(
            f"`build` must be a function that returns a compiled model; got {shown(build)}"
        )
    if not isinstance(grid, Mapping) or not all(isinstance(name, str) for name in grid):
        raise TypeError(f"`grid` must be a dict of values by name; got {shown(grid)}")
    _check_names(build, list(grid))
    every = [_values(name, values) for name, values in grid.items()]
    numbers = _checked_seeds(seeds)
    found = []
    for some in itertools.product(*every):
        named = dict(zip(grid, some, strict=True))
        texts = {name: one.text for name, one in named.items()}
        columns = {name: one.column for name, one in named.items()}
        values = {name: one.value for name, one in named.items()}
        for seed in numbers:
            name = name_of({**texts, "seed": seed})
            found.append(Trial(name, {**columns, "seed": seed}, values, seed))
    (name, times), *_ = Counter(one.name for one in found).most_common(1)
    if times > 1:
        raise ValueError(f"`grid` must give each network another name; got {name!r} {times} times")
    return found


def _check_names(build: Build, names: Sequence[str]) -> None:
    """Hold the names of a grid against what a builder takes."""
    if "seed" in names:
        raise ValueError("`grid` must leave the seed to `seeds`; got 'seed' in it")
    taken = _parameters_of(build)
    if any(one.kind is one.VAR_KEYWORD for one in taken.values()):
        return
    known = [name for name in taken if name != "seed"]
    for name in names:
        if name not in known and name not in OF_OPTIMIZER:
            raise UnknownNameError(
                f"`grid` must have parameters of `build` ({listed(known)}) or of its optimizer "
                f"({listed(OF_OPTIMIZER)}); got {name!r}"
            )
    for name, one in taken.items():
        if one.default is one.empty and name not in (*names, "seed"):
            raise ValueError(f"`grid` must have {name!r}, which `build` requires; got {names}")


def _parameters_of(build: Build) -> dict[str, inspect.Parameter]:
    """What a builder takes by keyword; anything, where that cannot be known."""
    try:
        found = inspect.signature(build).parameters
    except (TypeError, ValueError):
        return {"any": inspect.Parameter("any", inspect.Parameter.VAR_KEYWORD)}
    without = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL)
    return {name: one for name, one in found.items() if one.kind not in without}


def _values(name: str, values: Any) -> list[_Value]:
    """The values of a parameter: several, one by itself, or texts that stand for them."""
    if isinstance(values, Mapping):
        found = [_Value(value, str(text), str(text)) for text, value in values.items()]
    else:
        alone = isinstance(values, (str, bytes)) or not isinstance(values, Iterable)
        found = [_told(one) for one in ([values] if alone else values)]
    if not found:
        raise ValueError(f"`grid` must have a value at least of {name!r}; got {shown(values)}")
    (text, times), *_ = Counter(one.text for one in found).most_common(1)
    if times > 1:
        raise ValueError(
            f"`grid` must have values of {name!r} with different texts; got {text!r} {times} "
            f"times: name them, as {{{name!r}: {{'one': ..., 'another': ...}}}}"
        )
    return found


def _told(value: Any) -> _Value:
    """A value with its text: what JSON can hold as it is, a function or class by its name."""
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    try:
        return _Value(value, str(value), json.loads(json.dumps(value)))
    except (TypeError, ValueError):
        text = getattr(value, "__name__", None) or type(value).__name__
        return _Value(value, text, text)


def _checked_seeds(seeds: Iterable[int]) -> list[int]:
    if isinstance(seeds, (str, bytes)) or not isinstance(seeds, Iterable):
        raise TypeError(f"`seeds` must be several integers, as range(10); got {shown(seeds)}")
    found = [check_seed(one, "seeds") for one in seeds]
    if not found or len(set(found)) < len(found):
        raise ValueError(f"`seeds` must be different integers, one at least; got {shown(found)}")
    return found


def build_trial(build: Build, trial: Trial) -> keras.Model:
    """The compiled model of a trial.

    Random numbers that the builder draws without a seed begin with the trial's, and are put back.

    Parameters
    ----------
    build
        As for `sweep`.
    trial
        Which network.

    Raises
    ------
    TypeError, ValueError
        For what is no compiled model, and for an optimizer that has no such parameter; also what
        the builder raises.
    """
    taken = _parameters_of(build)
    every = any(one.kind is one.VAR_KEYWORD for one in taken.values())
    arguments = {name: _own(one) for name, one in trial.values.items() if every or name in taken}
    if every or "seed" in taken:
        arguments["seed"] = trial.seed
    with python_random_kept(), global_seeds_fresh():
        random.seed(trial.seed)
        np.random.seed(trial.seed % 2**32)  # noqa: NPY002 - what builders may draw from
        model = build(**arguments)
    if not isinstance(model, keras.Model) or not model.compiled or model.optimizer is None:
        raise TypeError(
            f"`build` must return a Keras model that is compiled, with an optimizer; got {model!r}"
        )
    for name, value in trial.values.items():
        if name not in arguments:
            _set_on_optimizer(model, name, value)
    return model


def _own(value: Any) -> Any:
    """A copy of what holds a state, so that no two models share one."""
    if isinstance(value, (keras.layers.Layer, keras.optimizers.Optimizer)):
        return type(value).from_config(value.get_config())
    return value


def _set_on_optimizer(model: keras.Model, name: str, value: Any) -> None:
    optimizer = model.optimizer
    config = optimizer.get_config()
    if name not in config:
        raise ValueError(
            f"`grid` must have parameters of the builder or of its optimizer "
            f"{type(optimizer).__name__}, which has no {name!r}"
        )
    if name == "learning_rate":
        optimizer.learning_rate = value
    else:  # its constructor checks it
        model.optimizer = type(optimizer).from_config(config | {name: value})


def tasks_of(trials: Sequence[Trial], most: int, workers: int) -> list[list[Trial]]:
    """Networks cut into tasks: those that one program trains together, and not too many.

    Parameters
    ----------
    trials
        Which networks.
    most
        Networks of a task.
    workers
        That are to have a task each, where there are so many networks.

    Returns
    -------
    list
        The larger tasks first.
    """
    groups: dict[str, list[Trial]] = {}
    for one in trials:
        told = {k: v for k, v in one.parameters.items() if k != "seed" and k not in OF_ONE_PROGRAM}
        groups.setdefault(repr(told), []).append(one)
    size = max(1, min(most, len(trials) // workers))
    found = []
    for group in groups.values():
        parts = -(-len(group) // size)
        cuts = [len(group) * k // parts for k in range(parts + 1)]
        found += [group[start:stop] for start, stop in itertools.pairwise(cuts)]
    return sorted(found, key=len, reverse=True)
