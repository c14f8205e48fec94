"""The gallery, a page for each topic and a page for each figure, written from figures.json."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kit.catalogue.register import files, topics

__all__ = ["escaped", "facts_table", "read_entries", "write"]

THUMBNAIL = (720, 405)
"""Most pixels of a thumbnail; twice what a card is wide, for sharp screens."""

LONGEST = 160
"""Characters of a fact that a table shows."""


def read_entries(folder: Path, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The entries of figures.json for figures, whose pictures are there.

    Raises
    ------
    ValueError
        If some of them are not drawn yet.
    """
    try:
        listed = json.loads((folder / "figures.json").read_text("utf-8"))["figures"]
    except (OSError, ValueError, KeyError):
        listed = []
    drawn = {
        entry["id"]: entry
        for entry in listed
        if "png" in entry["files"] and (folder / entry["files"]["png"]["path"]).is_file()
    }
    missing = [name for name in ids if name not in drawn]
    if missing:
        shown = ", ".join([*missing[:4], "..."] if len(missing) > 4 else missing)
        raise ValueError(
            f"`--figures` must be a folder in which every figure is drawn as PNG; got {folder} "
            f"without {shown}: run kit figures --out {folder}"
        )
    return [drawn[name] for name in ids]


def write(source: Path, folder: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write all pages of figures into the folder of Sphinx's sources.

    Parameters
    ----------
    source
        Folder of Sphinx's sources; gets ``gallery/``.
    folder
        Where figures.json and the pictures are.
    entries
        Entries of figures.json, in the order in which they are shown.
    """
    target = source / "gallery"
    target.mkdir(parents=True)
    shutil.copyfile(folder / "figures.json", target / "figures.json")
    by_topic: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        by_topic.setdefault(entry["topic"], []).append(entry)
        picture = folder / entry["files"]["png"]["path"]
        shutil.copyfile(picture, target / f"{entry['id']}.png")
        _save_thumbnail(picture, target / f"{entry['id']}-small.png")
        (target / f"{entry['id']}.md").write_text(_figure_page(entry), "utf-8")
    introductions = {name: (topics()[name].title, topics()[name].text) for name in by_topic}
    for topic, theirs in by_topic.items():
        page = _topic_page(introductions[topic], theirs)
        (target / f"topic-{topic}.md").write_text(page, "utf-8")
    (target / "index.md").write_text(_gallery_page(introductions, by_topic), "utf-8")


def _gallery_page(
    introductions: Mapping[str, tuple[str, str]],
    by_topic: Mapping[str, Sequence[Mapping[str, Any]]],
) -> str:
    number = sum(map(len, by_topic.values()))
    parts = [
        "---\nhide-toc: true\n---\n\n# Gallery\n",
        f"{number} lecture figures, each drawn from an experiment that really ran. A caption takes "
        "its numbers from the data of the figure, and every claim of the lecture is checked in "
        "them. Click on a picture for its numbers, claims and code.\n",
    ]
    for topic, entries in by_topic.items():
        title, text = introductions[topic]
        first = re.split(r"\n\s*\n", text)[0]
        parts.append(f"## [{title}](topic-{topic}.md)\n\n{first}\n")
        parts.append("::::{container} cards")
        parts += [_card(entry) for entry in entries]
        parts.append("::::\n")
    pages = "\n".join(f"topic-{topic}" for topic in by_topic)
    parts.append(f"```{{toctree}}\n:hidden:\n\n{pages}\n```\n")
    return "\n".join(parts)


def _card(entry: Mapping[str, Any]) -> str:
    name = entry["id"]
    return (
        ":::{container} card\n"
        f"[![{escaped(entry['alt'])}]({name}-small.png)]({name}.md)\n\n"
        f"[{escaped(entry['title'])}]({name}.md)\n\n"
        f"{escaped(entry['caption'])}\n\n"
        f"[Code]({name}.md#code)\n"
        ":::"
    )


def _topic_page(introduction: tuple[str, str], entries: Sequence[Mapping[str, Any]]) -> str:
    title, text = introduction
    parts = [f"# {title}\n", text, ""]
    for entry in entries:
        name = entry["id"]
        parts += [
            f"## [{escaped(entry['title'])}]({name}.md)\n",
            f"[![{escaped(entry['alt'])}]({name}.png)]({name}.md)\n",
            f"{escaped(entry['caption'])}\n",
        ]
    pages = "\n".join(f"{entry['id']} <{entry['id']}>" for entry in entries)
    parts.append(f"```{{toctree}}\n:hidden:\n\n{pages}\n```\n")
    return "\n".join(parts)


def _figure_page(entry: Mapping[str, Any]) -> str:
    name, topic = entry["id"], entry["topic"]
    file = files()[name]
    path = f"kit/figures/{file.topic}/{file.path.name}"
    code = file.path.read_text("utf-8")
    lectures = "lectures" if len(entry["lectures"]) > 1 else "lecture"
    teachers = escaped(_listed(entry["lectures"]))
    made = escaped(_listed([f"{what} {which}" for what, which in entry["versions"].items()]))
    claims = "\n".join(map(_claim, entry["claims"]))
    return f"""\
# {escaped(entry["title"])}

```{{image}} {name}.png
:alt: {json.dumps(entry["alt"], ensure_ascii=False)}
:target: ../_images/{name}.png
:class: lecture-figure
```

{escaped(entry["caption"])}

Of the {lectures} of {teachers}; topic [{escaped(topic)}](topic-{topic}.md). Draw it yourself:

```sh
kit figures {name}
```

## Claims

What the lecture says, checked in the numbers of this figure{_of(entry)}.

:::{{container}} claims
{claims}
:::

## Facts

{facts_table(entry["facts"])}

Seed {entry["seed"]}; {made}. In full in {{download}}`figures.json <figures.json>`.

## Code

The whole of `{path}`; what it imports from the kit is in the [API](../api/index.rst) or beside it.

```python
{code}```
"""


def _of(entry: Mapping[str, Any]) -> str:
    seeds = entry["seeds"]
    return f", with the seeds {_listed(seeds)}" if len(seeds) > 1 else ""


def _claim(claim: Mapping[str, Any]) -> str:
    if claim["holds"]:
        return f"- ✓ {escaped(claim['name'])}"
    failing = _listed(claim["fails_with_seeds"])
    return f"- ✗ {escaped(claim['name'])}: **does not hold** with {failing}"


def _listed(words: Sequence[Any]) -> str:
    """1, 2 and 3."""
    *others, last = map(str, words)
    return f"{', '.join(others)} and {last}" if others else last


def facts_table(facts: Mapping[str, Any]) -> str:
    """A Markdown table of facts; a fact that holds tables of its own has a row for each.

    Examples
    --------
    >>> print(facts_table({"loss": 0.69314718, "z_std": {"h1": 0.43, "h2": 0.25}}))
    | fact | value |
    |---|---|
    | `loss` | 0.6931 |
    | `z_std` | h1 0.43, h2 0.25 |
    """
    rows = []
    for name, value in facts.items():
        if isinstance(value, Mapping) and any(isinstance(v, Mapping) for v in value.values()):
            rows += [(f"{name}, {key}", inner) for key, inner in value.items()]
        else:
            rows.append((name, value))
    lines = [f"| `{name}` | {escaped(_shortened(_words(value)))} |" for name, value in rows]
    return "\n".join(["| fact | value |", "|---|---|", *lines])


def _words(value: Any) -> str:
    """A fact as one reads it: numbers to four digits, a matrix row by row."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_words(inner)}" for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        if any(isinstance(inner, (list, tuple)) for inner in value):
            return " / ".join(_words(inner) for inner in value)
        return " ".join(map(_words, value))
    return str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0].rstrip(",/ ") + " …"


def escaped(text: str) -> str:
    r"""Text in which Markdown finds nothing to mark up.

    Examples
    --------
    >>> print(escaped("z in [-1, 1], 0.5^10 | x_1"))
    z in \[-1, 1\], 0.5\^10 \| x\_1
    """
    return re.sub(r"([\\`*_{}\[\]<>#|~^$&:!])", r"\\\1", " ".join(text.split()))


def _save_thumbnail(picture: Path, target: Path) -> None:
    from PIL import Image

    with Image.open(picture) as image:
        small = image.convert("RGB")
        small.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS)
        # few colours do for a figure, and take a third of the room
        small.quantize(128, dither=Image.Dither.NONE).save(target, optimize=True)
