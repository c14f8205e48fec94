"""Regenerate figures into a folder: what changed, and nothing else.

Each figure is written as ``<out>/<topic>/<id>.<format>``; ``<out>/figures.json`` says what was
drawn from what. A figure is drawn again where its fingerprint (the kit's code, the versions, the
options) or one of its files has changed. Deciding so loads neither TensorFlow nor matplotlib.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import hashlib
import json
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kit.catalogue.digit_experiments import source_identity
from kit.catalogue.lab import Lab, code_hash, versions
from kit.catalogue.lecture_figure import LectureFigure
from kit.catalogue.register import catalogue

__all__ = ["FORMATS", "Drawn", "Options", "regenerate"]

FORMATS = ("png", "svg", "pdf")
MANIFEST = "figures.json"


@dataclass(frozen=True)
class Options:
    """How figures are drawn; everything that their bytes depend on beside the code."""

    formats: tuple[str, ...] = ("png",)
    size: str = "slide"
    theme: str = "light"
    dpi: int = 144

    def __post_init__(self) -> None:
        for name in self.formats:
            if name not in FORMATS:
                raise ValueError(f"`format` must be one of {', '.join(FORMATS)}; got {name!r}")
        if isinstance(self.dpi, bool) or not isinstance(self.dpi, int) or not 1 <= self.dpi <= 1200:
            raise ValueError(f"`dpi` must be an integer from 1 to 1200; got {self.dpi!r}")


@dataclass
class Drawn:
    """What became of one figure.

    Attributes
    ----------
    id
        The figure.
    state
        ``"drawn"``, ``"unchanged"`` or ``"failed"``.
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
    entry: dict[str, Any] | None = None
    error: str = ""

    @property
    def broken(self) -> list[str]:
        """Names of the claims that do not hold."""
        return [
            claim["name"] for claim in (self.entry or {}).get("claims", ()) if not claim["holds"]
        ]


def regenerate(
    figures: Sequence[LectureFigure],
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
        Entries of the catalogue.
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
        Folder in which experiments are kept; None takes ``.kit-cache`` beside the figures.
    progress
        Called after each figure.

    Returns
    -------
    list of Drawn
        In the order of `figures`.

    Raises
    ------
    ValueError
        For options that cannot be, or an `out` that cannot be written.
    """
    options = options or Options()
    if isinstance(jobs, bool) or not isinstance(jobs, int) or jobs < 1:
        raise ValueError(f"`jobs` must be a positive integer; got {jobs!r}")
    out = Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"`out` must be a folder or free to become one; got {out}: {error}"
        ) from error
    if not os.access(out, os.W_OK):
        raise ValueError(f"`out` must be a folder that can be written; got {out}")
    cache = Path(cache) if cache is not None else out / ".kit-cache"
    if force:  # experiments run again too
        Lab(cache).forget()
    old = _read_manifest(out)
    done: dict[str, Drawn] = {}
    todo: list[tuple[str, Path, Options, Path]] = []
    for figure in figures:
        entry = old.get(figure.id)
        if not force and entry and _is_current(entry, figure, options, out):
            done[figure.id] = Drawn(figure.id, "unchanged", entry=entry)
            progress(done[figure.id])
        else:
            todo.append((figure.id, out, options, cache))
    if deterministic and todo and min(jobs, len(todo)) == 1:
        be_deterministic()
    with _runner(min(jobs, len(todo))) as run:
        for drawn in run(todo):
            done[drawn.id] = drawn
            if drawn.entry:
                old[drawn.id] = drawn.entry
                _write_manifest(out, old)
            progress(drawn)
    return [done[figure.id] for figure in figures]


@contextlib.contextmanager
def _runner(jobs: int) -> Iterator[Callable[[list[Any]], Iterator[Drawn]]]:
    """Draw one after the other here, or several at a time in processes of their own."""
    if jobs <= 1:
        yield lambda todo: (_draw(task) for task in todo)
        return
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(
        jobs, mp_context=context, initializer=be_deterministic
    ) as pool:

        def run(todo: list[Any]) -> Iterator[Drawn]:
            futures = {pool.submit(_draw, task): task[0] for task in todo}
            for future in concurrent.futures.as_completed(futures):
                try:
                    yield future.result()
                except Exception as error:  # the process died
                    yield Drawn(futures[future], "failed", error=f"{type(error).__name__}: {error}")

        yield run


def _draw(task: tuple[str, Path, Options, Path]) -> Drawn:
    """Run one figure's experiments, draw and write it; a failure is told, not raised."""
    name, out, options, cache = task
    start = time.perf_counter()
    try:
        entry = _make(catalogue[name], out, options, cache)
    except Exception as error:
        if os.environ.get("KIT_DEBUG"):
            traceback.print_exc(file=sys.stderr)
        words = f"{type(error).__name__}: {error}"
        return Drawn(name, "failed", time.perf_counter() - start, error=words)
    return Drawn(name, "drawn", time.perf_counter() - start, entry)


def _make(figure: LectureFigure, out: Path, options: Options, cache: Path) -> dict[str, Any]:
    with quiet_start():
        import tensorflow  # noqa: F401
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    from kit.plots import style

    lab = Lab(cache)
    data, facts = figure.measure(lab, figure.seed)
    by_seed = {
        seed: facts if seed == figure.seed else figure.measure(lab, seed)[1]
        for seed in figure.seeds
    }
    alt = figure.alt_of(facts)
    with style(options.theme, options.size):
        drawing = figure.draw(data, facts)
        files = {
            name: _save(drawing, figure, alt, out, name, options.dpi) for name in options.formats
        }
        plt.close(drawing)
    return {
        "id": figure.id,
        "topic": figure.topic,
        "title": figure.title,
        "lectures": list(figure.lectures),
        "caption": figure.caption_of(facts),
        "alt": alt,
        "facts": facts,
        "claims": [
            {
                "name": claim.name,
                "holds": all(claim.holds(found) for found in by_seed.values()),
                "fails_with_seeds": [s for s, found in by_seed.items() if not claim.holds(found)],
            }
            for claim in figure.claims
        ],
        "seed": figure.seed,
        "seeds": list(figure.seeds),
        "versions": versions(),
        "options": asdict(options),
        "files": files,
        "fingerprint": fingerprint(figure, options),
    }


def be_deterministic() -> None:
    """Let TensorFlow give the same bits again, for the rest of this process."""
    with quiet_start():
        import tensorflow as tf
    tf.config.experimental.enable_op_determinism()


@contextlib.contextmanager
def quiet_start() -> Iterator[None]:
    """Keep what TensorFlow's C++ side says while it loads off the standard error stream.

    It writes to the descriptor, before any of its log levels are in force; so the descriptor is
    led elsewhere for as long as the import takes. Python's own errors are raised, not printed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "tensorflow" in sys.modules:
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


def _save(
    drawing: Any, figure: LectureFigure, alt: str, out: Path, name: str, dpi: int
) -> dict[str, str]:
    """Write one file, whole or not at all; its path and hash. No file has a date in it."""
    metadata = {
        "png": {"Title": figure.title, "Description": alt, "Software": None},
        "svg": {"Title": figure.title, "Description": alt, "Date": None, "Creator": None},
        "pdf": {"Title": figure.title, "Subject": alt, "CreationDate": None, "Producer": None},
    }[name]
    path = out / figure.topic / f"{figure.id}.{name}"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".part-{os.getpid()}")
    drawing.savefig(part, format=name, dpi=dpi, metadata=metadata)
    part.replace(path)
    return {"path": path.relative_to(out).as_posix(), "sha256": _hash(path)}


def fingerprint(figure: LectureFigure, options: Options) -> str:
    """A hash of everything that a figure depends on."""
    data = source_identity() if figure.digits else ""
    parts = [figure.id, figure.seed, figure.seeds, asdict(options), code_hash("."), data]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _is_current(entry: dict[str, Any], figure: LectureFigure, options: Options, out: Path) -> bool:
    return entry.get("fingerprint") == fingerprint(figure, options) and all(
        (out / file["path"]).is_file() and _hash(out / file["path"]) == file["sha256"]
        for file in entry.get("files", {}).values()
    )


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_manifest(out: Path) -> dict[str, dict[str, Any]]:
    """Entries by id; none where the file is missing or damaged, since it is only a cache."""
    try:
        entries = json.loads((out / MANIFEST).read_text("utf-8"))["figures"]
        return {entry["id"]: entry for entry in entries if entry["id"] in catalogue}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write_manifest(out: Path, entries: dict[str, dict[str, Any]]) -> None:
    """All entries in the order of the catalogue, at once or not at all."""
    ordered = [entries[name] for name in catalogue if name in entries]
    part = out / f"{MANIFEST}.part"
    text = json.dumps({"figures": ordered}, indent=1, ensure_ascii=False)
    part.write_text(text + "\n", "utf-8")
    part.replace(out / MANIFEST)
