"""What an accessibility checker finds in the pages of Sphinx and its theme, put right in them.

`tests/test_docs.py` runs axe-core over the pages. What it found in our own words and styles was put
right there; what stands here is written by Sphinx or furo, and none of their settings reaches it.
"""

import re
from pathlib import Path

__all__ = ["amend", "amended"]

RULES = (
    # a heading of the list of pages has to say of which level it is (WCAG 1.3.1)
    (r'role="heading"(?![^>]*aria-level)', r'role="heading" aria-level="2"'),
    # two landmarks of one kind need names to be told apart
    (r'<aside class="sidebar-drawer">', r'<aside class="sidebar-drawer" aria-label="Pages">'),
    (r'<aside class="toc-drawer([^"]*)">', r'<aside class="toc-drawer\1" aria-label="This page">'),
    # what can be scrolled has to be in reach of the keyboard (WCAG 2.1.1)
    (r"<pre>", r'<pre tabindex="0">'),
    # a page has one heading of the first level; the page that searches has none
    (r'(?=<noscript>\s*<div class="admonition error">)', r"<h1>Search</h1>\n"),
)

SIGNATURE = re.compile(r'<dl>\s*((?:<dd><em class="sig-param">.*?</dd>\s*)+)</dl>', re.DOTALL)
"""A long signature, whose lines are no list of definitions."""


def amended(page: str) -> str:
    """The text of a page, with all of it put right.

    Examples
    --------
    >>> amended('<p class="caption" role="heading">Learn</p>')
    '<p class="caption" role="heading" aria-level="2">Learn</p>'
    """
    for found, instead in RULES:
        page = re.sub(found, instead, page)
    return SIGNATURE.sub(_in_lines, page)


def _in_lines(signature: re.Match[str]) -> str:
    lines = signature[1].replace("<dd>", '<span class="sig-line">').replace("</dd>", "</span>")
    return f'<span class="sig-lines">{lines}</span>'


def amend(folder: Path) -> None:
    """Put right every page of a folder."""
    for file in folder.rglob("*.html"):
        file.write_text(amended(file.read_text("utf-8")), "utf-8")
