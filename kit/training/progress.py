"""How far a training of many networks is, and how long it will take."""

from __future__ import annotations

import math

import keras

__all__ = ["Progress"]


class Progress:
    """Keras's bar over the steps of all networks, with the time that is left.

    Parameters
    ----------
    networks, epochs, batches
        How many there are of each.
    verbose
        Whether it shows.
    """

    def __init__(self, networks: int, epochs: int, batches: int, verbose: bool) -> None:
        self._target = networks * epochs * batches
        self._done = 0
        self._bar = keras.utils.Progbar(
            self._target, verbose=int(verbose), stateful_metrics=["loss"], interval=0.2
        )

    def add(self, steps: int, loss: float = math.nan) -> None:
        """So many more steps are done, of all networks; `loss` is the median of theirs."""
        self._done = min(self._target, self._done + steps)
        known = [("loss", loss)] if math.isfinite(loss) else []
        self._bar.update(self._done, known, finalize=False)

    def end(self) -> None:
        """All are done, or have stopped."""
        self._bar.update(self._target, finalize=True)
