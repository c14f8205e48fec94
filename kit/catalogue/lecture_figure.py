"""What a lecture figure is: an experiment, its facts, claims on them, a drawing and a caption."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kit.catalogue.animations import LectureAnimation
from kit.catalogue.claims import Claim, Control, Facts
from kit.catalogue.quiz import Quiz
from kit.catalogue.spoken import Notes
from kit.numerals import filled
from kit.recordings import display

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kit.catalogue.evidence import Evidence
    from kit.catalogue.lab import Lab

__all__ = ["Claim", "Facts", "LectureFigure"]


@dataclass(frozen=True)
class LectureFigure:
    """A figure of the catalogue.

    Attributes
    ----------
    id
        As in ``kit figures ID``.
    topic
        Folder of the figure.
    title
        What stands above it.
    lectures
        The lectures that show it, by their teacher's name.
    measure
        From (lab, seed) to (data, facts): the experiment. Facts hold what JSON can. What it
        takes after them has defaults, which controls change.
    draw
        From (data, facts) to the Figure; computes nothing.
    caption, alt
        Templates that `str.format` fills from the facts, so that no number in them is stale.
    claims
        Conditions on the facts.
    controls
        Under which claims are false.
    seed
        Seed of what is drawn.
    digits
        Whether it shows handwritten digits: MNIST where it can be had, else a sample of it.
        Its facts then say which, as ``source``.
    notes
        What a lecturer says to it; None where that is left to them.
    quiz
        What it asks; None where there is nothing to guess.
    animation
        The figure in motion; None where it stands still.
    module
        Name of the module in whose file it is written; None where that is no file of the catalogue.

    Raises
    ------
    ValueError
        For a control of what `measure` does not take, or of a fact that no claim is about.
    """

    id: str
    topic: str
    title: str
    lectures: tuple[str, ...]
    measure: Callable[..., tuple[Any, Facts]]
    draw: Callable[[Any, Facts], Figure]
    caption: str
    alt: str
    claims: tuple[Claim, ...] = field(default=())
    controls: tuple[Control, ...] = field(default=())
    seed: int = 1
    digits: bool = False
    notes: Notes | None = None
    quiz: Quiz | None = None
    animation: LectureAnimation | None = None
    module: str | None = None

    def __post_init__(self) -> None:
        for control in self.controls:
            control.check(self.measure, self.claims, self.id)

    def __repr__(self) -> str:
        # one line, as the catalogue is a dict of many
        return f"<LectureFigure {self.id!r} of {self.topic}: {self.title}>"

    def __str__(self) -> str:
        return display.of_figure(self).text()

    def _repr_html_(self) -> str:
        return display.of_figure(self).html()

    @property
    def evidence(self) -> Evidence | None:
        """In how many seeds its claims hold, as ``kit claims`` found it with today's code.

        None for a figure of one's own, and where that was not run since the code, or a claim,
        changed.
        """
        from kit.catalogue import evidence

        found = evidence.of(self)
        return found if found and found.covers(self.claims, self.controls) else None

    @property
    def claims_in_words(self) -> tuple[str, ...]:
        """What it claims, with the share of seeds where that is told."""
        found = self.evidence
        return tuple(one.said(found.share(one) if found else "? of ?") for one in self.claims)

    def make(self, lab: Lab | None = None, seed: int | None = None) -> tuple[Figure, Facts]:
        """Run the experiment and draw it.

        Parameters
        ----------
        lab
            Where experiments run and are kept; None runs them anew.
        seed
            Seed of the experiment; None takes the figure's own.

        Returns
        -------
        Figure, facts
        """
        from kit.catalogue.lab import Lab

        seed = self.seed if seed is None else seed
        data, facts = self.measure(lab or Lab(), seed)
        return self.draw(data, facts), facts

    def caption_of(self, facts: Facts) -> str:
        """The caption, with its numbers."""
        return filled(self.caption, facts)

    def alt_of(self, facts: Facts) -> str:
        """The text for who cannot see the figure, with its numbers."""
        return filled(self.alt, facts)
