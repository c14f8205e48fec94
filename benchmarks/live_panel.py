"""What `LivePanel` costs, in a kernel of its own whose display messages are received.

The kernel is a real ipykernel and its client takes every message, as a notebook's does; no browser
shows the pictures, which would not slow the kernel.
"""

import ast
import time

CODE = """
from benchmarks import live_panel
print(live_panel.times({network!r}, {epochs}, {rounds}))
"""


def fit(network, epochs, median, rounds=5):
    """Fit with a LivePanel every epoch over without; tracing and the last panel in."""
    *_, answer = in_a_notebook(CODE.format(network=network, epochs=epochs, rounds=rounds))
    measured = ast.literal_eval(answer)
    panels = median([one["panels"] for one in measured])
    mine, base = (median([one[side] for one in measured]) for side in ("with", "without"))
    ratio = median([one["with"] / one["without"] for one in measured])
    return f"{ratio:.2f}", f"{mine:.1f} s ÷ {base:.1f} s; {panels:.0f} panels in {epochs} epochs"


def in_a_notebook(code):
    """The lines that code prints in a kernel, which runs where this does."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, timeout=1200, kernel_name="python3").execute()
    outputs = notebook.cells[0].outputs
    printed = [one.text for one in outputs if one.get("name") == "stdout"]
    return "".join(printed).splitlines()


def times(network, epochs, rounds):
    """Seconds with and without, taken by turns, after one training that warms up both."""
    from kit.live import LivePanel

    class Counting(LivePanel):
        panels = 0

        def _draw(self, *what):
            self.panels += 1
            return super()._draw(*what)

    build, data, probe = experiment(network)

    def seconds(callbacks):
        model = build()
        start = time.perf_counter()
        model.fit(*data, epochs=epochs, batch_size=32, verbose=0, callbacks=callbacks)
        return time.perf_counter() - start

    found = []
    for _ in range(rounds + 1):
        panel = Counting(*probe)
        without = seconds([])
        found.append({"with": seconds([panel]), "without": without, "panels": panel.panels})
    return found[1:]


def experiment(network):
    """A builder, training data and probe data."""
    from kit.datasets.ball import load_data
    from kit.models import build_block, build_mnist_cnn

    if network == "block":
        X, y = load_data()
        return lambda: build_block("relu", "he_normal", seed=1), (X, y), (X, y)
    from benchmarks.convnets import digits

    return lambda: build_mnist_cnn(seed=1), digits(2_000), digits(100)
