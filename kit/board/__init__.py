"""What a lecturer writes on the board, drawn: matrices of numbers, volumes, kernels, networks."""

from kit.board.matrices import plot_matrix
from kit.board.networks import plot_architecture
from kit.board.wiring import place_of, plot_network

__all__ = ["place_of", "plot_architecture", "plot_matrix", "plot_network"]
