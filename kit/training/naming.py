"""What runs are called, and the parameters that made them."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kit.checks import named, shown

__all__ = ["checked_parameters", "name_of", "names_of"]


def name_of(parameters: Mapping[str, Any]) -> str:
    """The name of a run, of the values that made it.

    Examples
    --------
    >>> name_of({"activation": "relu", "initializer": "he_normal", "seed": 3})
    'relu he_normal 3'
    """
    return " ".join(str(value) for value in parameters.values())


def names_of(
    names: Sequence[str] | None, parameters: Sequence[Mapping[str, Any]], networks: int
) -> list[str]:
    """Names of runs: those that are given, else of their parameters, else of their numbers.

    Raises
    ------
    TypeError, ValueError
        For names that are no texts, come twice or are not one for each network.
    """
    if names is not None:
        found = named("names", names)
        if len(found) != networks:
            raise ValueError(f"`names` must be one for each of {networks} models; got {len(found)}")
        if len(set(found)) < networks:
            (twice, _), *_ = Counter(found).most_common(1)
            raise ValueError(f"`names` must be different ones; got {twice!r} twice")
        return found
    if not any(parameters):
        return [f"run-{k + 1}" for k in range(networks)]
    made = [name_of(one) or f"run-{k + 1}" for k, one in enumerate(parameters)]
    unique: dict[str, None] = {}
    for wanted in made:
        one = wanted
        numbered = (f"{wanted} ({k})" for k in itertools.count(2))
        if one in unique:
            one = next(name for name in numbered if name not in unique and name not in made)
        unique[one] = None
    return list(unique)


def checked_parameters(
    parameters: Sequence[Mapping[str, Any]] | None, networks: int
) -> list[dict[str, Any]]:
    """One dict for each network, empty where none are given."""
    if parameters is None:
        return [{} for _ in range(networks)]
    if isinstance(parameters, (str, Mapping)) or not isinstance(parameters, Sequence):
        raise TypeError(f"`parameters` must be a dict for each model; got {shown(parameters)}")
    found = []
    for k, one in enumerate(parameters):
        if not isinstance(one, Mapping):
            raise TypeError(f"`parameters` must be a dict for each model; got {shown(one)} at {k}")
        found.append(dict(one))
    if len(found) != networks:
        raise ValueError(
            f"`parameters` must be a dict for each of {networks} models; got {len(found)}"
        )
    return found
