"""What a lecturer says to a figure: where to look, the point, and what it is often taken for."""

from __future__ import annotations

from dataclasses import dataclass, fields

from kit.catalogue.claims import Facts
from kit.numerals import filled

__all__ = ["SPOKEN", "Notes"]

SPOKEN = {"look": "Look", "point": "The point", "misconception": "Often thought"}
"""Each part of the notes, and what stands before it."""


@dataclass(frozen=True)
class Notes:
    """To be spoken while a figure is shown, in whole sentences.

    Each is a template that `str.format` fills from the facts, so that no number in it is stale.

    Attributes
    ----------
    look
        What to look at, and what to ask before it is told.
    point
        What is to be seen, with the number that says how much.
    misconception
        What a listener may wrongly take from it, and why that is wrong.

    Examples
    --------
    >>> notes = Notes("Look at h1.", "Its std is {std:.1f}.", "It is not the mean.")
    >>> notes.said({"std": 0.52})
    {'look': 'Look at h1.', 'point': 'Its std is 0.5.', 'misconception': 'It is not the mean.'}
    """

    look: str
    point: str
    misconception: str

    def said(self, facts: Facts) -> dict[str, str]:
        """Each part, with its numbers."""
        return {one.name: filled(getattr(self, one.name), facts) for one in fields(self)}
