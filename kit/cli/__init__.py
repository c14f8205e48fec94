"""The command: ``kit list``, ``kit figures``, ``kit slides``, ``kit animate``, ``kit probe``."""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import kit

__all__ = ["main"]


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
        return options.run(options)
    except Exception as error:  # a person wants the message; KIT_DEBUG=1 shows where it was raised
        if os.environ.get("KIT_DEBUG"):
            raise
        words = error.args[0] if isinstance(error, KeyError) and error.args else error
        print(f"kit {options.command}: {words}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"kit {options.command}: interrupted; what is drawn stays", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kit", description="See inside a Keras network, layer by layer and epoch by epoch."
    )
    parser.add_argument("--version", action="version", version=f"kit {kit.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    writing, drawing, several = _shared_options()

    listing = commands.add_parser("list", help="list the lecture figures")
    listing.add_argument("--topic", help="only figures of this topic")
    listing.set_defaults(run=_list)

    figures = commands.add_parser(
        "figures", parents=[several, drawing, writing], help="regenerate lecture figures"
    )
    figures.add_argument(
        "--format", nargs="+", default=["png"], choices=["png", "svg", "pdf"], dest="formats",
        help="one or more of png, svg, pdf (default: png)",
    )  # fmt: skip
    figures.add_argument("--size", default="slide", choices=["slide", "paper"])
    figures.add_argument("--dpi", type=int, default=144, metavar="N", help="default: 144")
    figures.add_argument("--force", action="store_true", help="run and draw everything again")
    figures.set_defaults(run=_figures)

    slides = commands.add_parser(
        "slides",
        parents=[several, drawing, writing],
        help="make the slide deck of the lecture figures",
    )
    slides.add_argument(
        "--template", metavar="FILE.pptx", help="a template of your own, whose layouts are used"
    )
    slides.add_argument(
        "--quiz", action="store_true", help="a second deck, with numbers in place of the answers"
    )
    slides.add_argument("--pdf", action="store_true", help="each deck as a handout on A4 too")
    slides.set_defaults(run=_slides)

    animating = commands.add_parser(
        "animate", parents=[drawing, writing], help="set a lecture figure in motion"
    )
    animating.add_argument(
        "id", nargs="?", metavar="ID", help="of the animation; left out, all are listed"
    )
    animating.add_argument("--format", default="gif", choices=["gif", "mp4"], help="default: gif")
    animating.add_argument(
        "--fps", type=float, metavar="N", help="epochs or stops a second (default: its own)"
    )
    animating.set_defaults(run=_animate)

    probing = commands.add_parser(
        "probe", parents=[writing], help="measure a saved model of your own"
    )
    probing.add_argument("model", metavar="MODEL.keras")
    probing.add_argument(
        "--data", required=True, metavar="FILE.npz",
        help="arrays x and y, and sample_weight if there is one",
    )  # fmt: skip
    probing.set_defaults(run=_probe)
    return parser


def _shared_options() -> list[argparse.ArgumentParser]:
    """Options of several commands: of those that write, that draw, that take many figures."""
    writing, drawing, several = (argparse.ArgumentParser(add_help=False) for _ in range(3))
    writing.add_argument("--out", default="out", metavar="DIR", help="folder (default: out)")
    drawing.add_argument("--theme", default="light", choices=["light", "dark"])
    drawing.add_argument(
        "--offline",
        action="store_true",
        help="never open a connection; MNIST only where a file is at hand",
    )
    several.add_argument(
        "pattern", nargs="*", metavar="PATTERN", help="id, shell pattern of ids, or topic; else all"
    )
    several.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default: 1)")
    return [writing, drawing, several]


def _list(options: argparse.Namespace) -> int:
    from kit.catalogue.register import find

    figures = find(topic=options.topic)
    width = max(len(figure.id) for figure in figures)
    for topic in dict.fromkeys(figure.topic for figure in figures):
        print(topic)
        for figure in figures:
            if figure.topic == topic:
                print(f"  {figure.id:<{width}}  {figure.title}")
    return 0


def _figures(options: argparse.Namespace) -> int:
    from kit.catalogue.register import find
    from kit.catalogue.rendering import Drawn, Options, regenerate

    figures = find(options.pattern)
    how = Options(tuple(options.formats), options.size, options.theme, options.dpi)
    start = time.perf_counter()
    with _progress() as bar:
        task = bar.add_task("figures", total=len(figures))

        def advance(drawn: Drawn) -> None:
            bar.update(task, advance=1, description=f"{drawn.state} {drawn.id}")

        drawn = regenerate(
            figures,
            options.out,
            how,
            jobs=options.jobs,
            force=options.force,
            deterministic=True,
            progress=advance,
        )
        bar.update(task, description="figures")
    _print_summary(drawn, options.out, time.perf_counter() - start)
    return 0 if all(one.state != "failed" and not one.broken for one in drawn) else 1


def _slides(options: argparse.Namespace) -> int:
    from kit.catalogue.register import find
    from kit.slides.lecture import make_slides

    figures = find(options.pattern)
    start = time.perf_counter()
    with _progress() as bar:
        task = bar.add_task("slides", total=2 * len(figures))
        made = make_slides(
            figures,
            options.out,
            theme=options.theme,
            template=options.template,
            quiz=options.quiz,
            pdf=options.pdf,
            jobs=options.jobs,
            deterministic=True,
            progress=lambda words: bar.update(task, advance=1, description=words),
        )
        bar.update(task, completed=2 * len(figures), description="slides")
    _print_summary(made.drawn, options.out, time.perf_counter() - start)
    for name, error in made.failed.items():
        print(f"without a picture: {name}: {error}")
    if options.quiz and "quiz.pptx" not in made.files:
        print("no quiz: there is nothing to guess in these figures")
    for name, number in made.files.items():
        print(f"{number} {'slides' if name.endswith('pptx') else 'pages'} in {options.out}/{name}")
    return 0 if not made.failed and not any(one.broken for one in made.drawn) else 1


def _animate(options: argparse.Namespace) -> int:
    from kit.slides.animations import ANIMATIONS, find_animation

    if options.id is None:
        width = max(map(len, ANIMATIONS))
        for one in ANIMATIONS.values():
            print(f"{one.id:<{width}}  {one.title}")
        return 0
    chosen = find_animation(options.id)
    folder = Path(options.out) / "animations"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"`--out` must be a folder or free to become one; got {options.out}: {error}"
        ) from error
    import matplotlib as mpl

    mpl.use("Agg")
    from kit.catalogue.lab import Lab
    from kit.catalogue.rendering import be_deterministic
    from kit.plots import style

    path = folder / f"{chosen.id}.{options.format}"
    be_deterministic()
    start = time.perf_counter()
    with _progress() as bar:
        task = bar.add_task(f"running the experiment of {chosen.id}", total=None)

        def advance(done: int, total: int) -> None:
            words = "writing" if done == total else "drawing"
            bar.update(task, completed=done, total=total, description=f"{words} {chosen.id}")

        with style(options.theme):
            lab = Lab(Path(options.out) / ".kit-cache")
            film = chosen.make(lab, path, fps=options.fps, progress=advance)
    size = f"{film.size[0]}×{film.size[1]} pixels, {len(film.data) / 1e6:.2f} MB"
    took = time.perf_counter() - start
    print(f"{path}: {film.frames} pictures, {film.seconds:g} s, {size}, made in {took:.1f} s")
    if film.reduced:
        print(f"reduced to stay within 5 MB: {film.reduced}")
    print(f"alt text: {film.alt}")
    return 0


def _progress() -> Any:
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


def _print_summary(drawn: Sequence[Any], out: str, seconds: float) -> None:
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
        for state in ("drawn", "unchanged", "failed")
    }
    words = ", ".join(f"{number} {state}" for state, number in counts.items() if number)
    print(f"{words} in {seconds:.1f} s; figures and figures.json in {out}")


def _probe(options: argparse.Namespace) -> int:
    arrays = _load_arrays(Path(options.data))
    model = _load_model(Path(options.model))
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    from kit.callbacks import probe

    snapshot = probe(model, arrays.pop("x"), arrays.pop("y"), **arrays)
    name = Path(options.model).stem
    table = snapshot.to_frame().drop(columns=["epoch", "step"])
    table.to_csv(out / f"{name}-layers.csv", index=False)
    columns = ["layer", "quantity", "mean", "std", "min", "median", "max", "zero_fraction"]
    print(f"{name}: loss {snapshot.loss:.6g} on {snapshot.samples} samples")
    print(table[columns].to_string(index=False, float_format=lambda value: f"{value:.3g}"))
    written = _save_panels(snapshot, name, out)
    print(f"written: {', '.join([*written, f'{name}-layers.csv'])} in {out}")
    return 0


def _load_arrays(path: Path) -> dict[str, Any]:
    import numpy as np

    if not path.is_file():
        raise ValueError(f"`--data` must be an .npz file; there is no {path}")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except Exception as error:
        raise ValueError(f"`--data` must be an .npz file of arrays; got {path}: {error}") from error
    known = {"x", "y", "sample_weight"}
    if not {"x", "y"} <= set(arrays) <= known:
        raise ValueError(
            f"`--data` must hold the arrays x and y, and sample_weight if there is one; got "
            f"{', '.join(arrays) or 'none'}"
        )
    return arrays


def _load_model(path: Path) -> Any:
    if not path.is_file():
        raise ValueError(f"MODEL must be a model saved as .keras; there is no {path}")
    from kit.catalogue.rendering import quiet_start

    with quiet_start():
        import keras

    try:
        with warnings.catch_warnings():
            # the state of the optimizer is not measured
            warnings.filterwarnings("ignore", message="Skipping variable loading for optimizer")
            return keras.saving.load_model(path, safe_mode=True)
    except Exception as error:
        raise ValueError(f"MODEL must be a model saved as .keras; got {path}: {error}") from error


def _save_panels(snapshot: Any, name: str, out: Path, at_once: int = 8) -> list[str]:
    """The panel, or several of so many layers each; names of the files."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    from kit.plots import layer_panel, style

    inner = dict.fromkeys(
        layer
        for quantity in ("z", "weight", "activation", "gradient")
        for layer in snapshot.layers_with(quantity, outputs=False)
    )
    layers = [layer for layer in snapshot.layers if layer in inner] or snapshot.layers
    pages = [layers[start : start + at_once] for start in range(0, len(layers), at_once)]
    files = []
    for number, page in enumerate(pages, 1):
        file = f"{name}-panel.png" if len(pages) == 1 else f"{name}-panel-{number}.png"
        title = name if len(pages) == 1 else f"{name}, part {number} of {len(pages)}"
        with style():
            figure = layer_panel(snapshot, layers=page, title=title)
            figure.savefig(out / file, dpi=144)
            plt.close(figure)
        files.append(file)
    return files


if __name__ == "__main__":
    sys.exit(main())
