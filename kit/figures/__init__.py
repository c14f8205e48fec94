"""The catalogue of lecture figures: each computed from a real experiment, with facts and claims.

Importing this loads neither TensorFlow nor matplotlib; a figure loads what it needs.
"""

from kit.figures.catalogue import Claim, LectureFigure, catalogue, find

__all__ = ["Claim", "LectureFigure", "catalogue", "find"]
