"""What Keras's regularizers add to the loss before training, in the listings of two lectures."""

from __future__ import annotations

from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np

from kit.plots.styling import SERIES

__all__ = ["GUESSING", "added_before_training", "draw_added", "glorot_expects"]
__all__ += ["outputs_off", "squares_of_outputs"]

GUESSING = float(np.log(10))
"""Cross-entropy of one in ten."""

_OUTPUTS, _INPUTS = 256, 32


def added_before_training(units: int, seed: int) -> dict[str, float]:
    """By part of a listing what it adds to the loss, at Glorot's start and with biases of 0.

    Parameters
    ----------
    units
        Of the layer on 784 inputs; the lecture has 600.
    seed
        Of weights and inputs, normal numbers.
    """
    make = keras.regularizers
    x = np.random.default_rng(seed).normal(size=(256, 784)).astype(np.float32)
    found = {
        "wide_l2": _added(units, x, seed, kernel_regularizer=make.L2(0.01)),
        "wide_l1": _added(units, x, seed, kernel_regularizer=make.L1(0.01)),
        "kernel": _added(_OUTPUTS, x[:, :_INPUTS], seed, kernel_regularizer=make.L1(0.001)),
        "bias": _added(_OUTPUTS, x[:, :_INPUTS], seed, bias_regularizer=make.L2(0.1)),
    }
    for m in (32, 256):
        batch = x[:m, :_INPUTS]
        found[f"outputs_{m}"] = _added(_OUTPUTS, batch, seed, activity_regularizer=make.L2(0.01))
    return found


def squares_of_outputs(samples: int, seed: int) -> float:
    """λ Σa² of a batch of the second listing, computed from its weights."""
    x = np.random.default_rng(seed).normal(size=(256, 784))[:samples, :_INPUTS]
    kernel = keras.initializers.GlorotUniform(seed=seed)((_INPUTS, _OUTPUTS))
    return float(0.01 * ((x @ keras.ops.convert_to_numpy(kernel)) ** 2).sum())


def outputs_off(added: dict[str, float], seed: int) -> float:
    """By what share the penalty on outputs is off their squares' sum (older Keras), or mean."""
    off = []
    for m in (32, 256):
        share = added[f"outputs_{m}"] / squares_of_outputs(m, seed)
        off.append(min(abs(share - 1), abs(share * m - 1)))
    return max(off)


def _added(units: int, x: np.ndarray, seed: int, **penalty: Any) -> float:
    draw = keras.initializers.GlorotUniform(seed=seed)
    layer = keras.layers.Dense(units, kernel_initializer=draw, **penalty)
    layer(x)
    return float(sum(float(one) for one in layer.losses))


def glorot_expects(units: int, inputs: int, strength: float) -> dict[str, float]:
    """λ Σ|w| and λ Σw² of uniform weights in ±√(6 / (inputs + units)), expected."""
    limit = (6 / (inputs + units)) ** 0.5
    many = strength * units * inputs
    return {"l1": many * limit / 2, "l2": many * limit**2 / 3}


def draw_added(facts: Any) -> Any:
    """A bar for each regularizer on a logarithmic axis, and the loss of guessing beside them."""
    added = facts["added"]
    rows: tuple[tuple[str, str], ...] = (
        ("wide_l1", "weights, l1(0.01)"),
        ("wide_l2", "weights, l2(0.01)"),
        ("kernel", "weights, l1(0.001)"),
        ("outputs_32", "outputs, l2(0.01),\n32 samples"),
        ("outputs_256", "outputs, l2(0.01),\n256 samples"),
        ("bias", "biases, l2(0.1)"),
    )
    figure, ax = plt.subplots()
    places = [0, 1, 2.6, 3.6, 4.6, 5.6]
    ink, low = plt.rcParams["text.color"], 0.1
    for (name, _), place in zip(rows, places, strict=True):
        value = added[name]
        wide = place < 2
        look: dict[str, Any] = {"color": SERIES[1 if wide else 0][0]}
        if wide:
            look |= {"hatch": "//", "edgecolor": plt.rcParams["axes.facecolor"]}
        ax.barh(place, max(value, low) - low, 0.72, left=low, **look)
        words = f"{value:.3g}" if value else "0"
        at = max(value, low)
        ax.annotate(words, (at, place), (8, 0), textcoords="offset points", va="center")
    ax.axvline(GUESSING, color=ink, ls=":", lw=2.5)
    ax.annotate(
        f"loss of guessing,\nln 10 = {GUESSING:.2f}", (GUESSING, 6.1), (8, 0), va="bottom",
        textcoords="offset points",
    )  # fmt: skip
    for place, words in ((-0.62, f"Dense({facts['units']}) on 784 inputs"),
                         (1.98, f"Dense({_OUTPUTS}) on {_INPUTS} inputs")):  # fmt: skip
        ax.text(low, place, words, fontweight="bold", va="center")
    ax.set(xscale="log", xlim=(low, 500), ylim=(6.2, -1), xlabel="added to the loss (log scale)")
    ax.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    ax.minorticks_off()
    ax.set_yticks(places, [words for _, words in rows])
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x")
    return figure
