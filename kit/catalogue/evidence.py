"""Evidence: in how many seeds the claims of a figure hold, and their controls refute them.

`kit.catalogue.many_seeds` finds it. It stands beside the figures, an ``evidence.json`` for each
topic, and is handed on with them; manifest, notes and pages quote it. It belongs to the code that
was measured, by a hash of all that ``measure`` reaches: of other code nothing is quoted. Reading it
imports no figure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock

from kit.catalogue import reach, register
from kit.catalogue.claims import Claim, Control, Facts
from kit.catalogue.seeds import parse_seeds, seeds_as_text, seeds_in_words
from kit.files import writable_folder, written_whole

if TYPE_CHECKING:
    from kit.catalogue.lecture_figure import LectureFigure
    from kit.catalogue.register import FigureFile

__all__ = ["EVIDENCE", "WRITTEN_ON", "Evidence", "code_of", "of", "path_of", "told", "write"]

EVIDENCE = "evidence.json"
WRITTEN_ON = range(1, 11)
"""Seeds on which claims are written: each must hold with all of them."""

ALONE = 20
"""Of so many other seeds a claim may fail with one."""


@dataclass(frozen=True)
class Evidence:
    """With which seeds the claims of a figure hold, and its controls refute them.

    Attributes
    ----------
    seeds
        Those that were tried, ascending.
    fails
        By the condition of each claim the seeds with which it does not hold.
    stands
        By the key of each control, and the condition of each claim that it is to refute, the seeds
        with which the claim holds all the same.
    random
        Whether anything depends on the seed; if not, one was enough.
    data
        Which digits were measured: "embedded"; empty where there are none.
    versions
        Of the kit and of what computes; several where seeds were added later.
    code
        Hash of what was measured.
    """

    seeds: tuple[int, ...]
    fails: Mapping[str, tuple[int, ...]]
    stands: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)
    random: bool = True
    data: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    code: str = ""

    def covers(self, claims: Iterable[Claim], controls: Iterable[Control]) -> bool:
        """Whether it knows of each of them."""
        claims = list(claims)
        return all(claim.condition in self.fails for claim in claims) and all(
            claim.condition in self.stands.get(control.key, {})
            for control in controls
            for claim in control.refuted(claims)
        )

    def share(self, claim: Claim) -> str:
        """With how many seeds it holds, of those on which it was not written: "17 of 20"."""
        others = [seed for seed in self.seeds if seed not in WRITTEN_ON] or list(self.seeds)
        held = [seed for seed in others if seed not in self.fails[claim.condition]]
        return f"{len(held)} of {len(others)}"

    def bears_out(self, claim: Claim) -> bool:
        """Whether it holds with all seeds on which it was written and 19 of 20 others.

        A claim that says how often it holds is borne out.
        """
        return claim.tells_share or self._is_rare(self.fails[claim.condition])

    def is_refuted(self, claim: Claim, control: Control) -> bool:
        """Whether the control refutes the claim with as many seeds as a claim has to hold with."""
        return self._is_rare(self.stands[control.key][claim.condition])

    def _is_rare(self, seeds: Sequence[int]) -> bool:
        others = sum(seed not in WRITTEN_ON for seed in self.seeds)
        return not any(seed in WRITTEN_ON for seed in seeds) and ALONE * len(seeds) <= others

    def words(self, claim: Claim, controls: Iterable[Control]) -> str:
        """What is known of a claim of a figure with these controls.

        Examples
        --------
        >>> control = Control(width=1, refutes="gap", words="one unit")
        >>> found = Evidence((1, 2, 3), {"gap > 0": (3,)}, {"width=1": {"gap > 0": ()}})
        >>> found.words(Claim("gap", ">", 0), [control])
        'holds on 2 of 3 seeds (1 to 3); with one unit it fails on 3 of 3'
        """
        all_of_them, failing = len(self.seeds), self.fails[claim.condition]
        many = "seeds" if all_of_them > 1 else "seed"
        parts = [f"holds on {_count(self.seeds, failing)} {many} ({seeds_in_words(self.seeds)})"]
        if not self.random:
            parts = ["does not hold" if failing else "holds, and nothing in it is random"]
        if self.data:
            parts[0] += f", with the {self.data} digits"
        for control in controls:
            if claim.fact in control.refutes:
                standing = len(self.stands[control.key][claim.condition])
                often = f"it fails on {all_of_them - standing} of {all_of_them}"
                always = "it holds all the same" if standing else "it fails"
                comma = "," if "," in control.words else ""  # which closes what the other opens
                parts.append(f"with {control.words}{comma} {often if self.random else always}")
        return "; ".join(parts)

    def as_entry(self) -> dict[str, Any]:
        """As it stands in the file: counts to be read, and the seeds that are exceptions."""
        stands = self.stands.items()
        entry: dict[str, Any] = {
            "seeds": seeds_as_text(self.seeds),
            "claims": {name: _count(self.seeds, some) for name, some in self.fails.items()},
            "fails_with": _told_seeds(self.fails),
            "controls": {
                key: {name: _count(self.seeds, some) for name, some in by_claim.items()}
                for key, by_claim in stands
            },
            "stands_with": {key: _told_seeds(some) for key, some in stands if any(some.values())},
            "data": self.data,
            "versions": dict(self.versions),
            "code": self.code,
        }
        if not self.random:
            entry["random"] = False
        return {name: value for name, value in entry.items() if value not in ({}, "")}

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Evidence:
        """As `as_entry` wrote it.

        Raises
        ------
        ValueError
            If its counts are not those of its seeds, as after a merge that mixed two of them.
        """

        def seeds_by(names: Iterable[str], texts: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
            return {name: parse_seeds(texts[name]) if name in texts else () for name in names}

        found = cls(
            parse_seeds(entry["seeds"]),
            seeds_by(entry.get("claims", {}), entry.get("fails_with", {})),
            {
                key: seeds_by(names, entry.get("stands_with", {}).get(key, {}))
                for key, names in entry.get("controls", {}).items()
            },
            entry.get("random", True),
            entry.get("data", ""),
            entry.get("versions", {}),
            entry.get("code", ""),
        )
        if found.as_entry() != entry:
            raise ValueError(f"`entry` must have the counts of its seeds; got {dict(entry)}")
        return found


def _count(seeds: Sequence[int], exceptions: Sequence[int]) -> str:
    return f"{len(seeds) - len(exceptions)} of {len(seeds)}"


def _told_seeds(by_claim: Mapping[str, Sequence[int]]) -> dict[str, str]:
    return {name: seeds_as_text(some) for name, some in by_claim.items() if some}


def of(figure: LectureFigure | FigureFile) -> Evidence | None:
    """What is known of a figure as its code is today; None where that is nothing."""
    if not register.is_known(figure):
        return None
    entry = _entries(path_of(figure)).get(figure.id)
    if entry is None or entry.get("code") != code_of(figure):
        return None
    try:
        return Evidence.from_entry(entry)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def code_of(figure: LectureFigure | FigureFile) -> str:
    """A hash of the code that a figure's ``measure`` reaches, itself included."""
    assert figure.module is not None
    return reach.digest([(figure.module, "measure")])


def path_of(figure: LectureFigure | FigureFile) -> Path:
    """The file in which the evidence of its topic stands."""
    return register.topics()[figure.topic].folder / EVIDENCE


def _entries(path: Path) -> dict[str, Any]:
    """What a file says by the ids of figures; nothing where it is missing or damaged."""
    try:
        state = path.stat()
        return _entries_of(path, state.st_mtime_ns, state.st_size)
    except (OSError, ValueError, AttributeError):
        return {}


@lru_cache(maxsize=64)
def _entries_of(path: Path, modified: int, size: int) -> dict[str, Any]:
    entries = json.loads(path.read_text("utf-8"))
    return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}


def write(figure: LectureFigure | FigureFile, evidence: Evidence, cache: Path) -> None:
    """Put it into the file of the topic, in the place of what stood there of this figure.

    Another command may write to the same file: read and written under a lock. What is no figure of
    the topic any more is left out.
    """
    path = path_of(figure)
    writable_folder(path.parent, "topic")
    locks = writable_folder(cache / "locks", "cache")
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    with filelock.FileLock(locks / f"{name}.lock"):
        entries = {**_entries(path), figure.id: evidence.as_entry()}
        known = [one for one, file in register.files().items() if file.topic == figure.topic]
        kept = {one: entries[one] for one in known if one in entries}
        with written_whole(path) as part:
            part.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


def told(figure: LectureFigure, facts: Facts) -> list[dict[str, Any]]:
    """What the manifest says of each claim: whether it holds, with which seeds not, what is known.

    Parameters
    ----------
    figure
        A figure.
    facts
        Those of its own seed, with which it is drawn.
    """
    found = figure.evidence
    return [_told(figure, claim, claim.holds(facts), found) for claim in figure.claims]


def _told(
    figure: LectureFigure, claim: Claim, holds: bool, found: Evidence | None
) -> dict[str, Any]:
    fails = () if holds else (figure.seed,)
    if found is None:
        return {"name": claim.name, "holds": holds, "fails_with_seeds": list(fails)}
    exceptions = found.fails[claim.condition]
    return {
        "name": claim.said(found.share(claim)),
        "holds": found.bears_out(claim) and (holds or claim.tells_share),
        "fails_with_seeds": sorted({*fails, *exceptions}),
        "tried_with": len(found.seeds),
        "held_with": len(found.seeds) - len(exceptions),
        "refuted_with": {
            control.key: len(found.seeds) - len(found.stands[control.key][claim.condition])
            for control in figure.controls
            if claim.fact in control.refutes
        },
        "evidence": found.words(claim, figure.controls),
    }
