"""The Keras callback that measures every layer, epoch by epoch, on fixed probe data."""

from __future__ import annotations

import importlib.metadata
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from kit.callbacks.data import Inputs, ProbeData, Targets
from kit.callbacks.one_pass import Pass
from kit.checks import check_count, check_flag, named, shown
from kit.recordings import storage
from kit.recordings.recording import Recording

__all__ = ["Recorder"]


class Recorder(keras.callbacks.Callback):
    """Record the distributions of every layer's z, activation, delta, weight and gradient.

    Epoch 0 is measured before training, epoch k after the k-th one, always on the same probe data
    and in inference mode. Training is not changed: weights, optimizer, metrics and random
    states are, to the last bit, those of a run without the recorder. ``fit`` called again
    begins a new recording (in a file, under the next free name; a `run` that is named and there
    is refused); with ``initial_epoch`` it goes on with the one that ended there.

    A run that diverges is recorded too, with the number of non-finite values. Training that is
    interrupted leaves every finished capture.

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
        on 1,000 samples, where sketches take 25 kB.
    overwrite
        Whether a run of this name may be replaced.

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
    ) -> None:
        super().__init__()
        check_count("every", every)
        if every_n_batches is not None:
            check_count("every_n_batches", every_n_batches)
        check_flag("raw", raw)
        check_flag("overwrite", overwrite)
        # Keras hands batches out faster where no callback has to look at the end of each at once
        self.async_safe = every_n_batches is None
        if run is not None and not isinstance(run, str):
            raise TypeError(f"`run` must be a name or None; got {shown(run)}")
        if run == "":
            raise ValueError("`run` must be a name or None; got ''")
        if path is not None:
            if not isinstance(path, (str, Path)):
                raise TypeError(f"`path` must be a path or None; got {shown(path)}")
            storage.check_run(path, run, overwrite)
        self.data = ProbeData.of(x, y, sample_weight, batch_size)
        self.every = every
        self.every_n_batches = every_n_batches
        self.layers = None if layers is None else named("layers", layers)
        self.path = path
        self.run = run
        self.raw = raw
        self.overwrite = overwrite
        self.recording: Recording | None = None
        self._step = 0
        self._done = 0
        self._captured = -1

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Check data and layers against the model; nothing is measured yet."""
        self._pass = Pass(self.model, self.data, layers=self.layers)
        self._passes = 0
        self._begun = False

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Measure before the first batch; only here Keras tells the initial epoch."""
        self._epoch = epoch
        self._goes = itertools.count()
        if not self._begun:
            self._begun = True
            if not self._goes_on(epoch):
                self._step, self._done = 0, epoch
                self.recording = Recording.create(
                    self.path, self.run, overwrite=self.overwrite, info=self._info()
                )
                self._capture(epoch)
        self._step_of_epoch = self._step

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
        recording = self.recording
        assert recording is not None  # made when the first epoch began
        done = self._done = epoch + 1
        goes = next(self._goes)
        self._step = self._step_of_epoch + self._capped(goes * self.model.steps_per_execution)
        if logs:
            recording.add_history(done, logs)
        if self._captured == self._step:  # a capture within the epoch was at its end
            recording.finish_epoch(done, self._step)
        elif done % self.every == 0:
            self._capture(done)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Bring everything into the file itself, so that a copy of it alone is whole."""
        if self.recording is not None:
            self.recording.finish()

    def _capture(self, epoch: int, within: bool = False) -> None:
        assert self.recording is not None
        # the first pass runs as it is, which also lets Keras build what it builds late; the
        # second is compiled, for all that follow
        if self._passes == 1:
            self._pass.trace(self.data)
        self._passes += 1
        self._captured = self._step
        loss, layers = self._pass.sketches(self.data, raw=self.raw)
        self.recording.add(
            epoch=epoch,
            step=self._step,
            loss=loss,
            samples=self.data.samples,
            layers=layers,
            within=within,
        )

    def _goes_on(self, epoch: int) -> bool:
        """Whether this training continues the recording that there is."""
        return epoch > 0 and self.recording is not None and self._done == epoch

    def _capped(self, batches: int) -> int:
        """Batches done of this epoch; where Keras runs several at one go, the last has fewer."""
        steps = (self.params or {}).get("steps")
        return min(batches, steps) if steps else batches

    def _info(self) -> dict[str, Any]:
        packages = ("keras-teaching-kit", "keras", "tensorflow")
        return {
            "model": self.model.name,
            "mode": "inference",
            "samples": self.data.samples,
            "versions": {name: _version(name) for name in packages},
        }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
