"""Quantiles of many sketches at one go: what `Sketch.quantile` gives, in a tenth of the time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kit.stats.counting import bin_edges
from kit.stats.sketch import Sketch

__all__ = ["quantiles_of"]


def quantiles_of(
    sketches: Sequence[Sketch], q: npt.ArrayLike, *, magnitude: bool = False
) -> np.ndarray:
    """Quantiles of many sketches.

    Parameters
    ----------
    sketches
        n of them.
    q
        Numbers in [0, 1]: (k,) for all sketches, or (n, k), those of each.
    magnitude
        Whether those of the absolute values are asked for.

    Returns
    -------
    ndarray
        (n, k) float64, to the last bit what `Sketch.quantile` or `Sketch.magnitude_quantile` gives;
        NaN for a sketch without values.

    Examples
    --------
    >>> quantiles_of([Sketch.of([1.0, 2.0, 3.0]), Sketch.of([-5.0])], [1]).tolist()
    [[3.0], [-5.0]]
    """
    shares = np.asarray(q, np.float64)
    shares = np.broadcast_to(shares, (len(sketches), shares.shape[-1]))
    result = np.full(shares.shape, np.nan)
    some = [k for k, sketch in enumerate(sketches) if sketch.count]
    if not some:
        return result
    chosen = [sketches[k] for k in some]
    of_each = np.array([len(sketch.bins) for sketch in chosen])
    bits = np.array([sketch.bits for sketch in chosen])
    ends = np.array([(sketch.min, sketch.max) for sketch in chosen]).T[:, :, np.newaxis]
    bins = np.concatenate([sketch.bins for sketch in chosen])  # (all bins,)
    counts = np.concatenate([sketch.counts for sketch in chosen])
    if magnitude:
        half = np.repeat(1 << (8 + bits), of_each)
        bins = np.where(bins < half, 2 * half - 1 - bins, bins)
        order = np.lexsort((bins, np.repeat(np.arange(len(chosen)), of_each)))
        bins, counts = bins[order], counts[order]
        ends = np.array([np.zeros_like(ends[0]), np.abs(ends).max(axis=0)])
    after = np.cumsum(counts)
    last = np.cumsum(of_each) - 1  # of each sketch
    count = np.diff(after[last], prepend=0)[:, np.newaxis]
    rank = np.maximum(np.ceil(shares[some] * count), 1) + after[last][:, np.newaxis] - count
    found = bins[np.searchsorted(after, rank)]
    lower, upper = bin_edges(found, bits[:, np.newaxis])  # type: ignore[arg-type]  # of each row
    middle = np.where(lower * upper == 0, 0.0, (lower + upper) / 2)
    result[some] = np.clip(middle, *ends)
    return result
