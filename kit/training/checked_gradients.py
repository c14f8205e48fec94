"""What a check of gradients found, variable by variable, as a table and in words."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from kit.recordings.display import short_number

__all__ = ["CheckedGradient", "GradientCheck"]


@dataclass(frozen=True)
class CheckedGradient:
    """What was found for one variable.

    Attributes
    ----------
    layer, variable
        Names; together ``"h1/kernel"``.
    shape
        Of the variable.
    checked
        Number of its elements that were checked.
    error
        The worst of their relative errors, in [0, 1]. Of elements so small that rounding is over
        1e-6 of them, what rounding does not explain.
    element
        Which one that was, an index for each axis.
    given, numeric
        The gradient that was checked there, and by differences.
    verdict
        ``"right"``, ``"doubtful"``, ``"wrong"``, or ``"too small to tell"`` where all differences
        are lost in rounding.
    kinks
        For how many elements some z crossed a kink (ReLU's at 0) between w − h and w + h.
    fault
        What kind of fault it looks like, in words; empty for none and for an unknown one.
    """

    layer: str
    variable: str
    shape: tuple[int, ...]
    checked: int
    error: float
    element: tuple[int, ...]
    given: float
    numeric: float
    verdict: str
    kinks: int
    fault: str = ""

    @property
    def name(self) -> str:
        """Layer and variable."""
        return f"{self.layer}/{self.variable}" if self.layer else self.variable


@dataclass(frozen=True)
class GradientCheck:
    """What `check_gradients` found: a row for each variable, from the input to the output.

    Attributes
    ----------
    variables
        A `CheckedGradient` for each trainable variable.
    losses
        How many losses were computed for the differences.
    precision
        In which they were: ``"float64"``, or another with the reason.
    """

    variables: tuple[CheckedGradient, ...]
    losses: int
    precision: str
    _of: str = field(default="the tape's gradients", repr=False)

    @property
    def right(self) -> bool:
        """Whether nothing is wrong, nor doubtful."""
        return all(one.verdict in ("right", "too small to tell") for one in self.variables)

    @property
    def wrong(self) -> list[CheckedGradient]:
        """Those that are wrong, as backpropagation meets them: from the output to the input."""
        return [one for one in reversed(self.variables) if one.verdict == "wrong"]

    @property
    def worst(self) -> CheckedGradient:
        """The one of the largest error."""
        return max(self.variables, key=lambda one: one.error)

    def to_frame(self) -> pd.DataFrame:
        """A row for each variable, with the attributes of `CheckedGradient` as columns."""
        names = list(CheckedGradient.__dataclass_fields__)
        return pd.DataFrame(
            {name: [getattr(one, name) for one in self.variables] for name in names}
        )

    def __repr__(self) -> str:
        return "\n".join([self._said(), *map(_line, self.variables)])

    def _said(self) -> str:
        wrong = self.wrong
        if wrong:
            first = wrong[0]
            kind = f", which looks like: {first.fault}" if first.fault else ""
            words = (
                f"wrong in {len(wrong)} of {len(self.variables)} variables; coming back from the "
                f"output, the first is {first.name}{kind}"
            )
        else:
            words = "right" if self.right else "not wrong, but doubtful"
            words += f": the worst error is {short_number(self.worst.error)}"
        how = f"{self.losses:,} losses in {self.precision}"
        return f"GradientCheck of {self._of}: {words} ({how})"


def _line(one: CheckedGradient) -> str:
    kinks = f", {one.kinks} at a kink" if one.kinks else ""
    fault = f"; looks like: {one.fault}" if one.fault else ""
    return (
        f"  {one.name}  {one.verdict}: error {short_number(one.error)} at {list(one.element)}, "
        f"{one.checked} checked{kinks}{fault}"
    )
