"""Experiments over several seeds: which belong together, how they are trained, their medians.

A figure shows a block of seeds, as 1 to 10, with the medians of its facts; evidence asks of each
seed by itself. Both come from one training, of the whole block.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kit.checks import check_count, check_seed, shown

if TYPE_CHECKING:
    import keras

    from kit.catalogue.claims import Facts
    from kit.recordings import Runs

__all__ = ["CONVOLUTIONAL", "DENSE", "block_of", "medians", "trained"]

DENSE, CONVOLUTIONAL = 10, 3
"""Seeds of a block, by what is trained."""


def block_of(seed: int, of: int) -> tuple[int, ...]:
    """The seeds of the block that one is in.

    Parameters
    ----------
    seed
        A non-negative integer.
    of
        How many a block has.

    Raises
    ------
    TypeError, ValueError
        For what is none.

    Examples
    --------
    >>> block_of(1, 3), block_of(6, 3), block_of(101, 10)[-1]
    ((1, 2, 3), (4, 5, 6), 110)
    """
    check_count("of", of)
    first = max(0, (check_seed(seed) - 1) // of * of + 1)
    return tuple(range(first, first + of))


def trained(
    models: Sequence[keras.Model],
    x: np.ndarray,
    y: np.ndarray,
    parameters: Sequence[Mapping[str, Any]],
    **how: Any,
) -> Runs:
    """Networks that were trained together to the end, each with the batches of its own seed.

    Parameters
    ----------
    models, x, y
        As for `train_together`.
    parameters
        What made each network, its ``seed`` among it.
    how
        What else `train_together` takes.

    Raises
    ------
    KeyboardInterrupt
        If it was interrupted: half a training is no experiment, and is not kept.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> seeds = block_of(1, 3)
    >>> models = [build_block("tanh", n_layers=1, units=4, seed=seed) for seed in seeds]
    >>> runs = trained(models, *load_data(n_points=50), [{"seed": seed} for seed in seeds])
    >>> runs.names, runs.finished
    (['1', '2', '3'], True)
    """
    from kit.training import train_together

    seeds = [int(one["seed"]) for one in parameters]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "interrupted after", RuntimeWarning)
        runs = train_together(models, x, y, seed=seeds, parameters=parameters, verbose=False, **how)
    if not runs.finished:
        raise KeyboardInterrupt
    return runs


def medians(found: Sequence[Facts]) -> Facts:
    """The median over the seeds of each number in their facts.

    Parameters
    ----------
    found
        Facts of each seed: of the same names, mappings in them too. What is no number must be the
        same for all of them.

    Raises
    ------
    ValueError
        For facts of other names, and for what is neither.

    Examples
    --------
    >>> medians([{"loss": {"relu": 0.25}}, {"loss": {"relu": 0.5}}, {"loss": {"relu": 0.0}}])
    {'loss': {'relu': 0.25}}
    """
    first = found[0]
    if any(one.keys() != first.keys() for one in found):
        raise ValueError(f"`found` must have facts of the same names; got {shown(found)}")
    return {name: _median([one[name] for one in found]) for name in first}


def _median(values: Sequence[Any]) -> Any:
    first = values[0]
    if isinstance(first, Mapping):
        return medians(values)
    if all(one == first for one in values):
        return first
    if not all(isinstance(one, (int, float)) for one in values):
        raise ValueError(f"`found` must have numbers where seeds differ; got {shown(values)}")
    return float(np.median(values))
