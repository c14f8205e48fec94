"""Models of the lectures, their initializers and optimizers; what one is made of, what fools it.

`adversarial` is reached from here too. As it checks data as whoever measures does, it lives in
``kit.training``, which is loaded when the name is first used.
"""

import importlib
from typing import TYPE_CHECKING

from kit.models.autoencoders import KLSparsity, build_autoencoder
from kit.models.block import build_block
from kit.models.convolutional import build_lenet5, build_mnist_cnn, build_toy_convnet
from kit.models.dense import build_mlp
from kit.models.description import LayerDescription, describe
from kit.models.initializers import layer_initializer, layer_seeds
from kit.models.optimizers import RMSpropNesterov, Rprop
from kit.moved import moved_names

if TYPE_CHECKING:
    from kit.training.adversarial_inputs import adversarial

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


def __getattr__(name: str) -> object:
    if name == "adversarial":
        return importlib.import_module("kit.training.adversarial_inputs").adversarial
    return moved_names("kit.models", 4)(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
