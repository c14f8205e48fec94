"""What the benchmarks say of the times that they measured; the times themselves are no test."""

import itertools
import time

import numpy as np
import pytest

pytest.importorskip("benchmarks", reason="no checkout")
from benchmarks import check, measuring


def test_sides_are_measured_in_turn(monkeypatch):
    clock = itertools.count()
    calls = []
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    ratio = measuring.in_turn(
        lambda: calls.append("side") or next(clock), lambda: calls.append("beside"), 3
    )
    assert calls == ["beside", "side"] * 3
    assert (ratio.ratios, ratio.mine, ratio.base) == ([2.0] * 3, 2.0, 1.0)
    assert ratio.row() == ("2.00", "2.0 s ÷ 1.0 s")


def test_the_interval_holds_the_median_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(200):
        ratio = measuring.Ratio(list(rng.lognormal(0.0, 0.1, 25)), 1.0, 1.0)
        low, high = ratio.interval()
        assert low <= ratio.median <= high
        held += low <= 1.0 <= high
    # binomial: 190 of 200 are to be expected, with a deviation of 3
    assert held >= 178


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        ((1.0, 1.2), None, "new"),
        ((1.0, 1.2), (1.15, 1.3), "within noise"),
        ((1.3, 1.4), (1.0, 1.2), "slower, beyond noise"),
        ((1.0, 1.1), (1.2, 1.4), "faster, beyond noise"),
    ],
)
def test_a_difference_counts_where_the_intervals_do_not_meet(now, before, words):
    assert check.verdict(now, before) == words


def test_a_release_is_kept_and_shown(monkeypatch, tmp_path, capsys):
    ratio = measuring.Ratio([2.0, 2.1, 2.2], 0.2, 0.1)
    monkeypatch.setattr(check, "KEPT", tmp_path / "release.json")
    monkeypatch.setattr(check, "TABLE", {"one": ("this ÷ that", lambda: ratio)})
    assert check.main(["--save"]) == 0
    assert "new" in capsys.readouterr().out
    assert check.main([]) == 0
    shown = capsys.readouterr().out
    assert "within noise" in shown and shown.count("2.10") >= 2
