"""The command: ``kit list``, ``kit figures``, ``kit claims``, ``kit sweep``, and so on.

A module for each command: ``add`` says what it takes, ``run`` does it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import kit
from kit.cli import (
    animate,
    check_claims,
    diagnose_model,
    draw_figures,
    explore,
    export,
    list_figures,
    probe_model,
    run_sweep,
    write_slides,
)
from kit.cli.saved_files import one_line
from kit.cli.shared import check_options

__all__ = ["main"]

COMMANDS = (
    *(list_figures, draw_figures, check_claims, write_slides, animate, probe_model),
    *(diagnose_model, run_sweep, export, explore),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns
    -------
    int
        Exit status: 0 where all was done and all claims hold, 1 where not, 2 for bad arguments.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 2
    if getattr(options, "offline", False):
        os.environ["KIT_OFFLINE"] = "1"
    try:
        check_options(options)
        return options.run(options)
    except Exception as error:  # a person wants the message; KIT_DEBUG=1 shows where it was raised
        if os.environ.get("KIT_DEBUG"):
            raise
        print(f"kit {options.command}: {one_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"kit {options.command}: interrupted; what is done stays", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kit", description="See inside a Keras network, layer by layer and epoch by epoch."
    )
    parser.add_argument("--version", action="version", version=f"kit {kit.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser
