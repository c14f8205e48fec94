"""Whether a picture is what its figure would draw now, told without drawing it.

A picture depends on the code that it reaches, its title and alt text, the versions, the options and
the data; what is said beside it, on the caption, the claims and the evidence for them.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from pathlib import Path
from typing import TYPE_CHECKING

from kit.catalogue import evidence, reach
from kit.catalogue.lab import identity_of, versions
from kit.catalogue.lecture_figure import LectureFigure
from kit.catalogue.manifest import Entry
from kit.catalogue.register import FigureFile, is_known
from kit.files import file_hash

if TYPE_CHECKING:
    from kit.catalogue.rendering import Options

__all__ = ["fingerprint", "missing_formats", "words_of"]

_RENDERING = "kit.catalogue.rendering"  # whose functions draw and write all of them


def _code_of(figure: LectureFigure | FigureFile) -> list[reach.Name]:
    """What the picture depends on: the figure's own, and how it is drawn and written."""
    assert figure.module is not None
    own = reach.those_of(figure.module, ("measure", "draw", "ALT", "SEED"))
    return [*own, (_RENDERING, "drawing"), (_RENDERING, "_save")]


def fingerprint(figure: LectureFigure | FigureFile, options: Options) -> str:
    """A hash of everything that a figure's picture depends on, its format apart.

    A figure that is not of the catalogue has none: what it depends on is not known.
    """
    if not is_known(figure):
        return ""
    code = _code_of(figure)
    how = [options.size, options.theme, options.dpi]
    about = [figure.id, figure.topic, figure.title, how, sorted(versions().items()), _typeface()]
    parts = [about, reach.digest(code), identity_of(code)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _typeface() -> str:
    """Version of the figures' typeface, which no experiment depends on; empty without it."""
    try:
        return importlib.metadata.version("fontpkg-fira-sans")
    except importlib.metadata.PackageNotFoundError:
        return ""


def words_of(figure: LectureFigure | FigureFile) -> str:
    """A hash of what is said of a figure, beside its picture: caption, claims, their evidence."""
    if not is_known(figure):
        return ""
    assert figure.module is not None
    said = reach.those_of(
        figure.module, ("LECTURES", "CAPTION", "NOTES", "CLAIMS", "CONTROL", "CONTROLS")
    )
    how = [("kit.catalogue.claims", "Claim")]
    how += [("kit.catalogue.evidence", name) for name in ("Evidence", "told")]
    found = evidence.of(figure)
    parts = [reach.digest([*said, *how]), found and found.as_entry()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def missing_formats(
    entry: Entry | None, figure: LectureFigure | FigureFile, options: Options, out: Path
) -> tuple[str, ...]:
    """The formats that are not there as they should be."""
    if entry is None or not is_known(figure):
        return options.formats
    if entry.get("fingerprint") != fingerprint(figure, options):
        return options.formats
    files = entry.get("files", {})
    return tuple(name for name in options.formats if not _is_there(files.get(name), out))


def _is_there(file: dict[str, str] | None, out: Path) -> bool:
    if file is None:
        return False
    path = out / file["path"]
    return path.is_file() and file_hash(path) == file["sha256"]
