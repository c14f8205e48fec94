"""Models of the lectures, their initializers and optimizers; what one is made of, what fools it."""

from kit.models.adversarial_inputs import adversarial
from kit.models.autoencoders import KLSparsity, build_autoencoder
from kit.models.block import build_block
from kit.models.convolutional import build_lenet5, build_mnist_cnn, build_toy_convnet
from kit.models.dense import build_mlp
from kit.models.description import LayerDescription, describe
from kit.models.initializers import layer_initializer, layer_seeds
from kit.models.optimizers import RMSpropNesterov, Rprop
from kit.moved import moved_names

__all__ = [
    "KLSparsity",
    "LayerDescription",
    "RMSpropNesterov",
    "Rprop",
    "adversarial",
    "build_autoencoder",
    "build_block",
    "build_lenet5",
    "build_mlp",
    "build_mnist_cnn",
    "build_toy_convnet",
    "describe",
    "layer_initializer",
    "layer_seeds",
]

__getattr__ = moved_names("kit.models")
