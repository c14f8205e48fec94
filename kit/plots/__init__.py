"""Functions that draw data on Axes. They know recordings and matplotlib, and no Keras."""

from kit.moved import moved_names
from kit.plots.comparison import compare
from kit.plots.confusion import plot_confusion
from kit.plots.distributions import layer_panel, plot_violins
from kit.plots.epochs import plot_epochs
from kit.plots.history import plot_history
from kit.plots.images import plot_images
from kit.plots.profile import plot_profile
from kit.plots.styling import COLORS, style
from kit.plots.tables import plot_table
from kit.plots.tiles import plot_feature_maps, plot_filters

__all__ = [
    "COLORS",
    "compare",
    "layer_panel",
    "plot_confusion",
    "plot_epochs",
    "plot_feature_maps",
    "plot_filters",
    "plot_history",
    "plot_images",
    "plot_profile",
    "plot_table",
    "plot_violins",
    "style",
]

__getattr__ = moved_names("kit.plots")
