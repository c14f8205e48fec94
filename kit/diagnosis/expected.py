"""What theory says of a network at one moment, from its layers' weights as they are.

The recursion of mean-field theory with the second moments that were measured where it begins:
q ← fan_in Var(w) ∫Dz f(√q z)², and for the norm of a sample's delta over a whole layer
‖δ_l‖² = fan_in(l + 1) Var(w(l + 1)) ∫Dz f'(√q z)² ‖δ_(l+1)‖², for dense layers and convolutions
alike. `kit.stats.theory` has the sources; `kit.predict` says more, of a model that is at hand.
"""

from __future__ import annotations

import math
from typing import Any

from kit.diagnosis.moments import Moment
from kit.stats.nonlinearities import NONLINEARITIES
from kit.stats.theory import second_moment, slope_moment

__all__ = ["FITTING", "fitting_std", "gradient_norms"]

FITTING = {
    **dict.fromkeys(("relu", "leaky_relu", "elu", "gelu", "swish", "silu", "relu6"), "he_normal"),
    "selu": "lecun_normal",
}
"""By activation, the initializer that fits; ``glorot_normal`` for others."""

_FOLLOWED = {"Flatten", "Reshape", "Dropout", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"}


def fitting_std(layer: dict[str, Any]) -> float:
    """The std that the initializer that fits a layer's activation draws with.

    Parameters
    ----------
    layer
        An entry of `network_facts`.
    """
    name = FITTING.get(layer["activation"], "glorot_normal")
    if name == "he_normal":
        return math.sqrt(2 / layer["fan_in"])
    if name == "lecun_normal":
        return math.sqrt(1 / layer["fan_in"])
    return math.sqrt(2 / (layer["fan_in"] + layer["fan_out"]))


def gradient_norms(
    facts: dict[str, Any], moment: Moment, *, fitting: bool = False
) -> dict[str, float]:
    """The norm of a sample's delta in each hidden layer, by that of the last one.

    Parameters
    ----------
    facts
        Of `network_facts`.
    moment
        With the weights as they are.
    fitting
        Whether with weights as the initializer draws them that fits, instead.

    Returns
    -------
    dict
        By layer; empty where theory does not follow the network.
    """
    known = {one["name"]: one for one in facts.get("layers", [])}
    hidden = [(one, known[one.name]) for one in moment.hidden if one.name in known]
    if len(hidden) < 2 or len(hidden) < len(moment.hidden):
        return {}
    for _, layer in hidden:
        if not set(layer["between"]) <= _FOLLOWED or layer["activation"] not in NONLINEARITIES:
            return {}
    std = [fitting_std(layer) if fitting else state.weight for state, layer in hidden]
    start = std[0] / hidden[0][0].weight if hidden[0][0].weight else math.nan
    q = (hidden[0][0].z * start) ** 2
    if not math.isfinite(q):
        return {}
    factors = []
    for k, (_, layer) in enumerate(hidden[:-1]):
        gain = hidden[k + 1][1]["fan_in"] * std[k + 1] ** 2
        factors.append(math.sqrt(gain * float(slope_moment(layer["activation"], q))))
        q = gain * float(second_moment(layer["activation"], q))
    found, size = {hidden[-1][0].name: 1.0}, 1.0
    for (state, _), factor in zip(hidden[-2::-1], factors[::-1], strict=True):
        size *= factor
        found[state.name] = size
    return found
