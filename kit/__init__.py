"""Keras Teaching Kit: see inside a network, layer by layer and epoch by epoch.

Names are loaded when they are first used, so that ``import kit`` needs neither TensorFlow nor
matplotlib.
"""

from __future__ import annotations

import importlib
from typing import Any

from kit.moved import MODULES, find_moved_modules

__version__ = "0.1.0"

_NAMES = {
    "Recording": "kit.recordings",
    "RecordingError": "kit.recordings",
    "Sketch": "kit.stats",
    "Snapshot": "kit.recordings",
    "probe": "kit.callbacks",
}
_ROOMS = (
    *("stats", "recordings", "datasets", "models", "callbacks", "plots", "board", "films"),
    *("catalogue", "figures", "slides"),
)

__all__ = ["Recording", "RecordingError", "Sketch", "Snapshot", "probe", *_ROOMS]  # noqa: PLE0604

find_moved_modules()


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(importlib.import_module(_NAMES[name]), name)
    if name in _ROOMS or f"kit.{name}" in MODULES:
        return importlib.import_module(f"kit.{name}")
    raise AttributeError(f"module 'kit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
