"""Checks of arguments, with one wording: the argument, what it must be, and what came.

"`units` must be a positive integer; got 0". What is of another kind is a TypeError, what is of the
right kind and out of range a ValueError; a name that is not there is both a KeyError and a
ValueError, `UnknownNameError`, and lists the known ones.
"""

from __future__ import annotations

import difflib
import math
import numbers
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

__all__ = [
    "UnknownNameError",
    "as_array",
    "as_matrix",
    "as_numbers",
    "check_choice",
    "check_count",
    "check_flag",
    "check_name",
    "check_number",
    "check_pair",
    "check_seed",
    "chosen_names",
    "is_number",
    "listed",
    "named",
    "near_names",
    "shown",
]

LONGEST = 80
"""Characters of a value that a message shows."""

MOST = 20
"""Names that a message lists."""


class UnknownNameError(KeyError, ValueError):
    """A name that is not among those known. A KeyError and a ValueError; its text is plain."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would show its repr


def shown(value: Any) -> str:
    """A value as a message shows it: short, on one line, arrays by shape and dtype.

    Examples
    --------
    >>> shown(np.zeros((3, 2)))
    'an array of shape (3, 2), float64'
    >>> shown("x" * 200) == repr("x" * 200)[: LONGEST - 3] + "..."
    True
    """
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is not None and dtype is not None and tuple(shape):
        return f"an array of shape {tuple(shape)}, {getattr(dtype, 'name', dtype)}"
    words = " ".join(repr(value).split())
    return words if len(words) <= LONGEST else words[: LONGEST - 3] + "..."


def listed(names: Iterable[object]) -> str:
    """Names in a row, the middle of many left out; ``none`` without any.

    Examples
    --------
    >>> listed(["h1", "h2"]), listed([])
    ('h1, h2', 'none')
    """
    words = [str(name) for name in names]
    if len(words) > MOST:
        words = [*words[: MOST - 2], "...", words[-1]]
    return ", ".join(words) or "none"


def check_count(name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """The value, if it is an integer of at least `least`, and of at most `most` if that is given.

    Raises
    ------
    TypeError, ValueError
        For what is no integer, and for one that is smaller or larger.

    Examples
    --------
    >>> check_count("units", 0)
    Traceback (most recent call last):
    ValueError: `units` must be a positive integer; got 0
    """
    kinds = {0: "a non-negative integer", 1: "a positive integer"}
    expected = kinds.get(least, f"an integer of at least {least}")
    if most is not None:
        expected = f"an integer from {least} to {most}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        raise TypeError(f"`{name}` must be {expected}; got {shown(value)}")
    count = int(value)
    if count < least or (most is not None and count > most):
        raise ValueError(f"`{name}` must be {expected}; got {value}")
    return count


def check_seed(seed: Any, name: str = "seed") -> int:
    """The seed, if it is a non-negative integer."""
    return check_count(name, seed, least=0)


def check_flag(name: str, value: Any) -> bool:
    """The value, if it is True or False; else a TypeError."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"`{name}` must be True or False; got {shown(value)}")
    return bool(value)


def check_number(
    name: str,
    value: Any,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    expected: str = "a finite number",
    open_ends: bool = False,
) -> float:
    """The value, if it is a finite real number from `low` to `high`.

    Parameters
    ----------
    name, value
        Of the argument.
    low, high
        Ends of its range.
    expected
        The range in words, for the message.
    open_ends
        Whether the ends themselves are out of range.

    Raises
    ------
    TypeError, ValueError
        For what is no number, and for one that is out of range.

    Examples
    --------
    >>> check_number("dropout", 2, 0, 1, expected="a number from 0 to 1")
    Traceback (most recent call last):
    ValueError: `dropout` must be a number from 0 to 1; got 2
    """
    if not is_number(value):
        raise TypeError(f"`{name}` must be {expected}; got {shown(value)}")
    inside = low < value < high if open_ends else low <= value <= high
    if not math.isfinite(value) or not inside:
        raise ValueError(f"`{name}` must be {expected}; got {value}")
    return float(value)


def check_pair(name: str, values: Any, *, ascending: bool = False) -> tuple[float, float]:
    """The values, if they are two finite numbers.

    Parameters
    ----------
    name, values
        Of the argument.
    ascending
        Whether the second must be the larger one.

    Raises
    ------
    TypeError, ValueError
        For what are no numbers; for another count of them, infinite ones, or the wrong order.

    Examples
    --------
    >>> check_pair("xlim", (1, -1), ascending=True)
    Traceback (most recent call last):
    ValueError: `xlim` must be two finite numbers, ascending; got (1, -1)
    """
    expected = "two finite numbers, ascending" if ascending else "two finite numbers"
    pair = None if isinstance(values, str) or not isinstance(values, Iterable) else list(values)
    if pair is None or not all(is_number(one) for one in pair):
        raise TypeError(f"`{name}` must be {expected}; got {shown(values)}")
    right = len(pair) == 2 and all(math.isfinite(one) for one in pair)
    if not right or (ascending and not pair[0] < pair[1]):
        raise ValueError(f"`{name}` must be {expected}; got {shown(values)}")
    return float(pair[0]), float(pair[1])


def check_choice(name: str, value: Any, choices: Iterable[str]) -> str:
    """The value, if it is one of a few texts; else a ValueError that lists them.

    Examples
    --------
    >>> check_choice("theme", "drak", ["light", "dark"])
    Traceback (most recent call last):
    ValueError: `theme` must be one of light, dark; got 'drak'
    """
    known = list(choices)
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"`{name}` must be one of {', '.join(known)}; got {shown(value)}")
    return value


def check_name(argument: str, name: Any, known: Sequence[str], of: str = "") -> str:
    """The name, if it is among those known.

    Parameters
    ----------
    argument
        What the message calls the argument.
    name
        What came.
    known
        The names that there are, in their order.
    of
        Whose names they are, as " of the model"; for the message.

    Raises
    ------
    UnknownNameError
        With the near ones where there are any, else with all.

    Examples
    --------
    >>> check_name("layer", "h9", ["h1", "o"])
    Traceback (most recent call last):
    kit.checks.UnknownNameError: `layer` must be one of h1, o; got 'h9'
    """
    if isinstance(name, str) and name in known:
        return name
    near = near_names(name, known) if isinstance(name, str) and len(known) > MOST else []
    hint = f"; near: {', '.join(near)}" if near else ""
    raise UnknownNameError(
        f"`{argument}` must be one of {listed(known)}{of}; got {shown(name)}{hint}"
    )


def near_names(name: str, known: Iterable[str], most: int = 4) -> list[str]:
    """Of the known names the ones that a mistyped one may mean, the likeliest first.

    Those that share words with it come before those that only look alike; case counts for nothing.

    Examples
    --------
    >>> near_names("CONV-chanels", ["popular-cnns", "conv-channels", "conv-width-13"], most=2)
    ['conv-channels', 'conv-width-13']
    """
    low = name.lower()
    words = _words_of(low)

    def likeness(other: str) -> float:
        alike = difflib.SequenceMatcher(None, low, other.lower()).ratio()
        shared = len(words & _words_of(other.lower()))
        return alike + shared / len(words) if shared else alike if alike >= 0.4 else 0.0

    found = sorted(((likeness(other), other) for other in known), key=lambda one: -one[0])
    return [other for likely, other in found[:most] if likely]


def _words_of(name: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", name))


def chosen_names(argument: str, names: Any, known: Sequence[str], of: str = "") -> list[str]:
    """Names that were asked for: one as a text, or several; each is among those known.

    ``layers="h1"`` is ``layers=["h1"]``, everywhere.

    Parameters
    ----------
    argument, known, of
        As for `check_name`.
    names
        A name, or a list, tuple or other iterable of names.

    Raises
    ------
    TypeError
        For what is neither a text nor texts.
    ValueError
        For no name at all.
    UnknownNameError
        For one that is not among those known.

    Examples
    --------
    >>> chosen_names("layers", "h1", ["h1", "h2"]), chosen_names("layers", ("h2",), ["h1", "h2"])
    (['h1'], ['h2'])
    """
    found = named(argument, names)
    for name in found:
        check_name(argument, name, known, of)
    return found


def named(argument: str, names: Any) -> list[str]:
    """As `chosen_names`, where the known names are not at hand yet."""
    if isinstance(names, str):
        return [names]
    try:
        found = list(names)
    except TypeError:
        found = [names]
    if not all(isinstance(name, str) for name in found):
        raise TypeError(f"`{argument}` must be a name or a list of names; got {shown(names)}")
    if not found:
        raise ValueError(f"`{argument}` must have at least one name; got {shown(names)}")
    return found


def is_number(value: Any) -> bool:
    """Whether `value` is a real number, and no truth value."""
    return isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_))


def as_array(name: str, values: ArrayLike) -> np.ndarray:
    """The values as an array of whatever kind; a ValueError for rows of unequal length.

    Examples
    --------
    >>> as_array("x", [[1, 2], [3]])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: `x` must be an array of numbers; got ...: rows of unequal length in [[1, 2], [3]]
    """
    try:
        return np.asarray(values)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"`{name}` must be an array of numbers; got {str(error).rstrip('.')}: rows of unequal "
            f"length in {shown(values)}"
        ) from error


def as_numbers(name: str, values: Any, *, finite: bool = True) -> np.ndarray:
    """The values as an array, if they are real numbers.

    Parameters
    ----------
    name, values
        Of the argument.
    finite
        Whether NaN and infinite values are refused.

    Returns
    -------
    ndarray
        Of whatever real dtype and shape it is.

    Raises
    ------
    TypeError
        For what holds no numbers.
    ValueError
        For rows of unequal length, and for NaN or infinite values.

    Examples
    --------
    >>> as_numbers("x", [1, float("nan")])
    Traceback (most recent call last):
    ValueError: `x` must be finite; got 1 NaN or infinite value of 2
    """
    array = as_array(name, values)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"`{name}` must be an array of numbers; got {shown(values)} of dtype {array.dtype}"
        )
    if finite and array.dtype.kind == "f" and not np.isfinite(array).all():
        bad = int(np.count_nonzero(~np.isfinite(array)))
        word = "value" if bad == 1 else "values"
        raise ValueError(
            f"`{name}` must be finite; got {bad:,} NaN or infinite {word} of {array.size:,}"
        )
    return array


def as_matrix(name: str, values: Any, *, finite: bool = True) -> np.ndarray:
    """The values as a float64 matrix (rows, columns), if they are one.

    Parameters
    ----------
    name, values, finite
        As for `as_numbers`.

    Raises
    ------
    TypeError, ValueError
        As `as_numbers`; also for another number of axes, or one of length 0.

    Examples
    --------
    >>> as_matrix("kernel", [1, 2])
    Traceback (most recent call last):
    ValueError: `kernel` must be a matrix (rows, columns); got shape (2,)
    """
    array = as_numbers(name, values, finite=finite)
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"`{name}` must be a matrix (rows, columns); got shape {array.shape}")
    return array.astype(np.float64)
