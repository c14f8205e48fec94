"""Claims: conditions on the facts of a figure, as data; controls, under which they are false."""

from __future__ import annotations

import inspect
import itertools
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kit.checks import UnknownNameError, check_choice, listed, named, shown
from kit.numerals import filled

__all__ = ["COMPARISONS", "Claim", "Control", "Facts", "controls_in", "fact_at"]

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
        so a threshold stands in one place. A claim that does not hold with nearly every seed says
        how often it does: ``{share}`` is filled from the evidence, "17 of 20".
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
        """The condition in words, complete with its number; without the share, if it tells one."""
        return self.said("? of ?")

    @property
    def condition(self) -> str:
        """What is compared, without the words: by it evidence knows the claim again."""
        if self._test is not None:
            return self.words
        if self.comparison in ("falls", "rises"):
            return f"{self.fact} {self.comparison}"
        return f"{self.fact} {self.comparison} {self.than or repr(self.limit)}"

    @property
    def tells_share(self) -> bool:
        """Whether its words say how often it holds."""
        return "{share}" in self.words

    def said(self, share: str) -> str:
        """The condition in words.

        Parameters
        ----------
        share
            With how many seeds it holds, for the words that say so.

        Examples
        --------
        >>> Claim("gap", ">", 0, "with {share} seeds the larger one wins").said("17 of 20")
        'with 17 of 20 seeds the larger one wins'
        """
        limit = self.limit
        given: dict[str, Any] = {"limit": limit, "share": share}
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
        return filled(self.words, given) if self._test is None else self.words

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


class Control:
    """The condition under which a claim about a cause is false: it shows that the claim can fail.

    It changes one keyword of the figure's ``measure``, whose defaults are the experiment.

    Parameters
    ----------
    refutes
        The fact, or the facts, of the claims that are false under it.
    words
        What is changed, as a lecturer says it after "with"; else the keyword and its value.
    changed
        Exactly one keyword of ``measure``, with another value than its default: a number, a text,
        or a list of them.

    Attributes
    ----------
    refutes
        Facts, a tuple.
    changed
        The keyword and its value.

    Raises
    ------
    ValueError, TypeError
        For more than one keyword, or none; for a `refutes` that names nothing.

    Examples
    --------
    >>> control = Control(initializer=1.0, refutes="g_spread", words="weights of σ = 1")
    >>> control.changed, control.words
    ({'initializer': 1.0}, 'weights of σ = 1')
    """

    def __init__(self, *, refutes: str | Sequence[str], words: str = "", **changed: Any) -> None:
        if len(changed) != 1:
            raise ValueError(
                f"`Control` must change exactly one keyword of `measure`; got {listed(changed)}"
            )
        self.refutes = tuple(named("refutes", refutes))
        self.changed = changed
        self.words = words or self.key

    def __repr__(self) -> str:
        return f"<Control {self.key} refutes {listed(self.refutes)}>"

    @property
    def key(self) -> str:
        """What is changed, as in a call: by it evidence knows the control again."""
        return ", ".join(f"{name}={value!r}" for name, value in self.changed.items())

    def refuted(self, claims: Iterable[Claim]) -> list[Claim]:
        """Of some claims those that it refutes."""
        return [claim for claim in claims if claim.fact in self.refutes]

    def check(self, measure: Callable[..., Any], claims: Iterable[Claim], of: str) -> None:
        """Refuse a control that is none of this figure.

        Parameters
        ----------
        measure, claims
            Of the figure.
        of
            Its id, for the message.

        Raises
        ------
        UnknownNameError
            If `measure` has no such keyword with a default, or there is no claim of such a fact.
        ValueError
            If the value is the default.
        """
        parameters = list(inspect.signature(measure).parameters.values())[2:]  # after lab, seed
        defaults = {one.name: one.default for one in parameters if one.default is not one.empty}
        ((name, value),) = self.changed.items()
        if name not in defaults:
            raise UnknownNameError(
                f"`Control` of {of} must change a keyword that `measure` has a default for, one "
                f"of {listed(defaults)}; got {name!r}"
            )
        if defaults[name] == value:
            raise ValueError(
                f"`Control` of {of} must change `{name}`; got {shown(value)}, its default"
            )
        facts = list(dict.fromkeys(claim.fact for claim in claims))
        for fact in self.refutes:
            if fact not in facts:
                raise UnknownNameError(
                    f"`refutes` of {of} must name the fact of a claim, one of {listed(facts)}; "
                    f"got {fact!r}"
                )


def controls_in(module: Any, of: str) -> tuple[Control, ...]:
    """What stands in the module of a figure as CONTROL, or as CONTROLS.

    Raises
    ------
    TypeError, ValueError
        For what is no control, and for both names.
    """
    given = [getattr(module, name) for name in ("CONTROL", "CONTROLS") if hasattr(module, name)]
    if len(given) > 1:
        raise ValueError(f"{of} must have a CONTROL, or several as CONTROLS; got both")
    found = [one for some in given for one in (some if isinstance(some, (list, tuple)) else [some])]
    if not all(isinstance(one, Control) for one in found):
        raise TypeError(f"`CONTROL` of {of} must be a Control, or several; got {shown(given[0])}")
    return tuple(found)


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
