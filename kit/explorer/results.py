"""Files of results that students hand in: read, held against what the kit computes, gathered.

A file is CSV as the page writes it: a header and a row for each task. Parameters follow from set,
number and student, so they are made anew; the truth is computed by Keras; the score follows from
answer, truth and tries. What is not as it must be is told with file, line, what was expected and
what came. An answer itself, the tries and the time are a student's word.

A file is a stranger's: nothing in it is run, and it is read up to bounds alone.
"""

from __future__ import annotations

import csv
import datetime
import io
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.checks import shown
from kit.explorer.guess_scores import score_guess
from kit.explorer.guesses import GuessTask, make_guess_tasks
from kit.explorer.truths import same_truth, true_answer
from kit.files import written_whole

__all__ = ["RESULT_COLUMNS", "Checked", "check_folder", "gather_results", "print_checked"]

RESULT_COLUMNS: tuple[str, ...] = (
    *("set", "student", "name", "number", "task", "parameters", "answer", "truth", "score"),
    *("tries", "seconds", "date", "version"),
)
"""Of a file of results, in order."""

_LARGEST = 1_000_000  # bytes of a file
_ROWS = 1_000
_FORMULA = re.compile(r"^[=+\-@\t\r\n']")


@dataclass(frozen=True)
class Checked:
    """A row of a file of results, and what is wrong with it.

    Attributes
    ----------
    file, line
        Where it stands; a file that cannot be read is line 0.
    values
        The row: a text for each of `RESULT_COLUMNS`; empty where it cannot be read.
    fault
        What was expected and what came; empty where all is right.
    again
        Whether an earlier row answers the same task for the same student; it does not count.

    Examples
    --------
    >>> Checked("a.csv", 2, {"score": "80"}).ok
    True
    """

    file: str
    line: int
    values: dict[str, str]
    fault: str = ""
    again: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.fault


def check_folder(path: str | os.PathLike[str]) -> list[Checked]:
    """Check every ``*.csv`` of a folder.

    Parameters
    ----------
    path
        The folder; folders in it are not entered.

    Returns
    -------
    list of Checked
        A row for each row of each file, and one for each file that cannot be read.

    Raises
    ------
    TypeError, ValueError
        Where `path` is no folder, or holds no such file.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.csv").write_text("nothing")
    >>> [row.ok for row in check_folder(folder)]
    [False]
    """
    try:
        folder = Path(path).expanduser()
    except TypeError:
        raise TypeError(f"`path` must be a folder of files of results; got {shown(path)}") from None
    if not folder.is_dir():
        raise ValueError(f"`path` must be a folder of files of results; got {shown(str(path))}")
    files = sorted(
        one for one in folder.iterdir() if one.suffix.lower() == ".csv" and one.is_file()
    )
    if not files:
        raise ValueError(f"`path` must be a folder with files that end in .csv; {folder} has none")
    rows = [row for file in files for row in _check_file(file)]
    return _marked(rows)


def _check_file(file: Path) -> Iterator[Checked]:
    try:
        table = _read(file)
    except (OSError, ValueError) as error:
        yield Checked(file.name, 0, {}, str(error))
        return
    for line, cells in table:
        if len(cells) != len(RESULT_COLUMNS):
            fault = f"a row must have {len(RESULT_COLUMNS)} cells; got {len(cells)}"
            yield Checked(file.name, line, {}, fault)
            continue
        values = dict(zip(RESULT_COLUMNS, map(_plain, cells), strict=True))
        try:
            _check_row(values)
            fault = ""
        except (TypeError, ValueError) as error:
            fault = str(error)
        yield Checked(file.name, line, values, fault)


def _read(file: Path) -> list[tuple[int, list[str]]]:
    """The rows below the header, with their lines."""
    size = file.stat().st_size
    if size > _LARGEST:
        raise ValueError(f"a file must have at most {_LARGEST:,} bytes; got {size:,}")
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("a file must be text in UTF-8; got other bytes") from None
    if "\0" in text:
        raise ValueError("a file must be text; got a byte of 0")
    # a spreadsheet of some countries writes semicolons
    separator = ";" if text.startswith(";".join(RESULT_COLUMNS[:2])) else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = []
    try:
        for cells in reader:
            if cells:
                rows.append((reader.line_num - "".join(cells).count("\n"), cells))
            if len(rows) > _ROWS + 1:
                raise ValueError(f"a file must have at most {_ROWS:,} rows; got more")
    except csv.Error as error:
        raise ValueError(f"a file must be CSV; line {reader.line_num}: {error}") from None
    header = rows[0][1] if rows else []
    if header != list(RESULT_COLUMNS):
        came = shown(",".join(header)[:80])
        raise ValueError(f"the first line must be {','.join(RESULT_COLUMNS)}; got {came}")
    return rows[1:]


def _plain(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from computing it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _harmless(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if _FORMULA.match(text) else text


def _whole(values: dict[str, str], name: str, low: int, high: int) -> int:
    text = values[name]
    # more digits than the bound has are no such number, and slow to read
    if not re.fullmatch(r"[0-9]{1,10}", text) or not low <= int(text) <= high:
        raise ValueError(
            f"`{name}` must be an integer from {low} to {high}; got {shown(text[:40])}"
        )
    return int(text)


def _check_row(values: dict[str, str]) -> None:
    """Raise ValueError for the first thing in a row that is not as it must be."""
    student = _whole(values, "student", 0, 2**31 - 1)
    tasks = make_guess_tasks(values["set"], student)
    task = tasks[_whole(values, "number", 1, len(tasks)) - 1]
    for name, expected in (("task", task.kind), ("parameters", task.text)):
        if values[name] != expected:
            raise ValueError(f"`{name}` must be {expected}; got {shown(values[name][:200])}")
    tries = _whole(values, "tries", 1, 999)
    _check_truth(task, values, tries)
    score = _whole(values, "score", 0, 100)
    points = score_guess(task, values["answer"], values["truth"], tries)
    if score != points:
        raise ValueError(f"`score` must be {points}; got {score}")
    _whole(values, "seconds", 0, 10**9)
    _check_words(values)


def _check_truth(task: GuessTask, values: dict[str, str], tries: int) -> None:
    score_guess(task, values["answer"], values["truth"], tries)  # before anything is computed
    truth = true_answer(task, values["answer"])
    if not same_truth(task.kind, values["truth"], truth):
        raise ValueError(f"`truth` must be {truth}; got {shown(values['truth'][:200])}")


def _check_words(values: dict[str, str]) -> None:
    if len(values["name"]) > 200:
        raise ValueError(f"`name` must have at most 200 letters; got {len(values['name'])}")
    try:
        datetime.datetime.fromisoformat(values["date"].replace("Z", "+00:00"))
    except ValueError:
        came = shown(values["date"][:40])
        raise ValueError(f"`date` must be as 2026-03-01T09:30:00Z; got {came}") from None
    if not re.fullmatch(r"[0-9A-Za-z.+-]{1,40}", values["version"]):
        raise ValueError(f"`version` must be the kit's; got {shown(values['version'][:40])}")


def _key(row: Checked) -> tuple[str, str, str]:
    return row.values["set"], row.values["student"], row.values["number"]


def _marked(rows: Sequence[Checked]) -> list[Checked]:
    """Of several rows for one task of one student the earliest counts."""
    right = sorted((one for one in rows if one.ok), key=lambda one: one.values["date"])
    first: dict[tuple[str, str, str], Checked] = {}
    for row in right:
        first.setdefault(_key(row), row)
    counted = {id(row) for row in first.values()}
    return [
        row
        if not row.ok or id(row) in counted
        else Checked(row.file, row.line, row.values, again=True)
        for row in rows
    ]


def gather_results(rows: Iterable[Checked], path: str | os.PathLike[str]) -> Path:
    """Write all rows into one CSV: file, line, their values, and what is wrong.

    Parameters
    ----------
    rows
        What `check_folder` gave.
    path
        Ends in ``.csv``.

    Raises
    ------
    ValueError
        For another ending.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> place = gather_results([], Path(tempfile.mkdtemp()) / "all.csv")
    >>> place.read_text("utf-8").split(",")[:3]
    ['file', 'line', 'set']
    """
    place = Path(path).expanduser()
    if place.suffix.lower() != ".csv":
        came = shown(str(path))
        raise ValueError(f"`path` must be the name of a file that ends in .csv; got {came}")
    place.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(place) as whole, whole.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "line", *RESULT_COLUMNS, "counts", "fault"])
        for row in rows:
            cells = [row.values.get(name, "") for name in RESULT_COLUMNS]
            counts = "yes" if row.ok and not row.again else "no"
            line = [row.file, row.line, *cells, counts, row.fault]
            writer.writerow(map(_harmless, line))
    return place


def print_checked(rows: Sequence[Checked]) -> int:
    """Print what is wrong, and a table by student: tasks, scores, mean.

    Parameters
    ----------
    rows
        What `check_folder` gave.

    Returns
    -------
    int
        1 where something is wrong, else 0.

    Examples
    --------
    >>> print_checked([Checked("a.csv", 3, {}, "`score` must be 40; got 100")])
    a.csv, line 3: `score` must be 40; got 100
    0 rows of 0 students are right; 1 is not.
    1
    """
    for row in rows:
        where = f"{row.file}, line {row.line}" if row.line else row.file
        if row.fault:
            print(f"{_printable(where)}: {_printable(row.fault)}")
        elif row.again:
            print(f"{_printable(where)}: answered before; the earlier answer counts")
    counted = [row for row in rows if row.ok and not row.again]
    for line in _table(counted):
        print(line)
    wrong = sum(not row.ok for row in rows)
    students = len({row.values["student"] for row in counted})
    row_word, student_word = _plural(len(counted), "row"), _plural(students, "student")
    verb = "is" if len(counted) == 1 else "are"
    rest = f"{wrong} {'is' if wrong == 1 else 'are'} not" if wrong else "nothing is wrong"
    print(f"{row_word} of {student_word} {verb} right; {rest}.")
    return int(wrong > 0)


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _printable(text: str) -> str:
    """Without what would move a terminal's cursor or colour it."""
    return "".join(one if one.isprintable() else "�" for one in text)


def _table(rows: Sequence[Checked]) -> list[str]:
    students: dict[tuple[int, str], list[Checked]] = defaultdict(list)
    for row in rows:
        students[int(row.values["student"]), row.values["set"]].append(row)
    if not students:
        return []
    lines = [("student", "name", "tasks", "scores", "mean")]
    for (student, _), own in sorted(students.items()):
        own.sort(key=lambda row: int(row.values["number"]))
        scores = [int(row.values["score"]) for row in own]
        tasks = ", ".join(f"{row.values['task']} {row.values['score']}" for row in own)
        name = _printable(own[0].values["name"])[:24]
        mean = f"{sum(scores) / len(scores):.1f}"
        lines.append((str(student), name, str(len(own)), tasks, mean))
    widths = [max(len(line[k]) for line in lines) for k in range(5)]
    return [
        f"{line[0]:>{widths[0]}}  {line[1]:<{widths[1]}}  {line[2]:>{widths[2]}}  "
        f"{line[4]:>{widths[4]}}  {line[3]}"
        for line in lines
    ]
