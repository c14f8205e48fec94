"""Numbers as they are printed in books: 1.6×10⁻¹¹, −0.5.

Python writes ``1.6e-11`` and a hyphen for minus. Whatever the kit shows (pictures, captions,
tables) goes through here once it is formatted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["MINUS", "filled", "general", "typeset"]

MINUS = "−"

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_POWER = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)e([+-]?\d+)(?!\w)")
_DIFFERENCE = re.compile(r"(?<=[\w)‖]) - (?=[\w(‖])")
_PERCENT = re.compile(r"(?<=\d) %(?=\W|$)")
_NEGATIVE = re.compile(r"(?<![\w)\]-])-(?=\.?\d|inf\b)")  # no hyphen of a word, no range


def typeset(text: str) -> str:
    """A text whose numbers have a true minus, and their powers of ten in full.

    Parameters
    ----------
    text
        With numbers as `format` makes them; all else stays, the hyphens of words and of ranges too.

    Examples
    --------
    >>> [typeset(text) for text in ("1.6e-11", "-0.5", "1e-05", "-1e+20", "2.0e+03", "12 %")]
    ['1.6×10⁻¹¹', '−0.5', '10⁻⁵', '−10²⁰', '2.0×10³', '12 %']
    >>> typeset("tanh in [-1, 1]: init-tanh-normal-0.1, seeds 1-10")
    'tanh in [−1, 1]: init-tanh-normal-0.1, seeds 1-10'
    >>> typeset("It grows by F - 1.")
    'It grows by F − 1.'
    """
    text = _DIFFERENCE.sub(f" {MINUS} ", _POWER.sub(_as_power, text))
    return _NEGATIVE.sub(MINUS, text)


def filled(template: str, facts: Mapping[str, Any]) -> str:
    """What `str.format` makes of a template, typeset, with percents as `format` writes them.

    Examples
    --------
    >>> filled("{share:.0%} of them, over {percent:g} %", {"share": 0.12, "percent": 5})
    '12% of them, over 5%'
    >>> filled("σ {std[h1]:.2g} in h1, slope {slope:.1f}", {"std": {"h1": 1.62e-11}, "slope": -2})
    'σ 1.6×10⁻¹¹ in h1, slope −2.0'
    """
    return _PERCENT.sub("%", typeset(template.format(**facts)))


def general(value: float, digits: int = 6) -> str:
    """A number with so many digits at most, and none that says nothing.

    Examples
    --------
    >>> general(-2.0), general(0.25), general(1e-7), general(1.618, 2)
    ('−2', '0.25', '10⁻⁷', '1.6')
    """
    return typeset(f"{value + 0.0:.{digits}g}")  # no -0


def _as_power(found: re.Match[str]) -> str:
    digits, power = found[1], f"10{str(int(found[2])).translate(_SUPERSCRIPTS)}"
    return power if digits == "1" else f"{digits}×{power}"
