"""Figures that cost nothing, written as files into topics of their own, as a lecturer would."""

import sys
from contextlib import contextmanager
from pathlib import Path

from kit.catalogue import register

FIGURE = '''"""{title}"""

import matplotlib.pyplot as plt

from kit.catalogue import Answer, Claim, Control, Quiz

LECTURES = {lectures!r}
CAPTION = {caption!r}
ALT = {alt!r}
CLAIMS = ({claims})
{more}

def measure({takes}):
    {measure}


def draw(data, facts):
    figure, ax = plt.subplots()
    {draw}
    return figure
'''
DEFAULT = {
    "title": "A trial",
    "lectures": ("Nobody",),
    "caption": "value {value:.1f}",
    "alt": "{value}",
    "claims": "",
    "more": "",
    "takes": "lab, seed",
    "measure": 'return None, {"value": seed * 2.5}',
    "draw": 'ax.plot([0, facts["value"]])',
}


def write_figure(folder, name, topic="trial", **parts):
    """Write a figure, and its topic where there is none; the id that it has."""
    place = Path(folder) / topic
    place.mkdir(parents=True, exist_ok=True)
    if not (place / "topic.md").exists():
        (place / "topic.md").write_text(f"# {topic.capitalize()}\n\nFor trial.\n", "utf-8")
    file = place / f"{name.replace('-', '_')}.py"
    file.write_text(FIGURE.format(**DEFAULT | parts), "utf-8")
    forget(topic)
    return name


def forget(*topics):
    """Read everything anew."""
    for name in list(sys.modules):
        if any(name.startswith(f"kit.figures.{topic}") for topic in topics):
            del sys.modules[name]
    register.forget()


@contextmanager
def added(folder, *topics):
    """The topics of a folder are part of the catalogue, as long as the context."""
    import kit.figures

    before = list(kit.figures.__path__)
    try:
        register.add_folder(folder)
        yield
    finally:
        register._FOLDERS[:] = register._FOLDERS[:1]
        kit.figures.__path__[:] = before
        forget(*topics)
