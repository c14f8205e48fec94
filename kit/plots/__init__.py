"""Functions that draw data on Axes. They know recordings and matplotlib, and no Keras."""

from kit.plots.animation import (
    Animation,
    animate_epochs,
    animate_growth,
    animate_history,
    animate_kernel,
    animate_panel,
)
from kit.plots.architecture import plot_architecture
from kit.plots.confusion import plot_confusion
from kit.plots.distributions import layer_panel, plot_epochs, plot_violins
from kit.plots.grids import compare
from kit.plots.history import plot_history
from kit.plots.images import plot_images
from kit.plots.matrices import plot_matrix
from kit.plots.style import COLORS, style
from kit.plots.tiles import plot_feature_maps, plot_filters

__all__ = [
    "COLORS",
    "Animation",
    "animate_epochs",
    "animate_growth",
    "animate_history",
    "animate_kernel",
    "animate_panel",
    "compare",
    "layer_panel",
    "plot_architecture",
    "plot_confusion",
    "plot_epochs",
    "plot_feature_maps",
    "plot_filters",
    "plot_history",
    "plot_images",
    "plot_matrix",
    "plot_violins",
    "style",
]
