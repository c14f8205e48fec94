"""Figures of the lectures on initialization."""
