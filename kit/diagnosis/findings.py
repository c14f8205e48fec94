"""A finding, and the rules that make findings: what each measures, from when on, and after whom."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from kit.callbacks.data import Inputs, Targets
from kit.training.twin_results import Twins
from kit.training.twins import MakesModel, twin

__all__ = ["RULEBOOK", "SEVERITIES", "Finding", "Rule"]

SEVERITIES = ("fault", "warning", "hint")
"""A fault keeps a network from learning, a warning will or may, a hint is worth a look."""

SIX_DEPTHS = math.exp(3)
"""20: by so much a gradient's norm falls over six depth scales, e^(-6/2)."""


@dataclass(frozen=True)
class Rule:
    """One thing that can be wrong.

    Attributes
    ----------
    name
        As ``dead``.
    title
        As a heading.
    asks
        What is measured.
    threshold
        From which number on it is a finding.
    source
        Of the threshold.
    remedy
        What helps.
    others_fail
        A case on which rules of others are wrong, where one is known.
    """

    name: str
    title: str
    asks: str
    threshold: float
    source: str
    remedy: str
    others_fail: str = ""


@dataclass(frozen=True)
class Finding:
    """What is wrong, with the numbers that show it.

    Attributes
    ----------
    name
        Of the rule.
    severity
        ``fault``, ``warning`` or ``hint``.
    words
        What was found, in a sentence.
    layer
        Where; None for the whole network.
    measured, predicted, threshold
        The number that was measured, what theory says of it (None where theory stops), and from
        where on it is a finding.
    began, passed
        Epochs of the first capture that shows it, and of the first that does not any more.
    source, remedy
        Of the rule.
    change
        What `kit.twin` takes to try the remedy; None where it is none of its changes.
    """

    name: str
    severity: str
    words: str
    layer: str | None = None
    measured: float = math.nan
    predicted: float | None = None
    threshold: float = math.nan
    began: int | None = None
    passed: int | None = None
    change: dict[str, Any] | None = field(default=None, hash=False)

    @property
    def rule(self) -> Rule:
        """The rule that it is of."""
        return RULEBOOK[self.name]

    @property
    def source(self) -> str:
        """Where the threshold is from."""
        return self.rule.source

    @property
    def remedy(self) -> str:
        """What helps."""
        return self.rule.remedy

    def try_remedy(
        self,
        model: keras.Model | MakesModel,
        x: Inputs,
        y: Targets | None = None,
        *,
        seeds: int | Iterable[int] = 10,
        epochs: int = 50,
        batch_size: int = 32,
        validation_data: Sequence[Any] | None = None,
        verbose: bool = True,
    ) -> Twins:
        """Train the network as it is and with the remedy, and compare: a remedy is not asserted.

        Parameters
        ----------
        model, x, y, seeds, epochs, batch_size, validation_data, verbose
            As for `kit.twin`.

        Returns
        -------
        Twins

        Raises
        ------
        ValueError
            Where the remedy is none of the changes of `kit.twin`; and as that raises.
        """
        if self.change is None:
            raise ValueError(
                f"the remedy of {self.name!r} is made by hand, as it is no change of kit.twin; "
                f"it is: {self.remedy}"
            )
        return twin(
            model,
            x,
            y,
            change=self.change,
            seeds=seeds,
            epochs=epochs,
            batch_size=batch_size,
            validation_data=validation_data,
            verbose=verbose,
        )

    def __str__(self) -> str:
        where = f" ({self.layer})" if self.layer and self.layer not in self.words else ""
        return f"{self.severity}: {self.rule.title}{where}: {self.words}"


_DEPTH_SOURCE = (
    "six depth scales, as deep as networks were trained: Schoenholz and others, Deep information "
    "propagation (2017), figure 5; over them a gradient's norm falls to e^-3"
)
_ALL = (
    Rule(
        "non-finite",
        "values that are no numbers",
        "NaN and infinite values: first in which layer, from which epoch on",
        0,
        "one is enough: every sum that it enters is no number",
        "where it begins, look for a logarithm or root of what can be negative, a division by 0, "
        "gaps in the data; after some epochs, take a smaller learning rate",
    ),
    Rule(
        "output",
        "output and loss do not fit",
        "share of the targets that the output cannot reach; a loss that takes probabilities and "
        "gets none",
        0,
        "what the functions can return; on cross-entropy Bishop, Pattern Recognition (2006), 4.3.4",
        "one sigmoid unit with binary cross-entropy for yes or no, softmax with cross-entropy for "
        "classes, a linear output with squared error for numbers, centred and scaled",
    ),
    Rule(
        "inputs",
        "inputs are not centred or scaled",
        "rms of the inputs, their mean by their std, and the largest feature by the middle one",
        SIX_DEPTHS,
        "centred and scaled inputs: LeCun and others, Efficient BackProp (1998), 4.3; the factor "
        "is that of six depth scales, as one layer of such size does what six do otherwise",
        "take off each feature's mean and divide by its std, both of the training data",
    ),
    Rule(
        "copies",
        "units are copies of each other",
        "share of a layer's units that answer every sample as another one does",
        0.5,
        "units that are equal stay equal: Goodfellow and others, Deep learning (2016), 8.4",
        "draw the weights at random",
    ),
    Rule(
        "initialization",
        "the initialization does not fit the activation",
        "std of the weights by that which keeps signals as large as they are (He for ReLU, Glorot "
        "else), over all hidden layers, where signal or gradient show it",
        SIX_DEPTHS,
        _DEPTH_SOURCE,
        "he_normal for ReLU and its kin, glorot_normal for sigmoid and tanh, lecun_normal for SELU",
        "tanh with N(0, 1): gradients differ by 44 over five layers; no rule on their size speaks",
    ),
    Rule(
        "dead",
        "dead units",
        "share of a layer's units that are 0 for all samples",
        0.5,
        "SageMaker Debugger's share of a layer; a unit is dead as in keras-contrib's "
        "dead_relu_detector",
        "smaller learning rate, biases of 0, or leaky ReLU, which has a slope on both sides",
        "torchmortem counts zeros: a healthy ReLU network of ten layers has 55 to 71 %",
    ),
    Rule(
        "saturated",
        "saturated units",
        "share of a layer's z where the activation's slope is under 5 % of its largest",
        0.5,
        "torchmortem's share, counted by slope",
        "smaller weights and biases, scaled inputs, or batch normalization",
        "sigmoid with N(0, 1): two thirds of z have lost their slope, 1 % lie outside SageMaker's "
        "limits",
    ),
    Rule(
        "vanishing",
        "gradients vanish",
        "norm of a sample's delta in one hidden layer by that in an earlier one",
        SIX_DEPTHS,
        _DEPTH_SOURCE,
        "ReLU with he_normal, batch normalization, fewer layers, or shortcuts",
        "sigmoid with Glorot: SageMaker's mean of the gradient under 1e-7 is silent up to depth 10",
    ),
    Rule(
        "exploding",
        "gradients explode",
        "norm of a sample's delta in one hidden layer by that in a later one",
        SIX_DEPTHS,
        _DEPTH_SOURCE,
        "an initialization that fits, normalization, gradients clipped by their norm",
    ),
    Rule(
        "learning-rate-high",
        "learning rate too high",
        "what a step changes of a kernel, by its size, where the loss rises and ends no better",
        0.1,
        "torchmortem's upper limit; about 1e-3 is usual: CS231n",
        "a smaller learning rate",
    ),
    Rule(
        "learning-rate-low",
        "learning rate too low",
        "what one step changes of each kernel, by its size; and a loss that hardly moves",
        1e-5,
        "torchmortem's lower limit; about 1e-3 is usual: CS231n",
        "a larger learning rate",
    ),
    Rule(
        "overfitting",
        "overfitting",
        "how far the validation loss has risen from its least",
        0.05,
        "generalization loss over 5 %: Prechelt, Early stopping, but when? (1998)",
        "more data, early stopping, dropout, a penalty, a smaller network",
    ),
    Rule(
        "constant-answer",
        "hardly better than a constant answer",
        "the loss, without penalties, by the least one that one answer to all samples has",
        0.95,
        "Gibbs's inequality; 5 % as what training by chance may win",
        "look whether the targets belong to the inputs and are scaled, and whether a penalty "
        "outweighs the loss; overfit twenty samples first (CS231n)",
    ),
)
RULEBOOK: dict[str, Rule] = {one.name: one for one in _ALL}
"""By name, in the order in which one causes another."""
