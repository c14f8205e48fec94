"""Controls, and the evidence of claims: what is tried, kept, added, begun anew, and quoted."""

import ast
import functools
import json
import os
from contextlib import ExitStack
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trial import added, write_figure

from kit.catalogue import CATALOGUE, Claim, Control, reach, register
from kit.catalogue.evidence import Evidence, of, path_of, told
from kit.catalogue.lab import Lab
from kit.catalogue.many_seeds import embedded_digits_alone, is_random, try_seeds
from kit.catalogue.processes import run_tasks
from kit.catalogue.rendering import regenerate
from kit.catalogue.seeds import parse_seeds, seeds_as_text, seeds_in_words
from kit.catalogue.words import notes_of
from kit.checks import UnknownNameError
from kit.cli import main
from kit.datasets import mnist

GAP = Claim("gap", ">", 0, "the gap is over {limit}")
OTHERS = tuple(range(101, 121))


# controls


def measure_gap(lab, seed, width=3, name="a"):
    return None, {"gap": width}


@pytest.mark.parametrize("changed", [{}, {"width": 1, "name": "b"}])
def test_a_control_changes_exactly_one_keyword(changed):
    came = ", ".join(changed) or "none"
    with pytest.raises(
        ValueError, match=f"must change exactly one keyword of `measure`; got {came}"
    ):
        Control(refutes="gap", **changed)


def test_what_is_wrong_with_a_control_is_told():
    def check(control):
        control.check(measure_gap, [GAP], "trial-a")

    check(Control(width=1, refutes="gap"))
    there = "`Control` of trial-a must change a keyword that `measure` has a default for, one of "
    for name in ("depth", "seed"):  # none, and one that has no default
        with pytest.raises(UnknownNameError, match=rf"{there}width, name; got '{name}'"):
            check(Control(**{name: 1}, refutes="gap"))
    with pytest.raises(ValueError, match="of trial-a must change `width`; got 3, its default"):
        check(Control(width=3, refutes="gap"))
    with pytest.raises(UnknownNameError, match="fact of a claim, one of gap; got 'gaps'"):
        check(Control(width=1, refutes=("gap", "gaps")))
    with pytest.raises(ValueError, match="`refutes` must have at least one name"):
        Control(width=1, refutes=())
    with pytest.raises(TypeError, match="`refutes` must be a name or a list of names; got 3"):
        Control(width=1, refutes=3)


def test_a_control_says_what_it_changes():
    assert Control(width=1, refutes="gap").words == "width=1"
    control = Control(name="b", refutes="gap", words="another name")
    assert (control.key, control.words) == ("name='b'", "another name")
    others = [Claim("size", ">", 0), Claim("gap", "<", 9)]
    assert control.refuted([*others, GAP]) == [others[1], GAP]


@pytest.fixture
def trial(tmp_path):
    """Writes figures into a topic of their own; gives the entries of the catalogue."""

    def write(*names, **parts):
        for name in names:
            write_figure(tmp_path / "own", name, **parts)
        if not register.added_folders():
            context.enter_context(added(tmp_path / "own", "trial"))
        return [CATALOGUE[name] for name in names]

    with ExitStack() as context:
        yield write


def test_a_file_has_one_control_or_several(trial):
    control = 'Control(width=1, refutes="value")'
    parts = {"takes": "lab, seed, width=2", "claims": 'Claim("value", ">", 0),'}
    for more, number in (
        ("", 0),
        (f"CONTROL = {control}", 1),
        (f"CONTROL = [{control}]", 1),
        (f"CONTROLS = ({control}, Control(width=5, refutes='value'))", 2),
    ):
        (figure,) = trial("trial-a", more=more, **parts)
        assert [control.refutes for control in figure.controls] == [("value",)] * number
    with pytest.raises(TypeError, match="`CONTROL` of trial-a must be a Control, or several; got"):
        trial("trial-a", more="CONTROL = {'width': 1}", **parts)
    with pytest.raises(ValueError, match="trial-a must have a CONTROL, or several as CONTROLS"):
        trial("trial-a", more=f"CONTROL = CONTROLS = {control}", **parts)
    with pytest.raises(UnknownNameError, match="must name the fact of a claim, one of value"):
        trial("trial-a", more="CONTROL = Control(width=1, refutes='x')", **parts)
    with pytest.warns(DeprecationWarning, match="`SEEDS` is no longer read; `kit claims trial-a"):
        trial("trial-a", more="SEEDS = (1, 2)")


# what is known of a claim


def evidence_of(*fails, seeds=(*range(1, 11), *OTHERS), **more):
    return Evidence(seeds, {GAP.condition: fails}, **more)


@pytest.mark.parametrize(
    ("fails", "seeds", "borne_out"),
    [
        ((), range(1, 11), True),
        ((3,), range(1, 11), False),  # on which it was written
        ((3,), (*range(1, 11), *OTHERS), False),
        ((107,), (*range(1, 11), *OTHERS), True),  # 19 of 20
        ((107, 109), (*range(1, 11), *OTHERS), False),  # 18 of 20
        ((107,), (*range(1, 11), *OTHERS[:-1]), False),  # 18 of 19
        ((107, 109), (*OTHERS, *range(201, 221)), True),  # 38 of 40
        ((107, 109, 111), (*OTHERS, *range(201, 221)), False),
        ((13,), (13,), False),
    ],
)
def test_a_claim_holds_with_all_seeds_it_was_written_on_and_19_of_20_others(
    fails, seeds, borne_out
):
    found = evidence_of(*fails, seeds=tuple(seeds))
    assert found.bears_out(GAP) is borne_out
    often = Claim("gap", ">", 0, "with {share} seeds")
    assert found.bears_out(often)  # it says how often


def test_a_control_refutes_with_as_many_seeds():
    control = Control(width=1, refutes="gap")
    for stands, refuted in (((), True), ((105,), True), ((105, 106), False), ((4,), False)):
        found = evidence_of(stands={"width=1": {GAP.condition: stands}})
        assert found.is_refuted(GAP, control) is refuted


def test_the_share_is_that_of_the_seeds_on_which_it_was_not_written():
    assert evidence_of(3, 101, 102, 103).share(GAP) == "17 of 20"
    assert evidence_of(3, seeds=tuple(range(1, 11))).share(GAP) == "9 of 10"


def test_what_is_known_of_a_claim_in_words():
    found = evidence_of(107, stands={"width=1": {GAP.condition: (4,)}})
    assert found.words(GAP, []) == "holds on 29 of 30 seeds (1 to 10, 101 to 120)"
    control = Control(width=1, refutes="gap", words="one unit")
    other = Control(width=2, refutes="size", words="two units")
    assert found.words(GAP, [control, other]).endswith("; with one unit it fails on 29 of 30")
    digits = replace(found, data="embedded").words(GAP, [control])
    assert "101 to 120), with the embedded digits; with one" in digits
    alone = replace(found, seeds=(1,), fails={GAP.condition: ()}, random=False)
    words = "holds, and nothing in it is random; with one unit it "
    assert alone.words(GAP, [control]) == words + "holds all the same"
    sure = replace(alone, stands={"width=1": {GAP.condition: ()}})
    assert sure.words(GAP, [control]) == words + "fails"
    again = Control(width=1, refutes="gap", words="one unit, drawn again")
    assert sure.words(GAP, [again]).endswith("; with one unit, drawn again, it fails")


def test_the_condition_of_a_claim_is_what_it_compares():
    for claim, condition in (
        (Claim("a.b", "<", 1e-6, "under {limit}"), "a.b < 1e-06"),
        (Claim("a", "rises", words="it rises"), "a rises"),
        (Claim("a", ">", than="c.d"), "a > c.d"),
        (Claim("a", "==", {"x": [1, 2]}), "a == {'x': [1, 2]}"),
    ):
        assert claim.condition == condition
    assert Claim("a", "<", 1, "{share} seeds: under {limit}").name == "? of ? seeds: under 1"


@given(st.sets(st.integers(0, 300), min_size=1))
def test_seeds_can_be_read_again(seeds):
    for text in (seeds_as_text(seeds), seeds_in_words(seeds).replace(" to ", "-")):
        assert parse_seeds(text) == tuple(sorted(seeds))


@pytest.mark.parametrize("text", ["", "x", "3-1", "1,,2", "-4", "1-", "1.5", "0-100000"])
def test_what_are_no_seeds_is_told(text):
    with pytest.raises(ValueError, match="`--seeds` must be seeds, as 1-10,101-120; got "):
        parse_seeds(text, "--seeds")


entries = st.builds(
    Evidence,
    st.just((1, 2, 3, 101)),
    st.dictionaries(st.sampled_from(["a < 1", "b > 2"]), st.sampled_from([(), (2,), (1, 101)])),
    st.dictionaries(
        st.sampled_from(["width=1", "name='b'"]),
        st.dictionaries(st.just("a < 1"), st.sampled_from([(), (3,)]), min_size=1),
    ),
    st.booleans(),
    st.sampled_from(["", "embedded"]),
    st.dictionaries(st.just("keras"), st.just("3.15.1")),
    st.just("0123"),
)


@given(entries)
def test_what_is_written_is_read_again(found):
    assert Evidence.from_entry(json.loads(json.dumps(found.as_entry()))) == found


def test_an_entry_whose_counts_are_not_those_of_its_seeds_is_none():
    entry = evidence_of(107).as_entry()
    assert entry["claims"] == {"gap > 0": "29 of 30"} and entry["fails_with"] == {"gap > 0": "107"}
    for mixed in ({"seeds": "1-10"}, {"claims": {"gap > 0": "30 of 30"}}, {"fails_with": {}}):
        with pytest.raises(ValueError, match="must have the counts of its seeds"):
            Evidence.from_entry(entry | mixed)


# what is tried


@pytest.fixture
def logged(tmp_path):
    """A figure that writes down what it measures, and a function that reads it."""
    path = tmp_path / "log"
    measure = (
        f'with open({str(path)!r}, "a") as file:\n'
        "        print(seed, width, file=file)\n"
        "    rest = seed % 7 if width else int(seed == 3)\n"
        '    return None, {"rest": rest, "value": float(seed)}'
    )

    def read():
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return sorted(tuple(map(int, line.split())) for line in lines)

    parts = {
        "takes": "lab, seed, width=2",
        "measure": measure,
        "claims": 'Claim("rest", ">", 0, "a rest over {limit}"),',
        "more": 'CONTROL = Control(width=0, refutes="rest")',
    }
    return parts, read


def test_each_seed_and_its_control_are_counted(trial, logged, tmp_path):
    figures = trial("trial-a", **logged[0])
    (tried,) = try_seeds(figures, range(1, 11), cache=tmp_path)
    assert tried.evidence == of(figures[0]) == figures[0].evidence
    assert tried.evidence.seeds == tuple(range(1, 11))
    assert tried.evidence.fails == {"rest > 0": (7,)}  # 7 % 7
    assert tried.evidence.stands == {"width=0": {"rest > 0": (3,)}}
    assert set(tried.evidence.versions) == {"kit", "python", "keras", "tensorflow", "numpy"}
    (words,) = tried.unborne
    assert words.startswith("a rest over 0: holds on 9 of 10 seeds (1 to 10); with width=0 it")
    assert tried.unrefuted == [words] and not tried.holds
    (more,) = try_seeds(figures, (101, 102), cache=tmp_path)
    assert more.evidence.seeds == (*range(1, 11), 101, 102)


def test_seeds_are_added_and_none_is_measured_twice(trial, logged, tmp_path):
    parts, read = logged
    figures = trial("trial-a", **parts)
    try_seeds(figures, (1, 2), cache=tmp_path / "a")
    assert read() == [(1, 0), (1, 2), (2, 0), (2, 2)]
    # from another cache: it is the evidence that remembers
    (tried,) = try_seeds(figures, (2, 7), cache=tmp_path / "b")
    assert read() == [(7, 0), (7, 2)] and tried.evidence.seeds == (1, 2, 7)
    assert tried.evidence.fails == {"rest > 0": (7,)}
    (tried,) = try_seeds(figures, (1, 7), cache=tmp_path / "c")
    assert read() == [] and tried.evidence.seeds == (1, 2, 7) and not tried.holds


@pytest.mark.parametrize(
    "edit",
    [
        {"caption": "b {value:.1f}", "alt": "c {value}", "title": "Another"},
        {"draw": "ax.plot([1, 2])"},
        {"claims": 'Claim("rest", ">", 0, "otherwise said"),'},
        {"more": 'CONTROL = Control(width=0, refutes="rest", words="no width")\n# a comment'},
    ],
    ids=["texts", "drawing", "words", "comment"],
)
def test_what_measures_nothing_leaves_the_evidence(trial, logged, tmp_path, edit):
    try_seeds(trial("trial-a", **logged[0]), (1, 2), cache=tmp_path)
    (figure,) = trial("trial-a", **logged[0] | edit)
    assert figure.evidence.seeds == (1, 2)


def test_other_code_begins_anew(trial, logged, tmp_path):
    parts, read = logged
    try_seeds(trial("trial-a", **parts), (1, 2), cache=tmp_path)
    read()
    figures = trial("trial-a", **parts | {"measure": parts["measure"].replace("% 7", "% 5")})
    assert figures[0].evidence is None and of(figures[0]) is None
    (tried,) = try_seeds(figures, (5,), cache=tmp_path)
    assert read() == [(5, 0), (5, 2)]
    assert tried.evidence.seeds == (5,) and tried.evidence.fails == {"rest > 0": (5,)}


@pytest.mark.parametrize(
    ("edit", "runs"),
    [
        ({"claims": 'Claim("rest", ">", 1, "more than {limit}"),'}, []),
        ({"more": 'CONTROL = Control(width=1, refutes="rest")'}, [(1, 1), (2, 1), (4, 1)]),
    ],
)
def test_a_new_claim_or_control_is_tried_with_the_seeds_of_before(
    trial, logged, tmp_path, edit, runs
):
    parts, read = logged
    try_seeds(trial("trial-a", **parts), (1, 2, 4), cache=tmp_path)
    read()
    figures = trial("trial-a", **parts | edit)
    assert figures[0].evidence is None
    (tried,) = try_seeds(figures, (1,), cache=tmp_path)
    assert tried.evidence.seeds == (1, 2, 4) and read() == runs  # the others are in the cache
    if not runs:
        assert tried.evidence.fails == {"rest > 1": (1,)}


def test_where_nothing_is_random_one_seed_is_enough(trial, tmp_path):
    claim = 'Claim("value", "==", 2, "it is {limit}"),'
    (figure,) = trial("trial-a", measure='return None, {"value": 2}', claims=claim)
    (tried,) = try_seeds([figure], range(1, 11), cache=tmp_path)
    assert tried.holds and tried.evidence.seeds == (1,) and not tried.evidence.random
    assert tried.evidence.words(figure.claims[0], ()) == "holds, and nothing in it is random"


def test_a_measurement_is_random_where_it_reads_its_seed():
    def inside(lab, seed):
        return [one + seed for one in (1, 2)]

    def late(lab, number):
        def later():
            return number

        return later

    def both(lab, seed):
        return lab, seed

    assert is_random(inside) and is_random(late) and is_random(both)
    assert is_random(functools.partial(both))  # nobody can tell
    assert not is_random(lambda lab, seed: lab)
    assert not is_random(CATALOGUE["pool-max-average"].measure)
    assert is_random(CATALOGUE["init-zeros"].measure)


def test_a_figure_that_fails_does_not_stop_the_others(trial, tmp_path):
    trial("trial-a", measure='raise RuntimeError("no such luck")')
    trial("trial-b", claims='Claim("value", ">", 0, "it is over {limit}"),')
    told_of = []
    failed, tried = try_seeds(
        [CATALOGUE["trial-a"], CATALOGUE["trial-b"]],
        (1, 2),
        cache=tmp_path,
        progress=lambda *words: told_of.append(words),
    )
    assert failed.error.startswith("RuntimeError: no such luck (seed 1") and not failed.holds
    assert tried.holds and CATALOGUE["trial-a"].evidence is None
    assert [words[1:] for words in told_of] == [(1, 3), (2, 3), (3, 3)]  # one measures no seed


def test_the_other_figures_of_a_topic_stay_and_those_that_went_go(trial, tmp_path):
    figures = trial("trial-a", "trial-b")
    path = path_of(figures[0])
    try_seeds(figures[1:], (1,), cache=tmp_path)
    try_seeds(figures[:1], (1,), cache=tmp_path)
    assert list(json.loads(path.read_text("utf-8"))) == ["trial-a", "trial-b"]
    (path.parent / "trial_a.py").unlink()
    (figure,) = trial("trial-b")
    try_seeds([figure], (2,), cache=tmp_path)
    assert list(json.loads(path.read_text("utf-8"))) == ["trial-b"]


def test_a_damaged_file_is_no_evidence_and_is_written_again(trial, tmp_path):
    (figure,) = trial("trial-a")
    try_seeds([figure], (1, 2), cache=tmp_path)
    path = path_of(figure)
    whole = path.read_text("utf-8")
    for damaged in ("<<<<<<< ours\n" + whole, "[]", '{"trial-a": 3}', whole.replace("1-2", "x")):
        path.write_text(damaged, "utf-8")
        assert figure.evidence is None
    (tried,) = try_seeds([figure], (1,), cache=tmp_path)
    assert tried.evidence == figure.evidence and figure.evidence.seeds == (1,)


def test_bad_arguments_are_refused(trial, tmp_path):
    (figure,) = trial("trial-a")
    own = replace(figure, id="own", title="My own")
    assert own.evidence is None and replace(figure).evidence is None
    with pytest.raises(ValueError, match="`figures` must be of the catalogue; got own"):
        try_seeds([own], (1,), cache=tmp_path)
    with pytest.raises(ValueError, match="`seeds` must have at least one seed; got none"):
        try_seeds([figure], (), cache=tmp_path)
    with pytest.raises(ValueError, match="`seed` must be a non-negative integer; got -1"):
        try_seeds([figure], (-1,), cache=tmp_path)
    with pytest.raises(ValueError, match="`jobs` must be a positive integer; got 0"):
        try_seeds([figure], (1,), jobs=0, cache=tmp_path)


def test_a_topic_that_cannot_be_written_is_told_before_anything_is_measured(
    trial, logged, tmp_path, monkeypatch
):
    parts, read = logged
    figures = trial("trial-a", **parts)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    with pytest.raises(ValueError, match="`topic` must be a folder that can be written; got "):
        try_seeds(figures, (1,), cache=tmp_path)
    assert read() == []


def test_digits_are_the_embedded_ones_whatever_is_at_hand(trial, tmp_path, monkeypatch):
    import numpy as np

    arrays = {
        "x_train": np.zeros((3, 28, 28), np.uint8),
        "y_train": np.arange(3, dtype=np.uint8),
        "x_test": np.zeros((2, 28, 28), np.uint8),
        "y_test": np.arange(2, dtype=np.uint8),
    }
    np.savez(tmp_path / "mnist.npz", **arrays)
    monkeypatch.setenv("KIT_DATA", str(tmp_path))
    monkeypatch.delenv("KERAS_HOME", raising=False)
    claim = 'Claim("source", "==", "MNIST sample", "they are {limit}"),'
    measure = 'return None, {"source": lab.digits().source, "value": float(seed)}'
    (figure,) = trial("trial-a", measure=measure, claims=claim)
    (tried,) = try_seeds([figure], (1,), cache=tmp_path / "cache")
    assert tried.holds and tried.evidence.data == "embedded"
    assert mnist.find() == tmp_path / "mnist.npz" and "KERAS_HOME" not in os.environ
    (drawn,) = regenerate([figure], tmp_path / "out", cache=tmp_path / "cache")
    assert drawn.entry["facts"]["source"] == "MNIST"
    known = "holds on 1 of 1 seed (1), with the embedded digits"
    assert drawn.entry["claims"][0]["evidence"] == known and not drawn.entry["claims"][0]["holds"]
    with embedded_digits_alone():
        assert mnist.find() is None


# what is quoted


def test_manifest_and_notes_quote_it(trial, logged, tmp_path):
    (figure,) = trial("trial-a", **logged[0])
    seeds = (1, 2, *OTHERS)  # of which 105, 112 and 119 are multiples of 7
    try_seeds([figure], seeds, cache=tmp_path)
    (drawn,) = regenerate([figure], tmp_path / "out", cache=tmp_path)
    known = "holds on 19 of 22 seeds (1, 2, 101 to 120); with width=0 it fails on 22 of 22"
    assert drawn.entry["claims"] == [
        {
            "name": "a rest over 0",
            "holds": False,  # with 17 of 20 on which it was not written
            "fails_with_seeds": [105, 112, 119],
            "tried_with": 22,
            "held_with": 19,
            "refuted_with": {"width=0": 22},
            "evidence": known,
        }
    ]
    assert drawn.entry["seeds"] == list(seeds)
    told_there = f"✗ a rest over 0: does not hold (seeds 105, 112, 119): {known}"
    assert f"Claims\n{told_there}\n" in notes_of(drawn.entry)


def test_without_evidence_it_says_that_one_seed_was_tried(trial, tmp_path):
    (figure,) = trial("trial-a", claims='Claim("value", ">", 0, "it is over {limit}"),')
    (drawn,) = regenerate([figure], tmp_path)
    assert drawn.entry["claims"] == [
        {"name": "it is over 0", "holds": True, "fails_with_seeds": []}
    ]
    assert "Claims (on seed 1 alone)\n✓ it is over 0\n" in notes_of(drawn.entry)


def test_evidence_of_other_code_is_not_quoted(trial, logged, tmp_path):
    parts = logged[0]
    figures = trial("trial-a", **parts)
    try_seeds(figures, (1, 2), cache=tmp_path)
    (drawn,) = regenerate(figures, tmp_path / "out", cache=tmp_path)
    assert drawn.entry["claims"][0]["tried_with"] == 2
    figures = trial("trial-a", **parts | {"measure": parts["measure"].replace("% 7", "% 5")})
    (drawn,) = regenerate(figures, tmp_path / "out", cache=tmp_path)
    assert drawn.entry["claims"] == [
        {"name": "a rest over 0", "holds": True, "fails_with_seeds": []}
    ]
    assert drawn.entry["seeds"] == [1]


def test_a_claim_that_says_how_often_it_holds(trial, logged, tmp_path):
    claim = 'Claim("rest", ">", 1, "with {share} seeds a rest over {limit}"),'
    (figure,) = trial("trial-a", **logged[0] | {"claims": claim, "more": ""})
    assert not told(figure, {"rest": 1})[0]["holds"]  # as long as nobody knows how often
    assert figure.claims_in_words == ("with ? of ? seeds a rest over 1",)
    (tried,) = try_seeds([figure], (1, *OTHERS), cache=tmp_path)
    # 105, 112 and 119 have no rest by 7; 106, 113 and 120 have 1, as has the figure's own seed
    assert tried.holds and figure.claims_in_words == ("with 14 of 20 seeds a rest over 1",)
    (drawn,) = regenerate([figure], tmp_path / "out", cache=tmp_path)
    (entry,) = drawn.entry["claims"]
    assert entry["name"] == "with 14 of 20 seeds a rest over 1"
    assert entry["holds"] and entry["fails_with_seeds"] == [1, 105, 106, 112, 113, 119, 120]
    assert "with 14 of 20 seeds a rest over 1" in str(figure)


# the command


def test_the_command_tries_and_tells(trial, logged, tmp_path, capsys):
    trial("trial-a", **logged[0])
    trial("trial-b", measure='return None, {"value": 1}', claims='Claim("value", ">", 0, "x"),')
    arguments = ["--jobs", "1", "--cache", str(tmp_path)]
    assert main(["claims", "trial-b", *arguments]) == 0
    shown = capsys.readouterr().out
    assert "tried    trial-b" in shown and "1/1 claims hold (nothing is random)" in shown
    assert main(["claims", "trial", "--seeds", "1-3,7", *arguments]) == 1
    shown = capsys.readouterr().out
    assert "broken   trial-a" in shown and "0/1 claims hold (1 to 3, 7)" in shown
    assert "does not hold: trial-a: a rest over 0: holds on 3 of 4 seeds (1 to 3, 7)" in shown
    assert "its control does not refute: trial-a: a rest over 0: holds on" in shown
    assert "1 of 2 claims hold, in" in shown
    trial("trial-c", measure='raise RuntimeError("no data")')
    assert main(["claims", "trial-c", *arguments]) == 1
    assert "failed   trial-c: RuntimeError: no data (seed 1)" in capsys.readouterr().out
    assert main(["claims", "trial-a", "--seeds", "some", *arguments]) == 2
    assert "`--seeds` must be seeds, as 1-10,101-120; got 'some'" in capsys.readouterr().err
    assert main(["claims", "bal-data", *arguments]) == 2
    assert "near: ball-data" in capsys.readouterr().err


def test_the_command_tells_of_exceptions(trial, logged, tmp_path, capsys):
    parts = logged[0] | {"claims": 'Claim("value", "!=", 107.0, "not {limit:g}"),', "more": ""}
    trial("trial-a", **parts)
    seeds = ["--seeds", "1-2,101-120", "--jobs", "1", "--cache", str(tmp_path)]
    assert main(["claims", "trial-a", *seeds]) == 0
    assert "not with every seed: trial-a: not 107: holds on 21 of 22" in capsys.readouterr().out
    assert (
        main(["figures", "trial-a", "--out", str(tmp_path / "out"), "--cache", str(tmp_path)]) == 0
    )
    assert "1/1 claims hold (on 21 of 22 seeds)" in capsys.readouterr().out


# processes, and Pythons


def test_two_processes_find_what_one_finds(trial, logged, tmp_path):
    figures = trial("trial-a", "trial-b", **logged[0])
    found = []
    for jobs in (1, 2):
        path_of(figures[0]).unlink(missing_ok=True)
        tried = try_seeds(figures, (1, 2, 7), jobs=jobs, cache=tmp_path / str(jobs))
        found.append((path_of(figures[0]).read_bytes(), tried))
    assert found[0] == found[1]


def touch_slowly(path):
    import time

    time.sleep(0.2)
    path.touch()


def test_what_has_not_begun_when_it_is_interrupted_does_not_begin(tmp_path):
    tasks = {str(k): (tmp_path / str(k),) for k in range(40)}
    running = run_tasks(touch_slowly, tasks, jobs=2)
    next(running)
    running.close()  # as an interrupt would
    assert 1 <= len(list(tmp_path.iterdir())) < 20


def test_the_text_of_code_is_that_of_every_python():
    # without what is empty: newer Pythons have more fields, as the parameters of types
    tree = ast.parse("def f(x, *, y=None):\n    return x + ['é']")
    assert reach._text_of(tree) == (
        "Module(body=[FunctionDef(name='f',args=arguments(args=[arg(arg='x')],"
        "kwonlyargs=[arg(arg='y')],kw_defaults=[Constant()]),body=[Return(value=BinOp("
        "left=Name(id='x',ctx=Load()),op=Add(),right=List(elts=[Constant(value='\\xe9')],"
        "ctx=Load())))])])"
    )


def test_a_control_is_measured_apart_from_its_figure(trial, logged, tmp_path):
    (figure,) = trial("trial-a", **logged[0])
    lab = Lab(tmp_path)
    facts = [lab.measured(figure, 3, **changed)[1]["rest"] for changed in ({}, {"width": 0}) * 2]
    assert facts == [3, 1, 3, 1] and len(lab.ran) == 2
