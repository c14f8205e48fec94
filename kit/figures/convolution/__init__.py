"""Figures of the lectures on convolution and pooling."""
