"""Nine small CNNs for digits, trained on few of them: what both figures of them measure."""

from __future__ import annotations

import itertools
import math
from typing import Any

from kit.catalogue import Control, Lab
from kit.catalogue.claims import Facts
from kit.catalogue.nine_networks import ACTIVATIONS, INITIALIZERS, network_name
from kit.catalogue.over_seeds import medians

COMPARED_LAYERS = ("conv1", "conv2", "d", "o")
EARLY = 2  # epochs, after which those that learn at once are on their way
CHANCE = math.log(10)  # the loss of giving every digit a tenth
NINE_CNNS = (
    "Small CNNs ({filters[0]} and {filters[1]} filters, {dense} dense units), Adam, {train:,} "
    "digits ({source}), {epochs} epochs in batches of {batch}; medians of {networks} networks "
    "each. "
)


def not_with_relu(*refutes: str) -> Control:
    """The control in which ReLU is in the place of sigmoid."""
    return Control(activation="ReLU", refutes=refutes, words="ReLU in place of sigmoid")


def measure_comparison(lab: Lab, seed: int, activation: str = "sigmoid") -> tuple[Any, Facts]:
    """Runs of all nine; losses in the end, when they were halved, and gradients before.

    What is claimed of sigmoid is asked of the networks with `activation`.
    """
    runs, facts = lab.compare_nine_on_digits(seed)
    facts = {**facts, "chance": CHANCE}
    seeds = runs.parameters["seed"].unique()
    facts |= {"seed": int(seeds[0]), "networks": len(seeds)}
    facts |= {"early_epochs": EARLY, "loss": {}, "early": {}, "halved": {}, "first": {}}
    for row, column in itertools.product(ACTIVATIONS, INITIALIZERS):
        some = runs.select(activation=row, initializer=column)
        found = medians([_facts_of(some[name]) for name in some])
        for name, value in found.items():
            facts[name][network_name(row, column)] = value
    return runs, facts | _ratios(facts, activation.lower())


def _facts_of(recording: Any) -> Facts:
    """Of one network: its loss, after how many epochs it is halved, gradients before training."""
    loss = recording.history["loss"]
    over = loss.index[loss >= CHANCE / 2]
    return {
        "loss": float(loss.iloc[-1]),
        "early": float(loss[EARLY]),
        "halved": int(over.max()) + 1 if len(over) else 1,
        "first": {layer: recording.sketch("gradient", layer, 0).std for layer in COMPARED_LAYERS},
    }


def _ratios(facts: Facts, activation: str) -> Facts:
    """What the claims compare, by network."""
    halved, first = facts["halved"], facts["first"]
    learning = [name for name in halved if not name.startswith("sigmoid")]
    sigmoid = [name for name in halved if name.startswith(activation)]
    return {
        "halved_sigmoid": {name: halved[name] for name in sigmoid},
        "halved_others": {name: halved[name] for name in learning},
        "sooner": min(halved[name] for name in sigmoid) / max(halved[name] for name in learning),
        "sigmoid_left": {name: facts["loss"][name] / CHANCE for name in sigmoid},
        "early_over_normal": {
            name: facts["early"][name] / facts["early"][f"{name.split('_')[0]}_normal"]
            for name in learning
            if not name.endswith("normal")
        },
        "sigmoid_steps_back": {
            f"{name}, {a} to {b}": first[name][b] / first[name][a]
            for name in sigmoid
            for a, b in (("o", "d"), ("d", "conv2"), ("conv2", "conv1"))
        },
        "conv1": {name: one["conv1"] for name, one in first.items()},
        "conv1_over_dense": {name: first[name]["conv1"] / first[name]["d"] for name in learning},
        "conv1_over_output": {name: one["conv1"] / one["o"] for name, one in first.items()},
        "spread": {name: max(one.values()) / min(one.values()) for name, one in first.items()},
    }
