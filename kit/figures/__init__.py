"""The lecture figures: each computed from a real experiment, with facts and claims.

A folder for each topic, a file for each figure; `kit.catalogue.register` finds them. Importing
this loads neither TensorFlow nor matplotlib; a figure loads what it needs.
"""

from kit.catalogue import CATALOGUE as catalogue
from kit.catalogue import Claim, LectureFigure, find

__all__ = ["Claim", "LectureFigure", "catalogue", "find"]
