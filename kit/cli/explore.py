"""``kit explore``: the page in which a class plays with a network, as one file."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path

from kit.cli.shared import Commands, as_number

__all__ = ["add", "run"]


def add(commands: Commands) -> None:
    """Tell the parser of the command."""
    parser = commands.add_parser(
        "explore", help="write a page in which a class plays with a network, offline"
    )
    parser.add_argument(
        "setting", nargs="*", metavar="SETTING=VALUE",
        help="with what it opens, as activation=tanh std=0.1 depth=10",
    )  # fmt: skip
    parser.add_argument(
        "--out", dest="page", default="explorer.html", metavar="FILE.html",
        help="where (default: explorer.html)",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.add_argument("--open", action="store_true", help="open it in the browser")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the page."""
    from kit.explorer.assembling import check_page_path
    from kit.explorer.exploring import playground

    path = check_page_path(options.page, "--out")
    if path.exists() and not options.force:
        raise FileExistsError(f"`--out` must be free; {path} is there (--force writes over it)")
    page = playground(_settings(options.setting))
    page.save(path)
    print(f"{path}: {page.size / 1e6:.2f} MB; it opens in any browser, offline")
    if options.open:
        webbrowser.open(Path(path).resolve().as_uri())
    return 0


def _settings(words: list[str]) -> dict[str, str | float | int | bool]:
    """What was typed, as settings; `playground` checks them."""
    from kit.explorer.settings import PAGE_SETTINGS

    found: dict[str, str | float | int | bool] = {}
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
