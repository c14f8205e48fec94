"""An instructor's own template: its layouts are used, its own slides are left out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from kit.slides.layouts import Design, free_area, qualified

__all__ = ["template_design"]


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
    notes = [shape.element.ph.get("type") for shape in deck.notes_master.placeholders]
    if "body" not in notes:
        raise ValueError(f"`template` must have notes pages with a place for text; got {path}")
    _remove_slides(deck)
    figure = _find(titled, "titleOnly", {"title"}, None) or _find(
        titled, "obj", {"title", "obj"}, titled[-1]
    )
    opening = _find(titled, "title", {"ctrTitle", "subTitle"}, titled[0])
    section = _find(titled, "secHead", {"title", "body"}, opening)
    picture, caption = free_area(deck, figure)
    return Design(deck, opening, section, figure, picture, caption)


def _opened(path: Path) -> Any:
    import pptx

    if not path.is_file():
        raise ValueError(f"`template` must be a PowerPoint file (.pptx, .potx); there is no {path}")
    try:
        return pptx.Presentation(_as_presentation(path))
    except Exception as error:
        raise ValueError(
            f"`template` must be a PowerPoint file (.pptx, .potx); got {path}, which cannot be "
            f"read as one"
        ) from error


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


def _remove_slides(deck: Any) -> None:
    slides = deck.slides._sldIdLst  # python-pptx removes no slide
    for slide in list(slides):
        deck.part.drop_rel(slide.rId)
        slides.remove(slide)
    for name in ("p:custShowLst", "p:extLst"):  # name slides that are no more
        for element in deck.element.findall(qualified(name)):
            deck.element.remove(element)


def _kinds(layout: Any) -> list[str]:
    """What the placeholders of a layout are, but for date, footer and number."""
    return [
        kind
        for shape in layout.placeholders
        if (kind := shape.element.ph.get("type", "obj")) not in ("dt", "ftr", "sldNum")
    ]


def _find(layouts: list[Any], purpose: str, kinds: set[str], fallback: Any) -> Any:
    of_purpose = [one for one in layouts if one.element.get("type") == purpose]
    alike = [one for one in layouts if set(_kinds(one)) == kinds]
    return (of_purpose or alike or [fallback])[0]
