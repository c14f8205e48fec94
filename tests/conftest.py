"""What all tests share: quiet TensorFlow, no screen, one lab with one cache, and small data."""

import os
import shutil
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("KIT_OFFLINE", "1")  # no test leans on a network
# the first process makes the cache, before pytest starts others, which inherit it
_MINE = None if "KIT_TESTS" in os.environ else tempfile.mkdtemp(prefix="kit-tests-")
if _MINE:
    os.environ["KIT_TESTS"] = os.environ["KIT_CACHE"] = _MINE

import numpy as np  # noqa: E402
import pytest  # noqa: E402


def pytest_unconfigure(config):
    """The cache goes with the process that made it."""
    if _MINE:
        shutil.rmtree(_MINE, ignore_errors=True)
        os.environ.pop("KIT_TESTS", None)


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


@pytest.fixture(scope="session")
def lab():
    """Experiments are run once for all tests, in whichever process."""
    from kit.catalogue import Lab
    from kit.files import cache_folder

    return Lab(cache_folder())


@pytest.fixture(scope="session")
def measured(lab):
    """From a figure's id, and a seed, to its data and facts."""
    from kit.catalogue import CATALOGUE

    def measure(name, seed=None):
        figure = CATALOGUE[name]
        return lab.measured(figure, figure.seed if seed is None else seed)

    return measure
