"""What is counted and summed: sketches of distributions."""

from kit.stats.sketch import Sketch

__all__ = ["Sketch"]
