"""``kit probe``: measure a saved model of one's own."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import Any

from kit.cli.shared import Commands, writing
from kit.files import quiet_start, writable_folder

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Tell the parser of the command."""
    parser = commands.add_parser(
        "probe", parents=[writing()], help="measure a saved model of your own"
    )
    parser.add_argument("model", metavar="MODEL.keras")
    parser.add_argument(
        "--data", required=True, metavar="FILE.npz",
        help="arrays x and y, and sample_weight if there is one",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write its table and its panels."""
    arrays = _load_arrays(Path(options.data))
    model = _load_model(Path(options.model))
    out = writable_folder(options.out, "--out")
    from kit.callbacks import probe

    snapshot = probe(model, arrays.pop("x"), arrays.pop("y"), **arrays)
    name = Path(options.model).stem
    table = snapshot.to_frame().drop(columns=["epoch", "step"])
    table.to_csv(out / f"{name}-layers.csv", index=False)
    columns = ["layer", "quantity", "mean", "std", "min", "median", "max", "zero_fraction"]
    print(f"{name}: loss {snapshot.loss:.6g} on {snapshot.samples} samples")
    print(table[columns].to_string(index=False, float_format=lambda value: f"{value:.3g}"))
    written = _save_panels(snapshot, name, out)
    print(f"written: {', '.join([*written, f'{name}-layers.csv'])} in {out}")
    return 0


def _load_arrays(path: Path) -> dict[str, Any]:
    import numpy as np

    if not path.is_file():
        raise ValueError(f"`--data` must be an .npz file; there is no {path}")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except Exception as error:
        raise ValueError(f"`--data` must be an .npz file of arrays; got {path}: {error}") from error
    known = {"x", "y", "sample_weight"}
    if not {"x", "y"} <= set(arrays) <= known:
        raise ValueError(
            f"`--data` must hold the arrays x and y, and sample_weight if there is one; got "
            f"{', '.join(arrays) or 'none'}"
        )
    return arrays


def _load_model(path: Path) -> Any:
    if not path.is_file():
        raise ValueError(f"MODEL must be a model saved as .keras; there is no {path}")
    with quiet_start():
        import keras

    try:
        with warnings.catch_warnings():
            # the state of the optimizer is not measured
            warnings.filterwarnings("ignore", message="Skipping variable loading for optimizer")
            return keras.saving.load_model(path, safe_mode=True)
    except Exception as error:
        raise ValueError(f"MODEL must be a model saved as .keras; got {path}: {error}") from error


def _save_panels(snapshot: Any, name: str, out: Path, at_once: int = 8) -> list[str]:
    """The panel, or several of so many layers each; names of the files."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    from kit.plots import layer_panel, style

    inner = dict.fromkeys(
        layer
        for quantity in ("z", "weight", "activation", "gradient")
        for layer in snapshot.layers_with(quantity, outputs=False)
    )
    layers = [layer for layer in snapshot.layers if layer in inner] or snapshot.layers
    pages = [layers[start : start + at_once] for start in range(0, len(layers), at_once)]
    files = []
    for number, page in enumerate(pages, 1):
        file = f"{name}-panel.png" if len(pages) == 1 else f"{name}-panel-{number}.png"
        title = name if len(pages) == 1 else f"{name}, part {number} of {len(pages)}"
        with style():
            figure = layer_panel(snapshot, layers=page, title=title)
            figure.savefig(out / file, dpi=144)
            plt.close(figure)
        files.append(file)
    return files
