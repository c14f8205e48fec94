"""Figures on networks in which one thing is wrong: what shows it, and the same networks mended."""
