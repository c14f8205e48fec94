"""Models of the lectures, and initializers with a seed for each layer."""

from kit.models.block import build_block
from kit.models.initializers import layer_initializer, layer_seeds

__all__ = ["build_block", "layer_initializer", "layer_seeds"]
