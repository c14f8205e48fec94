"""What a training changes and what was chosen: against Keras alone, and the figure's artists."""

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from kit.figures.backpropagation import _kept as kept_ones


def test_what_changes_is_measured_on_arrays_numbers_and_words():
    assert kept_ones.changed_share([3.0, 4.0], [3.0, 4.0]) == 0
    assert kept_ones.changed_share([0.0, 0.0], [3.0, 4.0]) == 1
    assert kept_ones.changed_share(2, 4) == 0.5
    assert kept_ones.changed_share(["tanh"], ["tanh"]) == 0
    assert kept_ones.changed_share(["tanh"], ["relu"]) == 1


def test_a_network_trained_by_fit_has_learned_the_same(measured, ball):
    """The weights' share, of a network that Keras trains with the same batches."""
    from kit.models import build_block
    from kit.training import batch_order

    data, _ = measured("learned-or-chosen")
    how = {"n_layers": 2, "units": 10, "seed": 1, "optimizer": keras.optimizers.SGD(0.1)}
    model = build_block("tanh", "glorot_normal", **how)
    before = np.concatenate([layer.get_weights()[0].ravel() for layer in model.layers])
    x, y = ball
    order = np.concatenate([batch_order(len(x), 1, epoch) for epoch in range(20)])
    model.fit(x[order], y[order], batch_size=50, shuffle=False, verbose=0)
    after = np.concatenate([layer.get_weights()[0].ravel() for layer in model.layers])
    share = np.linalg.norm(after - before) / np.linalg.norm(after)
    assert data["training"]["weights"][0] == pytest.approx(share, rel=1e-3)


def test_the_bars_are_the_medians_and_what_was_chosen_has_none(measured, drawn):
    data, facts = measured("learned-or-chosen")
    for ax, cause in zip(drawn("learned-or-chosen").axes, data, strict=True):
        widths = [bar.get_width() for bar in ax.patches if isinstance(bar, plt.Rectangle)]
        assert widths == [facts[cause][name] for name in data[cause]]
        assert widths[3:] == [0] * len(kept_ones.CHOSEN_ONES)
