"""The tidy table of what stands in a recording, and the numbers in it that must agree."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.recordings.common import COLUMNS
from kit.recordings.errors import unpacking
from kit.recordings.reading import TABLE, StoredRun
from kit.stats.sketch import QUANTILES

__all__ = ["frame_of", "joined"]

_WHOLE = ("capture_id", "layer_index", "rank", "count", "nonfinite", "zeros")
_ASCENDING = ["min", *QUANTILES, "max"]
_REAL = ["mean", "std", "rms", *_ASCENDING, "zero_fraction", "m2"]
_REAL += ["std_samples", "std_units", "saturated", "update"]


def frame_of(
    stored: StoredRun, quantity: str | None = None, layer: str | None = None
) -> pd.DataFrame:
    """The tidy table of a run, or of one quantity or layer of it.

    Raises
    ------
    RecordingError
        If the file is damaged.
    """
    captures, layers, rows = stored.table()
    frame = pd.DataFrame(rows, columns=list(TABLE)).rename(columns={"updated": "update"})
    with unpacking(stored.path):
        frame = frame.astype(dict.fromkeys(_REAL, "float64"))
        if len(frame):
            for name in _WHOLE:
                if frame[name].dtype.kind != "i":
                    raise ValueError(f"its column {name} must have whole numbers")
            _check_numbers(frame)
        names = {one.place: name for name, one in layers.items()}
        of_id = {one.id: one for one in captures}
        found = [of_id[key] for key in frame["capture_id"].tolist()]
        frame["layer"] = [names[place] for place in frame["layer_index"].tolist()]
    frame["run"] = stored.run
    for name in ("epoch", "step"):
        frame[name] = np.array([getattr(one, name) for one in found], np.int64)
    order = np.lexsort([frame[name] for name in ("rank", "layer_index", "epoch", "step")])
    frame = frame.iloc[order]
    for name, wanted in (("quantity", quantity), ("layer", layer)):
        if wanted is not None:
            frame = frame[frame[name] == wanted]
    return frame[COLUMNS].reset_index(drop=True)


def joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """The tables of several runs as one, with the columns of each even where there are none."""
    some = [frame for frame in frames if len(frame)]
    if some:
        return pd.concat(some, ignore_index=True)
    return pd.DataFrame(columns=COLUMNS).astype(
        dict.fromkeys([name for name in _REAL if name in COLUMNS], "float64")
    )


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
