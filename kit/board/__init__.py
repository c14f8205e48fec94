"""What a lecturer writes on the board, drawn: matrices of numbers, volumes, kernels, networks."""

from kit.board.matrices import plot_matrix
from kit.board.networks import plot_architecture

__all__ = ["plot_architecture", "plot_matrix"]
