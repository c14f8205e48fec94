"""`diagnose`: what is wrong with a network, why, and what helps."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pandas as pd

from kit.callbacks import probe
from kit.callbacks.data import Inputs, ProbeData, Targets
from kit.callbacks.network_facts import network_facts
from kit.checks import shown
from kit.diagnosis.expected import gradient_norms
from kit.diagnosis.findings import RULEBOOK, SEVERITIES, Finding
from kit.diagnosis.judging import JUDGES
from kit.diagnosis.moments import Moment, moments_of
from kit.diagnosis.view import View
from kit.recordings.recording import Recording
from kit.recordings.snapshot import Snapshot

if TYPE_CHECKING:
    from kit.plots.diagnosed import Drawing

__all__ = ["Diagnosis", "diagnose"]

_LATE = len(RULEBOOK) - 2.5
"""What begins in the course of training comes after what was there before, and after its rate."""

_MOST_LINES = 12
_COLUMNS = ("delta", "signal", "weight", "dead", "saturated", "copies", "update")


@dataclass(frozen=True)
class Diagnosis:
    """What was found, worst first.

    Attributes
    ----------
    findings
        Faults, then warnings, then hints; among equals that first which causes the others.
    subject
        What was diagnosed, in words.
    not_asked
        By rule, why it could not be asked.
    view
        What the rules looked at; None where nothing was measured.
    """

    findings: list[Finding]
    subject: str
    not_asked: dict[str, str] = field(default_factory=dict)
    view: View | None = field(default=None, repr=False, compare=False)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __bool__(self) -> bool:
        """Whether anything was found that is more than a hint."""
        return any(one.severity != "hint" for one in self.findings)

    def __str__(self) -> str:
        lines = [f"{self.subject}: {self._verdict()}"]
        room = (_MOST_LINES - 2) // 2
        for number, one in enumerate(self.findings[:room], 1):
            lines += [f"{number}. {one}", f"   try: {one.remedy}"]
        if len(self.findings) > room:
            lines.append(f"and {len(self.findings) - room} more")
        if self.not_asked:
            lines.append(f"not asked: {', '.join(self.not_asked)}")
        return "\n".join(lines)

    __repr__ = __str__

    def _verdict(self) -> str:
        counts = {
            one: sum(finding.severity == one for finding in self.findings) for one in SEVERITIES
        }
        told = [f"{n} {one}{'s' * (n > 1)}" for one, n in counts.items() if n]
        return ", ".join(told) or "nothing found"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{one.severity}</td><td><b>{html.escape(one.rule.title)}</b></td>"
            f"<td>{html.escape(one.words)}</td><td>{html.escape(one.remedy)}</td></tr>"
            for one in self.findings
        )
        head = "<tr><th></th><th>what</th><th>shown by</th><th>what helps</th></tr>"
        table = f"<table>{head}{rows}</table>" if rows else ""
        left = f"<p>not asked: {html.escape(', '.join(self.not_asked))}</p>" * bool(self.not_asked)
        title = f"<p><b>{html.escape(self.subject)}</b>: {self._verdict()}</p>"
        return f'<div style="text-align: left">{title}{table}{left}{self._picture()}</div>'

    def _picture(self) -> str:
        """The drawing, for a notebook; nothing where there is none to draw."""
        if not self.findings or self.view is None or not len(self.layers()):
            return ""
        from kit.plots.diagnosed import picture_of  # with matplotlib

        words = f"gradients by layer of {self.subject}, beside theory's"
        data = base64.b64encode(picture_of(*self._drawn())).decode()
        return f'<img alt="{html.escape(words)}" src="data:image/png;base64,{data}">'

    def layers(self) -> pd.DataFrame:
        """What the rules looked at: a row for each hidden layer, at the first and the last moment.

        Columns: ``epoch``, ``layer``; ``delta``, the norm of a sample's delta, and ``expected``,
        what theory has of it at that moment, from the last layer's on; ``signal``, the part of z's
        std across samples; ``weight``, the rms of the kernel; the shares ``dead``, ``saturated``
        and ``copies``; ``update``, what the kernel changed since the capture before. NaN
        where there is none.
        """
        rows = []
        for moment in [] if self.view is None else _ends_of(self.view):
            expected = gradient_norms(self.view.facts, moment)  # type: ignore[union-attr]
            last = moment.hidden[-1].delta if moment.hidden else math.nan
            for one in moment.hidden:
                row = {name: getattr(one, name) for name in _COLUMNS}
                theory = last * expected.get(one.name, math.nan)
                rows.append({"epoch": moment.epoch, "layer": one.name, "expected": theory, **row})
        columns = ["epoch", "layer", "delta", "expected", *_COLUMNS[1:]]
        return pd.DataFrame(rows, columns=columns)

    def _drawn(self) -> tuple[pd.DataFrame, pd.DataFrame | None, float | None]:
        table = self.layers()
        if self.view is None or not len(table):
            raise ValueError(f"there are no hidden layers to draw of {self.subject!r}")
        return table, self.view.history if self.view.is_run else None, self.view.constant

    def plot(self) -> Drawing:
        """Draw gradients by layer beside theory's, and losses or shares; a matplotlib Figure.

        Raises
        ------
        ValueError
            Where nothing was measured, or there are no hidden layers.
        """
        from kit.plots import plot_diagnosis  # with matplotlib

        return plot_diagnosis(*self._drawn())

    def to_frame(self) -> pd.DataFrame:
        """A row for each finding: its numbers beside the threshold, source and remedy."""
        columns = ["name", "severity", "layer", "measured", "predicted", "threshold", "began",
                   "passed", "words", "source", "remedy"]  # fmt: skip
        rows = [[getattr(one, column) for column in columns] for one in self.findings]
        return pd.DataFrame(rows, columns=columns)


def diagnose(
    subject: keras.Model | Snapshot | Recording,
    x: Inputs | None = None,
    y: Targets | None = None,
    *,
    sample_weight: Targets | None = None,
) -> Diagnosis:
    """Tell what is wrong with a network, why, and what helps.

    A model is measured on data, once: before training it tells what will keep it from learning. A
    recording is judged over its epochs: when something began, whether it passed, and by rates and
    losses too. Rules, thresholds and their sources are `kit.diagnosis.RULEBOOK`.

    Parameters
    ----------
    subject
        A compiled, built Keras model, left as it was; what `kit.probe` gave, of which less can be
        asked; or a `Recording`.
    x, y, sample_weight
        With a model, as for `kit.probe`; else None.

    Returns
    -------
    Diagnosis

    Raises
    ------
    TypeError, ValueError
        For another subject, data where there is no model, and as `kit.probe`.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data()
    >>> print(diagnose(build_block("relu", "he_normal", seed=1), X, y))
    block: nothing found
    not asked: overfitting
    >>> diagnose(build_block("tanh", "zeros", seed=1), X, y).findings[0].name
    'copies'
    """
    if isinstance(subject, keras.Model):
        return _of_model(subject, x, y, sample_weight)
    for name, given in (("x", x), ("y", y), ("sample_weight", sample_weight)):
        if given is not None:
            raise ValueError(
                f"`{name}` must be left out where no model is given; got {shown(given)}"
            )
    if isinstance(subject, Snapshot):
        view = View({}, moments_of(subject, {}), pd.DataFrame(), is_run=False, untrained=False)
        return _judged(view, "snapshot")
    if not isinstance(subject, Recording):
        raise TypeError(
            f"`subject` must be a Keras model, a snapshot or a Recording; got {shown(subject)}"
        )
    if not subject.epochs:
        raise ValueError("`subject` must have at least one capture; got a recording without any")
    facts = subject.info.get("facts", {})
    moments = moments_of(subject, _activations(facts))
    begins = moments[0].epoch == 0
    view = View(facts, moments, subject.history, is_run=True, untrained=begins)
    return _judged(view, str(subject.info.get("model", "recording")))


def _ends_of(view: View) -> list[Moment]:
    return [view.first] if len(view.moments) == 1 else [view.first, view.last]


def _of_model(
    model: keras.Model, x: Inputs | None, y: Targets | None, sample_weight: Targets | None
) -> Diagnosis:
    if x is None:
        raise TypeError("`x` must be samples on which the model is measured; got None")
    for name, given in (("x", x), ("y", y)):
        holes = _holes(given)
        if holes:
            words = f"{holes:,} values of `{name}` are NaN or infinite"
            return Diagnosis(
                [Finding("non-finite", "fault", words, None, holes, None, 0.0)], model.name
            )
    snapshot = probe(model, x, y, sample_weight=sample_weight)
    facts = network_facts(model, ProbeData.of(x, y, sample_weight))
    steps = getattr(getattr(model, "optimizer", None), "iterations", None)
    fresh = steps is None or int(steps.numpy()) == 0
    moments = moments_of(snapshot, _activations(facts))
    return _judged(View(facts, moments, pd.DataFrame(), False, fresh), model.name)


def _holes(given: Any) -> int:
    """Values of an array that are NaN or infinite."""
    if given is None or not hasattr(given, "dtype"):
        return 0
    values = np.asarray(given)
    return int((~np.isfinite(values)).sum()) if values.dtype.kind == "f" else 0


def _activations(facts: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["activation"] for one in facts.get("layers", [])}


_NEEDS = {
    "output": ("output", "loss"),
    "inputs": ("inputs",),
    "initialization": ("layers",),
    "dead": ("layers",),
    "learning-rate-high": ("optimizer",),
    "learning-rate-low": ("optimizer",),
    "constant-answer": ("constant_loss",),
}


def _judged(view: View, subject: str) -> Diagnosis:
    found: list[Finding] = []
    not_asked = {}
    for name, judge in JUDGES.items():
        missing = [one for one in _NEEDS.get(name, ()) if one not in view.facts]
        if missing:
            not_asked[name] = f"not known: {', '.join(missing)}"
        else:
            found += judge(view)
    if not view.trained_long:
        not_asked["overfitting"] = "there was no training to judge by"
    elif "val_loss" not in view.history:
        not_asked["overfitting"] = "there is no validation loss"
    order = list(RULEBOOK)
    start = view.first.epoch

    def place(one: Finding) -> tuple[int, float]:
        late = one.began is not None and one.began > start and one.name != "overfitting"
        return SEVERITIES.index(one.severity), order.index(one.name) + _LATE * late

    return Diagnosis(sorted(found, key=place), subject, not_asked, view)
