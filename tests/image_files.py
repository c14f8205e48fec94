"""Small files in the formats of MNIST and Fashion-MNIST, and what a loader must make of them."""

import gzip
import hashlib
import io
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from kit.datasets import DataError, fashion_mnist, network

CLASSES = np.arange(10, dtype=np.uint8)
PROXIES = [f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")]
FASHION = [Path(path).name for path in fashion_mnist.SHA256]
"""The four files, for x_train, y_train, x_test and y_test."""


def fresh_home(tmp_path, monkeypatch):
    """A home of its own, no variable set, no failure remembered; the folder of Keras's cache."""
    for name in ("KIT_DATA", "KIT_OFFLINE", "KERAS_HOME", *PROXIES, *map(str.upper, PROXIES)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KIT_CACHE", str(tmp_path / "kit"))
    monkeypatch.setattr(network, "_failed", {})
    cache = tmp_path / "home" / ".keras" / "datasets"
    cache.mkdir(parents=True)
    return cache


def arrays(train=20, test=10, seed=0):
    """Arrays like those of Keras's loaders."""
    rng = np.random.default_rng(seed)
    return {
        "x_train": rng.integers(0, 256, (train, 28, 28), np.uint8),
        "y_train": np.resize(CLASSES, train),
        "x_test": rng.integers(0, 256, (test, 28, 28), np.uint8),
        "y_test": np.resize(CLASSES[::-1], test),
    }


def npz(a, compressed=True):
    content = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(content, **a)
    return content.getvalue()


def idx(values):
    header = struct.pack(f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    return gzip.compress(header + values.tobytes(), mtime=0)  # the same bytes at any time


def contents(module, a=None):
    """The files of a data set, by their path below ``KIT_DATA`` or Keras's cache."""
    a = a or arrays()
    if module is fashion_mnist:
        return dict(zip(module.SHA256, map(idx, a.values()), strict=True))
    return {"mnist.npz": npz(a)}


def write(module, parent, a=None):
    """Write the files of a data set, and return their paths."""
    paths = []
    for name, content in contents(module, a).items():
        paths.append(parent / name)
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        paths[-1].write_bytes(content)
    return paths


def trust(module, monkeypatch, files=None):
    """Take files for the right ones, by their hashes."""
    for name, content in (files or contents(module)).items():
        monkeypatch.setitem(module.SHA256, name, hashlib.sha256(content).hexdigest())


def assert_loaded(loaded, a):
    """Images in [0, 1] with a channel, labels int64, the values of the file."""
    for part, (x, y) in zip(("train", "test"), loaded, strict=True):
        raw, labels = a[f"x_{part}"], a[f"y_{part}"]
        assert (x.dtype, y.dtype) == (np.float32, np.int64)
        assert x.shape == (len(raw), 28, 28, 1) and y.shape == (len(raw),)
        np.testing.assert_allclose(x[..., 0], raw.astype(np.float64) / 255, rtol=1e-7)
        np.testing.assert_array_equal(y, labels)
        assert x.min() >= 0 and x.max() <= 1
        x += 1  # neither is read-only
        y += 1


def fails(load, message, error=DataError):
    with pytest.raises(error, match=message) as raised:
        load()
    return raised.value


def usual_mode(folder):
    """The mode of a file that a user makes."""
    path = folder / "usual"
    path.touch()
    mode = os.stat(path).st_mode
    path.unlink()
    return mode
