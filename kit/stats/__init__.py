"""What is counted and summed: sketches of distributions, convolution and pooling in NumPy."""

from kit.stats.convolution import convolve, output_size, padding_of, pool
from kit.stats.sketch import Sketch

__all__ = ["Sketch", "convolve", "output_size", "padding_of", "pool"]
