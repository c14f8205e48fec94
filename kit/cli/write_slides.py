"""``kit slides``: the deck of the lecture figures, its quiz and its handouts."""

from __future__ import annotations

import argparse
import time

from kit.catalogue.register import find
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
        "slides",
        parents=[several(), drawing(), writing()],
        help="make the slide deck of the lecture figures",
    )
    parser.add_argument(
        "--template", metavar="FILE.pptx", help="a template of your own, whose layouts are used"
    )
    parser.add_argument(
        "--quiz", action="store_true", help="a second deck, with numbers in place of the answers"
    )
    parser.add_argument("--pdf", action="store_true", help="each deck as a handout on A4 too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the decks that are asked for."""
    from kit.slides.lecture import check_slides, make_slides

    check_slides(theme=options.theme, template=options.template, pdf=options.pdf)
    figures = find(options.pattern)
    writable_folder(options.out, "--out")
    start = time.perf_counter()
    with progress_bar() as bar:
        task = bar.add_task("slides", total=2 * len(figures))
        made = make_slides(
            figures,
            options.out,
            theme=options.theme,
            template=options.template,
            quiz=options.quiz,
            pdf=options.pdf,
            cache=cache_of(options),
            jobs=options.jobs,
            deterministic=True,
            progress=lambda words: bar.update(task, advance=1, description=words),
        )
        bar.update(task, completed=2 * len(figures), description="slides")
    print_summary(made.drawn, options.out, time.perf_counter() - start)
    for name, error in made.failed.items():
        print(f"without a picture: {name}: {error}")
    if options.quiz and "quiz.pptx" not in made.files:
        print("no quiz: there is nothing to guess in these figures")
    for name, number in made.files.items():
        print(f"{number} {'slides' if name.endswith('pptx') else 'pages'} in {options.out}/{name}")
    for name in made.pages:
        print(f"to play with, from the slides: {options.out}/{name}")
    return 0 if not made.failed and not any(one.broken for one in made.drawn) else 1
