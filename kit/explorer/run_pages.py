"""Pages of one's own runs: scrub through the epochs of one, or hold several beside each other.

`Recording.explore` and `Runs.explore` come here. A page is one file with everything in it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from kit.checks import shown
from kit.explorer.assembling import Page, Parts, assemble, check_page_path
from kit.explorer.run_densities import SHAPE_POINTS
from kit.explorer.run_findings import findings_of
from kit.explorer.run_payload import (
    ROW_CHARACTERS,
    ROW_NUMBERS,
    RunPart,
    most_captures,
    packed,
    quantities_in_words,
    rows_of_run,
)
from kit.recordings import Recording, Runs, load_runs
from kit.recordings.display import printable
from kit.recordings.profiles import values_of

__all__ = ["explore_file", "explore_recording", "explore_runs"]

PAGE_ROWS = 18_500_000 // ROW_CHARACTERS
"""Rows of a page: it stays under 20 MB, with its scripts and what was reported of each epoch."""

RUN_PARTS = Parts(
    body="runs.html",
    styles=("runs.css",),
    scripts=(
        *("numbers.js", "draw.js", "state.js", "link.js", "theme.js"),
        *("run_data.js", "run_scales.js", "run_names.js"),
        *("run_violins.js", "run_profile.js", "run_course.js", "run_curves.js", "run_table.js"),
        *("run_findings.js", "run_time.js", "run_choices.js", "runs.js"),
    ),
)
"""Of what the page is made."""


def explore_recording(
    recording: Recording, path: str | os.PathLike[str] | None = None, *, findings: bool = True
) -> Page:
    """Make the page of one run; see `Recording.explore`."""
    place = None if path is None else check_page_path(path)
    _check_captured([recording], "recording")
    page = _page([recording], [{}], {}, printable(recording.run), findings)
    return _saved(page, place)


def explore_runs(
    runs: Runs, path: str | os.PathLike[str] | None = None, *, findings: bool = True
) -> Page:
    """Make the page of many runs; see `Runs.explore`."""
    place = None if path is None else check_page_path(path)
    recordings = [runs[name] for name in runs.names]
    _check_captured(recordings, "runs")
    filters = {name: values_of(runs, name) for name in map(str, runs.parameters)}
    words: dict[str, dict[str, str]] = {name: {} for name in runs.names}
    for parameter, values in filters.items():
        for value, names in values.items():
            for name in names:
                words[name][parameter] = printable(value)
    title = f"{len(recordings)} runs" if len(recordings) > 1 else printable(runs.names[0])
    page = _page(
        recordings,
        [words[one.run] for one in recordings],
        {name: list(map(printable, values)) for name, values in filters.items()},
        title if runs.path is None else f"{title} of {printable(runs.path.name)}",
        findings,
    )
    return _saved(page, place)


def explore_file(
    path: str | os.PathLike[str],
    run: str | None = None,
    out: str | os.PathLike[str] | None = None,
    *,
    findings: bool = True,
) -> Page:
    """Make the page of a recording file: of one of its runs, or of all.

    Parameters
    ----------
    path
        The recording file.
    run
        Name of the run; None takes all that are in the file.
    out
        Where the page is written; None only returns it.
    findings
        As for `Recording.explore`.

    Returns
    -------
    Page

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    RecordingError
        If it is no recording, or has no such run.
    ValueError
        If `out` does not end in .html, or nothing is captured yet.

    Examples
    --------
    >>> import tempfile
    >>> from kit.datasets.example import example_recording
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     example_recording().save(f"{folder}/runs.db").close()
    ...     page = explore_file(f"{folder}/runs.db", out=f"{folder}/run.html")
    ...     page.size < 1_000_000
    True
    """
    if out is not None:
        check_page_path(out, "out")
    if run is not None:
        with Recording.load(path, run) as recording:
            page = explore_recording(recording, findings=findings)
    else:
        with load_runs(path) as runs:
            if len(runs) == 1:
                page = explore_recording(runs[runs.names[0]], findings=findings)
            else:
                page = explore_runs(runs, findings=findings)
    return _saved(page, None if out is None else Path(out).expanduser())


def _saved(page: Page, place: Path | None) -> Page:
    if place is not None:
        page.save(place)
    return page


def _check_captured(recordings: Sequence[Recording], argument: str) -> None:
    """Refuse what has nothing to show."""
    if not recordings:
        raise ValueError(f"`{argument}` must hold a run at least; got none")
    for one in recordings:
        if not one.steps or not one.layers:
            raise ValueError(
                f"`{argument}` must have at least one capture of a layer; got none in "
                f"{shown(one.run)}: train first"
            )


def _page(
    recordings: Sequence[Recording],
    parameters: Sequence[Mapping[str, str]],
    filters: Mapping[str, Sequence[str]],
    title: str,
    findings: bool,
) -> Page:
    rows = [sum(len(one[name].quantities) for name in one.layers) for one in recordings]
    captures = [len(one.steps) for one in recordings]
    most = most_captures(rows, captures, PAGE_ROWS)
    if not most:
        raise ValueError(
            f"`runs` must have fewer layers or runs for one page; got {sum(rows):,} distributions "
            f"a capture, and {PAGE_ROWS // 2:,} fit twice: take some with runs.select(...)"
        )
    unasked = {"findings": [], "asked": "findings were not asked for", "notAsked": {}}
    parts = [
        rows_of_run(one, most, findings_of(one) if findings else unasked, words)
        for one, words in zip(recordings, parameters, strict=True)
    ]
    return assemble(RUN_PARTS, _data(parts, filters, title), title=title)


def _data(
    parts: Sequence[RunPart], filters: Mapping[str, Sequence[str]], title: str
) -> dict[str, object]:
    from kit.plots.profile import PROFILES  # with matplotlib

    return {
        "title": title,
        "columns": list(ROW_NUMBERS),
        "points": SHAPE_POINTS,
        "quantities": quantities_in_words(),
        "statistics": dict(PROFILES),
        "parameters": [{"name": printable(k), "values": list(v)} for k, v in filters.items()],
        "runs": [one.about for one in parts],
        "numbers": packed(np.concatenate([one.numbers for one in parts])),
        "shapes": packed(np.concatenate([one.shapes for one in parts])),
    }
