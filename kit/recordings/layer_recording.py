"""One layer of a recording, over the whole run: ``recording["h1"]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.stats.sketch import Sketch
from kit.stats.units import UnitEvidence

if TYPE_CHECKING:
    from kit.recordings.recording import Recording

__all__ = ["LayerRecording"]


class LayerRecording:
    """One layer over a run; what it says is asked of the recording, so that it goes on with it.

    Made by ``recording["h1"]``.

    Parameters
    ----------
    recording
        The Recording.
    name
        Name of the layer.

    Attributes
    ----------
    name
        Path of the layer, as ``encoder/dense_1``.
    index
        Its place among the layers of the recording.
    output
        Whether the model returns what this layer makes.

    Examples
    --------
    >>> from kit.recordings import LayerSketches, Recording
    >>> recording = Recording.create()
    >>> layer = LayerSketches("h1", 0, sketches={"z": Sketch.of([1.0, 2.0])})
    >>> recording.add(epoch=0, step=0, loss=0.7, samples=2, layers=[layer])
    >>> recording["h1"]
    <h1: z at 1 capture>
    >>> recording["h1"].sketch("z", epoch=0).mean
    1.5
    >>> recording["h1"].to_frame()[["run", "epoch", "quantity", "mean"]].values.tolist()
    [['run-1', 0, 'z', 1.5]]
    """

    def __init__(self, recording: Recording, name: str, index: int, output: bool) -> None:
        self._recording = recording
        self.name = name
        self.index = index
        self.output = output

    def __repr__(self) -> str:
        n = len(self._recording.steps)
        has = ", ".join(self.quantities)
        return f"<{self.name}: {has} at {n} capture{'s' if n > 1 else ''}>"

    @property
    def quantities(self) -> list[str]:
        """Names of the quantities that the layer has at one capture at least."""
        return self._recording._stored.quantities_of(self.name)

    def sketch(self, quantity: str, epoch: int | None = None, *, step: int | None = None) -> Sketch:
        """The sketch of one quantity at one capture; errors as for `Recording.sketch`."""
        return self._recording.sketch(quantity, self.name, epoch, step=step)

    def sketches(self, quantity: str, by: str = "epoch") -> dict[int, Sketch]:
        """All sketches of one quantity, as `Recording.sketches`."""
        return self._recording.sketches(quantity, self.name, by)

    def units(
        self, quantity: str, epoch: int | None = None, *, step: int | None = None
    ) -> UnitEvidence:
        """What each unit shows in one quantity at one capture, as `Recording.units`."""
        return self._recording.units(quantity, self.name, epoch, step=step)

    def values(
        self, quantity: str, epoch: int | None = None, *, step: int | None = None
    ) -> np.ndarray:
        """The array of one quantity at one capture, as `Recording.values`."""
        return self._recording.values(quantity, self.name, epoch, step=step)

    def to_frame(self) -> pd.DataFrame:
        """The rows of `Recording.to_frame` that are of this layer."""
        return self._recording._frame(self.name)
