"""What made a run: its parameters, as they are given, kept in its info, and asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kit.checks import check_name, listed, shown

__all__: list[str] = []

KEY = "parameters"
"""Where they stand in the info of a run."""


def checked_names(names: Iterable[str]) -> list[str]:
    """Names of runs, if they are texts of their own; else a TypeError or ValueError."""
    found = [] if isinstance(names, str) else list(names)
    if isinstance(names, str) or not all(isinstance(name, str) for name in found):
        raise TypeError(f"`names` must be a list of names of runs; got {shown(names)}")
    if "" in found:
        raise ValueError("`names` must be names of runs; one of them is ''")
    if len(set(found)) < len(found):
        twice = next(name for name in found if found.count(name) > 1)
        raise ValueError(f"`names` must be different from each other; got {twice!r} twice")
    return found


def with_parameters(
    info: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None,
    parameters: Sequence[Mapping[str, Any]],
    runs: int,
) -> list[dict[str, Any]]:
    """The info of each of several runs, from one of all of them or one of each.

    Raises
    ------
    TypeError
        For parameters that are no mappings of texts to what JSON can hold.
    ValueError
        For more or fewer of them than runs, and for an info that has parameters already.
    """
    every = [info or {}] * runs if info is None or isinstance(info, Mapping) else list(info)
    infos = [dict(one) for one in every]
    if len(infos) != runs:
        raise ValueError(f"`info` must be one for each of {runs} names; got {len(infos)}")
    if any(KEY in one for one in infos):
        raise ValueError(f"`info` must leave {KEY!r} to the argument of that name")
    found = [parameters] if isinstance(parameters, Mapping) else list(parameters)
    if found and len(found) != runs:
        raise ValueError(
            f"`parameters` must be one mapping for each of {runs} names; got {len(found)}"
        )
    if not found:
        return infos
    return [info | {KEY: _checked(one)} for info, one in zip(infos, found, strict=True)]


def _checked(parameters: object) -> dict[str, Any]:
    if not isinstance(parameters, Mapping) or not all(isinstance(key, str) for key in parameters):
        raise TypeError(
            f"`parameters` must be mappings of names to values; got {shown(parameters)}"
        )
    try:
        return dict(json.loads(json.dumps(dict(parameters), default=_plain)))
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"`parameters` must have values that JSON can hold; got {shown(parameters)}: {error}"
        ) from error


def _plain(value: object) -> object:
    """A value of NumPy as Python has it."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is no value of JSON")


def of_info(info: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that an info has; none of a run that was recorded without."""
    found = info.get(KEY)
    return found if isinstance(found, dict) else {}


def names_of(parameters: Iterable[Mapping[str, Any]]) -> list[str]:
    """Names of the parameters that some run has, in the order in which they come."""
    return list(dict.fromkeys(name for one in parameters for name in one))


def chosen(parameters: Mapping[str, Mapping[str, Any]], wanted: Mapping[str, Any]) -> list[str]:
    """Names of the runs that have what is wanted: of each parameter a value, or one of several.

    Raises
    ------
    UnknownNameError
        For a parameter that no run has.
    ValueError
        For a value that no run has.
    """
    known = names_of(parameters.values())
    runs = list(parameters)
    for name, values in wanted.items():
        check_name("parameters", name, known)
        has = {run: parameters[run].get(name) for run in parameters}
        any_of = _values(values, has.values())
        for one in any_of:
            if one not in has.values():
                there = listed(dict.fromkeys(map(shown, has.values())))
                raise ValueError(f"`{name}` must be one of {there}; got {shown(one)}")
        runs = [run for run in runs if has[run] in any_of]
    return runs


def _values(wanted: Any, has: Collection[Any]) -> list[Any]:
    """What is wanted, as a list: a list may itself be the value of a parameter."""
    if isinstance(wanted, np.ndarray):
        wanted = wanted.tolist()
    if isinstance(wanted, tuple):
        wanted = list(wanted)
    if wanted in has or not isinstance(wanted, (list, range, set, frozenset)):
        return [wanted]
    return [list(one) if isinstance(one, tuple) else one for one in wanted]


def table_of(parameters: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """A row for each run, by its name, and a column for each parameter; None where it has none."""
    columns = {
        name: [_cell(one.get(name)) for one in parameters.values()]
        for name in names_of(parameters.values())
    }
    return pd.DataFrame(columns, index=pd.Index(list(parameters), name="run", dtype="str"))


def _cell(value: object) -> object:
    """A value as a table holds it: what has parts as its JSON, which can be compared and hashed."""
    return json.dumps(value) if isinstance(value, (list, dict)) else value


def joined(
    frame: pd.DataFrame, parameters: Mapping[str, Mapping[str, Any]], at: int | None = None
) -> pd.DataFrame:
    """A table with a column `run`, and a column for each parameter: at its end, or from `at` on.

    A parameter whose name is that of a column is called ``parameter_`` and its name.
    """
    table = table_of(parameters)
    table.columns = _free_names([*map(str, table)], [*map(str, frame)])
    whole = frame.join(table, on="run")
    if at is None:
        return whole
    columns = list(frame)
    return whole[[*columns[:at], *table, *columns[at:]]]


def _free_names(names: Sequence[str], taken: Sequence[str]) -> list[str]:
    free: list[str] = []
    for name in names:
        called = name
        while called in taken or called in free or (called != name and called in names):
            called = f"parameter_{called}"
        free.append(called)
    return free


def in_short(value: object) -> str:
    """A value of a parameter as it is read: four digits of a number at most.

    Examples
    --------
    >>> in_short(1e-05), in_short(1 / 3), in_short("relu"), in_short(None)
    ('1e-5', '0.3333', 'relu', 'None')
    """
    if isinstance(value, float):
        return re.sub(r"e([+-])0+", r"e\1", f"{value:.4g}")
    return str(value)
