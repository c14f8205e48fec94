"""Lecture figures: from a loss back to every weight."""
