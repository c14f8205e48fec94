"""``kit explore``: the page in which a class plays with a network, as one file."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from kit.cli.shared import Commands, as_number, cache_of, caching
from kit.files import quiet_start

if TYPE_CHECKING:
    from kit.explorer.assembling import Page
    from kit.explorer.settings import Value

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Tell the parser of the command."""
    parser = commands.add_parser(
        "explore",
        parents=[caching()],
        help="write a page in which a class plays with a network, offline",
    )
    parser.add_argument(
        "setting", nargs="*", metavar="SETTING=VALUE",
        help="with what it opens, as activation=tanh std=0.1 depth=10",
    )  # fmt: skip
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--figure", metavar="ID", help="the network of a lecture figure; kit list --play has them"
    )
    kinds.add_argument(
        "--example", choices=["cnn", "lenet"],
        help="a network trained on digits, layer by layer; the first time it is trained",
    )  # fmt: skip
    kinds.add_argument("--recording", metavar="FILE.db", help="the runs of a recording file")
    kinds.add_argument(
        "--check", metavar="FOLDER", help="check the results (CSV) that a class has handed in"
    )
    parser.add_argument("--run", dest="name", metavar="NAME", help="of a recording: this run alone")
    parser.add_argument(
        "--out", dest="page", metavar="FILE",
        help="where (default: explorer.html); with --check a file for all results (CSV)",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.add_argument("--open", action="store_true", help="open it in the browser")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the page, or check results."""
    from kit.explorer.assembling import check_page_path

    _check_together(options)
    if options.check is not None:
        return _check_results(options)
    start = _start(options)
    path = check_page_path(options.page or "explorer.html", "--out")
    _check_free(path, options.force)
    with quiet_start():
        import keras  # noqa: F401  (from it a page has the words of the rules, or what it trains)
    page = _page(options, start)
    page.save(path)
    print(f"{path}: {page.size / 1e6:.2f} MB; it opens in any browser, offline")
    if options.open:
        webbrowser.open(Path(path).resolve().as_uri())
    return 0


def _check_together(options: argparse.Namespace) -> None:
    """Refuse options that say nothing beside others."""
    for name in ("example", "recording", "check"):
        if options.setting and getattr(options, name) is not None:
            raise ValueError(
                f"`SETTING=VALUE` must stand without --{name}; got {options.setting[0]}"
            )
    if options.name is not None and options.recording is None:
        raise ValueError(f"`--run` must stand beside --recording; got {options.name} alone")


def _check_free(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise FileExistsError(f"`--out` must be free; {path} is there (--force writes over it)")


def _page(options: argparse.Namespace, start: dict[str, Value]) -> Page:
    if options.example is not None:
        from kit.catalogue.rendering import be_deterministic
        from kit.explorer.network_pages import example_page

        be_deterministic()
        return example_page(options.example, cache=cache_of(options))
    if options.recording is not None:
        from kit.explorer.run_pages import explore_file

        return explore_file(options.recording, options.name)
    from kit.explorer.exploring import playground

    return playground(start)


def _check_results(options: argparse.Namespace) -> int:
    from kit.explorer.results import check_folder, gather_results, print_checked

    if options.page is not None:
        _check_free(Path(options.page), options.force)
    with quiet_start():
        import keras  # noqa: F401  (each answer is computed again with it)
    rows = check_folder(options.check)
    if options.page is not None:
        gather_results(rows, options.page)
    return print_checked(rows)


def _start(options: argparse.Namespace) -> dict[str, Value]:
    """With what the page opens, checked before anything is computed."""
    from kit.explorer.playing import figure_settings
    from kit.explorer.settings import check_settings

    settings = check_settings(_settings(options.setting))
    return settings if options.figure is None else {**figure_settings(options.figure), **settings}


def _settings(words: list[str]) -> dict[str, Value]:
    """What was typed, as settings."""
    from kit.explorer.settings import PAGE_SETTINGS

    found: dict[str, Value] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise ValueError(f"`SETTING=VALUE` must name a setting and its value; got {word!r}")
        setting = PAGE_SETTINGS.get(name)
        if setting is None or isinstance(setting.default, str):
            found[name] = value
            continue
        number = as_number(value, int) if setting.whole else as_number(value, float)
        found[name] = number if isinstance(number, int | float) else value
    return found
