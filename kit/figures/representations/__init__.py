"""Figures on what inputs are made of before and inside a network: preparing, coding."""
