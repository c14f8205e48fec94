"""``kit diagnose``: what is wrong with a saved model of one's own, why, and what helps."""

from __future__ import annotations

import argparse
from pathlib import Path

from kit.cli.saved_files import load_arrays, load_model
from kit.cli.shared import Commands, own_model

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Tell the parser of the command."""
    parser = commands.add_parser(
        "diagnose",
        parents=[own_model()],
        help="tell what is wrong with a saved model of your own, and what helps",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print its findings; 1 where one of them is a fault."""
    arrays = load_arrays(Path(options.data))
    model = load_model(Path(options.model))
    from kit.diagnosis import diagnose

    weight = arrays.get("sample_weight")
    found = diagnose(model, arrays["x"], arrays["y"], sample_weight=weight)
    print(found)
    return int(any(one.severity == "fault" for one in found))
