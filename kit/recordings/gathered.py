"""The sketches of some captures of a run, read at one go: all layers, all quantities.

`Recording.sketches` reads one quantity of one layer; whoever makes a page of a whole run, or of a
sweep, wants thousands, and not of every capture.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kit.recordings.bulk import TABLE, Capture
from kit.recordings.errors import unpacking

if TYPE_CHECKING:
    from kit.recordings.recording import Recording
    from kit.stats.sketch import Sketch

__all__ = ["Measurement", "captures_in", "sketches_at"]

_AT_ONCE = 50  # captures of one question: SQLite takes 999 values, and what comes back takes memory
_COLUMNS = (*TABLE, "bins")
_LAYER, _QUANTITY = _COLUMNS.index("layer_index"), _COLUMNS.index("quantity")


class Measurement(NamedTuple):
    """One quantity of one layer at one capture."""

    step: int
    layer: str
    quantity: str
    sketch: Sketch


def captures_in(recording: Recording) -> list[Capture]:
    """The captures of a recording in the order of their steps; of one step the last.

    Parameters
    ----------
    recording
        To be read.

    Raises
    ------
    RecordingError
        If the file is damaged.

    Examples
    --------
    >>> from kit.datasets.example import example_recording
    >>> [(one.epoch, one.step) for one in captures_in(example_recording())][:3]
    [(0, 0), (1, 32), (2, 64)]
    """
    return list({one.step: one for one in recording._stored.captures()}.values())


def sketches_at(recording: Recording, steps: Collection[int]) -> Iterator[Measurement]:
    """All sketches of the captures at some steps.

    Parameters
    ----------
    recording
        To be read.
    steps
        Training batches done at the captures that are wanted.

    Yields
    ------
    Measurement
        Capture by capture, in the order in which they were written, each with its sketch.

    Raises
    ------
    RecordingError
        If the file is damaged.

    Examples
    --------
    >>> from kit.datasets.example import example_recording
    >>> found = list(sketches_at(example_recording(), [0]))
    >>> len(found), found[0].layer, found[0].quantity
    (20, 'h1', 'z')
    """
    at = recording._stored
    wanted = [one for one in captures_in(recording) if one.step in steps]
    names = {layer.place: name for name, layer in at.layers().items()}
    for first in range(0, len(wanted), _AT_ONCE):
        step_of = {one.id: one.step for one in wanted[first : first + _AT_ONCE]}
        with at.moment():
            found = at._select(
                f"SELECT {', '.join(_COLUMNS)} FROM sketches"
                f" WHERE capture_id IN ({', '.join('?' * len(step_of))})"
                " ORDER BY capture_id, +rowid",  # as they were written, whatever index is read
                *step_of,
            )
        for row, sketch in zip(found, at._sketches(found), strict=True):
            with unpacking(at.path):
                yield Measurement(step_of[row[1]], names[row[_LAYER]], row[_QUANTITY], sketch)
