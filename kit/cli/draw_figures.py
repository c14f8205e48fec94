"""``kit figures``: regenerate lecture figures."""

from __future__ import annotations

import argparse
import time

from kit.catalogue.register import find_files
from kit.catalogue.rendering import PICTURE_FORMATS, Drawn, Options, regenerate
from kit.cli.shared import (
    Commands,
    cache_of,
    drawing,
    print_summary,
    progress_bar,
    several,
    writing,
)
from kit.files import writable_folder

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Tell the parser of the command."""
    parser = commands.add_parser(
        "figures", parents=[several(), drawing(), writing()], help="regenerate lecture figures"
    )
    parser.add_argument(
        "--format", nargs="+", default=["png"], choices=PICTURE_FORMATS, dest="formats",
        help="one or more of png, svg, pdf (default: png)",
    )  # fmt: skip
    parser.add_argument("--size", default="slide", choices=["slide", "paper"])
    parser.add_argument("--dpi", default=144, metavar="N", help="default: 144")
    parser.add_argument("--force", action="store_true", help="run and draw everything again")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Draw what is not there as it should be."""
    figures = find_files(options.pattern)
    how = Options(tuple(options.formats), options.size, options.theme, options.dpi)
    writable_folder(options.out, "--out")
    start = time.perf_counter()
    with progress_bar() as bar:
        task = bar.add_task("figures", total=len(figures))

        def advance(drawn: Drawn) -> None:
            bar.update(task, advance=1, description=f"{drawn.state} {drawn.id}")

        drawn = regenerate(
            figures,
            options.out,
            how,
            jobs=options.jobs,
            cache=cache_of(options),
            force=options.force,
            deterministic=True,
            progress=advance,
        )
        bar.update(task, description="figures")
    print_summary(drawn, options.out, time.perf_counter() - start)
    return 0 if all(one.state != "failed" and not one.broken for one in drawn) else 1
