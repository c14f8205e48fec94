"""The films of the site: each animation as MP4 and GIF, and when each of its pictures begins."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageSequence

from kit.catalogue import reach
from kit.catalogue.lab import Lab, identity_of, versions
from kit.catalogue.processes import run_tasks
from kit.catalogue.register import FigureFile, files, find_animation
from kit.files import cache_folder, written_whole

__all__ = ["Film", "make"]


@dataclasses.dataclass(frozen=True)
class Film:
    """A figure in motion, as the site shows it.

    Attributes
    ----------
    stem
        Name of its files, without their endings.
    title, alt
        What stands above it, and what is to be seen.
    starts
        Seconds at which each picture begins.
    seconds
        Of one run.
    size
        Width and height in pixels.
    """

    stem: str
    title: str
    alt: str
    starts: tuple[float, ...]
    seconds: float
    size: tuple[int, int]


def make(ids: Sequence[str], folder: Path, jobs: int = 1) -> dict[str, Film]:
    """The films of those figures that have one; made where `folder` has none of today's code.

    Parameters
    ----------
    ids
        Of figures.
    folder
        Where films are kept, as ``<id>-<hash>.mp4``, ``.gif``, ``.json``; those of other code go.
    jobs
        Processes at a time.

    Returns
    -------
    dict
        By id.

    Raises
    ------
    RuntimeError
        For one that cannot be made.
    ImportError
        Without imageio-ffmpeg.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stems = {name: _stem(files()[name]) for name in ids if files()[name].animation}
    for old in folder.iterdir():
        if old.stem not in stems.values() and old.stem.rpartition("-")[0] in stems:
            old.unlink()
    todo = {name: stem for name, stem in stems.items() if not (folder / f"{stem}.json").is_file()}
    tasks = {name: (name, stem, folder) for name, stem in todo.items()}
    for name, _, error in run_tasks(_make, tasks, jobs, deterministic=True) if tasks else ():
        if error:
            raise RuntimeError(f"the film of {name} cannot be made: {error}")
    return {name: _read(folder / f"{stem}.json") for name, stem in stems.items()}


def _stem(file: FigureFile) -> str:
    """The id, and a hash of all that the film depends on."""
    code = reach.those_of(file.module, ("measure", "ANIMATION", "SEED"))
    parts = [file.animation, sorted(versions().items()), reach.digest(code), identity_of(code)]
    return f"{file.id}-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]}"


def _make(name: str, stem: str, folder: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from kit.films.film import encode
    from kit.plots import style

    chosen = find_animation(name)
    with style():
        film = chosen.make(Lab(cache_folder()))  # a GIF, which tells how long each picture stays
    pictures, seconds = [], []
    with Image.open(io.BytesIO(film.data)) as moving:
        for picture in ImageSequence.Iterator(moving):
            pictures.append(picture.convert("RGB"))
            seconds.append(picture.info["duration"] / 1000)
    film.save(folder / f"{stem}.gif")
    encode(pictures, seconds, "mp4").save(folder / f"{stem}.mp4")
    starts = [round(start, 3) for start in itertools.accumulate(seconds[:-1], initial=0.0)]
    about = Film(stem, chosen.title, film.alt, tuple(starts), sum(seconds), film.size)
    with written_whole(folder / f"{stem}.json") as part:  # last: then all of it is there
        part.write_text(json.dumps(dataclasses.asdict(about)), "utf-8")


def _read(path: Path) -> Film:
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return Film(**told | {"starts": tuple(told["starts"]), "size": tuple(told["size"])})
