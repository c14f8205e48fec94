"""Data sets of the lectures; none imports Keras when it is imported.

Generated: ball, hypercube, parabola. In packages that are installed with the kit: mnist_sample,
digits. From a file or a download: mnist, fashion_mnist. `handwritten_digits` takes MNIST where it
can be had, else its sample.
`example_recording` is what was measured while a small network learned.
"""

from kit.datasets import (
    ball,
    digits,
    fashion_mnist,
    hypercube,
    mnist,
    mnist_sample,
    parabola,
    preprocess,
)
from kit.datasets.example import example_recording
from kit.datasets.handwritten import handwritten_digits
from kit.datasets.sources import DataError

__all__ = [
    "DataError",
    "ball",
    "digits",
    "example_recording",
    "fashion_mnist",
    "handwritten_digits",
    "hypercube",
    "mnist",
    "mnist_sample",
    "parabola",
    "preprocess",
]
