"""The same on paper: a page of A4 for each figure, with its whole caption and where it is from.

Drawings and letters stay vectors. matplotlib draws the pages, pypdf puts them together.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.catalogue.words import topic_title
from kit.files import written_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "join_pages",
    "page_texts",
    "picture_place",
    "save_page",
    "text_pages",
    "wrapped",
]

PAPER = (11.69, 8.27)
"""A4, landscape, in inches."""

MARGIN = 0.55
TITLE, TEXT, SOURCE, LINE = 16.0, 10.5, 8.0, 1.4
"""Points, and the distance of lines relative to them."""

GUTTER = 0.4  # inches between columns
BOLD = 1.12  # bold letters are so much wider


def wrapped(text: str, points: float, width: float) -> list[str]:
    """A text in lines that are no wider than so many inches, in the font of the pictures.

    Examples
    --------
    >>> wrapped("one two three", 10, 0.8)
    ['one two', 'three']
    """
    most = width * 72 / points
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in paragraph.split(" "):
            needed = sum(map(_advance, word))
            if line and used + _advance(" ") + needed > most:
                lines.append(line)
                line, used = word, needed
            else:
                used += needed + (_advance(" ") if line else 0)
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines


@lru_cache
def _advance(letter: str) -> float:
    """How far a letter moves the next one, relative to its size."""
    from matplotlib.textpath import TextPath

    pair, alone = (
        float(TextPath((0, 0), words, size=1).get_extents().width)
        for words in (f"|{letter}|", "||")
    )
    return pair - alone


def page_texts(title: str, caption: str, source: str, foot: str) -> tuple[tuple[str, str], ...]:
    """What stands around a picture, as a `View` keeps it; the caption already in lines."""
    lines = wrapped(caption, TEXT, PAPER[0] - 2 * MARGIN)
    return (("title", title), ("caption", "\n".join(lines)), ("source", source), ("foot", foot))


def picture_place(texts: tuple[tuple[str, str], ...]) -> tuple[float, float]:
    """Width and height that the texts leave to a picture, in inches.

    Examples
    --------
    >>> picture_place((("caption", "one line"),))[0] > 10
    True
    """
    lines = dict(texts)["caption"].count("\n") + 1
    return PAPER[0] - 2 * MARGIN, PAPER[1] - _above() - _below(lines)


def _above() -> float:
    return MARGIN + TITLE * LINE / 72


def _below(lines: int) -> float:
    return MARGIN + (SOURCE * 2 + TEXT * LINE * (lines + 0.5)) / 72


def save_page(drawing: Figure, texts: dict[str, str], path: Path) -> None:
    """Write a drawing as a page, whose texts stand outside of the drawing's own area.

    Parameters
    ----------
    drawing
        A Figure of the size that `picture_place` gives, laid out.
    texts
        ``title``, ``caption``, ``source``, ``foot``.
    path
        A PDF file.
    """
    from matplotlib.transforms import Bbox

    from kit.plots.texts import ems

    width, height = drawing.get_size_inches()
    below = PAPER[1] - height - _above()

    def write(words: str, x: float, y: float, points: float, **look: Any) -> None:
        # inches from the drawing's lower left corner
        drawing.text(x / width, y / height, words, fontsize=points, parse_math=False, **look)

    fits = width * 72 / ems(texts["title"], "bold")
    write(texts["title"], 0, height + 0.1, min(TITLE, fits), va="bottom", weight="bold")
    top = -0.08 - TEXT * 0.5 / 72
    write(texts["caption"], 0, top, TEXT, va="top", linespacing=LINE / 1.2)
    at = -below + MARGIN
    write(texts["source"], 0, at, SOURCE, va="bottom")
    write(texts["foot"], width, at, SOURCE, va="bottom", ha="right")
    _hold_legends(drawing)
    page = Bbox.from_bounds(-MARGIN, -below, *PAPER)
    with _quiet_fonts():
        drawing.savefig(path, format="pdf", bbox_inches=page, dpi=200, metadata=_undated())


def _hold_legends(drawing: Figure) -> None:
    """Keep a legend of the whole drawing in it: else it stands at the foot of the page."""
    if drawing.legends:
        drawing.set_layout_engine("none")  # which makes room for legends without an anchor alone
    for legend in drawing.legends:
        legend.set_bbox_to_anchor((0, 0, 1, 1), transform=drawing.transFigure)


@contextmanager
def _quiet_fonts() -> Iterator[None]:
    """Keep off the screen what fontTools remarks on the dates of matplotlib's own fonts."""
    logger = logging.getLogger("fontTools")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _undated() -> dict[str, None]:
    return {"CreationDate": None, "Producer": None, "Creator": None}


def text_pages(
    heading: str, blocks: Sequence[tuple[str, Sequence[str]]], theme: str
) -> list[bytes]:
    """Pages of words alone, in two columns: the answers of a quiz, or what went wrong.

    Parameters
    ----------
    heading
        Above each page.
    blocks
        What is written in bold, and the lines under it.
    theme
        ``"light"`` or ``"dark"``.

    Returns
    -------
    list of bytes
        PDF files of a page each.
    """
    wide = (PAPER[0] - 2 * MARGIN - GUTTER) / 2
    rows = int((PAPER[1] - 2 * MARGIN - 0.5) / (TEXT * LINE / 72))
    columns: list[list[tuple[str, str]]] = [[]]
    for title, lines in blocks:
        block = [(line, "bold") for line in wrapped(title, TEXT * BOLD, wide)]
        block += [(line, "normal") for told in lines for line in wrapped(told, TEXT, wide)]
        if columns[-1] and len(columns[-1]) + len(block) > rows:
            columns.append([])
        columns[-1].extend([*block, ("", "normal")])
    return [
        _text_page(heading, columns[start : start + 2], wide, theme)
        for start in range(0, len(columns), 2)
    ]


def _text_page(
    heading: str, columns: Sequence[Sequence[tuple[str, str]]], wide: float, theme: str
) -> bytes:
    import matplotlib.pyplot as plt

    from kit.plots import style

    page = io.BytesIO()
    with style(theme):
        figure = plt.figure(figsize=PAPER, layout="none")

        def write(words: str, x: float, y: float, points: float, weight: str) -> None:
            figure.text(
                x / PAPER[0], 1 - y / PAPER[1], words, fontsize=points, weight=weight, va="top",
                parse_math=False,
            )  # fmt: skip

        write(heading, MARGIN, MARGIN, TITLE, "bold")
        for k, lines in enumerate(columns):
            for row, (words, weight) in enumerate(lines):
                y = MARGIN + 0.5 + row * TEXT * LINE / 72
                write(words, MARGIN + k * (wide + GUTTER), y, TEXT, weight)
        figure.savefig(page, format="pdf", metadata=_undated())
        plt.close(figure)
    return page.getvalue()


def join_pages(
    path: Path,
    pages: Sequence[tuple[str, str, Path | bytes]],
    title: str,
) -> int:
    """Put pages together, with a bookmark for each topic and each figure.

    Parameters
    ----------
    path
        A PDF file.
    pages
        Topic, title and file of each; a page without a topic has a bookmark of its own.
    title
        Of the whole.

    Returns
    -------
    int
        Number of pages.

    Raises
    ------
    ValueError
        Where the file cannot be written.
    """
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    topics: dict[str, Any] = {}
    for topic, name, page in pages:
        number = len(writer.pages)
        file = io.BytesIO(page) if isinstance(page, bytes) else page
        writer.append(PdfReader(file), import_outline=False)
        if topic and topic not in topics:
            topics[topic] = writer.add_outline_item(title=topic_title(topic), page_number=number)
        writer.add_outline_item(title=name, page_number=number, parent=topics.get(topic))
    writer.add_metadata({"/Title": title, "/Author": "Keras Teaching Kit"})
    try:
        with written_whole(path) as part:
            writer.write(part)
    except OSError as error:
        raise ValueError(
            f"{path} cannot be written; is it open in another program? ({error})"
        ) from error
    return len(writer.pages)
