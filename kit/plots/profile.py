"""One number of each layer, against the layers: how a signal or a gradient fades or grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kit.checks import check_choice, check_count, chosen_names, shown
from kit.plots.ends import name_ends, shown_name, width_of
from kit.plots.groups import (
    MOST_BANDS,
    band_words,
    draw_group,
    floor_of,
    has_zeros,
    is_log,
    looks,
    middles_of,
)
from kit.plots.layer_names import every_words, name_layers
from kit.plots.measured import check_measured, chosen_layers
from kit.plots.predicted import (
    check_predictions,
    draw_points,
    draw_predicted,
    stops_words,
    values_of_prediction,
)
from kit.plots.styling import LABELS, color_of, subplots
from kit.plots.tables import STATISTICS
from kit.quantities import QUANTITIES
from kit.recordings import Prediction, Recording, Runs, Snapshot
from kit.recordings.profiles import at_ends, check_parameter, over_runs, values_of

__all__ = ["PROFILES", "plot_profile"]

_OF_TABLES = ("std", "rms", "zero_fraction", "std_samples", "std_units")

PROFILES = {
    **{name: STATISTICS[name].words for name in _OF_TABLES},
    "mean": "mean of {}",
    "median": "median of {}",
    "saturated": "share of {} where the activation is flat",
    "update": "‖ΔW‖ / ‖W‖ since the last capture",
}
"""What can be drawn of each layer, and its words."""

_SIGNED = ("mean", "median")
_BESIDE = 0.1  # of a layer's place, on both sides


def plot_profile(
    data: Snapshot | Recording | Runs,
    quantity: str,
    *,
    statistic: str = "std",
    epoch: int | Sequence[int] | None = None,
    color: str | None = None,
    layers: str | Sequence[str] | None = None,
    scale: str = "auto",
    prediction: Prediction | Mapping[str, Prediction] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a statistic of one quantity against the layers.

    Of many runs the line is their median, and the band reaches from the lowest run to the
    highest: every run lies within it. Lines are named at their ends. Where they span over two
    decades the axis is logarithmic; what is exactly 0 then stands on its lower edge. Beside a
    prediction, which is a line with a band over draws, what was measured is points.

    Parameters
    ----------
    data
        A Snapshot, a Recording, or Runs.
    quantity
        One of z, activation, delta, weight, gradient.
    statistic
        ``"std"``, ``"rms"``, ``"mean"``, ``"median"``, ``"zero_fraction"`` (share of exact zeros),
        ``"saturated"`` (share of values where the slope of the activation is under 5 % of its
        largest), ``"std_samples"`` and ``"std_units"`` (the parts of std across samples and
        between units), or ``"update"``, of weights: what changed since the last capture.
    epoch
        An epoch at whose end there is a capture, or several, a line for each; None takes 0.
    color
        Of Runs: the parameter that tells the lines apart; None draws all runs as one line.
    layers
        Names of the layers, or one name; None takes all that have the quantity, but not the
        model's outputs. Where there is no room for all names, every k-th is written, as the axis
        says.
    scale
        ``"linear"``, ``"log"``, or ``"auto"``.
    prediction
        What `kit.predict` gave, or by value of `color` one for each line; of ``"std"``, ``"rms"``,
        ``"std_samples"``, ``"std_units"``.
    ax
        Axes to draw on; None takes new ones.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        For what is no Snapshot, Recording or Runs, and for a color where there are no runs.
    UnknownNameError
        For an unknown layer or parameter; a KeyError and a ValueError.
    ValueError
        For an unknown quantity, statistic, epoch or scale, and where nothing of it was measured.

    Examples
    --------
    >>> from kit.recordings import LayerSnapshot, Snapshot
    >>> layers = [LayerSnapshot(f"h{k}", k, z=np.array([-1.0, 1.0]) / 10**k) for k in range(4)]
    >>> ax = plot_profile(Snapshot(layers, loss=0.7, samples=2), "z")
    >>> ax.get_yscale(), ax.lines[0].get_ydata().round(6).tolist()
    ('log', [1.0, 0.1, 0.01, 0.001])
    """
    _check(data, color)
    check_choice("quantity", quantity, QUANTITIES)
    check_choice("statistic", statistic, PROFILES)
    check_choice("scale", scale, ("auto", "linear", "log"))
    epochs = _epochs(epoch)
    names = _layers(data, quantity, layers)
    frame = at_ends(data, quantity, epochs)
    lines = _lines(data, frame, statistic, color, epochs, names)
    if ax is None:
        ax = subplots()[1]
    theory = _theory(prediction, lines, quantity, statistic, names)
    middles = middles_of([*lines.values(), *theory.values()])
    log = is_log(scale, middles)
    floor = floor_of(lines.values(), log)
    zeros, bands = log and has_zeros(lines.values()), len(lines) <= MOST_BANDS
    if log:
        ax.set_yscale("log")
    how: dict[str, Any] = {"band": bands, "floor": floor, "lost": "without a number"}
    styles = looks(len(lines), color_of(quantity))
    ends = []
    for ((value, at_end), found), look in zip(lines.items(), styles, strict=True):
        name = _name(value, at_end, epochs)
        if prediction is None:
            ends.append(draw_group(ax, found, name, look, **how))
            continue
        if value in theory:
            line = draw_predicted(ax, theory[value], name or "predicted", str(look["color"]))
            ends += [line] if at_end == epochs[0] else []
        draw_points(ax, found.clip(lower=floor), name, look)
    if zeros:
        ax.set_ylim(bottom=floor)
    elif not log and statistic not in _SIGNED:
        ax.set_ylim(bottom=0)
    every = name_layers(ax, names, beside=width_of([end.name for end in ends]))
    ax.set_xlim(-_BESIDE, len(names) - 1 + _BESIDE)
    words = PROFILES[statistic].format(LABELS[quantity])
    ax.set_ylabel(f"{words} (log scale)" if log else words)
    runs = [int(count) for found in lines.values() for count in found["runs"]]
    zero = "on the lower edge: 0" if zeros else ""
    at = f"layer, at epoch {epochs[0]}" if len(epochs) == 1 else "layer"
    named = every_words(every, len(names))
    of_runs = band_words(runs, bands)
    if prediction is not None:
        of_runs = "; ".join(["points: measured", of_runs] if of_runs else ["points: measured"])
        of_runs += "; band: 95 of 100 draws"
    said = (at, named, of_runs, _stops(prediction), zero)
    ax.set_xlabel("\n".join(line for line in said if line))
    name_ends(ax, ends)
    return ax


def _theory(
    prediction: Any,
    lines: Mapping[tuple[str, int], pd.DataFrame],
    quantity: str,
    statistic: str,
    layers: Sequence[str],
) -> dict[str, pd.DataFrame]:
    """What is predicted, by value of the groups; one prediction is that of the first."""
    if prediction is None:
        return {}
    groups = list(dict.fromkeys(value for value, _ in lines))
    given = check_predictions(prediction, groups, statistic)
    return {
        name or groups[0]: values_of_prediction(one, quantity, statistic, layers)
        for name, one in given.items()
    }


def _stops(prediction: Any) -> str:
    if prediction is None:
        return ""
    return stops_words(prediction if isinstance(prediction, Mapping) else {"": prediction})


def _check(data: Any, color: str | None) -> None:
    if isinstance(data, Runs):
        if not data.layers:
            raise ValueError("`data` must hold a capture at least; got none: train first")
        if color is not None:
            check_parameter("color", data, color)
        return
    check_measured(data)
    if color is not None:
        raise TypeError(
            f"`color` needs Runs, whose parameters it names; got a {type(data).__name__}"
        )


def _epochs(epoch: int | Sequence[int] | None) -> list[int]:
    """The epochs that are asked for; 0 where none is."""
    if epoch is None:
        return [0]
    several = list(epoch) if isinstance(epoch, (Sequence, np.ndarray, range)) else [epoch]
    if not several or isinstance(epoch, str):
        raise ValueError(f"`epoch` must be an epoch, or several; got {shown(epoch)}")
    return [check_count("epoch", one, least=0) for one in several]


def _layers(
    data: Snapshot | Recording | Runs, quantity: str, layers: str | Sequence[str] | None
) -> list[str]:
    if not isinstance(data, Runs):
        return chosen_layers(data, quantity, layers)
    if layers is not None:
        return chosen_names("layers", layers, data.layers)
    names = data.layers_with(quantity, outputs=False) or data.layers_with(quantity)
    if not names:
        raise ValueError(f"`data` must have a layer with {quantity}; got none")
    return names


def _lines(
    data: Snapshot | Recording | Runs,
    frame: pd.DataFrame,
    statistic: str,
    color: str | None,
    epochs: Sequence[int],
    layers: Sequence[str],
) -> dict[tuple[str, int], pd.DataFrame]:
    """What is drawn, by value and epoch: median and range by the place of the layer."""
    groups = values_of(data, color) if isinstance(data, Runs) else {"": None}
    frame = frame[frame["layer"].isin(layers)]
    place = frame["layer"].map({name: k for k, name in enumerate(layers)}).rename("place")
    frame = frame.assign(place=place).sort_values("place", kind="stable")
    if not np.isfinite(frame[statistic].astype("float64")).any():
        if len(frame) and (frame["nonfinite"] > 0).all():
            told = ", ".join(map(str, epochs))
            raise ValueError(
                f"`epoch` must be one at which there are finite values; got {told}, where these "
                "layers have none: they are infinite or NaN"
            )
        raise ValueError(
            f"`statistic` must be one that was measured of these layers; got {statistic!r}, of "
            "which there is no number"
        )
    lines = {}
    for value, runs in groups.items():
        of_group = frame if runs is None else frame[frame["run"].isin(runs)]
        for epoch in epochs:
            found = over_runs(of_group[of_group["epoch"] == epoch], statistic, "place")
            if len(found):
                lines[value, epoch] = found
    return lines


def _name(value: str, epoch: int, epochs: Sequence[int]) -> str:
    """What stands at the end of a line."""
    return ", ".join(filter(None, (shown_name(value), f"epoch {epoch}" if len(epochs) > 1 else "")))
