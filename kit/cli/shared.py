"""Options that several commands take, and what they print of their work."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from kit.catalogue.rendering import default_jobs
from kit.files import cache_folder

__all__ = ["Commands", "cache_of", "drawing", "print_summary", "progress_bar", "several", "writing"]

Commands = Any  # argparse has no public name for what add_subparsers gives


def writing() -> argparse.ArgumentParser:
    """Options of a command that writes files."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--out", default="out", metavar="DIR", help="folder (default: out)")
    return parser


def drawing() -> argparse.ArgumentParser:
    """Options of a command that runs experiments and draws."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--theme", default="light", choices=["light", "dark"])
    parser.add_argument(
        "--offline",
        action="store_true",
        help="never open a connection; MNIST only where a file is at hand",
    )
    parser.add_argument(
        "--cache",
        metavar="DIR",
        help="folder in which experiments are kept (default: KIT_CACHE, else the user's own)",
    )
    return parser


def several() -> argparse.ArgumentParser:
    """Options of a command that takes many figures."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "pattern", nargs="*", metavar="PATTERN", help="id, shell pattern of ids, or topic; else all"
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=default_jobs(),
        metavar="N",
        help="processes (default: 2, or 1 where there is one core)",
    )
    return parser


def cache_of(options: argparse.Namespace) -> Any:
    """The folder of the experiments that an option or the environment names."""
    return options.cache if options.cache is not None else cache_folder()


def progress_bar() -> Any:
    """A bar on the standard error stream."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    # on standard error, so that the table can be piped
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def print_summary(drawn: Sequence[Any], out: str, seconds: float) -> None:
    """What became of each figure, which claims do not hold, and where the files are."""
    changed = [one for one in drawn if one.state != "unchanged"]
    for one in changed:
        claims = (one.entry or {}).get("claims", ())
        kept = f"{len(claims) - len(one.broken)}/{len(claims)} claims hold"
        print(f"{one.state:<8} {one.id:<26} {one.seconds:6.1f} s  {one.error or kept}")
    for one in drawn:
        for claim in (one.entry or {}).get("claims", ()):
            if not claim["holds"]:
                seeds = ", ".join(map(str, claim["fails_with_seeds"]))
                print(f"does not hold: {one.id}: {claim['name']} (seeds {seeds})")
    counts = {
        state: sum(one.state == state for one in drawn)
        for state in ("drawn", "reworded", "unchanged", "failed")
    }
    words = ", ".join(f"{number} {state}" for state, number in counts.items() if number)
    print(f"{words} in {seconds:.1f} s; figures and figures.json in {out}")
