"""Measure every target and print the table; ``python -m benchmarks [NAME ...]`` for some.

A name that others begin with, as ``fit`` or ``counting``, stands for all of them.

Both sides of a ratio are measured in turn in one run, several times; the median of the ratios is
reported. These are measurements, not tests: nothing fails.
"""

import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")

import numpy as np

from benchmarks import convnets, explorer_page, live_panel, many_networks, many_runs, ways_to_count
from benchmarks.captures import capture_over_bare
from benchmarks.measuring import in_turn, seconds


def lecture():
    from kit.datasets.ball import load_data
    from kit.models import build_block

    X, y = load_data()
    return X, y, build_block


def warm_capture(activation, rounds=101):
    """One traced capture of BLOCK, 1,000 samples, over a bare forward and backward pass."""
    X, y, build_block = lecture()
    model = build_block(activation, "glorot_normal", seed=1)
    return capture_over_bare(model, X, y.astype("float32"), rounds)


def first_probe(same=False):
    """kit.probe of a fresh model, in a process that has probed another before.

    With `same`, one of its architecture, whose trace is shared.
    """
    import kit

    X, y, build_block = lecture()
    kit.probe(build_block(seed=0), X, y)
    times = []
    for k in range(9):
        model = build_block("tanh", units=100 if same else 96 + k, seed=k)
        times.append(seconds(lambda model=model: kit.probe(model, X, y)))
    return f"{np.median(times):.3f} s", "median of 9 models"


def first_probe_of_all():
    """The very first kit.probe of a process, TensorFlow loaded and the model built."""
    code = (
        "import time, kit; from kit.datasets.ball import load_data; from kit.models import "
        "build_block; X, y = load_data(); m = build_block(seed=1); from kit import probe; "
        "t = time.perf_counter(); probe(m, X, y); print(time.perf_counter() - t)"
    )
    times = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
        for _ in range(3)
    ]
    return f"{np.median(times):.3f} s", "median of 3 processes"


def training(epochs):
    """Probe data, and what trains BLOCK on them with callbacks."""
    X, y, build_block = lecture()

    def train(callbacks):
        model = build_block("relu", "he_normal", seed=1)
        model.fit(X, y, epochs=epochs, batch_size=32, verbose=0, callbacks=callbacks)

    return X, y, train


def fit(epochs, rounds=5):
    """Fit of BLOCK, batch 32, with a Recorder in a file every epoch over without; tracing in."""
    from kit.callbacks import Recorder

    X, y, train = training(epochs)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.db"
        train([Recorder(X, y, path=path)])
        return in_turn(lambda: train([Recorder(X, y, path=path)]), lambda: train([]), rounds)


def beside_tensorboard(epochs=20, rounds=5):
    """Time that a Recorder adds to `fit` over what Keras's TensorBoard with histograms adds.

    TensorBoard's histograms are of weights alone; a Recorder's captures of five quantities.
    """
    try:
        import tensorboard  # noqa: F401
    except ImportError:
        return "–", "needs the package tensorboard"
    import keras

    from kit.callbacks import Recorder

    X, y, train = training(epochs)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.db"

        def ours():
            train([Recorder(X, y, path=path)])

        def theirs():
            train([keras.callbacks.TensorBoard(folder, histogram_freq=1, write_graph=False)])

        ours()
        theirs()
        sides = (lambda: train([]), ours, theirs)
        times = [[seconds(side) for side in sides] for _ in range(rounds)]
    without, recorder, board = np.median(times, axis=0)
    how = f"{recorder - without:.2f} s beside {board - without:.2f} s, on {without:.2f} s"
    return f"{(recorder - without) / (board - without):.2f}", how


def panel():
    """A 2x2 violin panel of 100,000 values a violin to PNG at 120 dpi, sketching included."""
    import matplotlib.pyplot as plt

    import kit
    from kit.plots import layer_panel, style

    X, y, build_block = lecture()
    snapshots = [kit.probe(build_block("tanh", "glorot_normal", seed=s), X, y) for s in range(8)]

    def draw(snapshot):
        with tempfile.TemporaryDirectory() as folder, style():
            figure = layer_panel(snapshot, title="tanh")
            figure.savefig(Path(folder) / "panel.png", dpi=120)
            plt.close(figure)

    draw(snapshots[0])
    times = [seconds(lambda s=s: draw(s)) for s in snapshots[1:]]
    return f"{np.median(times):.2f} s", "median of 7 panels"


def panel_over_empty(rounds=15):
    """A 2x2 violin panel to PNG over four empty axes in the same style to PNG."""
    import matplotlib.pyplot as plt

    import kit
    from kit.plots import layer_panel, style

    X, y, build_block = lecture()
    snapshot = kit.probe(build_block("tanh", "glorot_normal", seed=1), X, y)

    def draw(make):
        with tempfile.TemporaryDirectory() as folder, style():
            figure = make()
            figure.savefig(Path(folder) / "panel.png", dpi=120)
            plt.close(figure)

    def ours():
        snapshot._sketches.clear()  # as for a panel that is drawn for the first time
        draw(lambda: layer_panel(snapshot, title="tanh"))

    def empty():
        draw(lambda: plt.subplots(2, 2)[0])

    ours()
    empty()
    return in_turn(ours, empty, rounds)


def animate():
    """20 epochs of the 2x2 panel, 21 pictures of BLOCK, to GIF in memory."""
    from kit.callbacks import Recorder
    from kit.films import animate_panel
    from kit.plots import style

    X, y, build_block = lecture()
    recorder = Recorder(X, y)
    model = build_block("relu", "he_normal", seed=1)
    model.fit(X, y, epochs=20, batch_size=32, verbose=0, callbacks=[recorder])
    films = []

    def film():
        with style():
            films.append(animate_panel(recorder.recording, title="ReLU"))

    times = [seconds(film) for _ in range(3)]
    size = f"{len(films[-1].data) / 1e6:.2f} MB"
    return f"{np.median(times):.1f} s", f"median of 3, {films[-1].frames} pictures, {size}"


def diagnose_model():
    """kit.diagnose of a BLOCK beyond kit.probe of it, on 1,000 samples."""
    import kit

    X, y, build_block = lecture()
    times = []
    for seed in range(9):
        model = build_block("relu", seed=seed)
        kit.probe(model, X, y)
        times.append(
            seconds(lambda model=model: kit.diagnose(model, X, y))
            - seconds(lambda model=model: kit.probe(model, X, y))
        )
    return f"{np.median(times):.2f} s", "median of 9 models"


def diagnose_recording():
    """kit.diagnose of a recording of BLOCK, 100 epochs."""
    import kit
    from kit.callbacks import Recorder

    X, y, build_block = lecture()
    recorder = Recorder(X, y)
    build_block(seed=1).fit(X, y, epochs=100, batch_size=500, verbose=0, callbacks=[recorder])
    times = [seconds(lambda: kit.diagnose(recorder.recording)) for _ in range(9)]
    return f"{np.median(times):.2f} s", "median of 9"


def disk():
    """Recording on disk, each epoch of BLOCK."""
    from kit.callbacks import Recorder

    X, y, build_block = lecture()
    with tempfile.TemporaryDirectory() as folder:
        sizes = []
        for epochs in (20, 60):
            path = Path(folder) / f"{epochs}.db"
            recorder = Recorder(X, y, path=path)
            build_block(seed=1).fit(
                X, y, epochs=epochs, batch_size=500, verbose=0, callbacks=[recorder]
            )
            recorder.recording.close()
            sizes.append(path.stat().st_size)
    return f"{(sizes[1] - sizes[0]) / 40 / 1e3:.1f} kB", "between epochs 20 and 60"


def memory():
    """Resident memory from epoch 10 to epoch 1,000 with a path."""
    from kit.callbacks import Recorder

    X, y, build_block = lecture()
    page = os.sysconf("SC_PAGE_SIZE")

    def resident():
        return int(Path("/proc/self/statm").read_text().split()[1]) * page

    import keras

    class Watch(keras.callbacks.Callback):
        seen = {}

        def on_epoch_end(self, epoch, logs=None):
            if epoch + 1 in (10, 1000):
                self.seen[epoch + 1] = resident()

    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(X, y, path=Path(folder) / "recording.db")
        watch = Watch()
        build_block(seed=1).fit(
            X, y, epochs=1000, batch_size=1000, verbose=0, callbacks=[recorder, watch]
        )
    return f"{(watch.seen[1000] - watch.seen[10]) / 1e6:.1f} MB", "1,000 epochs"


def start_up(arguments):
    def run():
        times = []
        for _ in range(7):
            times.append(
                seconds(lambda: subprocess.run([sys.executable, *arguments], capture_output=True))
            )
        bare = [
            seconds(lambda: subprocess.run([sys.executable, "-c", ""], capture_output=True))
            for _ in range(7)
        ]
        return f"{np.median(times):.2f} s", f"bare Python {np.median(bare):.2f} s"

    run.__doc__ = " ".join(["python", *arguments])
    return run


TABLE = {
    "capture-relu": (lambda: warm_capture("relu").row(), "warm capture ÷ bare pass, ReLU", "≤ 2.0"),
    "capture-tanh": (lambda: warm_capture("tanh").row(), "warm capture ÷ bare pass, tanh", "≤ 2.0"),
    "first-probe": (first_probe, "kit.probe of a fresh model", "≤ 0.12 s"),
    "next-probe": (lambda: first_probe(same=True), "the next one of its architecture", "≤ 0.12 s"),
    "cold-probe": (first_probe_of_all, "the first kit.probe of a process", "≤ 0.25 s"),
    "fit-20": (lambda: fit(20).row(), "fit, 20 epochs, with ÷ without Recorder", "≤ 1.10"),
    "fit-100": (lambda: fit(100).row(), "fit, 100 epochs, with ÷ without Recorder", "≤ 1.10"),
    "tensorboard": (beside_tensorboard, "extra time of fit, Recorder ÷ TensorBoard", "≤ 0.5"),
    "panel": (panel, "2x2 violin panel to PNG at 120 dpi", "≤ 0.5 s"),
    "animate": (animate, "animate: 20 epochs of the 2x2 panel", "≤ 20 s"),
    "diagnose-model": (diagnose_model, "kit.diagnose of BLOCK beyond kit.probe", "≤ 1 s"),
    "diagnose-recording": (diagnose_recording, "of a recording, 100 epochs of BLOCK", "≤ 1 s"),
    "disk": (disk, "recording on disk, an epoch of BLOCK", "≤ 60 kB"),
    "memory": (memory, "memory from epoch 10 to 1,000", "< 10 MB"),
    "cnn-capture": (
        lambda: convnets.warm_capture("cnn").row(),
        "CNN: warm capture ÷ bare pass",
        "≤ 1.6",
    ),
    "lenet-capture": (
        lambda: convnets.warm_capture("lenet").row(),
        "LeNet-5: warm capture ÷ bare pass",
        "≤ 1.6",
    ),
    "cnn-fit": (
        convnets.fit,
        "CNN: fit, with ÷ without Recorder",
        "≤ 1.12",
    ),
    "cnn-memory": (convnets.memory, "CNN: peak memory above training", "≤ 0.4 GB"),
    "live-20": (
        lambda: live_panel.fit("block", 20, np.median),
        "BLOCK: fit, 20 epochs, with ÷ without LivePanel",
        "≤ 1.3",
    ),
    "live-100": (
        lambda: live_panel.fit("block", 100, np.median),
        "BLOCK: fit, 100 epochs, with ÷ without LivePanel",
        "≤ 1.3",
    ),
    "live-cnn": (
        lambda: live_panel.fit("cnn", 5, np.median, rounds=3),
        "CNN: fit, 5 epochs, with ÷ without LivePanel",
        "≤ 1.3",
    ),
    "counting-dense": (
        lambda: ways_to_count.over_numpy(ways_to_count.DENSE),
        "sketch of (1000, 100), compiled ÷ NumPy",
        "≤ 0.3",
    ),
    "counting-zeros": (
        lambda: ways_to_count.over_numpy(ways_to_count.DENSE, half_zeros=True),
        "the same, half of them zeros",
        "≤ 0.4",
    ),
    "counting-maps": (
        lambda: ways_to_count.over_numpy(ways_to_count.CONVOLUTIONAL),
        "sketch of (1000, 26, 26, 32)",
        "≤ 0.3",
    ),
    "counting-maps-zeros": (
        lambda: ways_to_count.over_numpy(ways_to_count.CONVOLUTIONAL, half_zeros=True),
        "the same, half of them zeros",
        "≤ 0.4",
    ),
    "runs-open": (many_runs.opened, "1,000 runs: open, list, sum up", "≤ 1 s"),
    "runs-read": (many_runs.read, "1,000 runs into one frame", "≤ 5 s"),
    "runs-history": (many_runs.history, "their histories into one frame", "≤ 5 s"),
    "runs-ratio": (many_runs.over_run_by_run, "one frame ÷ run by run", "≤ 0.5"),
    "together-90": (
        lambda: many_networks.block(90),
        "90 BLOCK together: times as fast as fit",
        "≥ 25",
    ),
    "together-90-captured": (
        lambda: many_networks.block(90, captured=True),
        "the same with captures and validation",
        "≥ 25",
    ),
    "together-9": (lambda: many_networks.block(9), "9 BLOCK together: times as fast", "≥ 8"),
    "together-9-captured": (
        lambda: many_networks.block(9, captured=True),
        "the same with captures and validation",
        "≥ 8",
    ),
    "together-cnn": (lambda: many_networks.cnn(6), "6 CNNs together: times as fast", "≥ 1"),
    "together-cnn-3": (lambda: many_networks.cnn(3), "3 CNNs together: times as fast", "≥ 1"),
    "together-cnn-captured": (
        lambda: many_networks.cnn(3, captured=True),
        "the same with captures and validation",
        "≥ 1",
    ),
    "explore-engine": (
        explorer_page.over_numpy,
        "explorer: pass of BLOCK in node ÷ NumPy",
        "",
    ),
    "explore-theory": (
        explorer_page.theory_over_pass,
        "explorer: theory of BLOCK ÷ its pass, in node",
        "≤ 6",
    ),
    "explore-layers": (
        explorer_page.layers_forward,
        "explorer: a digit through the CNN, in node",
        "≤ 80 ms",
    ),
    "explore-page": (explorer_page.slider, "explorer: slider to picture", "≤ 80 ms"),
    "import": (start_up(["-c", "import kit"]), "import kit", "≤ 0.1 s"),
    "help": (start_up(["-m", "kit", "--help"]), "kit --help", "≤ 0.5 s"),
}


def main():
    names = []
    for asked in sys.argv[1:] or TABLE:
        found = [name for name in TABLE if name == asked or name.startswith(f"{asked}-")]
        if not found:
            sys.exit(f"`NAME` must be among {', '.join(TABLE)}; got {asked}")
        names += found
    versions = " ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("tensorflow", "keras", "numpy")
    )
    print(f"Python {platform.python_version()} {versions}, {os.cpu_count()} cores\n")
    print(f"{'what':<42} {'measured':>10}  {'target':<9} how")
    for name in names:
        measure, what, target = TABLE[name]
        value, how = measure()
        print(f"{what:<42} {value:>10}  {target:<9} {how}", flush=True)


if __name__ == "__main__":
    main()
