"""Where things stand on a slide.

A design is an open presentation without slides, three of its layouts, and the area that a
picture has. Lengths are in EMU (914,400 to an inch), as in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.shapes.autoshape import Shape
    from pptx.slide import NotesMaster, Slide, SlideLayout, SlideMaster

__all__ = ["Box", "Design", "free_area", "placeholders"]

INCH = 914_400
TITLE, CAPTION, NOTES = 24, 16, 11
"""Points; those of titles in the kit's own design alone."""


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height in inches."""
        return self.width / INCH, self.height / INCH


@dataclass
class Design:
    """An open presentation and what is used of it.

    Attributes
    ----------
    deck
        The presentation, without slides.
    opening, section, figure
        Its layouts for the title, for a topic, and for a figure.
    picture, caption
        Where a figure's picture and its caption stand.
    """

    deck: Presentation
    opening: SlideLayout
    section: SlideLayout
    figure: SlideLayout
    picture: Box
    caption: Box


def free_area(deck: Presentation, layout: SlideLayout) -> tuple[Box, Box]:
    """What a layout leaves to a picture, and to a caption under it.

    Beside the title where most room is, which mostly is under it, and then as wide as it; above
    date, footer and number.
    """
    wide, high = deck.slide_width or 0, deck.slide_height or 0  # every file has them
    left, top, right, bottom = (
        int(0.04 * wide),
        int(0.04 * high),
        int(0.96 * wide),
        int(0.97 * high),
    )
    title = caption = None
    for kind, shape in placeholders(layout):
        box = Box(shape.left, shape.top, shape.width, shape.height)
        if kind in ("title", "ctrTitle"):
            title = box
        elif kind in ("dt", "ftr", "sldNum") and box.top > 0.6 * high:
            bottom = min(bottom, box.top)
        elif kind == "body" and box.top > 0.75 * high:
            caption = box
    area = Box(left, top, right - left, bottom - top)
    if title is not None:
        area = max(_beside(area, title), key=lambda box: min(box.width / 16, box.height / 9))
    line, gap = int(0.4 * INCH), int(0.03 * INCH)
    if caption is None:
        caption = Box(area.left, area.top + area.height - line, area.width, line)
    height = min(caption.top, area.top + area.height) - area.top - 2 * gap
    return Box(area.left, area.top + gap, area.width, height), caption


def _beside(area: Box, title: Box) -> list[Box]:
    """What is left of an area below a title, above it, and on its two sides."""
    right, bottom = area.left + area.width, area.top + area.height
    left, width = area.left, area.width
    if title.width > 0.6 * area.width:
        left, width = title.left, title.width
    below, beyond = title.top + title.height, title.left + title.width
    return [
        Box(left, below, width, bottom - below),
        Box(left, area.top, width, title.top - area.top),
        Box(beyond, area.top, right - beyond, area.height),
        Box(area.left, area.top, title.left - area.left, area.height),
    ]


def placeholders(
    page: SlideLayout | SlideMaster | NotesMaster | Slide,
) -> list[tuple[str, Shape]]:
    """The places that a layout, a master or a slide has, each with its kind.

    The kinds are those of the file: ``title``, ``ctrTitle``, ``subTitle``, ``body``, ``obj``,
    ``sldNum`` and so on.
    """
    shapes: Any = page.placeholders  # python-pptx says wrongly what they are
    return [(shape.element.ph.get("type", "obj"), shape) for shape in shapes]
