"""Training with a recorder beside it is, to the last bit, training without."""

import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from seeding import set_seed

import kit
from kit.callbacks import Recorder

N = 130  # with batches of 30, the last is ragged


@pytest.fixture(scope="module")
def data():
    x, y = kit.datasets.ball.load_data(n_points=N)
    return x.astype("float32"), y.astype("float32")


class Sampling(keras.layers.Layer):
    """That of a variational autoencoder."""

    def __init__(self, **rest):
        super().__init__(**rest)
        self.seeds = keras.random.SeedGenerator(7)

    def call(self, inputs):
        mean, log_variance = inputs
        noise = keras.random.normal(keras.ops.shape(mean), seed=self.seeds)
        return mean + keras.ops.exp(0.5 * log_variance) * noise


def plain():
    return keras.Sequential(
        [
            keras.Input((10,)),
            keras.layers.Dense(12, "relu", kernel_regularizer="l2"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


def variational():
    inputs = keras.Input((10,))
    hidden = keras.layers.Dense(8, "gelu")(inputs)
    code = Sampling()([keras.layers.Dense(3)(hidden), keras.layers.Dense(3)(hidden)])
    return keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(code))


def recurrent():
    return keras.Sequential(
        [
            keras.Input((10,)),
            keras.layers.Reshape((5, 2)),
            keras.layers.LSTM(4, dropout=0.2),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


def half(policy):
    def build():
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy(policy)
        try:
            return plain()
        finally:
            keras.config.set_dtype_policy(before)

    return build


def adam(**arguments):
    return lambda: keras.optimizers.Adam(0.01, **arguments)


CASES = {
    "plain": {},
    "compiled by XLA": {"compiled": {"jit_compile": True}},
    "eagerly": {"compiled": {"run_eagerly": True}, "epochs": 2},
    "steps at one go": {"compiled": {"steps_per_execution": 3}},
    "accumulated gradients": {"optimizer": adam(gradient_accumulation_steps=2)},
    "averaged weights": {"optimizer": adam(use_ema=True, ema_overwrite_frequency=3)},
    "weight decay and clipping": {"optimizer": adam(weight_decay=0.01, global_clipnorm=0.5)},
    "scaled losses": {
        "optimizer": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01))
    },
    "float16": {"build": half("mixed_float16")},
    "bfloat16": {"build": half("mixed_bfloat16")},
    "a variational autoencoder": {"build": variational},
    "a recurrent network": {"build": recurrent},
    "sample weights": {"fit": {"sample_weight": np.linspace(0, 2, N).astype("float32")}},
    "class weights": {"fit": {"class_weight": {0: 1.0, 1: 3.0}}},
    "validation": {"fit": {"validation_split": 0.2}},
    "callbacks of Keras": {
        "callbacks": lambda: [
            keras.callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=9),
            keras.callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True),
            keras.callbacks.TerminateOnNaN(),
        ]
    },
    "two recorders": {"recorders": 2},
    "captures within epochs": {"recorder": {"every_n_batches": 2, "raw": True}},
}


def trained(data, recorded, case):
    """Everything that training leaves: variables, history, the next random numbers."""
    x, y = data
    set_seed(8)
    model = case.get("build", plain)()
    model.compile(
        case.get("optimizer", adam())(), "binary_crossentropy", **case.get("compiled", {})
    )
    callbacks = case.get("callbacks", list)()
    if recorded:
        more = [
            Recorder(x[:64], y[:64], **case.get("recorder", {}))
            for _ in range(case.get("recorders", 1))
        ]
        callbacks = [*more, *callbacks]
    history = model.fit(
        *(x, y), epochs=case.get("epochs", 4), batch_size=30, verbose=0, callbacks=callbacks,
        **case.get("fit", {}),
    ).history  # fmt: skip
    if recorded:
        assert more[0].recording.epochs[:3] == [0, 1, 2]
    values = [one.numpy() for one in (*model.variables, *model.optimizer.variables)]
    return [*values, np.array(keras.random.normal((2,))), np.array(tf.random.uniform(()))], history


@pytest.mark.filterwarnings("ignore:not heard")
@pytest.mark.parametrize("name", CASES)
def test_training_is_the_same_to_the_last_bit(data, name):
    case = CASES[name]
    without, history = trained(data, False, case)
    recorded, history_recorded = trained(data, True, case)
    assert len(without) == len(recorded)
    for one, other in zip(without, recorded, strict=True):
        np.testing.assert_array_equal(one, other)
    assert history == history_recorded


MIRRORED = """
import sys, keras, numpy as np, tensorflow as tf
from kit.callbacks import Recorder
number = int(sys.argv[1])
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * number)
names = [f"CPU:{k}" for k in range(number)]
x = np.random.default_rng(0).normal(size=(60, 10)).astype("float32")
y = (x[:, :1] > 0).astype("float32")

def weights(*callbacks):
    keras.utils.set_random_seed(3)
    with tf.distribute.MirroredStrategy(names).scope():
        layers = [keras.layers.Dense(6, "tanh"), keras.layers.BatchNormalization()]
        model = keras.Sequential([keras.Input((10,)), *layers, keras.layers.Dense(1, "sigmoid")])
        model.compile("sgd", "binary_crossentropy")
    model.fit(x, y, epochs=2, batch_size=20, verbose=0, callbacks=callbacks)
    return model.get_weights()

recorder = Recorder(x, y)
without, recorded = weights(), weights(recorder)
assert all(np.array_equal(one, other) for one, other in zip(without, recorded, strict=True))
recording = recorder.recording
assert recording.epochs == [0, 1, 2]
last = recording.sketch("weight", recording.layers[0], 2)
assert (last.min, last.max) == (recorded[0].min(), recorded[0].max())
"""


@pytest.mark.slow
@pytest.mark.parametrize("devices", ["1", "2"])
def test_training_on_several_devices_is_the_same(devices):
    command = [sys.executable, "-c", MIRRORED, devices]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
