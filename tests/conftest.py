"""What all tests share: quiet TensorFlow, a backend without a screen, and small data."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("KIT_OFFLINE", "1")  # no test leans on a network

import numpy as np
import pytest


@pytest.fixture
def rng():
    return np.random.default_rng(20240229)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    import sys

    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def ball():
    """The lecture's data: X (1000, 10) float32, y (1000, 1)."""
    from kit.datasets.ball import load_data

    return load_data()
