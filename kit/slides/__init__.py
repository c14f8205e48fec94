"""What goes into slides: the decks of the lecture figures, quizzes and handouts.

Names are loaded when they are first used: python-pptx is an extra.
"""

from __future__ import annotations

import importlib
from typing import Any

from kit.moved import moved_names

__all__ = ["Made", "check_slides", "make_slides", "write_diagnosis"]


def __getattr__(name: str) -> Any:
    if name == "write_diagnosis":
        return importlib.import_module("kit.slides.findings_slide").write_diagnosis
    if name in __all__:
        return getattr(importlib.import_module("kit.slides.lecture"), name)
    return moved_names("kit.slides", 4)(name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
