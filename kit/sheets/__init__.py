"""Spreadsheets whose formulas compute what a network computes: what ``kit export`` writes.

Names are loaded when they are first used: XlsxWriter, which writes them, is an extra.
"""

from __future__ import annotations

import importlib

__all__ = ["SPREADSHEETS", "write_spreadsheet"]


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(importlib.import_module("kit.sheets.shelf"), name)
    raise AttributeError(f"module 'kit.sheets' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
