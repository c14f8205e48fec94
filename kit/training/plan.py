"""What a training of many networks is to do, and each network in it."""

from __future__ import annotations

from dataclasses import dataclass, field

import keras
import numpy as np

from kit.training.stopping import Stopper
from kit.training.training_data import batch_order

__all__ = ["Member", "Plan"]


@dataclass(frozen=True)
class Plan:
    """What all networks of a training have in common.

    Attributes
    ----------
    epochs, early_stopping, memory
        As for `train_together`.
    shuffle
        Whether batches come in another order in each epoch.
    """

    epochs: int
    early_stopping: keras.callbacks.EarlyStopping | None
    memory: float
    shuffle: bool


@dataclass
class Member:
    """A network in a training.

    Attributes
    ----------
    model, name
        The model, and the name of its run.
    seed
        Of the order of its batches.
    every
        After every how many epochs it is captured, where it is.
    stopper
        Says when it stops; None where it trains to the end.
    done
        Epochs that it was trained for, so far.
    stopped
        Whether it is done before the end.
    """

    model: keras.Model
    name: str
    seed: int
    every: int = 1
    stopper: Stopper | None = field(default=None, repr=False)
    done: int = 0
    stopped: bool = False

    def order(self, samples: int, epoch: int, shuffle: bool) -> np.ndarray:
        """(samples,) int32: the order of an epoch."""
        order = batch_order(samples, self.seed, epoch) if shuffle else np.arange(samples)
        return order.astype(np.int32)
