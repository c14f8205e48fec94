"""What a page of runs reads: every layer's numbers at every capture, shapes of violins, findings.

A row is one quantity of one layer at one capture. Its numbers are those of `Recording.to_frame`, as
float32, with where its violins begin and end; its two shapes, on a ruler and on a logarithm of
magnitudes, are bytes. Rows of a run follow each other by layer, quantity and capture; what was not
measured is NaN. So a row takes 300 characters of the page, however large the layer is, and where
there are too many rows captures are left out, evenly.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.explorer.run_densities import SHAPE_POINTS, shapes, spans
from kit.numerals import general
from kit.quantities import QUANTITIES
from kit.recordings.display import printable
from kit.recordings.gathered import captures_in, sketches_at
from kit.recordings.recording import Recording

__all__ = ["ROW_NUMBERS", "RunPart", "kept_captures", "most_captures", "packed", "rows_of_run"]

_OF_FRAME = (
    *(
        "count",
        "nonfinite",
        "mean",
        "std",
        "rms",
        "min",
        "q05",
        "q25",
        "median",
        "q75",
        "q95",
        "max",
    ),
    *("zero_fraction", "std_samples", "std_units", "saturated", "update"),
)
_OF_VIOLINS = ("low", "high", "log_low", "log_q25", "log_median", "log_q75", "log_high")

ROW_NUMBERS: tuple[str, ...] = (*_OF_FRAME, *_OF_VIOLINS)
"""The numbers of a row, in order: of the tidy table, then the ends of its violins."""

ROW_CHARACTERS = math.ceil((4 * len(ROW_NUMBERS) + 2 * SHAPE_POINTS) * 4 / 3)
"""What a row takes of the page."""

_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class RunPart:
    """What a page has of one run: what JSON holds, and its rows."""

    about: dict[str, object]
    numbers: np.ndarray
    shapes: np.ndarray


def packed(values: np.ndarray) -> str:
    """The bytes of an array in base64; numbers as little-endian float32, bytes as they are.

    Examples
    --------
    >>> packed(np.array([1.0])), packed(np.array([255], np.uint8))
    ('AACAPw==', '/w==')
    """
    if values.dtype != np.uint8:
        with np.errstate(over="ignore"):
            values = values.astype("<f4")
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


def most_captures(rows: Sequence[int], captures: Sequence[int], room: int) -> int:
    """How many captures of a run, at most, are kept so that all rows fit; 0 where two do not.

    Parameters
    ----------
    rows
        Of each run, the rows of a capture.
    captures
        Of each run, how many there are.
    room
        Rows of the page.

    Examples
    --------
    >>> most_captures([30, 30], [101, 11], 1200)
    29
    """

    def needed(most: int) -> int:
        return sum(of_each * min(most, n) for of_each, n in zip(rows, captures, strict=True))

    low, high = 0, max(captures, default=0)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if needed(middle) <= room else (low, middle - 1)
    return low if low >= min(2, max(captures, default=0)) else 0


def kept_captures(
    captures: Sequence[tuple[int, bool]], most: int, marked: Sequence[int] = ()
) -> list[int]:
    """Places of the captures that are kept: evenly spread, the ends of epochs first.

    Parameters
    ----------
    captures
        Of each, its epoch, and whether it stands at the end of it.
    most
        How many are kept; at least 2, where there are as many.
    marked
        Epochs that a finding names: their captures take the place of others.

    Examples
    --------
    >>> kept_captures([(epoch, True) for epoch in range(101)], 5, marked=[30])
    [0, 30, 50, 75, 100]
    """
    count = len(captures)
    if count <= most:
        return list(range(count))
    ends = [k for k, (_, at_end) in enumerate(captures) if at_end]
    pool = ends if len(ends) >= most else list(range(count))
    kept = {pool[int(place)] for place in np.linspace(0, len(pool) - 1, most).round()}
    for epoch in marked:
        at = next((k for k in ends if captures[k][0] == epoch), None)
        if at is None or at in kept:
            continue
        free = kept - {min(kept), max(kept)} - {k for k in kept if captures[k][0] in marked}
        if not free:
            break
        kept -= {min(free, key=lambda k: abs(k - at))}
        kept.add(at)
    return sorted(kept)


def rows_of_run(
    recording: Recording, most: int, found: Mapping[str, object], parameters: Mapping[str, str]
) -> RunPart:
    """What a page has of a run.

    Parameters
    ----------
    recording
        The run.
    most
        Captures that are kept.
    found
        What `kit.explorer.run_findings` has of it.
    parameters
        In words, by name.
    """
    captures, ends = captures_in(recording), set(recording.epochs)
    first_of = {one.epoch: one.step for one in reversed(captures)}
    at_end = [one.epoch in ends and one.step == first_of[one.epoch] for one in captures]
    marks = [one["at"] for one in found["findings"]]  # type: ignore[index, attr-defined]
    places = kept_captures(
        [(one.epoch, end) for one, end in zip(captures, at_end, strict=True)],
        most,
        [one for one in marks if one is not None],
    )
    kept = [captures[k] for k in places]
    when = _when([(one.epoch, one.step) for one in captures], at_end)
    layers = [(name, recording[name]) for name in recording.layers]
    order = [(name, quantity) for name, layer in layers for quantity in layer.quantities]
    numbers, bytes_of = _rows(recording, order, [one.step for one in kept])
    history = recording.history
    about: dict[str, object] = {
        "name": printable(recording.run),
        "parameters": dict(parameters),
        "model": printable(str(recording.info.get("model", ""))),
        "optimizer": _optimizer(recording),
        "samples": captures[-1].samples,
        "finished": recording.finished,
        "captures": [
            {"epoch": one.epoch, "step": one.step, "end": at_end[k], "at": when[k]}
            for one, k in zip(kept, places, strict=True)
        ],
        "of": len(captures),
        "layers": [
            {"name": printable(name), "output": layer.output, "quantities": layer.quantities}
            for name, layer in layers
        ],
        "unheard": {printable(k): printable(v) for k, v in recording.not_heard.items()},
        "losses": {
            "at": packed(np.array(when)),
            "values": packed(np.array([one.loss for one in captures])),
        },
        "history": _history(history),
        **found,
    }
    return RunPart(about, numbers, bytes_of)


def _optimizer(recording: Recording) -> str:
    """The optimizer and its rate, where they were kept."""
    known = recording.info.get("facts", {}).get("optimizer") or {}
    if not isinstance(known, Mapping) or not known.get("name"):
        return ""
    rate = known.get("learning_rate")
    words = f", learning rate {general(rate, 3)}" if isinstance(rate, (int, float)) else ""
    return printable(f"{known['name']}{words}")


def _history(history: pd.DataFrame) -> dict[str, object]:
    """What Keras reported: epochs, and the values of each metric."""
    return {
        "epochs": [int(one) for one in history.index],
        "metrics": {printable(name): packed(history[name].to_numpy()) for name in history.columns},
    }


def _when(captures: Sequence[tuple[int, int]], at_end: Sequence[bool]) -> list[float]:
    """Where captures stand on an axis of epochs: those within one by their steps."""
    known = [(step, epoch) for (epoch, step), end in zip(captures, at_end, strict=True) if end]
    steps = np.array([step for step, _ in known], float)
    epochs = np.array([epoch for _, epoch in known], float)
    if len(known) > 1 and steps[-1] > steps[0]:
        each = (steps[-1] - steps[0]) / max(epochs[-1] - epochs[0], 1)  # steps of an epoch
    else:
        each = float(max((step for _, step in captures), default=0)) + 1.0
    if not known:
        return [round(step / each, 4) for _, step in captures]
    found = np.interp([step for _, step in captures], steps, epochs)
    late = [max(0.0, step - steps[-1]) / each for _, step in captures]
    early = [max(0.0, steps[0] - step) / each for _, step in captures]
    return [round(float(a + b - c), 4) for a, b, c in zip(found, late, early, strict=True)]


def _rows(
    recording: Recording, order: Sequence[tuple[str, str]], steps: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """The rows of a run: numbers (n, ROW_NUMBERS) float64 and shapes (n, 2, SHAPE_POINTS) uint8."""
    place = {key: k * len(steps) for k, key in enumerate(order)}
    turn = {step: k for k, step in enumerate(steps)}
    numbers = np.full((len(order) * len(steps), len(ROW_NUMBERS)), np.nan)
    drawn = np.zeros((len(numbers), 2, SHAPE_POINTS), np.uint8)
    frame = recording.to_frame()
    frame = frame[frame["step"].isin(turn)]
    keys = zip(frame["layer"], frame["quantity"], frame["step"], strict=True)
    at = [place[layer, quantity] + turn[step] for layer, quantity, step in keys]
    values = frame[list(_OF_FRAME)].to_numpy(np.float64)
    # beyond float32 only where a model computes in float64
    numbers[at, : len(_OF_FRAME)] = np.clip(values, -_LARGEST, _LARGEST)
    found = list(sketches_at(recording, turn))
    sketches = [one.sketch for one in found]
    of = [place[one.layer, one.quantity] + turn[one.step] for one in found]
    for log in (False, True):
        ends = spans(sketches, log=log)
        drawn[of, int(log)] = shapes(sketches, ends[:, [0, -1]], log=log)
        names = _OF_VIOLINS[2:] if log else _OF_VIOLINS[:2]
        which = range(5) if log else (0, 4)
        for name, column in zip(names, which, strict=True):
            numbers[of, ROW_NUMBERS.index(name)] = np.clip(ends[:, column], -_LARGEST, _LARGEST)
    return numbers, drawn


def quantities_in_words() -> dict[str, dict[str, str]]:
    """Words, symbols and meanings of the five quantities, by name."""
    from kit.quantities import BY_NAME

    return {
        name: {
            "label": BY_NAME[name].label,
            "plural": BY_NAME[name].plural,
            "symbol": BY_NAME[name].symbol,
            "meaning": BY_NAME[name].meaning,
        }
        for name in QUANTITIES
    }
