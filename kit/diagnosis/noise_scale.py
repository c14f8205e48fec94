"""How much the gradient differs from batch to batch, at one point.

For gradients g_b of batches of m samples, all at the same weights,

    size² = ‖E g‖²,    scatter² = E ‖g_b - E g‖²,    noise scale = m scatter² / size²,

estimated without bias from B batches: scatter² = Σ ‖g_b - ḡ‖² / (B - 1), size² = ‖ḡ‖² - scatter²/B.
The noise scale is the number of samples from which on a larger batch gives little more. Source:
S. McCandlish et al., "An empirical model of large-batch training" (2018), 2.2 and appendix A.1.
"""

from __future__ import annotations

import math

import keras
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kit.callbacks import probe
from kit.checks import check_count, check_seed, shown

__all__ = ["gradient_noise"]


def gradient_noise(
    model: keras.Model,
    x: ArrayLike,
    y: ArrayLike,
    *,
    batch_size: int = 32,
    batches: int = 20,
    seed: int = 0,
) -> pd.DataFrame:
    """Measure, layer by layer, how much a minibatch's gradient is noise.

    Parameters
    ----------
    model
        A compiled, built Keras model; left as it was.
    x, y
        Arrays (n, ...) of at least two batches; they are shuffled, and each sample is used once.
    batch_size
        Samples of a batch, as in `fit`.
    batches
        How many are looked at, at most.
    seed
        Of the order of the samples.

    Returns
    -------
    DataFrame
        A row for each layer with weights, and one for ``(all)``: ``size``, the norm of the mean
        gradient; ``scatter``, the root mean square of what a batch is off; ``noise_scale`` in
        samples, infinite where the mean cannot be told from 0; ``cosine`` between two batches, on
        average.

    Raises
    ------
    TypeError, ValueError
        As `kit.probe`, and for fewer samples than two batches.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data()
    >>> noise = gradient_noise(build_block("tanh", "glorot_normal", seed=1), X, y)
    >>> noise["layer"].tolist()
    ['h1', 'h2', 'h3', 'h4', 'h5', 'o', '(all)']
    """
    check_count("batch_size", batch_size)
    check_count("batches", batches, least=2)
    check_seed(seed)
    inputs, targets = np.asarray(x), np.asarray(y)
    number = min(batches, len(inputs) // batch_size) if inputs.ndim else 0
    if number < 2:
        raise ValueError(f"`x` must have samples for two batches of {batch_size}; got {shown(x)}")
    if not targets.ndim or len(targets) != len(inputs):
        raise ValueError(
            f"`y` must have a target for each of the {len(inputs):,} samples of `x`; got {shown(y)}"
        )
    order = np.random.default_rng(seed).permutation(len(inputs))
    gradients: dict[str, list[np.ndarray]] = {}
    for k in range(number):
        chosen = order[k * batch_size : (k + 1) * batch_size]
        found = probe(model, inputs[chosen], targets[chosen])
        for name in found.layers_with("gradient"):
            one = found.values("gradient", name).astype(np.float64).ravel()
            gradients.setdefault(name, []).append(one)
    stacked = {name: np.array(some) for name, some in gradients.items()}  # (batches, weights)
    stacked["(all)"] = np.concatenate(list(stacked.values()), axis=1)
    return pd.DataFrame(
        [{"layer": name, **_noise_of(some, batch_size)} for name, some in stacked.items()]
    )


def _noise_of(gradients: np.ndarray, batch_size: int) -> dict[str, float]:
    """Of the gradients of some batches, (batches, weights)."""
    number = len(gradients)
    mean = gradients.mean(axis=0)
    scatter = float(np.square(gradients - mean).sum()) / (number - 1)
    size = float(np.square(mean).sum()) - scatter / number
    lengths = np.linalg.norm(gradients, axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = gradients / lengths
    alike = unit @ unit.T
    cosine = float((alike.sum() - np.trace(alike)) / (number * (number - 1)))
    scale = batch_size * scatter / size if size > 0 else math.inf
    return {
        "size": math.sqrt(max(size, 0.0)),
        "scatter": math.sqrt(scatter),
        "noise_scale": scale if scatter else 0.0,
        "cosine": cosine,
    }
