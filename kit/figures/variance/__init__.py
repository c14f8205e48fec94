"""Figures of the lecture's derivation: variances through a layer, and what theory predicts."""
