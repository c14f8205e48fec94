"""Initializers with a seed of their own for each layer.

A Keras initializer with an integer seed gives the same values at every call. One instance shared
by layers of the same shape makes their kernels identical, and every statistic over the layers
wrong: an unrolled network of one kernel has larger gradients than one of independent kernels. So
each layer gets a fresh initializer with a seed derived from one.
"""

from __future__ import annotations

import keras
import numpy as np

from kit.checks import check_count, check_number, check_seed, is_number, shown
from kit.models.arguments import InitializerLike

__all__ = ["layer_initializer", "layer_seeds"]


def layer_seeds(seed: int | None, n_layers: int) -> list[int | None]:
    """Seeds for `n_layers` layers, independent of each other, derived from one.

    Parameters
    ----------
    seed
        Non-negative integer; None leaves every layer to Keras's global random state.
    n_layers
        Number of layers.

    Returns
    -------
    list
        `n_layers` integers in [0, 2**31), or as many None.

    Raises
    ------
    TypeError, ValueError
        If `seed` is neither None nor a non-negative integer.

    Examples
    --------
    >>> len(set(layer_seeds(7, 6)))
    6
    """
    check_count("n_layers", n_layers)
    if seed is None:
        return [None] * n_layers
    state = np.random.SeedSequence(check_seed(seed)).generate_state(n_layers, np.uint32)
    return [int(one >> 1) for one in state]


def layer_initializer(
    initializer: InitializerLike, seed: int | None
) -> keras.initializers.Initializer:
    """A fresh initializer for one layer.

    Parameters
    ----------
    initializer
        What Keras takes (a name, an instance, a class, a configuration or a function), or a
        number: the standard deviation of a normal with mean 0.
    seed
        Seed of the layer; None keeps the seed that an instance has.

    Returns
    -------
    keras.initializers.Initializer
        A copy with the seed, so that no two layers share one.

    Raises
    ------
    TypeError, ValueError
        If `initializer` is nothing that Keras knows, or a negative or non-finite number.

    Examples
    --------
    >>> layer_initializer(0.01, seed=3).stddev
    0.01
    """
    if is_number(initializer):
        expected = "a standard deviation of at least 0, or what Keras takes"
        stddev = check_number("initializer", initializer, 0, expected=expected)
        return keras.initializers.RandomNormal(stddev=stddev, seed=seed)
    try:
        known = None if initializer is None else keras.initializers.get(initializer)
    except (ValueError, TypeError) as error:
        raise _unknown(initializer) from error
    if known is None or not callable(known):
        raise _unknown(initializer)
    if not isinstance(known, keras.initializers.Initializer):
        return known
    config = known.get_config()
    if "seed" not in config or (seed is None and config["seed"] is not None):
        return known
    # also without a seed: an instance draws one when it is made, and keeps it
    return type(known).from_config({**config, "seed": seed})


def own_seed(initializer: InitializerLike) -> int | None:
    """The integer seed that an initializer instance or configuration carries, else None."""
    if isinstance(initializer, keras.initializers.Initializer):
        seed = initializer.get_config().get("seed")
    elif isinstance(initializer, dict):
        seed = initializer.get("config", {}).get("seed")
    else:
        seed = None
    return seed if isinstance(seed, int) else None


def _unknown(initializer: object) -> TypeError | ValueError:
    kind = ValueError if isinstance(initializer, str) else TypeError
    return kind(
        "`initializer` must be what Keras takes, as 'glorot_normal', 'he_normal' or an instance, "
        f"or a number (the standard deviation of a normal); got {shown(initializer)}"
    )
