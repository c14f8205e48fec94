"""A figure as a question: what gives the answer away becomes (1), (2), (3).

Texts alone are changed; curves, bars and violins stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from kit.catalogue.quiz import Answer, Hidden, Quiz
from kit.catalogue.words import sentences
from kit.numerals import filled

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

__all__ = ["Answer", "Hidden", "Quiz", "mask", "mask_figure", "masked_words"]


def mask(text: str, quiz: Quiz, within: str | None = None) -> str:
    r"""A text with numbers in place of the answers.

    Parameters
    ----------
    text
        A label, a caption.
    quiz
        What the figure asks.
    within
        Title of the Axes that the text stands in.

    Returns
    -------
    str

    Examples
    --------
    >>> quiz = Quiz("Which is (1)?", (Answer("tanh", r"\btanh\b"),), (Hidden(", as σ = 1"),))
    >>> mask("tanh, as σ = 1", quiz)
    '(1)'
    """
    for one in quiz.hidden:
        if one.within is None or one.within == within:
            text = re.sub(one.pattern, one.words, text)
    for number, answer in enumerate(quiz.answers, 1):
        if not answer.each:
            text = re.sub(answer.pattern, f"({number})", text)
    return text


def masked_words(quiz: Quiz, entry: dict[str, Any]) -> tuple[str, str]:
    """Caption and alt text of a question, from the figure's entry of figures.json.

    Examples
    --------
    >>> quiz = Quiz("Which is (1)?", (Answer("tanh", "tanh"),))
    >>> masked_words(quiz, {"caption": "With tanh. Good.", "alt": "A tanh.", "facts": {}})
    ('With (1).', 'A (1).')
    """
    caption, alt = sentences(entry["caption"])[0], entry["alt"]
    if quiz.caption is not None:
        caption = filled(quiz.caption, entry["facts"])
    if quiz.alt is not None:
        alt = filled(quiz.alt, entry["facts"])
    return mask(caption, quiz), mask(alt, quiz)


def mask_figure(figure: Figure, quiz: Quiz, facts: dict[str, Any]) -> list[str]:
    """Put numbers in place of the answers in every text of a figure: titles, labels, legends.

    Parameters
    ----------
    figure
        A drawn figure; changed.
    quiz
        What it asks.
    facts
        Of the figure.

    Returns
    -------
    list of str
        The answers, as the notes tell them: "(1) sigmoid".

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, ax = plt.subplots()
    >>> _ = ax.set_title("tanh")
    >>> mask_figure(figure, Quiz("Which is (1)?", (Answer("tanh", "tanh"),)), {})
    ['(1) tanh']
    >>> ax.get_title()
    '(1)'
    """
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    told = [
        f"({number}) {filled(answer.says, facts)}"
        for number, answer in enumerate(quiz.answers, 1)
        if not answer.each
    ]
    for text in figure.findobj(Text):
        axes = getattr(text, "axes", None)
        within = axes.get_title() if axes is not None else None
        # the title of Axes is what `within` asks for: it is changed last, below
        if axes is None or text is not axes.title:
            text.set_text(_ask_each(mask(text.get_text(), quiz, within), quiz, told))
    every: Any = figure.findobj(Axes)  # insets too, which figure.axes does not have
    for ax in every:
        within = ax.get_title()
        for axis in (ax.xaxis, ax.yaxis):
            _mask_ticks(axis, partial(mask, quiz=quiz, within=within))
        ax.title.set_text(_ask_each(mask(within, quiz, within), quiz, told))
    return told


def _ask_each(text: str, quiz: Quiz, told: list[str]) -> str:
    """A number of its own for every text that matches; its answer is added to those told."""
    for answer in quiz.answers:
        found = re.search(answer.pattern, text) if answer.each else None
        if found is not None:
            number = f"({len(told) + 1})"
            told.append(f"{number} {answer.says.format(*found.groups())}")
            text = text[: found.start()] + number + text[found.end() :]
    return text


def _mask_ticks(axis: Axis, change: Callable[[str], str]) -> None:
    """Mask the labels of ticks, which an axis writes anew whenever it is drawn."""
    from matplotlib.ticker import Formatter

    inner: Any = axis.get_major_formatter()
    if hasattr(inner, "unmasked"):  # Axes that share an axis share its formatter
        return

    class Masked(Formatter):
        unmasked = inner

        def __call__(self, x: float, pos: int | None = None) -> str:
            return change(inner(x, pos))

        def format_ticks(self, values: Any) -> list[str]:
            return [change(label) for label in inner.format_ticks(values)]

        def get_offset(self) -> str:
            return change(inner.get_offset())

    axis.set_major_formatter(Masked())
