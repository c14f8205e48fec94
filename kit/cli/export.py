"""``kit export``: a network as a spreadsheet, whose formulas compute it."""

from __future__ import annotations

import argparse
import os

from kit.cli.shared import Commands, cache_of, caching

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Tell the parser of the command."""
    parser = commands.add_parser(
        "export", parents=[caching()], help="write a network as a spreadsheet, to be played with"
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE.xlsx",
        help="where; its name says which one. Left out, all are listed",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.add_argument(
        "--offline",
        action="store_true",
        help="never open a connection; MNIST only where a file is at hand",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write one spreadsheet, or list them all."""
    from kit.sheets.shelf import SPREADSHEETS, check_spreadsheet, write_spreadsheet

    if options.file is None:
        width = max(map(len, SPREADSHEETS))
        for name, words in SPREADSHEETS.items():
            print(f"{name:<{width}}  {words}")
        return 0
    path = check_spreadsheet(options.file, force=options.force, name="FILE")
    from kit.catalogue.rendering import be_deterministic

    be_deterministic()
    formulas = write_spreadsheet(path, force=options.force, cache=cache_of(options))
    size = os.path.getsize(path)
    print(
        f"{path}: {formulas:,} formulas, {size / 1e6:.2f} MB; change a pixel on the sheet Network"
    )
    return 0
