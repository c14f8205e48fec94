"""kit.datasets.example_recording: the recording that comes with the kit."""

import hashlib
import os
from importlib import resources

import numpy as np

from kit.datasets import example_recording
from kit.quantities import OF_SAMPLES, QUANTITIES


def packaged():
    return resources.files("kit.datasets") / "example.db"


def test_the_example_is_small_and_whole():
    assert len(packaged().read_bytes()) < 150_000
    recording = example_recording()
    assert recording.run == "example" and recording.path is None and recording.finished
    assert recording.layers == ["h1", "h2", "h3", "o"] and recording.epochs == list(range(11))
    assert recording.layers_with("z", outputs=False) == ["h1", "h2", "h3"]
    assert recording.history.index.tolist() == list(range(1, 11)) and not recording.not_heard
    losses = recording.losses
    assert losses.samples.eq(100).all() and losses.loss.iloc[-1] < losses.loss.iloc[0]
    frame = recording.to_frame()
    assert len(frame) == 11 * 4 * 5
    of_samples = frame[frame.quantity.isin(OF_SAMPLES)]
    parts = of_samples["std_samples"] ** 2 + of_samples["std_units"] ** 2
    np.testing.assert_allclose(parts, of_samples["std"] ** 2, rtol=1e-6)
    assert frame.query("quantity == 'z'")["saturated"].between(0, 1).all()
    weights = frame.query("quantity == 'weight'")
    assert weights.query("epoch == 0")["update"].isna().all()
    assert (weights.query("epoch > 0")["update"] > 0).all()
    for layer in recording:
        for quantity in QUANTITIES:
            assert recording.sketch(quantity, layer, 10).nonfinite == 0
        units = 1 if layer == "o" else 20
        assert {recording.units(q, layer, 10).units for q in OF_SAMPLES} == {units}


def test_reading_the_example_leaves_the_package_as_it_is():
    with resources.as_file(packaged()) as path:
        before = sorted(os.listdir(path.parent)), hashlib.sha256(path.read_bytes()).digest()
        recording = example_recording()
        recording.add_history(11, {"loss": 0.0})  # it is one's own
        after = sorted(os.listdir(path.parent)), hashlib.sha256(path.read_bytes()).digest()
    assert before == after and 11 not in example_recording().history.index
