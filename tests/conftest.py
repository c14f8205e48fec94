"""What all tests share: quiet TensorFlow, no screen, one lab with one cache, and small data.

Every experiment runs once, in whichever process, and every lecture figure is drawn once at each
size: tests of one figure follow each other in one process, those of another topic may run in
another (``--dist loadgroup``). With ``KIT_TESTS=1`` the cache that ``KIT_CACHE`` names is used, and
stays: a file of tests that is run again and again then trains nothing.
"""

import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

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


def _id_of(item):
    """The figure that a test is about, where it is about one."""
    from kit.catalogue.register import files

    name = getattr(item, "callspec", None) and item.callspec.params.get("name")
    return name if isinstance(name, str) and name in files() else None


def _group_of(item):
    """Tests of a group run in one process: those of a topic's figures, else those of a file."""
    from kit.catalogue.register import files

    name, stem = _id_of(item), Path(item.path).stem
    if name and {"measured", "drawn", "asked"} & set(item.fixturenames):
        return f"figures of {files()[name].topic}"
    if stem in ("test_figures_filters", "test_figures_sliding"):
        return "figures of convolution"
    return str(item.path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Tests of one figure follow each other; a quiz, which changes the drawing, comes last."""
    from kit.catalogue.register import files

    order = list(files())
    groups = {item: _group_of(item) for item in items}
    firsts = list(dict.fromkeys(groups.values()))
    places = {group: place for place, group in enumerate(firsts)}
    figures = {item: order.index(name) for item in items if (name := _id_of(item))}
    items.sort(
        key=lambda item: (
            places[groups[item]],
            figures.get(item, -1) if groups[item].startswith("figures of ") else 0,
            "asked" in item.fixturenames,
        )
    )
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            item.add_marker(pytest.mark.xdist_group(groups[item]))


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

    @lru_cache(maxsize=8)  # tests of a figure follow each other
    def measure(name, seed=None):
        figure = CATALOGUE[name]
        return lab.measured(figure, figure.seed if seed is None else seed)

    return measure


class _Drawings:
    """Lecture figures, drawn and laid out once at each size; all tests look at the same one."""

    def __init__(self, measured):
        self._measured, self._kept = measured, {}

    def __call__(self, name, size="slide"):
        from kit.catalogue import CATALOGUE
        from kit.plots import style

        if (name, size) not in self._kept:
            with style(size=size):
                drawing = CATALOGUE[name].draw(*self._measured(name))
                drawing.draw_without_rendering()
            self._kept[name, size] = drawing
        return self._kept[name, size]

    def taken(self, name):
        """The figure at slide size for a test that changes it: nobody else will see it."""
        drawing = self(name)
        del self._kept[name, "slide"]
        return drawing


@pytest.fixture(scope="session")
def drawn(measured):
    """From a figure's id, and a size, to its picture, which no test may change."""
    return _Drawings(measured)
