"""Figures of the lectures on overfitting: what a network learns by heart, and what hinders it."""
