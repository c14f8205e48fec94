"""What the recorder costs on the convolutional networks, with 1,000 probe digits.

The digits are MNIST where it is at hand, else a sample of it, repeated: what is measured does
not depend on what they show.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.captures import bare_pass, capture_over_bare
from benchmarks.measuring import in_turn, seconds

PROBE = 1_000
TRAIN = 10_000


def digits(n):
    """`n` digits: images (n, 28, 28, 1) and labels (n,)."""
    from kit.datasets import handwritten_digits

    (x, y), _, _ = handwritten_digits(download=False)
    rows = np.arange(n) % len(x)
    return x[rows], y[rows]


def network(name):
    from kit.models import build_lenet5, build_mnist_cnn

    return {"cnn": build_mnist_cnn, "lenet": build_lenet5}[name](seed=1)


def warm_capture(name, rounds=15):
    """One traced capture over a bare forward and backward pass on the same digits."""
    return capture_over_bare(network(name), *digits(PROBE), rounds)


def fit(epochs=3, rounds=3):
    """Fit of the CNN on 10,000 digits, batch 32, with a capture every epoch over without."""
    from kit.callbacks import Recorder

    x, y = digits(TRAIN)
    probe = digits(PROBE)

    def train(callbacks):
        network("cnn").fit(x, y, epochs=epochs, batch_size=32, verbose=0, callbacks=callbacks)

    train([Recorder(*probe)])
    ratio = in_turn(lambda: train([Recorder(*probe)]), lambda: train([]), rounds)
    bare = bare_pass(network("cnn"), *probe)
    bare()
    alone = float(np.median([seconds(bare) for _ in range(5)]))
    least = 1 + (epochs + 1) * alone / ratio.base
    value, how = ratio.row()
    return value, f"{how}; {epochs + 1} bare passes alone: {least:.2f}"


def memory():
    """Peak memory of training the CNN with a recorder, above the same training without."""
    peaks = {}
    for how in ("without", "with"):
        code = f"from benchmarks.convnets import peak; peak({how == 'with'})"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        peaks[how] = int(done.stdout.split()[-1])
    above = (peaks["with"] - peaks["without"]) / 1e6
    return (
        f"{above:.2f} GB",
        f"{peaks['with'] / 1e6:.2f} GB with, {peaks['without'] / 1e6:.2f} without",
    )


def peak(recorded):
    """Train for three epochs and print the peak resident memory in kB."""
    from kit.callbacks import Recorder

    callbacks = [Recorder(*digits(PROBE))] if recorded else []
    network("cnn").fit(*digits(2_000), epochs=3, batch_size=32, verbose=0, callbacks=callbacks)
    # not ru_maxrss: a child begins with the peak of the process that started it
    status = Path("/proc/self/status").read_text("ascii")
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
