"""The five quantities that the kit measures: of each its words, symbol, colour and meaning.

The symbols are those of M. A. Nielsen, "Neural Networks and Deep Learning" (2015), ch. 2, but for
the gradient of the weights, which is that of the compiled loss. The colours are those of M. Okabe
and K. Ito, "Color Universal Design" (2008), which colour-blind readers tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BY_NAME", "IN_PANEL", "OF_KERNEL", "OF_SAMPLES", "QUANTITIES", "Quantity"]


@dataclass(frozen=True)
class Quantity:
    """What is said of one quantity, and its colour.

    Attributes
    ----------
    name
        In code and tables.
    word
        In a sentence or at an axis.
    plural
        Above a plot of many.
    symbol
        In formulas.
    color
        In every figure, as ``#RRGGBB``.
    meaning
        What it is, in a line.

    Examples
    --------
    >>> BY_NAME["activation"].label
    'activation a'
    """

    name: str
    word: str
    plural: str
    symbol: str
    color: str
    meaning: str

    @property
    def label(self) -> str:
        """What an axis says: the word and the symbol."""
        return f"{self.word} {self.symbol}"

    @property
    def magnitude(self) -> str:
        """What an axis of magnitudes says."""
        return f"{self.word} |{self.symbol}|"


QUANTITIES = ("z", "activation", "delta", "weight", "gradient")
"""Their names, in the order in which a pass meets them. What is measured depends on these alone,
and on no colour: so they stand for themselves."""

_Z = Quantity("z", "Z-value", "Z-values", "z", "#0072B2", "z = x W + b, before the activation")
_ACTIVATION = Quantity("activation", "activation", "Activations", "a", "#E69F00", "a = f(z)")
_DELTA = Quantity("delta", "delta", "Deltas", "∂cost/∂z", "#CC79A7", "∂cost_i/∂z of each sample i")
_WEIGHT = Quantity("weight", "weight", "Weights", "W", "#7A7A7A", "the kernel W")
_GRADIENT = Quantity(
    "gradient", "gradient", "Gradients", "∂loss/∂W", "#009E73",
    "∂loss/∂W of the compiled loss, mean over the probe data",
)  # fmt: skip

BY_NAME = {one.name: one for one in (_Z, _ACTIVATION, _DELTA, _WEIGHT, _GRADIENT)}
"""The quantities by name, in that order."""


OF_SAMPLES, OF_KERNEL = QUANTITIES[:3], QUANTITIES[3:]
"""Those with a row for each sample, and those of the kernel's shape."""

IN_PANEL = ("z", "weight", "activation", "gradient")
"""Names of the four in the lecture's 2x2 panel, row by row."""
