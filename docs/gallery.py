"""The gallery, a page for each topic and a page for each figure, written from figures.json."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from docs import numbers
from docs.films import Film
from kit.catalogue.register import files, topics
from kit.catalogue.words import sentences
from kit.explorer.playing import pages_at_hand, play_link
from kit.numerals import general, typeset

__all__ = ["COURSE", "Extras", "escaped", "facts_table", "read_entries", "save_small", "write"]

THUMBNAIL = (720, 405)
"""Most pixels of a thumbnail; twice what a card is wide, for sharp screens."""

LONGEST = 160
"""Characters of a fact that a table shows."""


def read_entries(folder: Path, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The entries of figures.json for figures, whose pictures are there.

    Raises
    ------
    ValueError
        If some of them are not drawn yet.
    """
    try:
        listed = json.loads((folder / "figures.json").read_text("utf-8"))["figures"]
    except (OSError, ValueError, KeyError):
        listed = []
    drawn = {
        entry["id"]: entry
        for entry in listed
        if "png" in entry["files"] and (folder / entry["files"]["png"]["path"]).is_file()
    }
    missing = [name for name in ids if name not in drawn]
    if missing:
        shown = ", ".join([*missing[:4], "..."] if len(missing) > 4 else missing)
        raise ValueError(
            f"`--figures` must be a folder in which every figure is drawn as PNG; got {folder} "
            f"without {shown}: run kit figures --out {folder}"
        )
    return [drawn[name] for name in ids]


COURSE = {
    "training-curves": "The same network, the same data. Why does one learn and another not?",
    "init-sigmoid-normal-0.01": "A look inside one that does not: where does the gradient go?",
    "init-relu-he-normal": "And inside one that does. What is different?",
    "backprop-blame": "How is a unit told its part of an error that it never sees?",
    "vanishing-depth": "How much of that arrives at the bottom of a deep network?",
    "variance-relu": "Why does ReLU ask for weights that are just √2 times as wide?",
    "theory-depth": "Can one say before training how deep a network may be?",
    "loss-not-gate": "Wholly wrong, and it hardly learns: is it the network or the loss?",
    "conv-sliding-kernel": "A layer of another kind: how does one of its numbers come about?",
    "filters-photo": "What can nine numbers see in a photograph?",
    "cnn-feature-maps": "And what do many such filters, layer upon layer, make of a digit?",
    "optimizer-paths": "Nine ways down the same slope. Which is the shortest, and where?",
    "polynomial-fit": "A curve through every single point. What is wrong with it?",
    "posterior": "What does one know after one measurement, and after fifty?",
    "feature-space": "No straight line parts the two classes. How does a network do it?",
    "diagnosis-dying": "Something is broken. Which number tells what, and does the remedy help?",
}
"""The figures with which to begin, one of each topic at least, and the question each answers."""


@dataclass(frozen=True)
class Extras:
    """What is made for the site beside the pictures.

    Attributes
    ----------
    films
        By id.
    films_folder
        Where their files are.
    data
        By id, what `measure` gave.
    """

    films: Mapping[str, Film] = field(default_factory=dict)
    films_folder: Path = Path()
    data: Callable[[str], Any] = lambda name: None


def write(
    source: Path,
    folder: Path,
    entries: Sequence[Mapping[str, Any]],
    extras: Extras | None = None,
) -> None:
    """Write all pages of figures into the folder of Sphinx's sources.

    Parameters
    ----------
    source
        Folder of Sphinx's sources; gets ``gallery/``.
    folder
        Where figures.json and the pictures are.
    entries
        Entries of figures.json, in the order in which they are shown.
    extras
        Films and data; None has neither.
    """
    extras = extras or Extras()
    target = source / "gallery"
    (target / "files").mkdir(parents=True)
    shutil.copyfile(folder / "figures.json", target / "figures.json")
    by_topic: dict[str, list[Mapping[str, Any]]] = {}
    shown: dict[str, dict[str, Any]] = {}
    pages = pages_at_hand([files()[entry["id"]] for entry in entries])
    for entry in entries:
        name, file = entry["id"], files()[entry["id"]]
        by_topic.setdefault(entry["topic"], []).append(entry)
        picture = folder / entry["files"]["png"]["path"]
        shutil.copyfile(picture, target / f"{name}.png")
        save_small(picture, target / f"{name}-small.png")
        code = os.path.relpath(file.path, target)
        also = _also(entry, folder, target / "files", extras)
        shown[name] = {**entry, **also, "file": file, "play": play_link(file, pages)}
        _fill("figure.md", target / f"{name}.md", one=shown[name], file=file, code=code)
    by_lecture = [
        (topics()[name], [shown[one["id"]] for one in theirs]) for name, theirs in by_topic.items()
    ]
    for topic, theirs in by_lecture:
        _fill("topic.md", target / f"topic-{topic.name}.md", topic=topic, entries=theirs)
    course = [(shown[name], question) for name, question in COURSE.items() if name in shown]
    teachers: dict[str, list[Mapping[str, Any]]] = {}
    for one in shown.values():
        for teacher in one["lectures"]:
            teachers.setdefault(teacher, []).append(one)
    values = {"topics": by_lecture, "course": course, "teachers": sorted(teachers.items())}
    _fill("gallery.md", target / "index.md", **values)


def _also(entry: Mapping[str, Any], folder: Path, target: Path, extras: Extras) -> dict[str, Any]:
    """What a figure has beside its picture, copied to where its page finds it."""
    name = entry["id"]
    found: dict[str, Any] = {"film": extras.films.get(name), "svg": False, "dark": False}
    if "svg" in entry["files"]:
        shutil.copyfile(folder / entry["files"]["svg"]["path"], target / f"{name}.svg")
        found["svg"] = True
    dark = folder / "dark" / entry["files"]["png"]["path"]
    if dark.is_file():
        shutil.copyfile(dark, target / f"{name}-dark.png")
        found["dark"] = True
    if found["film"]:
        for ending in ("mp4", "gif"):
            film = extras.films_folder / f"{found['film'].stem}.{ending}"
            shutil.copyfile(film, target / f"{name}.{ending}")
    found["csv"] = numbers.write(extras.data(name), target / f"{name}.csv")
    return found


def _fill(template: str, target: Path, **values: Any) -> None:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "_templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"escaped": escaped, "listed": _listed, "table": facts_table}
    environment.filters["first_sentence"] = lambda text: sentences(text)[0]
    target.write_text(environment.get_template(template).render(values), "utf-8")


def _listed(words: Iterable[Any]) -> str:
    """1, 2 and 3."""
    *others, last = map(str, words)
    return f"{', '.join(others)} and {last}" if others else last


def facts_table(facts: Mapping[str, Any]) -> str:
    """A Markdown table of facts; a fact that holds tables of its own has a row for each.

    Examples
    --------
    >>> print(facts_table({"loss": 0.69314718, "z_std": {"h1": 0.43, "h2": 0.25}}))
    | fact | value |
    |---|---|
    | `loss` | 0.6931 |
    | `z_std` | h1 0.43, h2 0.25 |
    """
    rows = []
    for name, value in facts.items():
        if isinstance(value, Mapping) and any(isinstance(v, Mapping) for v in value.values()):
            rows += [(f"{name}, {key}", inner) for key, inner in value.items()]
        else:
            rows.append((name, value))
    lines = [f"| `{name}` | {escaped(_shortened(_words(value)))} |" for name, value in rows]
    return "\n".join(["| fact | value |", "|---|---|", *lines])


def _words(value: Any) -> str:
    """A fact as one reads it: numbers to four digits, a matrix row by row."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return typeset(f"{value:,}" if abs(value) >= 10_000 else str(value))
    if isinstance(value, float):
        return general(value, 4)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_words(inner)}" for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        if any(isinstance(inner, (list, tuple)) for inner in value):
            return " / ".join(_words(inner) for inner in value)
        return " ".join(map(_words, value))
    return str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0].rstrip(",/ ") + " …"


def escaped(text: str) -> str:
    r"""Text in which Markdown finds nothing to mark up.

    Examples
    --------
    >>> print(escaped("z in [-1, 1], 0.5^10 | x_1"))
    z in \[-1, 1\], 0.5\^10 \| x\_1
    """
    return re.sub(r"([\\`*_{}\[\]<>#|~^$&:!])", r"\\\1", " ".join(text.split()))


def save_small(
    picture: Path,
    target: Path,
    size: tuple[int, int] = THUMBNAIL,
    colors: int = 128,
    about: Mapping[str, str] | None = None,
) -> None:
    """Write a picture small.

    Parameters
    ----------
    picture, target
        PNG files.
    size
        Most pixels, across and down.
    colors
        Few do for a figure, and take a third of the room.
    about
        Texts that the file keeps, as its title, by name.
    """
    from PIL import Image, PngImagePlugin

    texts = PngImagePlugin.PngInfo()
    for name, words in (about or {}).items():
        texts.add_itxt(name, words)
    with Image.open(picture) as image:
        small = image.convert("RGB")
        small.thumbnail(size, Image.Resampling.LANCZOS)
        reduced = small.quantize(colors, dither=Image.Dither.NONE)
        reduced.save(target, optimize=True, pnginfo=texts)
