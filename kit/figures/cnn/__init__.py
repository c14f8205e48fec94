"""Figures of the lectures on convolutional networks."""
