"""``kit sweep``: train networks over a grid of parameters, here or on a cluster."""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.checks import check_count
from kit.cli.shared import Commands, as_number
from kit.files import quiet_start

if TYPE_CHECKING:
    from kit.recordings import Runs

__all__ = ["add", "run"]

PARAMETERS = {  # what the builders call them
    "activation": ("activation", str),
    "initializer": ("initializer", float),
    "optimizer": ("optimizer", str),
    "learning_rate": ("learning_rate", float),
    "momentum": ("momentum", float),
    "depth": ("n_layers", int),
    "width": ("units", int),
}
OF_BALL = ("depth", "width")
TOLD = (UserWarning, RuntimeWarning)
"""Warnings that a person is told of."""


def add(commands: Commands) -> None:
    """Tell the parser of the command."""
    parser = commands.add_parser(
        "sweep",
        help="train networks over a grid of parameters",
        description="Train a network for each combination of values and each seed, and print what "
        "came of them. What the file has is not trained again: after a kill, call it again.",
    )
    several: dict[str, Any] = {"nargs": "+", "metavar": "VALUE"}
    grid = parser.add_argument_group("the grid: one value or more of each")
    grid.add_argument("--activation", **several, default=["relu"], help="default: relu")
    grid.add_argument(
        "--initializer", **several, default=["he_normal"],
        help="Keras's name, or the standard deviation of a normal (default: he_normal)",
    )  # fmt: skip
    grid.add_argument("--optimizer", **several, help="Keras's name (default: the builder's)")
    grid.add_argument("--learning-rate", **several, help="default: the optimizer's")
    grid.add_argument("--momentum", **several, help="default: the optimizer's")
    grid.add_argument("--depth", **several, help="hidden layers, of --data ball (default: 5)")
    grid.add_argument("--width", **several, help="units of each, of --data ball (default: 100)")
    grid.add_argument(
        "--seeds", nargs="+", default=["1-10"], metavar="SEED", help="as 1-10, or 1 2 5"
    )
    how = parser.add_argument_group("the training")
    how.add_argument(
        "--data", default="ball", choices=["ball", "digits"],
        help="points for the lectures' dense network, or digits for their CNN (default: ball)",
    )  # fmt: skip
    how.add_argument("--samples", default=1000, metavar="N", help="default: 1000")
    how.add_argument("--epochs", default=20, metavar="N", help="default: 20")
    how.add_argument("--batch-size", default=32, metavar="N", help="default: 32")
    how.add_argument(
        "--every", metavar="N", help="measure all layers every N epochs (default: never)"
    )
    where = parser.add_argument_group("where it is done")
    where.add_argument(
        "--engine", default="together", metavar="NAME",
        help="together, processes, dask, or another backend of joblib (default: together)",
    )  # fmt: skip
    where.add_argument("--workers", metavar="N", help="processes (default: one a core)")
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="of Dask, as tcp://10.0.0.1:8786; else one is begun"
    )
    where.add_argument(
        "--per-task", default=50, metavar="N", help="networks trained at one go (default: 50)"
    )
    where.add_argument(
        "--out", default="runs.db", metavar="FILE", dest="file",
        help="recording file, new or with other runs (default: runs.db)",
    )  # fmt: skip
    where.add_argument(
        "--overwrite", action="store_true", help="replace runs that were trained otherwise"
    )
    parser.add_argument("--offline", action="store_true", help="never open a connection for data")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train what is not there, and print the table."""
    grid, seeds, numbers = _checked(options)
    with quiet_start():
        from kit.training import SweepError, sweep
    build, x, y, validation = _data(options.data, numbers["samples"])
    failed: SweepError | None = None
    # on standard error, so that the table can be piped
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(sys.stderr),
    ):
        warnings.simplefilter("default")
        try:
            runs = sweep(
                build,
                grid,
                x,
                y,
                seeds=seeds,
                epochs=numbers["epochs"],
                batch_size=numbers["batch_size"],
                validation_data=validation,
                probe=None if numbers["every"] is None else (x, y),
                every=numbers["every"] or 1,
                path=options.file,
                engine=options.engine,
                workers=numbers["workers"],
                scheduler=options.scheduler,
                per_task=numbers["per_task"],
                overwrite=options.overwrite,
            )
        except SweepError as error:
            failed, runs = error, error.runs
    told = [str(one.message) for one in caught if issubclass(one.category, TOLD)]
    for words in [*told, *([] if failed is None else [str(failed)])]:
        print(f"kit sweep: {words}", file=sys.stderr)
    if len(runs):
        print(_table(runs))
    print(f"{len(runs)} runs in {options.file}")
    if any(words.startswith("interrupted") for words in told):
        return 130
    return 0 if failed is None else 1


def _checked(
    options: argparse.Namespace,
) -> tuple[dict[str, list[Any]], list[int], dict[str, Any]]:
    """Grid, seeds and numbers, as they were typed; refused before anything is loaded."""
    grid = {}
    for option, (name, kind) in PARAMETERS.items():
        typed = getattr(options, option)
        if typed is None:
            continue
        flag = f"--{option.replace('_', '-')}"
        if option in OF_BALL and options.data != "ball":
            raise ValueError(f"`{flag}` must go with --data ball; got --data {options.data}")
        grid[name] = [_value(flag, one, kind) for one in typed]
    numbers = {}
    for name in ("samples", "epochs", "batch_size", "every", "workers", "per_task"):
        given = getattr(options, name)
        flag = f"--{name.replace('_', '-')}"
        numbers[name] = None if given is None else check_count(flag, as_number(given, int))
    if Path(options.file).is_dir():
        raise ValueError(f"`--out` must be a file; got the folder {options.file}")
    return grid, [one for typed in options.seeds for one in _seeds(typed)], numbers


def _value(flag: str, typed: str, kind: type) -> Any:
    """A value as the builder takes it."""
    if kind is str:
        return typed
    value = as_number(typed, kind)
    if kind is int:
        return check_count(flag, value)
    if isinstance(value, str) and flag != "--initializer":  # which has names too
        raise TypeError(f"`{flag}` must be numbers; got {typed!r}")
    return value


def _seeds(typed: str) -> Iterable[int]:
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", typed)
    if not found:
        raise ValueError(f"`--seeds` must be integers, or from-to as 1-10; got {typed!r}")
    first, last = (int(one or found[1]) for one in found.groups())
    if last < first:
        raise ValueError(f"`--seeds` must ascend; got {typed!r}")
    return range(first, last + 1)


def _data(name: str, samples: int) -> tuple[Any, Any, Any, Any]:
    """A builder, with the data that it is for: x, y, and (x, y) for validation or None."""
    from kit.models import build_block, build_mnist_cnn

    if name == "ball":
        from kit.datasets.ball import load_data

        return build_block, *load_data(n_points=samples), None
    from kit.datasets import handwritten_digits

    (x, y), (x_test, y_test), source = handwritten_digits()
    print(f"digits: {source}", file=sys.stderr)
    return build_mnist_cnn, x[:samples], y[:samples], (x_test[:samples], y_test[:samples])


def _table(runs: Runs) -> str:
    """What the last epoch gave, by parameters: the median over the seeds, lowest and highest."""
    import numpy as np
    import pandas as pd

    names = [str(name) for name in runs.parameters if name != "seed"]
    last = runs.history.groupby("run", sort=False).tail(1)
    known = {"run", "epoch", *runs.parameters}
    metrics = [str(name) for name in last if name not in known]
    rows = []
    for values, group in last.groupby(names, sort=False, dropna=False):
        row: dict[str, Any] = {**dict(zip(names, values, strict=True)), "runs": len(group)}
        for name in metrics:
            # what has diverged is the worst, not missing
            found = group[name].fillna(np.inf if name.endswith("loss") else 0.0)
            row[name] = f"{found.median():.4g} ({found.min():.4g} to {found.max():.4g})"
        rows.append(row)
    return str(pd.DataFrame(rows).to_string(index=False))
