"""Trying the claims of figures with many seeds, and their controls: what `kit claims` does.

Each seed of each figure is a task of its own. What is measured goes through the lab, so that a seed
is measured once for the same code; what is found is written beside the figures when the last seed
of a figure is done (`kit.catalogue.evidence`). All of it is measured with the embedded digits,
which everybody has.
"""

from __future__ import annotations

import contextlib
import dis
import inspect
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import kit
from kit.catalogue import evidence, register
from kit.catalogue.claims import Claim
from kit.catalogue.evidence import Evidence
from kit.catalogue.lab import Lab, versions
from kit.catalogue.lecture_figure import LectureFigure
from kit.catalogue.processes import run_tasks
from kit.checks import check_count, check_seed
from kit.files import cache_folder, check_folder, quiet_start

__all__ = ["Tried", "embedded_digits_alone", "is_random", "try_seeds"]

_EMBEDDED = "embedded"
_COMPUTING = ("python", "keras", "tensorflow", "numpy")


@dataclass
class Tried:
    """What became of one figure.

    Attributes
    ----------
    id
        The figure.
    evidence
        What is known of it now; None where it failed.
    unborne
        Claims that do not hold with nearly every seed, and do not say so: in words, with what is
        known of them.
    unrefuted
        The same of claims that a control is to refute and does not.
    exceptions
        The same of claims that hold, but not with every seed.
    error
        What went wrong.
    """

    id: str
    evidence: Evidence | None = None
    unborne: list[str] = field(default_factory=list)
    unrefuted: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def holds(self) -> bool:
        """Whether all is as the figure says."""
        return self.evidence is not None and not self.unborne and not self.unrefuted


@dataclass(frozen=True)
class _Seed:
    """What one seed says: conditions that fail, and by control those that stand all the same."""

    seed: int
    fails: tuple[str, ...] = ()
    stands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    error: str = ""


def try_seeds(
    figures: Iterable[LectureFigure],
    seeds: Iterable[int] = evidence.WRITTEN_ON,
    *,
    jobs: int = 1,
    deterministic: bool = False,
    cache: str | Path | None = None,
    progress: Callable[[str, int, int], None] = lambda name, done, of: None,
) -> list[Tried]:
    """Try the claims of figures, and their controls, and write what was found beside them.

    Seeds that were tried with the same code are kept, and not tried again. A figure in which
    nothing is random is measured once.

    Parameters
    ----------
    figures
        Entries of the catalogue.
    seeds
        Those to be tried.
    jobs
        Processes at a time.
    deterministic
        As for `kit.catalogue.rendering.regenerate`.
    cache
        Folder in which experiments are kept; None takes ``KIT_CACHE``, else the user's own.
    progress
        Called after each seed of a figure: its id, how many of all seeds are done, and of how many.

    Returns
    -------
    list of Tried
        In the order of `figures`.

    Raises
    ------
    ValueError, TypeError
        For a figure that is not of the catalogue, or whose topic cannot be written to; for no seed,
        or one that is no non-negative integer; for `jobs` that are no positive integer.
    """
    figures, seeds = list(figures), sorted({check_seed(seed) for seed in seeds})
    check_count("jobs", jobs)
    if not seeds:
        raise ValueError("`seeds` must have at least one seed; got none")
    own = [figure.id for figure in figures if not register.is_known(figure)]
    if own:
        raise ValueError(f"`figures` must be of the catalogue; got {', '.join(own)}")
    for figure in figures:
        check_folder(evidence.path_of(figure).parent, "topic")
    folder = cache_folder() if cache is None else Path(cache)
    asked = {figure.id: _missing(figure, seeds) for figure in figures}
    found: dict[str, list[_Seed]] = {name: [] for name in asked}
    tasks = {
        f"{name} {seed}": (name, seed, folder)
        for name, some in asked.items()
        for seed in _apart(some)
    }
    by_id = {figure.id: figure for figure in figures}
    done = {name: _concluded(by_id[name], []) for name, some in asked.items() if not some}
    with embedded_digits_alone():
        for count, (task, one, error) in enumerate(
            run_tasks(_try, tasks, jobs, deterministic), start=1
        ):
            name, seed = tasks[task][:2]
            found[name].append(one or _Seed(seed, error=error))
            if len(found[name]) == len(asked[name]):
                done[name] = _concluded(by_id[name], found[name], folder)
            progress(name, count, len(tasks))
    return [done[figure.id] for figure in figures]


def _apart(seeds: Sequence[int]) -> list[int]:
    """The same seeds, neighbours far from each other.

    Those of a block come from one training: processes that try them at a time would wait for one.

    Examples
    --------
    >>> _apart([1, 2, 3, 4, 5, 6, 7, 8, 9])
    [1, 4, 7, 2, 5, 8, 3, 6, 9]
    """
    step = round(len(seeds) ** 0.5)
    return [seed for first in range(step) for seed in seeds[first::step]]


def _missing(figure: LectureFigure, seeds: Sequence[int]) -> list[int]:
    """The seeds that are to be tried; those of before too, where they were not asked of a claim."""
    known = figure.evidence
    if not is_random(figure.measure):
        return [] if known else [figure.seed]
    before = evidence.of(figure)
    there = set(known.seeds if known else ())
    return sorted({*seeds, *(before.seeds if before else ())} - there)


def is_random(measure: Callable[..., Any]) -> bool:
    """Whether a figure's ``measure`` reads the seed that it is given.

    Examples
    --------
    >>> is_random(lambda lab, seed: seed + 1), is_random(lambda lab, seed: 1)
    (True, False)
    """
    code = getattr(measure, "__code__", None)
    if code is None:  # no function: nobody can tell
        return True
    name = list(inspect.signature(measure).parameters)[1]
    used: set[Any] = {*code.co_cellvars}  # by a function inside
    for instruction in dis.get_instructions(code):
        value = instruction.argval  # some have two names at a time
        used.update(value if isinstance(value, tuple) else (str(value),))
    return name in used


def _concluded(figure: LectureFigure, found: Sequence[_Seed], cache: Path | None = None) -> Tried:
    """What all seeds of a figure say together; written, where there is something new."""
    failed = [one for one in found if one.error]
    if failed:
        return Tried(figure.id, error=f"{failed[0].error} (seed {failed[0].seed})")
    known = _added(figure, figure.evidence, found) if found else figure.evidence
    assert known is not None
    if cache is not None:
        evidence.write(figure, known, cache)
    claims, controls = figure.claims, figure.controls

    def words(claim: Claim) -> str:
        return f"{claim.said(known.share(claim))}: {known.words(claim, controls)}"

    return Tried(
        figure.id,
        known,
        [words(claim) for claim in claims if not known.bears_out(claim)],
        [
            words(claim)
            for control in controls
            for claim in control.refuted(claims)
            if not known.is_refuted(claim, control)
        ],
        [words(one) for one in claims if known.fails[one.condition] and known.bears_out(one)],
    )


def _added(figure: LectureFigure, known: Evidence | None, found: Sequence[_Seed]) -> Evidence:
    """What was known and what was found, together."""
    empty = Evidence((), {})
    known = known or empty

    def seeds_in(before: Iterable[int], now: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted({*before, *now}))

    conditions = [claim.condition for claim in figure.claims]
    return Evidence(
        seeds_in(known.seeds, (one.seed for one in found)),
        {
            name: seeds_in(known.fails.get(name, ()), (s.seed for s in found if name in s.fails))
            for name in conditions
        },
        {
            control.key: {
                claim.condition: seeds_in(
                    known.stands.get(control.key, {}).get(claim.condition, ()),
                    (s.seed for s in found if claim.condition in s.stands[control.key]),
                )
                for claim in control.refuted(figure.claims)
            }
            for control in figure.controls
        },
        is_random(figure.measure),
        _EMBEDDED if figure.digits else "",
        _joined(known.versions, {"kit": kit.__version__} | {n: versions()[n] for n in _COMPUTING}),
        evidence.code_of(figure),
    )


def _joined(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Versions, all that there were."""
    return {
        name: ", ".join(dict.fromkeys([*filter(None, before.get(name, "").split(", ")), one]))
        for name, one in now.items()
    }


def _try(name: str, seed: int, cache: Path) -> _Seed:
    """Measure one seed of a figure, and its controls; a failure is told, not raised."""
    try:
        with quiet_start():
            import tensorflow  # noqa: F401
        figure, lab = register.CATALOGUE[name], Lab(cache, single=True)
        facts = lab.measured(figure, seed)[1]
        stands = {}
        for control in figure.controls:
            others = lab.measured(figure, seed, **control.changed)[1]
            refuted = control.refuted(figure.claims)
            stands[control.key] = tuple(one.condition for one in refuted if one.holds(others))
        return _Seed(
            seed, tuple(one.condition for one in figure.claims if not one.holds(facts)), stands
        )
    except Exception as error:
        if os.environ.get("KIT_DEBUG"):
            traceback.print_exc(file=sys.stderr)
        return _Seed(seed, error=f"{type(error).__name__}: {error}")


@contextlib.contextmanager
def embedded_digits_alone() -> Iterator[None]:
    """Let no MNIST be at hand, in this process and those that it starts, as long as the context."""
    names = ("KIT_DATA", "KERAS_HOME", "KIT_OFFLINE")
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="kit-no-mnist-") as nothing:
        os.environ.update(KIT_DATA=nothing, KERAS_HOME=nothing, KIT_OFFLINE="1")
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
