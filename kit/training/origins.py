"""Where a run of a sweep comes from: data, arguments and builder, kept so that it can go on.

A sweep that is started again trains what its file lacks. What is there must be what would come out
again; so each run keeps hashes of the arrays, the arguments, and the text of the builder, comments
and docstring apart. What the builder calls is not followed.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import inspect
import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from kit.checks import listed, shown
from kit.recordings.errors import RecordingError
from kit.recordings.recording import Recording
from kit.recordings.runs import Runs
from kit.training.grid import Build, Trial

__all__ = ["ORIGIN", "finished_of", "hash_of", "origin_of"]

ORIGIN = "sweep"
"""Where an origin stands in the info of a run."""

_STOPPING = (
    *("monitor", "mode", "min_delta", "patience", "baseline", "restore_best_weights"),
    "start_from_epoch",
)


def origin_of(
    build: Build,
    arrays: Mapping[str, Any],
    stopping: keras.callbacks.EarlyStopping | None,
    **arguments: Any,
) -> dict[str, Any]:
    """What the runs of a sweep come from, as JSON can hold it.

    Parameters
    ----------
    build
        The builder.
    arrays
        By the name of the argument, a structure of arrays, or None.
    stopping
        A ``keras.callbacks.EarlyStopping``, or None.
    **arguments
        Others that a result depends on.
    """
    told: dict[str, Any] = {"build": _name(build), "code": _code(build)}
    # before the arguments, some of which say nothing without data: the first that differs is told
    told |= {name: hash_of(one) for name, one in arrays.items()} | arguments
    told["early_stopping"] = None if stopping is None else _told_stopping(stopping)
    return dict(json.loads(json.dumps(told, default=str)))


def hash_of(structure: Any) -> str | None:
    """A hash of arrays: of their values, types and shapes, and of how they are put together.

    Examples
    --------
    >>> one, other = np.array([1, 2]), np.array([2, 1])
    >>> hash_of(one) == hash_of(other[::-1]), hash_of((one, other)) == hash_of((other, one))
    (True, False)
    """
    if structure is None:
        return None
    found = hashlib.sha256()
    if isinstance(structure, Mapping):
        for name in sorted(structure):
            found.update(f"{name!r} {hash_of(structure[name])}".encode())
    elif isinstance(structure, (list, tuple)):
        for one in structure:
            found.update(f"{hash_of(one)} ".encode())
    else:
        array = np.ascontiguousarray(structure)
        found.update(f"{array.dtype.str} {array.shape} ".encode())
        found.update(array.data if array.size else b"")
    return found.hexdigest()[:24]


def _told_stopping(callback: keras.callbacks.EarlyStopping) -> dict[str, Any]:
    told = {name: getattr(callback, name, None) for name in _STOPPING}
    # its sign is turned when a training begins
    told["min_delta"] = abs(told["min_delta"] or 0)
    return told | {"class": type(callback).__qualname__}


def _name(build: Build) -> str:
    if isinstance(build, functools.partial):
        told = [*map(shown, build.args), *(f"{k}={shown(v)}" for k, v in build.keywords.items())]
        return f"{_name(build.func)}({', '.join(told)})"
    return getattr(build, "__qualname__", type(build).__qualname__)


def _code(build: Build) -> str | None:
    """A hash of a builder's text; None where there is none to be had by itself."""
    while isinstance(build, functools.partial):
        build = build.func
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(build)))
    except (OSError, TypeError, SyntaxError):
        return None
    [*statements] = tree.body
    if len(statements) != 1 or not isinstance(statements[0], (ast.FunctionDef, ast.ClassDef)):
        return None  # a lambda stands in the middle of something
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:24]


def finished_of(
    there: Runs, trials: Iterable[Trial], origin: Mapping[str, Any], overwrite: bool
) -> set[str]:
    """Names of those networks that a file has, whole and with this origin.

    Parameters
    ----------
    there
        All runs of the file.
    trials
        Those that are wanted.
    origin
        Of `origin_of`.
    overwrite
        Whether others of these names may be replaced.

    Raises
    ------
    RecordingError
        For a run of such a name that is another, where it may not be replaced.
    """
    found, others = set(), []
    for one in trials:
        if one.name not in there:
            continue
        run = there[one.name]
        why = _difference(run, one, origin)
        if why is not None:
            others.append(f"{one.name!r} ({why})")
        elif run.finished:
            found.add(one.name)
    if others and not overwrite:
        raise RecordingError(
            f"`path` must have no other runs of these names; {there.path} has "
            f"{listed(_few(others))}: choose another file, or pass overwrite=True to replace them"
        )
    return found


def _few(words: Sequence[str], most: int = 3) -> list[str]:
    more = len(words) - most
    return [*words[:most], f"and {more} more"] if more > 0 else list(words)


def _difference(run: Recording, trial: Trial, origin: Mapping[str, Any]) -> str | None:
    """In what a run is another than a trial would give; None where it is the same."""
    info = run.info
    had = info.get("parameters")
    if had != trial.parameters:
        return f"its parameters are {shown(had)}"
    was = info.get(ORIGIN)
    if not isinstance(was, dict):
        return "it is of no sweep"
    for name in {**was, **origin}:
        if was.get(name) != origin.get(name):
            if name == "code":
                return "the text of `build` was another"
            told = not isinstance(origin.get(name), str) or name == "build"  # no hash
            values = f": {shown(was.get(name))}, now {shown(origin.get(name))}" if told else ""
            return f"another `{name}`{values}"
    return None
