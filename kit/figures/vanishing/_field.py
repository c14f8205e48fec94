"""What theory says of wide networks: by how much delta grows or falls at each layer.

q ← σ² ∫Dz f(√q z)², and E‖δ‖² of a layer is χ = σ² ∫Dz f′(√q z)² times that of the next; ∫Dz is
over a standard normal, weights have the std σ / √fan-in (Poole et al. 2016; Schoenholz et al.
2017).
"""

from __future__ import annotations

import numpy as np

from kit.figures.vanishing._deep import SLOPED

_Z = np.linspace(-9, 9, 6000)  # none at 0, where ReLU has its kink
_DZ = np.exp(-(_Z**2) / 2) / np.exp(-(_Z**2) / 2).sum()


def step_factors(activation: str, sigma: float, layers: int, q: float | None = None) -> np.ndarray:
    """χ of each of so many layers; of inputs with std 1, or where the variance of z is q.

    Examples
    --------
    >>> step_factors("ReLU", 2**0.5, 3).round(6), step_factors("sigmoid", 1.0, 30)[-1].round(6)
    (array([1., 1., 1.]), 0.055721)
    """
    function, slope = SLOPED[activation]
    now = sigma**2 if q is None else q
    found = []
    for _ in range(layers):
        z = now**0.5 * _Z
        found.append(sigma**2 * float((_DZ * slope(z) ** 2).sum()))
        now = sigma**2 * float((_DZ * function(z) ** 2).sum())
    return np.array(found)
