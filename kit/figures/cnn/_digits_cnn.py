"""What the figures of the CNN for digits share: its layers, and the words on its training."""

from __future__ import annotations

CNN_LAYERS = ("conv1", "conv2", "o")
NOTE = "{source}; median and range of {networks} networks"
ON_DIGITS = "{source}: {train:,} digits for training, {test:,} for testing, {epochs} epochs"
