"""Functions that draw data on Axes. They know recordings and matplotlib, and no Keras."""

from kit.plots.distributions import layer_panel, plot_epochs, plot_violins
from kit.plots.grids import compare
from kit.plots.history import plot_history
from kit.plots.style import COLORS, style

__all__ = [
    "COLORS",
    "compare",
    "layer_panel",
    "plot_epochs",
    "plot_history",
    "plot_violins",
    "style",
]
