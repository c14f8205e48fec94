"""What becomes of a pass in a recording: sketches, unit evidence, updates, and what was missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kit.callbacks.data import ProbeData
from kit.callbacks.gathering import Arrays, Sketches
from kit.callbacks.one_pass import Pass
from kit.recordings.recording import Recording

__all__ = ["Captures"]


class Captures:
    """The captures of one recording, one after the other; each may be made in another thread.

    Parameters
    ----------
    recording
        Where they are written.
    data
        Probe data.
    raw
        Whether the arrays are kept beside their sketches.

    Attributes
    ----------
    not_heard
        By layer, why the last capture has no z of it.
    changes
        In words, what a capture heard otherwise than the one before; whoever reads them takes
        them out.
    """

    def __init__(self, recording: Recording, data: ProbeData, raw: bool) -> None:
        self.recording, self._data, self._raw = recording, data, raw
        self._weights: dict[str, np.ndarray] = {}
        self._heard: list[str] | None = None
        self.not_heard: dict[str, str] = {}
        self.changes: list[str] = []

    def make(
        self, one_pass: Pass, state: list[tf.Tensor], epoch: int, step: int, within: bool
    ) -> None:
        """Run a pass on the state that was copied, and write down what it found.

        Parameters
        ----------
        one_pass, state
            The pass, and what its `state` gave at the moment that is measured.
        epoch, step, within
            As for `Recording.add`.
        """
        self.recording.add(**self.taken(one_pass, state, epoch, step, within))

    def taken(
        self, one_pass: Pass, state: list[tf.Tensor], epoch: int, step: int, within: bool
    ) -> dict[str, Any]:
        """What `make` writes: the arguments of `Recording.add`."""
        total = Sketches(self._data.samples)
        arrays = Arrays(self._data.samples) if self._raw else None
        for samples, found in one_pass.run(state):
            total.add(samples, found)
            if arrays is not None:
                arrays.add(samples, found)
        layers = total.layers(self._weights, arrays)
        self._compare([row.name for row in total.entries if row.call is not None], step)
        self._weights, self.not_heard = total.weights, total.not_heard
        return {
            "epoch": epoch,
            "step": step,
            "loss": total.loss,
            "samples": self._data.samples,
            "layers": layers,
            "within": within,
            "not_heard": total.not_heard,
        }

    def _compare(self, heard: list[str], step: int) -> None:
        if self._heard is not None and heard != self._heard:
            gone = [name for name in self._heard if name not in heard]
            new = [name for name in heard if name not in self._heard]
            parts = [
                f"{what} {', '.join(names)}"
                for what, names in (("no more", gone), ("for the first time", new))
                if names
            ]
            if parts:
                self.changes.append(f"the capture at step {step} heard {'; '.join(parts)}")
        self._heard = heard
