"""Measuring: one pass over probe data (`probe`), and a Keras callback that repeats it."""

from kit.callbacks.probe import probe
from kit.callbacks.recorder import Recorder

__all__ = ["Recorder", "probe"]
