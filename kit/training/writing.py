"""What becomes of many networks' training in their runs: captures and histories.

In a thread beside the training. A capture of all networks of a group is one thing that is asked
for; the histories of the epochs since the last are written with it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kit.callbacks.beside import Beside
from kit.callbacks.capturing import Captures
from kit.callbacks.data import ProbeData
from kit.callbacks.keras_internals import handle_of
from kit.callbacks.one_pass import Pass
from kit.recordings.runs import Runs

__all__ = ["Probe", "Writer", "logs_of"]

SECONDS = 1.0
"""After which the histories of some epochs are written, where no capture does it before."""


class Writer:
    """Writes into the runs, in another thread.

    Parameters
    ----------
    runs
        One of each network, by name.
    """

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self._beside = Beside()
        self._logs: list[tuple[int, dict[str, dict[str, Any]]]] = []
        self._last = time.monotonic()
        runs.await_with(self.settle)

    def history(self, epoch: int, logs: dict[str, dict[str, Any]]) -> None:
        """Keep what an epoch of several networks gave, by the names of their runs."""
        self._logs.append((epoch, logs))
        if time.monotonic() - self._last > SECONDS:
            self.flush()

    def flush(self) -> None:
        """Let what was kept be written."""
        logs, self._logs = self._logs, []
        self._last = time.monotonic()
        if logs:
            self._beside.do(lambda: self._write(logs))

    def _write(self, logs: list[tuple[int, dict[str, dict[str, Any]]]]) -> None:
        for one in logs:
            self.runs.add_history(*one)

    def capture(
        self, probe: Probe, names: Sequence[str], state: list[tf.Tensor], epoch: int, step: int
    ) -> None:
        """Let a capture be taken of networks whose stacked state this is, and be written."""
        self.flush()
        self._beside.do(
            lambda: self.runs.add(probe.captures(names, state, epoch, step)), heavy=True
        )

    def finish(self, names: Sequence[str]) -> None:
        """Let runs be marked as complete."""
        self.flush()
        self._beside.do(lambda: self.runs.finish(names))

    def settle(self) -> None:
        """Wait until all is written that was asked for."""
        self._beside.settle()

    def end(self) -> None:
        """Wait, let the thread go, and raise what went wrong in it."""
        self.flush()
        self._beside.end()
        self.runs.await_with(None)
        if self._beside.failures:
            raise self._beside.failures[0]


class Probe:
    """Captures networks of one architecture, by the program of one of them.

    Parameters
    ----------
    model
        One of them.
    variables
        Keras's variables in the order of the stacked state.
    data, layers, raw
        As for `kit.callbacks.Recorder`.
    runs
        One of each network, by name.

    Raises
    ------
    TypeError, ValueError, UnknownNameError
        For data or layers that do not fit the model.
    """

    def __init__(
        self,
        model: keras.Model,
        variables: Sequence[keras.Variable],
        data: ProbeData,
        layers: Sequence[str] | None,
        raw: bool,
        runs: Runs,
    ) -> None:
        self._pass = Pass(model, data, layers=layers)
        self._data, self._raw, self._runs = data, raw, runs
        places = {id(handle_of(one)): k for k, one in enumerate(variables)}
        self._places = [places[id(handle)] for handle in self._pass.handles()]
        self._of: dict[str, Captures] = {}

    def captures(
        self, names: Sequence[str], state: list[tf.Tensor], epoch: int, step: int
    ) -> dict[str, dict[str, Any]]:
        """What `Runs.add` is given of each network, in the order of the stacked state."""
        pieces = {place: tf.unstack(state[place]) for place in set(self._places)}
        found = {}
        for k, name in enumerate(names):
            mine = [pieces[place][k] for place in self._places]
            found[name] = self._captures(name).taken(self._pass, mine, epoch, step, False)
        return found

    def _captures(self, name: str) -> Captures:
        if name not in self._of:
            self._of[name] = Captures(self._runs[name], self._data, self._raw)
        return self._of[name]

    @property
    def not_heard(self) -> Mapping[str, str]:
        """By layer, why the last capture has no z of it."""
        return {name: why for one in self._of.values() for name, why in one.not_heard.items()}


def logs_of(results: Mapping[str, Any], networks: int) -> list[dict[str, Any]]:
    """What `fit` would report of each network, from arrays with the networks first."""
    found: list[dict[str, Any]] = [{} for _ in range(networks)]
    for name, values in results.items():
        if isinstance(values, Mapping):
            for mine, inner in zip(found, logs_of(values, networks), strict=True):
                mine.update(inner)
            continue
        for k, mine in enumerate(found):
            one = np.asarray(values)[k]
            mine[name] = float(one) if one.ndim == 0 else one
    return found
