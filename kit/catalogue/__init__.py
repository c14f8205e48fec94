"""What a lecture figure is, the register of them all, their experiments, and how they are drawn.

Importing this loads neither TensorFlow nor matplotlib; a figure loads what it needs.
"""

from kit.catalogue.lecture_figure import Claim, LectureFigure

__all__ = ["Claim", "LectureFigure"]
