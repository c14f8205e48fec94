"""A network of two hidden layers, backpropagation by hand, and faults planted in it."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from kit.board.stage import new_stage, say
from kit.plots.margins import write_note
from kit.plots.styling import SERIES
from kit.recordings.display import short_number

__all__ = ["FAULTS", "checked", "draw_verdicts"]

FAULTS = {
    "": ("no fault", ""),
    "sign": ("sign", "the sign"),
    "slope": ("slope f′ left out", "without f′(z) of h2"),
    "penalty": ("penalty on b", "a penalty on a bias"),
    "sum": ("sum instead of mean", "times as large: the sum"),
}
"""What was planted, in words, and what the check calls it."""

BACKWARDS = ("o/kernel", "o/bias", "h2/kernel", "h2/bias", "h1/kernel", "h1/bias")
_REACHED = {"": (), "slope": BACKWARDS[2:], "penalty": BACKWARDS[1::2]}
_LABELS = ("W₃", "b₃", "W₂", "b₂", "W₁", "b₁")


def checked(seed: int, bias: float) -> list[dict[str, Any]]:
    """For each fault what the check finds, variable by variable, from the output back.

    Parameters
    ----------
    seed
        Of the weights.
    bias
        The size of the biases, of either sign.

    Returns
    -------
    list of dict
        ``fault``, ``said`` (the first fault, in words), ``named`` (whether that is the planted
        one) and ``cells``: for each variable ``error``, ``wrong``, and whether it is ``reached``.
    """
    from kit.datasets.ball import load_data
    from kit.models import build_block
    from kit.training import check_gradients

    X, y = load_data(n_points=20)
    model = build_block("tanh", "glorot_normal", n_layers=2, units=6, seed=seed)
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        layer.bias.assign(bias * rng.choice((-1.0, 1.0), size=layer.bias.shape))
    found = []
    for fault, (_, called) in FAULTS.items():
        result = check_gradients(model, X, y, gradients=_planting(fault), entries=8)
        of = {one.name: one for one in result.variables}
        said = next((one.fault for one in result.wrong if one.fault), "")
        cells = [
            {
                "error": of[name].error,
                "wrong": of[name].verdict == "wrong",
                "reached": name in _REACHED.get(fault, BACKWARDS),
            }
            for name in BACKWARDS
        ]
        row = {"fault": fault, "said": said, "named": bool(called) and called in said}
        found.append(row | {"cells": cells})
    return found


def _planting(fault: str) -> Any:
    def gradients(W: Any, x: Any, y: Any) -> dict[str, Any]:
        n = len(x)
        a1 = np.tanh(x @ W["h1/kernel"] + W["h1/bias"])
        a2 = np.tanh(a1 @ W["h2/kernel"] + W["h2/bias"])
        a3 = 1 / (1 + np.exp(-(a2 @ W["o/kernel"] + W["o/bias"])))
        delta3 = (a3 - y.reshape(-1, 1)) * (-1 if fault == "sign" else 1)
        delta3 = delta3 / (1 if fault == "sum" else n)
        delta2 = delta3 @ W["o/kernel"].T * (1 if fault == "slope" else 1 - a2**2)
        delta1 = delta2 @ W["h2/kernel"].T * (1 - a1**2)
        found = {}
        for name, a, delta in (("h1", x, delta1), ("h2", a1, delta2), ("o", a2, delta3)):
            found[f"{name}/kernel"] = a.T @ delta
            penalty = 0.1 * W[f"{name}/bias"] if fault == "penalty" else 0
            found[f"{name}/bias"] = delta.sum(axis=0) + penalty
        return found

    return gradients


def draw_verdicts(found: Any) -> Any:
    """A row for each fault, a cell for each variable, and what the check said."""
    figure, stage = new_stage(16.2, 8.0)
    wrong, right = SERIES[1][0], SERIES[2][0]
    say(stage, 0.45, 7.0, "backwards from the output →", 0.95)
    for column, label in enumerate(_LABELS):
        say(stage, 1.15, 4.25 + 1.1 * column, label, 1.1, fontweight="bold")
    say(stage, 1.15, 10.75, "what the check says", 1.0, ha="left", fontweight="bold")
    for k, row in enumerate(found):
        top = 1.75 + 1.25 * k
        say(stage, top + 0.5, 3.4, FAULTS[row["fault"]][0], 1.0, ha="right")
        for column, cell in enumerate(row["cells"]):
            left = 3.7 + 1.1 * column
            color = wrong if cell["wrong"] else right
            stage.add_patch(
                Rectangle(
                    (left, top), 1.02, 1.0, facecolor=color, alpha=0.85 if cell["wrong"] else 0.25,
                    lw=0,
                )
            )  # fmt: skip
            mark = "✗" if cell["wrong"] else "✓"
            words = f"{mark}\n{short_number(cell['error'])}"
            ink = "#FFFFFF" if cell["wrong"] else plt.rcParams["text.color"]
            say(stage, top + 0.5, left + 0.51, words, 0.72, color=ink, linespacing=1.1)
        said = row["said"].split(": the sum")[0] if row["said"] else "right"
        first = next((n for n, c in zip(BACKWARDS, row["cells"], strict=True) if c["wrong"]), "")
        place = _LABELS[BACKWARDS.index(first)] if first else ""
        say(stage, top + 0.5, 10.75, f"{place}: {said}" if place else said, 0.9, ha="left")
    write_note(
        figure,
        "In each cell: the worst difference between the gradient and the centred difference, "
        "divided by the sum of both. ✓ right, ✗ wrong.",
    )
    return figure
