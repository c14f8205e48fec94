"""Pictures one after the other as a GIF or an MP4 of at most 5 MB.

A GIF is written by Pillow: one palette for all pictures, in which every frequent colour of theirs
is itself, so that a white page stays white and letters stay sharp; of each picture only what
differs from the one before. An MP4 is written by FFmpeg through imageio-ffmpeg, an extra: H.264
in the colours (yuv420p, BT.709) that browsers and PowerPoint show.
"""

from __future__ import annotations

import base64
import html
import io
import math
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import numpy as np
from PIL import Image

from kit.checks import check_choice
from kit.files import written_whole

__all__ = ["FORMATS", "MOST_BYTES", "Animation", "check_path", "encode"]

FORMATS = ("gif", "mp4")

MOST_BYTES = 5_000_000
"""A file that goes into slides and into mails."""

# from the best to the smallest: colours or quality, and share of the width
_GIF_TRIES = ((255, 1.0), (127, 1.0), (63, 1.0), (31, 1.0), (63, 0.75), (63, 0.5), (31, 0.35))
_MP4_TRIES = ((8.0, 1.0), (6.0, 1.0), (4.0, 1.0), (4.0, 0.75), (4.0, 0.5), (2.0, 0.35))

_SAMPLE = 4, 12
"""One picture of so many, and so many at most, tell how large a film is with another setting."""

_SPARE = 0.97
"""Of the limit; an estimate is off by some per cent, and what misses is written once more."""

_SMOOTH = 12
"""Pictures a second that players of MP4 manage; slower ones are made by repeating pictures."""

_COLORS_OF_VIDEO = [
    *(
        "-vf",
        "scale=out_color_matrix=bt709:out_range=tv,setparams=color_primaries=bt709:color_trc=bt709",
    ),
    *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
    *("-movflags", "+faststart"),  # plays before all of it has arrived
]


@dataclass(frozen=True)
class Animation:
    """A film in memory, which a notebook shows and `save` writes.

    Attributes
    ----------
    data
        The file's bytes.
    format
        ``"gif"`` or ``"mp4"``.
    frames
        Number of different pictures; an MP4 repeats them.
    size
        Width and height in pixels.
    seconds
        Of one run, after which it begins again.
    alt
        What is to be seen, in words.
    reduced
        What was given up to stay within 5 MB; empty where nothing was.
    """

    data: bytes = field(repr=False)
    format: str
    frames: int
    size: tuple[int, int]
    seconds: float
    alt: str = ""
    reduced: str = ""

    def save(self, path: str | Path) -> Path:
        """Write the file, whole or not at all.

        Raises
        ------
        ValueError
            For a path that cannot be written, or that does not end in the film's format.

        Examples
        --------
        >>> import tempfile
        >>> film = encode([Image.new("RGB", (4, 2)), Image.new("RGB", (4, 2), "red")], [1, 2])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     film.save(Path(folder) / "two.gif").name
        'two.gif'
        """
        path = Path(path)
        if check_path(path) != self.format:
            raise ValueError(f"`path` must end in .{self.format}; got {path}")
        try:
            with written_whole(path) as part:
                part.write_bytes(self.data)
        except OSError as error:
            raise ValueError(f"`path` must be a file that can be written; got {error}") from error
        return path

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.data).decode()
        words = html.escape(self.alt, quote=True)
        if self.format == "gif":
            return f'<img alt="{words}" style="max-width:100%" src="data:image/gif;base64,{data}">'
        return (
            f'<video aria-label="{words}" style="max-width:100%" autoplay loop muted controls '
            f'src="data:video/mp4;base64,{data}"></video>'
        )


def check_path(path: str | Path) -> str:
    """The format of a file that is to be written, before any work is done for it.

    Raises
    ------
    ValueError
        For another ending than .gif and .mp4, or a place that cannot be written.
    ImportError
        For .mp4 without imageio-ffmpeg.

    Examples
    --------
    >>> check_path("panel.gif")
    'gif'
    """
    path = Path(path)
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise ValueError(f"`path` must end in {' or '.join(f'.{f}' for f in FORMATS)}; got {path}")
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise ValueError(f"`path` must be a file in a folder that can be written; got {path}")
    if ending == "mp4":
        _ffmpeg()
    return ending


def encode(
    pictures: Sequence[Image.Image],
    seconds: Sequence[float],
    format: str = "gif",
    *,
    alt: str = "",
    most: int = MOST_BYTES,
) -> Animation:
    """Make a film of pictures, which begins again when it is over.

    Where the file is larger than `most`, it gets fewer colours (or a lower quality), then
    smaller; `Animation.reduced` says so. How far it must go, a few of the pictures tell.

    Parameters
    ----------
    pictures
        RGB images of one size, no two alike in a row; an MP4 needs even sizes.
    seconds
        How long each stays.
    format
        ``"gif"`` or ``"mp4"``.
    alt
        What is to be seen, in words; also kept in the GIF, as its comment.
    most
        Bytes.

    Returns
    -------
    Animation

    Raises
    ------
    ValueError
        For another format, or where even the smallest try is larger than `most`.
    ImportError
        For MP4 without imageio-ffmpeg.

    Examples
    --------
    >>> film = encode([Image.new("RGB", (4, 2)), Image.new("RGB", (4, 2), "red")], [0.5, 2])
    >>> film.frames, film.seconds, film.size
    (2, 2.5, (4, 2))
    """
    check_choice("format", format, FORMATS)
    tries = _GIF_TRIES if format == "gif" else _MP4_TRIES
    data, size = _written(pictures, seconds, format, tries[0], alt)
    reduced = ""
    if len(data) > most:
        wanted = _SPARE * most / len(data)  # of what it has at its best
        start = _first_within(pictures, seconds, format, wanted)
        for quality, share in tries[start:]:  # the first, but for a sample that misled
            data, size = _written(pictures, seconds, format, (quality, share), alt)
            reduced = _told(format, quality, size)
            if len(data) <= most:
                break
        else:
            raise ValueError(
                f"`pictures` must fit into {most / 1e6:g} MB; got {len(pictures)}, which need "
                f"{len(data) / 1e6:.1f} MB even when small: take fewer"
            )
    return Animation(data, format, len(pictures), size, float(sum(seconds)), alt, reduced)


def _written(
    pictures: Sequence[Image.Image],
    seconds: Sequence[float],
    format: str,
    setting: tuple[float, float],
    alt: str = "",
) -> tuple[bytes, tuple[int, int]]:
    """A film's bytes and its size with one setting."""
    quality, share = setting
    size = _even(pictures[0].size, share)
    scaled = [_resized(picture, size) for picture in pictures]
    write = _gif if format == "gif" else _mp4
    return write(scaled, seconds, quality, alt), size


def _first_within(
    pictures: Sequence[Image.Image], seconds: Sequence[float], format: str, wanted: float
) -> int:
    """Which setting is the first that makes a film so much smaller, as a sample of it shows."""
    tries = _GIF_TRIES if format == "gif" else _MP4_TRIES
    number = min(max(2, len(pictures) // _SAMPLE[0]), _SAMPLE[1])
    places = np.linspace(0, len(pictures) - 1, min(number, len(pictures))).round().astype(int)
    sample, stays = [pictures[k] for k in places], [seconds[k] for k in places]

    def weight(setting: tuple[float, float]) -> int:
        return len(_written(sample, stays, format, setting)[0])

    whole = weight(tries[0])
    for k, setting in enumerate(tries[1:-1], 1):
        if weight(setting) <= wanted * whole:
            return k
    return len(tries) - 1


def _even(size: tuple[int, int], share: float) -> tuple[int, int]:
    if share == 1:
        return size
    wide, high = (max(2, 2 * round(side * share / 2)) for side in size)
    return wide, high


def _resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS)


def _told(format: str, quality: float, size: tuple[int, int]) -> str:
    what = f"{quality:g} colours" if format == "gif" else f"quality {quality:g} of 10"
    return f"{what}, {size[0]}×{size[1]} pixels"


def _gif(
    pictures: Sequence[Image.Image], seconds: Sequence[float], colors: float, alt: str
) -> bytes:
    flat = _indexed(pictures, int(colors))
    # a GIF counts in hundredths of a second
    durations = [10 * max(1, round(100 * s)) for s in seconds]
    file = io.BytesIO()
    flat[0].save(
        file, "GIF", save_all=True, append_images=flat[1:], duration=durations, loop=0,
        optimize=True, disposal=1, comment=alt.encode("utf-8"),
    )  # fmt: skip
    return file.getvalue()


def _indexed(pictures: Sequence[Image.Image], colors: int) -> list[Image.Image]:
    """The pictures in one palette.

    Pillow's own way to a given palette rounds to multiples of 4: white would become grey.
    """
    codes = [_codes(picture) for picture in pictures]
    # by code, in the picture that has most of it: what is there once counts too
    counts = np.zeros(1 << 24, np.int32)
    for one in codes:
        found, times = np.unique(one, return_counts=True)
        counts[found] = np.maximum(counts[found], times)
    known = np.flatnonzero(counts)
    palette = _palette(known, counts[known], colors)  # (colors, 3)
    table = np.zeros(1 << 24, np.uint8)
    for start in range(0, len(known), 4096):  # as many as memory has room for
        part = known[start : start + 4096]
        table[part] = _nearest(part, palette)
    flat = []
    for one in codes:
        image = Image.fromarray(table[one])
        image.putpalette(palette.astype(np.uint8).tobytes())
        flat.append(image)
    return flat


def _codes(picture: Image.Image) -> np.ndarray:
    """(height, width): red, green and blue as one number."""
    rgb = np.asarray(picture).astype(np.int32)
    return (rgb[..., 0] << 16) | (rgb[..., 1] << 8) | rgb[..., 2]


def _parts(codes: np.ndarray) -> np.ndarray:
    """(n, 3): red, green and blue of codes (n,)."""
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1)


def _palette(codes: np.ndarray, counts: np.ndarray, colors: int) -> np.ndarray:
    """The most frequent colours as they are, the others grouped: (at most `colors`, 3)."""
    ranked = codes[np.lexsort((codes, -counts))]
    if len(ranked) <= colors:
        return _parts(ranked)
    exact = 3 * colors // 4
    kept, rest = ranked[:exact], ranked[exact:]
    others = Image.fromarray(_parts(rest[None]).astype(np.uint8)).quantize(colors - len(kept))
    grouped = np.array(others.getpalette()).reshape(-1, 3)[: colors - len(kept)]
    return np.concatenate([_parts(kept), grouped])


def _nearest(codes: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Of each colour the nearest one of the palette: (n,)."""
    # |c - p|² less |c|², which is the same for all p; these whole numbers are exact in float32
    pale = palette.astype(np.float32)
    apart = (pale**2).sum(axis=1) - 2 * (_parts(codes).astype(np.float32) @ pale.T)  # (n, colors)
    return apart.argmin(axis=1)


def _mp4(
    pictures: Sequence[Image.Image], seconds: Sequence[float], quality: float, alt: str
) -> bytes:
    ffmpeg = _ffmpeg()
    del alt  # nothing that players show
    fastest = 1 / min(seconds)
    rate = fastest * max(1, math.ceil(_SMOOTH / fastest))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        writer = ffmpeg.write_frames(
            path, pictures[0].size, fps=rate, codec="libx264", quality=quality,
            macro_block_size=2, ffmpeg_log_level="error", output_params=list(_COLORS_OF_VIDEO),
        )  # fmt: skip
        writer.send(None)
        try:
            for picture, stay in zip(pictures, seconds, strict=True):
                data = picture.tobytes()
                for _ in range(max(1, round(stay * rate))):
                    writer.send(data)
        finally:
            writer.close()
        data = path.read_bytes() if path.is_file() else b""
    if not data:
        raise RuntimeError("FFmpeg wrote no video; its own words stand above")
    return data


def _ffmpeg() -> ModuleType:
    try:
        import imageio_ffmpeg
    except ImportError as error:
        raise ImportError(
            "MP4 needs imageio-ffmpeg, which is not there: pip install imageio-ffmpeg; "
            "GIF needs nothing"
        ) from error
    return imageio_ffmpeg
