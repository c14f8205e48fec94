"""Claims: conditions on the facts of a figure, as data."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kit.checks import UnknownNameError, check_choice

__all__ = ["COMPARISONS", "Claim", "Facts", "fact_at"]

Facts = dict[str, Any]

_PAIRWISE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
    "==": lambda value, limit: value == limit,
    "!=": lambda value, limit: value != limit,
    "within": lambda value, limit: limit[0] <= value <= limit[1],
    "near": lambda value, limit: abs(value - limit[0]) <= limit[1],
}
COMPARISONS = (*_PAIRWISE, "falls", "rises")


class Claim:
    """A condition on the facts of a figure.

    Parameters
    ----------
    fact
        Where the fact stands: ``"loss"``, or ``"z_std.h5"`` inside of another.
    comparison
        ``"<"``, ``"<="``, ``">"``, ``">="``, ``"=="``, ``"!="``; ``"within"`` a (low, high), both
        included; ``"near"`` a (value, tolerance); ``"falls"`` and ``"rises"``: each value of the
        fact strictly under, or over, the one before. A fact of several values must meet the
        condition with each of them; ``"=="`` and ``"!="`` with a limit of several values take it
        as a whole.
    limit
        What the fact is compared with; none for "falls" and "rises".
    words
        The condition in words. `str.format` fills ``{limit}``, ``{percent}`` (100 times the
        limit), ``{listed}`` (a limit of several values), ``{rows}`` (a matrix), ``{low}`` and
        ``{high}`` (and ``{low_percent}``, ``{high_percent}``), ``{value}`` and ``{tolerance}``:
        so a threshold stands in one place.
    than
        Where another fact stands that takes the place of `limit`.

    Raises
    ------
    ValueError
        For an unknown comparison, or one without a limit.

    Examples
    --------
    >>> claim = Claim("std", ">", 3, "Z-values in too wide a range: std over {limit}")
    >>> claim.name, claim.holds({"std": 3.2}), claim.holds({"std": {"h1": 3.2, "h2": 2.9}})
    ('Z-values in too wide a range: std over 3', True, False)
    """

    def __init__(
        self,
        fact: str,
        comparison: str | Callable[[Facts], bool],
        limit: Any = None,
        words: str = "",
        *,
        than: str | None = None,
    ) -> None:
        self._test: Callable[[Facts], bool] | None = None
        if callable(comparison):
            warnings.warn(
                "`Claim(name, holds)` is now `Claim(fact, comparison, limit, words)`",
                DeprecationWarning,
                stacklevel=2,
            )
            self._test, comparison, words = comparison, "holds", fact
        elif (
            check_choice("comparison", comparison, COMPARISONS) in _PAIRWISE
            and limit is None
            and than is None
        ):
            raise ValueError(f"`limit` must be what {fact!r} is compared with; got None")
        self.fact, self.comparison, self.limit, self.than = fact, comparison, limit, than
        self.words = words

    def __repr__(self) -> str:
        return f"<Claim {self.name!r}>"

    @property
    def name(self) -> str:
        """The condition in words, complete with its number."""
        limit = self.limit
        given: dict[str, Any] = {"limit": limit}
        if isinstance(limit, (int, float)) and not isinstance(limit, bool):
            given["percent"] = round(100 * limit, 10)
        if isinstance(limit, (list, tuple)):
            given["listed"] = ", ".join(map(str, limit))
            if all(isinstance(row, (list, tuple)) for row in limit):
                given["rows"] = " / ".join(" ".join(map(str, row)) for row in limit)
        if self.comparison == "within":
            given |= {"low": limit[0], "high": limit[1]}
            given |= {f"{n}_percent": round(100 * given[n], 10) for n in ("low", "high")}
        if self.comparison == "near":
            given |= {"value": limit[0], "tolerance": limit[1]}
        return self.words.format(**given) if self._test is None else self.words

    def holds(self, facts: Facts) -> bool:
        """Whether the facts meet it.

        Raises
        ------
        UnknownNameError
            If there is no such fact; the message names those that there are.
        """
        if self._test is not None:
            return bool(self._test(facts))
        found = fact_at(facts, self.fact)
        if self.comparison in ("falls", "rises"):
            pairs = itertools.pairwise(_values(found))
            return all(a > b if self.comparison == "falls" else a < b for a, b in pairs)
        limit = self.limit if self.than is None else fact_at(facts, self.than)
        test = _PAIRWISE[self.comparison]
        whole = self.comparison in ("==", "!=") and isinstance(limit, (list, tuple, Mapping, set))
        if whole or not isinstance(found, (list, tuple, Mapping)):
            if isinstance(found, (list, tuple)) and isinstance(limit, (list, tuple)):
                found, limit = list(found), list(limit)
            return bool(test(found, limit))
        return all(bool(test(value, limit)) for value in _values(found))


def fact_at(facts: Facts, path: str) -> Any:
    """The fact that stands at a path, as ``"z_std.h5"``.

    Raises
    ------
    UnknownNameError
        If there is none; the message names those that there are.
    """
    found: Any = facts
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            there = ", ".join(map(str, found)) if isinstance(found, Mapping) else repr(found)
            raise UnknownNameError(
                f"`fact` must name a fact; got {path!r}, and {part!r} is not in {there}"
            )
        found = found[part]
    return found


def _values(found: Any) -> Iterable[Any]:
    return list(found.values()) if isinstance(found, Mapping) else list(found)
