"""What a lecture figure is, the register of them all, their experiments, and how they are drawn.

Importing this loads neither TensorFlow nor matplotlib; a figure loads what it needs.
"""

from kit.catalogue.animations import LectureAnimation
from kit.catalogue.claims import Claim, Control
from kit.catalogue.evidence import Evidence
from kit.catalogue.lab import Lab
from kit.catalogue.lecture_figure import LectureFigure
from kit.catalogue.many_seeds import Tried, try_seeds
from kit.catalogue.quiz import Answer, Hidden, Quiz
from kit.catalogue.register import ANIMATIONS, CATALOGUE, find, find_animation, topics
from kit.catalogue.spoken import Notes

__all__ = [
    "ANIMATIONS",
    "CATALOGUE",
    "Answer",
    "Claim",
    "Control",
    "Evidence",
    "Hidden",
    "Lab",
    "LectureAnimation",
    "LectureFigure",
    "Notes",
    "Quiz",
    "Tried",
    "find",
    "find_animation",
    "topics",
    "try_seeds",
]
