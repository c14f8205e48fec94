"""The rules of `kit.diagnosis` as the page reads them: names, thresholds, sources, remedies.

The page asks the rules of networks that it trains itself; what they are called, from when on they
speak and what helps has one home, and this is its copy as JSON.
"""

from __future__ import annotations

from typing import TypedDict

from kit.diagnosis.expected import FITTING
from kit.diagnosis.findings import RULEBOOK

__all__ = ["rule_texts"]


class RuleText(TypedDict):
    """What the page says of one rule."""

    title: str
    asks: str
    threshold: float
    source: str
    remedy: str
    othersFail: str


class RuleTexts(TypedDict):
    """``rules``, by name, in the order in which one causes another; ``fitting``, by activation."""

    rules: dict[str, RuleText]
    fitting: dict[str, str]


def rule_texts() -> RuleTexts:
    """The rules' words and thresholds, and the initializers that fit activations.

    Returns
    -------
    dict
        ``rules``: by the rule's name ``title``, ``asks``, ``threshold``, ``source``, ``remedy`` and
        ``othersFail``, a case on which rules of others are wrong, or empty. ``fitting``: by
        activation the initializer; ``glorot_normal`` for those that are not in it.

    Examples
    --------
    >>> texts = rule_texts()
    >>> texts["rules"]["dead"]["title"], texts["fitting"]["relu"]
    ('dead units', 'he_normal')
    """
    rules: dict[str, RuleText] = {
        name: {
            "title": rule.title,
            "asks": rule.asks,
            "threshold": rule.threshold,
            "source": rule.source,
            "remedy": rule.remedy,
            "othersFail": rule.others_fail,
        }
        for name, rule in RULEBOOK.items()
    }
    return {"rules": rules, "fitting": dict(FITTING)}
