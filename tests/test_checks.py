"""One wording for bad arguments: what is refused, as what, and in which words."""

import numpy as np
import pytest

from kit import checks


@pytest.mark.parametrize(
    ("value", "kind"),
    [(0, ValueError), (-1, ValueError), (1.0, TypeError), (True, TypeError), ("3", TypeError),
     (None, TypeError), (np.bool_(True), TypeError)],
)  # fmt: skip
def test_what_is_no_count_is_refused(value, kind):
    with pytest.raises(kind, match=r"^`units` must be a positive integer; got "):
        checks.check_count("units", value)


def test_counts_come_back_as_python_integers():
    assert type(checks.check_count("units", np.int8(3))) is int
    assert checks.check_seed(0) == 0
    with pytest.raises(ValueError, match="`seed` must be a non-negative integer; got -1"):
        checks.check_seed(-1)
    with pytest.raises(ValueError, match="`n` must be an integer of at least 8; got 7"):
        checks.check_count("n", 7, least=8)
    with pytest.raises(ValueError, match="`n` must be an integer from 1 to 9; got 10"):
        checks.check_count("n", 10, most=9)
    assert checks.check_count("n", 9, most=9) == 9


@pytest.mark.parametrize("value", [1, 0, "True", None])
def test_a_flag_is_a_truth_value(value):
    with pytest.raises(TypeError, match="`raw` must be True or False; got"):
        checks.check_flag("raw", value)
    assert checks.check_flag("raw", np.bool_(True)) is True


@pytest.mark.parametrize(
    ("value", "kind"),
    [("1", TypeError), (True, TypeError), (None, TypeError), (float("nan"), ValueError),
     (float("inf"), ValueError), (1.5, ValueError), (-0.1, ValueError), (1, ValueError)],
)  # fmt: skip
def test_a_number_out_of_range_is_refused(value, kind):
    expected = "a number between 0 and 1"
    with pytest.raises(kind, match=f"`share` must be {expected}; got"):
        checks.check_number("share", value, 0, 1, expected=expected, open_ends=True)


def test_the_ends_of_a_range_belong_to_it_unless_it_is_open():
    assert checks.check_number("share", np.float32(1), 0, 1) == 1.0
    with pytest.raises(ValueError, match="`share`"):
        checks.check_number("share", 1, 0, 1, open_ends=True)


@pytest.mark.parametrize(
    ("value", "kind"),
    [(3, TypeError), (None, TypeError), ("ab", TypeError), (("a", "b"), TypeError),
     ((True, False), TypeError), ((1, 2, 3), ValueError), ((), ValueError),
     ((0, float("nan")), ValueError), ((0, float("inf")), ValueError)],
)  # fmt: skip
def test_what_is_no_pair_of_numbers_is_refused(value, kind):
    with pytest.raises(kind, match="`vertices` must be two finite numbers; got"):
        checks.check_pair("vertices", value)
    with pytest.raises(kind, match="`xlim` must be two finite numbers, ascending; got"):
        checks.check_pair("xlim", value, ascending=True)


def test_a_pair_comes_back_as_two_numbers_in_the_order_that_is_asked_for():
    assert checks.check_pair("vertices", np.array([2, -2])) == (2.0, -2.0)
    for value in ([2, -2], (1, 1)):
        with pytest.raises(ValueError, match="`xlim` must be two finite numbers, ascending; got"):
            checks.check_pair("xlim", value, ascending=True)


def test_a_choice_lists_what_there_is():
    assert checks.check_choice("theme", "dark", ["light", "dark"]) == "dark"
    for value in ("Dark", None, ["light"]):
        with pytest.raises(ValueError, match="`theme` must be one of light, dark; got"):
            checks.check_choice("theme", value, ["light", "dark"])


@pytest.mark.parametrize("kind", [KeyError, ValueError])
def test_an_unknown_name_is_both_errors_and_reads_plainly(kind):
    with pytest.raises(kind) as caught:
        checks.check_name("layer", "h9", ["h1", "o"], " of the model")
    assert str(caught.value) == "`layer` must be one of h1, o of the model; got 'h9'"


def test_of_many_names_the_near_ones_are_told():
    known = [f"block_{k}/conv" for k in range(100)]
    with pytest.raises(checks.UnknownNameError, match=r"near: .*block_7/conv") as caught:
        checks.check_name("layer", "blok_7/conv", known)
    assert len(str(caught.value)) < 500


def test_one_name_is_a_list_of_one():
    known = ["h1", "h2", "a[b]"]
    assert checks.chosen_names("layers", "h1", known) == ["h1"]
    assert checks.chosen_names("layers", (name for name in known), known) == known
    assert checks.chosen_names("layers", np.array(["h2"]), known) == ["h2"]
    for bad in (3, [3], None, ["h1", None]):
        with pytest.raises(TypeError, match="`layers` must be a name or a list of names; got"):
            checks.chosen_names("layers", bad, known)
    with pytest.raises(ValueError, match=r"`layers` must have at least one name; got \[\]"):
        checks.chosen_names("layers", [], known)
    with pytest.raises(checks.UnknownNameError, match="`layers` must be one of h1, h2"):
        checks.chosen_names("layers", ["h1", "h"], known)


@pytest.mark.parametrize("values", [["a"], [None], [1j], [{}], "1"])
def test_what_holds_no_numbers_is_a_type_error(values):
    with pytest.raises(TypeError, match="`x` must be an array of numbers; got"):
        checks.as_numbers("x", values)


def test_rows_of_unequal_length_are_told_in_plain_words():
    words = (
        r"`x` must be an array of numbers; got .*: rows of unequal length in \[\[1, 2\], \[3\]\]$"
    )
    for check in (checks.as_array, checks.as_numbers, checks.as_matrix):
        with pytest.raises(ValueError, match=words):
            check("x", [[1, 2], [3]])


def test_ragged_and_endless_numbers_are_value_errors():
    with pytest.raises(ValueError, match="`x` must be an array of numbers; got"):
        checks.as_numbers("x", [[1, 2], [3]])
    with pytest.raises(ValueError, match="`x` must be finite; got 2 NaN or infinite values of 3"):
        checks.as_numbers("x", [np.nan, 1, -np.inf])
    assert np.isnan(checks.as_numbers("x", [np.nan], finite=False)).all()


def test_a_matrix_has_two_axes():
    assert checks.as_matrix("k", [[True, False]]).dtype == np.float64
    for bad in ([], [1], [[[1]]], np.zeros((0, 2))):
        with pytest.raises(ValueError, match=r"`k` must be a matrix \(rows, columns\); got shape"):
            checks.as_matrix("k", bad)


def test_what_is_shown_is_short_and_on_one_line():
    assert checks.shown(np.zeros((2, 3), "int8")) == "an array of shape (2, 3), int8"
    assert checks.shown(1.0) == "1.0"
    assert checks.shown({"a": "\n" * 500}).count("\n") == 0
    assert len(checks.shown(list(range(10_000)))) == checks.LONGEST
    assert checks.listed(range(100)).count(",") < 25


@pytest.mark.parametrize(
    ("name", "likely"),
    [("CONV-channels", ["conv-channels", "conv-width-13"]), ("conv-chanels", ["conv-channels"]),
     ("relu he", ["init-relu-he-normal"]), ("popular", ["popular-cnns"]), ("zzz", [])],
)  # fmt: skip
def test_near_names_share_words_or_look_alike(name, likely):
    known = ["popular-cnns", "conv-width-13", "init-relu-he-normal", "conv-channels"]
    found = checks.near_names(name, known)
    assert found[: len(likely)] == likely and (found or not likely)
