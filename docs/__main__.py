"""The command ``python -m docs``: the documentation site, from figures that are drawn."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")


def main() -> int:
    """Run the command; 0 where the site was made."""
    parser = argparse.ArgumentParser(prog="python -m docs", description=__doc__)
    parser.add_argument(
        "pattern",
        nargs="*",
        metavar="PATTERN",
        help="figures to show, as for kit figures; else all",
    )
    parser.add_argument("--figures", default="out", metavar="DIR", help="where they are drawn")
    parser.add_argument("--out", default="docs/_build", metavar="DIR", help="for the site")
    options = parser.parse_args()
    from docs.site import build
    from kit.catalogue.register import find_files

    start = time.perf_counter()
    try:
        ids = [figure.id for figure in find_files(options.pattern)]
        html = build(Path(options.figures), Path(options.out), ids)
    except (ValueError, RuntimeError) as error:
        print(f"python -m docs: {error}", file=sys.stderr)
        return 1
    seconds = time.perf_counter() - start
    print(f"{len(ids)} figures in {seconds:.0f} s; open {html / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
