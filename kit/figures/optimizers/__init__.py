"""Figures of the lectures on optimizers: what each makes of the gradients that it is given."""
