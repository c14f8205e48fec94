"""The page of disagreements: what its examples print is what its words say, section by section."""

import contextlib
import io
import re
from pathlib import Path

import numpy as np
import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "disagreements.md"
if not PAGE.is_file():
    pytest.skip("no checkout", allow_module_level=True)


@pytest.fixture(scope="module")
def printed():
    """A function from a section's heading to what its blocks print, after those that it needs."""
    parts = re.split(r"^## (.*)$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    first, sections = parts[0], dict(zip(parts[1::2], parts[2::2], strict=True))
    names = {}

    def run(text):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
                exec(compile(block, str(PAGE), "exec"), names)
        return out.getvalue()

    run(first)
    return lambda heading: run(sections[heading])


def test_with_zeros_units_are_copies_and_sigmoids_are_at_half(printed):
    sigmoid, *others = printed('With zeros "no weight would be active"').splitlines()
    assert sigmoid.startswith("sigmoid: activations 0.5; moved: 6 of 6; ")
    largest, apart = (float(one) for one in re.findall(r"\de[+-]\d+", sigmoid))
    assert apart < 1e-3 * largest  # by rounding
    for line, name in zip(others, ("tanh", "relu"), strict=True):
        assert line.startswith(f"{name}: activations 0.0; moved: 1 of 6; ")
        assert line.endswith("weights up to 0e+00, its units 0e+00 apart")


def test_the_wrong_index_gives_other_numbers(printed):
    right, wrong = printed("I(x + m, y + m)").splitlines()
    assert right.endswith(": 9 5 4 / 8 8 10 / 8 15 12")
    assert wrong.endswith(": 5 4 7 / 13 6 2 / 15 12 3")


def test_nearly_all_gradients_are_wrong_with_a_i_for_a_j(printed):
    off, fits = map(int, re.findall(r"(\d+) are", printed("a_i where a_j is meant")))
    assert off + fits == 16 and off >= 10


def test_the_small_number_of_adam_weighs_more_in_keras(printed):
    large, small = printed("Adam's ε is not Keras's").splitlines()
    assert large.endswith("1.00 times the rate in the decks, 1.00 in Keras")
    size = 1e-7
    root = np.sqrt(0.001) * size
    assert small.endswith(f"0.91 times the rate in the decks, {root / (root + 1e-7):.2f} in Keras")


def test_too_much_decay_is_no_trap(printed):
    said = printed('Too much decay "traps"')
    losses = {float(one) for one in re.findall(r"loss (0\.\d+)", said)}
    assert len(losses) == 1  # the same from small and from large weights
    assert all(float(one) < 1e-8 for one in re.findall(r"weights under (\S+),", said))
    back = [int(one) for one in re.findall(r"after (\d+)", said)]
    assert len(back) == 3 and back[2] < min(back[:2]) / 2 and max(back) < 2500


def test_too_large_a_penalty_diverges(printed):
    ends = re.findall(r"to (\S+) in", printed('Too large a λ "will set your weights to 0"'))
    for end, strength in zip(map(float, ends), (0.1, 0.9, 1.1), strict=True):
        assert end == pytest.approx((1 - 2 * strength) ** 20, rel=0.05)


def test_constant_pixels_become_no_numbers(printed):
    said = printed(DIVIDING)
    constant, none = re.findall(r"(\d+) of 784 .* NaN in (\d+)", said)[0]
    assert constant == none and int(constant) > 50
    assert "NaN with normalize: 0" in said and "Cannot cast ufunc" in said


DIVIDING = "Dividing by the standard deviation"


def test_alexnet_has_three_poolings(printed):
    said = printed("AlexNet's two poolings")
    assert "3 poolings: 62 million" in said and "2 poolings: 202 million" in said


def test_width_limits_what_an_autoencoder_hands_through(printed):
    printed(DIVIDING)  # whose pixels these are
    lost = re.findall(r"of (\d+): (\d+)%", printed('"Limit the number of hidden layers"'))
    assert [int(width) for width, _ in lost] == [10, 50, 784]
    shares = [int(share) for _, share in lost]
    assert shares == sorted(shares, reverse=True) and shares[0] > 40 and shares[-1] == 0


def test_b_j_adds_the_same_to_every_unit(printed):
    first, second, *own = re.findall(r"-?\d+\.\d+", printed("b_j in a hidden unit"))
    assert first == second and own[0] != own[1]
