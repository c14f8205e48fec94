"""The callback that shows the 2x2 panel in a notebook while the model trains.

It needs Jupyter's display messages alone (no widgets), so that Colab, JupyterLab, the classic
notebook and VS Code show it alike.
"""

from __future__ import annotations

import base64
import io
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from kit.callbacks.data import Inputs, Targets
from kit.callbacks.recorder import Recorder
from kit.checks import shown
from kit.plots.distributions import layer_panel
from kit.plots.styling import style
from kit.recordings.display import of_recording

__all__ = ["LivePanel"]

SHARE = 1 / 6
"""Panels, and what captures keep training from, may take so much of the time of training alone."""

DPI = 110  # 760 x 506 pixels
FIRST = 0.4  # seconds that a panel is thought to take before one is drawn


class LivePanel(Recorder):
    """A `Recorder` that shows the 2x2 panel in a notebook while the model trains.

    One picture below the cell: Z-values, weights, activations and gradients by layer, after the
    newest epoch that is recorded; until the first is drawn, a table of epoch 0. All that a
    Recorder does, it does too, to the last bit of the weights: no other recorder is needed
    beside it, and `recording` is there afterwards.

    To draw a panel takes some tenths of a second, more than an epoch of a small network. So
    panels are left out where capturing and drawing would take over a sixth of the time that
    training takes without them; that of the last epoch is always drawn. Where panels cannot be
    shown any more, a warning says so, and training and recording go on.

    Parameters
    ----------
    x, y
        Probe data, as for `Recorder`.
    title
        Above the epoch, the loss and the first metric.
    theme
        ``"light"`` or ``"dark"``.
    sample_weight, every, every_n_batches, layers, batch_size, path, run, raw, overwrite, resume,
    diagnose
        As for `Recorder`; `layers` are those that are drawn.

    Attributes
    ----------
    recording : kit.Recording or None
        What was recorded, every capture so far; None before training.

    Raises
    ------
    RuntimeError
        Outside a notebook.
    TypeError, ValueError, RecordingError
        As `Recorder`; also for a title that is no text or an unknown theme.

    Examples
    --------
    In a notebook ``model.fit(X, y, epochs=50, callbacks=[LivePanel(X, y)])``. Elsewhere:

    >>> LivePanel([[0.5]], [1])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    RuntimeError: `LivePanel` must run in a notebook ...; got plain Python...
    """

    def __init__(
        self,
        x: Inputs,
        y: Targets | None = None,
        *,
        title: str | None = None,
        theme: str = "light",
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
        _check_notebook()
        if title is not None and not isinstance(title, str):
            raise TypeError(f"`title` must be a text or None; got {shown(title)}")
        with style(theme=theme):  # which checks it
            pass
        super().__init__(
            x,
            y,
            sample_weight=sample_weight,
            every=every,
            every_n_batches=every_n_batches,
            layers=layers,
            batch_size=batch_size,
            path=path,
            run=run,
            raw=raw,
            overwrite=overwrite,
            resume=resume,
            diagnose=diagnose,
        )
        self.title = title
        self.theme = theme

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Check data and layers against the model; begin a new display."""
        super().on_train_begin(logs)
        self._began = time.perf_counter()
        self._spent = 0.0  # seconds of captures and panels
        self._panel = FIRST  # seconds of one panel
        self._shown: int | None = None  # epoch
        self._display: Any = None  # the handle of what is shown below the cell
        self._failed = False

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Measure before the first batch, and show what was measured as a table."""
        super().on_epoch_begin(epoch, logs)
        if self._display is None and not self._failed:
            with self._showing():
                summary = of_recording(self.recording)
                self._publish({"text/html": summary.html(), "text/plain": summary.text()})

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Measure after the epoch, and draw if there is time for it."""
        super().on_epoch_end(epoch, logs)
        without = time.perf_counter() - self._began - self._spent
        # this panel, and the last one, for which there must be time too
        if self._spent + 2 * self._panel <= SHARE * without:
            self._show_newest()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Draw what was recorded last."""
        super().on_train_end(logs)
        self._show_newest()

    def _capture(self, epoch: int, within: bool = False) -> None:
        with self._counted():
            super()._capture(epoch, within)

    def _show_newest(self) -> None:
        if self._failed or self._display is None:
            return
        assert self.recording is not None  # made before anything is shown
        with self._showing():
            epoch = max(self.recording.epochs, default=None)
            if epoch is not None and epoch != self._shown:
                began = time.perf_counter()
                title = self._title(epoch)
                self._publish({"image/png": self._draw(epoch, title), "text/plain": title})
                self._shown, self._panel = epoch, time.perf_counter() - began

    def _title(self, epoch: int) -> str:
        assert self.recording is not None
        last = (self.params or {}).get("epochs")
        words = f"{self.title}\n" if self.title else ""
        words += f"Epoch {epoch} of {last}" if last else f"Epoch {epoch}"
        history = self.recording.history
        if epoch not in history.index:
            return words
        own = [name for name in history.columns if not name.startswith("val_")]
        own.sort(key=lambda name: name != "loss")  # the loss first, wherever Keras put it
        reported = history.loc[epoch].to_dict()
        told = (f"{name} {reported[name]:.3g}" for name in own[:2])
        return f"{words}, {', '.join(told)}"

    def _draw(self, epoch: int, title: str) -> str:
        """The panel as PNG, in base64."""
        assert self.recording is not None
        layers = None if self.layers is None else self.recording.layers
        # neither shown by pyplot nor left with it
        with style(theme=self.theme, size="paper"), plt.ioff():
            figure = layer_panel(self.recording, epoch=epoch, layers=layers, title=title)
            try:
                return base64.b64encode(_as_png(figure)).decode("ascii")
            finally:
                plt.close(figure)

    def _publish(self, data: dict[str, str]) -> None:
        from IPython.display import display

        if self._display is None:
            self._display = display(data, raw=True, display_id=True)
        else:
            self._display.update(data, raw=True)

    @contextmanager
    def _showing(self) -> Iterator[None]:
        """Whatever goes wrong in here is told once, and ends the showing, not the training."""
        with self._counted():
            try:
                yield
            except Exception as error:
                self._failed = True
                warnings.warn(
                    f"`LivePanel` shows no more panels: {type(error).__name__}: {error}. Training "
                    "and recording go on; draw kit.plots.layer_panel(panel.recording, "
                    "epoch=...) afterwards.",
                    RuntimeWarning,
                    stacklevel=2,
                )

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count the time in here as this callback's own."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self._spent += time.perf_counter() - began


def _as_png(figure: Figure) -> bytes:
    """The figure, laid out and drawn in one pass, where `savefig` takes two."""
    figure.set_dpi(DPI + 0.001)  # older matplotlib cuts off what rounding leaves of a pixel
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    found = io.BytesIO()
    Image.fromarray(np.asarray(canvas.buffer_rgba())).save(found, "png", compress_level=1)
    return found.getvalue()


def _check_notebook() -> None:
    """Refuse where nothing shows display messages: outside an IPython kernel."""
    ipython = sys.modules.get("IPython")  # where it is not loaded, this is no notebook
    shell = None if ipython is None else ipython.get_ipython()
    if getattr(shell, "kernel", None) is None:
        where = "plain Python" if shell is None else "IPython without a notebook"
        raise RuntimeError(
            "`LivePanel` must run in a notebook (Colab, Jupyter, VS Code), whose kernel is "
            f"ipykernel (pip install ipykernel); got {where}. Elsewhere take "
            "kit.callbacks.Recorder and draw kit.plots.layer_panel(recorder.recording, epoch=...) "
            "afterwards."
        )
