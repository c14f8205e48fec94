"""The lab: what runs once, what runs again, and where it is kept."""

import itertools
import json
import os
import pickle
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from trial import added, write_figure

import kit
from kit.catalogue import block_experiments, digit_experiments, reach
from kit.catalogue.lab import Lab
from kit.catalogue.over_seeds import medians
from kit.catalogue.register import CATALOGUE
from kit.files import cache_folder, trim, written_whole

CHECKOUT = Path(kit.__file__).resolve().parent


def run_apart(code, folder, **environment):
    """Run code with the copy of the kit in a folder; what it prints, from JSON."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def copied(tmp_path):
    """A copy of the package, to be edited."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(CHECKOUT, tmp_path / "kit", ignore=skip)
    return tmp_path


TWO_FIGURES = '''"""{title}"""

import matplotlib.pyplot as plt

from kit.catalogue import Claim
from kit.figures.trial import _late
from kit.plots import plot_history

LECTURES = ("Nobody",)
CAPTION = "the value is {{value}}"
ALT = "{{value}}"
CLAIMS = (Claim("value", ">", 0, "the value is over {{limit}}"),)


def experiment(width):
    {body}


def measure(lab, seed):
    # a comment
    return None, {{"value": lab.run(experiment, width=3)}}


def draw(data, facts):
    figure, ax = plt.subplots()
    ax.plot([0, facts["value"]])
    return figure
'''


def write_two(copied):
    topic = copied / "kit" / "figures" / "trial"
    topic.mkdir()
    (topic / "__init__.py").write_text("")
    (topic / "topic.md").write_text("# Trial\n\nText.\n")
    (topic / "_late.py").write_text("def late():\n    return 1\n\n\ndef other():\n    return 2\n")
    models = "from kit.models import block\n    return float(bool(block.build_block)) + width"
    late = 'import importlib\n    return importlib.import_module("kit.figures.trial._late").late()'
    (topic / "a.py").write_text(TWO_FIGURES.format(title="Of a model", body=models))
    (topic / "b.py").write_text(TWO_FIGURES.format(title="Of a late module", body=late))


EDITS = """
    import json, pathlib
    from kit.catalogue import register
    from kit.catalogue.lab import Lab
    from kit.catalogue.register import CATALOGUE

    lab = Lab("cache")

    def trained():
        register.forget()
        before = len(lab.ran)
        for name in ("a", "b"):
            figure = CATALOGUE[name]
            figure.measure(lab, 1)
        return lab.ran[before:].count("experiment")

    def edit(path, old, new):
        file = pathlib.Path("kit", path)
        text = file.read_text("utf-8")
        assert old in text, path
        file.write_text(text.replace(old, new, 1), "utf-8")

    found = [trained(), trained()]
    for path, old, new in EDITS:
        edit(path, old, new)
        found.append(trained())
    print(json.dumps(found))
"""


def test_keys_follow_the_functions_that_an_experiment_reaches(copied):
    write_two(copied)
    a, block = "figures/trial/a.py", "models/block.py"
    edits = [
        ("plots/history.py", "def plot_history(", "EDITED = 1\n\n\ndef plot_history("),  # a plot
        (a, "the value is {value}", "it is {value}"),  # its caption
        (a, "ax.plot([0,", "ax.plot([1,"),  # its drawing
        (a, "# a comment", "# another comment"),
        (block, '"""', '"""Edited. '),  # a docstring
        (block, "n_layers: int = 5", "n_layers: int = 6"),  # a model: of a alone
        ("figures/trial/_late.py", "return 1", "return 5"),  # a module imported late: of b alone
    ]
    found = run_apart(f"EDITS = {edits!r}\n" + textwrap.dedent(EDITS), copied)
    assert found == [2, 0, 0, 0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("experiment", "modules"),
    [
        (block_experiments.train_block, {"kit.models.block", "kit.callbacks.recorder"}),
        (block_experiments.train_nine, {"kit.training.group", "kit.training.one_network"}),
        (digit_experiments.train, {"kit.models.convolutional", "kit.datasets.mnist"}),
        (digit_experiments.compare_nine, {"kit.models.initializers", "kit.stats.sketch"}),
    ],
)
def test_an_experiment_reaches_models_and_measuring_and_no_plot(experiment, modules):
    names = reach.reached([reach.where(experiment)])
    found = {module for module, _ in names}
    assert modules | {"kit.callbacks.one_pass", "kit.callbacks.keras_internals"} <= found
    rooms = {".".join(module.split(".")[:2]) for module in found}
    assert not rooms & {"kit.plots", "kit.board", "kit.films", "kit.slides", "kit.figures"}
    assert not any(name == "*" for _, name in names)  # nothing was followed as a whole


def test_an_edit_of_what_trains_networks_together_trains_anew(copied):
    code = """
        import json, pathlib
        from kit.catalogue import reach

        def keys():
            reach.forget()
            names = ("train_nine", "train_block", "probe_block")
            return [reach.digest([("kit.catalogue.block_experiments", name)]) for name in names]

        def edit(old, new):
            file = pathlib.Path("kit/training/one_network.py")
            text = file.read_text("utf-8")
            assert old in text
            file.write_text(text.replace(old, new, 1), "utf-8")
            return keys()

        before = keys()
        edited = edit("call_model(model, x, True)", "call_model(model, x, False)")
        print(json.dumps([a == b for a, b in zip(before, edited)]))
    """
    assert run_apart(code, copied) == [False, False, True]


def test_the_compiled_loop_is_part_of_what_counts(copied):
    code = """
        import json, pathlib
        from kit.catalogue import reach

        def key():
            reach.forget()
            return reach.digest([("kit.stats.sketch", "Sketch")])

        def edited(path, old, new):
            file = pathlib.Path("kit/stats", path)
            text = file.read_text("utf-8")
            assert old in text, path
            file.write_text(text.replace(old, new, 1), "utf-8")
            return key()

        found = [key()]
        found.append(edited("_counting.c", "/* ", "/* Edited: "))
        found.append(edited("_counting.c", "LANES = 128", "LANES = 64"))
        found.append(edited("_counting_tile.h", "sum[j] +=", "sum[j] -="))
        print(json.dumps([a == b for a, b in zip(found, found[1:])]))
    """
    assert run_apart(code, copied) == [True, False, False]


def test_a_name_that_a_module_lacks_is_followed_into_all_of_it(tmp_path):
    assert ("kit.live", "*") not in reach.reached([("kit.callbacks", "Recorder")])
    assert ("kit.live", "LivePanel") in reach.reached([("kit.callbacks", "LivePanel")])


def test_an_experiment_must_be_a_function_of_a_module(tmp_path):
    with pytest.raises(ValueError, match="`experiment` must be a function at the top level"):
        Lab(tmp_path).run(lambda: 1)
    with pytest.raises(TypeError, match="`experiment` must be a function; got 3"):
        Lab(tmp_path).run(3)
    with pytest.raises(TypeError, match="`arguments` of what is kept must be numbers, texts"):
        Lab(tmp_path).run(double, of=object())
    for limit, kind in ((-1, ValueError), (1.5, TypeError)):
        with pytest.raises(kind, match=f"`limit` must be a non-negative integer; got {limit}"):
            Lab(tmp_path, limit=limit)


def double(of, by=2):
    return of * by


def test_an_experiment_runs_once_whichever_way_its_arguments_are_given(tmp_path):
    lab, other = Lab(tmp_path), Lab(tmp_path)
    assert lab.run(double, of=3) == lab.run(double, of=3, by=2) == other.run(double, of=3) == 6
    assert lab.run(double, of=3, by=1) == 3
    assert lab.ran == ["double", "double"] and other.ran == []
    assert Lab().run(double, of=3) == 6  # nothing is kept


def test_what_is_damaged_runs_again(tmp_path):
    lab = Lab(tmp_path)
    lab.run(double, of=3)
    (kept,) = (tmp_path / "experiments").glob("*.pickle")
    kept.write_bytes(kept.read_bytes()[:-3])
    assert lab.run(double, of=3) == 6 and lab.ran == ["double", "double"]


def test_a_block_is_shown_together_and_asked_of_each_seed_by_itself(tmp_path):
    shown, single = Lab(tmp_path), Lab(tmp_path, single=True)
    assert shown.seeds(1, of=10) == shown.seeds(10, of=10) == tuple(range(1, 11))
    assert shown.seeds(101, of=3) == (100, 101, 102) and shown.seeds(0, of=3) == (0, 1, 2)
    assert single.seeds(7, of=10) == (7,)
    with pytest.raises(TypeError, match="`single` must be True or False; got 1"):
        Lab(tmp_path, single=1)
    with pytest.raises(ValueError, match="`seed` must be a non-negative integer; got -1"):
        single.seeds(-1, of=10)


TRAINED_BLOCK = """
from kit.catalogue.over_seeds import block_of, medians

def train(first):
    return {first + k: 10 * (first + k) for k in range(3)}
"""


def test_a_training_is_shared_by_picture_and_evidence_whose_facts_are_kept_apart(tmp_path):
    folder = tmp_path / "own"
    write_figure(
        folder, "blocks", more=TRAINED_BLOCK,
        measure="found = lab.run(train, first=block_of(seed, 3)[0])\n"
        "    some = lab.seeds(seed, of=3)\n"
        '    return some, medians([{"value": found[one]} for one in some])',
    )  # fmt: skip
    write_figure(folder, "alone")
    shown, single = Lab(tmp_path / "cache"), Lab(tmp_path / "cache", single=True)
    with added(folder, "trial"):
        blocks, alone = CATALOGUE["blocks"], CATALOGUE["alone"]
        assert shown.measured(blocks, 1) == ((1, 2, 3), {"value": 20.0})
        assert single.measured(blocks, 1) == (None, {"value": 10})
        assert single.measured(blocks, 3) == (None, {"value": 30})
        assert shown.measured(blocks, 1)[1] == {"value": 20.0}
        assert shown.ran == ["blocks", "train"] and single.ran == ["blocks"] * 2
        # what does not depend on which seeds are shown is measured once for both
        assert shown.measured(alone, 1) == single.measured(alone, 1)
        assert shown.ran[2:] == ["alone"] and single.ran == ["blocks"] * 2


def test_medians_are_taken_name_by_name():
    found = [{"a": k, "of": {"b": -k, "same": "text"}, "n": 3} for k in (1, 7, 2)]
    assert medians(found) == {"a": 2.0, "of": {"b": -2.0, "same": "text"}, "n": 3}
    with pytest.raises(ValueError, match="`found` must have numbers where seeds differ; got"):
        medians([{"a": "x"}, {"a": "y"}])
    with pytest.raises(ValueError, match="`found` must have facts of the same names; got"):
        medians([{"a": 1}, {"b": 1}])


def test_an_interrupted_training_is_not_kept(tmp_path, monkeypatch):
    from kit.training import group

    epoch = group.Stack._epoch

    def interrupted(self, number, *rest):
        if number == 1:
            raise KeyboardInterrupt
        return epoch(self, number, *rest)

    lab = Lab(tmp_path)
    monkeypatch.setattr(group.Stack, "_epoch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        lab.train_block("tanh", 0.01, 1)
    assert not list((tmp_path / "experiments").glob("*.pickle"))
    monkeypatch.undo()
    monkeypatch.setattr(block_experiments, "EPOCHS", 2)
    assert len(lab.train_block("tanh", 0.01, 1).history) == 2
    assert len(list((tmp_path / "experiments").glob("*.pickle"))) == 1


def test_the_cache_is_bounded_and_drops_what_was_longest_not_used(tmp_path):
    lab = Lab(tmp_path, limit=3000)
    for k in range(4):
        lab.run(double, of="x" * 400 + str(k), by=2)
        if k == 0:
            (first,) = (tmp_path / "experiments").glob("*.pickle")
            os.utime(first, (1, 1))
    assert not first.exists()
    assert sum(p.stat().st_size for p in (tmp_path / "experiments").glob("*.pickle")) <= 3000


def test_forgetting_takes_nothing_that_is_not_the_labs_own(tmp_path):
    lab = Lab(tmp_path)
    lab.run(double, of=3)
    (tmp_path / "mine.pickle").write_text("precious")
    (tmp_path / "experiments" / "mine").write_text("precious")
    lab.forget()
    lab.run(double, of=3)
    assert lab.ran == ["double", "double"]
    assert (tmp_path / "mine.pickle").exists() and (tmp_path / "experiments" / "mine").exists()


def test_the_cache_is_the_users_or_the_one_named(monkeypatch, tmp_path):
    monkeypatch.setenv("KIT_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("KIT_CACHE")
    assert "keras-teaching-kit" in str(cache_folder())


SHARED = """
    import json, sys, time
    from concurrent.futures import ProcessPoolExecutor
    import work

    if __name__ == "__main__":
        with ProcessPoolExecutor(2) as pool:
            found = list(pool.map(work.ask, range(4)))
        print(json.dumps(sum(found)))
"""


def test_a_shared_experiment_runs_once_with_several_processes(tmp_path):
    (tmp_path / "work.py").write_text(
        "import time\n\n\ndef slow(n):\n    time.sleep(1)\n    return n\n\n\n"
        "def ask(_):\n    from kit.catalogue.lab import Lab\n    lab = Lab('cache')\n"
        "    assert lab.run(slow, n=7) == 7\n    return len(lab.ran)\n"
    )
    root = str(CHECKOUT.parent)
    found = run_apart(SHARED, tmp_path, PYTHONPATH=os.pathsep.join([root, str(tmp_path)]))
    assert found == 1


ONE_OF_THREE = """
    import json, sys, time
    from kit.catalogue.lab import Lab
    import work

    time.sleep(max(0, float(sys.argv[1]) - time.time()))
    Lab("cache", limit=0).run(work.slow)  # nothing is kept: whoever waited runs it too
"""


def test_of_three_processes_no_two_are_inside_at_a_time(tmp_path):
    """One runs, one waits for its lock, and one comes when the first has gone."""
    (tmp_path / "work.py").write_text(
        "import time\n\n\ndef slow():\n    start = time.time()\n    time.sleep(1)\n"
        "    with open('times', 'a') as file:\n        print(start, time.time(), file=file)\n"
    )
    start = time.time() + 4  # all three have imported the kit by then
    root = str(CHECKOUT.parent)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, str(tmp_path)])}
    code = textwrap.dedent(ONE_OF_THREE)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(start + later)], cwd=tmp_path, env=environment
        )
        for later in (0, 0.3, 1.5)
    ]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    lines = (tmp_path / "times").read_text().splitlines()
    spans = sorted(tuple(map(float, line.split())) for line in lines)
    assert len(spans) == 3
    assert all(end <= after for (_, end), (after, _) in itertools.pairwise(spans))


def test_locks_that_nobody_took_for_a_day_are_swept_away(tmp_path):
    folder = tmp_path / "experiments"
    Lab(tmp_path).run(double, of=3)
    (lock,) = folder.glob("*.lock")
    os.utime(lock, (1, 1))
    Lab(tmp_path).run(double, of=4)
    assert not lock.exists() and len(list(folder.glob("*.lock"))) == 1


only_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


@only_posix
def test_the_cache_is_the_users_alone(tmp_path):
    before = os.umask(0o002)
    try:
        Lab(tmp_path / "a").run(double, of=3)
        shared = tmp_path / "b" / "experiments"
        shared.mkdir(parents=True, mode=0o775)
        Lab(tmp_path / "b").run(double, of=3)
    finally:
        os.umask(before)
    for folder in (tmp_path / "a" / "experiments", shared):
        assert folder.stat().st_mode & 0o777 == 0o700
        (kept,) = folder.glob("*.pickle")
        assert kept.stat().st_mode & 0o777 == 0o600
    again = Lab(tmp_path / "b")
    assert again.run(double, of=3) == 6 and again.ran == []


@only_posix
@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_what_another_may_have_written_is_not_unpickled(tmp_path, monkeypatch, mode):
    monkeypatch.chdir(tmp_path)
    Lab(tmp_path).run(double, of=3)
    (kept,) = (tmp_path / "experiments").glob("*.pickle")
    kept.write_bytes(pickle.dumps(Trap()))
    kept.chmod(mode)
    lab = Lab(tmp_path)
    assert lab.run(double, of=3) == 6 and lab.ran == ["double"]
    assert not Path("sprung").exists()


@only_posix
def test_a_folder_of_another_is_not_read_and_a_warning_says_so(tmp_path, monkeypatch):
    Lab(tmp_path).run(double, of=3)
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
    lab = Lab(tmp_path)
    with pytest.warns(RuntimeWarning, match="`cache` must be a folder that only you can write to"):
        assert lab.run(double, of=3) == 6
    assert lab.ran == ["double"]


def test_a_hit_loads_nothing_of_mnist(tmp_path, monkeypatch):
    rng_file = tmp_path / "mnist.npz"
    import numpy as np

    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (3, 28, 28), np.uint8)
    labels = np.arange(3, dtype=np.uint8)
    np.savez(rng_file, x_train=images, y_train=labels, x_test=images, y_test=labels)
    monkeypatch.setenv("KIT_DATA", str(tmp_path))
    lab = Lab(tmp_path / "cache")
    assert lab.run(count_digits) == 3
    monkeypatch.setattr(digit_experiments, "load_digits", lambda **_: pytest.fail("loaded"))
    assert lab.run(count_digits) == 3 and lab.ran == ["count_digits"]
    np.savez(rng_file, x_train=images[:2], y_train=labels[:2], x_test=images, y_test=labels)
    monkeypatch.undo()
    monkeypatch.setenv("KIT_DATA", str(tmp_path))
    assert lab.run(count_digits) == 2  # other digits, another key


def count_digits():
    from kit.catalogue.digit_experiments import load_digits

    return len(load_digits().x_train)


def test_digits_that_are_not_at_hand_are_asked_for_before_the_key_is_formed(tmp_path, monkeypatch):
    there, asked = [None], []

    def load(*, download=False):
        asked.append(download)
        there[0] = "downloaded" if download else there[0]
        return object()

    monkeypatch.setattr(digit_experiments, "load_digits", load)
    monkeypatch.setattr(digit_experiments, "mnist_identity", lambda: there[0])
    monkeypatch.setattr(digit_experiments, "train", train)
    lab = Lab(tmp_path)
    assert lab.train_on_digits("cnn", 1) == 1 and asked == [True]
    assert lab.train_on_digits("cnn", 1) == 1 and asked == [True] and lab.ran == ["train"]


def train(network, first):
    from kit.catalogue.digit_experiments import load_digits

    assert load_digits
    return {first + k: first + k for k in range(3)}


class Trap:
    def __reduce__(self):
        return (Path.touch, (Path("sprung"),))


def test_nothing_in_out_is_unpickled(tmp_path, monkeypatch):
    from kit.catalogue.rendering import Options, regenerate
    from kit.figures import find

    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out"
    for folder in (".kit-cache", ".kit-cache/experiments", "experiments", ".slides"):
        (out / folder).mkdir(parents=True, exist_ok=True)
        for name in ("measure", "ball-data", "probe_block"):
            (out / folder / f"{name}.pickle").write_bytes(pickle.dumps(Trap()))
    regenerate(find(["ball-data"]), out, Options(dpi=30))
    assert not (tmp_path / "sprung").exists()


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("before")

    def fail():
        with written_whole(path) as part:
            part.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


def test_trimming_keeps_what_was_used_last(tmp_path):
    for k in range(3):
        (tmp_path / str(k)).write_bytes(bytes(10))
        os.utime(tmp_path / str(k), (k, k))
    trim(tmp_path, 20)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2"]


def test_an_experiment_multiplies_on_one_thread_and_others_on_theirs():
    from threadpoolctl import threadpool_info, threadpool_limits

    def threads():
        return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}

    with threadpool_limits(2, "blas"):
        assert Lab().run(threads) == {1} and threads() == {2}
