"""Models of the lectures, and what convolution does to sizes."""

from kit.models.arithmetic import convolve, output_size, padding_of, pool
from kit.models.block import build_block
from kit.models.convolutional import build_lenet5, build_mnist_cnn, build_toy_convnet
from kit.models.description import LayerDescription, describe
from kit.models.initializers import layer_initializer, layer_seeds

__all__ = [
    "LayerDescription",
    "build_block",
    "build_lenet5",
    "build_mnist_cnn",
    "build_toy_convnet",
    "convolve",
    "describe",
    "layer_initializer",
    "layer_seeds",
    "output_size",
    "padding_of",
    "pool",
]
