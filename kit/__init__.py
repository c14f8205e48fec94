"""Keras Teaching Kit: see inside a network, layer by layer and epoch by epoch.

Names are loaded when they are first used, so that ``import kit`` needs neither TensorFlow nor
matplotlib.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from kit.moved import MODULES, find_moved_modules

if TYPE_CHECKING:  # what checkers and editors know of the names below
    from kit import (
        board,
        callbacks,
        catalogue,
        datasets,
        diagnosis,
        explorer,
        figures,
        films,
        models,
        plots,
        recordings,
        sheets,
        slides,
        stats,
        training,
    )
    from kit.callbacks import probe
    from kit.diagnosis import diagnose
    from kit.explorer import explore
    from kit.recordings import Prediction, Recording, RecordingError, Runs, Snapshot, load_runs
    from kit.stats import Sketch
    from kit.training import check_gradients, predict, sweep, train_together, twin

__version__ = "0.2.0"

_NAMES = {
    "Prediction": "kit.recordings",
    "Recording": "kit.recordings",
    "RecordingError": "kit.recordings",
    "Runs": "kit.recordings",
    "Sketch": "kit.stats",
    "Snapshot": "kit.recordings",
    "check_gradients": "kit.training",
    "diagnose": "kit.diagnosis",
    "explore": "kit.explorer",
    "load_runs": "kit.recordings",
    "predict": "kit.training",
    "probe": "kit.callbacks",
    "sweep": "kit.training",
    "train_together": "kit.training",
    "twin": "kit.training",
}
__all__ = [
    "Prediction",
    "Recording",
    "RecordingError",
    "Runs",
    "Sketch",
    "Snapshot",
    "board",
    "callbacks",
    "catalogue",
    "check_gradients",
    "datasets",
    "diagnose",
    "diagnosis",
    "explore",
    "explorer",
    "figures",
    "films",
    "load_runs",
    "models",
    "plots",
    "predict",
    "probe",
    "recordings",
    "sheets",
    "slides",
    "stats",
    "sweep",
    "train_together",
    "training",
    "twin",
]

find_moved_modules()


def __getattr__(name: str) -> object:
    if name in _NAMES:
        return getattr(importlib.import_module(_NAMES[name]), name)
    if name in __all__ or f"kit.{name}" in MODULES:
        return importlib.import_module(f"kit.{name}")
    raise AttributeError(f"module 'kit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
