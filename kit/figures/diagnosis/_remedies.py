"""Networks in which one thing is wrong, their diagnosis, and the same networks with the remedy.

All have the shape of the lectures' BLOCK with half of its units and learn the ball data. Broken and
mended ones of a seed are drawn with the same seed and see the same batches, as `kit.twin` has them.
All of one optimizer are trained at once: tracing is most of what that costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.over_seeds import DENSE, block_of, medians, trained

__all__ = ["BALLS", "MENDED_SIDES", "OTHER_START", "REMEDY_EPOCHS", "build_side"]
__all__ += ["different_units", "hidden_z", "measure_remedy", "train_sides"]

BALLS, REMEDY_EPOCHS = 200, 30
_UNITS, _BATCH = 50, 40

OTHER_START = "another start"
"""What is no remedy: the same network once more, with the random numbers of another seed."""

_SGD, _FAST, _SLOW = 0.2, 0.3, 1e-6
MENDED_SIDES: dict[str, dict[str, tuple[str, str, float]]] = {
    "sgd": {
        "sigmoid": ("sigmoid", "glorot_normal", _SGD),
        "ReLU": ("relu", "glorot_normal", _SGD),
        "zeros": ("relu", "zeros", _SGD),
        "random": ("relu", "he_normal", _SGD),
    },
    "adam": {
        "fast": ("relu", "he_normal", _FAST),
        "lower": ("relu", "he_normal", 0.002),
        "leaky": ("leaky_relu", "he_normal", _FAST),
        "slow": ("relu", "he_normal", _SLOW),
        "higher": ("relu", "he_normal", 2e-4),
    },
}
"""By optimizer, what each side is: activation, initializer, learning rate."""

_REMEDIES: dict[str, tuple[str, dict[str, Any]]] = {
    "sigmoid": ("ReLU", {"activation": "relu"}),
    "zeros": ("random", {"initializer": "he_normal"}),
    "fast": ("lower", {"learning_rate": 0.002}),
    "slow": ("higher", {"learning_rate": 2e-4}),
}
"""By broken side: the mended one, and the change that the finding must name for it."""


def build_side(optimizer: str, side: str, seed: int) -> Any:
    """The compiled network of a side."""
    import keras

    from kit.models import build_block

    activation, initializer, rate = MENDED_SIDES[optimizer][side]
    kind = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[optimizer]
    return build_block(activation, initializer, units=_UNITS, optimizer=kind(rate), seed=seed)


def train_sides(optimizer: str, first: int) -> dict[str, Any]:
    """All sides of an optimizer, with the seeds of a block.

    Returns
    -------
    dict
        ``found``: by side and seed, ``loss`` (epochs + 1,) of the training data; before training
        ``delta`` (hidden layers,), the norm of a sample's delta by that of the last hidden layer,
        ``theory``, the same by `gradient_norms`, and ``weight`` (layers,), the rms of kernels;
        ``dead`` (captures, hidden layers), shares of the units, of the fast and the lower one;
        ``z`` (hidden layers, samples, units), after training, of zeros and random ones; ``said``,
        what was found of a broken side, by rule in order. ``at``: epochs of the captures;
        ``constant``: the loss of the best constant answer.
    """
    from kit.datasets.ball import load_data
    from kit.diagnosis import constant_loss, diagnose

    x, y = load_data(n_points=BALLS)
    seeds = block_of(first, DENSE)
    wanted: list[dict[str, Any]] = [
        {"side": side, "seed": seed} for side in MENDED_SIDES[optimizer] for seed in seeds
    ]
    models = [build_side(optimizer, **one) for one in wanted]
    runs = trained(
        models, x, y, wanted, epochs=REMEDY_EPOCHS, batch_size=_BATCH, validation_data=(x, y),
        probe=(x, y), every=[_every(one["side"]) for one in wanted],
    )  # fmt: skip
    losses = {name: one["val_loss"].to_numpy() for name, one in runs.history.groupby("run")}
    start = runs.losses.query("epoch == 0").set_index("run")["loss"]
    frames = dict(iter(runs.frame().query("epoch == 0").groupby("run")))
    found: dict[str, Any] = {side: {} for side in MENDED_SIDES[optimizer]}
    for name, model, one in zip(runs.names, models, wanted, strict=True):
        side = one["side"]
        shown = _before_training(frames[name], runs[name].info["facts"], len(x))
        shown["loss"] = np.append(start[name], losses[name])
        if side in _REMEDIES:
            shown["said"] = _said(diagnose(runs[name]))
        if side in ("zeros", "random"):
            shown["z"] = hidden_z(model, x)
        if side in ("fast", "lower"):
            shown["dead"] = _dead_shares(runs[name])
        found[side][one["seed"]] = shown
    return {"found": found, "at": runs.epochs, "constant": constant_loss(models[0], y)}


def _every(side: str) -> int:
    """Epochs between captures: few of those of which the end alone is asked for."""
    return REMEDY_EPOCHS // (5 if side in ("fast", "lower") else 1)


def _before_training(frame: Any, facts: Any, samples: int) -> dict[str, Any]:
    from kit.diagnosis.expected import gradient_norms
    from kit.diagnosis.moments import LayerState, Moment

    by = frame.set_index(["quantity", "layer"])
    layers = list(by.loc["weight"].index)
    weight, z = (by.loc[one]["rms"].loc[layers].to_numpy() for one in ("weight", "z"))
    delta = by.loc["delta"].loc[layers[:-1]]
    norm = (delta["rms"] * np.sqrt(delta["count"] / samples)).to_numpy()
    states = [
        LayerState(name, name == layers[-1], weight=float(w), z=float(one))
        for name, w, one in zip(layers, weight, z, strict=True)
    ]
    expected = gradient_norms(facts, Moment(0, np.nan, states)) if norm.all() else {}
    theory = [expected.get(name, np.nan) for name in layers[:-1]]
    with np.errstate(invalid="ignore"):
        return {"weight": weight, "delta": norm / norm[-1], "theory": np.array(theory)}


def _said(diagnosis: Any) -> dict[str, dict[str, Any]]:
    return {
        one.name: {"change": one.change, "measured": one.measured, "limit": one.threshold,
                   "predicted": one.predicted, "began": one.began}
        for one in diagnosis
    }  # fmt: skip


def _dead_shares(recording: Any) -> np.ndarray:
    """Shares of the units of hidden layers that are 0 for all samples, (captures, layers)."""
    units = [
        [recording.units("activation", name, epoch=epoch) for name in recording.layers[:-1]]
        for epoch in recording.epochs
    ]
    return np.array([[float(np.mean(one.active == 0)) for one in row] for row in units])


def hidden_z(model: Any, x: np.ndarray) -> np.ndarray:
    """What the hidden layers of a ReLU network have before the activation."""
    weights, a, found = model.get_weights(), x, []
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        found.append(a @ kernel + bias)
        a = np.maximum(found[-1], 0)
    return np.stack(found)


def different_units(z: np.ndarray) -> list[int]:
    """How many units of each layer answer otherwise than all others, of z (layers, n, units)."""
    return [len(np.unique(layer, axis=1).T) for layer in z]


def measure_remedy(
    lab: Lab,
    seed: int,
    broken: str,
    remedy: str,
    also: Callable[[Mapping[str, Any]], Facts],
    rule: str,
) -> tuple[Any, Facts]:
    """Both sides of a remedy, of the seeds that are shown, and medians of their facts.

    Parameters
    ----------
    lab, seed
        As ``measure`` is given them.
    broken
        The side that is broken.
    remedy
        The side that is compared with it, or `OTHER_START`.
    also
        Facts of a seed, given what each side shows.
    rule
        Which must be named first, with the remedy's change.
    """
    optimizer = next(one for one, sides in MENDED_SIDES.items() if broken in sides)
    seeds = block_of(seed, DENSE)
    every = lab.run(train_sides, optimizer=optimizer, first=seeds[0])
    found, constant, shown = every["found"], every["constant"], lab.seeds(seed, of=DENSE)
    facts, others = [], dict(zip(seeds, (*seeds[1:], seeds[0]), strict=True))
    for one in shown:
        sides = {side: by[one] for side, by in found.items()}
        mended = found[broken][others[one]] if remedy == OTHER_START else sides[remedy]
        said = sides[broken]["said"]
        first = next(iter(said), "")
        ends = {side: float(by["loss"][-1]) for side, by in sides.items()}
        mine: Facts = {
            "named": float(first == rule and said[rule]["change"] == _REMEDIES[broken][1]),
            "end": ends | {"mended": float(mended["loss"][-1])},
            "mended": float(mended["loss"][-1]) / constant,
            "ratio": float(mended["loss"][-1]) / ends[broken],
            "stuck": ends[broken] / constant,
        }
        facts.append(mine | also(sides))
    told = medians(facts)
    told |= {"networks": len(shown), "points": BALLS, "units": _UNITS, "epochs": REMEDY_EPOCHS,
             "constant": constant, "named_in": sum(int(one["named"]) for one in facts),
             "better": sum(int(one["ratio"] < 1) for one in facts)}  # fmt: skip
    rates = {side: rate for side, (_, _, rate) in MENDED_SIDES[optimizer].items()}
    data = {side: [by[one] for one in shown] for side, by in found.items()}
    return data | {"at": every["at"]}, told | {"rate": rates}
