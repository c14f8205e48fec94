"""Figures on what theory says of wide random networks, and where networks follow it."""
