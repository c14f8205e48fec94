"""The lecture figures: each computed from a real experiment, with facts and claims.

Importing this loads neither TensorFlow nor matplotlib; a figure loads what it needs.
"""

from typing import Any

from kit.catalogue import Claim, LectureFigure

__all__ = ["Claim", "LectureFigure", "catalogue", "find"]


def __getattr__(name: str) -> Any:
    if name in ("catalogue", "find"):
        from kit.catalogue import register

        return getattr(register, name)
    raise AttributeError(f"module 'kit.figures' has no attribute {name!r}")
