"""Templates: their layouts are used, their own slides are left out.

The kit's own design is a template as an instructor's is: ``templates/light.pptx`` and
``templates/dark.pptx``. To change it, open them in PowerPoint or LibreOffice, edit the master and
the three layouts, and save. The colours of their themes are those of `kit.plots.styling`; a test
tells where they are not.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from kit.checks import check_choice
from kit.slides.layouts import Design, free_area, placeholders

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import NotesMaster, SlideLayout

__all__ = ["DESIGNS", "own_design", "template_design"]

DESIGNS = ("light", "dark")
OWN = Path(__file__).with_name("templates")

KIND = "`template` must be a PowerPoint file (.pptx, .potx)"
OLD = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a .ppt begins, and a .pptx with a password."""


def own_design(theme: str) -> Design:
    """The kit's own 16:9 design, light or dark.

    Raises
    ------
    ValueError
        For another theme.

    Examples
    --------
    >>> own_design("dark").picture.inches[0] > 12
    True
    """
    return template_design(OWN / f"{check_choice('theme', theme, DESIGNS)}.pptx")


def template_design(path: str | Path) -> Design:
    """A template with its layouts, its own slides left out.

    The layouts are found by what they are for, and else by their placeholders, so in any
    language: a title with a subtitle, a section's header, a title alone.

    Parameters
    ----------
    path
        A .pptx or .potx file.

    Raises
    ------
    ValueError
        Where it is no such file, or has no layout to use.
    """
    deck = _opened(Path(path))
    layouts = [layout for master in deck.slide_masters for layout in master.slide_layouts]
    titled = [layout for layout in layouts if {"title", "ctrTitle"} & set(_kinds(layout))]
    if not titled:
        raise ValueError(f"`template` must have a layout with a title; got {path}")
    if "body" not in _kinds(deck.notes_master):
        raise ValueError(f"`template` must have notes pages with a place for text; got {path}")
    _remove_slides(deck)
    figure = (
        _find(titled, "titleOnly", {"title"})
        or _find(titled, "obj", {"title", "obj"})
        or titled[-1]
    )
    opening = _find(titled, "title", {"ctrTitle", "subTitle"}) or titled[0]
    section = _find(titled, "secHead", {"title", "body"}) or opening
    picture, caption = free_area(deck, figure)
    return Design(deck, opening, section, figure, picture, caption)


def _opened(path: Path) -> Presentation:
    import pptx

    if path.is_dir():
        raise ValueError(f"{KIND}; got {path}, a folder: name the file in it")
    if not path.is_file():
        raise ValueError(f"{KIND}; there is no {path}")
    try:
        return pptx.Presentation(_as_presentation(path))
    except Exception as error:
        raise ValueError(f"{KIND}; got {path}, {_what_it_is(path)}") from error


def _what_it_is(path: Path) -> str:
    """What is wrong with a file that cannot be read as a template, and what to do."""
    try:
        start = path.read_bytes()[:1024]
    except OSError as error:
        return f"which cannot be read: {error.strerror}"
    if start.startswith(OLD):
        return "an old .ppt or one with a password: save it as .pptx, without a password"
    if zipfile.is_zipfile(path):
        return "which cannot be read as one: open it in PowerPoint or LibreOffice, save it as .pptx"
    if start and b"\0" not in start:
        return "a text: a template is made in PowerPoint or LibreOffice and saved as .pptx"
    return "which cannot be read as one, empty or cut short perhaps: save it as .pptx again"


def _as_presentation(path: Path) -> io.BytesIO:
    """The file, a .potx with the type of a presentation, since python-pptx opens no other."""
    whole = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(whole, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "[Content_Types].xml":
                data = data.replace(b".template.main+xml", b".presentation.main+xml")
            new.writestr(item, data)
    whole.seek(0)
    return whole


def _remove_slides(deck: Presentation) -> None:
    from pptx.oxml.ns import qn

    slides = deck.slides._sldIdLst  # python-pptx removes no slide
    for slide in list(slides):
        deck.part.drop_rel(slide.rId)
        slides.remove(slide)
    for name in ("p:custShowLst", "p:extLst"):  # name slides that are no more
        for element in deck.element.findall(qn(name)):
            deck.element.remove(element)


def _kinds(page: SlideLayout | NotesMaster) -> list[str]:
    """What the placeholders of a page are, but for date, footer and number."""
    return [kind for kind, _ in placeholders(page) if kind not in ("dt", "ftr", "sldNum")]


def _find(layouts: list[SlideLayout], purpose: str, kinds: set[str]) -> SlideLayout | None:
    """The first layout of a purpose, else the first with such placeholders and no others."""
    of_purpose = [one for one in layouts if one.element.get("type") == purpose]
    alike = [one for one in layouts if set(_kinds(one)) == kinds]
    return next(iter(of_purpose + alike), None)
