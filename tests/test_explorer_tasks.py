"""Tasks to guess at: the page's numbers are the kit's; one rule for scores; files handed in."""

import csv
import random
import re

import pytest
from guessing_page import NEEDED, given
from javascript import run_engine

from kit.explorer.guess_scores import choices_of, score_guess
from kit.explorer.guesses import GUESS_TABLE, make_guess_tasks
from kit.explorer.results import (
    RESULT_COLUMNS,
    Checked,
    check_folder,
    gather_results,
    print_checked,
)
from kit.explorer.truths import same_truth, true_answer

KINDS = list(GUESS_TABLE["titles"])
SET = ",".join(KINDS)
BEGIN = """
Kit.datasets.provide("ball", given.page.datasets.ball);
Kit.tasks.provide(given.page.guesses);
"""


def in_page(snippet, **more):
    return run_engine(BEGIN + snippet, {"page": given(), **more}, scripts=NEEDED)


# the page's tasks are the kit's


def test_a_set_and_a_number_give_the_same_tasks_in_page_and_kit():
    students = [0, 1, 17, 2**31 - 1]
    sets = [SET, "bars", "tune,tune,tune", ",".join(["which-layer"] * 20)]
    found = in_page(
        """return given.sets.map((set) => given.students.map((student) =>
        Kit.tasks.make(set, student).map((one) =>
          [one.number, one.kind, Kit.tasks.asText(one.parameters)])));""",
        sets=sets,
        students=students,
    )
    ours = [
        [[[t.number, t.kind, t.text] for t in make_guess_tasks(s, n)] for n in students]
        for s in sets
    ]
    assert found == ours
    assert len({str(one) for one in ours[0]}) == len(students)  # each has numbers of their own
    assert len({t.text for t in make_guess_tasks(sets[2], 17)}) == 3  # and each place in a set


@pytest.fixture(scope="module")
def solved():
    """Tasks of students with solutions, truths, points and sentences of the page."""
    return in_page(
        """return [5, 6, 7].flatMap((student) => Kit.tasks.make(given.set, student).map((task) => {
          const answer = Kit.tasks.solution(task);
          const truth = Kit.tasks.truth(task, answer);
          const score = Kit.tasks.score(task, answer, truth, 1);
          const why = Kit.tasks.why(task, answer, truth);
          const question = Kit.tasks.question(task);
          return { student, number: task.number, answer, truth, score, why, question };
        }));""",
        set=f"{SET},which-layer,bars",
    )


def test_the_pages_truth_is_keras_truth(solved):
    mended = 0
    for one in solved:
        task = make_guess_tasks(f"{SET},which-layer,bars", one["student"])[one["number"] - 1]
        mended += task.kind == "mend"
        if task.kind == "mend" and mended > 1:
            continue  # a training in Keras takes seconds; one is enough here
        truth = true_answer(task, one["answer"])
        assert same_truth(task.kind, one["truth"], truth), (task, one, truth)
        assert score_guess(task, one["answer"], one["truth"]) == one["score"]


def test_the_answer_that_is_shown_to_a_teacher_has_all_points(solved):
    assert [one["score"] for one in solved] == [100] * len(solved)


def test_a_sentence_says_why_with_numbers_of_this_network(solved):
    for one in solved:
        assert re.search(r"\d", one["why"]) and one["why"].endswith("."), one
        assert "NaN" not in one["why"] + one["question"] and "undefined" not in one["why"]


def test_each_way_to_break_a_network_breaks_it_and_one_change_mends_it():
    found = in_page("""
      return given.page.guesses.variants.mend.flatMap((variant) => [101].map((seed) => {
        const task = { kind: "mend", parameters: { ...variant, seed } };
        const names = Object.keys(given.page.guesses.menu);
        const left = names.map((name) => `${name}=${variant[name]}`).join(";");
        const cured = Kit.tasks.solution(task);
        const score = (one) => Kit.tasks.score(task, one, Kit.tasks.truth(task, one), 1);
        const points = [left, cured].map(score);
        return [variant.fault, points[0], points[1], Kit.tasks.changes(task, cured).length];
      }));""")
    for fault, as_it_was, mended, changes in found:
        assert as_it_was < 40 and (mended, changes) == (100, 1), fault


def test_bars_fit_their_axes():
    found = in_page("""
      const { axis, variants } = given.page.guesses;
      const ends = variants.bars.filter((one) => /0.02|0.2$/.test(one.weights));
      return ends.map((variant) => {
        const task = { kind: "bars", parameters: { ...variant, seed: 3 } };
        const forwards = ["z", "activation"].includes(variant.quantity);
        const [low, high] = forwards ? axis.forwards : axis.backwards;
        const bars = Kit.tasks.numbersIn(Kit.tasks.truth(task));
        return [Math.min(...bars) >= low, Math.max(...bars) <= high, Kit.tasks.asText(variant)];
      });""")
    assert [one for one in found if not (one[0] and one[1])] == []


# scores


def random_answer(task, chance):
    if task.kind == "bars":
        return " ".join(f"{10 ** chance.uniform(-9, 1):.3g}" for _ in range(5))
    if task.kind == "tune":
        return f"{10 ** chance.uniform(-2, 0):.3g}"
    if task.kind == "mend":
        return ";".join(
            f"{name}={chance.choice(list(menu))}" for name, menu in GUESS_TABLE["menu"].items()
        )
    return chance.choice(choices_of(task))


def random_truth(task, chance):
    if task.kind == "bars":
        return " ".join(f"{10 ** chance.uniform(-9, 1):.4g}" for _ in range(5))
    if task.kind == "tune":
        return chance.choice(["inf", "2", "100", "1", f"{10 ** chance.uniform(0, 2.5):.4g}"])
    if task.kind == "mend":
        ratio = chance.choice(["inf", "10", f"{10 ** chance.uniform(0, 2):.4g}"])
        return f"{ratio} {chance.choice(['inf', '0.5', f'{chance.uniform(0, 1):.4g}'])}"
    return chance.choice(choices_of(task))


def test_scores_of_page_and_kit_are_equal_for_many_answers():
    chance, cases, ours = random.Random(3), [], []
    for student in range(200):
        for task in make_guess_tasks(SET, student):
            answer, truth = random_answer(task, chance), random_truth(task, chance)
            tries = chance.choice([1, 1, 2, 7, 40])
            cases.append([student, task.number, answer, truth, tries])
            ours.append(score_guess(task, answer, truth, tries))
    found = in_page(
        """return given.cases.map(([student, number, answer, truth, tries]) =>
        Kit.tasks.score(Kit.tasks.make(given.set, student)[number - 1], answer, truth, tries));""",
        set=SET,
        cases=cases,
    )
    assert found == ours
    assert set(range(0, 101, 20)) <= set(ours) and all(0 <= one <= 100 for one in ours)


def task_of(kind, **parameters):
    return next(
        one
        for student in range(500)
        for one in make_guess_tasks(kind, student)
        if parameters.items() <= one.parameters.items()
    )


def test_points_by_the_rules():
    bars = task_of("bars")
    assert score_guess(bars, "1 1 1 1 1", "2 0.5 1 100 0.01") == 60  # factors 2, 2, 1, 100, 100
    assert score_guess(bars, "1 1 1 1 1", " ".join(["14.142"] * 5)) == 50  # between 2 and 100
    layer = task_of("which-layer")
    assert [score_guess(layer, one, "h6") for one in ("h6", "h5", "none", "h4")] == [100, 50, 50, 0]
    tune = task_of("tune")
    cases = [("2", 1), ("2", 3), ("inf", 1), ("99", 9)]
    points = [score_guess(tune, "0.1", truth, tries) for truth, tries in cases]
    assert points == [100, 90, 0, 0]
    mend = task_of("mend", fault="slow")
    cured = "activation=tanh;weights=glorot_normal;bias=0;rate=0.03;input=centred"
    more = cured.replace("glorot", "he")
    assert [
        score_guess(mend, cured, "1.5 0.2", 1),
        score_guess(mend, more, "1.5 0.2", 2),
        score_guess(mend, more, "1.5 0.2", 90),
        score_guess(mend, cured, "1.5 0.6", 1),
        score_guess(mend, cured, "inf inf", 1),
    ] == [100, 75, 40, 20, 0]


def test_where_something_dies_saturates_or_is_smallest_differs_from_variant_to_variant():
    found = in_page("""return given.page.guesses.variants["which-layer"].map((variant) => {
      const task = { kind: "which-layer", parameters: { ...variant, seed: 3 } };
      return [variant.asks, Kit.tasks.truth(task)];
    });""")
    answers = {asks: {truth for one, truth in found if one == asks} for asks, _ in found}
    assert answers["smallest"] == {"h1", "h6"}
    assert len(answers["dies"]) >= 3 and len(answers["saturates"]) >= 3


# what cannot be


@pytest.mark.parametrize("tasks", ["", "bar", "bars,", "bars, tune", "bars," * 20 + "bars", "é"])
def test_a_set_that_is_none_is_refused(tasks):
    with pytest.raises(ValueError, match="`tasks` must be at most 20 of bars, which-initializer"):
        make_guess_tasks(tasks, 1)


def test_other_arguments_are_refused_by_name():
    with pytest.raises(TypeError, match="`tasks` must be at most 20"):
        make_guess_tasks(5, 1)
    with pytest.raises(ValueError, match="`student` must be a number below 2³¹"):
        make_guess_tasks("bars", 2**31)
    with pytest.raises((TypeError, ValueError), match="`student`"):
        make_guess_tasks("bars", -1)
    with pytest.raises((TypeError, ValueError), match="`tries`"):
        score_guess(task_of("tune"), "0.1", "2", 0)


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        ("bars", "1 2 3", "`answer` must be 5 numbers of at least 0"),
        ("bars", "1 2 3 4 nan", "`answer` must be 5 numbers"),
        ("bars", "1 2 3 4 -1", "`answer` must be 5 numbers"),
        ("tune", "5", "`answer` must be a σ from 0.01 to 1"),
        ("tune", "__import__('os')", "`answer` must be a number"),
        ("which-layer", "h99", "`answer` must be one of h1"),
        ("which-initializer", "best", "`answer` must be one of normal:0.01"),
        ("mend", "rate=1e9", "`answer` must be activation=sigmoid or tanh or relu; weights="),
    ],
)
def test_an_answer_that_is_none_is_refused(kind, answer, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        score_guess(task_of(kind), answer, "1")


def test_a_truth_that_is_none_is_refused():
    with pytest.raises(ValueError, match="`truth` must be one of h1"):
        score_guess(task_of("which-layer"), "h1", "h77")
    mend = task_of("mend")
    answer = random_answer(mend, random.Random(1))
    with pytest.raises(ValueError, match="`truth` must be 2 numbers"):
        score_guess(mend, answer, "1")


def test_a_hostile_set_in_a_link_is_cut_down_to_tasks():
    hostile = ["constructor,__proto__,bars", "<img src=x>,tune", "bars," * 1000, ""]
    found = in_page("return given.sets.map((one) => Kit.tasks.parse(one));", sets=hostile)
    assert [len(one["kinds"]) for one in found] == [1, 1, 20, 0]
    assert found[0]["refused"] == ["constructor", "__proto__"]
    assert found[1]["refused"] == ["<img src=x>"]


# files

NAMES = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "'quoted'",
    'say "hi", she said',
    "Zoë;\nLi",
    "a\0b",
]


@pytest.fixture(scope="module")
def rows():
    """Rows of a student as the page makes them, of tasks that are checked quickly."""
    return in_page("""
      const set = "which-activation,which-initializer,which-layer";
      return Kit.tasks.make(set, 17).map((task) => {
        const answer = Object.keys(Kit.tasks.options(task))[0];
        const truth = Kit.tasks.truth(task, answer);
        const score = Kit.tasks.score(task, answer, truth, 1);
        const parameters = Kit.tasks.asText(task.parameters);
        return { set, student: 17, name: "Ada", number: task.number, task: task.kind, parameters,
          answer, truth, score, tries: 1, seconds: 12, date: "2026-03-01T09:30:00Z",
          version: "0.2.0" };
      });""")


def as_csv(rows):
    return run_engine("return Kit.resultsFile.csv(given);", rows, scripts=NEEDED)


@pytest.fixture
def folder(tmp_path, rows):
    (tmp_path / "ada.csv").write_bytes(as_csv(rows).encode())
    return tmp_path


def test_a_file_of_the_page_is_right(folder, rows, capsys):
    found = check_folder(folder)
    assert [one.fault for one in found] == [""] * 3 and [one.line for one in found] == [2, 3, 4]
    assert print_checked(found) == 0
    said = capsys.readouterr().out
    mean = sum(row["score"] for row in rows) / 3
    assert f"{mean:.1f}" in said and "Ada" in said and "nothing is wrong" in said


def test_names_do_not_become_formulas_and_come_back(tmp_path, rows):
    named = [{**rows[0], "name": name, "student": 17} for name in NAMES]
    text = as_csv(named)
    (tmp_path / "a.csv").write_bytes(text.encode())
    cells = [line[2] for line in csv.reader(text.splitlines(keepends=True))][1:]
    assert not any(cell[:1] in tuple("=+-@\t\r\n") for cell in cells)
    found = check_folder(tmp_path)
    assert [one.values["name"] for one in found] == [name.replace("\0", "") for name in NAMES]
    assert [one.again for one in found] == [False] + [True] * (len(NAMES) - 1)
    everything = gather_results(found, tmp_path / "all" / "gathered.csv").read_text("utf-8")
    gathered = list(csv.reader(everything.splitlines(keepends=True)))
    assert not any(cell[:1] in tuple("=+-@\t\r") for line in gathered for cell in line if cell)
    assert [line[-2] for line in gathered[1:]] == ["yes"] + ["no"] * (len(NAMES) - 1)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("score", "99", "`score` must be"),
        ("score", "1" * 5000, "`score` must be an integer from 0 to 100"),
        ("truth", "relu6", "`truth` must be"),
        ("answer", "gelu", "`answer` must be one of sigmoid"),
        ("parameters", "seed=1", "`parameters` must be activation="),
        ("task", "bars", "`task` must be which-activation; got 'bars'"),
        ("set", "which-activation,nothing", "`tasks` must be at most 20"),
        ("student", "18", "`parameters` must be"),
        ("student", "-1", "`student` must be an integer from 0"),
        ("number", "9", "`number` must be an integer from 1 to 3"),
        ("tries", "0", "`tries` must be an integer from 1 to 999; got '0'"),
        ("seconds", "1e9", "`seconds` must be an integer"),
        ("date", "yesterday", "`date` must be as 2026-03-01T09:30:00Z; got 'yesterday'"),
        ("version", "\x1b[31m", "`version` must be the kit's"),
        ("name", "a" * 300, "`name` must have at most 200 letters; got 300"),
    ],
)
def test_a_row_that_was_altered_is_told_with_file_line_and_what_it_must_be(
    tmp_path, rows, capsys, column, value, said
):
    changed = [{**rows[0], column: value}, *rows[1:]]
    (tmp_path / "b.csv").write_bytes(as_csv(changed).encode())
    found = check_folder(tmp_path)
    assert said in found[0].fault and [one.ok for one in found[1:]] == [True, True]
    assert print_checked(found) == 1
    printed = capsys.readouterr().out
    assert "b.csv, line 2: " in printed and "\x1b" not in printed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the first line must be set,student,name"),
        (b"name,score\nAda,100\n", "the first line must be set,student,name"),
        (b"\xff\xfe\x00", "a file must be text in UTF-8"),
        (b"set\0", "a file must be text; got a byte of 0"),
        (b'set,"stud', "a file must be CSV"),
        (b"a" * 1_000_001, "a file must have at most 1,000,000 bytes; got 1,000,001"),
        (
            ",".join(RESULT_COLUMNS).encode() + b"\n" + b"1\n" * 1100,
            "a file must have at most 1,000 rows",
        ),
        (",".join(RESULT_COLUMNS).encode() + b"\n1,2\n", "a row must have 13 cells; got 2"),
    ],
)
def test_a_file_that_is_none_is_told_and_the_others_are_read(folder, content, said):
    (folder / "zed.csv").write_bytes(content)
    found = check_folder(folder)
    assert sum(one.ok for one in found) == 3
    assert [said in one.fault for one in found if one.file == "zed.csv"] == [True]


def test_what_a_spreadsheet_saves_again_is_read(tmp_path, rows):
    lines = list(csv.reader(as_csv(rows).splitlines()))
    with (tmp_path / "excel.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(lines)
    assert all(one.ok for one in check_folder(tmp_path))


def test_of_two_answers_to_one_task_the_earlier_counts(folder, rows, capsys):
    later = [{**row, "date": "2026-03-02T09:30:00Z"} for row in rows]
    (folder / "aa.csv").write_bytes(as_csv(later).encode())
    found = check_folder(folder)
    assert [(one.file, one.again) for one in found][::3] == [("aa.csv", True), ("ada.csv", False)]
    assert print_checked(found) == 0
    assert "answered before" in capsys.readouterr().out


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"`path` must be a folder with files that end in \.csv"):
        check_folder(tmp_path)
    with pytest.raises(ValueError, match="`path` must be a folder of files of results"):
        check_folder(tmp_path / "none")
    with pytest.raises(TypeError, match="`path` must be a folder of files of results"):
        check_folder(5)
    with pytest.raises(ValueError, match=r"`path` must be the name of a file that ends in \.csv"):
        gather_results([Checked("a.csv", 1, {})], tmp_path / "all.txt")
