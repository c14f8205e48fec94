"""Draw figures into a folder: what changed, and nothing else.

Each figure is written as ``<out>/<topic>/<id>.<format>``; ``<out>/figures.json`` says what was
drawn from what. A picture is drawn again where the code that it reaches, its title or alt text, a
version, an option, the data or the file itself has changed; its words are written again where
they have. Deciding so loads neither TensorFlow nor matplotlib. What is drawn elsewhere from the
same figures (slides, pages) is drawn by `drawing` and `run_tasks` here too.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.catalogue import evidence, register
from kit.catalogue.claims import Facts
from kit.catalogue.freshness import fingerprint, missing_formats, words_of
from kit.catalogue.lab import Lab, versions
from kit.catalogue.lecture_figure import LectureFigure
from kit.catalogue.manifest import Entry, read_manifest, write_entry
from kit.catalogue.processes import be_deterministic, default_jobs, run_tasks
from kit.catalogue.register import FigureFile, is_known
from kit.checks import check_choice, check_count, named
from kit.files import cache_folder, file_hash, quiet_start, writable_folder, written_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "PICTURE_FORMATS",
    "SIZE_NAMES",
    "THEME_NAMES",
    "Drawn",
    "Entry",
    "Options",
    "be_deterministic",
    "default_jobs",
    "drawing",
    "fingerprint",
    "regenerate",
    "run_tasks",
]

PICTURE_FORMATS = ("png", "svg", "pdf")
SIZE_NAMES = ("slide", "paper")
THEME_NAMES = ("light", "dark")
"""As `kit.plots.style` knows them, for whom matplotlib is too much to load."""


@dataclass(frozen=True)
class Options:
    """How figures are drawn; everything that their bytes depend on beside the code.

    Attributes
    ----------
    formats
        Of ``"png"``, ``"svg"`` and ``"pdf"`` one or several.
    size, theme
        As `kit.plots.style` takes them.
    dpi
        Pixels an inch, 1 to 1200.

    Raises
    ------
    ValueError, TypeError
        For what is none of them; the message names those that there are.
    """

    formats: tuple[str, ...] = ("png",)
    size: str = "slide"
    theme: str = "light"
    dpi: int = 144

    def __post_init__(self) -> None:
        formats = tuple(named("format", self.formats))  # one may be given as a text
        for name in formats:
            check_choice("format", name, PICTURE_FORMATS)
        object.__setattr__(self, "formats", formats)
        check_choice("size", self.size, SIZE_NAMES)
        check_choice("theme", self.theme, THEME_NAMES)
        check_count("dpi", self.dpi, most=1200)


@dataclass
class Drawn:
    """What became of one figure.

    Attributes
    ----------
    id
        The figure.
    state
        ``"drawn"``, ``"reworded"`` (the picture was there, its words have changed),
        ``"unchanged"`` or ``"failed"``.
    seconds
        Time it took.
    entry
        Its entry of figures.json; None where it failed.
    error
        What went wrong.
    """

    id: str
    state: str
    seconds: float = 0.0
    entry: Entry | None = None
    error: str = ""

    @property
    def broken(self) -> list[str]:
        """Names of the claims that do not hold."""
        return [
            claim["name"] for claim in (self.entry or {}).get("claims", ()) if not claim["holds"]
        ]


def regenerate(
    figures: Sequence[LectureFigure | FigureFile],
    out: str | Path,
    options: Options | None = None,
    *,
    jobs: int = 1,
    force: bool = False,
    deterministic: bool = False,
    cache: str | Path | None = None,
    progress: Callable[[Drawn], None] = lambda drawn: None,
) -> list[Drawn]:
    """Draw the figures that are not there as they should be.

    Parameters
    ----------
    figures
        Entries of the catalogue, or their files (as from `find_files`), which are imported where
        there is something to draw; or figures of one's own, which are always drawn.
    out
        Folder; made where it is missing.
    options
        How to draw.
    jobs
        Processes at a time.
    force
        Whether to run and draw everything again.
    deterministic
        Whether to switch TensorFlow's deterministic operations on, for the rest of the process:
        the same bytes again, and no unseeded randomness. The command does; in a process of
        their own, as with `jobs`, figures always do.
    cache
        Folder in which experiments are kept; None takes ``KIT_CACHE``, else the user's own.
    progress
        Called after each figure.

    Returns
    -------
    list of Drawn
        In the order of `figures`.

    Raises
    ------
    ValueError, TypeError
        For `jobs` that are no positive integer, or an `out` that cannot be written.
    """
    check_count("jobs", jobs)
    options = options or Options()
    out = writable_folder(out)
    cache = cache_folder() if cache is None else Path(cache)
    own = [figure.id for figure in figures if not is_known(figure)]
    if own and jobs != 1 and len(figures) > 1:
        raise ValueError(
            f"`jobs` must be 1 for a figure that is not of the catalogue; got {jobs!r} with "
            f"{', '.join(own)}"
        )
    if force:  # experiments run again too
        Lab(cache).forget()
    old = read_manifest(out)
    done: dict[str, Drawn] = {}
    todo: dict[str, _Task] = {}
    for figure in figures:
        entry = old.get(figure.id)
        missing = missing_formats(entry, figure, options, out) if not force else options.formats
        if entry and not missing and entry.get("words") == words_of(figure):
            done[figure.id] = Drawn(figure.id, "unchanged", entry=entry)
            progress(done[figure.id])
        else:
            todo[figure.id] = _Task(figure, out, options, cache, entry, missing)
    for name, drawn, error in run_tasks(
        _draw, {one: (task,) for one, task in todo.items()}, jobs, deterministic
    ):
        done[name] = drawn = drawn or Drawn(name, "failed", error=error)
        if drawn.entry:
            write_entry(out, drawn.entry, cache)
        progress(drawn)
    return [done[figure.id] for figure in figures]


@dataclass
class _Task:
    """A figure that is to be drawn, or to be told anew; by its id where another process draws."""

    figure: LectureFigure | FigureFile
    out: Path
    options: Options
    cache: Path
    entry: Entry | None
    formats: tuple[str, ...]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "figure": self.figure.id}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, figure=register.files()[state["figure"]])


def _draw(task: _Task) -> Drawn:
    """Run one figure's experiments, draw and write it; a failure is told, not raised."""
    start = time.perf_counter()
    name = task.figure.id
    try:
        entry = _make(task)
    except Exception as error:
        if os.environ.get("KIT_DEBUG"):
            traceback.print_exc(file=sys.stderr)
        words = f"{type(error).__name__}: {error}"
        return Drawn(name, "failed", time.perf_counter() - start, error=words)
    state = "drawn" if task.formats else "reworded"
    return Drawn(name, state, time.perf_counter() - start, entry)


def _make(task: _Task) -> Entry:
    options, lab = task.options, Lab(task.cache)
    with quiet_start():
        import tensorflow  # noqa: F401
    figure = task.figure
    if isinstance(figure, FigureFile):
        figure = register.figure_of(figure)
    data, facts = lab.measured(figure, figure.seed)
    found = figure.evidence
    kept = {} if task.entry is None else task.entry.get("files", {})
    same = task.entry is not None and task.entry["fingerprint"] == fingerprint(figure, options)
    files = {name: file for name, file in kept.items() if same and name not in task.formats}
    alt = figure.alt_of(facts)
    if task.formats:
        with drawing(figure, data, facts, options.theme, options.size) as drawn:
            for name in task.formats:
                files[name] = _save(drawn, figure, alt, task.out, name, options.dpi)
    return {
        "id": figure.id,
        "topic": figure.topic,
        "title": figure.title,
        "lectures": list(figure.lectures),
        "caption": figure.caption_of(facts),
        "alt": alt,
        "notes": figure.notes.said(facts) if figure.notes else {},
        "facts": facts,
        "claims": evidence.told(figure, facts),
        "seed": figure.seed,
        "seeds": sorted({figure.seed, *(found.seeds if found else ())}),
        "versions": versions(),
        "options": {name: value for name, value in asdict(options).items() if name != "formats"},
        "files": {name: files[name] for name in PICTURE_FORMATS if name in files},
        "fingerprint": fingerprint(figure, options),
        "words": words_of(figure),
    }


@contextlib.contextmanager
def drawing(
    figure: LectureFigure,
    data: Any,
    facts: Facts,
    theme: str = "light",
    size: str = "slide",
    changed: Callable[[Mapping[str, Any]], dict[str, Any]] = lambda now: {},
) -> Iterator[Figure]:
    """A figure drawn from what it measured, open as long as the context.

    Parameters
    ----------
    figure, data, facts
        The figure, and what it measured.
    theme, size
        As `kit.plots.style` takes them.
    changed
        From matplotlib's settings under that style to those that differ here.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    from kit.plots import style

    settings: Any = mpl.rcParams
    with style(theme, size):
        other: Any = changed(settings)
        with mpl.rc_context(other):
            drawn = figure.draw(data, facts)
            try:
                yield drawn
            finally:
                plt.close(drawn)


def _save(
    drawn: Figure, figure: LectureFigure, alt: str, out: Path, name: str, dpi: int
) -> dict[str, str]:
    """Write one file, whole or not at all; its path and hash. No file has a date in it."""
    metadata = {
        "png": {"Title": figure.title, "Description": alt, "Software": None},
        "svg": {"Title": figure.title, "Description": alt, "Date": None, "Creator": None},
        "pdf": {"Title": figure.title, "Subject": alt, "CreationDate": None, "Producer": None},
    }[name]
    path = out / figure.topic / f"{figure.id}.{name}"
    with written_whole(path) as part:
        drawn.savefig(part, format=name, dpi=dpi, metadata=metadata)
    return {"path": path.relative_to(out).as_posix(), "sha256": file_hash(path)}
