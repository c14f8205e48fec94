"""Measuring models: one pass (`probe`, `feature_maps`), and over training (`Recorder`).

`LivePanel` is reached from here too. As it draws, it lives in ``kit.live``, which is loaded when
the name is first used.
"""

import importlib
from typing import TYPE_CHECKING

from kit.callbacks.maps import feature_maps
from kit.callbacks.one_pass import probe
from kit.callbacks.recorder import Recorder

if TYPE_CHECKING:
    from kit.live import LivePanel

__all__ = ["LivePanel", "Recorder", "feature_maps", "probe"]


def __getattr__(name: str) -> object:
    if name == "LivePanel":
        return importlib.import_module("kit.live").LivePanel
    raise AttributeError(f"module 'kit.callbacks' has no attribute {name!r}")
