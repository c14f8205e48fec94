"""Slopes of BLOCK's loss by differences, one-sided and centred, over the step h.

The error of (L(w + h) − L(w))/h falls with h, that of (L(w + h) − L(w − h))/2h with h²; rounding,
ε L/h, grows as h falls. So the best steps are near ε^(1/2) and ε^(1/3) (Press et al. 2007,
"Numerical Recipes", 5.7).
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.board.stage import say, set_stage
from kit.plots.styling import series_styles

__all__ = ["DIFFERENCE_STEPS", "differences_of_block", "draw_steps", "slopes_and_turns"]

DIFFERENCE_STEPS = 10.0 ** np.arange(-12, 0.1, 0.25)
"""The steps h that are tried."""

SAMPLES_CHECKED, WEIGHTS_CHECKED = 20, 24
_PRECISIONS = ("float64", "float32")
_PLACES = {
    ("centred", "float64"): (2e-5, 3e-11, "centred, float64"),
    ("one-sided", "float64"): (4e-6, 1.2e-7, "one-sided,\nfloat64"),
    ("centred", "float32"): (1e-12, 400, "▲ centred, float32"),
    ("one-sided", "float32"): (1e-12, 20, "◆ one-sided, float32"),
}


def differences_of_block(seed: int) -> dict[str, Any]:
    """How far differences are off the tape's gradient, for some weights of BLOCK with tanh.

    Returns
    -------
    dict
        ``errors``: by precision and kind ("centred", "one-sided") the median relative error over
        24 weights, (steps,); ``weights``: how many weights BLOCK has.
    """
    from kit.callbacks import probe
    from kit.callbacks.data import ProbeData
    from kit.datasets.ball import load_data
    from kit.models import build_block
    from kit.training.exact_loss import ExactLoss

    X, y = load_data(n_points=SAMPLES_CHECKED)
    model = build_block("tanh", "glorot_normal", seed=seed)
    exact = ExactLoss(model, ProbeData.of(X, y), probe(model, X, y).loss)
    gradients = exact.gradients()
    rng = np.random.default_rng(seed)
    kernels = [k for k, name in enumerate(exact.names) if name.endswith("kernel")]
    # where the gradient is large: a relative error of next to nothing says nothing
    chosen = []
    for k in kernels:
        large = np.argsort(-np.abs(gradients[k]), axis=None)[: max(4, gradients[k].size // 10)]
        chosen += [(k, int(at)) for at in rng.choice(large, WEIGHTS_CHECKED // len(kernels), False)]
    errors: dict[str, Any] = {}
    for precision in _PRECISIONS:
        weights = [one.astype(precision) for one in exact.weights]
        found = [
            _off(weights, k, at, float(gradients[k].flat[at]), X.astype(precision), y)
            for k, at in chosen
        ]  # each (kinds, steps)
        kinds = np.median(found, axis=0)
        errors[precision] = dict(zip(("centred", "one-sided"), kinds, strict=True))
    return {"errors": errors, "weights": sum(one.size for one in exact.weights)}


def slopes_and_turns(errors: Any, precision: str) -> dict[str, Any]:
    """Facts: slopes over h, best steps, least errors, and with which power of ε the steps go."""
    h = DIFFERENCE_STEPS
    facts: dict[str, Any] = {
        name: {} for name in ("best", "least", "best_32", "least_32", "slope", "power")
    }
    eps = np.finfo(precision).eps / np.finfo(np.float32).eps
    for kind, low in (("one-sided", 1e-4), ("centred", 1e-3)):
        short = kind.replace("-", "_")
        for of, end in ((precision, ""), ("float32", "_32")):
            error = errors[of][kind]
            facts[f"best{end}"][short] = float(h[error.argmin()])
            facts[f"least{end}"][short] = float(error.min())
        error, far = errors[precision][kind], (h > low) & (h < 2e-2)  # where h alone decides
        facts["slope"][short] = float(np.polyfit(np.log(h[far]), np.log(error[far]), 1)[0])
        steps = np.log(facts["best"][short] / facts["best_32"][short])
        facts["power"][short] = float(steps / np.log(eps)) if steps else 0.0
    return facts


def _off(weights: Any, k: int, at: int, right: float, X: Any, y: Any) -> Any:
    """Relative errors of both kinds of differences by one weight, (2, steps)."""
    here = _loss(weights, X, y)
    found = []
    for step in DIFFERENCE_STEPS:
        ends, losses = [], []
        for sign in (1, -1):
            moved = weights[k].copy()
            moved.flat[at] += moved.dtype.type(sign * step)
            ends.append(float(moved.flat[at]))
            losses.append(_loss([*weights[:k], moved, *weights[k + 1 :]], X, y))
        # the step that was made: in float32 the weight may not have moved at all
        wide = [(ends[0] - ends[1]), ends[0] - float(weights[k].flat[at])]
        apart = [losses[0] - losses[1], losses[0] - here]
        found.append([float(a) / w if w else 0.0 for a, w in zip(apart, wide, strict=True)])
    return np.abs(np.array(found).T - right) / abs(right)


def _loss(weights: Any, X: Any, y: Any) -> Any:
    """Binary cross-entropy of BLOCK with tanh, all of it in the weights' precision."""
    a = X
    for w, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        a = np.tanh(a @ w + b)
    z = (a @ weights[-2] + weights[-1])[:, 0]
    losses = np.maximum(z, 0) - z * y.ravel().astype(z.dtype) + np.log1p(np.exp(-np.abs(z)))
    return losses.mean(dtype=z.dtype)


def draw_steps(errors: Any, losses: int) -> Any:
    """The errors over h, in both precisions; beside it how much dearer they are."""
    figure, (ax, cost) = plt.subplots(1, 2, width_ratios=[2.7, 1])
    looks = iter(series_styles(4))
    ax.set(xscale="log", yscale="log", xlabel="step h", ylabel="relative error (log scale)")
    ax.set(ylim=(1e-12, 1e3), title="How far off")
    for precision, kinds in errors.items():
        for kind, error in kinds.items():
            look, seen = next(looks), np.maximum(error, 1e-11)
            ax.plot(DIFFERENCE_STEPS, seen, color=look["color"], ls=look["linestyle"])
            best = int(error.argmin())
            ax.plot(DIFFERENCE_STEPS[best], error[best], look["marker"], color=look["color"], ms=10)
            x, y, words = _PLACES[kind, precision]
            ax.text(
                x, y, words, color=look["color"], fontweight="bold", va="top",
                ha="left" if precision == "float32" or "one" in kind else "center",
            )  # fmt: skip
    set_stage(cost, 10, 22)
    figures = (
        (3.4, f"{losses:,}", 1.5, "bold"),
        (5.6, "losses for all weights\nby centred differences", 0.9, "normal"),
        (9.0, "about 3", 1.5, "bold"),
        (11.2, "such passes for\nbackpropagation", 0.9, "normal"),
        (14.6, "about", 1.1, "normal"),
        (16.5, f"{round(losses / 3, -3):,.0f}", 2.0, "bold"),
        (18.7, "times dearer", 1.3, "bold"),
    )
    for row, text, size, weight in figures:
        say(cost, row, 5, text, size, fontweight=weight)
    cost.set_title("What it costs")
    return figure
