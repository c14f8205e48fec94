"""The typeface of figures: Fira Sans, which was drawn for screens, with its mathematical signs.

It comes with the package ``fontpkg-fira-sans`` (SIL Open Font License 1.1). What it does not have
(∇, ∗, ∈) is taken, sign by sign, from DejaVu Sans, which comes with matplotlib; so is all where the
package is not there.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from matplotlib import font_manager

__all__ = ["families"]

PACKAGE, FAMILY, FALLBACK = "fontpkg_fira_sans", "Fira Sans", "DejaVu Sans"

_CUTS = ("Regular", "Bold", "Italic", "BoldItalic")
"""No figure needs more; a family with all its weights would be chosen from by rules of its own."""


def families() -> list[str]:
    """The families for ``font.family``, the first that has a sign writes it.

    Examples
    --------
    >>> families()[-1]
    'DejaVu Sans'
    """
    return [FAMILY, FALLBACK] if _is_known() else [FALLBACK]


@cache
def _is_known() -> bool:
    """Make the cuts known to matplotlib, once; whether they are there."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        return False
    folder = Path(found.origin).parent / "files"
    files = [folder / f"{FAMILY.replace(' ', '')}-{cut}.ttf" for cut in _CUTS]
    if not all(file.is_file() for file in files):
        return False
    for file in files:
        font_manager.fontManager.addfont(file)
    return True
