"""``kit claims``: with how many seeds the claims of the lecture figures hold."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kit.catalogue.register import find
from kit.catalogue.seeds import parse_seeds, seeds_in_words
from kit.cli.shared import Commands, cache_of, caching, progress_bar, several
from kit.files import quiet_start

if TYPE_CHECKING:
    from kit.catalogue.many_seeds import Tried

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Tell the parser of the command."""
    parser = commands.add_parser(
        "claims",
        parents=[several(), caching()],
        help="try the claims of the lecture figures with many seeds",
        description="Measures with each seed, and with what each control changes, and writes with "
        "how many of them every claim holds into the evidence.json of each topic. Seeds that were "
        "tried with the same code are kept. Digits are the sample of MNIST.",
    )
    parser.add_argument(
        "--seeds", default="1-10", metavar="SEEDS", help="as 1-10,101-120 (default: 1-10)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Try what was not tried yet, and tell of all."""
    seeds = parse_seeds(options.seeds, "--seeds")
    with quiet_start():
        import tensorflow  # noqa: F401
    from kit.catalogue.many_seeds import try_seeds

    figures = find(options.pattern)
    start = time.perf_counter()
    with progress_bar() as bar:
        task = bar.add_task("claims", total=None)

        def advance(name: str, done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, description=name)

        tried = try_seeds(
            figures,
            seeds,
            jobs=options.jobs,
            deterministic=True,
            cache=cache_of(options),
            progress=advance,
        )
        bar.update(task, total=1, completed=1, description="claims")
    _print_summary(tried, time.perf_counter() - start)
    return 0 if all(one.holds for one in tried) else 1


def _print_summary(tried: Sequence[Tried], seconds: float) -> None:
    for one in tried:
        if one.evidence is None:
            print(f"failed   {one.id}: {one.error}")
            continue
        number = len(one.evidence.fails)
        where = seeds_in_words(one.evidence.seeds) if one.evidence.random else "nothing is random"
        held = f"{number - len(one.unborne)}/{number} claims hold"
        print(f"{'tried' if one.holds else 'broken':<8} {one.id:<26} {held} ({where})")
        for words in one.unborne:
            print(f"does not hold: {one.id}: {words}")
        for words in one.unrefuted:
            print(f"its control does not refute: {one.id}: {words}")
        for words in one.exceptions:
            print(f"not with every seed: {one.id}: {words}")
    claims = sum(len(one.evidence.fails) for one in tried if one.evidence)
    broken = sum(len(one.unborne) for one in tried)
    failed = sum(one.evidence is None for one in tried)
    words = f"{claims - broken} of {claims} claims hold" + (f", {failed} failed" * bool(failed))
    print(f"{words}, in {seconds:.1f} s; in evidence.json of each topic")
