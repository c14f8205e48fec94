"""Twins: two trainings with the same seed and the same batches that differ in one thing."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np

from kit.callbacks.data import Inputs, Targets
from kit.callbacks.keras_internals import global_seeds_fresh
from kit.callbacks.undisturbed import python_random_kept
from kit.checks import (
    check_count,
    check_flag,
    check_name,
    check_number,
    check_seed,
    is_number,
    shown,
)
from kit.datasets.preprocess import center, normalize
from kit.recordings.runs import Runs
from kit.training.changes import CHANGES, checked_change, text_of_change
from kit.training.checking import checked_probe
from kit.training.copies import check_copied, copy_of
from kit.training.together import train_together
from kit.training.training_data import TrainingData
from kit.training.training_internals import build_training
from kit.training.twin_results import Twins
from kit.training.unpenalized import LossAlone, has_penalty, with_loss_alone

__all__ = ["MakesModel", "twin"]

MakesModel: TypeAlias = "Callable[..., keras.Model]"
"""A function of a seed that returns a compiled model, of its own at each call."""

Change: TypeAlias = "Mapping[str, Any] | MakesModel"
"""One change by its name, or what builds the other network."""

_PROBE = 1000
"""Samples that are measured, where none are given."""

_Arrays: TypeAlias = "tuple[Any, Any, Any]"


def twin(
    model: keras.Model | MakesModel,
    x: Inputs,
    y: Targets | None = None,
    *,
    change: Change,
    seeds: int | Iterable[int] = 10,
    epochs: int = 50,
    batch_size: int = 32,
    validation_data: Sequence[Any] | None = None,
    measure: str = "loss",
    probe: Sequence[Any] | None = None,
    every: int | None = None,
    path: str | Path | None = None,
    overwrite: bool = False,
    verbose: bool = True,
) -> Twins:
    """Train a network as it is and with one thing changed, with several seeds, and compare.

    The two of a seed begin with the same weights, where the change leaves them their shapes, and
    see the same batches in the same order. All are trained by `train_together`.

    ========================  ==================================================================
    ``change``
    ========================  ==================================================================
    ``initializer``           of the kernels of all weighted layers, with each one's seed; a number
                              is the standard deviation of a normal
    ``bias``                  of the biases of all weighted layers, likewise
    ``activation``            of hidden layers, within them or standing alone; linear ones stay
                              where there are others
    ``learning_rate``         a number, or a schedule of Keras's
    ``optimizer``             what Keras takes; with a learning rate of its own
    ``batch_normalization``   True: between z and the activation of each hidden layer; False: none
    ``scaling``               of x, by the training data's numbers: ``"center"`` (each feature),
                              ``"normalize"`` (that, and divided by its standard deviation), or a
                              number to multiply by
    ``penalty``               on hidden kernels: a number (Keras's L2, λ Σ W²), what Keras takes as
                              regularizer, or None
    ``dropout``               a rate, behind the activation of hidden layers, or of those there are
    ``depth``                 number of hidden layers of a chain: the last is repeated or dropped
    ========================  ==================================================================

    Parameters
    ----------
    model
        A function of the seed that builds and compiles a model, ``build(seed)``, or a compiled,
        built Keras model. That is copied by its configuration, and drawn anew with each seed: the
        weights it has count only in frozen layers. It stays as it is.
    x, y, epochs, batch_size, validation_data
        As for `train_together`; x as it is before scaling.
    change
        A dict of one change, or a function as `model` can be one, which builds the other network:
        what differs is then up to it.
    seeds
        How many, from 1 on, or which: different non-negative integers. From six on a difference can
        be told.
    measure
        What is compared at the end: the loss, or the name of a metric. It is what `evaluate` gives,
        so without dropout and with batch normalisation in inference: on the validation data or,
        without any, on the probe data. A penalty is left out of the loss, where there is one.
    probe
        (x, y) or (x, y, sample_weight) on which layers are measured; None takes 1,000 samples of
        the training data, or all.
    every
        Epochs from one measurement of the layers to the next; None measures before and at the end.
    path, overwrite, verbose
        As for `train_together`. The runs are called ``given 1``, ``changed 1`` and so on.

    Returns
    -------
    Twins
        Curves, layers and verdict.

    Raises
    ------
    TypeError, ValueError, UnknownNameError
        For bad arguments, for a change that this model cannot be given, and for one that changes
        nothing, before anything is trained.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data(n_points=64)
    >>> model = build_block("tanh", 0.01, n_layers=2, units=10, seed=1)
    >>> twins = twin(model, X, y, change={"learning_rate": 1.0}, seeds=6, epochs=4, verbose=False)
    >>> twins.change, twins.verdict.seeds, len(twins.history)
    ({'learning_rate': 1.0}, 6, 48)
    """
    check_count("epochs", epochs)
    check_flag("verbose", verbose)
    often = epochs if every is None else check_count("every", every)
    chosen = _checked_seeds(seeds)
    data = TrainingData(x, y, batch_size=batch_size, validation_data=validation_data)
    taken = _sample(data) if probe is None else _all_of(probe)
    judged = taken if data.validation is None else data.validation.as_given()
    pairs, label = _pairs(model, change, chosen)
    sides = [(data.as_given(), taken, judged)] * 2
    scaled = False
    if isinstance(change, Mapping):
        scaled = "scaling" in change
        if scaled:
            sides[1] = _scaled(change["scaling"], *sides[0])
        _refuse_nothing(change, pairs[0], sides)
    told = _measure(measure, pairs[0], data)
    how = {
        "epochs": epochs,
        "batch_size": batch_size,
        "every": often,
        "verbose": verbose,
        "overwrite": overwrite,
    }
    runs = _trained(pairs, chosen, label, sides, path, scaled, how)
    where = "training" if data.validation is None else "validation"
    words = f"{where} {told.removeprefix('val_').replace('_', ' ')}"
    return Twins(runs, dict(change) if isinstance(change, Mapping) else change, label, told, words)


def _trained(
    pairs: Sequence[tuple[keras.Model, keras.Model]],
    seeds: Sequence[int],
    label: str,
    sides: Sequence[tuple[_Arrays, _Arrays, _Arrays]],
    path: str | Path | None,
    apart: bool,
    how: Mapping[str, Any],
) -> Runs:
    """All networks trained: at once, or the two sides apart where their data differ."""
    words = {"given": "as given", "changed": label}
    found: Runs | None = None
    for some in (["given"], ["changed"]) if apart else (["given", "changed"],):
        (x, y, weights), taken, judged = sides["changed" in some and apart]
        runs = train_together(
            [pair[side == "changed"] for side in some for pair in pairs], x, y,
            sample_weight=weights, seed=[*seeds] * len(some), validation_data=judged, probe=taken,
            names=[f"{side} {seed}" for side in some for seed in seeds],
            parameters=[
                {"side": side, "network": words[side], "seed": seed}
                for side in some
                for seed in seeds
            ],
            path=path if found is None else None, **how,
        )  # fmt: skip
        if found is not None:
            found.extend(runs, overwrite=bool(how["overwrite"]))
        found = found or runs
    assert found is not None  # one side at least
    return found


def _pairs(
    model: keras.Model | MakesModel, change: Change, seeds: Sequence[int]
) -> tuple[list[tuple[keras.Model, keras.Model]], str]:
    """Both networks of each seed, and what the change is called."""
    if not isinstance(model, keras.Model) and not callable(model):
        raise TypeError(
            f"`model` must be a Keras model or a function of the seed; got {shown(model)}"
        )
    other = change if callable(change) and not isinstance(change, Mapping) else None
    pairs = []
    if other is not None:
        for seed in seeds:
            pairs.append((_given(model, seed), _built("change", other, seed)))
        name = getattr(other, "__name__", "")
        return pairs, name if name.isidentifier() else "changed"
    name, value = checked_change(change)
    penalized = None
    for seed in seeds:
        with _beginning(seed):
            given = _given(model, seed)
            check_copied(given)
            changed = CHANGES[name](given, value, seed)
            if penalized is None:
                penalized = has_penalty(given) or has_penalty(changed)
            if penalized:
                given, changed = with_loss_alone(given), with_loss_alone(changed)
        pairs.append((given, changed))
    return pairs, text_of_change(name, value)


def _given(model: keras.Model | MakesModel, seed: int) -> keras.Model:
    if not isinstance(model, keras.Model):
        return _built("model", model, seed)
    with _beginning(seed):
        return copy_of(model, seed=seed)


def _built(argument: str, build: MakesModel, seed: int) -> keras.Model:
    """What a function of the seed returns; without a parameter it draws from what begins there."""
    try:
        taken = inspect.signature(build).parameters
    except (TypeError, ValueError):  # of some that are written in C
        taken = None
    with _beginning(seed):
        if taken is None or "seed" in taken:
            made = build(seed=seed)
        else:
            made = build(seed) if taken else build()
    if not isinstance(made, keras.Model) or not made.compiled or made.optimizer is None:
        raise TypeError(
            f"`{argument}` must return a Keras model that is compiled, with an optimizer; got "
            f"{shown(made)}"
        )
    return made


@contextmanager
def _beginning(seed: int) -> Iterator[None]:
    """Random numbers that are drawn without a seed begin with this one, and are put back."""
    with python_random_kept(), global_seeds_fresh():
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002 - what builders may draw from
        yield


def _checked_seeds(seeds: int | Iterable[int]) -> list[int]:
    if is_number(seeds):
        return list(range(1, 1 + check_count("seeds", seeds)))
    if isinstance(seeds, (str, bytes)) or not isinstance(seeds, Iterable):
        raise TypeError(f"`seeds` must be how many, or different integers; got {shown(seeds)}")
    found = [check_seed(one, "seeds") for one in seeds]
    if not found or len(set(found)) < len(found):
        raise ValueError(f"`seeds` must be different integers, one at least; got {shown(found)}")
    return found


def _sample(data: TrainingData) -> _Arrays:
    """Some of the training data, the same at every call."""
    order = np.random.default_rng(0).permutation(data.samples)
    return data.taken(np.sort(order[:_PROBE]))


def _all_of(probe: Sequence[Any]) -> _Arrays:
    """The probe data that were given, as arrays."""
    checked_probe(probe)
    weights = probe[2] if len(probe) > 2 else None
    return TrainingData(probe[0], probe[1], sample_weight=weights).as_given()


def _scaled(value: object, *parts: _Arrays) -> tuple[_Arrays, _Arrays, _Arrays]:
    """X of each part, by the numbers of the first, which is the training's."""
    leaves = [keras.tree.flatten(x) for x, _, _ in parts]
    done = [_scale(value, list(same)) for same in zip(*leaves, strict=True)]
    found = [
        (keras.tree.pack_sequence_as(x, [one[k] for one in done]), y, weights)
        for k, (x, y, weights) in enumerate(parts)
    ]
    return found[0], found[1], found[2]


def _scale(value: object, arrays: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
    first, *others = arrays
    if value == "center":
        return center(first, *others)
    if value == "normalize":
        centered = center(first, *others)
        return normalize(centered[0], *centered[1:])
    expected = "'center', 'normalize', or a number other than 0"
    if isinstance(value, str):
        raise ValueError(f"`scaling` must be {expected}; got {shown(value)}")
    factor = check_number("scaling", value, expected=expected)
    if not factor:
        raise ValueError(f"`scaling` must be {expected}; got {shown(value)}")
    return [np.asarray(one * factor, np.float32) for one in arrays]


def _refuse_nothing(
    change: Mapping[str, Any],
    pair: tuple[keras.Model, keras.Model],
    sides: Sequence[tuple[_Arrays, ...]],
) -> None:
    """A ValueError where both sides would be the same."""
    one, other = ((model.get_config(), model.optimizer.get_config()) for model in pair)
    if repr(one) != repr(other):
        return
    pairs = zip(*(keras.tree.flatten(side[0][0]) for side in sides), strict=True)
    if all(np.array_equal(mine, its) for mine, its in pairs):
        raise ValueError(
            f"`change` must change something; got {shown(dict(change))}, which the model has"
        )


def _measure(measure: str, pair: tuple[keras.Model, keras.Model], data: TrainingData) -> str:
    """The name in the table of what is compared."""
    both = []
    for model in pair:
        build_training(model, data.first())
        both.append(list(model.get_metrics_result()))
    known = [name for name in both[0] if name in both[1] and name != LossAlone.NAME]
    check_name("measure", measure, known)
    alone = measure == "loss" and all(LossAlone.NAME in names for names in both)
    return f"val_{LossAlone.NAME if alone else measure}"
