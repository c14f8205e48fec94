"""What is counted, summed and foretold: sketches, convolution and pooling in NumPy, theory."""

from kit.stats.convolution import convolve, output_size, padding_of, pool
from kit.stats.likeness import copies_of, effective_rank
from kit.stats.medians import MedianInterval, median_interval
from kit.stats.nonlinearities import Nonlinearity, nonlinearity
from kit.stats.sketch import Sketch
from kit.stats.theory import (
    MeanField,
    correlation_map,
    critical_line,
    mean_field,
    second_moment,
    slope_moment,
)
from kit.stats.units import UnitEvidence

__all__ = [
    "MeanField",
    "MedianInterval",
    "Nonlinearity",
    "Sketch",
    "UnitEvidence",
    "convolve",
    "copies_of",
    "correlation_map",
    "critical_line",
    "effective_rank",
    "mean_field",
    "median_interval",
    "nonlinearity",
    "output_size",
    "padding_of",
    "pool",
    "second_moment",
    "slope_moment",
]
