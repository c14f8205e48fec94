"""Figures of the lectures on saturation, and on the loss that undoes it."""
