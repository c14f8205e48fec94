"""Figures of the lectures on vanishing and exploding gradients, and on the ReLU family."""
