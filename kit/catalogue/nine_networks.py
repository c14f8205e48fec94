"""The nine networks that lectures compare: three activations by three initializations.

What they are called, and what a quiz on them asks.
"""

from __future__ import annotations

from kit.catalogue.quiz import Answer, Quiz

__all__ = ["ACTIVATIONS", "GLOROT", "HE", "INITIALIZERS", "NORMAL", "QUIZ_BY_CURVE",
           "QUIZ_BY_PANEL", "RELU", "SIGMOID", "TANH", "network_name"]  # fmt: skip

ACTIVATIONS = {"sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu"}
INITIALIZERS: dict[str, float | str] = {
    "Normal σ = 0.01": 0.01,
    "Glorot normal": "glorot_normal",
    "He normal": "he_normal",
}
_SHORT = {"Normal σ = 0.01": "normal", "Glorot normal": "glorot", "He normal": "he"}

SIGMOID = Answer("sigmoid", r"(?i:\bsigmoid\b)")
TANH = Answer("tanh", r"(?i:\btanh\b)")
RELU = Answer("ReLU", r"(?i:\brelu\b)")
NORMAL = Answer("Normal σ = 0.01", r"(\bNormal )?σ = 0\.01\b|\bNormal\b")
GLOROT = Answer("Glorot normal", r"\bGlorot( normal)?\b")
HE = Answer("He normal", r"\bHe( normal)?\b")
_NINE = (SIGMOID, TANH, RELU, NORMAL, GLOROT, HE)

QUIZ_BY_PANEL = Quiz(
    "Which activations are (1), (2), (3), which initializations (4), (5), (6)?", _NINE
)
QUIZ_BY_CURVE = Quiz(
    "Which activations are the panels (1), (2), (3), which initializations (4), (5), (6)?", _NINE
)


def network_name(activation: str, initializer: str) -> str:
    """The name of a network in facts.

    Examples
    --------
    >>> network_name("ReLU", "He normal")
    'relu_he'
    """
    return f"{activation.lower()}_{_SHORT[initializer]}"
