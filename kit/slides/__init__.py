"""What goes into slides: the decks of the lecture figures, and animations.

Names are loaded when they are first used: python-pptx is an extra.
"""

from __future__ import annotations

import importlib
from typing import Any

_NAMES = {
    "ANIMATIONS": "kit.slides.animations",
    "LectureAnimation": "kit.slides.animations",
    "find_animation": "kit.slides.animations",
    "Made": "kit.slides.lecture",
    "make_slides": "kit.slides.lecture",
}

__all__ = ["ANIMATIONS", "LectureAnimation", "Made", "find_animation", "make_slides"]


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(importlib.import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'kit.slides' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
