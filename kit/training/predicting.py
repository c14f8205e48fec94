"""What mean-field theory says of a Keras model, layer by layer: `predict`.

`kit.stats.theory` has the formulas and their sources, `kit.stats.propagation` the chain of layers.
From the model come widths, variances of weights and biases, and activation functions; from the data
second moments and how alike samples are; from one pass the loss's delta at the output.
"""

from __future__ import annotations

import math
from functools import lru_cache

import keras
import numpy as np
from numpy.typing import ArrayLike

from kit.callbacks import probe
from kit.callbacks.data import fits
from kit.checks import as_numbers, check_choice, check_flag, shown
from kit.models.arguments import check_model
from kit.quantities import QUANTITIES
from kit.recordings.prediction import Prediction
from kit.stats.kernels import Kernel, kernel_of_inputs
from kit.stats.local_kernels import LocalKernel
from kit.stats.nonlinearities import Nonlinearity
from kit.stats.propagation import Activate, Step, Through, Weigh, propagate, silences
from kit.stats.theory import MeanField, mean_field
from kit.training.chains import Chain, reach, read_chain

__all__ = ["predict"]

MOST_SAMPLES, FEWEST_SAMPLES, MOST_PAIRS = 1000, 2, 4_000_000
"""Samples whose pairs are followed, more are stood for by so many; pairs at all places."""


def predict(
    model: keras.Model,
    x: ArrayLike,
    y: ArrayLike | None = None,
    *,
    weights: str = "drawn",
    training: bool = False,
) -> Prediction:
    """Predict the profiles of a network from its random weights, layer by layer.

    Weights are taken as independent draws; theory is that of wide layers, and says how far single
    draws lie apart. It follows dense and convolutional layers, activation functions, dropout and
    batch normalisation one behind the other, and stops where paths meet, at attention and
    at what else it does not know; the prediction says where and why.

    Parameters
    ----------
    model
        A built Keras model; compiled, if `y` is given. It is left as it was.
    x
        (n, ...) samples. Their second moments and how alike they are enter; of more than 1,000 so
        many are taken, evenly spread over targets and sizes; of fewer where convolutions are
        followed at many places.
    y
        Targets, (n, ...). With them one pass gives the loss's delta at the last layer that has
        weights, and theory what goes back from there; None predicts forwards alone.
    weights
        ``"drawn"`` takes the variances that the initializers draw with; ``"now"`` those that the
        weights have.
    training
        Whether dropout and batch normalisation behave as in training.

    Returns
    -------
    Prediction

    Raises
    ------
    TypeError, ValueError
        For a model that is not built, data that are no numbers or of several inputs, another word
        for `weights`.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data()
    >>> prediction = predict(build_block("relu", "he_normal", seed=1), X)
    >>> round(prediction.value("z", "h5"), 1)
    1.4
    """
    check_model(model)
    check_choice("weights", weights, ("drawn", "now"))
    check_flag("training", training)
    inputs = as_numbers("x", x)
    if inputs.ndim < 2 or not len(inputs):
        raise ValueError(f"`x` must be samples of shape (n, ...); got {shown(inputs)}")
    shapes = [tuple(one.shape[1:]) for one in getattr(model, "inputs", None) or []]
    if len(shapes) == 1 and not fits(shapes[0], inputs.shape[1:]):
        raise ValueError(
            f"`x` must be samples of shape {shapes[0]}, as the model takes them; "
            f"got {inputs.shape[1:]}"
        )
    chain = read_chain(model, weights, training)
    if not chain.steps:
        return Prediction.of([], chain.stops, chain.doubts, weights)
    delta, ordered = None, inputs.reshape(len(inputs), -1).std(axis=1)
    if y is not None and chain.whole:
        last = [one.name for one in chain.steps if isinstance(one, Weigh)][-1]
        measured = probe(model, x, y, layers=last, training=training)[last].delta  # type: ignore[arg-type]
        assert measured is not None  # of a layer with weights
        delta = np.asarray(measured, np.float64)
        ordered = np.lexsort((ordered, _target_of(delta.reshape(len(inputs), -1)))).argsort()
        if delta.ndim > 2:
            delta = delta.reshape(len(inputs), -1, delta.shape[-1])
            delta = delta if delta.shape[1] > 1 else delta[:, 0]
    some = _spread_over(ordered, _most_samples(chain))
    kernel = _kernel(chain, inputs[some], float(np.square(inputs, dtype=np.float64).mean()))
    rows, through = propagate(kernel, _told(chain.steps), len(inputs), delta, some)
    fields = _depths(through)
    order = {one.name: k for k, one in reversed(list(enumerate(chain.steps)))}
    doubtful = min((order[name] for name in chain.doubts), default=len(chain.steps))
    places = sorted({row.layer for row in rows}, key=order.__getitem__)
    table = [
        vars(row) | fields.get(row.layer, {}) | {"layer_index": places.index(row.layer)}
        | {"holds": _holds(row.quantity, order[row.layer], doubtful, bool(chain.doubts))}
        for row in rows
    ]  # fmt: skip
    table.sort(key=lambda one: (one["layer_index"], QUANTITIES.index(one["quantity"])))
    silent = {} if delta is None else silences(through, delta.ndim > 2)
    return Prediction.of(table, chain.stops, chain.doubts, weights, silent)


def _holds(quantity: str, place: int, doubtful: int, doubts: bool) -> bool:
    """Of what is before a doubt, that which goes forwards."""
    return place < doubtful if quantity in ("z", "activation") else not doubts


def _most_samples(chain: Chain) -> int:
    """So many that their pairs can be followed, at all places of a convolution."""
    windows = [one.window for one in chain.steps if isinstance(one, Weigh) and one.window]
    places = max((max(one.inputs, len(one.looks)) for one in windows), default=1)
    return min(MOST_SAMPLES, max(FEWEST_SAMPLES, math.isqrt(MOST_PAIRS // places) // 2 * 2))


def _target_of(delta: np.ndarray) -> np.ndarray:
    """By sample a number that goes with its target: the delta, or the unit that has most of it."""
    return delta[:, 0] if delta.shape[1] == 1 else np.abs(delta).argmax(axis=1)


def _spread_over(ordered: np.ndarray, most: int) -> np.ndarray:
    """At most so many samples, evenly along an order, as `mean_over_pairs` takes them."""
    if len(ordered) <= most:
        return np.arange(len(ordered))
    places = ((np.arange(most) + 0.5) * len(ordered) / most).astype(int)
    return np.argsort(ordered, kind="stable")[places]


def _kernel(chain: Chain, inputs: np.ndarray, size: float) -> Kernel:
    """The kernel of the samples, as the first layer with weights takes them."""
    for layer in chain.first:
        if not isinstance(layer, keras.layers.InputLayer):
            made = np.asarray(keras.ops.convert_to_numpy(layer(inputs)))
            size *= float(np.square(made, dtype=np.float64).mean()) / max(
                float(np.square(inputs, dtype=np.float64).mean()), 1e-300
            )
            inputs = made
    weigh = next((one for one in chain.steps if isinstance(one, Weigh)), None)
    kernel: Kernel
    if weigh is not None and weigh.window is not None:
        kernel = LocalKernel.of_inputs(inputs.reshape(len(inputs), -1, inputs.shape[-1]))
    elif chain.convolution is not None:  # whose places are not told apart: each as it is looked at
        inputs = inputs * np.sqrt(reach(chain.convolution))[..., None]  # (n, ..., channels)
        return kernel_of_inputs(inputs.reshape(len(inputs), -1))
    else:
        kernel = kernel_of_inputs(inputs.reshape(len(inputs), -1))
    # those that stand for all are as large
    return kernel.times(size / max(float(kernel.size.mean()), 1e-300))


def _told(steps: list[Step]) -> list[Step]:
    """Without a softmax at the end, of which theory says nothing."""
    last = steps[-1]
    is_softmax = isinstance(last, Activate) and last.f.name == "softmax"
    return steps[:-1] if is_softmax else steps


def _depths(through: list[Through]) -> dict[str, dict[str, float]]:
    """By layer with weights, χ back from the next one, and depth scales of layers like it."""
    found: dict[str, dict[str, float]] = {}
    for k, one in enumerate(through):
        if not isinstance(one.step, Weigh):
            continue
        rest = through[k + 1 :]
        following = next((r.step for r in rest if isinstance(r.step, Weigh)), None)
        active = next((r for r in rest if isinstance(r.step, Activate)), None)
        if active is None or active.slopes is None:
            continue
        assert isinstance(active.step, Activate)
        field = _field(active.step.f, one.step.gain, one.step.shift)
        found[one.step.name] = {"xi_q": field.xi_q, "xi_c": field.xi_c}
        if following is not None:
            steep = float(np.diagonal(active.slopes, axis1=-2, axis2=-1).mean())
            found[one.step.name]["chi"] = following.back * steep
    return found


@lru_cache(maxsize=256)
def _field(f: Nonlinearity, gain: float, shift: float) -> MeanField:
    return mean_field(f, math.sqrt(gain), math.sqrt(shift))
