"""What the convolutional models reach: on the embedded digits, and on MNIST where it is at hand."""

import time

import keras
import numpy as np
import pytest
from seeding import set_seed

from kit.datasets import handwritten_digits, mnist, preprocess
from kit.models import build_lenet5, build_mnist_cnn

pytestmark = pytest.mark.slow


@keras.saving.register_keras_serializable(package="kit_tests")
class LecturesDecay(keras.optimizers.schedules.LearningRateSchedule):
    """0.0001 + 0.003 e^(-step/2000), the first deck's."""

    def __call__(self, step):
        return 0.0001 + 0.003 * keras.ops.exp(-keras.ops.cast(step, "float32") / 2000)

    def get_config(self):
        return {}


def reached(model, train, test, **arguments):
    """Test accuracy after each epoch; printed with the seconds it took."""
    start = time.perf_counter()
    history = model.fit(*train, validation_data=test, verbose=0, **arguments).history
    accuracy = np.array(history["val_accuracy"])
    print(f"{model.name}: {np.round(accuracy, 4)} in {time.perf_counter() - start:.0f} s")
    return accuracy


@pytest.fixture(scope="module")
def real_mnist():
    """60,000 digits to train with and 10,000 to test."""
    if mnist.find() is None:
        pytest.skip("no file of MNIST at hand: name its folder by KIT_DATA")
    train, test = mnist.load_data(download=False)
    if len(train[0]) != 60_000 or len(test[0]) != 10_000:
        pytest.skip(f"only {len(train[0]):,} digits of MNIST at hand, not 60,000")
    return train, test


def test_cnn_on_the_embedded_digits():
    train, test, _ = handwritten_digits("sample")
    set_seed(1)
    model = build_mnist_cnn(seed=1)
    assert reached(model, train, test, epochs=6, batch_size=32)[-1] >= 0.97


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cnn_of_the_figures_on_the_embedded_digits(seed, lab):
    """Trained together, in as many epochs; the figures of it have it anyway."""
    trained = lab.train_on_digits("cnn", seed)
    assert trained.facts["source"] == "MNIST" or trained.facts["epochs"] == 6
    assert trained.recording.history["val_accuracy"].iloc[-1] >= 0.97


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("batch_size", [64, 128])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cnn_on_mnist(real_mnist, seed, batch_size):
    """With the rate that the lecture gives its network for digits."""
    set_seed(seed)
    model = build_mnist_cnn(optimizer=keras.optimizers.Adam(LecturesDecay()), seed=seed)
    assert reached(model, *real_mnist, epochs=3, batch_size=batch_size)[-1] >= 0.99


@pytest.mark.timeout(1500)
def test_lenet5_on_mnist(real_mnist):
    (x_train, y_train), (x_test, y_test) = real_mnist
    centred = preprocess.center(x_train, x_test, axis=None)
    x_train, x_test = preprocess.normalize(*centred, axis=None)
    assert abs(x_train.mean()) < 1e-3 and x_train.std() == pytest.approx(1, abs=1e-3)
    set_seed(1)
    model = build_lenet5(seed=1)
    data = (x_train, y_train), (x_test, y_test)
    assert reached(model, *data, epochs=5, batch_size=32).max() >= 0.985
