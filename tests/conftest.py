"""What all tests share: quiet TensorFlow, no screen, one lab with one cache, and small data.

Every experiment runs once, in whichever process, and every lecture figure is drawn once at each
size: tests of one figure follow each other in one process, those of another topic may run in
another. With ``KIT_TESTS=1`` the cache that ``KIT_CACHE`` names is used, and stays: a file of tests
that is run again and again then trains nothing.
"""

import os
import re
import shutil
import tempfile
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("KIT_OFFLINE", "1")  # no test leans on a network
# processes side by side: the threads of one wait at each small product for those of another
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
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


@pytest.fixture(scope="module", params=["compiled", "numpy"])
def each_way(request):
    """Both ways of counting, one after the other."""
    from kit.stats import counting

    if request.param == "compiled" and counting.IMPLEMENTATION != "compiled":
        pytest.skip("the compiled loop was not built, or KIT_PURE is set")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "numpy":
            patch.setattr(counting, "_LOOP", None)
        yield request.param


def _id_of(nodeid):
    """The figure that a test is about, by what stands in its brackets; None without one."""
    from kit.catalogue.register import files

    _, _, parameters = nodeid.partition("[")
    if not parameters:
        return None
    found = [name for name in files() if re.match(rf"{re.escape(name)}[-\]]", parameters)]
    return max(found, key=len, default=None)


def _group_of(nodeid):
    """Tests of a group run in one process: those of a topic's figures, else those of a file."""
    from kit.catalogue.register import files

    file, name = Path(nodeid.split("::")[0]), _id_of(nodeid)
    if file.stem in ("test_figures_filters", "test_figures_sliding"):
        return "figures of convolution"
    if "::test_cnn_of_the_figures" in nodeid:
        return "figures of cnn"  # whose networks these are
    about = ("test_figures", "test_layout", "test_numerals", "test_quiz", "test_readme")
    if name and file.stem in about:  # no process waits for what another one trains
        return f"figures of {files()[name].topic}"
    return file.as_posix()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Topics and files are what ``--dist loadfile`` hands out."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByGroup(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return _group_of(nodeid)

    return ByGroup(config, log)


def pytest_collection_modifyitems(items):
    """Tests of one figure follow each other; a quiz, which changes the drawing, comes last."""
    from kit.catalogue.register import files

    order = {name: place for place, name in enumerate(files())}
    groups = {item: _group_of(item.nodeid) for item in items}
    places = {group: place for place, group in enumerate(dict.fromkeys(groups.values()))}

    def place_of(item):
        is_figure = groups[item].startswith("figures of ")
        figure = order.get(_id_of(item.nodeid), -1) if is_figure else 0
        return places[groups[item]], figure, "asked" in getattr(item, "fixturenames", ())

    items.sort(key=place_of)


@pytest.fixture
def rng():
    return np.random.default_rng(20240229)


@pytest.fixture(autouse=True)
def _free_of_determinism():
    """What one test asked of TensorFlow for its whole process does not reach the next.

    With deterministic kernels Keras does not let XLA compile, and what is random needs a seed.
    """
    yield
    import sys

    if "tensorflow" in sys.modules:
        from tensorflow.python.framework import config

        config.disable_op_determinism()


@pytest.fixture(scope="session")
def ball():
    """The lecture's data: X (1000, 10) float32, y (1000, 1)."""
    from kit.datasets.ball import load_data

    return load_data()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A browser for the tests of one file."""
    from browsing import start_browser

    driver = start_browser(tmp_path_factory.mktemp("chromium"))
    yield driver
    driver.quit()


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
def drawings(measured):
    """What was drawn of the lecture figures."""
    return _Drawings(measured)


@pytest.fixture
def drawn(drawings):
    """From a figure's id, and a size, to its picture, which no test may change.

    The test goes on in its style: where an axis puts its ticks depends on the size of letters.
    """
    from kit.plots import style

    with ExitStack() as styles:

        def draw(name, size="slide"):
            styles.enter_context(style(size=size))
            return drawings(name, size)

        yield draw
