"""From figures to decks and handouts: what `kit slides` does."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kit.catalogue.lecture_figure import LectureFigure
from kit.catalogue.register import files
from kit.catalogue.rendering import Drawn, Options, regenerate
from kit.catalogue.words import command_of, notes_of, one_line, topic_title
from kit.checks import check_choice
from kit.explorer.playing import pages_at_hand, play_link, write_play_pages
from kit.files import cache_folder
from kit.slides.deck import PLAY_WITH_IT, Slide, caption_limit, write_deck
from kit.slides.handout import (
    join_pages,
    page_texts,
    picture_place,
    text_pages,
)
from kit.slides.layouts import Design
from kit.slides.masking import masked_words
from kit.slides.pictures import View, draw_views
from kit.slides.template import DESIGNS, own_design, template_design

__all__ = ["Made", "check_slides", "make_slides"]

LECTURE, QUIZ = "Lecture figures", "Quiz: what do you see?"


@dataclass
class Made:
    """What came of it.

    Attributes
    ----------
    drawn
        What became of each figure, as from `regenerate`.
    failed
        By id, why a figure has no picture on its slide.
    files
        Names of the decks and handouts, with the number of their slides or pages.
    pages
        Names of the pages that slides lead to, to play with.
    """

    drawn: list[Drawn]
    failed: dict[str, str] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)


@dataclass
class _Plan:
    """One deck: the figures that are in it, what it says of them, and how they are drawn."""

    name: str
    figures: list[LectureFigure]
    quiz: bool
    words: dict[str, tuple[str, str, str]]  # title, caption and alt text by id
    links: dict[str, str]  # by id, what a slide opens to play with
    views: dict[str, View]
    pages: dict[str, View]


def make_slides(
    figures: Sequence[LectureFigure],
    out: str | Path,
    *,
    theme: str = "light",
    template: str | Path | None = None,
    quiz: bool = False,
    pdf: bool = False,
    jobs: int = 1,
    deterministic: bool = False,
    cache: str | Path | None = None,
    progress: Callable[[str], None] = lambda words: None,
) -> Made:
    """Draw what is missing, and write ``lecture.pptx`` and what else is asked for.

    Parameters
    ----------
    figures
        Entries of the catalogue.
    out
        Folder of the pictures and the decks; made where it is missing.
    theme
        ``"light"`` or ``"dark"``.
    template
        A .pptx or .potx file whose layouts are used; None takes the kit's own.
    quiz
        Whether to write ``quiz.pptx`` too: every figure that has something to guess, with
        numbers in place of the answers.
    pdf
        Whether to write each deck as a handout too: ``lecture.pdf``, ``quiz.pdf``.
    jobs
        Processes at a time.
    deterministic
        As for `regenerate`.
    cache
        As for `regenerate`.
    progress
        Called with a few words after each step; there are two for every figure.

    Returns
    -------
    Made

    Raises
    ------
    ImportError
        Without python-pptx, or, for a handout, without pypdf.
    ValueError
        For a theme, template or `out` that cannot be.
    """
    design = check_slides(theme=theme, template=template, pdf=pdf)
    out = Path(out)
    cache = cache_folder() if cache is None else Path(cache)
    drawn = regenerate(
        figures,
        out,
        Options(("png", "svg"), "slide", theme),
        jobs=jobs,
        deterministic=deterministic,
        cache=cache,
        progress=lambda one: progress(f"{one.state} {one.id}"),
    )
    entries = {one.id: one.entry for one in drawn if one.entry and one.state != "failed"}
    plans = [
        _planned(name, figures, entries, design, theme, pdf)
        for name in ("lecture", *(["quiz"] if quiz else []))
    ]
    views = [view for plan in plans for view in (*plan.views.values(), *plan.pages.values())]
    answers, failed = draw_views(
        views,
        out / ".slides",
        cache,
        jobs=jobs,
        deterministic=deterministic,
        progress=lambda name: progress(f"slide of {name}"),
    )
    failed |= {one.id: one.error for one in drawn if one.state == "failed"}
    made = Made(drawn, failed)
    for plan in plans:
        if plan.figures:
            told = {view.id: answers[view] for view in plan.views.values() if view in answers}
            _write_deck(plan, entries, told, made, out, theme, template)
            if pdf:
                _write_handout(plan, told, made, out, theme)
    asked = {link.partition("#")[0] for plan in plans for link in plan.links.values()}
    made.pages = write_play_pages(out, asked, cache)
    return made


def check_slides(
    *, theme: str = "light", template: str | Path | None = None, pdf: bool = False
) -> Design:
    """Refuse slides that cannot be, before anything is measured or drawn for them.

    Parameters
    ----------
    theme, template, pdf
        As for `make_slides`.

    Returns
    -------
    Design
        What the slides are written with; each deck takes one of its own.

    Raises
    ------
    ImportError, ValueError
        As `make_slides`.

    Examples
    --------
    >>> check_slides(template="none.pptx")
    Traceback (most recent call last):
    ValueError: `template` must be a PowerPoint file (.pptx, .potx); there is no none.pptx
    """
    check_choice("theme", theme, DESIGNS)
    for module, needs in [("pptx", "slides need python-pptx"), ("pypdf", "a handout needs pypdf")]:
        if pdf or module == "pptx":
            try:
                importlib.import_module(module)
            except ImportError as error:
                raise ImportError(
                    f"{needs}, which is not there: pip install python-pptx pypdf"
                ) from error
    return own_design(theme) if template is None else template_design(template)


def _planned(
    name: str,
    figures: Sequence[LectureFigure],
    entries: dict[str, dict[str, Any]],
    design: Design,
    theme: str,
    pdf: bool,
) -> _Plan:
    quiz = name == "quiz"
    chosen = [figure for figure in figures if not quiz or figure.quiz]
    # a topic stands together, wherever its figures are in the catalogue
    topics = list(dict.fromkeys(figure.topic for figure in chosen))
    if quiz:  # easy ones first, else in no order, so that a question does not answer its neighbour
        chosen.sort(key=lambda figure: hashlib.sha256(figure.id.encode()).digest())
        chosen.sort(key=lambda figure: figure.quiz.level if figure.quiz else 0)
    chosen.sort(key=lambda figure: topics.index(figure.topic))
    links = {} if quiz else _links(chosen)  # settings would be answers
    plan = _Plan(name, chosen, quiz, {}, links, {}, {})
    limit = caption_limit(design)
    for number, figure in enumerate(chosen, 1):
        entry = entries.get(figure.id)
        if entry is None:
            continue
        title, caption, alt = entry["title"], entry["caption"], entry["alt"]
        source = entry["facts"].get("source")
        if quiz and figure.quiz:
            title = figure.quiz.question
            caption, alt = masked_words(figure.quiz, entry)
        room = len(PLAY_WITH_IT) if figure.id in links else 0
        plan.words[figure.id] = title, one_line(caption, limit - room, source), alt
        plan.views[figure.id] = View(figure.id, *design.picture.inches, theme, quiz)
        if pdf:
            foot = f"{topic_title(figure.topic)} · {number}"
            texts = page_texts(title, caption, _source_of(entry, quiz), foot)
            plan.pages[figure.id] = View(figure.id, *picture_place(texts), theme, quiz, texts)
    return plan


def _links(figures: Sequence[LectureFigure]) -> dict[str, str]:
    """By id, the page to play with, beside the deck, at the figure's settings."""
    known = [files()[figure.id] for figure in figures if figure.id in files()]
    pages = pages_at_hand(known)
    found = {file.id: play_link(file, pages) for file in known}
    return {name: link for name, link in found.items() if link}


def _source_of(entry: dict[str, Any], quiz: bool) -> str:
    """Where a page is from; the id of a figure gives answers away."""
    made = f"Keras {entry['versions']['keras']}, seed {entry['seed']}"
    if quiz:
        return f"Answers on the last pages · {made}"
    return f"{command_of(entry['id'])} · lectures: {', '.join(entry['lectures'])} · {made}"


def _write_deck(
    plan: _Plan,
    entries: dict[str, dict[str, Any]],
    answers: dict[str, list[str]],
    made: Made,
    out: Path,
    theme: str,
    template: str | Path | None,
) -> None:
    slides = []
    for figure in plan.figures:
        name, topic, error = figure.id, figure.topic, made.failed.get(figure.id, "")
        title = figure.quiz.question if plan.quiz and figure.quiz else figure.title
        if error:
            notes = f"{error}\n\nDraw it again: {command_of(name, theme)}"
            slides.append(Slide(name, topic, title, notes=notes, error=error))
            continue
        title, caption, alt = plan.words[name]
        notes = notes_of(entries[name], theme)
        if plan.quiz:
            notes = "\n".join(["Answers", *answers[name], "", entries[name]["title"], "", notes])
        picture = plan.views[name].path(out / ".slides")
        play = plan.links.get(name, "")
        slides.append(Slide(name, topic, title, caption, alt, notes, picture, play=play))
    file = f"{plan.name}.pptx"
    made.files[file] = write_deck(
        out / file,
        slides,
        check_slides(theme=theme, template=template),
        *_heading(plan, entries),
        noun="question" if plan.quiz else "figure",
    )


def _heading(plan: _Plan, entries: dict[str, dict[str, Any]]) -> tuple[str, str]:
    """Title and subtitle of a deck."""
    if plan.quiz:
        return QUIZ, f"{len(plan.figures)} questions; the answers are in the notes"
    topics = dict.fromkeys(topic_title(figure.topic) for figure in plan.figures)
    versions = next((entry["versions"] for entry in entries.values()), None)
    with_keras = f", drawn with Keras {versions['keras']}" if versions else ""
    number = f"{len(plan.figures)} figure{'s' if len(plan.figures) > 1 else ''}"
    return LECTURE, f"{' · '.join(topics)}\n{number}{with_keras}"


def _write_handout(
    plan: _Plan, answers: dict[str, list[str]], made: Made, out: Path, theme: str
) -> None:
    pages: list[tuple[str, str, Path | bytes]] = []
    for figure in plan.figures:
        name, error = figure.id, made.failed.get(figure.id)
        title = figure.quiz.question if plan.quiz and figure.quiz else figure.title
        if error:
            blocks = [("This figure could not be drawn", [error, command_of(name, theme)])]
            pages += [(figure.topic, title, one) for one in text_pages(title, blocks, theme)]
        else:
            page = plan.pages[name].path(out / ".slides")
            pages.append((figure.topic, title, page))
    if plan.quiz:
        told = [
            (f"{number}. {figure.title}", answers[figure.id])
            for number, figure in enumerate(plan.figures, 1)
            if figure.id in answers
        ]
        pages += [("", "Answers", one) for one in text_pages("Answers", told, theme)]
    file = f"{plan.name}.pdf"
    made.files[file] = join_pages(out / file, pages, QUIZ if plan.quiz else LECTURE)
