"""What was measured, at one moment and over a run: in memory, in a file, as a table.

Names are loaded when they are first used: the summaries of `display` need no pandas.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kit.recordings.recording import (
        QUANTITIES,
        LayerSketches,
        LayerSnapshot,
        Recording,
        RecordingError,
        RecordingWarning,
        Snapshot,
    )

__all__ = [
    "QUANTITIES",
    "LayerSketches",
    "LayerSnapshot",
    "Recording",
    "RecordingError",
    "RecordingWarning",
    "Snapshot",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("kit.recordings.recording"), name)
    raise AttributeError(f"module 'kit.recordings' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
