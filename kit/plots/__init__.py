"""Functions that draw data on Axes. They know recordings and matplotlib, and no Keras."""

from kit.moved import moved_names
from kit.plots.by_class import plot_losses, plot_probabilities
from kit.plots.comparison import compare
from kit.plots.confusion import plot_confusion
from kit.plots.diagnosed import plot_diagnosis
from kit.plots.distributions import layer_panel, plot_violins
from kit.plots.epochs import plot_epochs
from kit.plots.history import plot_history
from kit.plots.images import plot_images
from kit.plots.planes import plot_decision_boundary, plot_feature_space
from kit.plots.profile import plot_profile
from kit.plots.styling import COLORS, style
from kit.plots.tables import plot_table
from kit.plots.tiles import plot_feature_maps, plot_filters
from kit.plots.twinned import plot_twins

__all__ = [
    "COLORS",
    "compare",
    "layer_panel",
    "plot_confusion",
    "plot_decision_boundary",
    "plot_diagnosis",
    "plot_epochs",
    "plot_feature_maps",
    "plot_feature_space",
    "plot_filters",
    "plot_history",
    "plot_images",
    "plot_losses",
    "plot_probabilities",
    "plot_profile",
    "plot_table",
    "plot_twins",
    "plot_violins",
    "style",
]

__getattr__ = moved_names("kit.plots")
