"""The experiments behind the figures, run once and kept.

Seeds are set before anything is drawn; one experiment never leans on the random state that
another left. What takes long is kept by joblib in a folder, under a key that changes with the
code it runs through, so that no figure shows what an older kit computed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.catalogue import digit_experiments

if TYPE_CHECKING:
    from kit.catalogue.digit_experiments import Digits, Trained
    from kit.recordings.recording import Recording, Snapshot

__all__ = ["HIDDEN", "Lab", "code_hash", "layer_facts", "versions"]

HIDDEN = ("h1", "h2", "h3", "h4", "h5")
EPOCHS = 20
BATCH = 32

_KIT = Path(__file__).resolve().parent.parent
_EXPERIMENT_CODE = (  # until the lab knows what a function reaches
    *("checks.py", "stats", "recordings", "datasets", "models", "callbacks"),
    *("catalogue/lab.py", "catalogue/digit_experiments.py"),
)


class Lab:
    """Runs experiments on the lecture's ball data and on digits, and keeps what took long.

    Parameters
    ----------
    cache
        Folder to keep results in; None keeps none.
    """

    def __init__(self, cache: str | Path | None = None) -> None:
        self.cache = None if cache is None else Path(cache)
        self._digits: Digits | None = None

    def forget(self) -> None:
        """Drop what was kept; nothing else that may lie in the folder."""
        if self.cache is not None:
            import joblib

            joblib.Memory(self.cache, verbose=0).clear(warn=False)

    def ball(self) -> tuple[Any, Any]:
        """The lecture's data: X (1000, 10), y (1000, 1)."""
        from kit.datasets.ball import load_data

        return load_data()

    def probe_block(self, activation: Any, initializer: Any, seed: int) -> Snapshot:
        """The BLOCK network before training, measured on the ball data."""
        from kit.callbacks import probe
        from kit.models import build_block

        X, y = self.ball()
        return probe(build_block(activation, initializer, seed=seed), X, y)

    def train_block(
        self, activation: Any, initializer: Any, seed: int, *, every: int = 1, raw: bool = False
    ) -> Recording:
        """The BLOCK network over 20 epochs on the ball data, recorded every so many of them."""
        return self.kept(_train_block, activation, initializer, seed, every, raw)

    def digits(self) -> Digits:
        """MNIST where it can be had, else the embedded digits; the same ones at every call."""
        if self._digits is None:
            self._digits = digit_experiments.load_digits(download=True)
        return self._digits

    def train_on_digits(self, network: str, seed: int) -> Trained:
        """One of "cnn", "lenet5" and "toy", trained on the digits that can be had."""
        return self.kept(digit_experiments.train, network, seed, self._which_digits())

    def compare_on_digits(
        self, activation: Any, initializer: Any, seed: int
    ) -> tuple[Recording, dict[str, Any]]:
        """The CNN, trained for a short while: its recording, and the facts of the data."""
        key = (activation, initializer, seed, self._which_digits())
        return self.kept(digit_experiments.compare_one, *key)

    def _which_digits(self) -> str:
        """Which digits an experiment will find: after the download, if there is to be one."""
        self.digits()
        return digit_experiments.source_identity()

    def kept(self, experiment: Callable[..., Any], *arguments: Any) -> Any:
        """What an experiment gives, from the cache where it ran before with the same code.

        Parameters
        ----------
        experiment
            A function of a module, called with `arguments` and, last, a hash of the kit's code,
            which is there for the key alone.
        """
        if self.cache is None:
            return experiment(*arguments, code_hash())
        import joblib

        memory = joblib.Memory(self.cache, verbose=0)
        return memory.cache(experiment)(*arguments, code_hash())


def _train_block(
    activation: Any, initializer: Any, seed: int, every: int, raw: bool, code: str
) -> Recording:
    """Train; `code` is there for the key alone."""
    del code
    import keras

    from kit.callbacks import Recorder
    from kit.models import build_block

    keras.utils.set_random_seed(seed)
    X, y = Lab().ball()
    model = build_block(activation, initializer, seed=seed)
    recorder = Recorder(X, y, raw=raw, every=every)
    model.fit(X, y, epochs=EPOCHS, batch_size=BATCH, verbose=0, callbacks=[recorder])
    assert recorder.recording is not None
    return recorder.recording


@lru_cache
def code_hash(*parts: str) -> str:
    """A hash of the kit's code (of all of it, or of the parts named) and of the versions."""
    digest = hashlib.sha256(repr(sorted(versions().items())).encode())
    for part in parts or _EXPERIMENT_CODE:
        path = _KIT / part
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.relative_to(_KIT).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


@lru_cache
def versions() -> dict[str, str]:
    """Versions of what a figure's bytes depend on."""
    import platform

    packages = ("tensorflow", "keras", "numpy", "matplotlib", "scikit-learn")
    found = {name: importlib.metadata.version(name) for name in packages}
    return {"python": platform.python_version(), **found}


def layer_facts(data: Any, epoch: int = 0) -> dict[str, dict[str, float]]:
    """Standard deviations by quantity and hidden layer, and what shows saturation.

    Returns
    -------
    dict
        ``z_std``, ``a_std``, ``w_std``, ``g_std``, ``a_mean``: by layer. ``zeros``: share of
        activations that are exactly 0. ``beyond_1``: share of Z-values outside [-1, 1].
    """
    names = {"z": "z", "a": "activation", "w": "weight", "g": "gradient"}
    sketches = {
        short: {layer: data.sketch(quantity, layer, epoch) for layer in HIDDEN}
        for short, quantity in names.items()
    }
    facts = {
        f"{short}_std": {layer: sketch.std for layer, sketch in by_layer.items()}
        for short, by_layer in sketches.items()
    }
    facts["a_mean"] = {layer: sketch.mean for layer, sketch in sketches["a"].items()}
    facts["zeros"] = {layer: sketch.zero_fraction for layer, sketch in sketches["a"].items()}
    facts["beyond_1"] = {
        layer: 1 - sketch.share_within(-1, 1) for layer, sketch in sketches["z"].items()
    }
    return facts


def saturated(data: Any, low: float, high: float, epoch: int = 0) -> dict[str, float]:
    """By hidden layer, the share of activations within 5 % of the range of its two ends."""
    edge = 0.05 * (high - low)
    return {
        layer: 1 - data.sketch("activation", layer, epoch).share_within(low + edge, high - edge)
        for layer in HIDDEN
    }
