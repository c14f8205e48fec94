"""The tidy tables of what stands in recordings, and the numbers in them that must agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.recordings import bulk
from kit.recordings.bulk import TABLE, Capture, StoredLayer
from kit.recordings.common import COLUMNS
from kit.recordings.errors import Row, unpacking
from kit.stats.sketch import QUANTILES

if TYPE_CHECKING:
    from kit.recordings.store import Store

__all__ = ["frame_of", "history_of", "losses_of"]

_WHOLE = ("capture_id", "layer_index", "rank", "count", "nonfinite", "zeros")
_ASCENDING = ["min", *QUANTILES, "max"]
_REAL = ["mean", "std", "rms", *_ASCENDING, "zero_fraction", "m2"]
_REAL += ["std_samples", "std_units", "saturated", "update"]
_Layers = Mapping[int, Mapping[str, StoredLayer]]


def frame_of(
    store: Store,
    runs: Mapping[int, str],
    quantity: str | None = None,
    layer: str | None = None,
    epochs: Collection[int] | None = None,
) -> pd.DataFrame:
    """The tidy table of runs, or of one quantity or layer of them.

    Parameters
    ----------
    store
        An open recording.
    runs
        Names of the runs by their numbers, in the order that is wanted.
    quantity, layer
        None takes all.
    epochs
        Those at whose ends captures stand; None takes all captures.

    Raises
    ------
    RecordingError
        If the file is damaged.
    """
    with bulk.moment(store, runs) as rows:
        captures, layers = bulk.captures_of(store, rows), bulk.layers_of(store, rows)
        frames = []
        for here, found in bulk.sketches_of(store, captures):
            with unpacking(store.path):
                frame = _frame(found, here, layers, runs)
            if epochs is not None:
                frame = frame[_at_ends(frame, here, runs, epochs)]
            for name, wanted in (("quantity", quantity), ("layer", layer)):
                if wanted is not None:
                    frame = frame[frame[name] == wanted]
            frames.append(frame)
    some = [frame for frame in frames if len(frame)]
    if some:
        return pd.concat(some, ignore_index=True)
    return pd.DataFrame(columns=COLUMNS).astype(
        dict.fromkeys([name for name in _REAL if name in COLUMNS], "float64")
        | dict.fromkeys(("epoch", "step"), "int64")
    )


def _frame(
    found: Sequence[Row], captures: Sequence[Capture], layers: _Layers, runs: Mapping[int, str]
) -> pd.DataFrame:
    """The table of some runs from their rows of sketches; a ValueError where it is damaged."""
    frame = pd.DataFrame(found, columns=list(TABLE)).rename(columns={"updated": "update"})
    frame = frame.astype(dict.fromkeys(_REAL, "float64"))
    if len(frame):
        for name in _WHOLE:
            if frame[name].dtype.kind != "i":
                raise ValueError(f"its column {name} must have whole numbers")
        _check_numbers(frame)
    of_id = {one.id: one for one in captures}
    at = [of_id[key] for key in frame["capture_id"].tolist()]
    names = {(own, one.place): name for own, some in layers.items() for name, one in some.items()}
    places = frame["layer_index"].tolist()
    frame["layer"] = [names[one.run_id, place] for one, place in zip(at, places, strict=True)]
    frame["run"] = [runs[one.run_id] for one in at]
    for name in ("epoch", "step"):
        frame[name] = np.array([getattr(one, name) for one in at], np.int64)
    turn = {own: k for k, own in enumerate(runs)}
    order = [frame[name] for name in ("rank", "layer_index", "epoch", "step")]
    return frame.iloc[np.lexsort([*order, [turn[one.run_id] for one in at]])][COLUMNS]


def _at_ends(
    frame: pd.DataFrame,
    captures: Sequence[Capture],
    runs: Mapping[int, str],
    epochs: Collection[int],
) -> list[bool]:
    """Which rows are of a capture at the end of one of these epochs."""
    ends: dict[tuple[str, int], int] = {}
    for one in captures:  # in the order of their steps; of several the first, as for a Recording
        if not one.within and one.epoch in epochs:
            ends.setdefault((runs[one.run_id], one.epoch), one.step)
    where = zip(frame["run"].tolist(), frame["epoch"].tolist(), frame["step"].tolist(), strict=True)
    return [ends.get((run, epoch)) == step for run, epoch, step in where]


def losses_of(store: Store, runs: Mapping[int, str]) -> pd.DataFrame:
    """The probe's loss at each capture of runs: columns run, epoch, step, loss, samples."""
    with bulk.moment(store, runs) as rows:
        captures = bulk.captures_of(store, rows)
    names = ["epoch", "step", "loss", "samples"]
    found = [
        (runs[own], *(getattr(one, name) for name in names))
        for own, some in captures.items()
        for one in some
    ]
    return pd.DataFrame(found, columns=["run", *names]).astype({"loss": "float64"})


def history_of(store: Store, runs: Mapping[int, str]) -> pd.DataFrame:
    """What Keras reported in runs: columns run, epoch, and one for each metric; NaN without."""
    with bulk.moment(store, runs) as rows:
        histories = bulk.histories_of(store, rows)
    found = [
        {**values, "run": runs[own], "epoch": epoch}
        for own, table in histories.items()
        for epoch, values in table.items()
    ]
    kinds = {"run": "str", "epoch": "int64"}
    kinds |= {name: "float64" for one in found for name in one if name not in kinds}
    return pd.DataFrame(found, columns=list(kinds)).astype(kinds)


def _check_numbers(frame: pd.DataFrame) -> None:
    """Refuse numbers that contradict each other."""
    some = frame["count"] > 0
    with np.errstate(all="ignore"):
        std = ((frame["m2"] / frame["count"]) ** 0.5).where(some)
        pairs = {
            "std": std,
            "rms": np.hypot(frame["mean"].to_numpy(), std.to_numpy()),
            "zero_fraction": (frame["zeros"] / frame["count"]).where(some),
        }
        agree = {
            name: np.isclose(frame[name], wanted, rtol=1e-9, atol=0, equal_nan=True)
            for name, wanted in pairs.items()
        }
        steps = np.diff(frame[_ASCENDING].to_numpy(), axis=1)
    agree["min to max"] = ((steps >= 0).all(axis=1)) | ~some
    agree["zeros"] = frame["zeros"].between(0, frame["count"]) & (frame["nonfinite"] >= 0)
    wrong = [name for name, good in agree.items() if not np.all(good)]
    if wrong:
        raise ValueError(f"numbers contradict each other: {', '.join(wrong)}")
