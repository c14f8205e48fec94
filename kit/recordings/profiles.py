"""What plots of many networks ask for: a statistic layer by layer, and its range over runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.checks import check_name
from kit.recordings import bulk, tidy
from kit.recordings.common import check_captured
from kit.recordings.parameters import in_short
from kit.recordings.runs import Runs

if TYPE_CHECKING:
    from kit.recordings.recording import Recording
    from kit.recordings.snapshot import Snapshot

__all__ = ["at_ends", "check_parameter", "over_runs", "reported", "values_of"]


def at_ends(
    data: Snapshot | Recording | Runs, quantity: str, epochs: Sequence[int]
) -> pd.DataFrame:
    """The tidy table of one quantity at the ends of epochs: of a snapshot, a recording or runs.

    Parameters
    ----------
    data
        Where it is measured.
    quantity
        One of z, activation, delta, weight, gradient.
    epochs
        With a capture at their end; of runs, one at least has it.

    Returns
    -------
    DataFrame
        With the columns of `Recording.to_frame`.

    Raises
    ------
    ValueError
        For an epoch without a capture.

    Examples
    --------
    >>> from kit.recordings import LayerSnapshot, Snapshot
    >>> snapshot = Snapshot([LayerSnapshot("h1", 0, z=np.ones((4, 2)))], loss=0.7, samples=4)
    >>> at_ends(snapshot, "z", [0])[["layer", "mean"]].values.tolist()
    [['h1', 1.0]]
    """
    known = data.epochs
    for epoch in epochs:
        check_captured(epoch, known)
    if isinstance(data, Runs):
        return tidy.frame_of(data._store, data._numbers(), quantity, epochs=set(epochs))
    if hasattr(data, "_stored"):
        at = data._stored
        return tidy.frame_of(at.store, {at.own: at.run}, quantity, epochs=set(epochs))
    frame = data.to_frame()
    return frame[frame["quantity"] == quantity].reset_index(drop=True)


def reported(runs: Runs) -> pd.DataFrame:
    """What Keras reported in runs: a row for each value, columns run, epoch, metric, value.

    Other than in `Runs.history`, what was not reported has no row, so that NaN is a value.

    Examples
    --------
    >>> runs = Runs.create(names=["a", "b"])
    >>> runs.add_history(1, {"a": {"loss": 0.7}, "b": {"loss": np.nan, "accuracy": 0.5}})
    >>> reported(runs).values.tolist()
    [['a', 1, 'loss', 0.7], ['b', 1, 'loss', nan], ['b', 1, 'accuracy', 0.5]]
    """
    numbers = runs._numbers()
    with bulk.moment(runs._store, numbers) as rows:
        histories = bulk.histories_of(runs._store, rows)
    found = [
        (numbers[own], epoch, metric, value)
        for own, table in histories.items()
        for epoch, values in table.items()
        for metric, value in values.items()
    ]
    return pd.DataFrame(found, columns=["run", "epoch", "metric", "value"])


def check_parameter(argument: str, runs: Runs, name: str) -> str:
    """The name, if it is one of a parameter of the runs; else an UnknownNameError."""
    return check_name(argument, name, [*map(str, runs.parameters)], " among the parameters")


def values_of(runs: Runs, parameter: str | None) -> dict[str, list[str]]:
    """Names of the runs by the value of a parameter, in words; of all under "" without one.

    Numbers ascend; other values come in the order of the runs. Those without it come last.

    Examples
    --------
    >>> grid = [{"rate": rate, "seed": seed} for rate in (0.5, 0.1) for seed in (1, 2)]
    >>> values_of(Runs.create(names=list("abcd"), parameters=grid), "rate")
    {'0.1': ['c', 'd'], '0.5': ['a', 'b']}
    """
    if parameter is None:
        return {"": runs.names}
    column = runs.parameters[parameter]
    has = {run: value for run, value in column.items() if not pd.isna(value)}
    distinct = list(dict.fromkeys(has.values()))
    if all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in distinct):
        distinct.sort()
    short = [in_short(one) for one in distinct]
    words = short if len(set(short)) == len(short) else [repr(one) for one in distinct]
    found = {
        word: [str(run) for run, value in has.items() if value == one]
        for word, one in zip(words, distinct, strict=True)
    }
    lacking = [run for run in runs.names if run not in has]
    return found | ({f"no {parameter}": lacking} if lacking else {})


def over_runs(frame: pd.DataFrame, value: str, by: str) -> pd.DataFrame:
    """Median and range of a column over the runs: a row for each value of another column.

    Parameters
    ----------
    frame
        Of one group of runs, a row for each run and value of `by`.
    value, by
        The two columns.

    Returns
    -------
    DataFrame
        With the index `by` in the order in which its values come, and the columns low, middle,
        high (of the finite values, NaN where there is none), runs (how many there are) and lost
        (how many of them are not finite).

    Examples
    --------
    >>> frame = pd.DataFrame({"epoch": [1, 1, 1, 2], "loss": [3.0, 1.0, np.nan, 0.5]})
    >>> found = over_runs(frame, "loss", "epoch")
    >>> found["middle"].tolist(), found["runs"].tolist(), found["lost"].tolist()
    ([2.0, 0.5], [3, 1], [1, 0])
    """
    finite = frame[value].astype("float64").where(np.isfinite)
    grouped = finite.groupby(frame[by], sort=False)
    found = grouped.agg(low="min", middle="median", high="max", runs="size", lost="count")
    found["lost"] = found["runs"] - found["lost"]
    return found
