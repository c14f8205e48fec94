"""The experiments on handwritten digits: MNIST where it can be had, else a sample of it.

Of MNIST the first 10,000 training digits and 2,000 test digits are enough for a lecture figure;
of the sample all are taken, in more epochs. What an experiment gives is arrays and
recordings, no models, so that it can be kept. Networks are trained together, three seeds at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kit.catalogue.nine_networks import ACTIVATIONS, INITIALIZERS
from kit.catalogue.over_seeds import CONVOLUTIONAL, block_of, trained

if TYPE_CHECKING:
    import keras
    import numpy as np

    from kit.catalogue.claims import Facts
    from kit.recordings import Recording, Runs, Snapshot

__all__ = ["LOADING", "Digits", "Trained", "load_digits", "mnist_identity", "source_identity"]

LOADING = (__name__, "load_digits")
"""By what an experiment that shows digits is known: it reaches this function."""

MOST_TRAIN, MOST_TEST = 10_000, 2_000
PROBE = 500  # test digits that a recorder measures
BATCH = 32
SHOWN_DIGIT = 7  # the first of these among the test digits
COMPARED: dict[str, Any] = {"filters": (8, 16), "dense_units": 64}
"""Of the CNN where nine are compared: a smaller one, which can be trained for longer."""
FEW, FEW_PROBED, STEP, EPOCHS_COMPARED = 768, 100, 16, 30  # of those, and digits of a batch


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
        ``"MNIST"`` or ``"MNIST sample"``.
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
        One test digit, (28, 28) and what it is: the first 7 of them.
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


def train(network: str, first: int) -> dict[int, Trained]:
    """Train one of the lectures' networks, with each seed of a block.

    Parameters
    ----------
    network
        ``"cnn"``, ``"lenet5"`` or ``"toy"``.
    first
        Seed of the block.

    Returns
    -------
    dict
        By seed.
    """
    from kit import models

    digits = load_digits()
    # Keras's own initializer: where weights start as small as that, filters can be seen to change
    build, initializer = {
        "cnn": (models.build_mnist_cnn, "glorot_uniform"),
        "lenet5": (models.build_lenet5, "glorot_uniform"),
        "toy": (models.build_toy_convnet, "he_normal"),
    }[network]
    seeds = block_of(first, CONVOLUTIONAL)
    made = [build(initializer=initializer, seed=seed) for seed in seeds]
    before = [model.get_layer("conv1").kernel.numpy() for model in made]
    epochs = _epochs(digits)
    runs = trained(
        made,
        digits.x_train,
        digits.y_train,
        [{"seed": seed} for seed in seeds],
        epochs=epochs,
        batch_size=BATCH,
        validation_data=(digits.x_test, digits.y_test),
        probe=(digits.x_test[:PROBE], digits.y_test[:PROBE]),
        every=epochs,
    )
    facts = {**digits.facts, "epochs": epochs}
    return {
        seed: _left(model, runs[name], kernels, digits, facts)
        for seed, model, name, kernels in zip(seeds, made, runs, before, strict=True)
    }


def _left(
    model: keras.Model, recording: Recording, before: np.ndarray, digits: Digits, facts: Facts
) -> Trained:
    """What the training of one network leaves."""
    import numpy as np

    from kit.callbacks import feature_maps, probe

    outputs = [np.asarray(model(x, training=False)) for x in np.array_split(digits.x_test, 4)]
    digit = int(np.flatnonzero(digits.y_test == SHOWN_DIGIT)[0])
    one = slice(digit, digit + 1)
    return Trained(
        recording,
        model.count_params(),
        {"before": before, "after": model.get_layer("conv1").kernel.numpy()},
        np.concatenate(outputs),
        digits.x_test[digit, ..., 0],
        int(digits.y_test[digit]),
        feature_maps(model, digits.x_test[digit]),
        probe(model, digits.x_test[one], digits.y_test[one]),
        facts,
    )


def compare_nine(first: int) -> tuple[Runs, Facts]:
    """Train nine CNNs on few digits, with each seed of a block; captured before training.

    Parameters
    ----------
    first
        Seed of the block.

    Returns
    -------
    Runs, facts
        With the parameters activation and initializer, as they are called in figures, and seed;
        facts of the data and the networks.
    """
    from kit.models import build_mnist_cnn

    digits = load_digits()
    made: list[dict[str, Any]] = [
        {"activation": row, "initializer": column, "seed": seed}
        for row in ACTIVATIONS
        for column in INITIALIZERS
        for seed in block_of(first, CONVOLUTIONAL)
    ]
    models = [
        build_mnist_cnn(
            ACTIVATIONS[one["activation"]],
            INITIALIZERS[one["initializer"]],
            seed=one["seed"],
            **COMPARED,
        )
        for one in made
    ]
    how: Any = {"epochs": EPOCHS_COMPARED, "batch_size": STEP, "every": EPOCHS_COMPARED + 1}
    x, y = digits.x_train[:FEW], digits.y_train[:FEW]
    how["probe"] = digits.x_test[:FEW_PROBED], digits.y_test[:FEW_PROBED]
    facts: Facts = {**digits.facts, "train": len(x), "epochs": EPOCHS_COMPARED, "batch": STEP}
    facts |= {"filters": list(COMPARED["filters"]), "dense": COMPARED["dense_units"]}
    return trained(models, x, y, made, **how), facts


def _epochs(digits: Digits) -> int:
    """About as many steps with either data."""
    return 3 if len(digits.x_train) > 5_000 else 6
