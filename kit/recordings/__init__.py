"""What was measured, at one moment and over a run: in memory, in a file, as a table.

Names are loaded when they are first used: the summaries of `display` need no pandas.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kit.quantities import QUANTITIES
    from kit.recordings.common import LayerSketches
    from kit.recordings.errors import RecordingError, RecordingWarning
    from kit.recordings.layer_recording import LayerRecording
    from kit.recordings.listing import read_frame
    from kit.recordings.prediction import Prediction
    from kit.recordings.recording import Recording
    from kit.recordings.representation import Representation
    from kit.recordings.runs import Runs, load_runs
    from kit.recordings.snapshot import LayerSnapshot, Snapshot

__all__ = [
    "QUANTITIES",
    "LayerRecording",
    "LayerSketches",
    "LayerSnapshot",
    "Prediction",
    "Recording",
    "RecordingError",
    "RecordingWarning",
    "Representation",
    "Runs",
    "Snapshot",
    "load_runs",
    "read_frame",
]

_HOMES = {
    "QUANTITIES": "kit.quantities",
    "LayerRecording": "kit.recordings.layer_recording",
    "LayerSketches": "kit.recordings.common",
    "LayerSnapshot": "kit.recordings.snapshot",
    "Prediction": "kit.recordings.prediction",
    "Recording": "kit.recordings.recording",
    "RecordingError": "kit.recordings.errors",
    "RecordingWarning": "kit.recordings.errors",
    "Representation": "kit.recordings.representation",
    "Runs": "kit.recordings.runs",
    "Snapshot": "kit.recordings.snapshot",
    "load_runs": "kit.recordings.runs",
    "read_frame": "kit.recordings.listing",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kit.recordings' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
