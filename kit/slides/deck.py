"""Write a deck: a title slide, a section for each topic, a slide for each figure.

Titles, captions and notes are text; a picture has its alt text. The same input gives the same
bytes: no date of today is in the file.
"""

from __future__ import annotations

import copy
import datetime
import io
import textwrap
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.catalogue.words import topic_title
from kit.files import written_whole
from kit.slides.layouts import CAPTION, INCH, NOTES, TITLE, Box, Design, placeholders

if TYPE_CHECKING:
    from pptx import slide as pages
    from pptx.presentation import Presentation
    from pptx.shapes.autoshape import Shape
    from pptx.text.text import TextFrame

__all__ = ["PLAY_WITH_IT", "Slide", "caption_limit", "write_deck", "write_slide"]

EM, BOLD_EM = 0.46, 0.52
"""Mean width of a letter, relative to its size; rather too wide than too narrow."""

PLAY_WITH_IT = "  ▶ Play with it"
"""What a caption's link says."""

LONG_AGO = datetime.datetime(2000, 1, 1)
SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"


@dataclass(frozen=True)
class Slide:
    """What the slide of one figure says and shows.

    Attributes
    ----------
    id, topic, title
        Of the figure.
    caption
        One line.
    alt
        What the picture shows, for who cannot see it.
    notes
        The speaker's.
    picture
        A PNG file; None where there is none.
    error
        Why there is none.
    play
        What a link at the end of the caption opens; empty where there is none.
    """

    id: str
    topic: str
    title: str
    caption: str = ""
    alt: str = ""
    notes: str = ""
    picture: Path | None = None
    error: str = ""
    play: str = ""


def caption_limit(design: Design) -> int:
    """How many letters a caption of one line has in a design.

    Examples
    --------
    >>> from kit.slides.template import own_design
    >>> 80 < caption_limit(own_design("light")) < 130
    True
    """
    return int((design.caption.inches[0] - 0.2) * 72 / (EM * _caption_points(design)))


def write_deck(
    path: str | Path,
    slides: Sequence[Slide],
    design: Design,
    title: str,
    subtitle: str,
    noun: str = "figure",
) -> int:
    """Write a .pptx file, whole or not at all.

    Parameters
    ----------
    path
        Of the file.
    slides
        Of the figures, in order, those of a topic together.
    design
        An open presentation without slides; used up by this.
    title, subtitle
        Of the first slide.
    noun
        What a section's slide counts.

    Returns
    -------
    int
        Number of slides, the first one and those of the sections among them.

    Raises
    ------
    ValueError
        Where the file cannot be written.
    """
    deck = design.deck
    _add_titled(design, design.opening, title, subtitle)
    sections = [("Title", [0])]
    for topic in dict.fromkeys(slide.topic for slide in slides):
        chosen = [slide for slide in slides if slide.topic == topic]
        first = len(deck.slides)
        number = f"{len(chosen)} {noun}{'s' if len(chosen) > 1 else ''}"
        _add_titled(design, design.section, topic_title(topic), number)
        for slide in chosen:
            _add_figure(design, slide)
        sections.append((topic_title(topic), list(range(first, len(deck.slides)))))
    _add_sections(deck, sections)
    _sign(deck, title)
    _save(deck, Path(path))
    return len(deck.slides)


def write_slide(path: str | Path, slide: Slide, design: Design) -> None:
    """Write a .pptx file with one slide, whole or not at all; arguments as for `write_deck`.

    Raises
    ------
    ValueError
        Where the file cannot be written.
    """
    _add_figure(design, slide)
    _sign(design.deck, slide.title)
    _save(design.deck, Path(path))


def _add_titled(design: Design, layout: pages.SlideLayout, title: str, text: str) -> None:
    slide = design.deck.slides.add_slide(layout)
    heading = slide.shapes.title
    places = [shape for _, shape in placeholders(slide) if shape != heading]
    if heading is not None:
        heading.text_frame.text = title
    if places and places[0].has_text_frame:
        places[0].text_frame.text = text
    _tidy(slide, layout)


def _add_figure(design: Design, one: Slide) -> None:
    slide = design.deck.slides.add_slide(design.figure)
    heading = slide.shapes.title
    assert heading is not None  # `template_design` takes no other layout
    heading.text_frame.text = one.title
    _fit_title(design, heading, one.title)
    if one.picture is not None:
        picture = slide.shapes.add_picture(str(one.picture), *_fitted(one.picture, design.picture))
        picture.name = "Figure"  # an id would give answers away
        picture._element.nvPicPr.cNvPr.set("descr", one.alt)  # no public way to the alt text
        _write_caption(design, slide, one)
    else:
        words = f"This figure could not be drawn:\n{one.error}"
        _write_box(slide, design.picture, words, CAPTION, "No picture")
    notes = slide.notes_slide.notes_text_frame
    notes.text = one.notes
    _set_points(notes, NOTES)
    _tidy(slide, design.figure)


def _fitted(picture: Path, box: Box) -> tuple[int, int, int, int]:
    """Place and size of a picture, as large as the box lets it be."""
    from pptx.parts.image import Image

    wide, high = Image.from_file(str(picture)).size
    scale = min(box.width / wide, box.height / high)
    width, height = round(wide * scale), round(high * scale)
    return (
        box.left + (box.width - width) // 2,
        box.top + (box.height - height) // 2,
        width,
        height,
    )


def _write_caption(design: Design, slide: pages.Slide, one: Slide) -> None:
    places = [shape for kind, shape in placeholders(slide) if kind == "body"]
    if places:
        frame = places[0].text_frame
        frame.text = one.caption
    else:
        points = _caption_points(design)
        frame = _write_box(slide, design.caption, one.caption, points, "Caption")
    if one.play:
        link = frame.paragraphs[0].add_run()
        link.text = PLAY_WITH_IT
        link.hyperlink.address = one.play
        if not places:
            _set_points(frame, points)


def _write_box(slide: pages.Slide, box: Box, text: str, points: int, name: str) -> TextFrame:
    from pptx.util import Length

    place = [Length(side) for side in (box.left, box.top, box.width, box.height)]
    shape = slide.shapes.add_textbox(*place)
    shape.name = name
    shape.text_frame.word_wrap = True
    shape.text_frame.text = text
    _set_points(shape.text_frame, points)
    return shape.text_frame


def _set_points(frame: TextFrame, points: int) -> None:
    """Size of all letters; on the runs, since PowerPoint does not heed that of a paragraph."""
    from pptx.util import Pt

    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.size = Pt(points)


def _caption_points(design: Design) -> int:
    wide = design.caption.inches[0]
    return CAPTION if wide > 10 else 14 if wide > 8 else 12


def _fit_title(design: Design, shape: Shape, title: str) -> None:
    """A smaller size, where the layout's is too large for the title's place."""
    width, height = shape.width / INCH - 0.2, shape.height / INCH
    points = given = _title_points(design.figure)
    most = 1 if given <= TITLE else 2
    while points > 12:
        lines = len(textwrap.wrap(title, max(1, int(width * 72 / (BOLD_EM * points)))))
        if lines <= most and lines * points * 1.2 / 72 <= height:
            break
        points -= 1
    if points < given:
        _set_points(shape.text_frame, points)


def _title_points(layout: pages.SlideLayout) -> int:
    """Size of a title's letters, from the layout, or else from its master."""
    from pptx.oxml.ns import qn

    master = layout.slide_master
    styles = [
        shape.element.find(f".//{qn('a:lstStyle')}")
        for page in (layout, master)
        for kind, shape in placeholders(page)
        if kind == "title"
    ]
    styles.append(master.element.find(f".//{qn('p:titleStyle')}"))
    for style in styles:
        found = None if style is None else style.find(f"{qn('a:lvl1pPr')}/{qn('a:defRPr')}")
        if found is not None and found.get("sz"):
            return int(found.get("sz")) // 100
    return 44


def _tidy(slide: pages.Slide, layout: pages.SlideLayout) -> None:
    """Leave no empty placeholder behind; number the slide where the layout has a place for it."""
    for _, shape in placeholders(slide):
        if not (shape.has_text_frame and shape.text_frame.text):
            shape.element.getparent().remove(shape.element)
    for kind, shape in placeholders(layout):
        if kind == "sldNum":
            number: Any = copy.deepcopy(shape.element)
            number.nvSpPr.cNvPr.set("id", str(1 + max(one.shape_id for one in slide.shapes)))
            slide.shapes._spTree.append(number)  # python-pptx copies no number to a slide


def _add_sections(deck: Presentation, sections: Sequence[tuple[str, list[int]]]) -> None:
    """PowerPoint's sections, an extension of the format that python-pptx does not write."""
    from lxml import etree
    from pptx.oxml.ns import qn

    ids = [slide.slide_id for slide in deck.slides]
    holder = etree.SubElement(deck.element, qn("p:extLst"))
    extension = etree.SubElement(holder, qn("p:ext"), uri=SECTIONS)
    listing = etree.SubElement(extension, f"{{{P14}}}sectionLst", nsmap={"p14": P14})
    for name, places in sections:
        label = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{name} {places[0]}")).upper()
        section = etree.SubElement(listing, f"{{{P14}}}section", name=name, id="{" + label + "}")
        inside = etree.SubElement(section, f"{{{P14}}}sldIdLst")
        for place in places:
            etree.SubElement(inside, f"{{{P14}}}sldId", id=str(ids[place]))


def _sign(deck: Presentation, title: str) -> None:
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = title, "Keras Teaching Kit", ""
    about.subject = about.keywords = about.comments = about.category = ""
    about.created = about.modified = LONG_AGO
    about.revision = 1


def _save(deck: Presentation, path: Path) -> None:
    whole = io.BytesIO()
    deck.save(whole)
    try:
        with written_whole(path) as part, zipfile.ZipFile(part, "w") as new:
            old = zipfile.ZipFile(whole)
            for item in old.infolist():  # without the time of day that python-pptx writes
                plain = zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0))
                plain.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(plain, old.read(item))
    except OSError as error:
        raise ValueError(
            f"{path} cannot be written; is it open in another program? ({error})"
        ) from error
