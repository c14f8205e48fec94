"""The command ``python -m docs.readme_pictures``: the pictures that README and the first page show.

They are lecture figures as ``kit figures`` drew them, made small, and stand in this folder, so that
a code host can show them. Each keeps its title and its words for the blind; the pages take those
words from it.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from docs import gallery

__all__ = ["PAGES", "SHOWN", "write"]

DOCS = Path(__file__).resolve().parent
SHOWN = ("init-sigmoid-normal-0.01", "training-curves", "filters-photo")
PAGES = ("README.md", "docs/index.md")
SIZE = (960, 540)
COLORS = 32


def write(figures: Path, root: Path = DOCS.parent) -> Iterator[Path]:
    """Write the pictures, and their words into the pages; yields what was written.

    Parameters
    ----------
    figures
        Folder that ``kit figures`` wrote.
    root
        The checkout.

    Raises
    ------
    ValueError
        If one of the figures is not drawn there.
    """
    words = {}
    for entry in gallery.read_entries(figures, SHOWN):
        picture, target = figures / entry["files"]["png"]["path"], f"{entry['id']}.png"
        words[target] = " ".join(entry["alt"].split())
        about = {"Title": entry["title"], "Description": words[target]}
        gallery.save_small(picture, root / "docs" / target, SIZE, COLORS, about)
        yield root / "docs" / target
    for page in (root / name for name in PAGES):
        text = page.read_text("utf-8")
        for target, said in words.items():
            shown = re.compile(rf"!\[[^\]]*\](\((?:docs/)?{re.escape(target)}\))")
            text = shown.sub(lambda found, said=said: f"![{said}]{found[1]}", text)
        page.write_text(text, "utf-8")
        yield page


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m docs.readme_pictures", description=__doc__)
    parser.add_argument("--figures", default="out", metavar="DIR", help="where they are drawn")
    try:
        for path in write(Path(parser.parse_args().figures)):
            print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
    except ValueError as error:
        print(f"python -m docs.readme_pictures: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
