"""Where a kernel stops on its input, and which output comes of it: frames and dots."""

from __future__ import annotations

from matplotlib.axes import Axes

from kit.board.stage import dot, frame


def mark_stops(inner: Axes, result: Axes, side: int, stride: int, outputs: int) -> None:
    """Frame the first two stops and their outputs, and mark the kernel's middle at every stop."""
    for stop in (0, 1):
        frame(inner, 0, stop * stride, side, side, stop)
        frame(result, 0, stop, 1, 1, stop)
    for i in range(outputs):
        for j in range(outputs):
            dot(inner, i * stride + side / 2 + 0.33, j * stride + side / 2 + 0.33)
