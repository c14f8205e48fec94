"""``kit list``: the lecture figures, by topic. Loads neither TensorFlow nor matplotlib."""

from __future__ import annotations

import argparse

from kit.catalogue.register import find_files
from kit.cli.shared import Commands, patterns

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Tell the parser of the command."""
    parser = commands.add_parser("list", parents=[patterns()], help="list the lecture figures")
    parser.add_argument("--topic", help="only figures of this topic")
    parser.add_argument(
        "--play", action="store_true", help="only figures whose network `kit explore` can show"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print ids and titles."""
    figures = find_files(options.pattern, options.topic)
    if not figures:
        raise ValueError(f"`pattern` must name figures of the topic {options.topic}; got others")
    if options.play:
        figures = [figure for figure in figures if figure.play and "page" not in figure.play]
        if not figures:
            raise ValueError("`--play` must leave a figure; the page can show none of these")
    width = max(len(figure.id) for figure in figures)
    for topic in dict.fromkeys(figure.topic for figure in figures):
        print(topic)
        for figure in figures:
            if figure.topic == topic:
                print(f"  {figure.id:<{width}}  {figure.title}")
    return 0
