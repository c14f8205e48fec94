"""The nine networks that lectures compare: three activations by three initializations.

What they are called, what a quiz on them asks, and how their learning curves are drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.catalogue.quiz import Answer, Quiz

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kit.recordings import Runs

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
    runs: Runs, guessing: float, words: str, label: str, *, panel: int = 0
) -> Figure:
    """Training losses by activation, a panel for each, and by initializer, a curve for each.

    Parameters
    ----------
    runs
        Of all nine, with the parameters activation and initializer, of one seed or several.
    guessing, words
        The loss of a network that learned nothing: a line in each panel; and what that is, below
        it in one of them.
    label
        What the loss is.
    panel
        In which there is room for the words, at the right.
    """
    import matplotlib.pyplot as plt

    from kit.plots import plot_history

    how: Any = {"color": "initializer", "columns": "activation", "scale": "linear"}
    axes = plot_history(runs, metrics="loss", **how)
    for ax in axes:
        ax.axhline(guessing, color=plt.rcParams["text.color"], linewidth=1, linestyle=":")
    axes[panel].annotate(
        words, (1, guessing), xycoords=("axes fraction", "data"), xytext=(0, -8), va="top",
        ha="right", textcoords="offset points", fontsize=plt.rcParams["font.size"] * 0.8,
    )  # fmt: skip
    axes[0].set_ylabel(f"training loss ({label})")
    axes[0].set_ylim(bottom=0)
    _name_curves(axes)
    figure: Figure = axes[0].figure
    return figure


def _name_curves(axes: Any) -> None:
    """In every panel, at the ends of its curves, as short as that there is room for it."""
    from kit.plots.ends import End, name_ends

    for ax in axes:
        for text in [one for one in ax.texts if one.get_text() in INITIALIZERS]:
            text.remove()
        ends = []
        for line in ax.lines:
            name = str(line.get_label())
            if name in INITIALIZERS:
                short = name.removeprefix("Normal ").removesuffix(" normal")
                x, y = line.get_xydata()[-1]
                ends.append(End(float(x), float(y), short, str(line.get_color())))
        name_ends(ax, ends)
