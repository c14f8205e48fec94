"""What is true of a task: computed by the kit, on Keras, with the same weights and the same data.

The page computes it too, with its own engine; a file of results is held against what is computed
here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from kit.datasets.ball import load_data
from kit.datasets.preprocess import center
from kit.explorer.guess_scores import numbers_in, settings_in
from kit.explorer.guesses import (
    GUESS_DEAD,
    GUESS_MOVED,
    GUESS_SAMPLES,
    GUESS_SATURATED,
    GUESS_TRAINING,
    GuessTask,
)

if TYPE_CHECKING:
    import keras

    from kit.recordings import Snapshot

__all__ = ["same_truth", "true_answer"]

Arrays = tuple[np.ndarray, np.ndarray]


def true_answer(task: GuessTask, answer: str = "") -> str:
    """The truth of a task, as it stands in a file of results.

    Parameters
    ----------
    task
        What was asked.
    answer
        Of ``tune`` and ``mend``, whose truth is what becomes of the answer.

    Returns
    -------
    str
        ``bars``: the standard deviation of the quantity in each hidden layer. ``which-...``: the
        choice that is right. ``tune``: the largest over the smallest standard deviation of delta
        among the hidden layers. ``mend``: that, before training, and the loss after it. Numbers
        have four figures; what is not finite is ``inf``.

    Raises
    ------
    ValueError
        For an answer that is none.

    Examples
    --------
    >>> from kit.explorer.guesses import make_guess_tasks
    >>> len(true_answer(make_guess_tasks("bars", student=17)[0]).split())
    5
    """
    return _true_answer(task.kind, task.text, answer if task.kind in ("tune", "mend") else "")


@lru_cache(maxsize=4096)
def _true_answer(kind: str, text: str, answer: str) -> str:
    parameters = dict(one.split("=") for one in text.split(";"))
    if kind == "which-initializer":
        return parameters["weights"]
    if kind == "which-activation":
        return parameters["activation"]
    if kind == "mend":
        return _mended({**parameters, **settings_in(answer)})
    if kind == "tune":
        std = numbers_in(answer, 1, "answer")[0]
        snapshot = _snapshot({**parameters, "weights": f"normal:{std!r}"})
        return _written(_ratio(_stds(snapshot, "delta", parameters)))
    if kind == "bars":
        snapshot = _snapshot(parameters)
        return " ".join(map(_written, _stds(snapshot, parameters["quantity"], parameters)))
    return _layer(parameters)


def same_truth(kind: str, recorded: str, computed: str) -> bool:
    """Whether two truths agree as far as float32 and four figures let them.

    A loss after training differs a little more, as differences grow in it: 5 % and 0.02 are
    granted, and where both say that nothing was learned, all.

    Examples
    --------
    >>> same_truth("tune", "1.734", "1.735"), same_truth("tune", "1.734", "1.8")
    (True, False)
    """
    if kind.startswith("which-"):
        return recorded == computed
    count = len(computed.split(" "))
    try:
        ours, theirs = numbers_in(computed, count, "truth"), numbers_in(recorded, count, "truth")
    except ValueError:
        return False
    if kind == "mend":
        bad = _LOSS_OF_NOTHING
        (ratio, loss), (their_ratio, their_loss) = ours, theirs
        nothing = not (loss < bad or their_loss < bad)
        near = nothing or math.isclose(loss, their_loss, rel_tol=0.05, abs_tol=0.02)
        return near and math.isclose(ratio, their_ratio, rel_tol=5e-3)
    return all(math.isclose(a, b, rel_tol=5e-3) for a, b in zip(ours, theirs, strict=True))


_LOSS_OF_NOTHING = 0.6


@lru_cache(maxsize=4)
def _data(how: str) -> Arrays:
    """The first points of the ball; for ``mend`` moved, and centred again where it is asked for."""
    x, y = (one[:GUESS_SAMPLES] for one in load_data())
    if how:
        x = x + np.float32(GUESS_MOVED)
    return (center(x) if how == "centred" else x), y.astype(np.float32)


def _model(parameters: Mapping[str, str], optimizer: str | keras.Optimizer = "sgd") -> keras.Model:
    from kit.models import build_block

    kind, _, std = parameters["weights"].partition(":")
    model = build_block(
        parameters["activation"],
        float(std) if std else kind,
        n_layers=int(parameters["depth"]),
        units=int(parameters["width"]),
        optimizer=optimizer,
        seed=int(parameters["seed"]),
    )
    for layer in model.layers:
        layer.bias.assign(np.full(layer.bias.shape, float(parameters["bias"]), np.float32))
    return model


def _snapshot(parameters: Mapping[str, str]) -> Snapshot:
    from kit.callbacks import probe

    return probe(_model(parameters), *_data(parameters.get("input", "")))


def _arrays(snapshot: Snapshot, quantity: str, parameters: Mapping[str, str]) -> list[np.ndarray]:
    layers = [snapshot[f"h{k + 1}"] for k in range(int(parameters["depth"]))]
    return [np.asarray(getattr(layer, quantity), np.float64) for layer in layers]


def _stds(snapshot: Snapshot, quantity: str, parameters: Mapping[str, str]) -> list[float]:
    return [float(array.std()) for array in _arrays(snapshot, quantity, parameters)]


def _ratio(stds: list[float]) -> float:
    return max(stds) / min(stds) if min(stds) > 0 else math.inf


def _written(number: float) -> str:
    return f"{number:.4g}" if math.isfinite(number) else "inf"


def _layer(parameters: Mapping[str, str]) -> str:
    snapshot = _snapshot(parameters)
    if parameters["asks"] == "smallest":
        stds = _stds(snapshot, "delta", parameters)
        return f"h{stds.index(min(stds)) + 1}"
    arrays = _arrays(snapshot, "activation", parameters)
    if parameters["asks"] == "dies":
        limit = GUESS_DEAD
        shares = [float((array <= 0).all(axis=0).mean()) for array in arrays]
    else:
        beyond, limit = GUESS_SATURATED
        shares = [float((np.abs(array) > beyond).mean()) for array in arrays]
    return next((f"h{k}" for k, share in enumerate(shares, 1) if share > limit), "none")


def _mended(parameters: Mapping[str, str]) -> str:
    """Train as the page does: all epochs' batches, in their order, are one epoch for `fit`."""
    import keras

    from kit.callbacks import probe
    from kit.training.training_data import batch_order

    rate, momentum = float(parameters["rate"]), GUESS_TRAINING["momentum"]
    model = _model(parameters, keras.optimizers.SGD(rate, momentum=momentum))
    x, y = _data(parameters["input"])
    before = _ratio(_stds(probe(model, x, y), "delta", parameters))
    orders = [
        batch_order(len(x), int(parameters["seed"]), k)
        for k in range(int(GUESS_TRAINING["epochs"]))
    ]
    rows = np.concatenate(orders)
    model.fit(x[rows], y[rows], batch_size=int(GUESS_TRAINING["batch"]), shuffle=False, verbose=0)
    loss = float(model.evaluate(x, y, batch_size=len(x), verbose=0, return_dict=True)["loss"])
    return f"{_written(before)} {_written(loss)}"
