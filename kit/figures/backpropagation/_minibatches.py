"""Gradients of parts of the data, from the inner products of all samples' own gradients.

Sample i's gradient by the weights of a dense layer is its input times its delta, so that the inner
product of two samples' gradients is Σ over the layers of (aᵢ·aⱼ + 1)(δᵢ·δⱼ), the 1 for the biases.
A mean over m of n samples drawn without replacement has the variance of one, times
(n − m)/((n − 1) m) (Cochran 1977, "Sampling Techniques", 2.6).
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from kit.plots.margins import write_note
from kit.plots.styling import series_styles

__all__ = ["SIZES_DRAWN", "draw_minibatches", "gram_of_block", "parts_of"]

SIZES_DRAWN = (1, 2, 5, 10, 32, 100, 200, 500, 800, 950)
_DRAWS = 400


def gram_of_block(seed: int) -> Any:
    """Inner products (n, n) of the samples' gradients: BLOCK, ReLU with He, the ball data."""
    from kit.callbacks import probe
    from kit.datasets.ball import load_data
    from kit.models import build_block

    X, y = load_data()
    snapshot = probe(build_block("relu", "he_normal", seed=seed), X, y)
    gram, entering = 0.0, np.float64(X)
    for name in ("h1", "h2", "h3", "h4", "h5", "o"):
        delta = np.float64(snapshot[name].delta)
        gram = gram + (entering @ entering.T + 1) * (delta @ delta.T)
        entering = np.float64(snapshot[name].activation)
    return gram


def parts_of(gram: Any, seed: int, replacement: bool) -> dict[str, Any]:
    """Errors and angles of the gradients of random parts, by their sizes.

    Returns
    -------
    dict
        ``error``, relative, the root of the mean square over the draws; ``formula`` and ``root``,
        by the formula and by 1/√m; ``angle``, the median in degrees; each (sizes,).
    """
    n = len(gram)
    rng = np.random.default_rng(seed)
    whole = gram.mean()  # the square of the whole gradient
    spread = np.sqrt((np.trace(gram) / n - whole) / whole)
    found: dict[str, Any] = {name: [] for name in ("error", "formula", "root", "angle")}
    for m in SIZES_DRAWN:
        shares = np.zeros((_DRAWS, n))
        for row in shares:
            np.add.at(row, rng.choice(n, m, replace=replacement), 1 / m)
        products = shares @ gram  # (draws, n)
        squares = (products * shares).sum(axis=1)
        along = products.mean(axis=1)
        apart = squares - 2 * along + whole
        found["error"].append(np.sqrt(apart.mean() / whole))
        found["formula"].append(spread * np.sqrt((n - m) / ((n - 1) * m)))
        found["root"].append(spread / np.sqrt(m))
        cosine = along / np.sqrt(squares * whole)
        found["angle"].append(np.median(np.degrees(np.arccos(np.clip(cosine, -1, 1)))))
    return {name: np.array(values) for name, values in found.items()}


def draw_minibatches(found: Any, n: int) -> Any:
    """The error over the size, beside both formulas; and the angle."""
    figure, (left, right) = plt.subplots(1, 2, width_ratios=[3, 2])
    looks = series_styles(2)
    sizes = np.array(SIZES_DRAWN)
    fine = np.geomspace(1, n - 1, 400)
    scale = found["root"][0]
    exact = scale * np.sqrt((n - fine) / ((n - 1) * fine))
    left.plot(fine, exact, color=looks[0]["color"], ls="-")
    left.plot(fine, scale / np.sqrt(fine), color=looks[1]["color"], ls="--")
    left.plot(sizes, found["error"], "o", color=plt.rcParams["text.color"], zorder=4)
    left.set(xscale="log", yscale="log", xlabel="size m of the minibatch (log scale)")
    left.set(ylabel="error ÷ gradient (log scale)", title="How far off, in length")
    words = (
        (260, 0.11, "∝ 1/√m", looks[1]["color"], "left"),
        (2, 0.018, "∝ √((n − m)/((n − 1) m))", looks[0]["color"], "left"),
    )
    for x, y, text, color, side in words:
        left.text(x, y * scale, text, color=color, fontweight="bold", ha=side, va="center")
    right.plot(sizes, found["angle"], "o-", color=plt.rcParams["text.color"])
    right.set(
        xscale="log", xlabel="size m (log scale)", ylabel="median angle to the whole gradient"
    )
    right.set(ylim=(0, 95), yticks=[0, 30, 60, 90], yticklabels=["0°", "30°", "60°", "90°"])
    right.set(title="And in direction")
    write_note(
        figure,
        f"n = {n:,} points. Dots: measured over {_DRAWS} draws, the error as root of the mean "
        "square, the angle as median. Lines: as the formulas say, times the error of one point.",
    )
    return figure
