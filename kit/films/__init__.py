"""Pictures that move: a recording epoch by epoch, a kernel stop by stop; GIF or MP4."""

from kit.films.learning import animate_representations
from kit.films.motion import (
    Animation,
    animate_epochs,
    animate_growth,
    animate_history,
    animate_kernel,
    animate_network,
    animate_panel,
    animate_steps,
)

__all__ = [
    "Animation",
    "animate_epochs",
    "animate_growth",
    "animate_history",
    "animate_kernel",
    "animate_network",
    "animate_panel",
    "animate_representations",
    "animate_steps",
]
