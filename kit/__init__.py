"""Keras Teaching Kit: see inside a network, layer by layer and epoch by epoch.

Names are loaded when they are first used, so that ``import kit`` needs neither TensorFlow nor
matplotlib.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_NAMES = {
    "Recording": "kit.recording",
    "RecordingError": "kit.recording",
    "Sketch": "kit.sketch",
    "Snapshot": "kit.recording",
    "probe": "kit.callbacks",
}
_ROOMS = ("callbacks", "datasets", "figures", "models", "plots", "recording", "sketch", "slides")

__all__ = ["Recording", "RecordingError", "Sketch", "Snapshot", "probe", *_ROOMS]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(importlib.import_module(_NAMES[name]), name)
    if name in _ROOMS:
        return importlib.import_module(f"kit.{name}")
    raise AttributeError(f"module 'kit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
