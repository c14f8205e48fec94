"""The rules, asked: each of these functions is one, and returns what it finds.

Sizes of gradients are compared between layers, never with a number; shares are counted by unit.
What is there in the first capture and not in the last has passed, and is a hint.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from kit.diagnosis.expected import FITTING, fitting_std, gradient_norms
from kit.diagnosis.findings import RULEBOOK, Finding
from kit.diagnosis.moments import LayerState, Moment
from kit.diagnosis.view import View

__all__ = ["JUDGES"]

Judge = Callable[[View], list[Finding]]


def _non_finite(view: View) -> list[Finding]:
    for moment in view.moments:
        if not moment.nonfinite and math.isfinite(moment.loss):
            continue
        layer = next((one for one in moment.layers if one.nonfinite), None)
        count = moment.nonfinite
        what = f"{count:,} values are NaN or infinite" if count else "the loss is"
        if not count:
            what = f"the loss is {moment.loss}"
        where = f", first in {layer.name}" if layer else ""
        return [
            Finding(
                "non-finite", "fault", f"{what}{where}, from epoch {moment.epoch} on",
                layer.name if layer else None, float(count), None, 0.0, moment.epoch,
            )
        ]  # fmt: skip
    return []


_PROBABILITIES = ("softmax", "sigmoid", "hard_sigmoid")
_ENTROPIES = (
    "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
)  # fmt: skip


def _output(view: View) -> list[Finding]:
    output, loss = view.facts.get("output"), view.facts.get("loss")
    if not output or not loss:
        return []
    found = _wrong_output(output, loss, view.facts)
    wrong = [
        Finding("output", "fault", words, output["layer"], measured, None, 0.0)
        for words, measured in found
    ]
    size, limit = view.facts.get("targets", {}).get("rms", 0.0), RULEBOOK["inputs"].threshold
    if not wrong and output["activation"] == "linear" and loss not in _ENTROPIES and size > limit:
        words = f"targets have an rms of {size:,.3g}, and a network begins with answers of about 1"
        severity = "hint" if view.learns else "warning"
        wrong = [Finding("output", severity, words, output["layer"], size, 1.0, limit)]
    return wrong


def _wrong_output(
    output: dict[str, Any], loss: str, facts: dict[str, Any]
) -> list[tuple[str, float]]:
    activation, units = output["activation"], output["units"]
    targets, logits = facts.get("targets", {}), facts.get("from_logits", False)
    found = []
    if activation == "softmax" and units == 1:
        found.append(("softmax over one unit is 1, whatever the network computes", 1.0))
    if loss in _ENTROPIES:
        if logits and activation in _PROBABILITIES:
            words = f"the loss takes logits, and gets what {activation} has made of them"
            found.append((words, 1.0))
        elif not logits and activation not in _PROBABILITIES:
            found.append((f"the loss takes probabilities, and {activation} gives any number", 1.0))
    low, high = targets.get("low", math.nan), targets.get("high", math.nan)
    if loss == "binary_crossentropy" and (low < 0 or high > 1):
        words = (
            f"binary cross-entropy takes targets from 0 to 1, and they go from {low:g} to {high:g}"
        )
        found.append((words, 1.0))
    if loss == "sparse_categorical_crossentropy" and units > 1 and (low < 0 or high >= units):
        words = (
            f"{units} units have classes 0 to {units - 1}, and targets go from {low:g} to {high:g}"
        )
        found.append((words, 1.0))
    beyond = targets.get("beyond", {}).get(
        "sigmoid" if activation == "softmax" else activation, 0.0
    )
    if loss not in _ENTROPIES and beyond:
        found.append((f"{beyond:.0%} of the targets are beyond what {activation} can give", beyond))
    return found


def _inputs(view: View) -> list[Finding]:
    inputs = view.facts.get("inputs", {})
    limit = RULEBOOK["inputs"].threshold
    if "rms" not in inputs:
        return []
    rms, mean, std = inputs["rms"], inputs["mean"], inputs["std"]
    largest = inputs.get("largest", 1.0) if inputs["features"] > 1 else 1.0
    found = []
    if mean > limit * std:
        ratio = mean / std if std else math.inf
        found.append((ratio, f"their mean is {ratio:.3g} times their std"))
    if largest > limit:
        found.append((largest, f"the largest feature is {largest:,.0f} times the middle one"))
    if rms and not 1 / limit <= rms <= limit:
        found.append((max(rms, 1 / rms), f"their rms is {rms:.3g}; 1 is meant"))
    if not found:
        return []
    measured, words = max(found)
    severity = "warning" if view.learns else "fault"
    return [
        Finding(
            "inputs", severity, words, None, measured, 1.0, limit, change={"scaling": "normalize"}
        )
    ]


def _lasting(
    view: View,
    name: str,
    measure: Callable[[LayerState], float],
    say: Callable[[float], str],
    change: dict[str, Any],
    at_first: dict[str, Any] | None = None,
) -> list[Finding]:
    """Layers whose share is beyond a rule's threshold, the worst of them in one finding."""
    limit = RULEBOOK[name].threshold
    above = {
        moment.epoch: {one.name: measure(one) for one in moment.hidden if measure(one) > limit}
        for moment in view.moments
    }
    began = next((epoch for epoch, layers in above.items() if layers), None)
    if began is None:
        return []
    passed = _passed(view, above)
    layers = above[began] if passed is not None else above[_last_shown(above)]
    worst = max(layers, key=layers.__getitem__)
    words = f"{say(layers[worst])} in {worst}"
    if len(layers) > 1:
        words += f", and above {limit:.0%} in {len(layers) - 1} more"
    severity = "hint" if passed is not None else "warning" if view.learns else "fault"
    biased = view.layers.get(worst, {}).get("bias", 0.0) > 0
    if at_first is not None and view.untrained and began == view.first.epoch and biased:
        change = at_first
    return [
        Finding(
            name, severity, words + _since(began, passed, view), worst, layers[worst], None, limit,
            began, passed, change,
        )
    ]  # fmt: skip


def _last_shown(above: dict[int, Any]) -> int:
    return [epoch for epoch, layers in above.items() if layers][-1]


def _passed(view: View, above: dict[int, Any]) -> int | None:
    """The epoch from which on nothing shows it any more; None where the last one still does."""
    finite = [one.epoch for one in view.moments if not one.nonfinite and math.isfinite(one.loss)]
    shown = [epoch for epoch, layers in above.items() if layers]
    later = [epoch for epoch in finite if epoch > shown[-1]]
    return later[0] if later else None


def _since(began: int, passed: int | None, view: View) -> str:
    if not view.is_run:
        return ""
    words = f", from epoch {began} on" if began else ", from the start"
    return f"{words}; no more at epoch {passed}" if passed is not None else words


def _copies(view: View) -> list[Finding]:
    def say(share: float) -> str:
        return f"{share:.0%} of the units answer every sample as another one does"

    change = {"initializer": _fitting_name(view)}
    return _lasting(view, "copies", lambda one: one.copies, say, change)


_ZEROS = {"bias": "zeros"}
"""What helps where it is so before training, and there are biases."""


def _dead(view: View) -> list[Finding]:
    def say(share: float) -> str:
        return f"{share:.0%} of the units are 0 for all samples"

    change = {"activation": "leaky_relu"}
    return _lasting(view, "dead", lambda one: one.dead, say, change, _ZEROS)


def _saturated(view: View) -> list[Finding]:
    def say(share: float) -> str:
        return f"{share:.0%} of z where the activation is flat"

    change = {"batch_normalization": True}
    return _lasting(view, "saturated", lambda one: one.saturated, say, change, _ZEROS)


def _falls(moment: Moment, backwards: bool) -> tuple[float, str | None, str | None]:
    """How much larger a delta is than in an earlier (or later) hidden layer, and in which two."""
    hidden = [one for one in moment.hidden if math.isfinite(one.delta)]
    worst: tuple[float, str | None, str | None] = (1.0, None, None)
    for k, early in enumerate(hidden):
        for late in hidden[k + 1 :]:
            small, large = (early, late) if backwards else (late, early)
            ratio = large.delta / small.delta if small.delta else math.inf if large.delta else 1.0
            if ratio > worst[0]:
                worst = ratio, small.name, large.name
    return worst


def _gradients(view: View, name: str) -> list[Finding]:
    backwards = name == "vanishing"
    limit = RULEBOOK[name].threshold
    found = {one.epoch: _falls(one, backwards) for one in view.moments}
    above = {epoch: one if one[0] > limit else None for epoch, one in found.items()}
    began = next((epoch for epoch, one in above.items() if one), None)
    if began is None:
        return []
    passed = _passed(view, above)
    at = next(one for one in view.moments if one.epoch == began)
    ratio, small, large = found[began]
    expected = gradient_norms(view.facts, at)
    predicted = None
    if small in expected and large in expected and expected[small]:
        predicted = expected[large] / expected[small]
    says = f"theory, for these weights: {predicted:.3g}" if predicted else "theory stops here"
    words = f"the delta of {large} is {ratio:.3g} times that of {small} ({says})"
    severity = "hint" if passed is not None else "warning" if view.learns else "fault"
    return [
        Finding(
            name, severity, words + _since(began, passed, view), small if backwards else large,
            ratio, predicted, limit, began, passed, _change_for_gradients(view, backwards),
        )
    ]  # fmt: skip


def _change_for_gradients(view: View, backwards: bool) -> dict[str, Any]:
    flat = any(one["activation"] in ("sigmoid", "tanh") for one in list(view.layers.values())[:-1])
    return {"activation": "relu"} if backwards and flat else {"batch_normalization": True}


def _vanishing(view: View) -> list[Finding]:
    return _gradients(view, "vanishing")


def _exploding(view: View) -> list[Finding]:
    return _gradients(view, "exploding")


def _initialization(view: View) -> list[Finding]:
    if not view.untrained:
        return []
    moment, limit = view.first, RULEBOOK["initialization"].threshold
    logs = []
    for one in moment.hidden:
        layer = view.layers.get(one.name)
        drawn = one.weight > 0 and one.kernel_std > 1e-6 * one.weight
        if layer is None or layer["normalized"] or not drawn:
            continue
        logs.append((math.log(one.weight / fitting_std(layer)), one, layer))
    total = sum(log for log, _, _ in logs)
    if not logs or abs(total) <= math.log(limit):
        return []
    shown, fitting = _symptom(moment, total < 0), _with_fitting(view, moment)
    if shown is None or (fitting is not None and fitting > limit):
        return []  # another initialization would not help
    _, one, layer = max(logs, key=lambda entry: abs(entry[0]))
    name = FITTING.get(layer["activation"], "glorot_normal")
    words = (
        f"weights of {one.name} have std {one.weight:.3g}, {name} has {fitting_std(layer):.3g} for "
        f"{layer['activation']}; {shown}"
    )
    if fitting is not None:
        words += f"; with {name} theory has its gradients within a factor of {fitting:.1f}"
    severity = "warning" if view.learns else "fault"
    return [
        Finding(
            "initialization", severity, words, one.name, math.exp(abs(total)), 1.0, limit,
            moment.epoch if view.is_run else None, None, {"initializer": name},
        )
    ]  # fmt: skip


def _symptom(moment: Moment, small: bool) -> str | None:
    """What signal and gradient show of weights that are too small, or too large."""
    limit = RULEBOOK["initialization"].threshold
    ratio, below, above = _falls(moment, backwards=True)
    if ratio > limit:
        return f"the delta of {above} is {ratio:.3g} times that of {below}"
    signals = [(one.signal, one.name) for one in moment.layers if math.isfinite(one.signal)]
    if len(signals) > 1 and signals[0][0]:
        change = signals[-1][0] / signals[0][0]
        if small and change < 1 / limit:
            return f"the signal falls to {change:.2g} of what it is in {signals[0][1]}"
        if not small and change > limit:
            return f"the signal grows {change:.3g} times"
    if small:
        return None
    flat = max(moment.hidden, key=lambda one: one.saturated if one.saturated > 0 else 0.0)
    if flat.saturated > RULEBOOK["saturated"].threshold:
        return f"{flat.saturated:.0%} of z in {flat.name} is where the activation is flat"
    ratio, below, above = _falls(moment, backwards=False)
    return f"the delta of {above} is {ratio:.3g} times that of {below}" if ratio > limit else None


def _with_fitting(view: View, moment: Moment) -> float | None:
    """How far apart theory has the gradients with the initializer that fits; None if it stops."""
    expected = list(gradient_norms(view.facts, moment, fitting=True).values())
    if not expected or not min(expected):
        return None
    return max(expected) / min(expected)


def _fitting_name(view: View) -> str:
    names = [FITTING.get(one["activation"], "glorot_normal") for one in view.layers.values()]
    return names[0] if names else "glorot_normal"


_OVERSHOT = 1.05
"""By so much a loss has risen over what it was at first, and over that of a constant answer."""


def _rate_high(view: View) -> list[Finding]:
    limit = RULEBOOK["learning-rate-high"].threshold
    steps = [view.largest_step(one) for one in view.moments if not one.nonfinite]
    steps = [one for one in steps if one[1] is not None]
    if not steps:
        return []
    step, layer = max(steps, key=lambda one: one[0])
    if step <= limit:
        return []
    change = {"learning_rate": _rounded(view.facts["optimizer"]["learning_rate"] * 0.01 / step)}
    words = f"a step changes {layer} by {step:.3g} of its size"
    severity = "warning" if step > 1 else "hint"  # before training gradients are at their largest
    if view.trained_long:
        start, peak, end = view.data_loss(view.first), view.peak, view.data_loss(view.last)
        above = _OVERSHOT * max(start, view.constant or 0.0)
        if end < 0.95 * min(start, view.constant or math.inf) or peak <= above:
            return []  # it learns, or never went up: where nothing can be learned, no rate helps
        severity = "fault"
        words += f", and the loss went from {start:.3g} up to {peak:.3g}, and ends at {end:.3g}"
    return [Finding("learning-rate-high", severity, words, layer, step, 1e-3, limit, change=change)]


def _rate_low(view: View) -> list[Finding]:
    limit = RULEBOOK["learning-rate-low"].threshold
    steps = [view.largest_step(one) for one in view.moments]
    known = [one for one in steps if one[1] is not None]
    if not known:
        return []
    step, layer = max(known, key=lambda one: one[0])
    if step >= limit or not step:
        return []
    words = f"a step changes no kernel by more than {step:.2g} of its size ({layer})"
    severity = "warning"
    if view.trained_long:
        end, start = view.data_loss(view.last), view.data_loss(view.first)
        if not end > 0.95 * min(start, view.constant or math.inf):
            return []
        severity = "fault"
        words += f", and the loss ends at {end:.3g}, after {start:.3g} at the start"
    change = {"learning_rate": _rounded(view.facts["optimizer"]["learning_rate"] * 1e-3 / step)}
    return [Finding("learning-rate-low", severity, words, layer, step, 1e-3, limit, change=change)]


def _rounded(rate: float) -> float:
    return float(f"{rate:.1g}")


def _overfitting(view: View) -> list[Finding]:
    if "val_loss" not in view.history or not view.trained_long:
        return []
    losses = view.history.dropna(subset=["val_loss"])
    values = losses["val_loss"].to_numpy()
    if len(values) < 2 or not all(map(math.isfinite, values)) or values.min() <= 0:
        return []
    limit, rise = RULEBOOK["overfitting"].threshold, values[-1] / values.min() - 1
    training = losses["loss"].to_numpy()
    if rise <= limit or training[-1] >= training[int(values.argmin())]:
        return []
    at = int(losses.index[int(values.argmin())])
    words = (
        f"the validation loss has risen by {rise:.0%} since epoch {at}, to {values[-1]:.3g}, while "
        f"the training loss fell to {training[-1]:.2g}"
    )
    worse = view.constant is not None and values[-1] > view.constant
    if worse:
        words += f"; one answer for all has {view.constant:.3g}"
    return [
        Finding(
            "overfitting", "fault" if worse else "hint", words, None, float(rise), None, limit, at,
            change={"dropout": 0.3},
        )
    ]  # fmt: skip


def _constant(view: View) -> list[Finding]:
    judged = view.trained_long or not (view.is_run or view.untrained)
    if not judged or not view.constant or view.constant <= 0:
        return []
    loss = view.data_loss(view.last)
    limit, share = RULEBOOK["constant-answer"].threshold, loss / view.constant
    if not math.isfinite(share) or share < limit:
        return []
    words = f"the loss is {loss:.3g}, and the best constant answer has {view.constant:.3g}"
    penalty = view.last.loss - loss
    if penalty > loss:
        words += f"; a penalty adds {penalty:.3g}"
    halfway = view.data_loss(view.moments[len(view.moments) // 2])
    falls = view.is_run and loss < 0.99 * halfway
    words += "; it still falls" * falls
    severity = "hint" if falls else "warning"
    return [Finding("constant-answer", severity, words, None, share, 1.0, limit)]


JUDGES: dict[str, Judge] = {
    "non-finite": _non_finite,
    "output": _output,
    "inputs": _inputs,
    "copies": _copies,
    "initialization": _initialization,
    "dead": _dead,
    "saturated": _saturated,
    "vanishing": _vanishing,
    "exploding": _exploding,
    "learning-rate-high": _rate_high,
    "learning-rate-low": _rate_low,
    "overfitting": _overfitting,
    "constant-answer": _constant,
}
"""By rule, the function that asks it."""
