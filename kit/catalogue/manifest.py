"""What figures.json says of the figures that stand beside it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import filelock

from kit.catalogue import register
from kit.files import writable_folder, written_whole

__all__ = ["MANIFEST", "Entry", "read_manifest", "write_entry"]

MANIFEST = "figures.json"
Entry = dict[str, Any]
"""What is said of one figure."""


def read_manifest(out: Path) -> dict[str, Entry]:
    """Entries by id; none where the file is missing or damaged, since it is only a cache."""
    try:
        entries = json.loads((out / MANIFEST).read_text("utf-8"))["figures"]
        return {entry["id"]: entry for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write_entry(out: Path, entry: Entry, cache: Path) -> None:
    """Add an entry to those that are there now, in the order of the catalogue.

    Another command may write to the same folder: read and written under a lock. What is no figure
    of the catalogue any more is left out.
    """
    locks = writable_folder(cache / "locks", "cache")
    name = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:16]
    with filelock.FileLock(locks / f"{name}.lock"):
        entries = {**read_manifest(out), entry["id"]: entry}
        order = {name: place for place, name in enumerate(register.files())}
        known = [one for one in entries.values() if one["id"] in order or not one["fingerprint"]]
        known.sort(key=lambda one: order.get(one["id"], len(order)))
        text = json.dumps({"figures": known}, indent=1, ensure_ascii=False)
        with written_whole(out / MANIFEST) as part:
            part.write_text(text + "\n", "utf-8")
