"""Options that several commands take, and what they print of their work."""

from __future__ import annotations

import argparse
import contextlib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kit.catalogue.rendering import Drawn, default_jobs
from kit.checks import check_count, check_number
from kit.files import cache_folder, check_folder

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = [
    "Commands",
    "as_number",
    "cache_of",
    "caching",
    "check_options",
    "drawing",
    "own_model",
    "patterns",
    "print_summary",
    "progress_bar",
    "several",
    "writing",
]

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # no public name


def own_model() -> argparse.ArgumentParser:
    """The two files of a command that measures a model of one's own."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("model", metavar="MODEL.keras")
    parser.add_argument(
        "--data", required=True, metavar="FILE.npz",
        help="arrays x and y, and sample_weight if there is one",
    )  # fmt: skip
    return parser


def writing() -> argparse.ArgumentParser:
    """Options of a command that writes files."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--out", default="out", metavar="DIR", help="folder (default: out)")
    return parser


def caching() -> argparse.ArgumentParser:
    """Options of a command that runs experiments."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--cache",
        metavar="DIR",
        help="folder in which experiments are kept (default: KIT_CACHE, else the user's own)",
    )
    return parser


def drawing() -> argparse.ArgumentParser:
    """Options of a command that runs experiments and draws."""
    parser = argparse.ArgumentParser(add_help=False, parents=[caching()])
    parser.add_argument("--theme", default="light", choices=["light", "dark"])
    parser.add_argument(
        "--offline",
        action="store_true",
        help="never open a connection; MNIST only where a file is at hand",
    )
    return parser


def patterns() -> argparse.ArgumentParser:
    """Which figures a command is about."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "pattern", nargs="*", metavar="PATTERN", help="id, shell pattern of ids, or topic; else all"
    )
    return parser


def several() -> argparse.ArgumentParser:
    """Options of a command that works on many figures."""
    parser = argparse.ArgumentParser(add_help=False, parents=[patterns()])
    parser.add_argument(
        "--jobs",
        default=default_jobs(),
        metavar="N",
        help="processes (default: 2, or 1 where there is one core)",
    )
    return parser


def check_options(options: argparse.Namespace) -> None:
    """Make numbers of the options that are numbers, and refuse what cannot be, first of all.

    Raises
    ------
    TypeError, ValueError
        With the option, what it must be, and what came.
    """
    for name, most in (("jobs", None), ("dpi", 1200)):
        if hasattr(options, name):
            number = as_number(getattr(options, name), int)
            setattr(options, name, check_count(f"--{name}", number, most=most))
    if getattr(options, "fps", None) is not None:
        number, expected = as_number(options.fps, float), "a number from 0.1 to 50"
        options.fps = check_number("--fps", number, 0.1, 50, expected=expected)
    for name in ("out", "cache"):
        if getattr(options, name, None) is not None:
            path = check_folder(getattr(options, name), f"--{name}").absolute()
            above = next(one for one in (path, *path.parents) if one.exists())
            if not above.is_dir():
                came = f"{getattr(options, name)}, and {above} is a file"
                raise ValueError(f"`--{name}` must be a folder or free to become one; got {came}")
    if getattr(options, "template", None) is not None:
        _check_template(Path(options.template))


def as_number(value: object, kind: type[int] | type[float]) -> object:
    """What was typed, as a number if it is one."""
    with contextlib.suppress(ValueError):
        return kind(str(value))
    return value


def _check_template(path: Path) -> None:
    """What can be told without python-pptx; `kit.slides.check_slides` tells the rest."""
    expected = "`--template` must be a PowerPoint file (.pptx, .potx)"
    if not path.exists():
        raise ValueError(f"{expected}; there is no {path}")
    if path.is_dir():
        raise ValueError(f"{expected}; got the folder {path}")
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{expected}; got {path}, which is no such file, or is cut off")


def cache_of(options: argparse.Namespace) -> str | Path:
    """The folder of the experiments that an option or the environment names."""
    return options.cache if options.cache is not None else cache_folder()


def progress_bar() -> Progress:
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


def _claims_held(drawn: Drawn) -> str:
    """How many claims of a figure hold, and with which seeds that is known."""
    entry = drawn.entry or {}
    claims = entry.get("claims", ())
    words = f"{len(claims) - len(drawn.broken)}/{len(claims)} claims hold"
    if not claims:
        return words
    counts = [claim["held_with"] for claim in claims if "evidence" in claim]
    if not counts:
        return f"{words} (on seed {entry['seed']} alone)"
    low, high, of = min(counts), max(counts), claims[0]["tried_with"]
    if of == 1:
        return f"{words} (nothing is random)"
    return f"{words} (on {f'{low} to ' if low < high else ''}{high} of {of} seeds)"


def print_summary(drawn: Sequence[Drawn], out: str, seconds: float) -> None:
    """What became of each figure, which claims do not hold, and where the files are."""
    changed = [one for one in drawn if one.state != "unchanged"]
    for one in changed:
        kept = _claims_held(one)
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
