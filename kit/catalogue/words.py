"""What is said of a figure in a deck: a caption of one line, and the speaker's notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from kit.catalogue.claims import Facts
from kit.catalogue.register import topics
from kit.catalogue.seeds import seeds_in_words
from kit.catalogue.spoken import SPOKEN
from kit.numerals import general, typeset

__all__ = ["command_of", "lines_of_facts", "notes_of", "one_line", "topic_title"]

MOST_LINES = 24  # of facts in the notes; figures.json has them all
MOST_IN_A_LINE = 9
LONGEST_LINE = 100


def topic_title(topic: str) -> str:
    """What stands above a topic's section.

    Examples
    --------
    >>> topic_title("cnn"), topic_title("recurrent-networks")
    ('Convolutional networks', 'Recurrent networks')
    """
    known = topics().get(topic)
    return known.title if known else topic.replace("-", " ").capitalize()


def sentences(text: str) -> list[str]:
    """A text, sentence by sentence.

    Examples
    --------
    >>> sentences("The loss is 0.67. ReLU learns.")
    ['The loss is 0.67.', 'ReLU learns.']
    """
    return re.split(r"(?<=[.!?])\s+(?=[A-Z0-9(‖])", text)


def one_line(caption: str, limit: int, source: str | None = None) -> str:
    """As much of a caption as stands on one line.

    Whole sentences from the first on; where that alone is too long, without its parentheses; and
    where that is too long too, up to a comma, colon or semicolon, with an ellipsis: not within
    brackets, nor after a single word.

    Parameters
    ----------
    caption
        The whole of it.
    limit
        Characters of a line, 20 at least.
    source
        Data that the line has to name, if it does not yet.

    Returns
    -------
    str
        At most `limit` characters, but where `source` does not fit beside 20 others.

    Examples
    --------
    >>> one_line("Two layers. Both learn. The second one learns fast.", 24)
    'Two layers. Both learn.'
    >>> one_line("A filter (5x5, drawn by hand) on a digit.", 24)
    'A filter on a digit.'
    >>> one_line("Weights, drawn once, and their gradients.", 24)
    'Weights, drawn once …'
    >>> one_line("Weights from N(0, 1), drawn once; dashed: what they become.", 40)
    'Weights from N(0, 1), drawn once …'
    """
    line, *others = sentences(caption)
    line = _shortened(line, limit)
    for sentence in others:
        if line.endswith("…") or len(line) + 1 + len(sentence) > limit:
            break
        line = f"{line} {sentence}"
    if source and source not in line:
        name = f" Digits: {source}."
        line = _shortened(line, max(20, limit - len(name))) + name
    return line


def _shortened(sentence: str, limit: int) -> str:
    if len(sentence) <= limit:
        return sentence
    bare = re.sub(r" \([^()]*\)", "", sentence)
    if len(bare) <= limit:
        return bare
    cuts = _cuts(r"[,;:] ", bare, limit - 2)
    while len(cuts) > 1 and " " not in bare[cuts[-2] + 2 : cuts[-1]]:
        cuts.pop()  # a single word says nothing of what would follow it
    cuts = cuts or _cuts(" ", bare, limit - 2)
    return bare[: cuts[-1] if cuts else limit - 2] + " …"


def _cuts(pattern: str, text: str, last: int) -> list[int]:
    """Where a text can end, not within brackets."""
    places = [at.start() for at in re.finditer(pattern, text) if at.start() <= last]
    return [at for at in places if text.count("(", 0, at) == text.count(")", 0, at)]


def command_of(name: str, theme: str = "light") -> str:
    """What draws a figure again.

    Examples
    --------
    >>> command_of("ball-data", "dark")
    'kit figures ball-data --theme dark'
    """
    return f"kit figures {name}" + (f" --theme {theme}" if theme != "light" else "")


def notes_of(entry: dict[str, Any], theme: str = "light") -> str:
    """The speaker's notes of a figure, from its entry of figures.json.

    Parameters
    ----------
    entry
        Caption, what is spoken, facts, claims, seeds, versions.
    theme
        The figure was drawn with it.

    Returns
    -------
    str
        What is spoken, the whole caption, the claims with what became of them, and the command
        that draws the figure again; the facts as lines where nothing is to be spoken.
    """
    claims = [_told(claim) for claim in entry["claims"]]
    known = any("evidence" in claim for claim in entry["claims"])
    versions = entry["versions"]
    notes = entry.get("notes", {})
    spoken = [f"{words}: {notes[part]}" for part, words in SPOKEN.items() if part in notes]
    parts = [
        *spoken,
        entry["caption"],
        "" if spoken else "\n".join(["Facts", *lines_of_facts(entry["facts"])]),
        "\n".join(["Claims" if known else f"Claims (on seed {entry['seed']} alone)", *claims])
        if claims
        else "",
        f"Draw it again: {command_of(entry['id'], theme)}",
        f"Lectures: {', '.join(entry['lectures'])}. Drawn with seed {entry['seed']}, Keras "
        f"{versions['keras']}, TensorFlow {versions['tensorflow']}.",
    ]
    return "\n\n".join(part for part in parts if part)


def _told(claim: dict[str, Any]) -> str:
    """A claim, what became of it, and what is known of it with other seeds."""
    known = f": {claim['evidence']}" if "evidence" in claim else ""
    if claim["holds"]:
        return f"✓ {claim['name']}{known}"
    seeds = seeds_in_words(claim["fails_with_seeds"])
    return f"✗ {claim['name']}: does not hold (seeds {seeds}){known}"


def lines_of_facts(facts: Facts, most: int = MOST_LINES) -> list[str]:
    """Facts as a person reads them out, a line each; long lists by their number and range.

    Examples
    --------
    >>> lines_of_facts({"points": 1000, "z_std": {"h1": 0.0318, "h2": 0.0517}})
    ['points: 1,000', 'z std: h1 0.0318, h2 0.0517']
    >>> lines_of_facts({"output": [[9, 5], [8, 8]], "widths": list(range(3, 17))})
    ['output: 9 5 / 8 8', 'widths: 14 numbers from 3 to 16']
    """
    lines = [line for name, value in facts.items() for line in _lines(_plain(name), value)]
    if len(lines) > most:
        lines = [*lines[: most - 1], f"… and {len(lines) - most + 1} more, in figures.json"]
    return lines


def _lines(name: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        told = ", ".join(f"{_plain(key)} {_number(one)}" for key, one in value.items())
        if value and not any(map(_is_nested, value.values())) and len(told) <= LONGEST_LINE:
            return [f"{name}: {told}"]
        return [
            line for key, one in value.items() for line in _lines(f"{name}, {_plain(key)}", one)
        ]
    if not isinstance(value, list):
        return [f"{name}: {_number(value)}"]
    if not any(map(_is_nested, value)):
        return [f"{name}: {_listed(value)}"]
    if all(isinstance(row, list) and not any(map(_is_nested, row)) for row in value):
        if max(len(value), *map(len, value)) <= MOST_IN_A_LINE:
            return [f"{name}: " + " / ".join(" ".join(map(_number, row)) for row in value)]
        return [f"{name}: {_listed([one for row in value for one in row])}"]
    return [line for k, one in enumerate(value, 1) for line in _lines(f"{name} {k}", one)]


def _listed(values: Sequence[Any]) -> str:
    if len(values) <= MOST_IN_A_LINE:
        return ", ".join(map(_number, values)) or "none"
    numbers = [one for one in values if isinstance(one, (int, float)) and one is not None]
    if len(numbers) < len(values):
        return f"{len(values)} values"
    return f"{len(values)} numbers from {_number(min(numbers))} to {_number(max(numbers))}"


def _is_nested(value: Any) -> bool:
    return isinstance(value, (dict, list))


def _plain(name: str) -> str:
    return str(name).replace("_", " ")


def _number(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return typeset(f"{value:,}")
    return general(value, 3) if isinstance(value, float) else str(value)
