"""``kit animate``: a lecture figure in motion."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from kit.catalogue.lab import Lab
from kit.catalogue.register import files, find_animation
from kit.catalogue.rendering import be_deterministic
from kit.cli.shared import Commands, cache_of, drawing, progress_bar, writing
from kit.files import writable_folder

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Tell the parser of the command."""
    parser = commands.add_parser(
        "animate", parents=[drawing(), writing()], help="set a lecture figure in motion"
    )
    parser.add_argument(
        "id", nargs="?", metavar="ID", help="of the animation; left out, all are listed"
    )
    parser.add_argument("--format", default="gif", choices=["gif", "mp4"], help="default: gif")
    parser.add_argument("--fps", metavar="N", help="epochs or stops a second (default: its own)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make one animation, or list them all."""
    if options.id is None:
        moving = [file for file in files().values() if file.animation]
        width = max(len(one.id) for one in moving)
        for one in moving:
            print(f"{one.id:<{width}}  {one.animation}")
        return 0
    chosen = find_animation(options.id)
    folder = writable_folder(Path(options.out), "--out") / "animations"
    folder.mkdir(exist_ok=True)
    import matplotlib as mpl

    mpl.use("Agg")
    from kit.plots import style

    path = folder / f"{chosen.id}.{options.format}"
    be_deterministic()
    start = time.perf_counter()
    with progress_bar() as bar:
        task = bar.add_task(f"running the experiment of {chosen.id}", total=None)

        def advance(done: int, total: int) -> None:
            words = "writing" if done == total else "drawing"
            bar.update(task, completed=done, total=total, description=f"{words} {chosen.id}")

        with style(options.theme):
            lab = Lab(cache_of(options))
            film = chosen.make(lab, path, fps=options.fps, progress=advance)
    size = f"{film.size[0]}×{film.size[1]} pixels, {len(film.data) / 1e6:.2f} MB"
    took = time.perf_counter() - start
    print(f"{path}: {film.frames} pictures, {film.seconds:g} s, {size}, made in {took:.1f} s")
    if film.reduced:
        print(f"reduced to stay within 5 MB: {film.reduced}")
    print(f"alt text: {film.alt}")
    return 0
