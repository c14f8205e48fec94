"""What is counted and summed: sketches of distributions, convolution and pooling in NumPy."""

from kit.stats.convolution import convolve, output_size, padding_of, pool
from kit.stats.sketch import Sketch
from kit.stats.units import UnitEvidence

__all__ = ["Sketch", "UnitEvidence", "convolve", "output_size", "padding_of", "pool"]
