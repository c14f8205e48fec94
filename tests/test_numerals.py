"""Numbers as they are printed: in captions, claims, tables and pictures."""

import re

import pytest

from kit.catalogue import Claim, LectureFigure
from kit.catalogue.words import lines_of_facts
from kit.figures import catalogue
from kit.numerals import filled, general, typeset
from kit.plots.legible import words_of
from kit.recordings.display import short_number

AS_PYTHON_WRITES = re.compile(r"(?<![\w.,)\]-])-\.?\d|(?<!\w)\d[\d.]*e[+-]?\d+\b")
"""A hyphen for minus, or an exponent after an e."""


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("1.6e-11", "1.6×10⁻¹¹"),
        ("-1.6e-11", "−1.6×10⁻¹¹"),
        ("1.0e-05", "1.0×10⁻⁵"),
        ("1e-05", "10⁻⁵"),
        ("1e+16", "10¹⁶"),
        ("-0.5", "−0.5"),
        ("(-1, 1)", "(−1, 1)"),
        ("×-2", "×−2"),
        ("-inf", "−inf"),
        ("1,234.5", "1,234.5"),
        ("from -3 to -1.", "from −3 to −1."),
        ("3e-4 in h1, 2e-4.", "3×10⁻⁴ in h1, 2×10⁻⁴."),
        ("W - F + 1", "W − F + 1"),
    ],
)
def test_a_number_is_printed_with_its_minus_and_its_power(written, printed):
    assert typeset(written) == printed
    assert typeset(printed) == printed


@pytest.mark.parametrize(
    "text",
    [
        "init-tanh-normal-0.01",
        "seeds 1-10, 101-120",
        "a well-known LeNet-5",
        "0x1e-5f",
        "conv1e5",
        "3-1",
        "kit claims --seeds 1",
        "a -- b",
    ],
)
def test_names_ranges_and_words_keep_their_hyphens(text):
    assert typeset(text) == text


def test_a_template_is_filled_as_format_does():
    facts = {"std": {"h1": 1.62e-11}, "slope": -2, "some": [1, -3], "name": "LeNet-5"}
    template = "{std[h1]:.2g} {std[h1]:.1e} {slope:+d} {slope:.1f} {some} {some[1]} {name:>8} {{}}"
    expected = "1.6×10⁻¹¹ 1.6×10⁻¹¹ −2 −2.0 [1, −3] −3  LeNet-5 {}"
    assert filled(template, facts) == expected


def test_a_plain_number_has_no_minus_zero():
    assert [general(value) for value in (-0.0, -1.5, 2.0, 1e-9)] == ["0", "−1.5", "2", "10⁻⁹"]


def test_captions_claims_facts_and_tables_print_numbers_alike():
    figure = LectureFigure(
        *("a", "trial", "A", ()),
        measure=lambda lab, seed: (None, {}),
        draw=lambda data, facts: None,
        caption="σ {std:.2g}",
        alt="z {z:.1f}",
    )
    facts = {"std": 1.6e-11, "z": -0.5}
    assert figure.caption_of(facts) == "σ 1.6×10⁻¹¹" and figure.alt_of(facts) == "z −0.5"
    assert Claim("std", "<", 1e-6, "std under {limit}").name == "std under 10⁻⁶"
    assert lines_of_facts(facts) == ["std: 1.6×10⁻¹¹", "z: −0.5"]
    assert short_number(1.6e-11) == "1.6×10⁻¹¹" and short_number(-0.5) == "−0.50"


@pytest.mark.parametrize("name", catalogue)
def test_no_word_of_a_figure_has_a_number_as_python_writes_it(name, measured, drawn):
    figure, facts = catalogue[name], measured(name)[1]
    said = [figure.caption_of(facts), figure.alt_of(facts), *figure.claims_in_words]
    said += [words.text for words in words_of(drawn(name)) if "$" not in words.text]
    assert not [text for text in said if AS_PYTHON_WRITES.search(text)]
