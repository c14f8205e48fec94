"""Nine CNNs for digits, trained for a short while: what both figures of them measure."""

from __future__ import annotations

import math
from typing import Any

from kit.catalogue import Lab
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import ACTIVATIONS, INITIALIZERS, network_name

COMPARED_LAYERS = ("conv1", "conv2", "d", "o")
CHANCE = math.log(10)  # the loss of giving every digit a tenth


def measure_comparison(lab: Lab, seed: int) -> tuple[Any, Facts]:
    recordings: dict[str, dict[str, Any]] = {}
    facts: Facts = {"chance": CHANCE, "loss": {}, "accuracy": {}, "first": {}, "last": {}}
    for row, activation in ACTIVATIONS.items():
        recordings[row] = {}
        for column, initializer in INITIALIZERS.items():
            recording, about = lab.compare_on_digits(activation, initializer, seed)
            recordings[row][column] = recording
            facts |= about
            name, history = network_name(row, column), recording.history
            facts["loss"][name] = float(history["loss"].iloc[-1])
            facts["accuracy"][name] = float(history["accuracy"].iloc[-1])
            for when, epoch in (("first", 0), ("last", about["epochs"])):
                facts[when][name] = {
                    layer: recording.sketch("gradient", layer, epoch).std
                    for layer in COMPARED_LAYERS
                }
    return recordings, facts | _ratios(facts)


def losses_of(recordings: Any) -> dict[str, dict[str, Any]]:
    """Training losses over the epochs, by activation and initializer."""
    return {
        row: {column: recording.history["loss"] for column, recording in columns.items()}
        for row, columns in recordings.items()
    }


def _ratios(facts: Facts) -> Facts:
    """What the claims compare, by network."""
    loss, first = facts["loss"], facts["first"]
    learning = [name for name in loss if not name.startswith("sigmoid")]
    sigmoid = [name for name in loss if name.startswith("sigmoid")]
    return {
        "sigmoid_from_chance": {name: abs(loss[name] - CHANCE) for name in sigmoid},
        "loss_over_chance": {name: loss[name] / CHANCE for name in learning},
        "loss_over_normal": {
            name: loss[name] / loss[f"{name.split('_')[0]}_normal"]
            for name in learning
            if not name.endswith("normal")
        },
        "sigmoid_steps_back": {
            f"{name}, {a} to {b}": first[name][b] / first[name][a]
            for name in sigmoid
            for a, b in (("o", "d"), ("d", "conv2"), ("conv2", "conv1"))
        },
        "conv1_over_dense": {name: first[name]["conv1"] / first[name]["d"] for name in learning},
        "conv1_over_output": {name: one["conv1"] / one["o"] for name, one in first.items()},
        "spread": {name: max(one.values()) / min(one.values()) for name, one in first.items()},
    }
