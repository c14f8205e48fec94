"""What theory says of wide networks: by how much delta grows or falls at each layer.

q ← σ² ∫Dz f(√q z)², and E‖δ‖² of a layer is χ = σ² ∫Dz f′(√q z)² times that of the next; weights
have the std σ / √fan-in (`kit.stats.theory`).
"""

from __future__ import annotations

import numpy as np

from kit.stats.theory import second_moment, slope_moment


def step_factors(
    activation: str, sigma: float | np.ndarray, layers: int, q: float | None = None
) -> np.ndarray:
    """χ of each of so many layers; of inputs with std 1, or where the variance of z is q.

    Of several σ it has a column for each.

    Examples
    --------
    >>> step_factors("ReLU", 2**0.5, 3).round(6)
    array([1., 1., 1.])
    >>> f"{step_factors('sigmoid', 1.0, 30)[-1]:.6f}"
    '0.055721'
    """
    name, gain = activation.lower(), np.square(sigma)
    now = gain if q is None else np.full_like(gain, q)
    found = []
    for _ in range(layers):
        found.append(gain * slope_moment(name, now))
        now = gain * second_moment(name, now)
    return np.array(found)
