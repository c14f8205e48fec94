"""The loss that the best constant answer would have: what a network must beat to have learned.

`kit.stats.constant_losses` has the formulas and their source.
"""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import ArrayLike

from kit.callbacks.network_facts import plain_loss_name
from kit.callbacks.one_pass import check_model
from kit.checks import as_numbers
from kit.stats.constant_losses import CONSTANT_LOSSES

__all__ = ["constant_loss"]


def constant_loss(model: keras.Model, y: ArrayLike) -> float | None:
    """The least mean loss that one and the same answer to every sample can have.

    Parameters
    ----------
    model
        Compiled with one of Keras's losses: (mean) squared or absolute error, binary, categorical
        or sparse categorical crossentropy, by its name, function or object. Penalties on the
        weights are left out.
    y
        Targets, as for `fit`: (n, ...); for categorical crossentropy (n, ..., classes). Where a
        sample has several, the answer to each is a constant of its own.

    Returns
    -------
    float or None
        None for another loss, several losses, label smoothing, or a reduction that is no mean.

    Raises
    ------
    TypeError, ValueError
        For a model that is not built or compiled; if `y` are no numbers, none, or for categorical
        crossentropy not one for each class.

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    >>> model.compile(loss="binary_crossentropy")
    >>> round(constant_loss(model, [0, 1, 1, 0]), 4)  # ln 2
    0.6931
    """
    check_model(model)
    given = as_numbers("y", y).astype(np.float64)
    if not given.size or not given.ndim:
        raise ValueError(f"`y` must have at least one target; got shape {given.shape}")
    name = plain_loss_name(model.loss)
    if name == "categorical_crossentropy" and (given.ndim < 2 or given.shape[-1] < 2):
        raise ValueError(
            "`y` must have a number for each class, (n, ..., classes), as the loss is "
            f"{name}; got shape {given.shape}"
        )
    formula = CONSTANT_LOSSES.get(name)
    return None if formula is None else formula(given)
