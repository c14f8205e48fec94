"""A diagnosis as a slide: the first finding as its title, a drawing, and all in the notes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kit.checks import shown
from kit.diagnosis import Diagnosis
from kit.slides.deck import Slide, write_slide
from kit.slides.lecture import check_slides

__all__ = ["write_diagnosis"]


def write_diagnosis(
    diagnosis: Diagnosis,
    path: str | Path,
    *,
    theme: str = "light",
    template: str | Path | None = None,
) -> None:
    """Write what was found as a .pptx file with one slide.

    Parameters
    ----------
    diagnosis
        Of `kit.diagnose`.
    path
        Of the file.
    theme, template
        As for `make_slides`.

    Raises
    ------
    TypeError
        If it is no diagnosis.
    ValueError
        For another theme or a template that cannot be used, and where the file cannot be written.
    """
    if not isinstance(diagnosis, Diagnosis):
        raise TypeError(f"`diagnosis` must be what kit.diagnose gives; got {shown(diagnosis)}")
    design = check_slides(theme=theme, template=template)
    first = diagnosis.findings[0] if diagnosis.findings else None
    title = "Nothing found" if first is None else first.rule.title
    caption = diagnosis.subject if first is None else first.words
    with tempfile.TemporaryDirectory() as folder:
        picture = None if diagnosis.layers().empty else Path(folder) / "diagnosis.png"
        if picture is not None:
            _draw(diagnosis, picture, theme, design.picture.inches)
        slide = Slide(
            "diagnosis",
            "diagnosis",
            title[:1].upper() + title[1:],
            caption[:1].upper() + caption[1:],
            f"Gradients by layer of {diagnosis.subject}, beside theory's.",
            str(diagnosis),
            picture,
            "" if picture else "there are no hidden layers to draw",
        )
        write_slide(path, slide, design)


def _draw(diagnosis: Diagnosis, picture: Path, theme: str, inches: tuple[float, float]) -> None:
    import matplotlib.pyplot as plt

    from kit.plots import style

    with style(theme=theme), plt.rc_context({"figure.figsize": inches}):
        figure = diagnosis.plot()
        figure.savefig(picture, dpi=144)
        plt.close(figure)
