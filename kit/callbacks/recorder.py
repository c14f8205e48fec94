"""The Keras callback that measures every layer, epoch by epoch, on fixed probe data."""

from __future__ import annotations

import importlib
import importlib.metadata
import itertools
import warnings
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from kit.callbacks.beside import Beside
from kit.callbacks.capturing import Captures
from kit.callbacks.data import Inputs, ProbeData, Targets
from kit.callbacks.network_facts import network_facts
from kit.callbacks.one_pass import NotHeardWarning, Pass, check_model, tell_not_heard
from kit.checks import UnknownNameError, check_count, check_flag, named, shown
from kit.recordings import storage
from kit.recordings.recording import Recording

__all__ = ["Recorder", "run_info"]


class Recorder(keras.callbacks.Callback):
    """Record the distributions of every layer's z, activation, delta, weight and gradient.

    Epoch 0 is measured before training, epoch k after the k-th one, always on the same probe data
    and in inference mode. Training is not changed: weights, optimizer, metrics and random
    states are, to the last bit, those of a run without the recorder. ``fit`` called again
    begins a new recording (in a file, under the next free name; a `run` that is named and there
    is refused); with ``initial_epoch`` it goes on with the one that ended there.

    A capture runs in a thread of its own, on a copy of the model's state of that moment, while
    training goes on; whoever reads the recording waits for what is still to come. A model compiled
    with ``run_eagerly=True`` is captured in between. A model that ``fit`` is still to build is
    measured from the end of its first epoch on.

    A run that diverges is recorded too, with the number of non-finite values. Training that is
    interrupted leaves every capture that was asked for. What goes wrong with a capture is told in
    one warning, and training goes on.

    Parameters
    ----------
    x, y, sample_weight, batch_size, layers
        Probe data and layers, as for `kit.probe`. The data are kept for the whole of training.
    every
        Capture after every `every`-th epoch, and before training.
    every_n_batches
        Capture after every so many training batches too; None does not.
    path
        Recording file, new or with other runs; None keeps the recording in memory.
    run
        Name of the run in the file; None takes the first free of ``run-1``, ``run-2``, ...
    raw
        Whether to keep the arrays themselves beside their sketches: 6 MB a capture of BLOCK
        on 1,000 samples, where sketches take 32 kB.
    overwrite
        Whether a run of this name may be replaced.
    resume
        Whether a run of this name that is there goes on, after its process was killed, say, from
        where ``initial_epoch`` or `keras.callbacks.BackupAndRestore` takes training up. Captures
        of later epochs are dropped. Where there is no such run, it begins.
    diagnose
        Whether `kit.diagnose` is asked after each capture, and what is broken is told in a line the
        moment it shows. Training then waits for its captures.

    Attributes
    ----------
    recording : kit.Recording or None
        What was recorded, every capture so far; None before training.

    Raises
    ------
    TypeError, ValueError
        For bad arguments, here; for data or layers that do not fit the model, when training
        begins, before the first batch. The message names the argument, what was expected and
        what came.
    RecordingError
        If the file cannot be written or has the run already; before training too.

    Examples
    --------
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data(n_points=100)
    >>> recorder = Recorder(X, y)
    >>> _ = build_block(seed=1).fit(X, y, epochs=2, verbose=0, callbacks=[recorder])
    >>> recorder.recording.epochs
    [0, 1, 2]
    """

    def __init__(
        self,
        x: Inputs,
        y: Targets | None = None,
        *,
        sample_weight: Targets | None = None,
        every: int = 1,
        every_n_batches: int | None = None,
        layers: str | Sequence[str] | None = None,
        batch_size: int = 1024,
        path: str | Path | None = None,
        run: str | None = None,
        raw: bool = False,
        overwrite: bool = False,
        resume: bool = False,
        diagnose: bool = False,
    ) -> None:
        super().__init__()
        check_count("every", every)
        if every_n_batches is not None:
            check_count("every_n_batches", every_n_batches)
        check_flag("raw", raw)
        check_flag("overwrite", overwrite)
        check_flag("diagnose", diagnose)
        if check_flag("resume", resume) and (path is None or run is None or overwrite):
            raise ValueError(
                "`resume` must come with a path and the name of a run, and without overwrite; got "
                f"path {shown(path)}, run {shown(run)}, overwrite {overwrite}"
            )
        # Keras hands batches out faster where no callback has to look at the end of each at once
        self.async_safe = every_n_batches is None
        if run is not None and not isinstance(run, str):
            raise TypeError(f"`run` must be a name or None; got {shown(run)}")
        if run == "":
            raise ValueError("`run` must be a name or None; got ''")
        if path is not None:
            if not isinstance(path, (str, Path)):
                raise TypeError(f"`path` must be a path or None; got {shown(path)}")
            storage.check_run(path, run, overwrite or resume)
        self.data = ProbeData.of(x, y, sample_weight, batch_size)
        self.every = every
        self.every_n_batches = every_n_batches
        self.layers = None if layers is None else named("layers", layers)
        self.path = path
        self.run = run
        self.raw = raw
        self.overwrite = overwrite
        self.resume = resume
        self.diagnose = diagnose
        self.recording: Recording | None = None
        self._step = 0
        self._done = 0
        self._captured = -1
        self._trained: weakref.ref[keras.Model] | None = None
        self._forget()

    def _forget(self) -> None:
        """Be as before training, but for what was recorded."""
        self._pass: Pass | None = None
        self._beside = Beside(at_once=True)
        self._told: set[object] = set()
        self._captures: Captures | None = None  # of this training
        self._gave_up = False  # to make a pass, which is not tried again

    def __getstate__(self) -> dict[str, Any]:
        """The recorder without model and thread: for copies, and to be pickled."""
        self._beside.settle()
        kept = {name: value for name, value in vars(self).items() if name not in _OF_TRAINING}
        return kept | {"_model": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._trained = None
        self._forget()

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Check data and layers against the model; nothing is measured yet."""
        self._beside.end()
        self._forget()
        self._prepare(stops=True)
        self._begun = False

    def _prepare(self, *, stops: bool) -> None:
        """Make the pass, if the model is built; bad arguments stop a training that is to begin."""
        if not self.model.built:
            if stops:
                self._tell_once(
                    "`model` was not built when training began, so that epoch 0 is not measured; "
                    f"got {self.model.name!r}: give it a keras.Input, or call it once."
                )
            elif self._done:
                self._gave_up = True
                self._tell_once(
                    f"`Recorder` could not capture: {self.model.name!r} is trained without a call "
                    "of the model itself, which is what is measured. Training goes on."
                )
            return
        measurable = False
        try:
            check_model(self.model)
            measurable = True
            self._pass = Pass(self.model, self.data, layers=self.layers)
            self._pass.trace()
        except Exception as error:
            bad = isinstance(error, UnknownNameError) or (measurable and self._pass is None)
            self._pass, self._gave_up = None, True
            if stops and bad:
                raise
            self._tell(error)
            return
        self._beside = Beside(at_once=not self._pass.is_traced)
        if not stops and self.recording is not None:
            self.recording.await_with(self._beside.settle)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Measure before the first batch; only here Keras tells the initial epoch."""
        self._epoch = epoch
        self._goes = itertools.count()
        if not self._begun:
            self._begun = True
            goes_on = self._goes_on(epoch)
            if not goes_on:
                self._step, self._done, self._captured = 0, epoch, -1
                self.recording = self._new_recording(epoch)
            assert self.recording is not None  # there it is, or it goes on
            self.recording.await_with(self._beside.settle)
            self._captures = Captures(self.recording, self.data, self.raw)
            self._trained = weakref.ref(self.model)
            if not goes_on:
                self._capture(epoch)
                self._tell_findings(epoch)
        self._step_of_epoch = self._step

    def _new_recording(self, epoch: int) -> Recording:
        if self.resume and self.path is not None and storage.has_run(self.path, self.run):
            recording = Recording.resume(self.path, self.run)
            recording.cut(epoch)
            self._step = self._steps_until(epoch, recording)
            return recording
        return Recording.create(
            self.path,
            self.run,
            overwrite=self.overwrite,
            info=run_info(self.model, self.data.samples, self.data),
        )

    def _steps_until(self, epoch: int, recording: Recording) -> int:
        """Batches done at the end of an epoch of a run that goes on."""
        losses = recording.losses
        at_end = losses[losses["epoch"] == epoch]["step"]
        steps = (self.params or {}).get("steps")
        if len(at_end):
            return int(at_end.max())
        return epoch * int(steps) if steps else int(losses["step"].max(skipna=True) or 0)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count, and measure after every so many batches."""
        # what ended is counted, as Keras begins a batch too many where it does not know their
        # number; in one operation, as it may call from several threads
        next(self._goes)
        if self.every_n_batches is not None:
            # of several run at one go, `batch` is the last; in older Keras it is the first
            several = self.model.steps_per_execution
            done = self._capped((batch // several + 1) * several)
            before, self._step = self._step, self._step_of_epoch + done
            if self._step // self.every_n_batches > before // self.every_n_batches:
                self._capture(self._epoch, within=True)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Measure after the epoch, and note what Keras reported."""
        done = self._done = epoch + 1
        goes = next(self._goes)
        self._step = self._step_of_epoch + self._capped(goes * self.model.steps_per_execution)
        step, recording = self._step, self.recording
        assert recording is not None  # made when the first epoch began
        if logs:
            reported = dict(logs)
            self._beside.do(lambda: recording.add_history(done, reported))
        if self._captured == step:  # a capture within the epoch was at its end
            self._beside.do(lambda: recording.finish_epoch(done, step))
        elif done % self.every == 0:
            self._capture(done)
        self._tell_news()
        self._tell_findings(done)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Wait for what is still to come, and say in the file that the run is finished."""
        recording = None if self._captures is None else self._captures.recording
        if recording is not None:  # else there was no epoch
            self._beside.do(recording.finish)
        self._beside.end()
        self._tell_news()
        self._pass = None
        if recording is not None:
            recording.await_with(None)

    def _capture(self, epoch: int, within: bool = False) -> None:
        if self._pass is None and not self._gave_up:
            self._prepare(stops=False)
        if self._pass is None or self._captures is None:
            return
        self._captured = step = self._step
        one_pass, captures = self._pass, self._captures
        self._beside.make_room()
        try:
            state = one_pass.state()
        except Exception as error:
            self._tell(error)
            return
        self._beside.do(lambda: captures.make(one_pass, state, epoch, step, within), heavy=True)

    def _tell_news(self) -> None:
        """Say, in training's own thread, what the captures so far had to tell."""
        while self._beside.failures:
            self._tell(self._beside.failures.popleft())
        if self._captures is None:
            return
        while self._captures.changes:
            self._tell_once(self._captures.changes.pop(0))
        not_heard = self._captures.not_heard
        if not_heard and NotHeardWarning not in self._told:
            self._told.add(NotHeardWarning)
            tell_not_heard(not_heard)

    def _tell_findings(self, epoch: int) -> None:
        """Print what is broken and was not before, a line each."""
        if not self.diagnose or self.recording is None or self._captured != self._step:
            return
        self._beside.settle()
        if not self.recording.epochs:
            return
        try:
            diagnosis = importlib.import_module("kit.diagnosis").diagnose(self.recording)
        except Exception as error:  # training goes on, whatever a rule stumbles over
            self._tell(error)
            return
        for finding in diagnosis:
            if finding.severity != "hint" and (finding.name, finding.layer) not in self._told:
                self._told.add((finding.name, finding.layer))
                print(f"epoch {epoch}: {finding}", flush=True)

    def _tell(self, error: Exception) -> None:
        """Tell of a reason for which there is no capture."""
        self._tell_once(
            f"`Recorder` could not capture: {type(error).__name__}: {str(error).rstrip('.')}. "
            "Training goes on, and so does the recording where it can."
        )

    def _tell_once(self, words: str) -> None:
        if words not in self._told:
            self._told.add(words)
            warnings.warn(words, RuntimeWarning, stacklevel=3)

    def _goes_on(self, epoch: int) -> bool:
        """Whether this training continues the recording that there is."""
        same = self._trained is None or self._trained() is self.model
        return epoch > 0 and self.recording is not None and self._done == epoch and same

    def _capped(self, batches: int) -> int:
        """Batches done of this epoch; where Keras runs several at one go, the last has fewer."""
        steps = (self.params or {}).get("steps")
        return min(batches, steps) if steps else batches


_OF_TRAINING = ("_model", "_pass", "_beside", "_captures", "_told", "_goes", "_trained")
"""Attributes that belong to a training that runs."""


def run_info(model: keras.Model, samples: int, data: ProbeData | None = None) -> dict[str, Any]:
    """What is kept of a run beside what is measured.

    Parameters
    ----------
    model
        That is trained.
    samples
        Of the probe data.
    data
        The probe data; with them ``facts`` are kept, as `network_facts` tells them.
    """
    facts = {} if data is None else {"facts": network_facts(model, data)}
    packages = ("keras-teaching-kit", "keras", "tensorflow")
    return {
        "model": model.name,
        "mode": "inference",
        "samples": samples,
        "versions": {name: _version(name) for name in packages},
        **facts,
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
