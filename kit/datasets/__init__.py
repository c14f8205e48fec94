"""Data sets of the lectures; none needs a network, and none imports Keras when it is imported."""

from kit.datasets import ball, digits, hypercube, parabola

__all__ = ["ball", "digits", "hypercube", "parabola"]
