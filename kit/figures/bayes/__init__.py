"""Figures of the lectures on Bayesian statistics: what points say of what made them."""
