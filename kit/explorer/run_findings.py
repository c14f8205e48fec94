"""What `kit.diagnose` finds in a run, in words, and where it stands on a page's line of time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kit.numerals import general, typeset
from kit.recordings.display import printable
from kit.recordings.recording import Recording

__all__ = ["findings_of"]

_WHOLE_RUN = ("learning-rate-high", "learning-rate-low", "constant-answer")
"""Rules that speak of no epoch: of the rate, and of the loss in the end."""


def findings_of(recording: Recording) -> dict[str, Any]:
    """What `kit.diagnose` finds in a run, in words and where it stands on the line of time.

    Parameters
    ----------
    recording
        The run.

    Returns
    -------
    dict
        ``findings``, worst first; ``asked``: an empty text, or why nothing could be asked;
        ``notAsked``: by rule, why it could not be.

    Examples
    --------
    >>> from kit.datasets.example import example_recording
    >>> findings_of(example_recording())["asked"]
    ''
    """
    from kit.diagnosis import diagnose  # with Keras

    try:
        with np.errstate(all="ignore"):
            diagnosis = diagnose(recording)
    except (TypeError, ValueError, LookupError, ArithmeticError) as error:
        return {"findings": [], "asked": printable(str(error)) or type(error).__name__,
                "notAsked": {}}  # fmt: skip
    first = recording.epochs[0]
    return {
        "findings": [_in_words(one, first) for one in diagnosis],
        "asked": "",
        "notAsked": {name: printable(why) for name, why in diagnosis.not_asked.items()},
    }


def _in_words(one: Any, first: int) -> dict[str, object]:
    began = one.began
    if began is None and one.name not in _WHOLE_RUN:
        began = first
    return {
        "name": one.name,
        "severity": one.severity,
        "title": one.rule.title,
        "words": printable(typeset(one.words)),
        "layer": None if one.layer is None else printable(one.layer),
        "measured": _figure(one.measured),
        "predicted": _figure(one.predicted),
        "threshold": _figure(one.threshold),
        "asks": one.rule.asks,
        "remedy": one.remedy,
        "source": one.source,
        "at": began,
        "passed": one.passed,
    }


def _figure(value: float | None) -> str | None:
    """A number in words; None where there is none."""
    if value is None or math.isnan(value):
        return None
    return general(value, 3).replace("inf", "∞")
