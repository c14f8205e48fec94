"""What can be said of a page's accessibility from its text and style alone, without a browser.

Names and order after WCAG 2.1: text alternatives (1.1.1), contrast (1.4.3), keyboard (2.1.1),
names of controls (4.1.2), headings (1.3.1), language (3.1.1).
"""

import itertools
import re

CONTROLS = ("a", "button", "input", "select", "textarea", "video", "audio", "summary")


def luminance(color):
    """Relative luminance of #rgb or #rrggbb, as WCAG 2.1 defines it."""
    digits = color.lstrip("#")
    digits = "".join(2 * one for one in digits) if len(digits) == 3 else digits
    parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """From 1, no difference, to 21, black on white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def blocks(css):
    """(selector, declarations) of a style sheet, what stands within @media too."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return [(s.strip(), body) for s, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css)]


def variables(sheets, dark):
    """The colours that `var(--...)` stands for, from sheets in their order."""
    asked = {"body", "body[data-theme=dark]"} if dark else {"body"}
    found = {}
    for selector, body in (one for sheet in sheets for one in blocks(sheet)):
        if selector.replace('"', "") in asked:
            found |= dict(re.findall(r"(--[\w-]+):\s*([^;]+)", body))
    return found


def resolved(name, known):
    """A variable's colour, through as many variables as it takes."""
    value = known[name].strip()
    inner = re.fullmatch(r"var\(\s*(--[\w-]+)\s*\)", value)
    return resolved(inner[1], known) if inner else value


def words_of(tag):
    """The name by which a screen reader calls an element."""
    own = tag.get("aria-label") or tag.get("title") or ""
    alts = " ".join(image.get("alt", "") for image in tag.find_all("img"))
    inner = " ".join(
        label.get("aria-label", "") for label in tag.find_all(attrs={"aria-label": True})
    )
    return " ".join([own, tag.get_text(" "), alts, inner]).strip()


def faults(text):
    """What is wrong with a page, in words."""
    from bs4 import BeautifulSoup  # colours are told without it

    page = BeautifulSoup(text, "html.parser")
    checks = (_of_the_page, _of_pictures, _of_controls, _of_motion, _of_headings)
    return [fault for check in checks for fault in check(page)]


def _of_the_page(page):
    if not page.html.get("lang"):
        yield "the page tells no language"
    if not (page.title and page.title.get_text(strip=True)):
        yield "the page has no title"
    ids = [one["id"] for one in page(attrs={"id": True})]
    for one in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"two elements are called {one}"


def _of_pictures(page):
    for one in page("img"):
        if not one.get("alt"):
            yield f"picture without words: {one.get('src')}"
    for one in page("video"):
        if not one.get("aria-label"):
            yield f"film without words: {one.get('src')}"


def _of_controls(page):
    for tag in page(CONTROLS):
        bare = tag.name == "video" or (tag.name == "a" and not tag.get("href"))
        labelled = tag.get("id") and page.find("label", attrs={"for": tag["id"]})
        named = words_of(tag) or tag.get("placeholder") or labelled
        if not (bare or named or tag.get("type") == "hidden"):
            yield f"control without a name: {str(tag)[:120]}"
    for tag in page(True):
        if re.fullmatch(r"0*[1-9]\d*", tag.get("tabindex", "")):
            yield f"an order of its own for the keyboard: {str(tag)[:120]}"
        if tag.get("onclick") and tag.name not in CONTROLS:
            yield f"reached by the mouse alone: {str(tag)[:120]}"


def _of_motion(page):
    for one in page("video"):
        if one.has_attr("autoplay"):
            yield f"moves by itself: {one.get('src')}"
        if not one.has_attr("controls"):
            yield f"cannot be stopped without a script: {one.get('src')}"


def _of_headings(page):
    levels = [int(one.name[1]) for one in page(re.compile(r"^h[1-6]$"))]
    if levels and levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} below one of level {before}"


def pale_code(css, selector, least):
    """The kinds of code in Pygments' sheet that are too pale on their ground: (kind, contrast)."""
    ground, found = None, []
    for who, body in blocks(css):
        background = re.search(r"background(?:-color)?:\s*(#\w+)", body)
        if who == selector and background:
            ground = background[1]
    for who, body in blocks(css):
        color = re.search(r"(?<![-\w])color:\s*(#\w+)", body)
        if color and who.rpartition(" ")[0] == selector:
            own = re.search(r"background(?:-color)?:\s*(#\w+)", body)
            ratio = contrast(color[1], own[1] if own else ground)
            if ratio < least:
                found.append((who, round(ratio, 2)))
    return found
