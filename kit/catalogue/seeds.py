"""Several seeds, as they are typed, kept and read out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

__all__ = ["parse_seeds", "seeds_as_text", "seeds_in_words"]

MOST_SEEDS = 100_000  # of a run; more are a slip of the fingers


def seeds_as_text(seeds: Iterable[int]) -> str:
    """Seeds as they are typed and kept, runs of them by their ends.

    Examples
    --------
    >>> seeds_as_text([1, 2, 3, 7, 101, 102])
    '1-3,7,101-102'
    """
    return ",".join(f"{a}-{b}" if b > a else str(a) for a, b in _runs(seeds))


def seeds_in_words(seeds: Iterable[int]) -> str:
    """Seeds as they are read out.

    Examples
    --------
    >>> seeds_in_words([1, 2, 3, 7, 101, 102])
    '1 to 3, 7, 101, 102'
    """
    words = [
        f"{a} to {b}" if b > a + 1 else ", ".join(map(str, range(a, b + 1)))
        for a, b in _runs(seeds)
    ]
    return ", ".join(words)


def _runs(seeds: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of the seeds that follow each other."""
    groups = itertools.groupby(enumerate(sorted(set(seeds))), key=lambda one: one[1] - one[0])
    runs = [[seed for _, seed in group] for _, group in groups]
    return [(run[0], run[-1]) for run in runs]


def parse_seeds(text: str, name: str = "seeds") -> tuple[int, ...]:
    """Seeds that are typed, ascending, each once.

    Parameters
    ----------
    text
        Numbers and runs of them, as "1-10,101-120".
    name
        What a message calls the argument.

    Raises
    ------
    ValueError
        For something else.

    Examples
    --------
    >>> parse_seeds("101-103, 5")
    (5, 101, 102, 103)
    """
    seeds: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9})(?:-(\d{1,9}))?\s*", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if last < first or last - first >= MOST_SEEDS:
            raise ValueError(f"`{name}` must be seeds, as 1-10,101-120; got {text!r}")
        seeds.update(range(first, last + 1))
    return tuple(sorted(seeds))
