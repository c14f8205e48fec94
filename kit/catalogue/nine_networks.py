"""The nine networks that lectures compare: three activations by three initializations.

What they are called, what a quiz on them asks, and how their learning curves are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kit.catalogue.quiz import Answer, Quiz

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["ACTIVATIONS", "GLOROT", "HE", "INITIALIZERS", "NORMAL", "QUIZ_BY_CURVE",
           "QUIZ_BY_PANEL", "RELU", "SIGMOID", "TANH", "draw_nine_curves",
           "network_name", "nine_in_words"]  # fmt: skip

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


def nine_in_words(fact: str, form: str) -> str:
    """A template that says a fact of all nine, for an alt text.

    Examples
    --------
    >>> nine_in_words("loss", ".2f")[:66]
    'sigmoid {loss[sigmoid_normal]:.2f} (Normal), {loss[sigmoid_glorot]'
    """
    rows: list[str] = []
    for row in ACTIVATIONS:
        named = {column: network_name(row, column) for column in INITIALIZERS}
        # the first row says which is which
        words = {column: f" ({column.split()[0]})" if not rows else "" for column in named}
        cells = [f"{{{fact}[{name}]:{form}}}{words[column]}" for column, name in named.items()]
        rows.append(f"{row} {', '.join(cells)}")
    return "; ".join(rows)


def draw_nine_curves(
    losses: Mapping[str, Mapping[str, pd.Series]],
    guessing: float,
    epochs: Sequence[int],
    label: str,
    **look: Any,
) -> Figure:
    """Training losses by activation, a panel for each, and by initializer, a curve for each.

    Parameters
    ----------
    losses
        By the names of activations and initializers, over the epochs.
    guessing
        The loss of a network that learned nothing: a line in each panel.
    epochs
        Those that the axes name.
    label
        What the loss is.
    look
        Of all curves, as ``plot`` takes it.
    """
    import matplotlib.pyplot as plt

    from kit.plots.styling import series_styles

    figure, axes = plt.subplots(1, 3, sharey=True)
    for ax, (row, columns) in zip(axes, losses.items(), strict=True):
        for (column, loss), own in zip(columns.items(), series_styles(3), strict=True):
            ax.plot(loss.index, loss, **own, **look, label=column)
        ax.axhline(guessing, color=plt.rcParams["text.color"], linewidth=1)
        ax.set(title=row, xlabel="epoch")
        ax.set_xticks(epochs)
    axes[0].set_ylabel(f"training loss ({label})")
    axes[0].set_ylim(bottom=0)
    axes[0].legend(loc="lower left", title="initialization", alignment="left")
    return figure
