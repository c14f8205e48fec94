"""Old names of modules and functions: they work, and say with a DeprecationWarning what to write.

How long they stay is written in CONTRIBUTING.md. This table and the rooms above it are the only
places that know an old name.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["MODULES", "NAMES", "find_moved_modules", "moved_names"]

MODULES = {
    "kit.recording": "kit.recordings",
    "kit.sketch": "kit.stats.sketch",
    "kit.figures.experiments": "kit.catalogue.lab",
    "kit.figures.lecture_figure": "kit.catalogue.lecture_figure",
    "kit.figures.regenerate": "kit.catalogue.rendering",
}
"""Modules that README or docs promised, and where what was in them is now."""

NAMES = {
    "kit.models": dict.fromkeys(("convolve", "output_size", "padding_of", "pool"), "kit.stats"),
    "kit.plots": {
        "Animation": "kit.films",
        "animate_epochs": "kit.films",
        "animate_growth": "kit.films",
        "animate_history": "kit.films",
        "animate_kernel": "kit.films",
        "animate_panel": "kit.films",
        "plot_architecture": "kit.board",
        "plot_matrix": "kit.board",
    },
    "kit.recordings.recording": {
        "QUANTITIES": "kit.recordings",
        "LayerSnapshot": "kit.recordings",
        "Snapshot": "kit.recordings",
    },
    "kit.slides": {
        "ANIMATIONS": "kit.catalogue",
        "LectureAnimation": "kit.catalogue",
        "find_animation": "kit.catalogue",
    },
}
"""Names that a room no longer has, by room, and the room that has them now."""


def moved_names(room: str, level: int = 3) -> Callable[[str], Any]:
    """A module's ``__getattr__`` that leads old names of a room to where they are now.

    The warning is that of the line `level` calls up; one more where another function asks this one.
    """

    def find(name: str) -> Any:
        if name not in NAMES[room]:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        _warn(f"{room}.{name}", f"{NAMES[room][name]}.{name}", level)
        return getattr(importlib.import_module(NAMES[room][name]), name)

    return find


def _warn(old: str, new: str, level: int) -> None:
    warnings.warn(f"`{old}` is now `{new}`", DeprecationWarning, stacklevel=level)


class _Moved(MetaPathFinder, Loader):
    """Finds a module under its old name: one whose names are those of the new one."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname in MODULES else None

    def exec_module(self, module: ModuleType) -> None:
        new = MODULES[module.__name__]
        # the frames in between are the import system's, which `warnings` leaves out
        _warn(module.__name__, new, 3)
        found = importlib.import_module(new)
        module.__doc__ = found.__doc__
        module.__dict__.update(
            {name: getattr(found, name) for name in dir(found) if not name.startswith("__")}
        )


def find_moved_modules() -> None:
    """Let ``import`` find modules under their old names, after all that are really there."""
    if not any(isinstance(finder, _Moved) for finder in sys.meta_path):
        sys.meta_path.append(_Moved())
