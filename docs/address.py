"""Where the project stands at a code host: set once, in setup.cfg, and told wherever it is needed.

``python -m docs.address``, or ``make notebooks``, writes it into the notebooks (the badge that
opens them in Colab, and the cell that installs the kit) and into the pages that say how to install.
As long as `url` is not set there is no badge, and the pages say what to do instead.
"""

from __future__ import annotations

import configparser
import re
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["address", "badge", "main", "told", "write"]

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "docs/getting-started.md")
GITHUB = "https://github.com/"
"""The only host whose notebooks Colab opens by their address."""

_HEADING = re.compile(
    r"\A(.*?^# # [^\n]+\n#\n)(?:# \[!\[Open in Colab\][^\n]*\n#\n)?", re.MULTILINE | re.DOTALL
)
_ADDRESS = re.compile(r'^ADDRESS = "[^"\n]*"', re.MULTILINE)
_COLAB = re.compile(r"(<!-- colab:[^\n]*-->\n).*?(\n<!-- /colab -->)", re.DOTALL)

WITHOUT = """
In Colab, open one of the `notebooks/`: its first cell installs the kit. It has to know where your
copy of this repository stands. Set that once, as `url` in `setup.cfg`; then `make notebooks` writes
it into every notebook, with a badge that opens it in Colab, and into this page.
"""

WITH = """
In Colab, open one of the `notebooks/`: its first cell installs the kit. Or, in a cell of your own:

```shell
%pip install git+{url}
```
"""


def address(root: Path = ROOT) -> str | None:
    """The project's address as setup.cfg has it, under `url`; None where none is set.

    Raises
    ------
    ValueError
        For one that pip could not install from.
    """
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(root / "setup.cfg", "utf-8")
    url = settings.get("metadata", "url", fallback="").strip()
    if url and not re.fullmatch(r"https://[\w.-]+(/[\w.-]+)+(?<!\.git)", url):
        raise ValueError(
            f"`url` of setup.cfg must be a repository's address, without .git or / at its end, as "
            f"{GITHUB}NAME/keras-teaching-kit; got {url}"
        )
    return url or None


def badge(name: str, url: str | None) -> str:
    """A line of Markdown that opens a notebook in Colab; empty where Colab cannot open it.

    Parameters
    ----------
    name
        The notebook's, without its ending.
    url
        The project's address.

    Examples
    --------
    >>> print(badge("cnn", None) == badge("cnn", "https://example.org/mine") == "")
    True
    """
    if url is None or not url.startswith(GITHUB):
        return ""
    colab = "https://colab.research.google.com"
    there = f"{colab}/github/{url.removeprefix(GITHUB)}/blob/main/notebooks/{name}.ipynb"
    return f"[![Open in Colab]({colab}/assets/colab-badge.svg)]({there})"


def told(path: Path, url: str | None) -> str:
    """The text of a page, or of a notebook as Python, with the address in its places."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        words = WITHOUT if url is None else WITH.format(url=url)
        return _COLAB.sub(lambda found: found[1] + words + found[2], text)
    line = badge(path.stem, url)
    above = f"# {line}\n#\n" if line else ""
    text = _HEADING.sub(lambda found: found[1] + above, text, count=1)
    return _ADDRESS.sub(f'ADDRESS = "{url or ""}"', text, count=1)


def write(root: Path = ROOT) -> Iterator[Path]:
    """Write the address into the notebooks and pages of a checkout; yields what has changed."""
    url = address(root)
    for path in [*(root / page for page in PAGES), *sorted((root / "notebooks").glob("*.py"))]:
        text = told(path, url)
        if text != path.read_text("utf-8"):
            path.write_text(text, "utf-8")
            yield path
        if path.suffix == ".py" and _pair(path):
            yield path.with_suffix(".ipynb")


def _pair(path: Path) -> bool:
    """Write a notebook from its text, cells that stay keep their names; whether it changed."""
    import jupytext
    import nbformat
    from jupytext.combine import combine_inputs_with_outputs

    beside = path.with_suffix(".ipynb")
    text = jupytext.read(path)
    if beside.is_file():
        old = nbformat.read(beside, as_version=4)
    else:  # a new one
        kept = {"jupytext": {"formats": "ipynb,py:percent"}, "kernelspec": text.metadata.kernelspec}
        old = nbformat.v4.new_notebook(metadata=kept)
    new = combine_inputs_with_outputs(text, old)
    if [(one.cell_type, one.source) for one in new.cells] == [
        (one.cell_type, one.source) for one in old.cells
    ]:
        return False
    new.metadata = old.metadata
    names = {(one.cell_type, one.source): one.id for one in reversed(old.cells)}
    for place, cell in enumerate(new.cells):
        cell.metadata = {}
        cell.id = names.pop((cell.cell_type, cell.source), f"{path.stem[:4]}-{place:03d}")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    new.nbformat, new.nbformat_minor = old.nbformat, old.nbformat_minor
    nbformat.write(new, beside)
    return True


def main() -> int:
    """Run the command."""
    try:
        changed = [path.relative_to(ROOT).as_posix() for path in write()]
    except ValueError as error:
        print(f"python -m docs.address: {error}", file=sys.stderr)
        return 1
    print(f"address: {address() or 'not set'}; written: {', '.join(changed) or 'nothing'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
