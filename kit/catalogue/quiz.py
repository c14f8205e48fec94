"""What a figure asks in the quiz, and what would give the answer away."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Answer", "Hidden", "Quiz", "answers_in_words"]


@dataclass(frozen=True)
class Answer:
    """Something to guess.

    Attributes
    ----------
    says
        The answer, for the notes; `str.format` fills it from the facts, or, with `each`, from
        the groups of the match.
    pattern
        Regular expression of everything that gives it away.
    each
        Whether every text that matches is a question of its own.
    """

    says: str
    pattern: str
    each: bool = False


@dataclass(frozen=True)
class Hidden:
    """Words that help too much, though they are no answer.

    Attributes
    ----------
    pattern
        Regular expression.
    words
        What takes their place, as for `re.sub`.
    within
        Only in Axes of this title; None means everywhere.
    """

    pattern: str
    words: str = ""
    within: str | None = None


@dataclass(frozen=True)
class Quiz:
    """What a figure asks.

    Attributes
    ----------
    question
        The title of its slide.
    answers
        The first is (1), the second (2); also the order in which they are looked for.
    hidden
        Looked for before the answers.
    caption, alt
        Templates filled from the facts, where the figure's own say too much even with numbers in
        place of the answers; None takes the first sentence of the caption, and the alt text.
    level
        How hard it is within its topic; the easiest, 1, is asked first. Those of one level are
        asked in no order.
    """

    question: str
    answers: tuple[Answer, ...]
    hidden: tuple[Hidden, ...] = ()
    caption: str | None = None
    alt: str | None = None
    level: int = 1


def answers_in_words(*words: str) -> tuple[Answer, ...]:
    r"""Answers that are given away by their own words alone.

    Examples
    --------
    >>> answers_in_words("conv1")
    (Answer(says='conv1', pattern='\\bconv1', each=False),)
    """
    return tuple(Answer(word, rf"\b{word}") for word in words)
