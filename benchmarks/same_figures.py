"""Whether two folders of figures are the same: facts, claims, captions and the bytes of pictures.

``python -m benchmarks.same_figures BEFORE AFTER``, both made by ``kit figures`` with the same
options on the same machine. For a change that moves code and must move nothing else.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TEXTS = ("topic", "title", "lectures", "caption", "alt", "facts", "seed", "seeds", "versions")


def entries(folder: str) -> dict[str, dict[str, Any]]:
    """The entries of figures.json, by id and in order."""
    found = json.loads((Path(folder) / "figures.json").read_text("utf-8"))["figures"]
    return {entry["id"]: entry for entry in found}


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What differs between the entries of one figure."""
    different = [name for name in TEXTS if before[name] != after[name]]
    claims = [[(c["name"], c["holds"]) for c in entry["claims"]] for entry in (before, after)]
    if claims[0] != claims[1]:
        different.append("claims")
    pictures = [{n: f["sha256"] for n, f in entry["files"].items()} for entry in (before, after)]
    if pictures[0] != pictures[1]:
        different.append("pictures")
    return different


def main(before: str, after: str) -> int:
    """Print what differs; 0 where nothing does."""
    one, other = entries(before), entries(after)
    status = 0
    if list(one) != list(other):
        print(f"figures or their order differ: {sorted(set(one) ^ set(other))}")
        status = 1
    for name in one:
        found = differences(one[name], other[name]) if name in other else []
        if found:
            status = 1
            print(f"{name}: {', '.join(found)}")
    print(f"{len(one)} figures before, {len(other)} after: {'different' if status else 'the same'}")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
