"""Many networks trained at once, each as `fit` would train it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from kit.callbacks.data import Inputs, ProbeData, Targets
from kit.callbacks.one_pass import Pass, check_model, tell_not_heard
from kit.callbacks.recorder import run_info
from kit.checks import UnknownNameError, check_count, check_flag, check_number
from kit.recordings.runs import Runs
from kit.training import training_internals
from kit.training.alone import RunRecorder, train_alone
from kit.training.checking import (
    checked_models,
    checked_probe,
    checked_seeds,
    checked_stopping,
    one_for_each,
)
from kit.training.group import stacks_of
from kit.training.grouping import Groups, groups_of
from kit.training.naming import checked_parameters, names_of
from kit.training.one_network import Network
from kit.training.plan import Member, Plan
from kit.training.progress import Progress
from kit.training.stacked import NotStackedError
from kit.training.training_data import TrainingData
from kit.training.writing import Probe, Writer

__all__ = ["NotTogetherWarning", "train_together"]


class NotTogetherWarning(UserWarning):
    """Some networks, or some operations of theirs, could not be computed at once."""


def train_together(
    models: Sequence[keras.Model],
    x: Inputs,
    y: Targets | None = None,
    *,
    epochs: int = 1,
    batch_size: int = 32,
    shuffle: bool = True,
    seed: int | Sequence[int] | None = None,
    sample_weight: Targets | None = None,
    class_weight: Mapping[int, float] | None = None,
    validation_data: Sequence[Any] | None = None,
    early_stopping: keras.callbacks.EarlyStopping | None = None,
    probe: Sequence[Any] | None = None,
    every: int | Sequence[int] = 1,
    layers: str | Sequence[str] | None = None,
    raw: bool = False,
    path: str | Path | None = None,
    names: Sequence[str] | None = None,
    parameters: Sequence[Mapping[str, Any]] | None = None,
    overwrite: bool = False,
    memory: float = 2e9,
    verbose: bool = True,
) -> Runs:
    """Train many networks at once, each as ``model.fit`` would train it alone.

    Networks that compute the same, but for weights, seeds, learning rates and the like, are
    trained by one program: BLOCK 30 times as fast as one after the other. Others, and groups of
    other architectures, take their turn; a model that cannot be trained so goes through `fit`, with
    the same batches, and a warning says why. Weights and histories are those of `fit` to rounding,
    and do not depend on who else is trained. The models end with their trained weights, and their
    optimizers with what they have kept.

    Parameters
    ----------
    models
        Compiled Keras models, each of its own, that share no weights.
    x, y, sample_weight, class_weight, epochs, batch_size
        As for `fit`, arrays; the same for all networks.
    shuffle
        Whether each epoch has another order of batches.
    seed
        Of the order of batches: one for all networks, or a list with one for each. The order is
        that of `batch_order`. None draws one for all.
    validation_data
        (x, y) or (x, y, sample_weight), evaluated after each epoch.
    early_stopping
        A ``keras.callbacks.EarlyStopping``, asked for each network apart; the others go on.
    probe
        (x, y) or (x, y, sample_weight), on which each network is captured before training and after
        every `every`-th epoch, as by a `Recorder`; None captures none. Arrays, no data set. Layers,
        and metrics that have no name of their own, are called what they are called in the first
        model of their group.
    every
        As for `Recorder`; or a list with one for each network.
    layers, raw
        As for `Recorder`.
    path
        Recording file of the runs, new or with others; None keeps them in memory.
    names
        Of the runs; None makes them of the parameters, else ``run-1``, ``run-2``, ...
    parameters
        What made each network, a dict of numbers and texts for each: columns of the tables.
    overwrite
        Whether runs of these names may be replaced.
    memory
        Bytes that a group may take at once, about. A larger one is split, which it says.
    verbose
        Whether a bar shows how far it is and how long it will take.

    Returns
    -------
    Runs
        One of each network, in order. After an interruption (Ctrl-C), with what there was until
        then: a warning says so, the models are as after the last whole epoch, and the runs that
        were cut short are not `finished`.

    Raises
    ------
    TypeError, ValueError, RecordingError
        For bad arguments, before anything is trained; the message names the argument, what was
        expected and what came.
    Exception
        Whatever a model raises in `fit`, after all others were trained; with a `path` nothing of
        theirs is lost.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data(n_points=100)
    >>> models = [build_block("tanh", seed=seed) for seed in (1, 2, 3)]
    >>> seeds = [{"seed": seed} for seed in (1, 2, 3)]
    >>> runs = train_together(
    ...     models, X, y, epochs=2, seed=1, probe=(X, y), parameters=seeds, verbose=False
    ... )
    >>> runs.names, runs["2"].epochs
    (['1', '2', '3'], [0, 1, 2])
    """
    models = checked_models(models)
    plan = Plan(
        check_count("epochs", epochs),
        checked_stopping(early_stopping),
        check_number("memory", memory, 0, expected="a positive number of bytes", open_ends=True),
        check_flag("shuffle", shuffle),
    )
    check_flag("verbose", verbose)
    data = TrainingData(
        x,
        y,
        sample_weight=sample_weight,
        class_weight=class_weight,
        batch_size=batch_size,
        validation_data=validation_data,
    )
    captured = None if probe is None else _Captured(checked_probe(probe), layers, raw)
    seeds = checked_seeds(seed, len(models))
    often = one_for_each("every", every, len(models), check_count)
    given = checked_parameters(parameters, len(models))
    run_names = names_of(names, given, len(models))
    for model in models:
        _build(model, data, captured)
    groups = groups_of(models, data)
    if captured is not None and layers is not None:
        for k in (*(group[0] for group in groups.together), *groups.alone):
            Pass(models[k], captured.data, layers=layers).trace()  # which knows them
    samples = 0 if captured is None else captured.data.samples
    probed = None if captured is None else captured.data
    infos = [
        {**run_info(one, samples, probed), "batch_seed": own}
        for one, own in zip(models, seeds, strict=True)
    ]
    runs = Runs.create(path, run_names, given, info=infos, overwrite=overwrite)
    members = list(map(Member, models, run_names, seeds, often))
    try:
        _Training(members, data, plan, captured, runs, verbose).run(groups)
    except KeyboardInterrupt:
        done = sorted(one.done for one in members)
        warnings.warn(
            f"interrupted after {done[0]} to {done[-1]} of {epochs} epochs: the models are as "
            "after the last whole one, and the runs have what was recorded",
            RuntimeWarning,
            stacklevel=2,
        )
    return runs


@dataclass
class _Captured:
    """What is captured of each network."""

    data: ProbeData
    layers: str | Sequence[str] | None
    raw: bool


class _Training:
    """The training of all networks, group after group."""

    def __init__(
        self,
        members: list[Member],
        data: TrainingData,
        plan: Plan,
        captured: _Captured | None,
        runs: Runs,
        verbose: bool,
    ) -> None:
        self._members, self._data, self._plan = members, data, plan
        self._captured, self._runs, self._verbose = captured, runs, verbose
        self._progress = Progress(len(members), plan.epochs, data.batches, verbose)
        self._writer = Writer(runs)
        self._probes: list[Probe] = []
        self._alone: dict[str, str] = {}

    def run(self, groups: Groups) -> None:
        """Train them all, and tell what was not as it should be.

        Of errors in training, the first is raised after all others have been trained.
        """
        errors: list[Exception] = []
        by_name = {one.name: one for one in self._members}
        self._alone = {self._members[k].name: reason for k, reason in groups.alone.items()}
        try:
            for group in groups.together:
                self._train_group([self._members[k] for k in group])
            if self._alone:
                told = "; ".join(f"{name} ({why})" for name, why in self._alone.items())
                _tell(f"trained by `fit`, one after the other: {told}")
            for name in self._alone:
                try:
                    self._train_alone(by_name[name])
                except Exception as error:
                    errors.append(error)
        finally:
            self._writer.end()
        if errors:
            raise errors[0]
        self._progress.end()
        not_heard: dict[str, str] = {}
        for probe in self._probes:
            not_heard |= probe.not_heard
        tell_not_heard(not_heard)

    def _train_group(self, members: list[Member]) -> None:
        try:
            stacks = stacks_of(members, self._data, self._plan, self._make_probe)
        except UnknownNameError:  # of a layer, which other groups have
            raise
        except Exception as error:  # what cannot be vectorized; what is wrong, `fit` tells better
            why = _why(error)
            self._alone |= {one.name: why for one in members}
            return
        if len(stacks) > 1:
            _tell(
                f"{len(members)} networks of one group take more than {self._plan.memory:.2g} "
                f"bytes of `memory`: they are trained in {len(stacks)} parts"
            )
        loops = sorted({one for stack in stacks for one in stack.in_loops})
        if loops and self._verbose:
            print(f"Computed for one network after the other: {', '.join(loops)}.")
        for stack in stacks:
            stack.train(self._writer, self._progress)

    def _make_probe(self, network: Network) -> Probe | None:
        if self._captured is None:
            return None
        what = self._captured
        probe = Probe(
            network.model, network.variables, what.data, what.layers, what.raw, self._runs
        )
        self._probes.append(probe)
        return probe

    def _train_alone(self, member: Member) -> None:
        recorder = None
        if self._captured is not None:
            what = self._captured
            recorder = RunRecorder(
                self._runs[member.name], what.data, member.every, what.layers, what.raw
            )
        train_alone(member, self._data, self._plan, self._writer, self._progress, recorder)


def _build(model: keras.Model, data: TrainingData, captured: _Captured | None) -> None:
    """Make the variables of model and optimizer, and hold the data against the model."""
    if not model.built:
        training_internals.build_training(model, data.first())
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    data.probe.check_against(model)
    if captured is not None:
        check_model(model)
        captured.data.check_against(model)


def _why(error: Exception) -> str:
    """Why networks are not stacked, from what tracing them raised."""
    words = (str(error).strip().splitlines() or [""])[0]
    if isinstance(error, NotStackedError):
        return words
    if "variant" in words:
        return "it has a loop of its own inside, as recurrent layers have"
    return f"{type(error).__name__}: {words}"


def _tell(words: str) -> None:
    warnings.warn(words, NotTogetherWarning, stacklevel=2)
