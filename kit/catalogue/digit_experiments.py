"""The experiments on handwritten digits: MNIST where it can be had, else the embedded ones.

Of MNIST the first 10,000 training digits and 2,000 test digits are enough for a lecture figure;
of the embedded digits all are taken, in more epochs. What an experiment gives is arrays and
recordings, no models, so that it can be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from kit.recordings import Recording, Snapshot

__all__ = ["LOADING", "Digits", "Trained", "load_digits", "mnist_identity", "source_identity"]

LOADING = (__name__, "load_digits")
"""By what an experiment that shows digits is known: it reaches this function."""

MOST_TRAIN, MOST_TEST = 10_000, 2_000
PROBE = 500  # test digits that a recorder measures
SHORT_TRAIN, SHORT_PROBE = 768, 100  # where nine networks are compared


@dataclass(frozen=True)
class Digits:
    """Digits for training and testing.

    Attributes
    ----------
    x_train, x_test
        Images (n, 28, 28, 1) float32 in [0, 1].
    y_train, y_test
        Labels (n,) int64, 0 to 9.
    source
        ``"MNIST"`` or ``"embedded digits"``.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    source: str

    @property
    def facts(self) -> dict[str, Any]:
        """What a caption says of the data."""
        return {"source": self.source, "train": len(self.x_train), "test": len(self.x_test)}


@dataclass(frozen=True)
class Trained:
    """What a training of a network on digits leaves.

    Attributes
    ----------
    recording
        Of every epoch, with the history.
    parameters
        Weights and biases, counted.
    kernels
        Kernels of the first convolution, (height, width, 1, filters), "before" and "after".
    outputs
        (test digits, 10) probabilities after training.
    image, label
        One test digit, (28, 28) and what it is: a 7.
    maps
        What each layer makes of it after training, by layer.
    snapshot
        The probe of that digit alone after training.
    facts
        Of the data, and the epochs.
    """

    recording: Recording
    parameters: int
    kernels: dict[str, np.ndarray]
    outputs: np.ndarray
    image: np.ndarray
    label: int
    maps: dict[str, np.ndarray]
    snapshot: Snapshot
    facts: dict[str, Any]


def load_digits(*, download: bool = False) -> Digits:
    """The digits of the figures; of files at hand only, where no download is asked for."""
    from kit.datasets import handwritten_digits

    (x_train, y_train), (x_test, y_test), source = handwritten_digits(download=download)
    return Digits(
        x_train[:MOST_TRAIN], y_train[:MOST_TRAIN], x_test[:MOST_TEST], y_test[:MOST_TEST], source
    )


def source_identity() -> str:
    """Which digits there are on this machine now; no connection is opened, no Keras loaded."""
    return mnist_identity() or "embedded"


def mnist_identity() -> str | None:
    """SHA-256 of the MNIST file that is at hand; None where there is none."""
    from kit.datasets import mnist

    return mnist.identity()


def train(network: str, seed: int) -> Trained:
    """Train one of the lectures' networks."""
    import keras
    import numpy as np

    from kit import models
    from kit.callbacks import Recorder, feature_maps, probe

    digits = load_digits()
    keras.utils.set_random_seed(seed)
    # Keras's own initializer: where weights start as small as that, filters can be seen to change
    build, initializer = {
        "cnn": (models.build_mnist_cnn, "glorot_uniform"),
        "lenet5": (models.build_lenet5, "glorot_uniform"),
        "toy": (models.build_toy_convnet, "he_normal"),
    }[network]
    model = build(initializer=initializer, seed=seed)
    epochs = _epochs(digits)
    first = next(layer for layer in model.layers if layer.name == "conv1")
    kernels = {"before": first.kernel.numpy()}
    recorder = Recorder(digits.x_test[:PROBE], digits.y_test[:PROBE], every=epochs)
    model.fit(
        digits.x_train, digits.y_train, epochs=epochs, batch_size=BATCH, verbose=0,
        validation_data=(digits.x_test, digits.y_test), callbacks=[recorder],
    )  # fmt: skip
    kernels["after"] = first.kernel.numpy()
    outputs = np.concatenate(
        [np.asarray(model(x, training=False)) for x in np.array_split(digits.x_test, 4)]
    )
    digit = _shown(digits, outputs)
    assert recorder.recording is not None
    return Trained(
        recorder.recording,
        model.count_params(),
        kernels,
        outputs,
        digits.x_test[digit, ..., 0],
        int(digits.y_test[digit]),
        feature_maps(model, digits.x_test[digit]),
        probe(model, digits.x_test[digit : digit + 1], digits.y_test[digit : digit + 1]),
        {**digits.facts, "epochs": epochs},
    )


def compare_one(
    activation: str, initializer: float | str, seed: int
) -> tuple[Recording, dict[str, Any]]:
    """Train the CNN with a dense layer for a short while, on few digits; with the data's facts."""
    import keras

    from kit.callbacks import Recorder
    from kit.models import build_mnist_cnn

    digits = load_digits()
    keras.utils.set_random_seed(seed)
    model = build_mnist_cnn(activation, initializer, dense_units=128, seed=seed)
    recorder = Recorder(digits.x_test[:SHORT_PROBE], digits.y_test[:SHORT_PROBE], every=SHORT)
    x, y = digits.x_train[:SHORT_TRAIN], digits.y_train[:SHORT_TRAIN]
    model.fit(x, y, epochs=SHORT, batch_size=32, verbose=0, callbacks=[recorder])
    assert recorder.recording is not None
    return recorder.recording, {**digits.facts, "train": len(x), "epochs": SHORT}


BATCH = 32
SHORT = 3  # epochs


def _epochs(digits: Digits) -> int:
    """About as many steps with either data."""
    return 3 if len(digits.x_train) > 5_000 else 10


def _shown(digits: Digits, outputs: np.ndarray) -> int:
    """The first 7 among the test digits that is recognised."""
    import numpy as np

    right = (digits.y_test == 7) & (outputs.argmax(axis=1) == 7)
    return int(np.flatnonzero(right if right.any() else digits.y_test == 7)[0])
