"""``kit probe``: measure a saved model of one's own."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kit.cli.saved_files import load_arrays, load_model
from kit.cli.shared import Commands, own_model, writing
from kit.files import writable_folder

if TYPE_CHECKING:
    from kit.recordings import Snapshot

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Tell the parser of the command."""
    parser = commands.add_parser(
        "probe", parents=[own_model(), writing()], help="measure a saved model of your own"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write its table and its panels."""
    arrays = load_arrays(Path(options.data))
    model = load_model(Path(options.model))
    from kit.callbacks import probe

    weight = arrays.get("sample_weight")
    snapshot = probe(model, arrays["x"], arrays["y"], sample_weight=weight)
    out = writable_folder(options.out, "--out")
    name = Path(options.model).stem
    table = snapshot.to_frame().drop(columns=["run", "epoch", "step"])
    table.to_csv(out / f"{name}-layers.csv", index=False)
    columns = ["layer", "quantity", "mean", "std", "min", "median", "max", "zero_fraction"]
    print(f"{name}: loss {snapshot.loss:.6g} on {snapshot.samples} samples")
    print(table[columns].to_string(index=False, float_format=lambda value: f"{value:.3g}"))
    written = _save_panels(snapshot, name, out)
    print(f"written: {', '.join([*written, f'{name}-layers.csv'])} in {out}")
    return 0


def _save_panels(snapshot: Snapshot, name: str, out: Path, at_once: int = 8) -> list[str]:
    """The panel, or several of so many layers each; names of the files."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    from kit.plots import layer_panel, style
    from kit.plots.measured import panel_layers

    layers = panel_layers(snapshot) or snapshot.layers  # the outputs too
    pages = [layers[start : start + at_once] for start in range(0, len(layers), at_once)]
    files = []
    for number, page in enumerate(pages, 1):
        file = f"{name}-panel.png" if len(pages) == 1 else f"{name}-panel-{number}.png"
        title, first = name, (number - 1) * at_once + 1
        if len(pages) > 1:
            title = f"{name}, layers {first} to {first + len(page) - 1} of {len(layers)}"
        with style():
            figure = layer_panel(snapshot, layers=page, title=title)
            figure.savefig(out / file, dpi=144)
            plt.close(figure)
        files.append(file)
    return files
