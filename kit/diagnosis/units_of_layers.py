"""What speaks for or against each layer: dead, saturated, constant and equal units, and its rank.

Counted by unit over the samples of a snapshot, never by absolute size: half of a ReLU's values are
zeros in a healthy network, and a unit is dead only where all of its are (as keras-contrib's
``dead_relu_detector`` counts them).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from kit.checks import shown
from kit.recordings.common import unit_columns
from kit.recordings.snapshot import LayerSnapshot, Snapshot
from kit.stats.likeness import copies_of, effective_rank

__all__ = ["layer_evidence"]

_COLUMNS = (
    *("layer", "units", "dead", "saturated", "saturated_units", "constant", "copies"),
    *("std_samples", "std_units", "effective_rank", "gradient_to_weight"),
)
_ALWAYS = 0.95  # of a unit's samples, from which on it is called saturated


def layer_evidence(snapshot: Snapshot) -> pd.DataFrame:
    """What each layer's units show, one row a layer, the model's outputs among them.

    Parameters
    ----------
    snapshot
        Of `kit.probe`.

    Returns
    -------
    DataFrame
        ``layer``; ``units``, a convolution's channels.

        Shares of the units: ``dead``, active for no sample; ``constant``, with the same answer for
        all, to rounding, the dead among them; ``copies``, with the weights and the gradient of
        another one, so that training never parts them; ``saturated_units``, whose activation is
        flat for over 95 % of their values.

        ``saturated``: share of all values for which the activation's slope is under 5 % of its
        largest. ``std_samples``, ``std_units``: the two parts of the activation's std.
        ``effective_rank``: of the activation, of at most ``units`` (`kit.stats.effective_rank`).
        ``gradient_to_weight``: rms of the gradient by rms of the weight. NaN where a layer has no
        such thing.

    Raises
    ------
    TypeError
        If it is no snapshot.

    Examples
    --------
    >>> import kit
    >>> from kit.datasets.ball import load_data
    >>> from kit.models import build_block
    >>> X, y = load_data(n_points=200)
    >>> table = layer_evidence(kit.probe(build_block("tanh", "zeros", seed=1), X, y))
    >>> table.loc[0, ["dead", "constant", "copies", "effective_rank"]].tolist()
    [1.0, 1.0, 1.0, 0.0]
    """
    if not isinstance(snapshot, Snapshot):
        raise TypeError(f"`snapshot` must be what kit.probe gives; got {shown(snapshot)}")
    rows = [_row_of(snapshot, name) for name in snapshot]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _row_of(snapshot: Snapshot, name: str) -> dict[str, object]:
    entry = snapshot[name]
    row: dict[str, object] = dict.fromkeys(_COLUMNS, math.nan) | {"layer": name}
    row["units"] = _units_of(entry)
    if entry.activation is not None:
        units = snapshot.units("activation", name)
        row["dead"] = float(np.mean((units.active == 0) & (units.count > 0)))
        row["constant"] = float(np.mean(_is_constant(entry.activation)))
        row["std_samples"], row["std_units"] = units.std_samples, units.std_units
        row["effective_rank"] = effective_rank(entry.activation)
    if entry.z is not None:
        share = snapshot.units("z", name).saturated_share
        if share is not None:
            row["saturated"] = unit_columns(snapshot.units("z", name))["saturated"]
            row["saturated_units"] = float(np.mean(share > _ALWAYS))
    if entry.weight is not None and entry.gradient is not None and entry.weight.ndim > 1:
        row["copies"] = _share_of_copies(entry.weight, entry.gradient)
        row["gradient_to_weight"] = _ratio(_rms(entry.gradient), _rms(entry.weight))
    return row


def _units_of(entry: LayerSnapshot) -> float:
    for array in (entry.activation, entry.z, entry.weight):
        if array is not None:
            return array.shape[-1] if array.ndim > 1 else 1
    return math.nan


def _is_constant(activation: np.ndarray) -> np.ndarray:
    """Units with one answer for all samples and positions, to the rounding of their type."""
    rows = activation.reshape(-1, activation.shape[-1] if activation.ndim > 1 else 1)
    low, high = rows.min(axis=0), rows.max(axis=0)
    step = 4 * np.finfo(rows.dtype).eps
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(high - low <= step * np.maximum(np.abs(low), np.abs(high)))


def _share_of_copies(weight: np.ndarray, gradient: np.ndarray) -> float:
    """Units that share weights and gradient with another unit."""
    labels = copies_of(weight, gradient)
    _, counts = np.unique(labels, return_counts=True)
    return float(counts[counts > 1].sum() / len(labels))


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.square(values, dtype=np.float64).mean()))


def _ratio(a: float, b: float) -> float:
    return a / b if b else math.nan
