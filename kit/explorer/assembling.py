"""One file of HTML from a page's own files and its data: scripts, styles and data stand inside it.

A page never asks for anything: its policy (`default-src 'none'`) lets a browser refuse whatever it
would ask for. Scripts are classic ones, one namespace each, since a file that is opened from the
disk cannot import others; they stand in a page in the order of `Parts`. Those of the engine have no
document, and run in a worker and in node as well.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from kit.checks import shown
from kit.files import written_whole
from kit.quantities import BY_NAME

__all__ = ["ENGINE", "Page", "Parts", "assemble", "read_part"]

ENGINE: tuple[str, ...] = (
    *("kit.js", "numbers.js", "random.js", "activations.js", "initializers.js", "datasets.js"),
    *("products.js", "losses.js", "engine.js", "optimizers.js", "training.js", "tallies.js"),
    *("spreads.js", "violins.js", "quadrature.js", "series.js", "kernels.js", "fluctuations.js"),
    *("propagation.js", "meanfield.js", "theory.js", "moments.js", "expected.js"),
    *("training_rules.js", "rules.js", "findings.js"),
)
"""The scripts without a document, in order."""


@dataclass(frozen=True)
class Parts:
    """Of what one kind of page is made.

    Attributes
    ----------
    body
        The file with what stands in ``<body>``.
    engine
        Scripts that run in a worker too.
    scripts
        Scripts of the page.
    styles
        Style sheets; ``base.css`` comes before them.
    """

    body: str
    engine: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """A page of the explorer: shown by a notebook, or written to a file.

    Attributes
    ----------
    html
        The whole file.
    title
        What it is called.

    Examples
    --------
    >>> Page("<!doctype html>", "A page")
    <Page 'A page', 15 bytes>
    """

    html: str
    title: str

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.html.encode("utf-8"))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the file, wholly or not at all; folders that are missing are made.

        Parameters
        ----------
        path
            Ends in ``.html``.

        Raises
        ------
        ValueError
            For another ending, or where `path` is a folder.
        """
        return write_page(self.html, path)

    def __repr__(self) -> str:
        return f"<Page {self.title!r}, {self.size:,} bytes>"

    def _repr_html_(self) -> str:
        """A frame of its own in a notebook, in which it can reach nothing."""
        inside = html.escape(self.html, quote=True)
        style = "width: 100%; height: 760px; border: 1px solid #8886; border-radius: 6px"
        return (
            f'<iframe srcdoc="{inside}" sandbox="allow-scripts allow-downloads" '
            f'title="{html.escape(self.title, quote=True)}" style="{style}"></iframe>'
        )


def write_page(text: str, path: str | os.PathLike[str], name: str = "path") -> Path:
    """Write a page's file; see `Page.save`."""
    place = check_page_path(path, name)
    place.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(place) as whole:
        whole.write_text(text, "utf-8")
    return place


def check_page_path(path: str | os.PathLike[str], name: str = "path") -> Path:
    """The path of a page, if it can be one; `name` is the argument's, for the message."""
    expected = f"`{name}` must be the name of a file that ends in .html"
    try:
        place = Path(path).expanduser()
    except TypeError:
        raise TypeError(f"{expected}; got {shown(path)}") from None
    if place.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"{expected}; got {shown(str(path))}")
    if place.is_dir():
        raise ValueError(f"{expected}; {place} is a folder")
    return place


def assemble(parts: Parts, data: Mapping[str, object], *, title: str) -> Page:
    """Join a page.

    Parameters
    ----------
    parts
        Of what it is made.
    data
        What its scripts read, by `Kit.data` (JSON: no NaN, which a page writes as null).
    title
        Of the window, and of the frame in a notebook.
    """
    styles = _colours() + "".join(map(read_part, ("base.css", *parts.styles)))
    names = [
        *parts.engine,
        *(name for name in ("kit.js", *parts.scripts) if name not in parts.engine),
    ]
    scripts = [f"\n{read_part(name)}" for name in names]
    elements = [
        f'<script data-name="{name}"{" data-engine" * (name in parts.engine)}>{text}</script>'
        for name, text in zip(names, map(_checked, names, scripts), strict=True)
    ]
    return Page(
        "\n".join(
            [
                '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
                f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                '<meta name="color-scheme" content="light dark">',
                '<link rel="icon" href="data:,">',
                f"<title>{html.escape(title)}</title>\n<style>\n{styles}</style>\n</head>\n<body>",
                read_part(parts.body),
                f'<script type="application/json" id="kit-data">{_as_json(data)}</script>',
                *elements,
                "</body>\n</html>\n",
            ]
        ),
        title,
    )


def read_part(name: str) -> str:
    """The text of a file of `kit/explorer/page`."""
    return resources.files("kit.explorer").joinpath("page").joinpath(name).read_text("utf-8")


def _policy(scripts: Sequence[str]) -> str:
    """These scripts and no others run, not what a link smuggles in; nothing is asked for.

    ``wasm-unsafe-eval`` lets them compile the WebAssembly that they write, and evaluates no text.
    """
    digests = [hashlib.sha256(text.encode("utf-8")).digest() for text in scripts]
    allowed = " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in digests)
    return (
        f"default-src 'none'; script-src {allowed} blob: 'wasm-unsafe-eval'; worker-src blob:; "
        "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _checked(name: str, text: str) -> str:
    if "</script" in text.lower() or "<!--" in text:
        raise ValueError(f"{name} would end its own element")
    return text


def _as_json(data: Mapping[str, object]) -> str:
    """JSON that no name or label in it can turn into an element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _colours() -> str:
    """The kit's colours, from the one place where they stand, as variables of the style sheet."""
    lines = [f"  --{name}: {quantity.color};" for name, quantity in BY_NAME.items()]
    return ":root {\n" + "\n".join(lines) + "\n}\n"
