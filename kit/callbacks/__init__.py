"""Measuring models: one pass (`probe`, `feature_maps`), and over training (`Recorder`)."""

from kit.callbacks.feature_maps import feature_maps
from kit.callbacks.probe import probe
from kit.callbacks.recorder import Recorder

__all__ = ["Recorder", "feature_maps", "probe"]
