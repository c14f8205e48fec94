"""An input of three channels, a kernel for each, and sums in words."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from kit.board.stage import frame, place, say
from kit.catalogue.claims import Facts

CHANNELS = ("red", "green", "blue")
RED = ((2, 1, 0, 1, 2), (0, 2, 1, 0, 1), (1, 0, 3, 1, 0), (2, 1, 0, 2, 1), (0, 1, 2, 0, 3))
GREEN = ((1, 0, 2, 0, 1), (3, 1, 0, 2, 0), (0, 2, 1, 1, 2), (1, 0, 0, 3, 1), (2, 1, 1, 0, 0))
BLUE = ((0, 3, 1, 2, 0), (1, 0, 2, 1, 1), (2, 1, 0, 0, 3), (0, 2, 1, 1, 0), (1, 0, 3, 0, 2))
RED_KERNEL = ((1, 0, -1), (2, 0, -2), (1, 0, -1))
GREEN_KERNEL = ((0, 1, 0), (1, 2, 1), (0, 1, 0))
BLUE_KERNEL = ((0, -1, 0), (0, 1, 0), (1, 0, 0))


def signed(numbers: list[int]) -> str:
    """Numbers as a sum, "7 + 9 − 1"."""
    first, *others = numbers
    words = "".join(f" {'−' if one < 0 else '+'} {abs(one)}" for one in others)
    return f"{first}{words}".replace("-", "−")


def with_minus(value: float) -> str:
    """A number with a minus that can be seen."""
    return f"{value:g}".replace("-", "−")


def draw_rows(stage: Axes, facts: Facts) -> None:
    """For each channel its input, its kernel and what comes out."""
    high = facts["kernel_width"]
    rows = zip(
        CHANNELS, (RED, GREEN, BLUE), (RED_KERNEL, GREEN_KERNEL, BLUE_KERNEL), facts["each"],
        (0, 2, 1), strict=True,
    )  # fmt: skip
    for k, (name, image, kernel, output, look) in enumerate(rows):
        top = 1.1 + 6.1 * k
        heads = (f"input, {name}", f"kernel, {name}", "its output")
        say(stage, top + 2.5, 6.65, "∗", 1.5)
        say(stage, top + 2.5, 12.1, "=", 1.5)
        inner = place(stage, image, top, 0.7, size=0.9, title=heads[0] if k == 0 else name)
        frame(inner, 0, 0, high, high, look)
        shape: dict[str, Any] = {"size": 0.9, "number": with_minus}
        inner = place(
            stage, kernel, top + 0.75, 7.6, cell=7 / 6, title=heads[1] if k == 0 else name, **shape
        )
        frame(inner, 0, 0, high, high, look)
        inner = place(
            stage, output, top + 0.75, 13.1, cell=7 / 6, title=heads[2] if k == 0 else None, **shape
        )
        frame(inner, 0, 0, 1, 1, look)
        if k:
            say(stage, top - 0.3, 14.85, "+", 1.5)
