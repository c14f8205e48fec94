"""Measuring models: one pass (`probe`, `feature_maps`), and over training (`Recorder`).

Of binary classifiers, what they make of samples and of the plane of two inputs: `represent`, and
over training `RepresentationRecorder`.

`LivePanel` is reached from here too. As it draws, it lives in ``kit.live``, which is loaded when
the name is first used.
"""

import importlib
from typing import TYPE_CHECKING

from kit.callbacks.maps import feature_maps
from kit.callbacks.one_pass import probe
from kit.callbacks.recorder import Recorder
from kit.callbacks.representing import RepresentationRecorder, represent

if TYPE_CHECKING:
    from kit.live import LivePanel

__all__ = [
    "LivePanel",
    "Recorder",
    "RepresentationRecorder",
    "feature_maps",
    "probe",
    "represent",
]


def __getattr__(name: str) -> object:
    if name == "LivePanel":
        return importlib.import_module("kit.live").LivePanel
    raise AttributeError(f"module 'kit.callbacks' has no attribute {name!r}")
