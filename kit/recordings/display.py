"""Short summaries of recordings, snapshots and lecture figures: HTML in a notebook, else text.

What is summed up is asked for its public attributes; this room imports none of it. The HTML is one
element with its style within, in the colours of the page, so that it reads on light and on dark
ones and needs nothing from elsewhere.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kit.numerals import typeset
from kit.quantities import OF_KERNEL, OF_SAMPLES, QUANTITIES

if TYPE_CHECKING:
    from kit.recordings.recording import Recording
    from kit.recordings.snapshot import LayerSnapshot, Snapshot
    from kit.stats.sketch import Sketch

__all__ = [
    "Summary",
    "of_figure",
    "of_recording",
    "of_snapshot",
    "printable",
    "short_number",
    "shortened",
]

TEXT_ROWS, HTML_ROWS = 6, 30
"""Layers that a summary shows; of the others it tells the number."""

_NAME = 32  # characters of a layer's name in text
_UNHEARD, _REASON = 3, 120  # layers that are named as not heard, and characters of a reason
_SPREAD = "standard deviation σ"
_NOT_FINITE = " ✕"


class Figure(Protocol):
    """What is asked of a lecture figure."""

    @property
    def id(self) -> str:
        """Its name in the catalogue."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def topic(self) -> str:
        """The folder that it stands in."""

    @property
    def lectures(self) -> Sequence[str]:
        """Those that show it."""

    @property
    def digits(self) -> bool:
        """Whether it shows digits."""

    @property
    def claims_in_words(self) -> Sequence[str]:
        """What it says of its data."""


@dataclass(frozen=True)
class Summary:
    """What is told of an object.

    Attributes
    ----------
    title
        The first line.
    lines
        Sentences below it.
    caption, head, rows
        A table: what it shows, its columns, and cells that begin with the row's name.
    points
        A list.
    notes
        Sentences below the table or the list.
    command
        What to type into a shell.

    Examples
    --------
    >>> print(Summary("Snapshot", ("loss 0.7",), "σ", ("layer", "z"), (("h1", "1.5"),)).text())
    Snapshot
    loss 0.7
    σ
    layer    z
    h1     1.5
    """

    title: str
    lines: tuple[str, ...] = ()
    caption: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    points: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    command: str = ""

    def text(self) -> str:
        """The summary in a few lines of plain text."""
        lines = [self.title, *self.lines]
        if self.rows:
            short = [(shortened(row[0], _NAME), *row[1:]) for row in self.rows]
            lines += [self.caption, *_columns([self.head, *short])]
        lines += [f"- {point}" for point in self.points]
        lines += self.notes
        return "\n".join([*lines, self.command] if self.command else lines)

    def html(self) -> str:
        """The summary as one HTML element, every text escaped."""
        escape = html.escape
        parts = [f"<b>{escape(self.title)}</b>", *(f"<br>{escape(line)}" for line in self.lines)]
        if self.rows:
            parts.append(self._table())
        if self.points:
            items = "".join(f"<li>{escape(point)}</li>" for point in self.points)
            parts.append(f'<ul style="margin:0.3em 0">{items}</ul>')
        parts += [f"<div>{escape(note)}</div>" for note in self.notes]
        if self.command:
            parts.append(f"<div><code>{escape(self.command)}</code></div>")
        return f'<div style="line-height:1.45;overflow-x:auto">{"".join(parts)}</div>'

    def _table(self) -> str:
        line = ";border-bottom:1px solid currentColor"
        head = _html_row("col", 'th scope="col"', self.head, line)
        body = "".join(_html_row("row", "td", cells) for cells in self.rows)
        return (
            # a table does not inherit everywhere what the text around it has
            '<table style="border-collapse:collapse;margin:0.4em 0;color:inherit;'
            'font-size:inherit;font-variant-numeric:tabular-nums;white-space:nowrap">'
            f'<caption style="text-align:left;color:inherit">{html.escape(self.caption)}</caption>'
            f"<thead>{head}</thead><tbody>{body}</tbody></table>"
        )


def of_recording(recording: Recording | None, most: int = HTML_ROWS) -> Summary:
    """What there is to tell of a Recording, which may be empty or closed.

    Parameters
    ----------
    recording
        A `kit.Recording`; None is one that is still to begin.
    most
        Layers shown.

    Examples
    --------
    >>> from kit.recordings.recording import Recording
    >>> print(of_recording(Recording.create()).text())
    Recording 'run-1' in memory: no capture yet
    """
    if recording is None:
        return Summary("Recording: not begun; it is there once training begins")
    title = f"Recording {recording.run!r} in {recording.path or 'memory'}"
    try:
        epochs = recording.epochs
        if not epochs:
            return Summary(f"{title}: no capture yet")
        return _of_captures(recording, title, epochs, most)
    except ValueError as error:  # a RecordingError: closed, replaced, or damaged
        return Summary(f"{title}: cannot be read", (str(error),))


def of_snapshot(snapshot: Snapshot, most: int = HTML_ROWS) -> Summary:
    """What there is to tell of a Snapshot.

    Parameters
    ----------
    snapshot
        A `kit.Snapshot`.
    most
        Layers shown.

    Examples
    --------
    >>> import numpy as np
    >>> from kit.recordings import LayerSnapshot, Snapshot
    >>> layer = LayerSnapshot("h1", 0, z=np.ones((4, 2)))
    >>> print(of_snapshot(Snapshot([layer], loss=0.7, samples=4)).text())
    Snapshot of 4 samples, loss 0.7
    shapes, and standard deviation σ
    layer  output  kernel  z σ
    h1     (4, 2)       –    0
    """
    title = f"Snapshot of {snapshot.samples:,} samples, loss {snapshot.loss:.3g}"
    has = _having(snapshot)
    rows = [
        (
            printable(name),
            _shape(snapshot[name], OF_SAMPLES),
            _shape(snapshot[name], OF_KERNEL),
            *(
                _spread(snapshot.sketch(quantity, name)) if name in names else "–"
                for quantity, names in has.items()
            ),
        )
        for name in snapshot.layers[:most]
    ]
    return Summary(
        title,
        caption=f"shapes, and {_SPREAD}",
        head=("layer", "output", "kernel", *(f"{quantity} σ" for quantity in has)),
        rows=tuple(rows),
        notes=_notes(rows, len(snapshot.layers), snapshot.not_heard),
    )


def of_figure(figure: Figure) -> Summary:
    """What there is to tell of a lecture figure that is not drawn yet.

    Parameters
    ----------
    figure
        A `kit.figures.LectureFigure`.

    Examples
    --------
    >>> from kit.figures import catalogue
    >>> print(of_figure(catalogue["init-zeros"]).text().splitlines()[-1])
    kit figures init-zeros
    """
    by = ", ".join(figure.lectures)
    lines = [f"topic {figure.topic}; in the lectures of {by}" if by else f"topic {figure.topic}"]
    if figure.digits:
        lines.append("shows MNIST where it can be had, else 5,000 digits of it")
    if figure.claims_in_words:
        lines.append("What it claims of the data, checked whenever it is drawn:")
    return Summary(
        f"{figure.title} ({figure.id})",
        tuple(lines),
        points=tuple(figure.claims_in_words),
        command=f"kit figures {figure.id}",
    )


def short_number(value: float) -> str:
    """Two significant digits, as short as can be read.

    Examples
    --------
    >>> [short_number(value) for value in (0.03162, 1.44e-11, 0.5, 314.2, 0)]
    ['0.032', '1.4×10⁻¹¹', '0.50', '314', '0']
    """
    if not math.isfinite(value):  # of no finite value
        return "–"
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e4:
        digits = max(0, 1 - math.floor(math.log10(abs(value))))
        return typeset(f"{value:.{digits}f}")
    return typeset(f"{value:.1e}")


def printable(name: str) -> str:
    r"""A name on one line: what cannot be seen is written out.

    Examples
    --------
    >>> print(printable("dense_1"), printable("a\nb"))
    dense_1 a\nb
    """
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in name)


def _of_captures(recording: Recording, title: str, epochs: list[int], most: int) -> Summary:
    losses, history = recording.losses, recording.history
    first, last = epochs[0], epochs[-1]
    many = f"epochs {first} to {last}" if last > first else f"epoch {first}"
    captures = f"{len(losses):,} capture{'s' if len(losses) > 1 else ''}"
    ends = " → ".join(f"{loss:.3g}" for loss in losses["loss"].iloc[[0, -1][: len(losses)]])
    lines = [
        f"{many}, {captures} of {int(losses['samples'].iloc[-1]):,} samples, probe loss {ends}"
    ]
    if len(history):
        told = ", ".join(f"{name} {value:.3g}" for name, value in history.iloc[-1].items())
        lines.append(f"reported for epoch {history.index[-1]}: {told}")
    has = _having(recording)

    def cell(quantity: str, name: str) -> str:
        if name not in has[quantity]:
            return "–"
        spreads = [
            _spread_at(recording, quantity, name, epoch) for epoch in dict.fromkeys((first, last))
        ]
        return " → ".join(spreads)

    layers = recording.layers
    rows = [
        (printable(name), *(cell(quantity, name) for quantity in has)) for name in layers[:most]
    ]
    at = f"at epoch {first} → {last}" if last > first else f"at epoch {first}"
    return Summary(
        title,
        tuple(lines),
        caption=f"{_SPREAD} {at}",
        head=("layer", *has),
        rows=tuple(rows),
        notes=_notes(rows, len(layers), recording.not_heard),
    )


def _having(data: Recording | Snapshot) -> dict[str, list[str]]:
    """By quantity that there is, the layers that have it."""
    found = {quantity: data.layers_with(quantity) for quantity in QUANTITIES}
    return {quantity: names for quantity, names in found.items() if names}


def _notes(
    rows: Iterable[Sequence[str]], layers: int, not_heard: Mapping[str, str]
) -> tuple[str, ...]:
    rows = list(rows)
    notes = []
    if layers > len(rows):
        notes.append(f"and {layers - len(rows)} more layers")
    if any(_NOT_FINITE in cell for row in rows for cell in row[1:]):
        notes.append("✕: some values are not finite; σ is that of the others")
    if not_heard:
        notes.append(_unheard(not_heard))
    return tuple(notes)


def _unheard(not_heard: Mapping[str, str]) -> str:
    """Which layers could not be heard, and why: the first few."""
    told = []
    for name, reason in list(not_heard.items())[:_UNHEARD]:
        short = reason if len(reason) <= _REASON else reason[: _REASON - 1] + "…"
        told.append(f"{shortened(printable(name), _NAME)} ({printable(short)})")
    if len(not_heard) > _UNHEARD:
        told.append(f"and {len(not_heard) - _UNHEARD:,} more")
    return f"not heard: {'; '.join(told)}"


def _spread_at(recording: Recording, quantity: str, layer: str, epoch: int) -> str:
    try:
        return _spread(recording.sketch(quantity, layer, epoch))
    except ValueError:  # not at this epoch
        return "–"


def _spread(sketch: Sketch) -> str:
    return short_number(sketch.std) + (_NOT_FINITE if sketch.nonfinite else "")


def _shape(entry: LayerSnapshot, quantities: Sequence[str]) -> str:
    for quantity in quantities:
        array = getattr(entry, quantity)
        if array is not None:
            return str(tuple(array.shape))
    return "–"


def shortened(name: str, most: int) -> str:
    """A name; of one that is longer than `most` the end, which tells it from its neighbours.

    Examples
    --------
    >>> shortened("encoder/block/dense_1", 8)
    '…dense_1'
    """
    return name if len(name) <= most else "…" + name[1 - most :]


def _html_row(scope: str, tag: str, cells: Sequence[str], more: str = "") -> str:
    """A row of a table, whose first cell names it."""
    style = f"padding:0.15em 0.7em;border:0{more}"
    first = f'<th scope="{scope}" style="{style};text-align:left">{html.escape(cells[0])}</th>'
    others = [
        f'<{tag} style="{style};text-align:right">{html.escape(cell)}</{tag[:2]}>'
        for cell in cells[1:]
    ]
    return f"<tr>{first}{''.join(others)}</tr>"


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines, the first column flush left, the others flush right."""
    first, *others = ([max(map(len, column)), *column] for column in zip(*rows, strict=True))
    columns = [[cell.ljust(first[0]) for cell in first[1:]]]
    columns += [[cell.rjust(width) for cell in cells] for width, *cells in others]
    return ["  ".join(cells) for cells in zip(*columns, strict=True)]
